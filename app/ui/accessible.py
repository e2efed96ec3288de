"""What a screen reader takes a painted widget for: its class says so in ``accessible_role``, a word of ``ROLES``; Qt would
call it a bare area."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAccessibleWidget, QWidget

ROLES = {"picture": QAccessible.Role.Graphic, "words": QAccessible.Role.StaticText, "share": QAccessible.Role.ProgressBar}


def install() -> None:
    """Once, with the application."""
    QAccessible.installFactory(_interface)


def _interface(_class_name: str, made_for: QObject) -> QAccessibleWidget | None:
    """None leaves the widget to Qt."""
    role = getattr(type(made_for), "accessible_role", None)
    return QAccessibleWidget(made_for, ROLES[role]) if role is not None and isinstance(made_for, QWidget) else None
