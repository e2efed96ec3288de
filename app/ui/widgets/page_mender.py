"""A captured page to be mended: four corners to drag or move by keyboard, and quarter turns. It decides nothing."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.condition import Condition
from app.domain.page_frame import WHOLE, Corners, check_corners
from app.ui import theme
from app.ui.text import tr
from app.ui.widgets.basics import button, column, label, row
from app.ui.widgets.picture import paint_empty

HANDLE_PX, DOT_PX, AIR_PX = 32, 9, 20
STEP, LEAP = 0.004, 0.03  # of the picture's width or height, by key and with Shift
CORNERS = (("左上角", "Top left"), ("右上角", "Top right"), ("右下角", "Bottom right"), ("左下角", "Bottom left"))
KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class CornerHandle(QWidget):
    """One corner: drag it, or move it by the arrow keys."""

    moved = Signal(QPointF)
    stepped = Signal(int, int, bool)
    takes_drags = True

    def __init__(self, frame: QWidget, name: str) -> None:
        super().__init__(frame)
        self.setObjectName(name)
        self.setFixedSize(HANDLE_PX, HANDLE_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeAllCursor)

    def stand_at(self, point: QPointF, words: str) -> None:
        """``words`` say which corner it is as the picture is turned now."""
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.move(point.toPoint() - QPoint(HANDLE_PX // 2, HANDLE_PX // 2))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.moved.emit(self.mapToParent(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = KEYS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.stepped.emit(*step, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def focusInEvent(self, event) -> None:
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(HANDLE_PX / 2, HANDLE_PX / 2)
        painter.setPen(QPen(theme.colour("brand"), 3))
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(middle, DOT_PX, DOT_PX)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("brand"), 2))
            painter.drawEllipse(middle, DOT_PX + 5, DOT_PX + 5)


class CornerFrame(QWidget):
    """The picture as turned so far, with the four corners on it. ``corners`` are shares of the picture as it was captured."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 160)
        self.corners: Corners = WHOLE
        self.turns = 0
        self._image: QImage | None = None
        self._handles = [CornerHandle(self, f"{name}.{at}") for at in range(4)]
        for at, handle in enumerate(self._handles):
            handle.moved.connect(lambda point, at=at: self._drag(at, point))
            handle.stepped.connect(lambda dx, dy, far, at=at: self._step(at, dx, dy, far))

    def show_image(self, image: QImage | None) -> None:
        self._image = image if image is not None and not image.isNull() else None
        self._changed()

    def has_image(self) -> bool:
        return self._image is not None

    def show_frame(self, corners: Corners, turns: int) -> None:
        self.corners, self.turns = corners, turns % 4
        self._changed()

    @property
    def sound(self) -> bool:
        """Whether the corners enclose a page."""
        try:
            check_corners(self.corners)
        except Condition:
            return False
        return True

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._changed()

    def _changed(self) -> None:
        for at, handle in enumerate(self._handles):
            handle.stand_at(self._shown(at), tr(*CORNERS[(at + self.turns) % 4]))
            handle.setVisible(self._image is not None)
        self.update()

    def _place(self) -> QRectF:
        """Where the turned picture lies in the widget."""
        size = self._image.size() if self._image else QSize(4, 3)
        if self.turns % 2:
            size.transpose()
        room = QRectF(self.rect()).adjusted(AIR_PX, AIR_PX, -AIR_PX, -AIR_PX)
        fitted = size.scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, fitted.width(), fitted.height())
        place.moveCenter(room.center())
        return place

    def _shown(self, at: int) -> QPointF:
        place, (x, y) = self._place(), self.corners[at]
        for _ in range(self.turns):
            x, y = 1 - y, x
        return QPointF(place.left() + x * place.width(), place.top() + y * place.height())

    def _drag(self, at: int, point: QPointF) -> None:
        place = self._place()
        self._put(at, (point.x() - place.left()) / place.width(), (point.y() - place.top()) / place.height())

    def _step(self, at: int, dx: int, dy: int, far: bool) -> None:
        place, point = self._place(), self._shown(at)
        step = LEAP if far else STEP
        self._drag(at, point + QPointF(dx * step * place.width(), dy * step * place.height()))

    def _put(self, at: int, x: float, y: float) -> None:
        """A corner to a share of the picture as shown, turned back to the picture as captured."""
        x, y = min(1.0, max(0.0, x)), min(1.0, max(0.0, y))
        for _ in range(self.turns):
            x, y = y, 1 - x
        self.corners = (*self.corners[:at], (x, y), *self.corners[at + 1:])
        self._changed()

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("track"))
        painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        if self._image is None:
            paint_empty(painter, QRectF(self.rect()), "page", tr("正在打开图片…", "Opening the picture…"))
            return
        place = self._place()
        painter.save()
        painter.translate(place.center())
        painter.setTransform(QTransform().rotate(90 * self.turns), combine=True)
        size = place.size().transposed() if self.turns % 2 else place.size()
        painter.drawImage(QRectF(-size.width() / 2, -size.height() / 2, size.width(), size.height()), self._image)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("brand" if self.sound else "bad"), 2))
        painter.drawPolygon(QPolygonF([self._shown(at) for at in range(4)]))


class PageMender(QWidget):
    """``applied`` carries corners and turns; ``cancelled`` leaves the page as it is."""

    applied = Signal(object, int)
    cancelled = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.frame = CornerFrame(f"{name}.frame")
        self.save = button(tr("裁切并重新识别", "Cut and read"), f"{name}.save", "primary")
        left = button(tr("左转", "Left"), f"{name}.left", tip=tr("逆时针转 90°", "A quarter turn to the left"))
        right = button(tr("右转", "Right"), f"{name}.right", tip=tr("顺时针转 90°", "A quarter turn to the right"))
        whole = button(tr("整张图片", "Whole"), f"{name}.whole")
        cancel = button(tr("取消", "Cancel"), f"{name}.cancel", shortcut="Escape")
        self.save.clicked.connect(lambda: self.applied.emit(self.frame.corners, self.frame.turns))
        left.clicked.connect(lambda: self.frame.show_frame(self.frame.corners, self.frame.turns - 1))
        right.clicked.connect(lambda: self.frame.show_frame(self.frame.corners, self.frame.turns + 1))
        whole.clicked.connect(lambda: self.frame.show_frame(WHOLE, self.frame.turns))
        cancel.clicked.connect(self.cancelled)
        hint = label(tr("把四个圆点拖到纸张的四个角；也可用 Tab 选中、方向键移动（Shift 加快）。",
                        "Drag the four dots to the corners of the paper, or choose one with Tab and move it by the arrow keys "
                        "(Shift: faster)."), "caption", wrap=True)
        content = column(self.frame, hint, row(left, right, whole, None, cancel, self.save, gap=8), gap=10)
        content.setStretch(0, 1)
        self.setLayout(content)

    def open(self, corners: Corners, turns: int) -> None:
        self.frame.show_frame(corners, turns)
