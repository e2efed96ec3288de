"""A file that a person brings becomes pages: pictures one to one, documents of several pages drawn page by page.

Runs in the vision worker, for every file is hostile: what hangs or breaks here takes no window with it.
"""

import io
import warnings
from collections.abc import Iterable, Iterator

from app.capture import heic, ofd, pdf_pages, picture
from app.capture.media import HEIC, OFD, PDF, media_type
from app.capture.memory import bounded
from app.capture.ocr import Line
from app.capture.origin import findings_of, origin_findings
from app.domain.condition import Kind
from app.domain.facts import Finding
from app.domain.finding import info
from app.domain.model import Model

PAGES_MOST = 30

TOO_MANY_PAGES = Kind(
    "import.too_many_pages", zh="文件有 {pages} 页，一次最多导入 {most} 页。",
    zh_next="请只导出需要的那几页，或分成几个文件导入。",
    en="The file has {pages} pages; at most {most} are imported at once.",
    en_next="Export only the pages that are needed, or split the file.")
OWN_TEXT = info("import.own_text", "文字取自文件本身，不是识别出来的；没有核验电子签章。",
                "The text was taken from the file itself, not recognised; its seal was not verified.")
NOT_LIVE = info("import.not_live", "这一页来自文件，不是现场拍摄。", "This page came from a file; it was not taken live.")


class FilePage(Model):
    """One page. ``image`` is the file itself where ``drawn`` is false, else a picture made from it, JPEG or PNG.
    ``number`` counts from 1 in the file. ``lines``: the text that the file itself draws there, in pixels of ``image``."""

    image: bytes
    number: int = 1
    drawn: bool = False
    findings: tuple[Finding, ...] = ()
    lines: tuple[Line, ...] = ()


@bounded()
def open_file(data: bytes) -> tuple[FilePage, ...]:
    """The pages of a picture, HEIC, TIFF, PDF or OFD. Raises ``picture.*``, ``import.*``; nothing is opened by its name."""
    picture.check_size(len(data))
    kind = media_type(data)
    if kind == HEIC:
        image, words = heic.open_heic(data)
        return _drawn([(picture.encode_jpeg(image, 95), ())], (NOT_LIVE, *findings_of(words)))
    if kind == PDF:
        images = ((image, ()) for image in pdf_pages.draw(data, _check_count))
        return _drawn(images, (*_came(data, kind), *pdf_pages.remarks(data)))
    if kind == OFD:
        pages, remarks = ofd.pages(data, _check_count)
        return _drawn(pages, (*_came(data, kind), *remarks))
    if kind == "image/tiff":
        frames = _count_frames(data)
        if frames > 1:
            return _drawn(_tiff_frames(data, frames), _came(data, kind))
    picture.decode(data)
    return (FilePage(image=data, findings=_came(data, kind)),)


def _came(data: bytes, kind: str) -> tuple[Finding, ...]:
    """Where the file comes from. A picture must have been decoded before: its own words may only be found by decoding it."""
    return (NOT_LIVE, *origin_findings(data, kind))


def _drawn(images: Iterable[tuple[bytes, tuple[Line, ...]]], findings: tuple[Finding, ...]) -> tuple[FilePage, ...]:
    """Pages made from a file, each with its lines; together no larger than a file may be."""
    pages, size = [], 0
    for number, (image, lines) in enumerate(images, start=1):
        size += len(image)
        picture.check_size(size)
        noticed = (*findings, OWN_TEXT) if lines else findings
        pages.append(FilePage(image=image, number=number, drawn=True, findings=noticed, lines=lines))
    return tuple(pages)


def _check_count(pages: int) -> None:
    if pages > PAGES_MOST:
        raise TOO_MANY_PAGES(pages=pages, most=PAGES_MOST)


def _count_frames(data: bytes) -> int:
    """Pages of a TIFF, counted no further than needed to refuse it."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=("TIFF",)) as image:
                for frame in range(1, PAGES_MOST + 1):
                    try:
                        image.seek(frame)
                    except EOFError:
                        return frame
        except picture.BROKEN as error:
            raise picture.TRUNCATED() from error
        except Image.DecompressionBombError as error:
            raise picture.TOO_MANY_PIXELS(megapixels="> 100", limit=picture.MAX_PIXELS // 1_000_000) from error
    raise TOO_MANY_PAGES(pages=f"> {PAGES_MOST}", most=PAGES_MOST)


def _tiff_frames(data: bytes, frames: int) -> Iterator[tuple[bytes, tuple[Line, ...]]]:
    for frame in range(frames):
        yield picture.encode_jpeg(picture.decode(data, frame), 95), ()
