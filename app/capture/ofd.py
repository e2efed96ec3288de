"""Pages of an OFD file (GB/T 33190) where each is one picture: a ZIP is read in memory, within limits, by no outside name.

Drawn pages (text and lines, as most e-invoices are) are not drawn here: they are refused with a way to go on, because a
page that lacks half of its print would be worse than none.
"""

import io
import posixpath
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Callable, Iterator

from app.capture import picture
from app.domain.condition import Kind
from app.domain.facts import Finding
from app.domain.finding import info

ENTRIES_MOST = 2000
ENTRY_BYTES = picture.MAX_BYTES
TOTAL_BYTES = 200_000_000
XML_BYTES = 5_000_000
COVERS = 0.7  # share of the page that its picture takes
BROKEN_ZIP = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError,
              ValueError)

DAMAGED = Kind(
    "import.ofd_damaged", zh="这个文件不是完整的 OFD，打不开。", zh_next="请重新下载，或转成 PDF 后再导入。",
    en="This file is not a complete OFD document.", en_next="Download it again, or turn it into a PDF and import that.")
BOMB = Kind(
    "import.ofd_bomb", zh="这个 OFD 解压后过大或结构可疑，已拒绝打开。",
    zh_next="请从开票平台重新下载；仍不行请转成 PDF 再导入。",
    en="This OFD unpacks to too much or is built suspiciously; it was not opened.",
    en_next="Download it again from where it was issued, or turn it into a PDF and import that.")
DRAWN = Kind(
    "import.ofd_drawn", zh="这个 OFD 的页面由文字和线条组成，本程序不能直接显示。",
    zh_next="请用 OFD 阅读器打开，“打印为 PDF”后导入 PDF。",
    en="This OFD draws its pages with text and lines, which this program cannot show.",
    en_next="Open it in an OFD reader, print it to PDF and import the PDF.")


class _NoDoctype(ET.TreeBuilder):
    """Refuses a document type, and with it every entity, before any is expanded."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise BOMB()


def pages(data: bytes, check_count: Callable[[int], None]) -> tuple[Iterator[bytes], tuple[Finding, ...]]:
    """The pages as pictures and what to remark. Raises ``import.ofd_*`` and, as pages are taken, ``picture.*``."""
    package = _Package(data)
    documents = [root.text or "" for root in _all(package.xml("OFD.xml"), "DocRoot")]
    count = sum(len(_all(package.xml(place), "Page")) for place in documents)
    if not count:
        raise DAMAGED()
    check_count(count)
    names = [name for place in documents for name in _document_pictures(package, place)]
    return (picture.encode_jpeg(picture.decode(package.read(name)), 95) for name in names), _remarks(package)


def _document_pictures(package: "_Package", place: str) -> Iterator[str]:
    """Entry name of the picture of each page of one document."""
    document, base = package.xml(place), posixpath.dirname(_inside(place))
    pictures = _resources(package, document, base, "PublicRes") | _resources(package, document, base, "DocumentRes")
    for page in _all(document, "Page"):
        yield _page_picture(package, document, _join(base, page.get("BaseLoc", "")), pictures)


def _remarks(package: "_Package") -> tuple[Finding, ...]:
    if not any(name.rsplit("/", 1)[-1].lower() in ("signatures.xml", "annotations.xml") for name in package.names):
        return ()
    return (info("import.ofd_seal", "OFD 里的电子签章或批注没有画进图片，原文件已一并保存。",
                 "Seals or notes of the OFD are not in the picture; the file itself is kept too."),)


class _Package:
    """The ZIP: its names checked, its sizes bounded before and while unpacking."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN_ZIP as error:
            raise DAMAGED() from error
        entries = self._zip.infolist()
        if len(entries) > ENTRIES_MOST or sum(entry.file_size for entry in entries) > TOTAL_BYTES:
            raise BOMB()
        self.names = {_inside(entry.filename): entry for entry in entries if not entry.is_dir()}
        if len(self.names) < sum(not entry.is_dir() for entry in entries):  # one name twice: which one counts?
            raise BOMB()

    def read(self, name: str, most: int = ENTRY_BYTES) -> bytes:
        entry = self.names.get(_inside(name))
        if entry is None:
            raise DAMAGED()
        if entry.file_size > most:
            raise BOMB()
        try:
            with self._zip.open(entry) as file:
                data = file.read(most + 1)
        except BROKEN_ZIP as error:
            raise DAMAGED() from error
        if len(data) > most:
            raise BOMB()
        return data

    def xml(self, name: str) -> ET.Element:
        try:
            return ET.fromstring(self.read(name, XML_BYTES), parser=ET.XMLParser(target=_NoDoctype()))
        except (ET.ParseError, LookupError, ValueError) as error:
            raise DAMAGED() from error


def _page_picture(package: _Package, document: ET.Element, place: str, pictures: dict[str, str]) -> str:
    """Name of the one picture that covers the page. Raises ``import.ofd_drawn`` where anything else is on it."""
    page = package.xml(place)
    width, height = _size(page) or _size(document) or (0.0, 0.0)
    images = _all(page, "ImageObject")
    drawn = any(_seen(thing) for name in ("TextObject", "PathObject", "CompositeObject") for thing in _all(page, name))
    if drawn or _all(page, "Template") or len(images) != 1:
        raise DRAWN()
    box = _numbers(images[0].get("Boundary", ""))
    own = pictures | _resources(package, page, posixpath.dirname(place), "PageRes")
    name = own.get(images[0].get("ResourceID", ""))
    if name is None or len(box) != 4 or not width * height or box[2] * box[3] < COVERS * width * height:
        raise DRAWN()
    return name


def _resources(package: _Package, holder: ET.Element, base: str, tag: str) -> dict[str, str]:
    found = {}
    for place in _all(holder, tag):
        where = _join(base, place.text or "")
        listing = package.xml(where)
        folder = _join(posixpath.dirname(where), listing.get("BaseLoc", ""))
        for media in _all(listing, "MultiMedia"):
            if media.get("Type") == "Image":
                found[media.get("ID", "")] = _join(folder, _text(media, "MediaFile"))
    return found


def _seen(thing: ET.Element) -> bool:
    return thing.get("Visible", "true") != "false" and thing.get("Alpha", "255") != "0"


def _size(element: ET.Element) -> tuple[float, float] | None:
    """Width and height in millimetres of the first page box named."""
    boxes = [_numbers(box.text or "") for box in _all(element, "PhysicalBox")]
    return (boxes[0][2], boxes[0][3]) if boxes and len(boxes[0]) == 4 else None


def _numbers(words: str) -> list[float]:
    try:
        return [float(word) for word in words.split()]
    except ValueError:
        return []


def _all(element: ET.Element, tag: str) -> list[ET.Element]:
    """Every element of this local name, whatever its name space."""
    return [found for found in element.iter() if isinstance(found.tag, str) and found.tag.rpartition("}")[2] == tag]


def _text(element: ET.Element, tag: str) -> str:
    found = _all(element, tag)
    if not found or not (found[0].text or "").strip():
        raise DAMAGED()
    return found[0].text.strip()


def _join(folder: str, name: str) -> str:
    """Where a name leads from a folder; one that begins with a slash begins at the package's root."""
    return _inside(name if name.startswith("/") else posixpath.join(folder, name.strip()))


def _inside(name: str) -> str:
    """The name within the package. Raises ``import.ofd_bomb`` where it leads out of it."""
    clean = posixpath.normpath(name.strip().replace("\\", "/").lstrip("/"))
    if clean == ".." or clean.startswith("../") or ":" in clean or "\x00" in clean:
        raise BOMB()
    return clean
