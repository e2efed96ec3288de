"""The window of a first run: its steps on the left, the page of one of them on the right."""

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from app.desk.first_run import Stage
from app.domain.condition import Language
from app.domain.preferences import TypeSize
from app.ui import text, theme
from app.ui.guide.bank_pages import BankPage, SignInPage
from app.ui.guide.desk_pages import BeginPage, DevicesPage, PinPage
from app.ui.guide.first_pages import LanguagePage, PassphrasePage
from app.ui.guide.page import GuidePage
from app.ui.guide.rail import GuideRail
from app.ui.idle import IdleWatch
from app.ui.text import tr
from app.ui.widgets.basics import row
from app.ui.window_place import SMALLEST, take_usual_size

PAGES: dict[Stage, type[GuidePage]] = {
    "language": LanguagePage, "passphrase": PassphrasePage, "bank": BankPage, "sign_in": SignInPage, "pin": PinPage,
    "devices": DevicesPage, "begin": BeginPage}
BEFORE: dict[Stage, Stage] = {
    "passphrase": "language", "bank": "language", "sign_in": "language", "devices": "pin", "begin": "devices"}


class Guide(QWidget):
    """``run`` says where the first run stands and does what its pages ask. ``moved``: another page is shown; ``ended`` with
    whether a case of practice is wanted; ``left``: a device that is enrolled stays as it was; ``forsaken``: somebody signed
    in and has touched nothing for as long as a desk may lie so."""

    moved = Signal()
    ended = Signal(bool)
    left = Signal()
    forsaken = Signal()

    def __init__(self, run: Any, language: Language = "zh", theme_name: theme.ThemeName = "light",
                 type_size: TypeSize = 100) -> None:
        super().__init__()
        self._run = run
        self._style: dict[str, Any] = {"language": language, "theme": theme_name, "type_size": type_size}
        self.page: GuidePage | None = None
        self.setProperty("panel", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(*SMALLEST)
        take_usual_size(self)
        self.idle = IdleWatch(self)
        self.idle.ticked.connect(self._look)
        self._rail: GuideRail | None = None
        self._pages = QStackedLayout()
        self.setLayout(row(gap=0))
        self._build()
        self.layout().addLayout(self._pages, 1)
        self.show_stage(run.stage)

    def show_stage(self, stage: Stage) -> None:
        before, self.page = self.page, PAGES[stage](self._run)
        self.page.done.connect(self._go_on)
        self.page.back.connect(self._go_back)
        if isinstance(self.page, LanguagePage):
            self.page.restyled.connect(lambda changes: QTimer.singleShot(0, lambda: self._restyle(changes)))
        if isinstance(self.page, BeginPage):
            self.page.ended.connect(self.ended)
        self._stage = stage
        self._rail.show_stages(self._run.stages, stage, self._run.stage)
        self._pages.addWidget(self.page)
        self._pages.setCurrentWidget(self.page)
        if before is not None:
            self._pages.removeWidget(before)
            before.hide()
            before.deleteLater()
        self.page.enter()
        self.moved.emit()

    def _look(self, idle_s: float) -> None:
        lock = self._run.desks.lock if self._run.desks is not None else None
        if lock is not None and idle_s >= lock.idle_s:
            self.idle.stop()
            self.forsaken.emit()

    def _go_on(self) -> None:
        self.show_stage(self._run.stage)

    def _go_back(self) -> None:
        if self._run.anew:
            self.left.emit()
        else:
            self.show_stage(BEFORE[self._stage])

    def _restyle(self, changes: dict[str, Any]) -> None:
        self._style |= changes
        self._build()
        self.show_stage(self._stage)

    def _build(self) -> None:
        text.set_language(self._style["language"])
        theme.apply(self._style["theme"], self._style["type_size"])
        self.setWindowTitle(tr("面签台 · 首次使用", "Signing desk · first run"))
        before, self._rail = self._rail, GuideRail()
        self.layout().insertWidget(0, self._rail)
        if before is not None:
            self.layout().removeWidget(before)
            before.deleteLater()
