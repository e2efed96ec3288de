"""Reads pictures and files of papers in the vision worker, whatever they are: at the desk and from the command line."""

from app.capture.paper_file import FilePage
from app.capture.reading import IdCardReading, PaperReading
from app.capture.vision import VISION_RESTARTED, Vision
from app.domain.condition import Condition, Kind
from app.domain.page_frame import Corners

READING = "app.capture.reading"
FILES, OWN_TEXT = "app.capture.paper_file", "app.capture.own_text"
OPEN_LIMIT_S = 60.0

FILE_STALLED = Kind(
    "import.stalled", zh="这个文件打开时出错或用时过长，已停止。",
    zh_next="请把它打印成新的 PDF 或存成 JPEG 后再导入，或用摄像头拍摄。",
    en="Opening this file failed or took too long; it was given up.",
    en_next="Print it to a new PDF or save it as JPEG and import that, or use the camera.")


class Reader:
    """Asks a worker that somebody else starts and closes."""

    def __init__(self, vision: Vision) -> None:
        self.vision = vision

    def read_id_card(self, image: bytes, side: str) -> IdCardReading:
        """One side of an ID card, read in the worker. Raises the ``picture.*`` conditions."""
        return self.vision.call(READING + ":read_id_card", image, side)

    def read_paper(self, image: bytes, reads: str) -> PaperReading:
        """One page of a paper; ``reads`` names its OCR kind, '' for quality only."""
        return self.vision.call(READING + ":read_paper", image, reads)

    def read_page(self, page: FilePage, reads: str) -> PaperReading:
        """A page of a file, by the text that the file itself draws where it does."""
        if not page.lines:
            return self.read_paper(page.image, reads)
        return self.vision.call(OWN_TEXT + ":read_page", page.image, reads, page.lines)

    def open_file(self, data: bytes) -> tuple[FilePage, ...]:
        """The pages of a file that a person brings. Raises ``picture.*`` and ``import.*``; a file that breaks or stalls the
        worker costs the worker, not the window."""
        try:
            return self.vision.call_within(OPEN_LIMIT_S, FILES + ":open_file", data)
        except Condition as trouble:
            if trouble.kind != VISION_RESTARTED:
                raise
            raise FILE_STALLED() from trouble

    def reframe(self, image: bytes, reads: str, corners: Corners, turns: int) -> PaperReading:
        """A kept page read anew, cut and turned as a person says."""
        return self.vision.call(READING + ":reframe", image, reads, corners, turns)

    def page_corners(self, image: bytes, reads: str) -> Corners | None:
        """Where the page lies in a kept picture."""
        return self.vision.call(READING + ":page_corners", image, reads)
