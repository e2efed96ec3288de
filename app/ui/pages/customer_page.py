"""A page whose whole work is the customer's: all of it goes to the customer's screen as soon as it opens."""

from PySide6.QtWidgets import QLayout

from app.ui.pages.page import Page
from app.ui.widgets.basics import holder, label
from app.ui.widgets.seat import Seat


class CustomerPage(Page):
    """``part`` takes the layout of what the customer sees; hint and primary button belong into it. The manager's footer says
    what the customer still needs while she sees it elsewhere."""

    for_customer = "at once"

    def part(self, layout: QLayout) -> None:
        seat = Seat(holder(layout))
        self.seats = (*self.seats, seat)
        self.body.addWidget(seat, 1)
        self._needs = label("", "caption", wrap=True, name=f"{self.step}.needs")
        self.footer.addWidget(self._needs, 1)
        self.footer.addWidget(self.back)

    def refresh_footer(self) -> None:
        super().refresh_footer()
        self._needs.setText(self.hint.text() if self.host is not None else "")
