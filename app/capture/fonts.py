"""Finds a font with Chinese characters for drawing pictures, on Linux and on Windows."""

import os
import sys
from functools import cache
from pathlib import Path

from app.domain.condition import Kind

NAMES = ("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf", "NotoSansSC-Regular.ttf",
         "wqy-microhei.ttc", "msyh.ttc", "simhei.ttf", "simsun.ttc")

FONT_MISSING = Kind("font.missing", zh="没有找到能画中文的字体（例如 {name}）。",
                    zh_next="请安装 Noto Sans CJK 字体（Debian 包名 fonts-noto-cjk）后重试。",
                    en="No font with Chinese characters was found, such as {name}.",
                    en_next="Install Noto Sans CJK (Debian package fonts-noto-cjk) and try again.")


@cache
def font(size: int):
    """Pillow font of the given pixel size."""
    from PIL import ImageFont

    return ImageFont.truetype(str(font_file()), size, index=_index(font_file()))


@cache
def font_file() -> Path:
    files = (file for folder in folders() if folder.is_dir() for file in folder.rglob("*.[to]t[cf]"))
    found = {file.name.lower(): file for file in files}
    for name in NAMES:
        if name.lower() in found:
            return found[name.lower()]
    raise FONT_MISSING(name=NAMES[0])


def folders() -> tuple[Path, ...]:
    if sys.platform == "win32":
        return (Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
                Path.home() / "AppData/Local/Microsoft/Windows/Fonts")
    return Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"


def _index(file: Path) -> int:
    return 2 if file.name.startswith("NotoSansCJK") else 0  # the simplified Chinese face of the collection
