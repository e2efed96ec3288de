"""Picking and reading a file the person brings: never more than a page's worth, never on the window's thread."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from app.domain.condition import Kind
from app.ui.text import tr

LARGEST_BYTES = 50_000_000
FILE_TOO_LARGE = Kind(
    "file.too_large", zh="这个文件有 {size} MB，超过 50 MB。", zh_next="请选择照片或扫描件，或用摄像头拍摄。",
    en="This file has {size} MB; the limit is 50 MB.", en_next="Choose a photo or scan, or use the camera.")
FILE_EMPTY = Kind(
    "file.empty", zh="这个文件是空的。", zh_next="请重新导出或改用摄像头拍摄。",
    en="This file is empty.", en_next="Export it again or use the camera.")
FILE_UNREADABLE = Kind(
    "file.unreadable", zh="这个文件打不开。", zh_next="请检查文件是否还在、是否有权限，或改用摄像头拍摄。",
    en="This file cannot be opened.", en_next="Check that it exists and may be read, or use the camera.")


def read_file(path: Path) -> bytes:
    """The bytes of a file of at most 50 MB; raises file.too_large, file.empty or file.unreadable."""
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise FILE_TOO_LARGE(size=round(size / 1_000_000))
        data = path.read_bytes()
    except OSError:
        raise FILE_UNREADABLE() from None
    if not data:
        raise FILE_EMPTY()
    return data


CLIPBOARD_EMPTY = Kind(
    "import.clipboard_empty", zh="剪贴板里没有图片或文件。", zh_next="请先复制图片或文件，再粘贴。",
    en="There is no picture or file on the clipboard.", en_next="Copy a picture or a file first, then paste.")
PICTURES = "*.jpg *.jpeg *.png *.bmp *.webp *.tif *.tiff"


def pick_image(owner: QWidget, name: str, chosen: Callable[[Path], None]) -> None:
    """Open a chooser of one picture beside the window without blocking it."""
    dialog = _chooser(owner, name, tr(f"图片 ({PICTURES})", f"Pictures ({PICTURES})"))
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()


def pick_papers(owner: QWidget, name: str, chosen: Callable[[Path], None]) -> None:
    """Open a chooser of pictures and documents; ``chosen`` is called for each, in order."""
    kinds = f"{PICTURES} *.heic *.heif *.pdf *.ofd"
    dialog = _chooser(owner, name, tr(f"图片、PDF 与 OFD ({kinds})", f"Pictures, PDF and OFD ({kinds})"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda paths: [chosen(Path(path)) for path in paths])
    dialog.open()


def pick_folder(owner: QWidget, name: str, chosen: Callable[[Path], None]) -> None:
    """Open a chooser of a folder to write into."""
    dialog = QFileDialog(owner, tr("导出到文件夹", "Export to a folder"))
    dialog.setObjectName(name)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda folder: chosen(Path(folder)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _chooser(owner: QWidget, name: str, kinds: str) -> QFileDialog:
    dialog = QFileDialog(owner, tr("从文件导入", "Import a file"))
    dialog.setObjectName(name)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(kinds)
    dialog.finished.connect(dialog.deleteLater)
    return dialog


def local_files(mime: QMimeData) -> list[Path]:
    """The files that are dropped or pasted, as far as they lie on this computer."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def png(image: QImage) -> bytes:
    """A pasted picture as a file. For a worker thread."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())
