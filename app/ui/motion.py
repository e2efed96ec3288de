"""How much may move in the window: nothing by itself where the system or the person asks for less."""

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

SPI_GETCLIENTAREAANIMATION = 0x1042  # winuser.h
PORTAL = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings"
ASKED = (("org.gnome.desktop.interface", "enable-animations", False), ("org.kde.kdeglobals.KDE", "AnimationDurationFactor", 0.0))
EFFECTS = (Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_FadeMenu, Qt.UIEffect.UI_AnimateCombo, Qt.UIEffect.UI_AnimateTooltip,
           Qt.UIEffect.UI_FadeTooltip)
TIMEOUT_MS = 1000

_less = {"system": False, "person": False}


def less() -> bool:
    return any(_less.values())


def ask_for_less(on: bool, who: str = "person") -> None:
    """From now on. ``who``: the person in the settings, or the system."""
    _less[who] = on
    if less():
        for effect in EFFECTS:
            QApplication.setEffectEnabled(effect, False)


def system_asks_for_less() -> bool:
    """Whether animations are off in Windows, GNOME or KDE; False where the system does not tell. Takes up to a second: never
    on the window's thread."""
    return _windows_asks() if sys.platform == "win32" else _desktop_asks()


def _windows_asks() -> bool:
    import ctypes

    animated = ctypes.c_int(1)
    ctypes.windll.user32.SystemParametersInfoW(SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(animated), 0)
    return not animated.value


def _desktop_asks() -> bool:
    """Both desktops tell it through the settings portal."""
    from PySide6.QtDBus import QDBusConnection, QDBusInterface, QDBusMessage

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    portal = QDBusInterface(*PORTAL, bus)
    portal.setTimeout(TIMEOUT_MS)
    for namespace, key, still in ASKED:
        answer = portal.call("ReadOne", namespace, key)
        if answer.type() == QDBusMessage.MessageType.ReplyMessage:
            return answer.arguments()[0].variant() == still
    return False
