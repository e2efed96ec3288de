"""From a picture to what a paper says: decode, find the page, judge the picture, read, check.

These functions run in the vision worker: plain bytes in, frozen values out. Nothing is stored and nothing decided.
"""

import time
from statistics import median
from typing import TYPE_CHECKING, Literal

from app.capture import id_card_reader, ocr, outside, paper_reader, picture
from app.capture.card_view import CARD_READERS, CARDS, card_view, foreign, side_shown
from app.capture.kinds import kinds
from app.capture.same_picture import picture_hash
from app.domain.condition import Kind
from app.domain.facts import CardSide, Finding, Quality, Reading
from app.domain.finding import SCREEN, block, info, warn
from app.domain.model import Model
from app.domain.page_frame import Corners
from app.domain.policy import ID_CARD

if TYPE_CHECKING:
    import numpy as np

    from app.capture.document import Page

Side = Literal["front", "back", "either"]
LEAST_SIDE_PX = 64
AUTO = "auto"
PHOTO = "photo"
PAPER_WIDTH, CARD_WIDTH = 1400, 1000
PRINTED = {"male": "男", "female": "女", id_card_reader.LONG_TERM: "长期"}
SMALL_PRINT_PX = 20  # of a line with its margins: 15 px 18-80 % of fields right, 20 px 76-90 %, 30 px 90-95 %, 35 px all
STANDARD = {printed: term for term, printed in PRINTED.items()}

TOO_SMALL = Kind("picture.too_small", zh="图片只有 {width}×{height} 像素，看不清任何内容。",
                 zh_next="请用摄像头重新拍摄，或选择清晰的原图。",
                 en="The picture has only {width}×{height} pixels, too few to show anything.",
                 en_next="Take it again with the camera, or choose the original picture.")

BLANK = block("document.blank", "这一页上什么都没有印：可能是空白页，或者拍到了背面。请翻到有内容的一面再拍。",
              "Nothing is printed on this page: it is blank, or this is its back. Turn it over and take it again.")


class IdCardReading(Model):
    """One side of an identity card. Boxes are in pixels of ``crop_jpeg``; ``ms`` is the whole time taken; ``side`` is which
    one it is read as, '' where either was asked for and nothing tells."""

    kind: str
    side: CardSide
    readings: dict[str, Reading]
    quality: Quality
    findings: tuple[Finding, ...]
    crop_jpeg: bytes
    portrait_jpeg: bytes | None
    ms: int


class PaperReading(Model):
    """One page of a paper. Boxes are in pixels of ``crop_jpeg``, or of the picture where no page edge was found."""

    kind: str
    readings: dict[str, Reading]
    quality: Quality
    findings: tuple[Finding, ...]
    crop_jpeg: bytes | None
    ms: int
    side: CardSide = ""
    picture_hash: str = ""


def warm() -> None:
    """Loads everything the first page needs."""
    import numpy as np

    blank = np.full((400, 634, 3), 200, np.uint8)
    _judged(blank, None, blank, card=True)
    ocr.warm()
    kinds()


def read_id_card(data: bytes, side: Side) -> IdCardReading:
    """Reads one side of a resident identity card, ``either``: the one it is. Raises the picture conditions; what is
    unreadable is a finding."""
    from app.capture import pixel_grid, quality_places

    started = time.perf_counter()
    image = _decoded(data)
    asked = ID_CARD if side == "either" else f"id_card_{side}"
    view = card_view(image, asked)
    recognised = view.kind
    kind = asked if asked in CARDS else side_shown(view)
    quality, findings = _judged(view.image, view.page, image, card=True)
    findings = (*quality_places.located(findings, view.image), *pixel_grid.screen(image, view.page))
    portrait = None
    odd = None if recognised else foreign(view, image)
    findings = (*findings, view.cut) if view.cut else findings
    if odd:
        readings, findings = {}, (odd, *findings)
    elif recognised not in ("", kind):
        readings, findings = {}, (*findings, wrong_kind(recognised, asked))
    elif not kind:
        readings, findings = {}, (*findings, id_card_reader.UNREADABLE)
    else:
        readings, noticed = CARD_READERS[kind](view.lines, view.size)
        if not recognised and "number" not in readings:
            readings = {}
        if not any(finding.level == "block" for finding in noticed):
            quality, findings = _softened(quality, findings)
        findings = (*findings, *noticed)
        portrait = _portrait(view.image) if kind == CARDS[0] and readings else None
    return IdCardReading(kind=recognised, side=kind.removeprefix("id_card_"), readings=readings, quality=quality,
                         findings=findings, crop_jpeg=picture.encode_jpeg(view.image), portrait_jpeg=portrait, ms=_ms(started))


def read_paper(data: bytes, kind: str) -> PaperReading:
    """Reads one page as ``kind``: '' or one that has no description judges the picture only, 'auto' recognises it."""
    started = time.perf_counter()
    image = _decoded(data)
    read = _paper(data, image, kind, started)
    return read.model_copy(update={"picture_hash": picture_hash(image)})


def _paper(data: bytes, image: "np.ndarray", kind: str, started: float) -> PaperReading:
    if kind in (ID_CARD, *CARDS):
        read = read_id_card(data, "either" if kind == ID_CARD else kind.removeprefix("id_card_"))
        return PaperReading(kind=read.kind, readings=_as_printed(read.readings), quality=read.quality,
                            findings=read.findings, crop_jpeg=read.crop_jpeg, ms=read.ms,
                            side=read.side if kind == ID_CARD else "")
    if kind == PHOTO:
        return _photo(image, started)
    known = kinds().get(kind)
    view, page = _paper_view(image, card=known is not None and known.card)
    return _page_of(view, page, image, kind, started)


def _as_printed(readings: dict[str, Reading]) -> dict[str, Reading]:
    """A card among the papers says what is printed on it, as every paper does."""
    return {name: reading.model_copy(update={"value": PRINTED.get(reading.value, reading.value)})
            for name, reading in readings.items()}


def standard(field: str, printed: str) -> str:
    """What is printed in a field as programs get it: male, female, long-term; all else is one written form already."""
    return STANDARD.get(printed, printed) if field in ("sex", "valid_to") else printed


def _page_of(view: "np.ndarray", page: "Page | None", image: "np.ndarray", kind: str, started: float,
             movable: bool = True) -> PaperReading:
    """What a straight view of a page says; ``page`` is where it lay in ``image``. A sheet that lies on its side is turned."""
    from app.capture import pixel_grid, quality_places, upright

    known = kinds().get(kind)
    if known is None and kind != AUTO:
        quality, findings = _judged(view, page, image, card=False)
        findings = (*quality_places.located(findings, view), *pixel_grid.screen(image, page), *_blank(view))
        return PaperReading(kind="", readings={}, quality=quality, findings=findings, crop_jpeg=_crop(view, page, image),
                            ms=_ms(started))
    card, thing = known is not None and known.card, known is not None and known.photo
    quality, findings = _judged_thing(image) if thing else _judged(view, page, image, card=card)
    seen = upright.sheet(view, page, image, movable and not card and not thing)
    if not thing:
        findings = (*quality_places.located(findings, seen.image), *pixel_grid.screen(image, page))
        if not seen.lines and (nothing := _blank(view)):
            return PaperReading(kind="", readings={}, quality=quality, findings=(*findings, *nothing),
                                crop_jpeg=_crop(view, page, image), ms=_ms(started))
        findings += _small_print(seen.lines, page, image, view) if seen.image is view else ()
    recognised, crop = seen.kind, _crop(seen.image, page, image)
    known = known or kinds().get(recognised)
    if known is None or recognised not in ("", known.code):
        unknown = outside.foreign(seen.lines) if kind == AUTO else None
        noticed = (wrong_kind(recognised, kind),) if recognised else (unknown or _unsure(),)
        return PaperReading(kind=recognised, readings={}, quality=quality, findings=(*findings, *noticed),
                            crop_jpeg=crop, ms=_ms(started))
    readings, noticed = paper_reader.read_fields(seen.lines, known)
    if any(finding.code == "quality.blur" for finding in findings):
        readings = paper_reader.less_sure(readings, known)
    if recognised and not any(finding.code.startswith("field_missing.") for finding in noticed):
        quality, findings = _softened(quality, findings)
    noticed = noticed if recognised else (*noticed, _unsure())
    return PaperReading(kind=recognised, readings=readings, quality=quality, findings=(*findings, *noticed),
                        crop_jpeg=crop, ms=_ms(started))


def _small_print(lines: tuple[ocr.Line, ...], page: "Page | None", image: "np.ndarray",
                 view: "np.ndarray") -> tuple[Finding, ...]:
    """A finding where the picture has too few pixels for what is printed, however large the view of it is."""
    heights = [line.box[3] for line in lines if line.box[2] > line.box[3]]
    if not heights:
        return ()
    pixels = round(median(heights) * (page.width_px if page else image.shape[1]) / view.shape[1])
    if pixels >= SMALL_PRINT_PX:
        return ()
    return (warn("picture.small_print", f"字在照片里每行只有约 {pixels} 像素高，容易读错：请靠近些、分两次拍，"
                 "或用手机、高拍仪、扫描仪拍好后导入。",
                 f"Lines of print are only about {pixels} pixels high and easily misread: come closer and take it by halves, "
                 "or import a picture from a phone, document camera or scanner."),)


def _crop(view: "np.ndarray", page: "Page | None", image: "np.ndarray") -> bytes | None:
    """The picture that boxes are in, where it is not the whole one as it was taken."""
    return picture.encode_jpeg(view) if page or view.shape != image.shape else None


def reframe(data: bytes, kind: str, corners: Corners, turns: int) -> PaperReading:
    """Reads a page anew from its kept picture, cut at the corners a person put and turned clockwise by quarters.

    There is always a crop. Raises the picture conditions.
    """
    from app.capture import mended, pixel_grid

    started = time.perf_counter()
    image = _decoded(data)
    view, page = mended.view(image, corners, turns, CARD_WIDTH if _is_card(kind) else PAPER_WIDTH)
    crop = picture.encode_jpeg(view)
    if kind in (ID_CARD, *CARDS):
        read = _paper(crop, view, kind, started)
        told = tuple(finding for finding in read.findings if finding.code != SCREEN)  # the original tells, not what is cut of it
        read = read.model_copy(update={"findings": (*told, *pixel_grid.screen(image, page))})
    elif kind == PHOTO:
        read = _photo(view, started)
    else:
        read = _page_of(view, page, image, kind, started, movable=False)
    return read.model_copy(update={"crop_jpeg": read.crop_jpeg if kind in (ID_CARD, *CARDS) else crop})


def page_corners(data: bytes, kind: str) -> Corners | None:
    """Where the page lies in a picture, as ``reframe`` takes it; None where it is not found."""
    from app.capture import document, mended

    image = _decoded(data)
    page = None if kind == PHOTO else document.find_page(image, document.ID1_ASPECT if _is_card(kind) else None)
    return mended.shares(image, page) if page else None


def _is_card(kind: str) -> bool:
    known = kinds().get(kind)
    return known is not None and known.card


def _photo(image: "np.ndarray", started: float) -> PaperReading:
    """A photograph of people or things: judged by its light and focus, not as a page; there is nothing to read."""
    quality, findings = _judged_thing(image)
    return PaperReading(kind=PHOTO, readings={}, quality=quality, findings=findings, crop_jpeg=None, ms=_ms(started))


def recognise(lines: tuple[ocr.Line, ...]) -> str:
    """Code of the document kind that these lines point to, or ''."""
    return paper_reader.recognise(lines)


def wrong_kind(found: str, wanted: str) -> Finding:
    """The finding that names what the paper is instead."""
    name, expected = kinds()[found].name, kinds().get(wanted)
    zh = f"，这里需要{expected.name.zh}" if expected else ""
    en = f"; {expected.name.en} is needed here" if expected else ""
    return block("document.wrong_kind", f"这是{name.zh}{zh}。请换成正确的资料再拍。",
                 f"This is {name.en}{en}. Put the right paper before the camera.")


def _blank(view: "np.ndarray") -> tuple[Finding, ...]:
    from app.capture import quality_page

    return (BLANK,) if quality_page.blank(view) else ()


def _unsure() -> Finding:
    return info("document.kind_unsure", "没有认出这是哪种资料，请确认拍的是需要的那一份。",
                "The kind of paper was not recognised; check that it is the one asked for.")


def _decoded(data: bytes) -> "np.ndarray":
    image = picture.decode(data)
    height, width = image.shape[:2]
    if min(height, width) < LEAST_SIDE_PX:
        raise TOO_SMALL(width=width, height=height)
    return image


def _paper_view(image: "np.ndarray", card: bool):
    from app.capture import document

    drawn = not card and document.is_flat(image)
    page = None if drawn else document.find_page(image, document.ID1_ASPECT if card else None)
    if page is None:
        return document.whole(image, PAPER_WIDTH), None
    width = document.CARD_WIDTH if card else PAPER_WIDTH
    return document.warp(image, page, width, document.ID1_ASPECT if card else None), page


def _judged(view: "np.ndarray", page, image: "np.ndarray", card: bool) -> tuple[Quality, tuple[Finding, ...]]:
    from app.capture import quality_page

    width = page.width_px if page else image.shape[1]
    return quality_page.judge(quality_page.measure(view, width, card), page, card)


def _judged_thing(image: "np.ndarray") -> tuple[Quality, tuple[Finding, ...]]:
    from app.capture import quality_page

    return quality_page.judge_photo(image)


def _softened(quality: Quality, findings: tuple[Finding, ...]) -> tuple[Quality, tuple[Finding, ...]]:
    from app.capture import quality_page

    return quality_page.readable_anyway(quality, findings)


def _portrait(card: "np.ndarray") -> bytes:
    height, width = card.shape[:2]
    x, y, w, h = id_card_reader.PORTRAIT
    piece = card[round(y * height):round((y + h) * height), round(x * width):round((x + w) * width)]
    return picture.encode_jpeg(piece, 95)


def _ms(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
