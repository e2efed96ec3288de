"""What every page of a case shares: heading, notice, body, and a footer that says what a shut button still needs."""

from collections.abc import Callable
from typing import Any, Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QPushButton, QWidget
from shiboken6 import isValid

from app.desk.views import CaseView
from app.domain.condition import Condition
from app.domain.flow import NAMES, STEPS, Step
from app.ui import text
from app.ui.operation import Operation
from app.ui.text import tr
from app.ui.widgets.basics import Elided, button, column, label, restyle, row
from app.ui.widgets.handover import Handover
from app.ui.widgets.notice import BusyLine, Notice
from app.ui.widgets.recording_strip import RecordingStrip
from app.ui.widgets.scroll import Fit
from app.ui.widgets.seat import Seat

RECORDED = (Step.INTERVIEW, Step.FORMS, Step.SIGN, Step.SATISFACTION, Step.SUBMIT)  # one recording runs through them


class Page(QWidget):
    """One step. ``paint`` draws a view of the case; ``missing`` lists what keeps the next button shut.

    ``for_customer``: whether it has parts, its ``seats``, that stand before the customer, and when one window is turned over for
    them: as it is asked, or at once. ``host`` has the parts while they are lent. ``told`` carries greeting, progress and what to
    do when all is done; ``acting`` says that an act takes long, and that it has ended.
    """

    step: Step
    for_customer: Literal["", "asked", "at once"] = ""
    recorded = Signal(object)
    go = Signal(object)
    told = Signal(str, object, str)
    acting = Signal(bool)

    def __init__(self, desks: Any, view: CaseView, title: str = "", subtitle: str = "") -> None:
        super().__init__()
        self.desks, self.view = desks, view
        self.case_id = view.case.case_id
        self.resting: set[QPushButton] = set()
        self.seats: tuple[Seat, ...] = ()
        self.host: QWidget | None = None
        self.greeting, self.progress = "", (0, 0)
        self.setProperty("panel", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        practice = tr("练习 · ", "Practice · ") if view.case.opened.practice else ""
        named = practice + (title or text.of(NAMES[self.step]))
        self.setAccessibleName(named)
        self.title = label(named, "title", name=f"{self.step}.title")
        self.subtitle = Elided(subtitle, "caption")
        self.actions = row(gap=12)
        self.notice = Notice(f"{self.step}.notice")
        self.busy = BusyLine()
        self.body = column(gap=12)
        self.hint = label("", "caption", wrap=True, name=f"{self.step}.missing")
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.back = button(tr("上一步", "Back"), f"{self.step}.back")
        self.next = button(tr("下一步", "Next"), f"{self.step}.next", "primary")
        self.back.clicked.connect(lambda: self.go.emit("back"))
        self.next.clicked.connect(self._onward)
        self.strip = RecordingStrip(self) if self.step in RECORDED else None
        if self.strip is not None:
            self.strip.changed.connect(self.refresh_footer)
        if self.strip is not None and self.for_customer:
            self.seats = (Seat(self.strip, aside=True),)
        self.handover = Handover(self.step) if self.for_customer else None
        self.footer = row(self.hint, gap=12)
        self.footer.setStretch(0, 1)
        self.setLayout(self.compose())

    def compose(self):
        """Heading, notice, body, footer."""
        heading = row(self.title, self.subtitle, self.actions, gap=12)
        heading.setStretch(1, 1)
        if self.handover:
            for one in (self.handover.pin, self.handover.home, self.handover.turn):
                self.actions.addWidget(one)
        self.subtitle.setContentsMargins(0, 5, 0, 0)
        for words in (self.title, self.subtitle):
            heading.setAlignment(words, Qt.AlignmentFlag.AlignVCenter)
        made = column(self.busy, heading, self.notice, *self.recording(), gap=12, margins=(26, 7, 26, 22))
        if self.handover:
            made.insertWidget(2, self.handover.form)
        made.addWidget(Fit(self.body), 1)
        made.addLayout(self.footer)
        return made

    def recording(self) -> tuple[QWidget, ...]:
        """The recording's strip, on the pages that a recording covers."""
        return self.seats or ((self.strip,) if self.strip is not None else ())

    def finish_footer(self, *buttons: QWidget, back: bool = True) -> None:
        """Put the buttons at the footer's right end, the primary one last."""
        for one in ((self.back,) if back else ()) + buttons + (self.next,):
            self.footer.addWidget(one)

    # -- what pages override ---------------------------------------------------------------------------------------

    def paint(self, view: CaseView) -> None:
        """Draw what depends on the case."""

    def enter(self) -> None:
        """The page comes into sight: start what it needs."""

    def leave(self) -> None:
        """The page goes out of sight: stop what it started."""

    def in_hand(self) -> str:
        """What is going on that a lock would break or hide half done, in words; '' where it keeps without harm."""
        return ""

    def missing(self) -> list[str]:
        """What is still needed before going on, in words."""
        return [text.of(lack.words) for lack in self.view.step(self.step).lacks if lack.blocks]

    def next_words(self) -> str:
        """What the primary button says while the page may change something."""
        return tr("下一步", "Next")

    def forward(self) -> None:
        """The primary button while the page may change something. Pages whose button records something override this."""
        self.go.emit("next")

    def customer_type(self, zoom: float) -> None:
        """Type on the customer's screen is ``zoom`` times the plain size from now on; 1.0 where the part is at home."""

    def done_words(self) -> str:
        """What the customer is told when there is nothing left to do here, or ''."""
        return ""

    def back_with_manager(self) -> None:
        """The manager has taken the one window back."""

    # -- what pages use --------------------------------------------------------------------------------------------

    @property
    def locked(self) -> str:
        """Why nothing may change here now, or ''."""
        case = self.view.case
        if case.sealed:
            return tr("这笔面签已封存，只能查看。", "This case is sealed: view only.")
        if case.supplement and self.step not in (Step.PAPERS, Step.SUBMIT):
            return tr("补件中：只能补拍银行要求的资料。", "Supplement: only the asked papers may change.")
        return ""

    def show_case(self, view: CaseView) -> None:
        self.view = view
        self.paint(view)
        if self.strip is not None:
            self.strip.setVisible(not self.locked and not view.case.sealed)
        self.refresh_footer()
        self.tell_customer()

    def tell_customer(self) -> None:
        self.told.emit(self.greeting, self.progress, self.done_words())

    @property
    def front(self) -> QWidget:
        """What stands before whoever acts now: the page, or the customer's screen."""
        return self.host or self

    def refresh_footer(self) -> None:
        missing = self.missing()
        self.next.setEnabled((not missing or bool(self.locked)) and self.next not in self.resting)
        self.next.setText(tr("下一步", "Next") if self.locked else self.next_words())
        words = self.locked or _together(missing)
        self.hint.setText(words)
        restyle(self.hint, tone="" if self.locked or not missing else "warn")
        self.next.setToolTip(words)
        self.next.setAccessibleDescription(words)

    def act(self, fn: Callable[..., Any], *args: Any, then: Callable[[Any], None] | None = None,
            during: QPushButton | None = None, failed: Callable[[Condition], None] | None = None, lane: str = "desk",
            rank: int = 0) -> Operation:
        """Do one thing at the desk; a CaseView that comes back goes to the frame, trouble to the notice."""
        if rank == 0:
            self.notice.clear()
        operation = Operation(fn, *args, lane=lane, rank=rank).owned_by(self)
        slow = []
        operation.slow.connect(lambda: (slow.append(True), self.busy.begin(), self.acting.emit(True)))
        operation.ended.connect(lambda: (self.busy.end(), self.acting.emit(False)) if slow else None)
        if rank == 0:
            operation.long.connect(self._still_working)
        if during is not None:
            _shut(self, during, operation)
        operation.ended.connect(self.refresh_footer)
        return operation.then(lambda result: self._arrived(result, then)).failed(failed or self.trouble).start()

    def _onward(self) -> None:
        if self.locked:
            self.go.emit("next")
        else:
            self.forward()

    def trouble(self, condition: Condition) -> None:
        self.notice.show_condition(condition)
        self.refresh_footer()

    def _still_working(self) -> None:
        restyle(self.hint, tone="")
        self.hint.setText(tr("仍在处理，请稍候…", "Still working…"))

    def _arrived(self, result: Any, then: Callable[[Any], None] | None) -> None:
        if isinstance(result, CaseView):
            self.recorded.emit(result)
        if then:
            then(result)

    def advance(self, view: CaseView) -> None:
        """Go on to the next page where the step no longer blocks."""
        if not any(lack.blocks for lack in view.step(self.step).lacks):
            self.go.emit("next")


def neighbour(step: Step, offset: int) -> Step | None:
    at = STEPS.index(step) + offset
    return STEPS[at] if 0 <= at < len(STEPS) else None


def _shut(page: Page, pressed: QPushButton, operation: Operation) -> None:
    """Nothing is done twice: the button rests until the act has ended, and keeps the focus if it had it."""
    focused = pressed.hasFocus()
    if focused:
        page.front.setFocus()
    page.resting.add(pressed)
    pressed.setEnabled(False)

    def ended() -> None:
        page.resting.discard(pressed)
        if not isValid(pressed):  # its card was drawn anew meanwhile
            return
        pressed.setEnabled(True)
        if focused:
            QTimer.singleShot(0, pressed, again)

    def again() -> None:
        if pressed.isVisible() and pressed.isEnabled() and page.front.hasFocus():
            pressed.setFocus()

    operation.ended.connect(ended)


def _together(missing: list[str]) -> str:
    if not missing:
        return ""
    if len(missing) <= 2:
        return tr("还差：", "Missing: ") + tr("；", "; ").join(missing)
    return tr(f"还差 {len(missing)} 项：", f"{len(missing)} things missing: ") + missing[0] + "…"
