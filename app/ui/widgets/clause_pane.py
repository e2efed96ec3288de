"""Highlighted clauses one at a time: each is dwelt on, read to its end and acknowledged before the document may be signed."""

from math import ceil
from time import monotonic

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame

from app.ui.text import tr
from app.ui.widgets.basics import button, column, label, row
from app.ui.widgets.read_aloud import ReadAloud
from app.ui.widgets.scroll import Scroll

TICK_MS = 200
LONGEST_LINE_PX = 880


class ClausePane(QFrame):
    """``acknowledged`` carries the clause, how many seconds it was shown, and whether its end was reached."""

    acknowledged = Signal(str, float, bool)
    refused = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._text, self._least_s, self._since, self._at_end = "", 0.0, 0.0, False
        self._heading = label("", "title", wrap=True, name=f"{name}.heading")
        self._explain = label(tr("这一条与您有重大利害关系。请看完后确认；有疑问请先问客户经理。",
                                 "This clause weighs on you. Read it, then acknowledge; ask the manager first if in doubt."),
                              "caption", wrap=True)
        self._clause = label("", "heading", wrap=True, name=f"{name}.text")
        self._clause.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._clause.setMaximumWidth(LONGEST_LINE_PX)
        self._area = Scroll(column(self._clause, None), tr("条款正文", "Text of the clause"), f"{name}.area")
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # shows that there is more
        bar = self._area.verticalScrollBar()
        bar.valueChanged.connect(lambda _value: self._look())
        bar.rangeChanged.connect(lambda _low, _high: self._look())
        self.confirm = button("", f"{name}.confirm", "primary")
        self.confirm.clicked.connect(self._confirmed)
        refuse = button(tr("我不同意", "I do not agree"), f"{name}.refuse")
        refuse.clicked.connect(self.refused)
        self.read_aloud = ReadAloud(f"{name}.read_aloud", lambda: self._text)
        self.read_aloud.heard.connect(self._heard)
        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MS)
        self._clock.timeout.connect(self._look)
        whole = column(self._heading, self._explain, self._area, row(refuse, self.read_aloud, None, self.confirm, gap=12), gap=16)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def show_clause(self, text: str, number: int, count: int, document: str, least_s: float) -> None:
        """The ``number``-th of ``count`` clauses of ``document``, to be dwelt on for ``least_s`` seconds."""
        self._heading.setText(tr(f"《{document}》重要条款 {number} / {count}",
                                 f"{document}: important clause {number} of {count}"))
        if text == self._text:
            return
        self.read_aloud.hush()
        self._text, self._least_s, self._at_end = text, least_s, False
        self._clause.setText(text)
        self._area.verticalScrollBar().setValue(0)
        self._since = monotonic()
        self._clock.start()
        self._look()

    def clear(self) -> None:
        """The next clause begins anew, whichever it is."""
        self._text = ""
        self._clock.stop()

    def _heard(self) -> None:
        """Who heard the whole clause knows it as one who read it."""
        self._at_end = True
        self._look()

    def _look(self) -> None:
        """Where the reader is, and what the button says."""
        self._at_end = self._at_end or (self.isVisible() and self._end_in_sight())
        left = ceil(self._least_s - (monotonic() - self._since))
        self.confirm.setEnabled(left <= 0 and self._at_end)
        if left > 0:
            self.confirm.setText(tr(f"请阅读（{left} 秒）", f"Please read ({left} s)"))
        else:
            self.confirm.setText(tr("我已阅读并理解", "Read and understood") if self._at_end
                                 else tr("请看到末尾", "Please read to the end"))

    def _end_in_sight(self) -> bool:
        """From the text's own height: the scroll bar's range is nothing before it has been laid out."""
        view, bar = self._area.viewport(), self._area.verticalScrollBar()
        whole = self._clause.heightForWidth(min(LONGEST_LINE_PX, view.width()))
        return whole <= view.height() or 0 < bar.maximum() <= bar.value()

    def _confirmed(self) -> None:
        self.confirm.setEnabled(False)
        self._clock.stop()
        self.acknowledged.emit(self._text, monotonic() - self._since, self._at_end)
