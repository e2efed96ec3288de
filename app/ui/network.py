"""Tells when the computer's line to the world changes: at once, where the system says so; it also knows whether it is metered."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QNetworkInformation

METERED = QNetworkInformation.Feature.Metered
ONLINE = QNetworkInformation.Reachability.Online


class LineWatch(QObject):
    """``changed(metered)`` for each new line; metered is None where the system does not tell. Without a backend it is silent,
    and the queue finds out by trying."""

    def __init__(self, parent: QObject, changed: Callable[[bool | None], None]) -> None:
        super().__init__(parent)
        self._changed = changed
        if not QNetworkInformation.loadDefaultBackend():
            return
        self._information = QNetworkInformation.instance()
        self._information.reachabilityChanged.connect(self._tell)
        self._information.isMeteredChanged.connect(self._tell)
        self._information.transportMediumChanged.connect(self._tell)
        self._tell()

    def _tell(self) -> None:
        if self._information.reachability() == ONLINE:
            self._changed(self._information.isMetered() if self._information.supports(METERED) else None)
