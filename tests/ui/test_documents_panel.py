"""The drawn documents on the screen and on paper: pages, words found, printing, and the customer's copy."""

import pytest
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QLabel, QLineEdit

from app.domain.flow import Step
from app.ui.pdf import find, print_pages
from tests.ui.fake_desk import pdf
from tests.ui.steps import acts, click
from tests.ui.steps import find as widget
from tests.unit.forms.forms_case import context, drawn


@pytest.fixture(scope="module")
def contract() -> bytes:
    return drawn("loan_contract", context(name="阿不都·热合曼")).pdf


@pytest.fixture
def page(opened, desks, contract, monkeypatch):
    page = opened(Step.SIGN)
    monkeypatch.setattr(desks.signing, "document_pdf", lambda case_id, form: contract)
    made = opened_forms(page, opened)
    click(made, "forms.documents")
    return made


def opened_forms(signing_page, opened):
    """The forms page of a case whose documents are drawn."""
    page = opened(Step.FORMS)
    page.case_id = signing_page.case_id
    page.documents._case_id = signing_page.case_id
    page.show_case(signing_page.view)
    return page


def test_words_are_found_where_they_stand_also_across_a_line_break(contract):
    assert {hit.page for hit in find(contract, "综合融资成本明示表")} >= {0, 1}
    assert find(contract, "阿不都·热合曼")
    assert find(contract, "没有这样的字") == ()
    assert find(contract, "  ") == ()
    for hit in find(contract, "贷款人"):
        assert 0 <= hit.place.left() < hit.place.right() <= 1


def test_the_printer_gets_every_page_on_a4(contract, tmp_path):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setResolution(150)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "打印 out.pdf"))
    assert print_pages([contract, pdf("第二份", pages=2)], printer) == 5
    printed = QPdfDocument(None)
    printed.load(str(tmp_path / "打印 out.pdf"))
    assert printed.pageCount() == 5
    assert abs(printed.pagePointSize(0).width() - 595) < 2
    printed.close()


def test_a_document_is_read_searched_and_turned(qtbot, page):
    viewer = page.documents.viewer
    qtbot.waitUntil(lambda: viewer.pane.page_count == 3, timeout=20_000)
    widget(page, "documents.words", QLineEdit).setText("抵押")
    qtbot.waitUntil(lambda: "1 / " in widget(page, "documents.found", QLabel).text(), timeout=20_000)
    click(page, "documents.next_hit")
    assert widget(page, "documents.found", QLabel).text().startswith("2 / ")
    viewer.pane.go_to_page(1)
    click(page, "documents.following")
    qtbot.waitUntil(lambda: "2 / 3" in widget(page, "documents.page", QLabel).text(), timeout=20_000)
    widget(page, "documents.words", QLineEdit).setText("没有这样的字")
    qtbot.waitUntil(lambda: widget(page, "documents.found", QLabel).text() == "没有找到", timeout=20_000)


def test_no_printer_is_told(page, monkeypatch):
    monkeypatch.setattr("app.ui.pages.documents_panel.QPrinterInfo.availablePrinterNames", lambda: [])
    click(page, "documents.print")
    assert "没有打印机" in page.notice.message()


def test_the_customer_types_the_password_twice_and_it_is_kept_nowhere(qtbot, page, desks, tmp_path):
    panel = page.documents
    panel._begin_copy()
    first, second = (widget(page, f"copy.{code}", QLineEdit) for code in ("password", "again"))
    assert first.echoMode() == QLineEdit.EchoMode.Password
    for words, good in (("12345678", False), ("Xiaoxing#88", True)):
        for entry in (first, second):
            entry.setText(words)
            entry.textEdited.emit(words)
        assert widget(page, "copy.choose").isEnabled() == good
    panel.copying.save_to(tmp_path)
    qtbot.waitUntil(lambda: "copy_for_customer" in acts(desks), timeout=20_000)
    assert first.text() == second.text() == ""
    qtbot.waitUntil(lambda: "copy.pdf" in page.notice.message(), timeout=20_000)
