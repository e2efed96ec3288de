"""Pages of a PDF as pictures, drawn by QtPdf, which runs no script. Only the vision worker calls this.

QtPdf needs no application object and no screen. It is imported late, so that only a worker that meets a PDF loads it.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from app.capture.picture import TRUNCATED, encode_jpeg
from app.domain.condition import Kind
from app.domain.facts import Finding
from app.domain.finding import info

if TYPE_CHECKING:
    import numpy as np

LONG_SIDE_PX = 2200  # an A4 page at 188 dpi
SHORT_SIDE_PX = 64
SCRIPT = re.compile(rb"/(JavaScript|JS)\b")
PACKED = re.compile(rb"/ObjStm\b")
STREAM = re.compile(rb"stream\r?\n")
PACKED_MOST, UNPACKED_BYTES = 200, 2_000_000

PASSWORD = Kind(
    "import.pdf_password", zh="这个 PDF 设了密码，打不开。",
    zh_next="请用密码打开后“打印为 PDF”，再导入新文件；或用摄像头拍摄。",
    en="This PDF is locked with a password.",
    en_next="Open it with its password, print it to PDF and import that; or use the camera.")
EMPTY = Kind(
    "import.pdf_empty", zh="这个 PDF 里没有页面。", zh_next="请重新导出文件后再导入。",
    en="This PDF has no pages.", en_next="Export the file again and import that.")


def draw(data: bytes, check_count: Callable[[int], None]) -> Iterator[bytes]:
    """Every page on white paper as JPEG, its long side 2200 pixels. ``check_count`` may refuse the number of pages."""
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtPdf import QPdfDocument

    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument(None)
    document.load(buffer)
    try:
        if document.error() in (QPdfDocument.Error.IncorrectPassword, QPdfDocument.Error.UnsupportedSecurityScheme):
            raise PASSWORD()
        if document.status() != QPdfDocument.Status.Ready:
            raise TRUNCATED()
        if document.pageCount() < 1:
            raise EMPTY()
        check_count(document.pageCount())
        for index in range(document.pageCount()):
            yield _page(document, index)
    finally:
        document.close()


def remarks(data: bytes) -> tuple[Finding, ...]:
    """What else a PDF holds that a person should know: a script, which was not run."""
    if not has_script(data):
        return ()
    return (info("import.pdf_script", "这个 PDF 带有脚本；脚本没有运行，只取了画面。",
                 "This PDF carries a script; it was not run, only the picture was taken."),)


def has_script(data: bytes) -> bool:
    """Whether a script is named in the open, or in a packed object stream within what is unpacked here."""
    if SCRIPT.search(data):
        return True
    for found, _ in zip(PACKED.finditer(data), range(PACKED_MOST), strict=False):
        start = STREAM.search(data, found.end(), found.end() + 400)
        if start and SCRIPT.search(_unpacked(data[start.end():start.end() + UNPACKED_BYTES])):
            return True
    return False


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, UNPACKED_BYTES)
    except zlib.error:
        return b""


def _page(document, index: int) -> bytes:
    from PySide6.QtCore import QSize

    points = document.pagePointSize(index)
    sides = (points.width(), points.height())
    if min(sides) <= 0:
        raise TRUNCATED()
    scale = LONG_SIDE_PX / max(sides)
    drawn = document.render(index, QSize(*(max(SHORT_SIDE_PX, min(LONG_SIDE_PX, round(side * scale))) for side in sides)))
    if drawn.isNull():
        raise TRUNCATED()
    return encode_jpeg(_on_white(drawn))


def _on_white(drawn) -> "np.ndarray":
    """BGR picture of a QImage laid on white paper."""
    import numpy as np

    image = drawn.convertToFormat(drawn.Format.Format_ARGB32_Premultiplied)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    bgra = rows[:, :image.width() * 4].reshape(image.height(), image.width(), 4)  # ARGB32 on every machine we run on
    return bgra[:, :, :3] + (255 - bgra[:, :, 3:])
