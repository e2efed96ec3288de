"""A device chosen from a list of those that are connected now."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent

from app.domain.condition import Condition
from app.ui.operation import Operation
from app.ui.text import tr
from app.ui.widgets.inputs import Choice

FIRST = (("0", "系统的第一个摄像头", "The system's first camera"),)
MOST_PX = 240


class DeviceChoice(Choice):
    """What is chosen stays in force from then on. ``picked``: another device was; ``taken``: it is in force; ``refused`` carries
    why it cannot be."""

    picked = Signal()
    taken = Signal()
    refused = Signal(object)

    def __init__(self, name: str, preference: str, always: tuple[tuple[str, str, str], ...], desks: Any) -> None:
        self._desks, self._preference, self._always = desks, preference, always
        super().__init__(name, (self._named(self._chosen),))
        self.changed.connect(self._change)

    def show_found(self, found: tuple[tuple[str, str], ...]) -> None:
        """What can be chosen now; what is chosen and not connected stands among it."""
        named = (*((code, tr(zh, en)) for code, zh, en in self._always), *found)
        known = self._chosen in {code for code, _ in named}
        self.offer(named if known else (self._named(self._chosen), *named))
        self._show_chosen()

    @property
    def _chosen(self) -> str:
        return getattr(self._desks.device.preferences, self._preference)

    def _named(self, chosen: str) -> tuple[str, str]:
        absent = tr(f"{chosen}（未连接）", f"{chosen} (not connected)")
        return next(((code, tr(zh, en)) for code, zh, en in self._always if code == chosen), (chosen, absent))

    def _show_chosen(self) -> None:
        self.blockSignals(True)
        self.choose(self._chosen)
        self.blockSignals(False)

    def _change(self) -> None:
        self.picked.emit()
        values = {self._preference: self.code()}
        Operation(lambda: self._desks.device.change(**values)).owned_by(self).then(
            lambda _chosen: self.taken.emit()).failed(self._refuse).start()

    def _refuse(self, condition: Condition) -> None:
        self._show_chosen()
        self.refused.emit(condition)


class CameraChoice(DeviceChoice):
    """The camera of a page that shows its picture; looks up what is connected whenever it comes into sight."""

    def __init__(self, name: str, desks: Any) -> None:
        super().__init__(name, "camera", FIRST, desks)
        self.setAccessibleName(tr("摄像头", "Camera"))
        self.setToolTip(tr("换一个摄像头", "Use another camera"))
        self.setMaximumWidth(MOST_PX)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        Operation(self._desks.booth.cameras, rank=1).owned_by(self).then(self.show_found).failed(self.refused.emit).start()
