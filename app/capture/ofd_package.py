"""The ZIP that an OFD file is (GB/T 33190): read in memory, within limits, by no outside name, its XML without document types."""

import io
import posixpath
import xml.etree.ElementTree as ET
import zipfile
import zlib

from app.capture import picture
from app.domain.condition import Kind

ENTRIES_MOST = 2000
ENTRY_BYTES = picture.MAX_BYTES
TOTAL_BYTES = 200_000_000
XML_BYTES = 5_000_000
BEYOND = 100_000.0
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


class _NoDoctype(ET.TreeBuilder):
    """Refuses a document type, and with it every entity, before any is expanded."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise BOMB()


class Package:
    """The entries of the ZIP: names checked, sizes bounded before and while unpacking. Raises ``import.ofd_*``."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN_ZIP as error:
            raise DAMAGED() from error
        entries = self._zip.infolist()
        if len(entries) > ENTRIES_MOST or sum(entry.file_size for entry in entries) > TOTAL_BYTES:
            raise BOMB()
        self.names = {inside(entry.filename): entry for entry in entries if not entry.is_dir()}
        if len(self.names) < sum(not entry.is_dir() for entry in entries):  # one name twice: which one counts?
            raise BOMB()

    def read(self, name: str, most: int = ENTRY_BYTES) -> bytes:
        """The bytes of an entry."""
        entry = self.names.get(inside(name))
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
        """The root of an XML entry."""
        try:
            return ET.fromstring(self.read(name, XML_BYTES), parser=ET.XMLParser(target=_NoDoctype()))
        except (ET.ParseError, LookupError, ValueError) as error:
            raise DAMAGED() from error


def numbers(words: str) -> list[float]:
    """Numbers of an attribute, in millimetres or as they are; [] where one is none or beyond any page."""
    try:
        found = [float(word) for word in words.split()]
    except ValueError:
        return []
    return found if all(abs(number) < BEYOND for number in found) else []


def all_of(element: ET.Element, tag: str) -> list[ET.Element]:
    """Every element of this local name, whatever its name space."""
    return [found for found in element.iter() if name_of(found) == tag]


def name_of(element: ET.Element) -> str:
    """Local name, whatever the name space; '' for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: ET.Element, tag: str) -> ET.Element | None:
    """The first direct child of this local name."""
    return next((found for found in element if name_of(found) == tag), None)


def text_of(element: ET.Element, tag: str) -> str:
    """Text of the first element of this name. Raises ``import.ofd_damaged`` where there is none."""
    found = all_of(element, tag)
    if not found or not (found[0].text or "").strip():
        raise DAMAGED()
    return found[0].text.strip()


def join(folder: str, name: str) -> str:
    """Where a name leads from a folder; one that begins with a slash begins at the package's root."""
    return inside(name if name.startswith("/") else posixpath.join(folder, name.strip()))


def inside(name: str) -> str:
    """The name within the package. Raises ``import.ofd_bomb`` where it leads out of it."""
    clean = posixpath.normpath(name.strip().replace("\\", "/").lstrip("/"))
    if clean == ".." or clean.startswith("../") or ":" in clean or "\x00" in clean:
        raise BOMB()
    return clean
