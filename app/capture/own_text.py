"""Reads a page by the text that its file itself draws: nothing is recognised and nothing guessed.

The person compares the values with the page as with any other: what a file draws may still be false.
"""

import time

from app.capture import paper_reader, picture, quality_page, reading
from app.capture.kinds import kinds
from app.capture.ocr import Line
from app.capture.reading import PaperReading
from app.capture.same_picture import picture_hash


def read_page(data: bytes, kind: str, lines: tuple[Line, ...]) -> PaperReading:
    """As ``reading.read_paper``, which also reads the page where its lines do not say what it is. ``lines`` are in pixels of
    the picture."""
    recognised = paper_reader.recognise(lines)
    known = kinds().get(recognised if kind == reading.AUTO else kind)
    if not recognised or known is None or known.card:
        return reading.read_paper(data, kind)
    started = time.perf_counter()
    image = picture.decode(data)
    if recognised == known.code:
        readings, findings = paper_reader.read_fields(lines, known)
    else:
        readings, findings = {}, (reading.wrong_kind(recognised, kind),)
    quality, _ = quality_page.judge(quality_page.measure(image, image.shape[1], card=False), None, card=False)
    return PaperReading(kind=recognised, readings=readings, quality=quality.model_copy(update={"score": 1.0}),
                        findings=findings, crop_jpeg=None, ms=round((time.perf_counter() - started) * 1000),
                        picture_hash=picture_hash(image))
