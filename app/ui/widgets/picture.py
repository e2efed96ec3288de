"""Pictures decoded and scaled off the window's thread, and the widgets that show them."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPainterPath
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import icons, theme
from app.ui.text import tr

LARGEST_PX = 60_000_000
Spot = tuple[str, tuple[float, float, float, float]]  # tone; left, top, width and height in shares of the picture


def decode(data: bytes, size: QSize | None = None) -> QImage:
    """Decode a picture, scaled down to fit ``size``; a null image where it is none. Safe on a worker thread."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    natural = reader.size()
    if natural.width() * natural.height() > LARGEST_PX:
        return QImage()
    if size is not None and natural.isValid() and (natural.width() > size.width() or natural.height() > size.height()):
        reader.setScaledSize(natural.scaled(size, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


class Picture(QWidget):
    """One picture, whole, on a quiet ground; words while there is none."""

    accessible_role = "picture"

    def __init__(self, name: str, words: str = "", icon: str = "page") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(words or tr("图片", "Picture"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(80, 60)
        self._image: QImage | None = None
        self._words, self._icon = words, icon
        self._spots: tuple[Spot, ...] = ()

    def mark(self, spots: tuple[Spot, ...]) -> None:
        """Colour these places of the picture."""
        self._spots = spots
        self.update()

    def spots(self) -> tuple[Spot, ...]:
        return self._spots

    def show_image(self, image: QImage | None) -> None:
        self._image = image if image is not None and not image.isNull() else None
        self.update()

    def has_image(self) -> bool:
        return self._image is not None

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect())
        path = QPainterPath()
        path.addRoundedRect(place, 8, 8)
        painter.fillPath(path, theme.colour("track"))
        if self._image is None:
            paint_empty(painter, place, self._icon, self._words)
            return
        painter.setClipPath(path)
        target = paint_whole(painter, place, self._image)
        for tone, (left, top, width, height) in self._spots:
            painter.fillRect(QRectF(target.left() + left * target.width(), target.top() + top * target.height(),
                                    width * target.width(), height * target.height()), _wash(tone))


def _wash(tone: str) -> QColor:
    colour = QColor(theme.colour(tone))
    colour.setAlphaF(0.38)
    return colour


def paint_whole(painter: QPainter, place: QRectF, image: QImage, cover: bool = False) -> QRectF:
    """Paint it into ``place``; returns where it lies."""
    mode = Qt.AspectRatioMode.KeepAspectRatioByExpanding if cover else Qt.AspectRatioMode.KeepAspectRatio
    size = QSize(image.size()).scaled(place.size().toSize(), mode)
    target = QRectF(0, 0, size.width(), size.height())
    target.moveCenter(place.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(target, image)
    return target


def paint_empty(painter: QPainter, place: QRectF, icon: str, words: str) -> None:
    middle = place.center()
    icons.draw(painter, icon, QRectF(middle.x() - 13, middle.y() - (24 if words else 13), 26, 26),
               theme.colour("ink3"), 1.6)
    painter.setPen(theme.colour("ink2"))
    painter.setFont(theme.font(theme.LABEL))
    painter.drawText(QRectF(place.left() + 8, middle.y() + 6, place.width() - 16, place.height() / 2 - 8),
                     Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, words)
