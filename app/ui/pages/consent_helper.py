"""Who reads everything to a customer that cannot read it: named before the first text is read aloud, witness when signing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.facts import ReadingHelped
from app.ui.text import tr
from app.ui.widgets.basics import Card, button, column, label, row
from app.ui.widgets.inputs import Choice, Field

REASONS = (("cannot_read", "不识字", "cannot read"), ("poor_sight", "视力不便", "sees badly"),
           ("language", "不通晓中文", "does not know the language"))


def words(helper: ReadingHelped | None) -> str:
    if helper is None:
        return tr("客户本人阅读", "The customer reads")
    return tr(f"由 {helper.name}（{helper.relation}）协助阅读并见证",
              f"{helper.name} ({helper.relation}) reads aloud and witnesses")


class HelperForm(QWidget):
    """``named`` carries the helper, with an empty name where nobody helps any more; ``left`` closes the form."""

    named = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._name = QLineEdit(objectName="consent.helper.name", maxLength=60)
        self._relation = QLineEdit(objectName="consent.helper.relation", maxLength=40)
        self._relation.setPlaceholderText(tr("例如：女儿、村委会工作人员", "e.g. daughter, village committee"))
        self._reason = Choice("consent.helper.reason", tuple((code, tr(zh, en)) for code, zh, en in REASONS))
        self.confirm = button(tr("登记", "Record"), "consent.helper.confirm", "primary")
        self.confirm.clicked.connect(lambda: self.named.emit(self._helper()))
        self._nobody = button(tr("不再需要协助", "No longer needed"), "consent.helper.nobody", "danger")
        self._nobody.clicked.connect(lambda: self.named.emit(ReadingHelped()))
        back = button(tr("返回", "Back"), "consent.helper.back")
        back.clicked.connect(self.left.emit)
        explained = label(tr("协助阅读人由客户自己选定，向客户朗读全部文件，并在签字时作为见证人签名。"
                             "本行和车商的工作人员不能担任。登记或更改后，已经生成的文件需要重新生成。",
                             "Chosen by the customer; reads every text aloud and signs as a witness. Nobody of the bank or "
                             "the dealer may do it. Documents drawn before are to be drawn anew."), "caption", wrap=True)
        fields = row(Field(tr("姓名", "Name"), self._name), Field(tr("与客户的关系", "Relation to the customer"), self._relation),
                     Field(tr("原因", "Reason"), self._reason), gap=12)
        card = Card(label(tr("协助阅读人", "Reading helper"), "heading"), explained, fields,
                    row(self.confirm, back, None, self._nobody, gap=12), gap=12)
        self.setLayout(column(card, None))
        self.layout().setAlignment(Qt.AlignmentFlag.AlignTop)
        for field in (self._name, self._relation):
            field.textChanged.connect(lambda _text: self._refresh())

    def show_helper(self, helper: ReadingHelped | None) -> None:
        self._name.setText(helper.name if helper else "")
        self._relation.setText(helper.relation if helper else "")
        if helper:
            self._reason.choose(helper.reason)
        self._nobody.setVisible(helper is not None)
        self._refresh()
        self._name.setFocus()

    def _refresh(self) -> None:
        self.confirm.setEnabled(bool(self._name.text().strip() and self._relation.text().strip()))

    def _helper(self) -> ReadingHelped:
        return ReadingHelped(name=self._name.text(), relation=self._relation.text(), reason=self._reason.code())
