"""The displays of this computer, and which of them is free for the customer."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget


class Screens(QObject):
    """``changed`` when a display was plugged in or has gone."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        application = QGuiApplication.instance()
        for plugged in (application.screenAdded, application.screenRemoved):
            plugged.connect(lambda _screen: self.changed.emit())

    def beside(self, window: QWidget) -> QScreen | None:
        """A display on which ``window`` is not, nor its copy."""
        own = window.screen()
        return next((one for one in QGuiApplication.screens()
                     if one is not own and not one.geometry().intersects(own.geometry())), None)
