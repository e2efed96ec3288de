"""Pages of an OFD file (GB/T 33190): a scan as the picture it is, any other drawn here with the text it carries.

What cannot be drawn is refused with a way to go on, because a page that lacks part of its print would be worse than none.
"""

import posixpath
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from app.capture import picture
from app.capture.ocr import Line
from app.capture.ofd_draw import Sheet
from app.capture.ofd_package import DAMAGED, Package, all_of, child, inside, join, numbers, text_of
from app.domain.facts import Finding
from app.domain.finding import info

COVERS = 0.7  # share of the page that its picture takes
BACKGROUND, FOREGROUND = "Background", "Foreground"


@dataclass(frozen=True)
class _Resources:
    """Entry names of pictures and the drawing parameters, by ID."""

    pictures: dict[str, str] = field(default_factory=dict)
    params: dict[str, ET.Element] = field(default_factory=dict)

    def __or__(self, other: "_Resources") -> "_Resources":
        return _Resources(self.pictures | other.pictures, self.params | other.params)


def pages(data: bytes, check_count: Callable[[int], None]) -> tuple[Iterator[tuple[bytes, tuple[Line, ...]]],
                                                                    tuple[Finding, ...]]:
    """The pages as pictures, each with the lines of text drawn on it (none of a scan), and what to remark. Raises
    ``import.ofd_*`` and, as pages are taken, ``picture.*`` and ``font.missing``."""
    package = Package(data)
    documents = [root.text or "" for root in all_of(package.xml("OFD.xml"), "DocRoot")]
    count = sum(len(all_of(package.xml(place), "Page")) for place in documents)
    if not count:
        raise DAMAGED()
    check_count(count)
    return (page for place in documents for page in _document_pages(package, place)), _remarks(package)


def _document_pages(package: Package, place: str) -> Iterator[tuple[bytes, tuple[Line, ...]]]:
    document, base = package.xml(place), posixpath.dirname(inside(place))
    shared = _resources(package, document, base, "PublicRes") | _resources(package, document, base, "DocumentRes")
    templates = {found.get("ID", ""): join(base, found.get("BaseLoc", "")) for found in all_of(document, "TemplatePage")}
    for listed in all_of(document, "Page"):
        where = join(base, listed.get("BaseLoc", ""))
        page = package.xml(where)
        size = _size(page) or _size(document)
        if size is None or min(size) <= 0:
            raise DAMAGED()
        own = shared | _resources(package, page, posixpath.dirname(where), "PageRes")
        scan = _scan(page, own, size)
        if scan:
            yield picture.encode_jpeg(picture.decode(package.read(scan)), 95), ()
        else:
            yield _drawn(package, page, own, size, templates)


def _drawn(package: Package, page: ET.Element, resources: _Resources, size: tuple[float, float],
           templates: dict[str, str]) -> tuple[bytes, tuple[Line, ...]]:
    sheet = Sheet(size, lambda name: picture.decode(package.read(resources.pictures.get(name, ""))), resources.params)
    below, above = [], []
    for used in all_of(page, "Template"):
        template = package.xml(templates.get(used.get("TemplateID", ""), ""))
        (above if used.get("ZOrder") == FOREGROUND else below).append(template)
    for content in (*below, page, *above):
        for layer in all_of(content, "Layer"):
            sheet.draw(layer)
    return picture.encode_jpeg(sheet.image, 95), sheet.lines()


def _scan(page: ET.Element, resources: _Resources, size: tuple[float, float]) -> str:
    """Name of the one picture that covers the page; '' where anything else is seen on it."""
    images = all_of(page, "ImageObject")
    drawn = any(_seen(thing) for name in ("TextObject", "PathObject", "CompositeObject") for thing in all_of(page, name))
    if drawn or all_of(page, "Template") or len(images) != 1:
        return ""
    box = numbers(images[0].get("Boundary", ""))
    covers = len(box) == 4 and box[2] * box[3] >= COVERS * size[0] * size[1]
    return resources.pictures.get(images[0].get("ResourceID", ""), "") if covers else ""


def _seen(thing: ET.Element) -> bool:
    return thing.get("Visible", "true") != "false" and thing.get("Alpha", "255") != "0"


def _remarks(package: Package) -> tuple[Finding, ...]:
    if not any(name.rsplit("/", 1)[-1].lower() in ("signatures.xml", "annotations.xml") for name in package.names):
        return ()
    return (info("import.ofd_seal", "OFD 里的电子签章或批注没有画进图片，原文件已一并保存。",
                 "Seals or notes of the OFD are not in the picture; the file itself is kept too."),)


def _resources(package: Package, holder: ET.Element, base: str, tag: str) -> _Resources:
    found = _Resources()
    for place in all_of(holder, tag):
        where = join(base, place.text or "")
        listing = package.xml(where)
        folder = join(posixpath.dirname(where), listing.get("BaseLoc", ""))
        for media in all_of(listing, "MultiMedia"):
            if media.get("Type") == "Image":
                found.pictures[media.get("ID", "")] = join(folder, text_of(media, "MediaFile"))
        found.params.update((param.get("ID", ""), param) for param in all_of(listing, "DrawParam"))
    return found


def _size(element: ET.Element) -> tuple[float, float] | None:
    """Width and height in millimetres of the page."""
    area = element if child(element, "Area") is None else child(element, "Area")
    boxes = [numbers(box.text or "") for box in all_of(area, "PhysicalBox")]
    return (boxes[0][2], boxes[0][3]) if boxes and len(boxes[0]) == 4 else None
