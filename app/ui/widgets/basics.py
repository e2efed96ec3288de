"""Labels, buttons, cards, pills and bars: the vocabulary of every page."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme


def restyle(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties and let the stylesheet see them; nothing happens where nothing changes."""
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class WrapButton(QPushButton):
    """A checkable choice whose words may take two lines and never widen the page."""

    def __init__(self, words: str, name: str) -> None:
        super().__init__()
        self._words = words
        self.setObjectName(name)
        self.setProperty("role", "choice")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setAccessibleName(words)
        self.setMinimumHeight(theme.TARGET)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        place = self.rect().adjusted(6, 2, -6, -2)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.setFont(theme.font(theme.TEXT))
        if painter.fontMetrics().boundingRect(place, flags, self._words).height() > place.height() or \
                painter.fontMetrics().horizontalAdvance(self._words) > place.width():
            painter.setFont(theme.font(theme.LABEL))
        tone = "ink3" if not self.isEnabled() else "brand" if self.isChecked() else "ink"
        painter.setPen(theme.colour(tone))
        painter.drawText(place, flags, self._words)


def label(text: str = "", role: str = "", *, wrap: bool = False, name: str = "") -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    made.setProperty("role", role)
    if name:
        made.setObjectName(name)
    return made


def button(text: str, name: str, role: str = "", *, shortcut: str = "", tip: str = "") -> QPushButton:
    """A push button of at least 40 px with a stable object name; its text is what a screen reader says."""
    made = QPushButton(text)
    made.setObjectName(name)
    made.setProperty("role", role)
    made.setMinimumHeight(theme.TARGET)
    made.setAutoDefault(False)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if shortcut:
        made.setShortcut(QKeySequence(shortcut))
    if tip:
        made.setToolTip(tip)
    return made


def box(layout: type[QBoxLayout], *items: object, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)):
    """A layout with widgets, layouts, ints (fixed space) and None (stretch) in it."""
    made = layout()
    made.setSpacing(gap)
    made.setContentsMargins(*margins)
    for item in items:
        if item is None:
            made.addStretch(1)
        elif isinstance(item, int):
            made.addSpacing(item)
        elif isinstance(item, QLayout):
            made.addLayout(item)
        else:
            made.addWidget(item)
    return made


def row(*items: object, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    return box(QHBoxLayout, *items, gap=gap, margins=margins)


def column(*items: object, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    return box(QVBoxLayout, *items, gap=gap, margins=margins)


def holder(layout: QLayout, panel: str = "") -> QWidget:
    """A bare widget around a layout."""
    made = QFrame() if panel else QWidget()
    if panel:
        made.setProperty("panel", panel)
    made.setLayout(layout)
    return made


def rule() -> QFrame:
    made = QFrame()
    made.setProperty("panel", "rule")
    return made


class Stack(QStackedWidget):
    """One of several widgets in the same place. It asks for the room of the one in sight; what is behind it may be larger."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _index: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        shown = self.currentWidget()
        return shown.minimumSizeHint().expandedTo(shown.minimumSize()) if shown else QSize()

    def sizeHint(self) -> QSize:
        shown = self.currentWidget()
        return shown.sizeHint().expandedTo(shown.minimumSize()) if shown else QSize()


class Card(QFrame):
    """A rounded surface with its own column."""

    def __init__(self, *items: object, gap: int = 8, padding: int = 16) -> None:
        super().__init__()
        self.setProperty("panel", "card")
        self.body = column(*items, gap=gap, margins=(padding, padding, padding, padding))
        self.setLayout(self.body)


class Elided(QLabel):
    """One line that ends in … where it does not fit; the whole stands in the tool tip."""

    def __init__(self, text: str = "", role: str = "", align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole = ""
        self.setText(text)

    def setText(self, text: str) -> None:
        self._whole = text
        self.setAccessibleName(text)
        self._fit()

    def whole(self) -> str:
        return self._whole

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideRight, max(0, self.width()))
        super().setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


class Pill(QWidget):
    """A small state with a dot: tone brand, ok, warn, bad or plain."""

    accessible_role = "words"

    def __init__(self, text: str = "", tone: str = "plain", *, dot: bool = True, name: str = "") -> None:
        super().__init__()
        self._text, self._tone, self._dot = text, tone, dot
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        if name:
            self.setObjectName(name)
        self.setAccessibleName(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 23)

    def show_state(self, text: str, tone: str) -> None:
        if (text, tone) != (self._text, self._tone):
            self._text, self._tone = text, tone
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def text(self) -> str:
        return self._text

    @property
    def tone(self) -> str:
        return self._tone

    def sizeHint(self) -> QSize:
        width = QFontMetrics(theme.font(theme.LABEL)).horizontalAdvance(self._text)
        return QSize(width + (34 if self._dot else 20), 23)

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        paint_pill(painter, QRectF(self.rect()), self._text, self._tone, dot=self._dot)


def paint_pill(painter: QPainter, place: QRectF, text: str, tone: str, *, dot: bool = True) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink, tint = theme.tokens().tone(tone)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tint))
    painter.drawRoundedRect(place, place.height() / 2, place.height() / 2)
    painter.setFont(theme.font(theme.LABEL))
    left = 10.0
    if dot:
        painter.setBrush(QColor(ink))
        painter.drawEllipse(QRectF(place.left() + 10, place.center().y() - 3.5, 7, 7))
        left = 23.0
    painter.setPen(QColor(ink))
    inside = place.adjusted(left, 0, -8, 0)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(inside.width()) + 3)
    painter.drawText(inside.adjusted(0, 0, 4, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def pill_width(text: str) -> int:
    return QFontMetrics(theme.font(theme.LABEL)).horizontalAdvance(text) + 34


class Bar(QWidget):
    """A share from 0 to 1 as a thin bar."""

    accessible_role = "share"

    def __init__(self, share: float = 0.0, tone: str = "brand", height: int = 6) -> None:
        super().__init__()
        self.setFixedHeight(height)
        self.show_share(share, tone)
        self.setMinimumWidth(24)

    def show_share(self, share: float, tone: str = "brand") -> None:
        self._share, self._tone = max(0.0, min(1.0, share)), tone
        self.setAccessibleName(f"{self._share:.0%}")
        self.update()

    @property
    def share(self) -> float:
        return self._share

    def paintEvent(self, _event) -> None:
        paint_bar(QPainter(self), QRectF(self.rect()), self._share, self._tone)


def paint_bar(painter: QPainter, place: QRectF, share: float, tone: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    radius = place.height() / 2
    painter.setBrush(theme.colour("track"))
    painter.drawRoundedRect(place, radius, radius)
    if share > 0:
        filled = QRectF(place)
        filled.setWidth(max(place.height(), place.width() * share))
        painter.setBrush(theme.colour(tone))
        painter.drawRoundedRect(filled, radius, radius)


class Figure(QWidget):
    """A caption on the left and a value on the right, as the evidence rail shows things."""

    def __init__(self, caption: str, value: str = "—", *, strong: bool = False, name: str = "") -> None:
        super().__init__()
        self._caption = label(caption, "caption")
        self._value = Elided(value, "strong" if strong else "", Qt.AlignmentFlag.AlignRight)
        if name:
            self._value.setObjectName(name)
        self.setLayout(row(self._caption, self._value, gap=8))
        self.layout().setStretch(1, 1)

    def show_value(self, value: str, tone: str = "") -> None:
        self._value.setText(value)
        restyle(self._value, tone=tone)

    def value(self) -> str:
        return self._value.whole()
