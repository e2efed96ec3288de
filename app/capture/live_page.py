"""A page before the camera, looked at several times a second: where it lies, and what keeps it from being shot.

Runs in the vision worker. The measures are those of the picture that is kept afterwards.
"""

from typing import TYPE_CHECKING

from app.capture.kinds import kinds
from app.domain.facts import Finding
from app.domain.finding import warn
from app.domain.model import Model
from app.domain.page_frame import Corners

if TYPE_CHECKING:
    import numpy as np

FAR_OFF = ("quality.small", "quality.skew", "quality.corners")  # a warning of these is no reason to wait
VIEW_PX = 1000
MARK_PX = 64
CELLS, UNEVEN = 6, 0.65  # sheets photographed in even light have 0.82 and more
ALIKE = 0.85  # two photographs of one page 0.98, different papers of one layout up to 0.70


class LivePage(Model):
    """``corners`` None where no page is seen. ``trouble`` is what to change before it is shot, or can be seen. ``mark`` tells
    pages apart: compare by ``alike``."""

    corners: Corners | None = None
    trouble: Finding | None = None
    mark: bytes = b""


def look(image: "np.ndarray", kind: str) -> LivePage:
    """One BGR frame; ``kind`` is what the paper is read as."""
    from app.capture import document, mended, quality_page

    known = kinds().get(kind)
    card = known is not None and known.card
    page = document.find_page(image, document.ID1_ASPECT if card else None)
    if page is None:
        return LivePage(trouble=quality_page.poor_light(image))
    view = document.warp(image, page, VIEW_PX, document.ID1_ASPECT if card else None)
    _, findings = quality_page.judge(quality_page.measure(view, page.width_px, card), page, card)
    troubles = [finding for finding in findings if finding.level == "block" or finding.code not in FAR_OFF]
    if not card and not troubles:
        troubles = list(_uneven(view))
    return LivePage(corners=mended.shares(image, page), trouble=next(iter(troubles), None), mark=_mark(view))


def alike(one: bytes, other: bytes) -> bool:
    """Whether two marks are of one page, as far as its print can tell at this size."""
    import numpy as np

    if not one or not other:
        return False
    a, b = (np.frombuffer(mark, np.int8).astype(np.float32).reshape(MARK_PX, MARK_PX) for mark in (one, other))
    turned = (b, b[::-1, ::-1])
    return any(float((a * way).sum() / max(1.0, np.sqrt((a * a).sum() * (way * way).sum()))) > ALIKE for way in turned)


def _uneven(view: "np.ndarray"):
    """A shadow: the paper in one part of the page is much darker than in another."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(view, cv2.COLOR_BGR2GRAY)
    rows = [cell for strip in np.array_split(grey, CELLS) for cell in np.array_split(strip, CELLS, axis=1)]
    papers = [float(np.percentile(cell, 90)) for cell in rows]
    if min(papers) < UNEVEN * max(papers):
        yield warn("quality.uneven", "光线不均匀、有阴影：请避开遮挡，让整页一样亮。",
                   "Light falls unevenly: keep shadows off, so that the whole page is equally bright.")


def _mark(view: "np.ndarray") -> bytes:
    """The print of the page, small, without its lighting."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(view, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (MARK_PX, MARK_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
    detail = cv2.GaussianBlur(small, (0, 0), 0.8) - cv2.GaussianBlur(small, (0, 0), 4)
    scale = max(1.0, float(detail.std()))
    return np.clip(detail / scale * 32, -127, 127).astype(np.int8).tobytes()
