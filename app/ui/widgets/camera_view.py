"""The live picture. Frames are scaled on the camera's thread and cross over one at a time, at most 30 a second.

Mirroring happens only in painting, and only where the person looks at herself.
"""

from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import icons, theme
from app.ui.text import tr
from app.ui.widgets.basics import paint_pill, pill_width

SHORTEST_S = 1 / 31


@dataclass(frozen=True)
class Overlay:
    """What lies over the picture at liveness: guidance, progress 0–1 on the oval, seconds left, pills (text, tone);
    ``wash`` is the coloured light's #RRGGBB, which then fills everything but the oval; ``quad`` are the corners of a page that
    was found, as shares of the picture, in place of the drawn frame."""

    guidance: str = ""
    progress: float = 0.0
    seconds_left: str = ""
    pills: tuple[tuple[str, str], ...] = ()
    tone: str = "ok"
    wash: str = ""
    quad: tuple[tuple[float, float], ...] = ()


class Preview(QObject):
    """Takes frames on any thread and hands the newest to the window when the last one has been painted."""

    came = Signal(QImage)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lock = Lock()
        self._size = QSize(640, 480)
        self._waiting = False
        self._last = 0.0

    def fit(self, size: QSize) -> None:
        with self._lock:
            self._size = size

    def take(self, frame: Any) -> None:
        """``frame.image`` is a BGR uint8 array H×W×3. Called on the camera's thread."""
        now = monotonic()
        with self._lock:
            if self._waiting or now - self._last < SHORTEST_S:
                return
            self._waiting, self._last, size = True, now, self._size
        self.came.emit(scaled(frame.image, size))

    def painted(self) -> None:
        with self._lock:
            self._waiting = False


def scaled(array: Any, size: QSize) -> QImage:
    """A QImage of its own, just large enough to cover ``size``. The array's rows must be contiguous."""
    height, width = array.shape[:2]
    whole = QImage(array.data, width, height, array.strides[0], QImage.Format.Format_BGR888)
    covering = whole.size().scaled(size, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    if covering.width() >= width:
        return whole.convertToFormat(QImage.Format.Format_RGB32)
    small = whole.scaled(covering, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.FastTransformation)
    return small.convertToFormat(QImage.Format.Format_RGB32)


class CameraView(QWidget):
    """Shows a booth's frames. ``mirrored`` for the person, ``oval`` for liveness, ``frame_aspect`` for a document; ``pages``:
    the camera is asked for its most pixels while it is watched."""

    accessible_role = "picture"

    def __init__(self, name: str, *, mirrored: bool = False, oval: bool = False, frame_aspect: float = 0.0,
                 whole: bool = False, pages: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(tr("摄像头画面", "The camera's picture"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self._mirrored, self._oval, self._aspect, self._whole = mirrored, oval, frame_aspect, whole
        self._wants = "pages" if pages else ""
        self._image: QImage | None = None
        self._words = ""
        self._overlay = Overlay()
        self._preview = Preview(self)
        self._preview.came.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = None
        self.frames_shown = 0

    def frame(self, aspect: float) -> None:
        """Draw the place for a document of this width by height."""
        self._aspect = aspect
        self.update()

    def watch(self, booth: Any) -> None:
        """Begin to show the booth's frames."""
        if self._unsubscribe is None:
            self._unsubscribe = booth.subscribe(self._preview.take, self._wants)

    def stop(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def say(self, words: str) -> None:
        """Words in place of a picture: camera starting, camera missing."""
        self._words = words
        self._image = None
        self.update()

    def show_overlay(self, overlay: Overlay) -> None:
        if overlay != self._overlay:
            self._overlay = overlay
            self.setAccessibleDescription(overlay.guidance)
            self.update()

    def overlay(self) -> Overlay:
        return self._overlay

    def image(self) -> QImage | None:
        return self._image

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As many pixels as the display has here; which one it stands on can change."""
        self._preview.fit(self.size() * self.devicePixelRatioF())

    def _show(self, image: QImage) -> None:
        self._preview.painted()
        self._fit()
        if self._unsubscribe is None:
            return
        self._image = image
        self.frames_shown += 1
        self.update()

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect())
        clip = QPainterPath()
        corner = 0 if self._overlay.wash else 10  # under coloured light the window goes on in the same colour
        clip.addRoundedRect(place, corner, corner)
        painter.setClipPath(clip)
        painter.fillRect(place, QColor("#26323F"))
        if self._image is None:
            self._paint_words(painter, place)
        else:
            self._paint_image(painter, place)
        if self._oval:
            self._paint_oval(painter, place)
        if self._aspect and self._image is not None:
            if self._overlay.quad:
                self._paint_quad(painter, self._target(place))
            else:
                self._paint_corners(painter, self._target(place))
        self._paint_overlay(painter, place)

    def _paint_image(self, painter: QPainter, place: QRectF) -> None:
        target = self._target(place)
        painter.save()
        if self._mirrored:
            painter.translate(place.width(), 0)
            painter.scale(-1, 1)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, self._image)
        painter.restore()

    def _target(self, place: QRectF) -> QRectF:
        """Where the picture lies: whole inside the widget, or covering it."""
        mode = Qt.AspectRatioMode.KeepAspectRatio if self._whole else Qt.AspectRatioMode.KeepAspectRatioByExpanding
        size = QSize(self._image.size()).scaled(self.size(), mode)
        target = QRectF(0, 0, size.width(), size.height())
        target.moveCenter(place.center())
        return target

    def _paint_words(self, painter: QPainter, place: QRectF) -> None:
        colour = QColor("#C9D3E0")
        icons.draw(painter, "camera", QRectF(place.center().x() - 20, place.center().y() - 52, 40, 40), colour, 1.5)
        painter.setPen(colour)
        painter.setFont(theme.font(theme.TEXT))
        words = place.adjusted(24, place.height() / 2 - 4, -24, -8)
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap,
                         self._words)

    def _oval_rect(self, place: QRectF) -> QRectF:
        height = place.height() * 0.74
        oval = QRectF(0, 0, min(height * 0.81, place.width() * 0.8), height)
        oval.moveCenter(QPointF(place.center().x(), place.top() + place.height() * 0.475))
        return oval

    def _paint_oval(self, painter: QPainter, place: QRectF) -> None:
        oval = self._oval_rect(place)
        outside = QPainterPath()
        outside.addRect(place)
        outside.addEllipse(oval)
        painter.fillPath(outside, QColor(self._overlay.wash or "#52101822"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(16, 22, 32, 90) if self._overlay.wash else QColor(255, 255, 255, 110), 8))
        painter.drawEllipse(oval)
        if self._overlay.progress > 0:
            colour = {"ok": "#34D399", "warn": "#F6B04F", "bad": "#FF7B72"}[self._overlay.tone]
            colour = "#0F7754" if self._overlay.wash else colour  # seen on every colour of the light
            painter.setPen(QPen(QColor(colour), 9, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawArc(oval, 90 * 16, -round(min(1.0, self._overlay.progress) * 360 * 16))

    def _paint_corners(self, painter: QPainter, place: QRectF) -> None:
        width = min(place.width() * 0.86, place.height() * 0.82 * self._aspect)
        frame = QRectF(0, 0, width, width / self._aspect)
        frame.moveCenter(place.center())
        painter.setPen(QPen(QColor(255, 255, 255, 225), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        arm = 26
        for x, dx in ((frame.left(), arm), (frame.right(), -arm)):
            for y, dy in ((frame.top(), arm), (frame.bottom(), -arm)):
                painter.drawLine(QPointF(x, y), QPointF(x + dx, y))
                painter.drawLine(QPointF(x, y), QPointF(x, y + dy))

    def _paint_quad(self, painter: QPainter, place: QRectF) -> None:
        corners = QPolygonF([QPointF(place.left() + x * place.width(), place.top() + y * place.height())
                             for x, y in self._overlay.quad])
        colour = QColor({"ok": "#34D399", "warn": "#F6B04F", "bad": "#FF7B72"}[self._overlay.tone])
        painter.setPen(QPen(colour, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        colour.setAlphaF(0.14)
        painter.setBrush(colour)
        painter.drawPolygon(corners)

    def _paint_overlay(self, painter: QPainter, place: QRectF) -> None:
        left = place.left() + 12
        for words, tone in self._overlay.pills:
            width = pill_width(words)
            paint_pill(painter, QRectF(left, place.top() + 12, width, 23), words, tone)
            left += width + 8
        if self._overlay.seconds_left:
            self._bubble(painter, self._overlay.seconds_left, 13, QPointF(place.right() - 12, place.top() + 23.5),
                         QFont.Weight.Medium, right=True)
        if self._overlay.guidance:
            self._bubble(painter, self._overlay.guidance, 22, QPointF(place.center().x(), place.bottom() - 36),
                         QFont.Weight.DemiBold)

    def _bubble(self, painter: QPainter, words: str, px: int, at: QPointF, weight: QFont.Weight,
                right: bool = False) -> None:
        """Words on a dark ground of their own; what is too long for the picture takes two lines and grows upwards."""
        font = theme.font(px, weight)
        room = self.width() - 24 - px * 2
        lines = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        taken = QFontMetrics(font).boundingRect(QRect(0, 0, room, self.height()), lines, words)
        width = QFontMetrics(font).horizontalAdvance(words)
        place = QRectF(0, 0, min(width, taken.width() + 2) + px * 2, max(px * 2.2, taken.height() + px * 0.8))
        if right:
            place.moveRight(at.x())
            place.moveTop(at.y() - place.height() / 2)
        else:
            place.moveCenter(at)
            place.moveBottom(at.y() + px * 1.1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(16, 22, 32, 255 if self._overlay.wash else 205))
        corner = min(place.height() / 2, px * 1.1)
        painter.drawRoundedRect(place, corner, corner)
        painter.setPen(QColor("#FFFFFF"))
        painter.setFont(font)
        painter.drawText(place.adjusted(px - 1, 0, 1 - px, 0), lines, words)
