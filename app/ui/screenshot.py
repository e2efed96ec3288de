"""A picture of a widget as a file, for the demonstration and the manual."""

from pathlib import Path

from PySide6.QtWidgets import QWidget


def grab(widget: QWidget, path: Path) -> Path:
    """Paint ``widget`` as it now stands into a PNG file; the folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not widget.grab().save(str(path), "PNG"):
        raise OSError(f"could not write {path}")
    return path
