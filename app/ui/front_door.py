"""One program a data folder: a second start knocks at the first one's door and leaves; the first comes to the front.

Who is first is decided by the lock of the data folder, which the system drops with its process. The door is only for the
knocking, so one that a crash left behind is replaced by whoever holds the lock.
"""

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)
WAIT_MS = 2000


class FrontDoor(QObject):
    """``knocked`` is called on the window's thread whenever somebody starts the program again."""

    def __init__(self, folder: Path, knocked: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.server = QLocalServer(self)
        self.server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self.server.newConnection.connect(self._answer)
        self._knocked = knocked
        QLocalServer.removeServer(_name(folder))
        if not self.server.listen(_name(folder)):
            log.warning("a second start will not bring this window to the front")

    def _answer(self) -> None:
        self.server.nextPendingConnection().deleteLater()
        self._knocked()

    def close(self) -> None:
        self.server.close()


def knock(folder: Path) -> bool:
    """Ask the program that works on this folder to come to the front; whether somebody was there to hear it."""
    visitor = QLocalSocket()
    visitor.connectToServer(_name(folder))
    heard = visitor.waitForConnected(WAIT_MS)
    visitor.abort()
    return heard


def _name(folder: Path) -> str:
    """The same for every way to write the folder; short, because a socket's path may not be long."""
    return "mianqian-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]
