"""A document with its tools: page by page, larger and smaller, words found in it, printed."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.condition import Condition
from app.ui.operation import Operation
from app.ui.pdf import Hit, find
from app.ui.text import tr
from app.ui.widgets.basics import button, column, label, row
from app.ui.widgets.reading_pane import ReadingPane

ZOOMS = (0.75, 1.0, 1.25, 1.5, 2.0)
TYPED_MS = 300


class DocumentViewer(QWidget):
    """``shown`` carries the bytes on the screen; ``trouble`` what kept them from it."""

    trouble = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.pdf = b""
        self._hits: tuple[Hit, ...] = ()
        self._now, self._zoom, self._page = 0, ZOOMS.index(1.0), 1
        self.pane = ReadingPane(f"{name}.document")
        self.pane.page_changed.connect(self._moved)
        self.pane.trouble.connect(self.trouble)
        self._at = label("", "label", name=f"{name}.page")
        self._scale = label("100%", "label")
        self._found = label("", "label", name=f"{name}.found")
        self.words = QLineEdit(objectName=f"{name}.words", maxLength=60)
        self.words.setPlaceholderText(tr("在文件中查找", "Find in the document"))
        self.words.setClearButtonEnabled(True)
        self.words.returnPressed.connect(lambda: self._step(1))
        self.words.textChanged.connect(lambda _words: self._typing.start())
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPED_MS)
        self._typing.timeout.connect(self._search)
        tools = [self._tool(f"{name}.{code}", sign, tip, act) for code, sign, tip, act in (
            ("previous", "‹", tr("上一页", "Previous page"), lambda: self._turn(-1)),
            ("following", "›", tr("下一页", "Next page"), lambda: self._turn(1)),
            ("smaller", "−", tr("缩小", "Smaller"), lambda: self._scale_by(-1)),
            ("larger", "＋", tr("放大", "Larger"), lambda: self._scale_by(1)),
            ("next_hit", "↓", tr("下一处", "Next place"), lambda: self._step(1)))]
        bar = row(tools[0], self._at, tools[1], tools[2], self._scale, tools[3], None, self.words, self._found, tools[4], gap=6)
        whole = column(bar, self.pane, gap=8)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    @staticmethod
    def _tool(name: str, sign: str, tip: str, act) -> QWidget:
        made = button(sign, name, tip=tip)
        made.setFixedWidth(40)
        made.setAccessibleName(tip)
        made.clicked.connect(act)
        return made

    def show_pdf(self, pdf: bytes) -> None:
        self.pdf, self._hits = pdf, ()
        self.words.clear()
        self._found.setText("")
        self.pane.show_pdf(pdf, ZOOMS[self._zoom])

    def _moved(self, page: int, pages: int) -> None:
        self._page = page
        self._at.setText(tr(f"{page} / {pages} 页", f"{page} of {pages}"))

    def _turn(self, by: int) -> None:
        self.pane.go_to_page(min(self.pane.page_count, max(1, self._page + by)))

    def _scale_by(self, step: int) -> None:
        self._zoom = min(len(ZOOMS) - 1, max(0, self._zoom + step))
        self._scale.setText(f"{ZOOMS[self._zoom]:.0%}")
        if self.pdf:
            self.pane.show_pdf(self.pdf, ZOOMS[self._zoom])

    def _search(self) -> None:
        pdf, words = self.pdf, self.words.text()
        Operation(find, pdf, words, lane="drawing").owned_by(self).then(
            lambda hits: self._show_hits(pdf, words, hits)).failed(self._not_searched).start()

    def _not_searched(self, condition: Condition) -> None:
        self.trouble.emit(condition)

    def _show_hits(self, pdf: bytes, words: str, hits: tuple[Hit, ...]) -> None:
        if pdf is not self.pdf or words != self.words.text():
            return
        self._hits, self._now = hits, 0
        self._mark()

    def _step(self, by: int) -> None:
        if self._hits:
            self._now = (self._now + by) % len(self._hits)
            self._mark()

    def _mark(self) -> None:
        self.pane.show_hits(self._hits, self._now)
        if not self.words.text().strip():
            self._found.setText("")
        elif self._hits:
            self._found.setText(f"{self._now + 1} / {len(self._hits)}")
        else:
            self._found.setText(tr("没有找到", "Not found"))
