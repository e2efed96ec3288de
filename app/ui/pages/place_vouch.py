"""A place that the bank does not let be sealed as it stands: why, and another employee's word for it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from app.domain.policy import Words
from app.ui import text
from app.ui.text import tr
from app.ui.widgets.basics import Card, button, label, restyle, row
from app.ui.widgets.colleague import Colleague, missing_words
from app.ui.widgets.inputs import Field


class VouchForm(Card):
    """``vouched`` carries staff number, password and reason."""

    vouched = Signal(str, str, str)

    def __init__(self) -> None:
        self._why = label("", "strong", wrap=True, name="place.vouch.why")
        restyle(self._why, tone="warn")
        self._colleague = Colleague("place.vouch", tr("确认人工号", "Colleague's staff number"))
        self._reason = QLineEdit(objectName="place.vouch.reason", maxLength=300)
        self._reason.setPlaceholderText(tr("例如：在车商展厅，见营业执照与招牌", "e.g. in the dealer's hall, by its sign"))
        self.confirm = button(tr("确认地点", "Vouch for the place"), "place.vouch.confirm")
        self._missing = label("", "label", wrap=True, name="place.vouch.missing")
        super().__init__(
            self._why, label(tr("请重新定位。确实不能的，由本单客户经理以外的一位行内员工当场确认；审批会看到。",
                                "Locate again. Where that cannot be, another employee vouches for it here; reviewers see it."),
                             "caption", wrap=True),
            self._colleague, Field(tr("依据", "Reason"), self._reason), row(self.confirm, self._missing, None, gap=12), gap=10)
        self.confirm.clicked.connect(lambda: self.vouched.emit(*self._colleague.give(), self._reason.text().strip()))
        self._colleague.changed.connect(self._refresh)
        self._reason.textChanged.connect(lambda _text: self._refresh())
        self._refresh()
        self.hide()

    def show_doubt(self, why: Words | None) -> None:
        self.setVisible(why is not None)
        if why:
            self._why.setText(tr("这样的定位不能封存：", "A case with this place cannot be sealed: ") + text.of(why))

    def _refresh(self) -> None:
        lacking = self._colleague.lacking((self._reason.text().strip(), tr("依据", "reason")))
        self.confirm.setEnabled(not lacking)
        self._missing.setText(missing_words(lacking))
