"""The small menu beside the queue: how fast it may send, and whether recordings wait for a line that is not metered."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton

from app.desk.views import QueueView
from app.ui.text import tr

LIMITS = (None, 512, 1_000, 2_000, 5_000, 10_000)


class QueueOptions(QPushButton):
    """``limit`` in kilobits a second, None for none."""

    limit = Signal(object)
    recordings_wait = Signal(bool)

    def __init__(self) -> None:
        super().__init__(tr("发送选项", "Options"))
        self.setObjectName("home.queue.options")
        self.setAccessibleName(tr("发送速度和录像的选择", "Speed of sending, and recordings"))
        menu = QMenu(self)
        self._limits = QActionGroup(menu)
        for kbit in LIMITS:
            action = QAction(limit_words(kbit), self._limits, checkable=True)
            action.setData(kbit)
            menu.addAction(action)
        menu.addSeparator()
        self._wait = menu.addAction(tr("按流量计费的网络上，录像稍后发送", "Recordings wait on a metered line"))
        self._wait.setCheckable(True)
        self.setMenu(menu)
        self._limits.triggered.connect(lambda action: self.limit.emit(action.data()))
        self._wait.triggered.connect(self.recordings_wait)

    def show_queue(self, queue: QueueView) -> None:
        for action in self._limits.actions():
            action.setChecked(action.data() == queue.limit_kbit)
        self._wait.setChecked(queue.recordings_wait)
        self.setText(tr("发送选项", "Options") if queue.limit_kbit is None else limit_words(queue.limit_kbit))


def limit_words(kbit: int | None) -> str:
    if kbit is None:
        return tr("不限速", "No limit")
    rate = f"{kbit} kbit/s" if kbit < 1_000 else f"{kbit // 1_000} Mbit/s"
    return tr(f"限速 {rate}", f"At most {rate}")
