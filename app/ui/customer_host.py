"""What the customer sees: one part of a page in large type under the bank's name; nothing of the manager's tools, and a way
back that only the manager takes."""

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QScreen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.ui import icons, theme
from app.ui.stylesheet import customer_sheet
from app.ui.text import tr
from app.ui.widgets.basics import Stack, button, column, holder, label, row
from app.ui.widgets.hold_button import HoldButton
from app.ui.widgets.notice import BusyLine, Notice
from app.ui.widgets.pin import PinGate
from app.ui.widgets.scroll import Fit
from app.ui.widgets.seat import Seat, move

BAR_PX = 68
MARGINS = (32, 16, 32, 20)


class CustomerHost(QWidget):
    """``larger`` asks for the next size of type; ``taken_back`` without, ``tried`` with what the manager typed."""

    larger = Signal()
    taken_back = Signal()
    tried = Signal(str, bool)

    def __init__(self, bank: str, name: str, *, alone: bool) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(tr("客户屏", "The customer's screen"))
        self.setProperty("panel", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._seats: tuple[Seat, ...] = ()
        self.notice, self.busy = Notice(f"{name}.notice"), BusyLine()
        self._greeting = label("", "caption", name=f"{name}.greeting")
        self._progress = Segments()
        self._larger = button(tr("放大字号", "Larger type"), f"{name}.larger", "quiet")
        self._larger.clicked.connect(self.larger)
        self._hold = HoldButton(tr("客户经理按住收回", "Manager: hold to take back"), f"{name}.hold")
        self._hold.held.connect(self.taken_back)
        self._ask = button(tr("客户经理收回", "Manager: take back"), f"{name}.take_back")
        self._ask.clicked.connect(self._ask_pin)
        self._parts: QVBoxLayout = column(gap=12)
        self._done = label("", "title", wrap=True, name=f"{name}.done")
        self._done.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.gate = PinGate()
        self.gate.left.connect(self._back_to_parts)
        self.gate.tried.connect(self.tried)
        rest = label(tr("您好，请稍候，客户经理正在为您办理。", "Welcome. One moment, please."), "title", name=f"{name}.rest")
        rest.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._inside = Stack()
        self._shown, self._rest = Fit(self._parts), rest
        for one in (self._shown, self.gate, rest):
            self._inside.addWidget(one)
        self._alone = alone
        self.setLayout(self._compose(bank))
        self.expect_pin(pin=True)
        self.show_type(theme.CUSTOMER_SIZES[0])

    def _compose(self, bank: str):
        mark = QLabel()
        mark.setPixmap(icons.logo())
        bar = holder(row(mark, label(bank, "heading"), None, self._greeting, self._progress, self._larger, self._hold,
                         self._ask, gap=12, margins=(32, 0, 32, 0)), "bar")
        bar.setFixedHeight(BAR_PX)
        inside = column(self.busy, self.notice, gap=8, margins=MARGINS)
        inside.addWidget(self._inside, 1)
        inside.addWidget(self._done)
        whole = column(bar, gap=0)
        whole.addLayout(inside, 1)
        return whole

    @property
    def seats(self) -> tuple[Seat, ...]:
        return self._seats

    def take(self, seats: tuple[Seat, ...]) -> None:
        """Show what these seats lend."""
        self._seats = seats
        for seat in seats:
            move(seat.lend(), self._parts)
            self._parts.setStretchFactor(seat.part, 0 if seat.aside else 1)
        self._inside.setCurrentWidget(self._shown if seats else self._rest)
        self._larger.setVisible(bool(seats))

    def give_back(self) -> None:
        for seat in self._seats:
            self._parts.removeWidget(seat.part)
            seat.take_back()
        self._seats = ()
        self.notice.clear()
        self.show_busy(False)
        self.say("", (0, 0), "")
        self._inside.setCurrentWidget(self._rest)
        self._larger.hide()

    def say(self, greeting: str, progress: tuple[int, int], done: str) -> None:
        """Whom it greets, how many of how many are done, and what to do when nothing is left."""
        self._greeting.setText(greeting)
        self._progress.show_progress(*progress)
        self._done.setText(done if self._alone else "")
        self._done.setVisible(bool(self._done.text()))

    def tell(self, message: str, following: str, tone: str) -> None:
        """Trouble in plain words; without any, it is over."""
        if message:
            self.notice.show_words(message, following, tone)
        else:
            self.notice.clear()

    def show_busy(self, on: bool) -> None:
        if on != self.busy.working:
            (self.busy.begin if on else self.busy.end)()

    def expect_pin(self, *, pin: bool) -> None:
        """Whether taking back asks for a PIN; until one is set, holding the button does it."""
        self._ask.setVisible(self._alone and pin)
        self._hold.setVisible(self._alone and not pin)

    def show_type(self, px: int) -> None:
        self.setStyleSheet(customer_sheet(px))

    def _ask_pin(self) -> None:
        self._inside.setCurrentWidget(self.gate)
        self.gate.begin()

    def _back_to_parts(self) -> None:
        self._inside.setCurrentWidget(self._shown)
        self.setFocus()


class CustomerWindow(CustomerHost):
    """The same on a display of its own, frameless over the whole of it. It never takes the focus from the manager."""

    def __init__(self, bank: str) -> None:
        super().__init__(bank, "customer.display", alone=False)
        self.setWindowFlags(Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setWindowTitle(tr("客户屏", "The customer's screen"))

    def cover(self, screen: QScreen) -> None:
        self.winId()  # only a window that is made can be put on a display
        self.windowHandle().setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()


class Segments(QWidget):
    """One dash a document: done, under way, to come."""

    accessible_role = "share"

    def __init__(self) -> None:
        super().__init__()
        self._done, self._all = 0, 0
        self.setFixedHeight(6)

    def show_progress(self, done: int, whole: int) -> None:
        self._done, self._all = done, whole
        self._dash = 36 if whole <= 6 else 18
        self.setFixedSize(QSize(max(1, whole * (self._dash + 6)), 6))
        self.setAccessibleName(f"{done}/{whole}")
        self.update()

    def paintEvent(self, _event: Any) -> None:
        painter = QPainter(self)
        for at in range(self._all):
            tone = "ok" if at < self._done else "brand" if at == self._done else "line"
            painter.fillRect(at * (self._dash + 6), 0, self._dash, 5, theme.colour(tone))
