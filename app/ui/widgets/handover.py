"""The manager's side of the customer's screen: turn this window over, use the other display or not, set the PIN."""

from app.ui.text import tr
from app.ui.widgets.basics import button
from app.ui.widgets.pin import PinForm


class Handover:
    """Three buttons for a page's heading and a form below it; nothing of it shows before ``show_place``."""

    def __init__(self, step: str) -> None:
        self.turn = button("", f"{step}.turn", shortcut="F8")
        self.home = button(tr("放回本窗口", "Take back"), f"{step}.turn_home")
        self.pin = button("", f"{step}.pin", "quiet")
        self.form = PinForm(f"{step}.pin_form")
        self._pin_set = False
        self.pin.clicked.connect(lambda: self.form.begin(change=self._pin_set))
        self.form.left.connect(self.form.hide)
        self.show_place(lent=False, beside=False, locked=True, pin=False)
        self.form.hide()

    def show_place(self, *, lent: bool, beside: bool, locked: bool, pin: bool) -> None:
        """``lent``: the page's part stands on the other display; ``beside``: there is one; ``pin``: one is set."""
        self.turn.setVisible(not lent and not locked)
        self.turn.setText(tr("放到客户屏   F8", "To display   F8") if beside else
                          tr("转给客户   F8", "To customer   F8"))
        self.turn.setShortcut("F8")  # a new text takes it away
        self.home.setVisible(lent)
        self._pin_set = pin
        self.pin.setVisible(not beside and not locked)
        self.pin.setText(tr("更改收回密码…", "Change PIN…") if pin else tr("设置收回密码…", "Set PIN…"))
