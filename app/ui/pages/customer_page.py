"""What the customer sees: large type, nothing of the manager's tools, and a way out only the manager uses."""

from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel, QWidget

from app.desk.views import CaseView
from app.ui import icons, theme
from app.ui.pages.page import Page
from app.ui.stylesheet import customer_sheet
from app.ui.text import tr
from app.ui.widgets.basics import button, column, holder, label, row
from app.ui.widgets.hold_button import HoldButton

MARGINS = (32, 24, 32, 24)


class CustomerPage(Page):
    """Fills the window. ``larger`` changes the type 16, 18, 22; the manager leaves by holding the button."""

    customer = True

    def __init__(self, desks: Any, view: CaseView) -> None:
        self._size = theme.CUSTOMER_SIZES[0]
        super().__init__(desks, view)
        self.setStyleSheet(customer_sheet(self._size))

    def compose(self):
        mark = QLabel()
        mark.setPixmap(icons.logo())
        self.greeting = label("", "caption", name=f"{self.step}.greeting")
        self.progress = Segments()
        self._larger = button(tr("放大字号", "Larger type"), f"{self.step}.larger", "quiet")
        self._larger.clicked.connect(self.enlarge)
        self.leave_button = HoldButton(tr("客户经理按住返回", "Manager: hold to leave"), f"{self.step}.leave")
        self.leave_button.held.connect(lambda: self.go.emit(self.way_out()))
        bank = label(self.desks.session.bank, "heading")
        bar = holder(row(mark, bank, None, self.greeting, self.progress, self._larger, self.leave_button, gap=12,
                         margins=(32, 0, 32, 0)), "bar")
        bar.setFixedHeight(68)
        inside = column(self.busy, self.notice, *self.recording(), gap=12, margins=MARGINS)
        inside.addLayout(self.body, 1)
        whole = column(bar, gap=0)
        whole.addLayout(inside, 1)
        return whole

    def way_out(self) -> Any:
        """Where the manager comes out."""
        return "back"

    def enlarge(self) -> None:
        sizes = theme.CUSTOMER_SIZES
        self._size = sizes[(sizes.index(self._size) + 1) % len(sizes)]
        self.setStyleSheet(customer_sheet(self._size))

    @property
    def zoom(self) -> float:
        return self._size / theme.CUSTOMER_SIZES[0]


class Segments(QWidget):
    """One dash a document: done, under way, to come."""

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

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        for at in range(self._all):
            tone = "ok" if at < self._done else "brand" if at == self._done else "line"
            painter.fillRect(at * (self._dash + 6), 0, self._dash, 5, theme.colour(tone))
