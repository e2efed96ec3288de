"""The Qt application: style, type and a tidy end. The composition root asks for it once."""

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.ui import theme


def make_application(argv: list[str]) -> QApplication:
    """The one QApplication, with Fusion style and the house's type."""
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication.instance() or QApplication(argv or sys.argv)
    application.setStyle("Fusion")
    application.setApplicationName("mianqian")
    application.setApplicationDisplayName("面签台")
    application.setFont(theme.font())
    return application
