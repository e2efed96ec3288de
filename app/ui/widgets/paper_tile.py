"""One paper of the checklist: hatched while missing, its page when captured, its state as a pill."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from app.ui import theme
from app.ui.text import tr
from app.ui.widgets.basics import paint_pill, pill_width
from app.ui.widgets.picture import paint_empty, paint_whole


@dataclass(frozen=True)
class TileState:
    """What a tile shows. ``note`` is the line below the name, ``inside`` what lies on the picture."""

    name: str
    pill: str
    tone: str
    note: str
    inside: str = ""
    captured: bool = False


class PaperTile(QAbstractButton):
    """Press it to capture or look at the paper; drop a file on it to import."""

    dropped = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAcceptDrops(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumSize(172, 160)
        self.state = TileState("", "", "plain", "")
        self._image: QImage | None = None
        self.picture_of = ""

    def sizeHint(self) -> QSize:
        return QSize(196, 160)

    def show_state(self, state: TileState) -> None:
        if state != self.state:
            self.state = state
            self.setAccessibleName(f"{state.name} {state.pill} {state.note}")
            self.setToolTip(f"{state.name}\n{state.note}")
            self.update()

    def show_image(self, image: QImage | None) -> None:
        self._image = image if image is not None and not image.isNull() else None
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.dropped.emit(url.toLocalFile())

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        focused = self.hasFocus() or (self.underMouse() and self.isEnabled())
        painter.setPen(QPen(theme.colour("brand" if focused else "line"), 2 if self.hasFocus() else 1))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(place, 10, 10)
        picture = QRectF(place.left() + 10, place.top() + 10, place.width() - 20, place.height() - 76)
        self._paint_picture(painter, picture)
        self._paint_words(painter, place, picture)

    def _paint_picture(self, painter: QPainter, picture: QRectF) -> None:
        path = QPainterPath()
        path.addRoundedRect(picture, 6, 6)
        painter.save()
        painter.setClipPath(path)
        painter.fillPath(path, theme.colour("track" if self.state.captured else "hatch"))
        if self._image is not None:
            paint_whole(painter, picture, self._image, cover=True)
            if self.state.inside:
                self._paint_inside(painter, picture)
        elif self.state.captured:
            paint_empty(painter, picture, "page", self.state.inside)
        else:
            self._paint_hatch(painter, picture)
            painter.setPen(theme.colour("ink2"))
            painter.setFont(theme.font(theme.LABEL))
            painter.drawText(picture, Qt.AlignmentFlag.AlignCenter, tr("点击拍摄或拖入文件", "Click or drop a file"))
        painter.restore()

    def _paint_inside(self, painter: QPainter, picture: QRectF) -> None:
        strip = QRectF(picture.left(), picture.bottom() - 20, picture.width(), 20)
        ground = theme.colour("surface")
        ground.setAlphaF(0.88)
        painter.fillRect(strip, ground)
        painter.setPen(theme.colour("ink"))
        painter.setFont(theme.font(11))
        room = int(strip.width() - 12)
        words = painter.fontMetrics().elidedText(self.state.inside, Qt.TextElideMode.ElideRight, room)
        painter.drawText(strip.adjusted(6, 0, -6, 0), Qt.AlignmentFlag.AlignVCenter, words)

    @staticmethod
    def _paint_hatch(painter: QPainter, picture: QRectF) -> None:
        painter.setPen(QPen(theme.colour("track"), 10))
        for x in range(int(-picture.height()), int(picture.width()) + 24, 24):
            painter.drawLine(int(picture.left() + x), int(picture.bottom()) + 8,
                             int(picture.left() + x + picture.height() + 16), int(picture.top()) - 8)

    def _paint_words(self, painter: QPainter, place: QRectF, picture: QRectF) -> None:
        width = pill_width(self.state.pill)
        font = theme.font(theme.TEXT, QFont.Weight.Medium)
        name = QRectF(place.left() + 10, picture.bottom() + 9, place.width() - 20, 23)
        pill = QRectF(name.right() - width, name.top(), width, 23)
        if QFontMetrics(font).horizontalAdvance(self.state.name) <= name.width() - width - 6:
            name.setRight(pill.left() - 6)
        else:
            pill.moveTo(picture.right() - 6 - width, picture.top() + 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("surface"))
            painter.drawRoundedRect(pill.adjusted(-2, -2, 2, 2), 14, 14)
        paint_pill(painter, pill, self.state.pill, self.state.tone)
        painter.setFont(font)
        painter.setPen(theme.colour("ink"))
        elide = Qt.TextElideMode.ElideRight
        words = painter.fontMetrics().elidedText(self.state.name, elide, int(name.width()))
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, words)
        painter.setFont(theme.font(theme.LABEL))
        painter.setPen(theme.colour("ink2"))
        note = QRectF(place.left() + 10, name.bottom() + 6, place.width() - 20, 20)
        painter.drawText(note, Qt.AlignmentFlag.AlignVCenter,
                         painter.fontMetrics().elidedText(self.state.note, elide, int(note.width())))
