"""The recording's state on every page it covers: time, level and what is wrong; to begin, pause, go on and end it."""

from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.desk.views import CaseView, RecordingState
from app.domain.policy import PauseReason
from app.ui import text
from app.ui.text import tr
from app.ui.widgets.basics import Bar, Card, Elided, Pill, button, restyle, row

LOOK_MS = 200
QUIET_S, FACELESS_S = 10.0, 5.0
LOUD = 0.9


class RecordingStrip(Card):
    """Belongs to one page, through which it acts. ``changed`` when the recording starts or stops rolling."""

    changed = Signal()

    def __init__(self, page: Any) -> None:
        self._page = page
        step = page.step
        self.state = RecordingState(active=False)
        self._told: Any = None
        self._ending = False
        self.pill = Pill(tr("未录制", "Not recording"), "plain", name=f"{step}.recording")
        self._level = Bar(height=8)
        self._level.setObjectName(f"{step}.level")
        self._level.setFixedWidth(120)
        self.warning = Elided("", "label")
        self.warning.setObjectName(f"{step}.recording_warning")
        self._start = button(tr("开始双录", "Start recording"), f"{step}.start", "primary")
        self._pause = button(tr("暂停", "Pause"), f"{step}.pause", "quiet")
        self._resume = button(tr("继续录制", "Go on recording"), f"{step}.resume", "primary")
        self._finish = button(tr("结束双录", "End recording"), f"{step}.finish", "quiet")
        for one, act in ((self._start, self._begin), (self._pause, self._ask), (self._resume, self._go_on),
                         (self._finish, self.end)):
            one.clicked.connect(act)
        self._reasons = PauseReasons(step, page.view.pack.pause_reasons)
        self._reasons.chosen.connect(self._interrupt)
        self._reasons.hide()
        line = row(self.pill, self._level, self.warning, self._start, self._pause, self._resume, self._finish, gap=12)
        line.setStretch(2, 1)
        super().__init__(line, self._reasons, padding=6)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def showEvent(self, event) -> None:
        self._timer.start()
        self.look()
        super().showEvent(event)

    def hideEvent(self, event) -> None:
        self._timer.stop()
        super().hideEvent(event)

    @property
    def rolling(self) -> bool:
        return self.state.rolling

    @property
    def _before_customer(self) -> bool:
        """Lent to the customer's screen, where nothing of the manager's tools is shown."""
        return not self._page.isAncestorOf(self)

    def look(self) -> None:
        """Paint the recorder's state; trouble is told at once, and a recording that ended by itself is closed in order."""
        before, state = self.state, self._page.desks.booth.recording
        self.state = state
        self.pill.show_state(*_pill(state))
        self._level.show_share(state.level if state.rolling else 0, "ok" if state.level < LOUD else "warn")
        words, tone = _warning(state, self._page.view)
        self.warning.setText(words)
        restyle(self.warning, tone=tone)
        self._show_buttons()
        if state.trouble is not None and state.trouble is not self._told:
            self._told = state.trouble
            self._page.notice.show_condition(state.trouble)
        if state.over and not self._ending:
            self._ending = True
            self.end()
        if (before.active, before.rolling) != (state.active, state.rolling):
            self.changed.emit()

    def _show_buttons(self) -> None:
        state, shut = self.state, bool(self._page.locked) or self._before_customer
        self._start.setVisible(not state.active and not shut)
        self._pause.setVisible(state.active and not state.paused and not state.over and not shut)
        self._resume.setVisible(bool(state.paused) and not shut)
        self._finish.setVisible(state.active and not shut)
        for one in (self._start, self._resume):  # one primary button a page
            restyle(one, role="" if self._page.next.property("role") == "primary" else "primary")
        self._level.setVisible(state.active)
        if not state.active or shut:
            self._reasons.hide()

    def _begin(self) -> None:
        self._ending = False
        self._act(self._page.desks.signing.start_interview, self._start)

    def end(self) -> None:
        trouble = self.state.trouble if self.state.over else None
        self._act(self._page.desks.signing.finish_interview, self._finish,
                  then=lambda: trouble and self._page.notice.show_condition(trouble))

    def _ask(self) -> None:
        self._reasons.setVisible(not self._reasons.isVisible())

    def _interrupt(self, reason: str, note: str) -> None:
        self._reasons.hide()
        self._act(self._page.desks.signing.pause_interview, self._pause, reason, note)

    def _go_on(self) -> None:
        self._act(self._page.desks.signing.resume_interview, self._resume)

    def _act(self, act: Any, during: Any, *args: Any, then: Any = lambda: None) -> None:
        self._page.act(act, self._page.case_id, *args, then=lambda _view: (self.look(), then()), during=during)


class PauseReasons(QWidget):
    """Why: a reason of the pack, and a line of words where that asks for them."""

    chosen = Signal(str, str)

    def __init__(self, step: str, reasons: tuple[PauseReason, ...]) -> None:
        super().__init__()
        self._needing = {reason.code for reason in reasons if reason.note_needed}
        self._reason = QComboBox()
        self._reason.setObjectName(f"{step}.pause_reason")
        self._reason.setAccessibleName(tr("暂停原因", "Reason of the pause"))
        for reason in reasons:
            self._reason.addItem(text.of(reason.text), reason.code)
        self._note = QLineEdit()
        self._note.setObjectName(f"{step}.pause_note")
        self._note.setPlaceholderText(tr("补充说明", "In your own words"))
        self._note.setMaxLength(200)
        self._confirm = button(tr("确认暂停", "Pause now"), f"{step}.pause_now")
        self._confirm.clicked.connect(lambda: self.chosen.emit(self._reason.currentData(), self._note.text()))
        self._reason.currentIndexChanged.connect(self._judge)
        self._note.textChanged.connect(self._judge)
        self.setLayout(row(self._reason, self._note, self._confirm, gap=8))
        self.layout().setStretch(1, 1)

    def _judge(self) -> None:
        self._confirm.setEnabled(self._reason.currentData() not in self._needing or bool(self._note.text().strip()))


def _pill(state: RecordingState) -> tuple[str, str]:
    length = text.minutes(state.elapsed_ms / 1000)
    if not state.active:
        return tr("未录制", "Not recording"), "plain"
    if state.paused:
        return tr(f"已暂停 {length}", f"Paused {length}"), "warn"
    return (f"REC {length}", "bad") if state.rolling else (tr(f"没有画面 {length}", f"No picture {length}"), "warn")


def _warning(state: RecordingState, view: CaseView) -> tuple[str, str]:
    """What a person should mend now, the gravest first."""
    if state.paused:
        reason = next((r.text for r in view.pack.pause_reasons if r.code == state.paused), None)
        return tr("暂停原因：", "Paused: ") + (text.of(reason) if reason else state.paused), ""
    if not state.rolling:
        return "", ""
    if not state.audio:
        return tr("没有麦克风，只录画面", "No microphone: picture only"), "warn"
    if state.quiet_s >= QUIET_S:
        return tr(f"已 {state.quiet_s:.0f} 秒没有声音，请检查麦克风",
                  f"No sound for {state.quiet_s:.0f} s: check the microphone"), "warn"
    if state.faceless_s >= FACELESS_S:
        return tr(f"已 {state.faceless_s:.0f} 秒看不到人脸，请客户面向摄像头",
                  f"No face for {state.faceless_s:.0f} s: ask the customer to face the camera"), "warn"
    if state.dropped:
        return tr(f"已丢 {state.dropped} 帧", f"{state.dropped} frame(s) dropped"), ""
    return tr("录像与声音正常", "Picture and sound are fine"), ""
