"""The bar on top: the mark, the place of work or the case, network and queue, and who is signed in."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel

from app.desk.views import CaseView, QueueView, Session
from app.domain.condition import Condition
from app.ui import icons, text
from app.ui.text import tr
from app.ui.widgets.basics import Elided, Pill, button, label, row

HEIGHT = 52


class TopBar(QFrame):
    home = Signal()
    language = Signal()
    theme = Signal()
    lock = Signal()
    settings = Signal()

    def __init__(self, session: Session, theme_name: str, *, locks: bool) -> None:
        super().__init__()
        self.setProperty("panel", "bar")
        self.setFixedHeight(HEIGHT)
        mark = QLabel()
        mark.setPixmap(icons.logo())
        name = label(tr("面签台", "Signing desk"), "heading")
        self._home = button(tr("今日业务", "Today"), "top.home", "quiet", shortcut="Alt+Home")
        self._home.setIcon(icons.icon("back"))
        self._home.clicked.connect(self.home)
        self._where = Elided("", "label")
        self._where.setObjectName("top.where")
        self.queue = Pill("—", "plain", name="top.queue")
        self._recording = Pill("", "bad", name="top.recording")
        self._recording.hide()
        self._lock_waits = Pill("", "warn", name="top.lock_waits")
        self._lock_waits.hide()
        lock = button(tr("锁屏", "Lock"), "top.lock", "quiet", tip="Ctrl+L")
        lock.clicked.connect(self.lock)
        lock.setVisible(locks)
        other = button("EN" if text.language() == "zh" else "中", "top.language", "quiet")
        other.setAccessibleName("English" if text.language() == "zh" else "中文")
        other.clicked.connect(self.language)
        shade = button(tr("深色", "Dark") if theme_name == "light" else tr("浅色", "Light"), "top.theme", "quiet")
        shade.clicked.connect(self.theme)
        self._gear = gear = button("", "top.settings", "quiet", shortcut="Ctrl+,")
        gear.setToolTip(tr("设置  Ctrl+,\n快捷键  F1", "Settings  Ctrl+,\nKeys  F1"))
        gear.setIcon(icons.icon("gear"))
        gear.setAccessibleName(tr("设置", "Settings"))
        gear.clicked.connect(self.settings)
        staff = label(tr(f"客户经理 {session.staff_name} · 工号 {session.staff_id}",
                         f"Manager {session.staff_name} · {session.staff_id}"), "label", name="top.staff")
        made = row(mark, name, self._home, 6, self._where, self._recording, self._lock_waits, self.queue, other, shade,
                   lock, gear, staff, gap=9,
                   margins=(20, 0, 20, 0))
        made.setStretch(4, 1)
        made.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(made)
        for quick in (self._home, other, shade, lock, gear):
            quick.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_home(session)

    def show_home(self, session: Session) -> None:
        self._home.hide()
        self._gear.show()
        self._where.setText(f"{session.bank} · {tr('设备', 'Device')} {session.device_id}")

    def show_settings(self) -> None:
        self._home.show()
        self._where.setText(tr("设置", "Settings"))

    def show_case(self, view: CaseView) -> None:
        self._home.show()
        self._gear.hide()
        dealer = f" · {view.dealer.name}" if view.dealer else ""
        practice = tr("（练习，不会上传）", " (practice, never sent)") if view.case.opened.practice else ""
        self._where.setText(f"{tr('面签', 'Case')} {view.case.number}{practice}{dealer}")

    def show_queue(self, queue: QueueView) -> None:
        self.queue.show_state(*queue_words(queue))
        self.queue.setToolTip(queue.trouble.message(text.language()) if queue.trouble else "")

    def show_recording(self, state: Any) -> None:
        """While the recorder runs, every page says so. ``state`` is the booth's RecordingState."""
        self._recording.setVisible(state.active)
        if state.active:
            length = text.minutes(state.elapsed_ms / 1000)
            self._recording.show_state(tr(f"录制中 {length}", f"Recording {length}"), "bad")

    def show_lock_waits(self, why: str) -> None:
        """Why the desk does not lock though it is time."""
        self._lock_waits.setVisible(bool(why))
        if why:
            self._lock_waits.show_state(why, "warn")

    def trouble(self, condition: Condition) -> None:
        self.queue.show_state(condition.message(text.language()), "bad")


def queue_words(queue: QueueView) -> tuple[str, str]:
    """The pill's words and tone: 离线 · 待传 3 笔 / 86 MB, 在线 · 已同步 09:41."""
    waiting = tr(f" · 待传 {queue.cases} 笔 / {text.megabytes(queue.bytes)}",
                 f" · {queue.cases} to send / {text.megabytes(queue.bytes)}") if queue.cases else ""
    if queue.online is None:
        return tr("尚未联系银行", "Bank not contacted yet") + waiting, "plain"
    if not queue.online:
        return tr("离线", "Offline") + waiting, "warn"
    if waiting:
        return tr("在线", "Online") + waiting, "brand"
    contact = queue.last_contact
    synced = tr(f" · 已同步 {text.clock(contact)[:5]}", f" · synced {text.clock(contact)[:5]}") if contact else ""
    return tr("在线", "Online") + synced, "ok"
