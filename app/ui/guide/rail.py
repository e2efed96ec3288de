"""The guide's left side: its steps in order, those that are done, and the one that is shown."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from app.desk.first_run import NAMES, Stage
from app.ui import icons, text, theme
from app.ui.text import tr
from app.ui.widgets.basics import column, holder, label, row
from app.ui.widgets.step_rail import WIDTH, paint_mark, paint_shown


class StageLine(QWidget):
    accessible_role = "words"

    def __init__(self, stage: Stage, number: int, *, done: bool, shown: bool) -> None:
        super().__init__()
        self._stage, self._number, self._done, self._shown = stage, number, done, shown
        state = tr("（已完成）", " (done)") if done else tr("（现在）", " (now)") if shown else ""
        self.setAccessibleName(f"{number} {text.of(NAMES[stage])}{state}")
        self.setObjectName(f"guide.rail.{stage}")
        self.setFixedHeight(theme.TARGET)

    def sizeHint(self) -> QSize:
        return QSize(200, theme.TARGET)

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect())
        if self._shown:
            paint_shown(painter, place)
        paint_mark(painter, QRectF(10, place.center().y() - 11, 22, 22), self._number, done=self._done, shown=self._shown)
        painter.setPen(theme.colour("brand" if self._shown else "ink2"))
        painter.setFont(theme.font(theme.TEXT, QFont.Weight.Bold if self._shown else QFont.Weight.Normal))
        painter.drawText(place.adjusted(42, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text.of(NAMES[self._stage]))


class GuideRail(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self.setProperty("panel", "left")
        self.setFixedWidth(WIDTH)
        mark = QLabel()
        mark.setPixmap(icons.logo())
        self._lines = QWidget()
        self._place = column(self._lines)
        self.setLayout(column(row(mark, label(tr("面签台", "Signing desk"), "heading"), None, gap=9, margins=(10, 0, 0, 0)),
                              label(tr("首次使用", "First run"), "label"), 4, self._place, None, gap=6,
                              margins=(12, 16, 12, 16)))
        self.layout().itemAt(1).widget().setContentsMargins(10, 6, 0, 0)

    def show_stages(self, stages: tuple[Stage, ...], shown: Stage, reached: Stage) -> None:
        """Those before ``reached`` are done."""
        before, at = self._lines, stages.index(reached)
        self._lines = holder(column(*(StageLine(stage, n + 1, done=n < at and stage != shown, shown=stage == shown)
                                      for n, stage in enumerate(stages)), gap=2))
        self._place.replaceWidget(before, self._lines)
        before.deleteLater()
