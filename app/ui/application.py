"""The Qt application: style, type and a tidy end. The composition root asks for it once."""

import os
import signal
import sys

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.domain.condition import Kind
from app.ui import accessible, theme

NO_DISPLAY = Kind(
    "window.no_display", zh="这里没有可以显示窗口的屏幕。", zh_next="请在桌面会话中运行；没有窗口的命令见 mianqian --help。",
    en="There is no display for a window here.",
    en_next="Run it in a desktop session; mianqian --help lists what needs no window.")
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
LOOK_MS = 200


def make_application(argv: list[str]) -> QApplication:
    """The one QApplication, with Fusion style and the house's type. Raises NO_DISPLAY, where Qt would abort."""
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in DISPLAYS):
        raise NO_DISPLAY()
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)  # ink wants every point
    application = QApplication.instance() or QApplication(argv or sys.argv)
    application.setStyle("Fusion")
    application.setApplicationName("mianqian")
    application.setApplicationDisplayName("面签台")
    application.setFont(theme.font())
    accessible.install()
    return application


def end_on_signals(application: QApplication) -> None:
    """Ctrl-C and a polite kill close the windows as a person would; the timer lets Python see the signal."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: QTimer.singleShot(0, application.quit))  # heard even before the loop begins
    timer = QTimer(application)
    timer.timeout.connect(lambda: None)
    timer.start(LOOK_MS)
