"""The left rail: eleven steps in legal order with state and minutes, completeness, and when the case was last saved."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy

from app.desk.views import CaseView, StepView
from app.domain.flow import NAMES, STEPS, Step, StepState
from app.ui import icons, text, theme
from app.ui.text import tr
from app.ui.widgets.basics import Bar, column, label, row
from app.ui.widgets.scroll import Fit

WIDTH, NARROW = 224, 80
KEYS = "1234567890-"  # with Alt, in the order of the steps


class StepButton(QAbstractButton):
    """One step: number or tick, name, minutes or count."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.setObjectName(f"rail.step.{step}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.step, self._done, self._shown = step, False, False
        self._right = ""
        self._number = 0
        self._narrow, self._lacks = False, ""
        self.setShortcut(f"Alt+{KEYS[STEPS.index(step)]}")

    def sizeHint(self) -> QSize:
        return QSize(200, 40)

    def be_narrow(self, on: bool) -> None:
        """Only the mark is painted; the tool tip has the name."""
        self._narrow = on
        self._tell()

    def show_step(self, view: StepView, shown: bool, right: str) -> None:
        self._number, self._done, self._shown, self._right = view.number, _done(view), shown, right
        self.setEnabled(view.reachable)
        self.setCursor(Qt.CursorShape.PointingHandCursor if view.reachable else Qt.CursorShape.ArrowCursor)
        self._lacks = tr("；", "; ").join(text.of(lack.words) for lack in view.lacks)
        self.setAccessibleName(f"{view.number} {text.of(NAMES[view.step])}")
        self._tell()

    def _tell(self) -> None:
        named = self.accessibleName() if self._narrow else ""
        self.setToolTip("\n".join(words for words in (named, self._lacks) if words))
        self.update()

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect())
        if self._shown:
            paint_shown(painter, place)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("brand"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 8, 8)
        left = place.center().x() - 11 if self._narrow else 10
        paint_mark(painter, QRectF(left, place.center().y() - 11, 22, 22), self._number, done=self._done and not self._shown,
                   shown=self._shown)
        if not self._narrow:
            self._paint_words(painter, place)

    def _paint_words(self, painter: QPainter, place: QRectF) -> None:
        tone = "brand" if self._shown else "ink2"
        painter.setPen(theme.colour(tone))
        figures = theme.font(theme.LABEL)
        room = int(place.width() - 42 - (QFontMetrics(figures).horizontalAdvance(self._right) + 16 if self._right else 8))
        weight = QFont.Weight.Bold if self._shown else QFont.Weight.Normal
        painter.setFont(theme.font(theme.TEXT, weight))
        if painter.fontMetrics().horizontalAdvance(text.of(NAMES[self.step])) > room:
            painter.setFont(theme.font(theme.LABEL, weight))
        words = painter.fontMetrics().elidedText(text.of(NAMES[self.step]), Qt.TextElideMode.ElideRight, room)
        painter.drawText(place.adjusted(42, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
        painter.setFont(figures)
        painter.setPen(theme.colour("ink2"))
        painter.drawText(place.adjusted(0, 0, -10, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                         self._right)


def paint_shown(painter: QPainter, place: QRectF) -> None:
    """The ground of the step that is shown."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("brand_tint"))
    painter.drawRoundedRect(place, 8, 8)


def paint_mark(painter: QPainter, circle: QRectF, number: int, *, done: bool, shown: bool) -> None:
    """The number of a step in its circle, or a tick."""
    if done:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("ok"))
        painter.drawEllipse(circle)
        icons.draw(painter, "check", circle.adjusted(3, 3, -3, -3), theme.colour("surface"), 3)
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("brand" if shown else "ink3"), 1.4))
    painter.drawEllipse(circle.adjusted(0.7, 0.7, -0.7, -0.7))
    painter.setPen(theme.colour("brand" if shown else "ink2"))
    painter.setFont(theme.font(11, QFont.Weight.DemiBold))
    painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(number))


def _done(view: StepView) -> bool:
    return view.state == StepState.DONE and view.reachable


class StepRail(QFrame):
    """Press a step to look at it; only steps that can be reached react."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("panel", "left")
        self._buttons = {step: StepButton(step) for step in Step}
        for step, one in self._buttons.items():
            one.clicked.connect(lambda _checked=False, s=step: self.chosen.emit(s))
        self._share = label("0%", "strong", name="rail.completeness")
        self._bar = Bar()
        self._caption = label(tr("资料完整度", "Completeness"), "caption")
        self._saved = label("", "label", wrap=True, name="rail.saved")
        steps = column(*self._buttons.values(), gap=2)
        self._foot = column(row(self._caption, None, self._share), self._bar, self._saved, gap=6)
        self._all = column(steps, None, self._foot)
        self.setLayout(column(Fit(self._all)))
        self.be_narrow(False)

    def be_narrow(self, on: bool) -> None:
        """Numbers without names, where the window leaves no room for both rails and a page."""
        self._caption.setVisible(not on)
        side, foot = (4, 2) if on else (12, 10)
        self._all.setContentsMargins(side, 16, side, 16)
        self._foot.setContentsMargins(foot, 0, foot, 0)
        for one in self._buttons.values():
            one.be_narrow(on)
        self._all.activate()  # before the width, which it must allow
        self.setFixedWidth(NARROW if on else WIDTH)

    def show_case(self, view: CaseView, shown: Step) -> None:
        for step_view in view.steps:
            self._buttons[step_view.step].show_step(step_view, step_view.step == shown, _right(view, step_view))
        self._share.setText(text.percent(view.completeness))
        self._bar.show_share(view.completeness, "ok" if view.completeness >= 0.995 else "brand")
        self._saved.setText(tr(f"自动保存于 {text.clock(view.saved_at)}", f"Saved at {text.clock(view.saved_at)}"))


def _right(view: CaseView, step_view: StepView) -> str:
    if step_view.step == Step.PAPERS and view.checklist and step_view.reachable:
        required = [item for item in view.checklist.items if item.required]
        return f"{sum(1 for item in required if item.state != 'missing')}/{len(required)}"
    return text.minutes(step_view.seconds) if step_view.seconds >= 1 else ""
