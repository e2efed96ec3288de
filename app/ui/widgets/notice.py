"""Trouble shown in place: what is wrong, what to do next, and the code to tell on the phone. Never a message box."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from app.domain.condition import Condition
from app.ui import motion, text, theme
from app.ui.text import tr
from app.ui.widgets.basics import button, column, label, restyle, row


class Notice(QFrame):
    """A bar that is hidden while all is well. ``said`` carries message, what to do and tone; nothing when it is over.
    ``narrow`` puts its buttons below its words.
    """

    said = Signal(str, str, str)

    def __init__(self, name: str, *, narrow: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self._message = label("", "strong", wrap=True, name=f"{name}.message")
        self._next = label("", wrap=True, name=f"{name}.next")
        self._code = label("", "label", name=f"{name}.code")
        self._act = button("", f"{name}.act")
        self._close = button(tr("知道了", "Dismiss"), f"{name}.close", "quiet")
        self._close.clicked.connect(self.clear)
        self._act.clicked.connect(self._do)
        self._callback: Callable[[], None] | None = None
        words = column(self._message, self._next, gap=2)
        if narrow:
            self.setLayout(column(words, row(self._code, None, self._act, self._close, gap=12), gap=6, margins=(16, 10, 8, 8)))
        else:
            self.setLayout(row(words, self._code, self._act, self._close, gap=12, margins=(16, 8, 8, 8)))
            self.layout().setStretch(0, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum if narrow else QSizePolicy.Policy.Maximum)
        self.hide()

    def show_condition(self, condition: Condition, act: str = "", callback: Callable[[], None] | None = None) -> None:
        spoken = text.language()
        self.show_words(condition.message(spoken), condition.next(spoken), "bad", condition.code, act, callback)

    def show_words(self, message: str, following: str = "", tone: str = "brand", code: str = "", act: str = "",
                   callback: Callable[[], None] | None = None) -> None:
        self._message.setText(message)
        self._next.setText(following)
        self._next.setVisible(bool(following))
        self._code.setText(code)
        self._callback = callback
        self._act.setText(act)
        self._act.setVisible(bool(act))
        restyle(self, notice=tone)
        self.setAccessibleName(f"{message} {following}")
        self.show()
        self.said.emit(message, following, tone)

    def clear(self) -> None:
        self.hide()
        self.said.emit("", "", "")
        self._code.setText("")

    def message(self) -> str:
        return self._message.text() if not self.isHidden() else ""

    def code(self) -> str:
        return self._code.text() if not self.isHidden() else ""

    def _do(self) -> None:
        callback = self._callback
        self.clear()
        if callback:
            callback()


class BusyLine(QWidget):
    """A thin line that moves while an operation takes longer than 300 ms; where less shall move it stands there whole."""

    accessible_role = "share"

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(3)
        self.setAccessibleName(tr("处理进度", "Work in progress"))
        self._at = 0
        self._depth = 0
        self._timer = QTimer(self)
        self._timer.setInterval(60)
        self._timer.timeout.connect(self._move)

    def begin(self) -> None:
        self._depth += 1
        if not motion.less():
            self._timer.start()
        self.update()

    def end(self) -> None:
        self._depth = max(0, self._depth - 1)
        if not self._depth:
            self._timer.stop()
            self.update()

    @property
    def working(self) -> bool:
        return self._depth > 0

    def _move(self) -> None:
        self._at = (self._at + 3) % 120
        self.update()

    def paintEvent(self, _event) -> None:
        if not self.working:
            return
        painter = QPainter(self)
        if not self._timer.isActive():
            painter.fillRect(self.rect(), theme.colour("brand"))
            return
        painter.fillRect(self.rect(), theme.colour("track"))
        width = self.width() // 5
        left = (self.width() + width) * self._at // 120 - width
        painter.fillRect(left, 0, width, self.height(), theme.colour("brand"))


class Waiting(QLabel):
    """The empty, loading and error state of a list or a pane: one sentence in the middle."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setProperty("role", "caption")

    def show_words(self, words: str) -> None:
        self.setText(words)
        self.show()
