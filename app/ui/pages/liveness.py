"""Step 5: liveness and the face against the card, or the two-person path, which has equal standing."""

from itertools import pairwise
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.desk.views import CaseView
from app.domain.case import FACE_CONSENT
from app.domain.challenge import LivenessPlan
from app.domain.condition import Condition
from app.domain.evidence import FileRef
from app.domain.flow import Step
from app.ui import text
from app.ui.face_words import outcome
from app.ui.operation import Operation
from app.ui.pages.identity_result import ResultPane
from app.ui.pages.liveness_aside import LivenessAside
from app.ui.pages.liveness_overlay import overlay, resting
from app.ui.pages.page import Page
from app.ui.pages.second_person import SecondPersonForm
from app.ui.text import tr
from app.ui.widgets.basics import Stack, button, holder, restyle, row
from app.ui.widgets.camera_view import CameraView
from app.ui.widgets.device_choice import CameraChoice
from app.ui.widgets.picture import decode
from app.ui.widgets.screen_light import ScreenLight
from app.ui.widgets.seat import Seat

STOPPED = "stopped"


class LivenessPage(Page):
    step = Step.LIVENESS
    for_customer = "asked"
    progressed = Signal(object, object)
    stumbled = Signal(object, object)

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view, title=tr("活体检测与人证比对", "Liveness and face match"))
        self._plan: LivenessPlan | None = None
        self._judging = False
        self._in_sight = False
        self._portrait = ""
        self.camera = CameraView("liveness.camera", mirrored=True, oval=True)
        self.aside = LivenessAside(view)
        self._lamp: ScreenLight | None = None
        self.second = SecondPersonForm()
        self.result = ResultPane(self)
        self._paths = Stack()
        self._paths.addWidget(self._face_side())
        self._paths.addWidget(self.second)
        self.body.addWidget(self._paths)
        self._which = CameraChoice("liveness.which_camera", desks)
        self.actions.addWidget(self._which)
        self._switch = button("", "liveness.other_path")
        self._start = button(tr("开始检测", "Start"), "liveness.start")
        self._cancel = button(tr("停止", "Stop"), "liveness.cancel")
        self.footer.insertWidget(0, self._switch)
        attempt = Seat(holder(row(None, self._cancel, self._start, gap=12)), aside=True)
        self.seats = (self._seen, attempt)
        self.finish_footer(attempt, back=False)
        self._listen()
        self._order_tabs()

    def _order_tabs(self) -> None:
        """What a person needs first comes first: the choices, then the footer from left to right."""
        order = (self._which, *self.aside.fields, self._switch, self._cancel, self._start, self.next)
        for one, following in pairwise(order):
            QWidget.setTabOrder(one, following)

    def _listen(self) -> None:
        self._which.refused.connect(self.trouble)
        self._switch.clicked.connect(self._other_path)
        self._start.clicked.connect(self.begin)
        self._cancel.clicked.connect(self.stop)
        self.aside.changed.connect(lambda: self.paint(self.view))
        self.result.review.decided.connect(self._review)
        self.second.finished.connect(self._verify)
        self.progressed.connect(self._progress, Qt.ConnectionType.QueuedConnection)
        self.stumbled.connect(self._stumble, Qt.ConnectionType.QueuedConnection)

    def _face_side(self) -> QWidget:
        self._left = Stack()
        self._seen = Seat(self.camera)
        self._left.addWidget(self._seen)
        self._left.addWidget(self.result)
        content = row(self._left, self.aside, gap=16)
        content.setStretch(0, 1)
        return holder(content)

    # -- the page ----------------------------------------------------------------------------------------------------

    def enter(self) -> None:
        self._in_sight = True
        self.camera.say(tr("正在打开摄像头…", "Opening the camera…"))
        self.paint(self.view)

    def leave(self) -> None:
        self._in_sight = False
        self.stop()
        self.camera.stop()

    @property
    def used_up(self) -> bool:
        """No attempt is left and none has passed: the two-person path remains."""
        return self._left_over() <= 0 and outcome(self.view.case) in ("", "fail")

    def _left_over(self) -> int:
        return self.view.case.liveness_left(self.view.pack.thresholds.liveness_attempts)

    def paint(self, view: CaseView) -> None:
        two, running = view.case.identity_path == "two_person", self._plan is not None or self._judging
        self._paths.setCurrentIndex(1 if two else 0)
        consent = view.case.consents.get(FACE_CONSENT)
        may_use_face = consent is not None and consent.in_force
        self.second.show_case(view, locked=bool(self.locked), why=self._why_two(may_use_face))
        self.subtitle.setText(tr("另一位行内员工当场核对本人和证件",
                                 "Another employee compares person and papers") if two
                              else tr("请客户正对摄像头，按提示完成动作",
                                      "The customer looks at the camera and follows"))
        self._switch.setText(tr("改用人脸核验", "Use the face check") if two else
                             tr("改为双人人工核验", "Let two persons check") if self.used_up else
                             tr("无法使用人脸？改为双人人工核验", "No face check? Two persons instead"))
        self._switch.setVisible(not self.locked and not running
                                and (not two or (may_use_face and not self.used_up)))
        self._start.setVisible(not two and not running and not self.locked and self._left_over() > 0)
        self._which.setVisible(self._start.isVisibleTo(self))
        self._start.setText(tr("重新开始", "Start again") if view.case.liveness else tr("开始检测", "Start"))
        self._cancel.setVisible(self._plan is not None)
        self._show_portrait(view)
        if not running:
            self._paint_rest(view, two)

    def _why_two(self, may_use_face: bool) -> str:
        if not may_use_face:
            return tr("客户没有同意人脸识别。", "The customer has not agreed to face recognition.")
        if self.used_up:
            return tr("人脸核验的机会已经用完。", "All attempts at the face check are used.")
        return ""

    def _paint_rest(self, view: CaseView, two: bool) -> None:
        """No attempt runs: the last result, or what is to come."""
        done, left = view.case.liveness, self._left_over()
        if done is not None:
            self.result.show_result(view, left, self.used_up)
        else:
            self.camera.show_overlay(resting(self.used_up, left, view.pack.thresholds.liveness_attempts, bool(self.locked)))
        self.aside.show_rest(view, may_start=not self.locked and left > 0)
        self._show_left(self.result if done is not None else self._seen, watch=done is None and not two)
        if done is not None:
            self.camera.say(tr("检测已结束，结果请看客户经理的屏幕。", "The check has ended; the manager has its result."))
            self.camera.show_overlay(overlay(None))

    def _show_left(self, pane: QWidget, watch: bool) -> None:
        self._left.setCurrentWidget(pane)
        if watch and self._in_sight:
            self.camera.watch(self.desks.booth)
        else:
            self.camera.stop()

    def done_words(self) -> str:
        return tr("检测已结束，请把电脑交还客户经理。", "The check has ended. Please hand the laptop back to the manager."
                  ) if self.view.case.liveness is not None and self._plan is None else ""

    def refresh_footer(self) -> None:
        super().refresh_footer()
        ready, two, running = self.next.isEnabled(), self.view.case.identity_path == "two_person", self._plan is not None
        if running or self._judging:
            restyle(self.hint, tone="")
        if self._judging:
            self.hint.setText(tr("正在比对，请稍候…", "Comparing, please wait…"))
        elif running:
            self.hint.setText(tr(f"中途停止也算一次（第 {self._plan.attempt} 次，共 {self._plan.attempts_max} 次）。",
                                 f"Stopping counts too (attempt {self._plan.attempt} of {self._plan.attempts_max})."))
        reviewing = self.result.review.isVisibleTo(self) and not two
        restyle(self._start, role="" if ready or two or reviewing else "primary")
        restyle(self._switch, role="primary" if self.used_up and not two and not ready else "")
        restyle(self.result.review.confirm, role="primary" if reviewing and not ready else "")
        restyle(self.second.confirm, role="primary" if two and not ready else "")
        restyle(self.next, role="primary" if ready or not (reviewing or two or self.used_up or
                                                           self._start.isVisibleTo(self)) else "")

    def _show_portrait(self, view: CaseView) -> None:
        front = view.case.card_sides.get("front")
        shown: FileRef | None = front.portrait or front.crop if front else None
        if shown is None or shown.id == self._portrait or view.case.purged:
            return
        self._portrait = shown.id
        self.load(shown, self.aside.picture)

    def load(self, ref: FileRef, onto: Any, size: QSize | None = None) -> None:
        """Decrypt and decode a picture off the window's thread, behind whatever the person asked for."""
        signing = self.desks.signing
        Operation(lambda: decode(signing.file_bytes(self.case_id, ref), size), rank=1).owned_by(onto).then(
            onto.show_image).failed(self.trouble).start()

    # -- one attempt -------------------------------------------------------------------------------------------------

    def in_hand(self) -> str:
        return tr("人脸检测中，结束后再锁屏", "Face check: locks when it ends") if self._plan or self._judging else ""

    def begin(self) -> None:
        """Draw the actions and run one attempt; progress arrives from the booth's thread."""
        self.act(self.desks.signing.begin_liveness, self.case_id, self.aside.without, self.aside.why_without,
                 self.aside.skip_light, then=self._planned, during=self._start)

    def _planned(self, plan: LivenessPlan) -> None:
        if not self._in_sight:
            self._abandon(STOPPED)
            return
        self._plan = plan
        self.paint(self.view)
        self.aside.show_running(plan)
        self._show_left(self._seen, watch=True)
        self.refresh_footer()
        self._cancel.setFocus()
        self.act(self.desks.booth.start_liveness, plan, lambda progress: self.progressed.emit(plan, progress),
                 lambda trouble: self.stumbled.emit(plan, trouble), lane="booth",
                 failed=lambda condition: self._stumble(plan, condition))

    def stop(self) -> None:
        """Give the attempt up; it counts, and the person is told so."""
        if self._plan is not None:
            plan = self._end()
            Operation(self.desks.booth.cancel_liveness, lane="booth").start()
            self._abandon(STOPPED)
            left = plan.attempts_max - plan.attempt
            self.notice.show_words(
                tr("已停止，这次算一次。", "Stopped. This attempt counts."),
                tr(f"还可以再做 {left} 次。", f"{left} more attempt(s) possible.") if left else
                tr("机会已经用完，请改为双人人工核验。", "None is left: let two persons check."), "warn")

    def _end(self) -> LivenessPlan:
        """The attempt under way is over, whatever comes of it: no light, no late progress."""
        plan, self._plan = self._plan, None
        self._show_light(None)
        self.camera.show_overlay(overlay(None))
        if self._cancel.hasFocus():
            self.setFocus()  # not on to the next button: a second press there would begin anew
        self.paint(self.view)
        self.refresh_footer()
        return plan

    def _abandon(self, reason: str) -> None:
        """Record how the attempt ended; the next begins only after that."""
        self.act(self.desks.signing.abandon_liveness, self.case_id, reason, during=self._start)

    def _progress(self, plan: LivenessPlan, progress: Any) -> None:
        if plan is not self._plan:
            return
        self.aside.actions.show_plan(progress.actions, progress.done, progress.action)
        self.camera.show_overlay(overlay(progress))
        self._show_light(None if progress.finished else progress.light)
        if progress.finished:
            self._judging = True
            self._end()
            self.camera.show_overlay(overlay(progress))
            self.act(self.desks.signing.finish_liveness, self.case_id, then=lambda _view: self._judged(),
                     failed=self._not_judged)

    def _show_light(self, colour: tuple[int, int, int] | None) -> None:
        """The window in this colour at once; in its own again for None."""
        if colour is None:
            if self._lamp is not None:
                self._lamp.hide()
                self._lamp.deleteLater()
                self._lamp = None
            return
        if self._lamp is None:
            self._lamp = ScreenLight("liveness.screen_light", self.camera, self._cancel)
        self._lamp.show_colour(QColor(*colour))
        self.camera.repaint()

    def _stumble(self, plan: LivenessPlan, condition: Condition) -> None:
        """What ails camera or worker ends the attempt without counting it."""
        if plan is self._plan:
            self._end()
            self._abandon(condition.code)
            self._uncounted(condition)

    def _judged(self) -> None:
        self._judging = False
        self.paint(self.view)
        self.refresh_footer()

    def _not_judged(self, condition: Condition) -> None:
        self._judged()
        self._abandon(condition.code)  # where the desk has not ended it yet
        self._uncounted(condition)

    def _uncounted(self, condition: Condition) -> None:
        spoken = text.language()
        self.notice.show_words(
            condition.message(spoken), condition.next(spoken) + tr("这次不计次数。", " This attempt does not count."),
            "bad", condition.code)
        self.refresh_footer()

    # -- a person decides --------------------------------------------------------------------------------------------

    def _review(self, staff_id: str, password: str, decision: str, reason: str) -> None:
        self.act(self.desks.signing.review_identity, self.case_id, staff_id, password, decision, reason,
                 during=self.result.review.confirm)

    def _other_path(self) -> None:
        path = "face" if self.view.case.identity_path == "two_person" else "two_person"
        self.act(self.desks.signing.choose_identity_path, self.case_id, path, during=self._switch)

    def _verify(self, staff_id: str, password: str, statement: str, with_photo: bool) -> None:
        signing, booth = self.desks.signing, self.desks.booth

        def verify() -> CaseView:
            photo = booth.snapshot() if with_photo else None
            return signing.verify_by_second_person(self.case_id, staff_id, password, statement, photo)

        self.act(verify, during=self.second.confirm)
