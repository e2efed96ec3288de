"""The cards beside the face: what is asked and done, the coloured light, how alike the faces are, what was looked at."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.case import Case
from app.domain.challenge import ACTIONS_ASKED, LIGHT_STEP_S, LIGHT_STEPS
from app.domain.face import ActionResult, FaceMatch, LivenessResult
from app.domain.facts import LivenessFinished
from app.ui import face_words
from app.ui.text import tr
from app.ui.widgets.basics import Bar, Card, button, column, holder, label, restyle, row
from app.ui.widgets.inputs import Check, Choice


class ActionsCard(Card):
    """The drawn actions, each done, under way or to come; which attempt it is; and the way to leave actions out."""

    def __init__(self) -> None:
        self._attempt = label("", "label", name="liveness.attempt")
        self._lines: list[tuple[QWidget, Any, Any]] = []
        self.other = button(tr("换一个动作", "Another action"), "liveness.other_actions", "quiet")
        self._without = label("", "label", wrap=True, name="liveness.without")
        super().__init__(row(label(tr("动作", "Actions"), "label"), None, self._attempt), padding=12, gap=6)
        for at in range(ACTIONS_ASKED):
            name, state = label("—"), label("—", name=f"liveness.action.{at}")
            state.setMinimumWidth(72)
            state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            line = holder(row(name, None, state))
            self._lines.append((line, name, state))
            self.body.addWidget(line)
        self._to_come = label(tr(f"开始后随机抽取 {ACTIONS_ASKED} 个动作", f"{ACTIONS_ASKED} actions are drawn at the start"),
                              "label", wrap=True)
        self.body.addWidget(self._to_come)
        self.body.addWidget(self._without)
        self.body.addWidget(self.other)

    def show_attempt(self, number: int, of: int) -> None:
        """Which attempt this is; no number where none is to come."""
        self._attempt.setText(tr(f"第 {number} 次，共 {of} 次", f"Attempt {number} of {of}") if number else "")

    def show_without(self, words: str) -> None:
        self._without.setText(tr(f"不做：{words}", f"Left out: {words}") if words else "")
        self._without.setVisible(bool(words))

    def show_result(self, result: LivenessResult) -> None:
        self.show_plan(tuple(a.action for a in result.actions), result.actions, None)

    def show_plan(self, actions: tuple[str, ...], done: tuple[ActionResult, ...], current: str | None) -> None:
        self._to_come.setVisible(not actions)
        for at, (line, name, state) in enumerate(self._lines):
            line.setVisible(at < len(actions))
            if at >= len(actions):
                continue
            words, shown, tone = tr(*face_words.ACTIONS[actions[at]]), "—", ""
            if at < len(done):
                shown, tone = _result_words(done[at])
            elif at == len(done) and current == actions[at]:
                shown, tone = tr("进行中", "Now"), "brand"
            name.setText(words)
            state.setText(shown)
            state.setAccessibleName(f"{words} {shown}")
            restyle(name, tone="brand" if tone == "brand" else "", role="strong" if tone == "brand" else "")
            restyle(state, tone=tone)


def _result_words(result: ActionResult) -> tuple[str, str]:
    if not result.passed:
        return tr("✕ 未完成", "✕ Not done"), "bad"
    return "✓" + (f" {result.at_s:.1f} s" if result.at_s is not None else ""), "ok"


class LightCard(Card):
    """Tells before the start that the screen will change its colour, and lets a person do without."""

    def __init__(self) -> None:
        lasts, changes = round(LIGHT_STEPS * LIGHT_STEP_S), round(1 / LIGHT_STEP_S)
        self._notice = label(tr(f"最后约 {lasts} 秒屏幕会变换柔和的颜色，每秒最多 {changes} 次。",
                         f"For the last {lasts} seconds or so the screen shows soft colours, "
                         f"at most {changes} changes a second."), "label", wrap=True, name="liveness.light_notice")
        self._skip = Check(tr("光敏感？不显示彩光", "Light-sensitive? Skip it"), "liveness.skip_light")
        self._why = Choice("liveness.skip_light_reason", tuple((words, words) for words in (
            tr("客户对光敏感", "Sensitive to light"), tr("客户不愿意", "Does not wish it"),
            tr("现场不便", "Not possible here"))))
        self._why.setAccessibleName(tr("不显示彩光的原因", "Why no coloured light"))
        self._follows = label(tr("结果可能需要人工复核。", "A person may have to review the result."), "label", wrap=True)
        self._skip.toggled.connect(self._refresh)
        self._title = label(tr("彩光", "Coloured light"), "label")
        super().__init__(self._title, self._notice, self._skip, self._why, self._follows,
                         padding=12, gap=6)
        self._refresh()

    def show_notice(self, shown: bool) -> None:
        """The whole sentence before the first attempt; the choice alone where room is scarce."""
        for one in (self._title, self._notice):
            one.setVisible(shown)
        edge = 12 if shown else 4
        self.body.setContentsMargins(12, edge, 12, edge)

    @property
    def fields(self) -> tuple[QWidget, ...]:
        """What can be pressed, in the order of the keyboard."""
        return self._skip, self._why

    def reason(self) -> str:
        """Why no coloured light shall be shown, '' where it shall."""
        return self._why.code() if self._skip.isChecked() else ""

    def remember(self, reason: str) -> None:
        """Begin with what was chosen at the attempt before."""
        self._skip.setChecked(bool(reason))
        self._why.choose(reason)

    def _refresh(self) -> None:
        for one in (self._why, self._follows):
            one.setVisible(self._skip.isChecked())


class LikenessCard(Card):
    """How like the live face is to the card's portrait, what that means, and how often a stranger would get as far."""

    def __init__(self) -> None:
        self._figure = label("—", "figure", name="liveness.similarity")
        self._meaning = label("", "strong", wrap=True, name="liveness.meaning")
        self._bar = Bar()
        self._limits = label("", "label", wrap=True, name="liveness.match_note")
        self._strangers = label("", "label", wrap=True, name="liveness.strangers")
        super().__init__(label(tr("人证相似度", "Likeness"), "label"), row(self._figure, self._meaning, gap=10), self._bar,
                         self._limits, self._strangers, padding=12, gap=6)
        self.body.itemAt(1).layout().setStretch(1, 1)

    def show_match(self, match: FaceMatch | None, words: str = "") -> None:
        """The comparison, or ``words`` why there is none."""
        tone = face_words.TONES[match.zone] if match else ""
        self._figure.setText(face_words.figure(match) if match else "—")
        self._meaning.setText(tr(*face_words.ZONES[match.zone]) if match else "")
        self._limits.setText(face_words.limits(match) if match else words)
        self._strangers.setText(face_words.strangers(match) if match else "")
        self._strangers.setToolTip(match.calibrated_on if match else "")
        self._strangers.setVisible(match is not None)
        self._bar.show_share(match.similarity if match else 0.0, tone or "brand")
        for one in (self._figure, self._meaning):
            restyle(one, tone=tone)


class ChecksCard(Card):
    """What else was looked at: a picture held up, the coloured light, what was left out, and by which models."""

    def __init__(self) -> None:
        super().__init__(padding=12, gap=6)
        self._rows: dict[str, tuple[QWidget, Any]] = {}
        for name, caption in (("passive", tr("翻拍检测", "Picture instead of a face")),
                              ("light", tr("彩光应答", "Coloured light")),
                              ("chip", tr("与芯片照片", "Against the chip's photo")),
                              ("left_out", tr("没有做的动作", "Actions left out")),
                              ("lacks", tr("模型包缺少", "The model pack lacks")),
                              ("engine", tr("识别引擎", "Engine"))):
            value = label("", "finding", wrap=True, name=f"liveness.check.{name}")
            one = holder(column(label(caption, "label"), value, gap=1))
            self._rows[name] = one, value
            self.body.addWidget(one)

    def show_result(self, case: Case, done: LivenessFinished) -> None:
        result, chip = done.result, done.chip_match
        shown = {
            "passive": face_words.passive(result), "light": face_words.light(result),
            "chip": (f"{face_words.figure(chip)} · {tr(*face_words.ZONES[chip.zone])}", face_words.TONES[chip.zone])
            if chip else ("", ""),
            "left_out": (face_words.left_out(case, result), ""), "lacks": (face_words.lacks(result), "warn"),
            "engine": (face_words.engine(result), "")}
        for name, (words, tone) in shown.items():
            holding, value = self._rows[name]
            value.setText(words)
            restyle(value, tone=tone)
            holding.setVisible(bool(words))
        self._rows["engine"][1].setToolTip(f"{result.engine}\n{result.pack_sha256}")


class OtherActions(Card):
    """Leaves out what a customer cannot do, with the reason. ``chosen`` carries the actions and the reason."""

    chosen = Signal(tuple, str)
    closed = Signal()

    def __init__(self) -> None:
        self._why = Choice("liveness.without_reason", tuple((code, tr(zh, en)) for code, zh, en, _ in _REASONS))
        self._why.setAccessibleName(tr("原因", "Reason"))
        self._own = QLineEdit(objectName="liveness.without_own", maxLength=60)
        self._own.setPlaceholderText(tr("请写明原因", "Which reason"))
        self._own.setAccessibleName(tr("请写明原因", "Which reason"))
        self._own.textChanged.connect(lambda _text: self._refresh())
        self._boxes = {code: Check(tr(*words), f"liveness.without.{code}") for code, words in face_words.ACTIONS.items()}
        self._note = label("", "label", wrap=True, name="liveness.without_note")
        self._done = button(tr("确定", "Use these"), "liveness.without_done")
        self._close = button(tr("取消", "Cancel"), "liveness.without_cancel", "quiet")
        super().__init__(label(tr("换一个动作", "Another action"), "strong"), label(tr("原因", "Reason"), "label"), self._why,
                         self._own, label(tr("不做这些动作", "Leave out"), "label"), column(*self._boxes.values(), gap=0),
                         self._note, row(self._done, self._close, None), padding=12, gap=6)
        self._why.changed.connect(self._suggest)
        for box in self._boxes.values():
            box.toggled.connect(self._refresh)
        self._done.clicked.connect(self._emit)
        self._close.clicked.connect(self.closed)
        self._refresh()

    def open(self, without: tuple[str, ...], reason: str) -> None:
        """Begin with what is left out already, or with what the first reason suggests."""
        if reason:
            self._why.choose(next((code for code, zh, en, _ in _REASONS if reason == tr(zh, en)), OWN))
            self._own.setText(reason if self._why.code() == OWN else "")
        if without:
            self._mark(without)
        else:
            self._suggest()
        self._why.setFocus()

    def without(self) -> tuple[str, ...]:
        return tuple(code for code, box in self._boxes.items() if box.isChecked())

    def _suggest(self) -> None:
        self._mark(next(actions for code, _, _, actions in _REASONS if code == self._why.code()))

    def _mark(self, without: tuple[str, ...]) -> None:
        for code, box in self._boxes.items():
            box.setChecked(code in without)

    def _refresh(self) -> None:
        without, own = self.without(), self._why.code() == OWN
        everything = len(without) == len(self._boxes)
        unsaid = bool(without) and own and not self._own.text().strip()
        self._own.setVisible(own)
        self._done.setEnabled(not everything and not unsaid)
        if unsaid:
            words = tr("还差：原因", "Missing: the reason")
        elif everything:
            words = tr("至少留一个动作；都不方便时请改用双人核验。", "Keep one; if none is possible, two persons can check.")
        elif without and not face_words.full_challenge(without):
            words = tr("动作不够完整，结果可能需要人工复核。", "So few actions may lead to a review.")
        else:
            words = tr("其余动作中随机抽取三个。", "Three of the others are drawn.") if without else \
                tr("不勾选就按全部动作抽取。", "None marked: drawn from all.")
        self._note.setText(words)
        restyle(self._note, tone="warn" if everything else "")

    def _emit(self) -> None:
        without = self.without()
        reason = self._own.text().strip() if self._why.code() == OWN else self._why.currentText()
        self.chosen.emit(without, reason if without else "")


OWN = "other"
_REASONS = (
    ("glasses", "戴眼镜", "Wears glasses", ("blink",)),
    ("neck", "不便转头", "Cannot turn the head", ("turn_left", "turn_right")),
    ("mouth", "不便张嘴", "Cannot open the mouth", ("open_mouth",)),
    (OWN, "其他原因", "Another reason", ()),
)
