"""Every page x {zh, en} x {light, dark} x {1366x768, 1920x1080} as pictures, and one contact sheet a language.

``python -m tests.ui.contact_sheets [FOLDER] [--only NAME]`` paints offscreen; the folder is out/screenshots unless named.
QT_SCALE_FACTOR=1.5 before it paints them as on a display at 150 %. The people and figures on the pages are invented.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.ui import operation
from app.ui import theme as themes
from app.ui.application import make_application
from app.ui.screenshot import grab
from tests.ui.scenes import SIZES, scenes, show

THUMB_W, GAP, CAPTION_H = 683, 16, 24
COLUMNS = [(theme, size) for theme in ("light", "dark") for size in SIZES]


def main(folder: Path, only: str) -> None:
    make_application(["contact-sheets"])
    for language in ("zh", "en"):
        rows = []
        for scene in scenes():
            if only and only not in scene.name:
                continue
            pictures = []
            for theme, size in COLUMNS:
                window = show(scene, language, theme, size)
                name = f"{scene.name}-{language}-{theme}-{size[0]}x{size[1]}.png"
                pictures.append(grab(window, folder / name))
                window.close()
                window.deleteLater()
            rows.append((scene.name, pictures))
            print(scene.name, language, flush=True)
        sheet = folder / f"contact-sheet-{language}.png"
        _sheet(rows).save(str(sheet))
        print(sheet)
    operation.shut_down()


def _sheet(rows: list[tuple[str, list[Path]]]) -> QImage:
    """One line a page, one column for each theme and size."""
    height = THUMB_W * 9 // 16 + CAPTION_H + GAP
    sheet = QImage(len(COLUMNS) * (THUMB_W + GAP) + GAP, len(rows) * height + GAP, QImage.Format.Format_RGB32)
    sheet.fill(QColor("#808890"))
    painter = QPainter(sheet)
    painter.setFont(themes.font(14))
    for line, (name, pictures) in enumerate(rows):
        for column, (picture, (theme, size)) in enumerate(zip(pictures, COLUMNS, strict=True)):
            x, y = GAP + column * (THUMB_W + GAP), GAP + line * height
            painter.drawText(QRect(x, y, THUMB_W, CAPTION_H), Qt.AlignmentFlag.AlignVCenter,
                             f"{name} · {theme} · {size[0]}×{size[1]}")
            thumb = QImage(str(picture)).scaled(THUMB_W, THUMB_W * 9 // 16, Qt.AspectRatioMode.KeepAspectRatio,
                                                Qt.TransformationMode.SmoothTransformation)
            painter.drawImage(x, y + CAPTION_H, thumb)
    painter.end()
    return sheet


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=sys.modules[__name__].__doc__.splitlines()[0])
    asked.add_argument("folder", nargs="?", type=Path, default=Path("out/screenshots"))
    asked.add_argument("--only", default="", help="scenes with this in their name")
    wanted = asked.parse_args()
    main(wanted.folder, wanted.only)
