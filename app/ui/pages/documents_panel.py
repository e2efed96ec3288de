"""The documents of a case as drawn and signed: to be read, searched, printed, and given to the customer on a stick."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.desk.views import CaseView
from app.domain.flow import signatures_left, signers
from app.ui import text
from app.ui.operation import Operation
from app.ui.pdf import print_pages
from app.ui.text import tr
from app.ui.widgets.basics import Stack, button, column, holder, row
from app.ui.widgets.copy_form import CopyForm
from app.ui.widgets.document_viewer import DocumentViewer

LIST_PX = 264


class DocumentsPanel(QWidget):
    """``act`` is the page's own way to the desk; ``said`` carries a sentence for the page's notice, ``trouble`` a condition."""

    said = Signal(str)
    trouble = Signal(object)
    left = Signal()

    def __init__(self, desks: Any, case_id: str, act: Callable[..., Any]) -> None:
        super().__init__()
        self._desks, self._case_id, self._act = desks, case_id, act
        self._known: tuple[str, ...] = ()
        self._list = QListWidget(objectName="documents.list")
        self._list.setAccessibleName(tr("待签文件", "Documents"))
        self._list.setFixedWidth(LIST_PX)
        self._list.setWordWrap(True)
        self._list.setSpacing(3)
        self._list.currentItemChanged.connect(lambda now, _before: now and self._open(now.data(0x0100)))
        self.viewer = DocumentViewer("documents")
        self.viewer.trouble.connect(self.trouble)
        self.copying = CopyForm()
        self.copying.chosen.connect(self._copy)
        self.copying.left.connect(lambda: self._pane.setCurrentWidget(self.viewer))
        self._pane = Stack()
        self._pane.addWidget(self.viewer)
        self._pane.addWidget(self.copying)
        self._print = self._button("print", tr("打印这一份", "Print this one"), lambda: self._ask_printer([self.viewer.pdf]))
        self._print_all = self._button("print_all", tr("全部打印", "Print all"), self._read_all)
        self._copy_button = self._button("copy", tr("存一份给客户…", "Copy for the customer…"), self._begin_copy)
        close = self._button("close", tr("返回表单", "Back to the form"), self.left.emit)
        side = holder(column(self._list, self._print, self._print_all, self._copy_button, close, gap=8))
        whole = row(side, self._pane, gap=16)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    @staticmethod
    def _button(code: str, words: str, act: Callable[[], object]):
        made = button(words, f"documents.{code}")
        made.clicked.connect(lambda: act())
        return made

    def show_case(self, view: CaseView) -> None:
        """The documents there are, each with who has signed it."""
        case, wanted = view.case, signers(view.case, view.pack)
        row_now = max(0, self._list.currentRow())
        self._list.blockSignals(True)
        self._list.clear()
        for code, document in case.documents.items():
            who = wanted.get(code, ())
            state = tr(f"已签 {len(document.signers)} / {len(who)}", f"signed {len(document.signers)} of {len(who)}")
            item = QListWidgetItem(f"{text.of(view.pack.form(code).name)}\n{state}", self._list)
            item.setData(0x0100, code)
        self._list.blockSignals(False)
        self._copy_button.setEnabled(bool(case.documents) and not signatures_left(case, view.pack))
        values = case.form.values if case.form else {}
        self._known = (case.card.card.number if case.card else "", values.get("phone", ""), values.get("repayment_card", ""))
        self._list.setCurrentRow(min(row_now, self._list.count() - 1))

    def _open(self, code: str) -> None:
        self._pane.setCurrentWidget(self.viewer)
        self._act(self._desks.signing.document_pdf, self._case_id, code, rank=-1, then=self.viewer.show_pdf)

    def _read_all(self) -> None:
        codes = [self._list.item(at).data(0x0100) for at in range(self._list.count())]
        self._act(lambda: [self._desks.signing.document_pdf(self._case_id, code) for code in codes], then=self._ask_printer)

    def _ask_printer(self, documents: list[bytes]) -> None:
        if not QPrinterInfo.availablePrinterNames():
            self.said.emit(tr("这台电脑没有打印机。请连接打印机，或存一份给客户。",
                              "This computer has no printer. Connect one, or save a copy for the customer."))
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.accepted.connect(lambda: self.print_to(printer, documents))
        dialog.open()

    def print_to(self, printer: QPrinter, documents: list[bytes]) -> None:
        """Print off the window's thread; ``printer`` lives until it is done."""
        Operation(print_pages, documents, printer, lane="printing").owned_by(self).then(
            lambda pages: self.said.emit(tr(f"已送打印机 {pages} 页。", f"{pages} pages sent to the printer."))).failed(
            self.trouble.emit).start()

    def _begin_copy(self) -> None:
        self.copying.begin(self._known)
        self._pane.setCurrentWidget(self.copying)

    def _copy(self, folder: Path, password: str, again: str) -> None:
        self._act(self._desks.signing.copy_for_customer, self._case_id, folder, password, again, then=self._copied,
                  during=self._copy_button)

    def _copied(self, path: Path) -> None:
        self._pane.setCurrentWidget(self.viewer)
        self.said.emit(tr(f"已保存并核对：{path.name}。请客户当场打开试一次。",
                          f"Saved and compared: {path.name}. Let the customer try to open it now."))
