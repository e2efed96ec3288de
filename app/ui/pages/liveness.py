"""Step 5: liveness and the face against the card, or the two-person path, which has equal standing."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget

from app.desk.views import CaseView
from app.domain.case import FACE_CONSENT
from app.domain.challenge import LivenessPlan
from app.domain.condition import Condition
from app.domain.facts import FileRef, LivenessFinished
from app.domain.flow import Step
from app.domain.guidance import GUIDANCE, REASONS
from app.domain.policy import Words
from app.ui import text
from app.ui.operation import Operation
from app.ui.pages.page import Page
from app.ui.pages.second_person import SecondPersonForm
from app.ui.text import tr
from app.ui.widgets.basics import Bar, Card, button, column, holder, label, restyle, row
from app.ui.widgets.camera_view import CameraView, Overlay
from app.ui.widgets.picture import Picture, decode

ACTIONS = {"blink": ("眨眼", "Blink"), "turn_left": ("向左转头", "Turn left"), "turn_right": ("向右转头", "Turn right"),
           "open_mouth": ("张嘴", "Open mouth"), "nod": ("点头", "Nod")}
LIGHT = {"too_dark": ("光线太暗", "Too dark"), "too_bright": ("光线太强", "Too bright")}
PEOPLE = {"two_faces": ("多人", "Two people", "bad"), "no_face": ("无人脸", "No face", "warn")}


class LivenessPage(Page):
    step = Step.LIVENESS
    progressed = Signal(object, object)
    stumbled = Signal(object, object)

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view, title=tr("活体检测与人证比对", "Liveness and face match"))
        self._plan: LivenessPlan | None = None
        self._portrait = ""
        self.camera = CameraView("liveness.camera", mirrored=True, oval=True)
        self.picture = Picture("liveness.portrait", tr("证件人像", "Portrait"))
        self._actions, self._match = ActionsCard(), MatchCard()
        self.second = SecondPersonForm()
        self._paths = QStackedWidget()
        self._paths.addWidget(self._face_side())
        self._paths.addWidget(self.second)
        self.body.addWidget(self._paths)
        self._switch = button("", "liveness.other_path")
        self._start = button(tr("开始检测", "Start"), "liveness.start")
        self._cancel = button(tr("停止", "Stop"), "liveness.cancel")
        self.footer.insertWidget(0, self._switch)
        self.finish_footer(self._cancel, self._start, back=False)
        self._switch.clicked.connect(self._other_path)
        self._start.clicked.connect(self.begin)
        self._cancel.clicked.connect(self.stop)
        self.second.finished.connect(self._verify)
        self.progressed.connect(self._progress, Qt.ConnectionType.QueuedConnection)
        self.stumbled.connect(self._stumble, Qt.ConnectionType.QueuedConnection)

    def _face_side(self):
        self.picture.setMinimumHeight(112)
        portrait = Card(label(tr("身份证人像", "Portrait on the card"), "label"), self.picture, padding=12)
        side = column(portrait, self._actions, self._match, None, gap=14)
        aside = holder(side)
        aside.setFixedWidth(208)
        content = row(self.camera, aside, gap=16)
        content.setStretch(0, 1)
        return holder(content)

    # -- the page ----------------------------------------------------------------------------------------------------

    def enter(self) -> None:
        self.camera.say(tr("正在打开摄像头…", "Opening the camera…"))
        self.camera.watch(self.desks.booth)
        self._rest()

    def leave(self) -> None:
        self.stop()
        self.camera.stop()

    def paint(self, view: CaseView) -> None:
        two = view.case.identity_path == "two_person"
        self._paths.setCurrentIndex(1 if two else 0)
        self.second.show_case(view, locked=bool(self.locked))
        consent = view.case.consents.get(FACE_CONSENT)
        may_use_face = consent is not None and consent.in_force
        self.subtitle.setText(tr("另一位行内员工当场核对本人和证件",
                                 "Another employee compares person and papers") if two
                              else tr("请客户正对摄像头，按提示完成动作",
                                      "The customer looks at the camera and follows"))
        self._switch.setText(tr("改用人脸核验", "Use the face check") if two
                             else tr("无法使用人脸？改为双人人工核验", "No face check? Two persons instead"))
        self._switch.setVisible(not self.locked and (may_use_face or not two))
        running = self._plan is not None
        self._start.setVisible(not two and not running and not self.locked)
        self._start.setText(tr("重新开始", "Start again") if view.case.liveness else tr("开始检测", "Start"))
        self._cancel.setVisible(running)
        self._show_portrait(view)
        self._actions.show_result(view.case.liveness)
        self._match.show_result(view.case.liveness)
        if not running:
            self._rest()

    def refresh_footer(self) -> None:
        super().refresh_footer()
        ready = self.next.isEnabled()
        two = self.view.case.identity_path == "two_person"
        restyle(self._start, role="" if ready or two else "primary")
        restyle(self.next, role="primary" if ready else "")

    def _show_portrait(self, view: CaseView) -> None:
        front = view.case.card_sides.get("front")
        shown: FileRef | None = front.portrait or front.crop if front else None
        if shown is None or shown.id == self._portrait:
            return
        self._portrait = shown.id
        signing = self.desks.signing
        Operation(lambda: decode(signing.file_bytes(self.case_id, shown)), rank=1).owned_by(self).then(
            self.picture.show_image).failed(self.trouble).start()

    def _rest(self) -> None:
        """What the picture says while no attempt runs."""
        done = self.view.case.liveness
        if done is None:
            overlay = Overlay(guidance=tr("准备好后点“开始检测”", "Press “Start” when ready"))
        elif done.result.verdict == "live" and done.match and done.match.zone == "pass":
            overlay = Overlay(guidance=tr("已通过", "Passed"), progress=1.0)
        elif done.result.verdict == "reject" or done.match is None or done.match.zone == "fail":
            overlay = Overlay(guidance=_reason(done), progress=1.0, tone="bad")
        else:
            overlay = Overlay(guidance=tr("已完成，交银行复核", "Done; the bank reviews it"), progress=1.0, tone="warn")
        self.camera.show_overlay(overlay)

    # -- one attempt -------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Draw the actions and run one attempt; progress arrives from the booth's thread."""
        self.act(self.desks.signing.begin_liveness, self.case_id, then=self._planned, during=self._start)

    def _planned(self, plan: LivenessPlan) -> None:
        self._plan = plan
        self.paint(self.view)
        self._actions.show_plan(plan.actions, (), None)
        self._match.show_result(None)
        self.act(self.desks.booth.start_liveness, plan, lambda progress: self.progressed.emit(plan, progress),
                 lambda trouble: self.stumbled.emit(plan, trouble), lane="booth",
                 failed=lambda condition: self._stumble(plan, condition))

    def stop(self) -> None:
        """Give the attempt up; nothing of it is kept."""
        if self._plan is not None:
            self._plan = None
            Operation(self.desks.booth.cancel_liveness, lane="booth").start()
            self.paint(self.view)
            self.refresh_footer()

    def _progress(self, plan: LivenessPlan, progress: Any) -> None:
        if plan is not self._plan:
            return
        self._actions.show_plan(progress.actions, progress.done, progress.action)
        self.camera.show_overlay(_overlay(progress))
        if progress.finished:
            self._plan = None
            self.act(self.desks.signing.finish_liveness, self.case_id, during=self._start)
            self.paint(self.view)

    def _stumble(self, plan: LivenessPlan, condition: Condition) -> None:
        if plan is self._plan:
            self._plan = None
            self.paint(self.view)
            self.trouble(condition)

    # -- two persons -------------------------------------------------------------------------------------------------

    def _other_path(self) -> None:
        self.stop()
        path = "face" if self.view.case.identity_path == "two_person" else "two_person"
        self.act(self.desks.signing.choose_identity_path, self.case_id, path, during=self._switch)

    def _verify(self, staff_id: str, password: str, statement: str, with_photo: bool) -> None:
        signing, booth = self.desks.signing, self.desks.booth

        def verify() -> CaseView:
            photo = booth.snapshot() if with_photo else None
            return signing.verify_by_second_person(self.case_id, staff_id, password, statement, photo)

        self.act(verify, during=self.second.confirm)


def _overlay(progress: Any) -> Overlay:
    guidance = progress.guidance
    light, people = LIGHT.get(guidance), PEOPLE.get(guidance)
    pills = ((tr(*light), "warn") if light else (tr("光线良好", "Good light"), "ok"),
             (tr(*people[:2]), people[2]) if people else (tr("单人", "One person"), "ok"))
    share = len(progress.done) / max(1, len(progress.actions))
    if progress.phase == "hold":
        share = max(share, 0.95)
    return Overlay(
        guidance=text.of(GUIDANCE[guidance]), progress=1.0 if progress.phase == "passed" else share,
        seconds_left="" if progress.finished else tr(f"剩余 {max(0, round(progress.seconds_left))} s",
                                                     f"{max(0, round(progress.seconds_left))} s left"),
        pills=pills, tone="bad" if progress.phase == "failed" else "ok")


def _reason(done: LivenessFinished) -> str:
    if done.result.verdict == "reject":
        words = [text.of(REASONS.get(code, Words(zh=code, en=code))) for code in done.result.reasons]
        return tr("未通过：", "Not passed: ") + tr("、", ", ").join(words[:2])
    return tr("人证比对未通过，请重新开始", "The face does not match; start again")


class ActionsCard(Card):
    """The drawn actions, each done, under way or to come."""

    def __init__(self) -> None:
        super().__init__(label(tr("动作", "Actions"), "label"), padding=12, gap=6)
        self._lines: list[tuple[Any, Any]] = []
        for at in range(3):
            name, state = label("—"), label("—", name=f"liveness.action.{at}")
            state.setMinimumWidth(72)
            state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._lines.append((name, state))
            self.body.addLayout(row(name, None, state))

    def show_result(self, finished: LivenessFinished | None) -> None:
        if finished is not None:
            self.show_plan(tuple(a.action for a in finished.result.actions), finished.result.actions, None)

    def show_plan(self, actions: tuple[str, ...], done: tuple, current: str | None) -> None:
        results = list(done)
        for at, (name, state) in enumerate(self._lines):
            words, shown, tone = "—", "—", ""
            if at < len(actions):
                words = tr(*ACTIONS[actions[at]])
                if at < len(results):
                    shown, tone = _result_words(results[at])
                elif at == len(results) and current == actions[at]:
                    shown, tone = tr("进行中", "Now"), "brand"
            name.setText(words)
            state.setText(shown)
            restyle(name, tone="brand" if tone == "brand" else "")
            restyle(state, tone=tone)


def _result_words(result: Any) -> tuple[str, str]:
    if not result.passed:
        return tr("✕ 未完成", "✕ not done"), "bad"
    return "✓" + (f" {result.at_s:.1f} s" if result.at_s is not None else ""), "ok"


class MatchCard(Card):
    """How like the live face is to the card's portrait, with the limits it was judged by."""

    def __init__(self) -> None:
        self._figure = label("—", "figure", name="liveness.similarity")
        self._bar = Bar()
        self._note = label("", "label", wrap=True, name="liveness.match_note")
        super().__init__(label(tr("人证相似度", "Likeness"), "label"), self._figure, self._bar, self._note, padding=12,
                         gap=6)

    def show_result(self, finished: LivenessFinished | None) -> None:
        match = finished.match if finished else None
        if match is None:
            self._figure.setText("—")
            restyle(self._figure, tone="")
            self._bar.show_share(0)
            self._note.setText(tr("完成动作后比对", "Compared after the actions"))
            return
        tone = {"pass": "ok", "review": "warn", "fail": "bad"}[match.zone]
        zone = {"pass": tr("一致", "same person"), "review": tr("需复核", "review"),
                "fail": tr("不一致", "not the same")}[match.zone]
        self._figure.setText(f"{match.similarity:.2f}")
        restyle(self._figure, tone=tone)
        self._bar.show_share(match.similarity, tone)
        self._note.setText(tr(f"{zone} · 距离 {match.distance:.2f}，通过 ≤ {match.threshold:.2f}",
                              f"{zone} · distance {match.distance:.2f}, pass ≤ {match.threshold:.2f}"))
