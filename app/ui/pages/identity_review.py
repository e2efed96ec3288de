"""The review: a second employee looks at live face and portrait, signs in, decides, and says why."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QWidget

from app.domain.facts import IdentityReviewed
from app.ui.text import tr
from app.ui.widgets.basics import button, column, label, row
from app.ui.widgets.colleague import Colleague, missing_words
from app.ui.widgets.inputs import Field

DECISIONS = {"same": ("是同一人", "The same person"), "different": ("不是同一人", "Not the same person")}


class ReviewForm(QWidget):
    """``decided`` carries staff number, password, decision (same or different) and reason."""

    decided = Signal(str, str, str, str)

    def __init__(self) -> None:
        super().__init__()
        self._colleague = Colleague("liveness.review", tr("复核人工号", "Reviewer's staff number"))
        self._reason = QLineEdit(objectName="liveness.review.reason", maxLength=300)
        self._reason.setPlaceholderText(tr("比对了哪些特征，例如眉眼、耳廓、痣", "Which features, such as brows, ears, moles"))
        self._choices = {code: button(tr(*words), f"liveness.review.{code}") for code, words in DECISIONS.items()}
        group = QButtonGroup(self)
        for one in self._choices.values():
            one.setCheckable(True)
            group.addButton(one)
        self.confirm = button(tr("提交复核", "Record the review"), "liveness.review.confirm")
        self._missing = label("", "label", wrap=True, name="liveness.review.missing")
        self.confirm.clicked.connect(self._emit)
        self._colleague.changed.connect(self._refresh)
        self._reason.textChanged.connect(lambda _text: self._refresh())
        group.buttonToggled.connect(lambda _button, _on: self._refresh())
        self.setLayout(column(self._colleague, Field(tr("判断理由", "Reason"), self._reason),
                              row(*self._choices.values(), None, self.confirm, gap=12), self._missing, gap=8))
        self._refresh()

    def decision(self) -> str:
        return next((code for code, one in self._choices.items() if one.isChecked()), "")

    def _refresh(self) -> None:
        lacking = self._colleague.lacking(
            (self._reason.text().strip(), tr("理由", "reason")), (self.decision(), tr("判断", "decision")))
        self.confirm.setEnabled(not lacking)
        self._missing.setText(missing_words(lacking))

    def _emit(self) -> None:
        self.decided.emit(*self._colleague.give(), self.decision(), self._reason.text().strip())


def decision_words(review: IdentityReviewed) -> str:
    """Who decided what and why."""
    who = tr(f"{review.staff_name}（工号 {review.staff_id}）", f"{review.staff_name} ({review.staff_id})")
    said = tr(*DECISIONS[review.decision])
    return tr(f"{who}判断：{said}。理由：{review.reason}", f"{who} decided: {said}. Reason: {review.reason}")
