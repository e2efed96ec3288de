"""The two-person check: another employee signs in, says what was seen, and a photo is taken if wished."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.desk.views import CaseView
from app.ui.text import tr
from app.ui.widgets.basics import Card, button, column, label, row
from app.ui.widgets.colleague import Colleague, missing_words
from app.ui.widgets.inputs import Check, Field


class SecondPersonForm(QWidget):
    """``finished`` carries staff number, password, statement and whether to take a photo."""

    finished = Signal(str, str, str, bool)

    def __init__(self) -> None:
        super().__init__()
        self._colleague = Colleague("liveness.second", tr("核验人工号", "Staff number"))
        self._statement = QPlainTextEdit(objectName="liveness.second.statement")
        self._statement.setTabChangesFocus(True)
        self._statement.setFixedHeight(110)
        self._statement.setPlainText(tr("本人当面核对了客户本人与身份证件，面貌与证件照片一致，证件为原件且在有效期内。",
                                        "I compared the customer with the original, valid ID card; they match."))
        self._photo = Check(tr("同时拍一张核验现场照片", "Take a photo of the check"), "liveness.second.photo")
        self.confirm = button(tr("完成双人核验", "Record the check"), "liveness.second.confirm")
        self.confirm.clicked.connect(self._emit)
        self._missing = label("", "label", name="liveness.second.missing")
        self._done = label("", "heading", wrap=True, name="liveness.second.done")
        self._why = label("", wrap=True, name="liveness.second.why")
        self._colleague.changed.connect(self._refresh)
        self._statement.textChanged.connect(self._refresh)
        words = label(tr("与人脸核验效力相同，不影响办理和评分。由本单客户经理以外的一位行内员工当场完成。",
                         "Of equal standing with the face check; done on the spot by another employee."),
                      "caption", wrap=True)
        card = Card(self._done, self._why, words, self._colleague, Field(tr("核验声明", "Statement"), self._statement),
                    self._photo, row(self.confirm, self._missing, None, gap=12), gap=12)
        card.setMaximumWidth(640)
        self.setLayout(column(card, None))
        self.layout().setAlignment(Qt.AlignmentFlag.AlignTop)
        self._locked = False
        self._refresh()

    def show_case(self, view: CaseView, locked: bool, why: str = "") -> None:
        """``why`` tells what led to this path where it was not a choice."""
        done = view.case.second_person
        self._why.setText(why)
        self._why.setVisible(bool(why) and done is None)
        self._done.setVisible(done is not None)
        if done:
            self._done.setText(tr(f"✓ 已由 {done.staff_name}（工号 {done.staff_id}）核验",
                                  f"✓ Verified by {done.staff_name} ({done.staff_id})"))
        self._locked = locked
        for field in (self._colleague, self._statement, self._photo):
            field.setEnabled(not locked)
        self._refresh()

    def _refresh(self) -> None:
        lacking = self._colleague.lacking((self._statement.toPlainText().strip(), tr("声明", "statement")))
        self.confirm.setEnabled(not lacking and not self._locked)
        self._missing.setText("" if self._locked else missing_words(lacking))

    def _emit(self) -> None:
        self.finished.emit(*self._colleague.give(), self._statement.toPlainText().strip(), self._photo.isChecked())
