"""Faces side by side at one scale, to be compared by eye: press to look closer, arrows to move, all zoom together."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme
from app.ui.text import tr
from app.ui.widgets.basics import column, holder, label, row
from app.ui.widgets.picture import paint_empty

ZOOMS = (1.0, 1.5, 2.25, 3.4)
FACE_ASPECT = 5 / 6  # of a card's portrait; a camera frame shows its middle in the same frame
PAN = 0.08
MOVES = {Qt.Key.Key_Left: (-PAN, 0.0), Qt.Key.Key_Right: (PAN, 0.0), Qt.Key.Key_Up: (0.0, -PAN),
         Qt.Key.Key_Down: (0.0, PAN)}
NEARER = (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
FARTHER = (Qt.Key.Key_Minus, Qt.Key.Key_Backspace)


@dataclass(frozen=True)
class View:
    """What of a picture is in sight: its middle as shares of the picture, and how much it is enlarged."""

    x: float = 0.5
    y: float = 0.5
    zoom: float = 1.0


class FacePicture(QWidget):
    """One face. ``asked`` carries the step of zoom that a press or a key wants: +1, -1, or 0 for the whole."""

    asked = Signal(int)

    def __init__(self, name: str, caption: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(100, 110)
        self._caption, self._words = caption, ""
        self._image: QImage | None = None
        self._view = View()
        self.setToolTip(tr("点击或按 + − 放大缩小，方向键移动", "Press or + − to zoom, arrows to move"))
        self._tell()

    def show_image(self, image: QImage | None) -> None:
        self._image = image if image is not None and not image.isNull() else None
        self._words = tr("图片打不开", "This picture cannot be shown") if self._image is None else ""
        self._view = View()
        self._tell()

    def say(self, words: str) -> None:
        """Words in place of a picture."""
        self._image, self._words = None, words
        self._tell()

    def has_image(self) -> bool:
        return self._image is not None

    def view(self) -> View:
        return self._view

    def enlarge(self, zoom: float) -> None:
        self._look(self._view.x, self._view.y, zoom)

    def mouseReleaseEvent(self, event) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.rect().contains(event.position().toPoint()):
            return
        nearer = self._image is not None and self._view.zoom < ZOOMS[-1]
        if nearer:
            self._view = View(*self._at(event.position()), self._view.zoom)
        self.asked.emit(1 if nearer else 0)

    def _at(self, pressed: QPointF) -> tuple[float, float]:
        """The pressed place as shares of the picture."""
        shown, place = self._source(), self._place()
        return ((shown.left() + (pressed.x() - place.left()) / place.width() * shown.width()) / self._image.width(),
                (shown.top() + (pressed.y() - place.top()) / place.height() * shown.height()) / self._image.height())

    def keyPressEvent(self, event) -> None:
        key = event.key()
        if key in MOVES:
            dx, dy = MOVES[key]
            self._look(self._view.x + dx / self._view.zoom, self._view.y + dy / self._view.zoom, self._view.zoom)
        elif key in NEARER:
            self.asked.emit(1)
        elif key in FARTHER:
            self.asked.emit(-1)
        elif key == Qt.Key.Key_0:
            self.asked.emit(0)
        else:
            super().keyPressEvent(event)

    def _look(self, x: float, y: float, zoom: float) -> None:
        """Turn to a place and keep the sight inside the picture."""
        self._view = View(x, y, zoom)
        if self._image is not None:
            shown = self._source()
            half_x, half_y = shown.width() / self._image.width() / 2, shown.height() / self._image.height() / 2
            self._view = View(min(max(x, half_x), 1 - half_x), min(max(y, half_y), 1 - half_y), zoom)
        self._tell()

    def _place(self) -> QRectF:
        """The frame of the face inside the widget."""
        area = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        width = min(area.width(), area.height() * FACE_ASPECT)
        place = QRectF(0, 0, width, width / FACE_ASPECT)
        place.moveCenter(area.center())
        place.moveTop(area.top())
        return place

    def _source(self) -> QRectF:
        """The part of the picture in sight, in its pixels, in the frame's proportions."""
        width, height = self._image.width(), self._image.height()
        shown_h = min(height, width / FACE_ASPECT) / self._view.zoom
        shown_w = shown_h * FACE_ASPECT
        source = QRectF(0, 0, shown_w, shown_h)
        source.moveCenter(QPointF(self._view.x * width, self._view.y * height))
        return source

    def _tell(self) -> None:
        self.setAccessibleName(f"{self._caption} {self._words}".strip())
        self.setAccessibleDescription(tr(f"放大 {self._view.zoom:.1f} 倍", f"{self._view.zoom:.1f} times"))
        self.update()

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        place = self._place()
        path = QPainterPath()
        path.addRoundedRect(place, 8, 8)
        painter.fillPath(path, theme.colour("track"))
        if self._image is None:
            paint_empty(painter, place, "page", self._words)
        else:
            painter.save()
            painter.setClipPath(path)
            painter.drawImage(place, self._image, self._source())
            painter.restore()
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("brand"), 2))
            painter.drawRoundedRect(place, 8, 8)


class FacePair(QWidget):
    """Pictures under their captions. The zoom is one for all, so that they stay at one scale."""

    def __init__(self, *pictures: tuple[str, str]) -> None:
        super().__init__()
        self.pictures: dict[str, FacePicture] = {}
        self._cells: dict[str, QWidget] = {}
        self._zoom = 0
        for name, caption in pictures:
            picture = FacePicture(name, caption)
            picture.asked.connect(self._zoom_all)
            words = label(caption, "label")
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            cell = holder(column(words, picture, gap=4))
            cell.layout().setStretch(1, 1)
            self.pictures[name], self._cells[name] = picture, cell
        self.setLayout(row(*self._cells.values(), gap=12))

    def show_picture(self, name: str, shown: bool) -> None:
        self._cells[name].setVisible(shown)

    def _zoom_all(self, step: int) -> None:
        self._zoom = 0 if step == 0 else min(max(self._zoom + step, 0), len(ZOOMS) - 1)
        for picture in self.pictures.values():
            picture.enlarge(ZOOMS[self._zoom])
