"""The main window: a top bar, and below it the day's work or one case."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QMoveEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMainWindow, QWidget

from app.desk.views import CaseView, HomeView, RecordingState
from app.domain.condition import Condition, Language
from app.domain.preferences import TypeSize
from app.ui import motion, operation, text, theme
from app.ui.lock import Lockable
from app.ui.operation import Operation
from app.ui.pages.home import HomePage
from app.ui.panes import PaneKeys
from app.ui.screens import Screens
from app.ui.text import tr
from app.ui.widgets.basics import Stack, column, holder
from app.ui.widgets.top_bar import TopBar
from app.ui.window_place import SMALLEST, WindowPlace, bring_to_front, take_usual_size

if TYPE_CHECKING:
    from app.ui.case_frame import CaseFrame
    from app.ui.key_map import KeyMap
    from app.ui.network import LineWatch
    from app.ui.pages.settings import SettingsPage
    from app.ui.tray import Tray

POLL_MS = 4000
RECORDER_MS = 1000


class MainWindow(QMainWindow):
    """Built by the composition root, which hands over the desks; closing it ends every worker lane. ``other_person``: somebody
    else is to sign in; ``other_bank``: the device is to be enrolled with another one;
    ``ready``: what the first page does not wait for is there."""

    other_person = Signal()
    other_bank = Signal()
    ready = Signal()

    def __init__(self, desks: Any, language: Language = "zh", theme: theme.ThemeName = "light",
                 type_size: TypeSize = 100, screens: Screens | None = None) -> None:
        super().__init__()
        self._desks, self._screens = desks, screens or Screens(self)
        self._style = {"language": language, "theme": theme, "type_size": type_size}
        self.place = WindowPlace(self)
        self.place.changed.connect(lambda place: self._keep(place=place))
        self.setMinimumSize(*SMALLEST)
        take_usual_size(self)
        self.frame: CaseFrame | None = None
        self.tray: Tray | None = None
        self.settings: SettingsPage | None = None
        self._opening = False
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look)
        self._recorder = QTimer(self)
        self._recorder.setInterval(RECORDER_MS)
        self._recorder.timeout.connect(self._show_recording)
        self.lockable = Lockable(desks, self._recording_now, lambda: self.frame.page.in_hand() if self.frame else "")
        self.lockable.other_person.connect(self.other_person)
        self.lockable.waits.connect(lambda why: self._top.show_lock_waits(why))
        self.setCentralWidget(self.lockable)
        self._lock_key = QShortcut(QKeySequence("Ctrl+L"), self, self.lockable.lock_now)
        QShortcut(QKeySequence("F1"), self, self.show_keys)
        self._pane_keys = PaneKeys(self, self._panes)
        self._build()
        if desks.handed_over:
            self.lockable.lock_until_pin()
        self._poll.start()

    def restyle(self, **changes: Any) -> None:
        """Change ``language``, ``theme`` or ``type_size`` while running; what is open is built anew and stands where it stood."""
        self._keep(**changes)
        view, step = (self.frame.view, self.frame.page.step) if self.frame else (None, None)
        settings = self.settings is not None
        self._leave()
        self._style |= changes
        self._build()
        if self.tray is not None:
            self._show_tray()
        if view is not None:
            self._show_case(view, step)
        elif settings:
            self.show_settings()

    def _keep(self, **preferences: Any) -> None:
        Operation(lambda: self._desks.device.change(**preferences)).owned_by(self).failed(lambda c: self.home.trouble(c)).start()

    def open_case(self, case_id: str) -> None:
        """Show a case of the work list."""
        self.home.open_case(case_id)

    def show_keys(self) -> None:
        """The keys that work now, while the manager has the window."""
        if self._top.isVisible():
            _key_map()(self.lockable.currentWidget())

    def show_settings(self) -> None:
        if self._stack.currentWidget() is not self.home:
            return
        self.settings = _settings_page()(self._desks)
        self.settings.restyled.connect(lambda changes: QTimer.singleShot(0, lambda: self.restyle(**changes)))
        self.settings.closed.connect(self.show_home)
        self.settings.practice.connect(lambda: self.home.practise())
        self.settings.other_bank.connect(self.other_bank)
        self._stack.addWidget(self.settings)
        self._stack.setCurrentWidget(self.settings)
        self._top.show_settings()
        self.settings.setFocus()

    def show_home(self) -> None:
        self._leave()
        self._top.show_home(self._desks.session)
        self._stack.setCurrentWidget(self.home)
        self.home.setFocus()
        self.home.reload()

    def _panes(self) -> tuple[QWidget, ...]:
        """The parts that F6 goes through."""
        if self.frame is not None:
            return self._top, *self.frame.panes
        return self._top, *(self.home.panes if self.settings is None else (self.settings,))

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.place.moved()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place.moved()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.place.moved()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._poll.stop()
        self._recorder.stop()
        self.lockable.idle.stop()
        self.place.stop()
        self._leave()
        if self.tray is not None:
            self.tray.close()
            self.tray = None
        operation.shut_down()
        super().closeEvent(event)

    def _build(self) -> None:
        language, shade = self._style["language"], self._style["theme"]
        text.set_language(language)
        theme.apply(shade, self._style["type_size"])
        self.setWindowTitle(tr("面签台", "Signing desk"))
        self._pane_keys.name()
        self._top = TopBar(self._desks.session, shade, locks=self._desks.lock is not None)
        self._top.lock.connect(self.lockable.lock_now)
        self._lock_key.setWhatsThis(tr("锁屏", "Lock") if self._desks.lock is not None else "")
        self._top.home.connect(self.show_home)
        self._top.language.connect(lambda: self.restyle(language="en" if language == "zh" else "zh"))
        self._top.theme.connect(lambda: self.restyle(theme="dark" if shade == "light" else "light"))
        self._top.settings.connect(self.show_settings)
        self.home = HomePage(self._desks)
        self.home.opened.connect(self._show_case)
        self.home.loaded.connect(self._show_queue)
        self.home.devices.connect(self.show_settings)
        self.home.settled.connect(lambda: QTimer.singleShot(0, self._open_desks))  # let the page be painted first
        self._stack = Stack()
        self._stack.addWidget(self.home)
        self.lockable.show_work(holder(column(self._top, self._stack, gap=0), "page"))
        self.home.setFocus()
        self.home.reload()

    def _open_desks(self) -> None:
        """Behind the first page, once: the pages of a case, the desks, the devices and the models."""
        if not self._opening:
            self._opening = True
            Operation(self._load).owned_by(self).then(self._opened).failed(self._not_opened).start()

    def _load(self) -> bool:
        """Whether the system asks for less motion; here, so that no two threads load parts of Qt at once."""
        _case_frame()
        self._desks.open()
        return motion.system_asks_for_less()

    def _opened(self, still: bool) -> None:
        motion.ask_for_less(self._desks.device.preferences.less_motion)
        motion.ask_for_less(still, "system")
        self._recorder.start()
        self._show_tray()
        self.ready.emit()
        _watch_line()(self, lambda metered: Operation(self._desks.work.line_changed, metered).owned_by(self).start())
        Operation(self._desks.booth.warm, lane="booth").owned_by(self).failed(lambda c: self.home.trouble(c)).start()

    def _show_tray(self) -> None:
        """In the language of the moment."""
        if self.tray is not None:
            self.tray.close()
        self.tray = _tray()(self)
        self.tray.opened.connect(lambda: bring_to_front(self))
        self.tray.sync.connect(self.home.sync_now)
        self.tray.quit.connect(self.close)

    def _not_opened(self, condition: Condition) -> None:
        self._opening = False
        self.home.trouble(condition)

    def _show_case(self, view: CaseView, step: Any = None) -> None:
        self._leave()
        self.frame = _case_frame()(self._desks, view, self._screens, step)
        self.frame.changed.connect(self._case_changed)
        self.frame.customer.turned.connect(self._turned)
        self.frame.home.connect(self.show_home)
        self._stack.addWidget(self.frame)
        self._stack.setCurrentWidget(self.frame)
        self._top.show_case(view)
        self._turned(self.frame.customer.is_turned)
        self.frame.take_focus()

    def _case_changed(self, view: CaseView) -> None:
        self._top.show_case(view)
        self._show_recording()
        if view.case.sealed:
            self._look()

    def _recording_now(self) -> RecordingState:
        """None before the devices are open."""
        return self._desks.booth.recording if self._recorder.isActive() else RecordingState(active=False)

    def _show_recording(self) -> None:
        self._top.show_recording(self._desks.booth.recording)

    def _turned(self, on: bool) -> None:
        """While the customer has the window, nothing else is in it."""
        self._top.setVisible(not on)

    def _leave(self) -> None:
        """Whatever stands before the work list goes away."""
        for page in (self.frame, self.settings):
            if page is not None:
                page.leave()
                self._stack.removeWidget(page)
                page.deleteLater()
        self.frame = self.settings = None
        self._top.show()

    def _look(self) -> None:
        if self.frame is None:
            self.home.reload(quiet=True)
        else:
            Operation(self._desks.work.home, "", 1, rank=1).owned_by(self._top).then(self._show_queue).failed(
                self._top.trouble).start()

    def _show_queue(self, view: HomeView) -> None:
        self._top.show_queue(view.queue)
        if self.tray is not None:
            self.tray.show_queue(view.queue)


def _watch_line() -> "type[LineWatch]":
    """Qt's network is loaded behind the first page, too."""
    from app.ui.network import LineWatch
    return LineWatch


def _case_frame() -> "type[CaseFrame]":
    """The first page does not wait for the pages of a case."""
    from app.ui.case_frame import CaseFrame

    return CaseFrame


def _tray() -> "type[Tray]":
    from app.ui.tray import Tray

    return Tray


def _key_map() -> "type[KeyMap]":
    from app.ui.key_map import KeyMap

    return KeyMap


def _settings_page() -> "type[SettingsPage]":
    from app.ui.pages.settings import SettingsPage

    return SettingsPage
