"""The four corners of a page in a picture, as a person puts them: shares of width and height, clockwise from top left."""

from typing import Annotated

from pydantic import Field

from app.domain.condition import Kind

Share = Annotated[float, Field(ge=0, le=1)]
Point = tuple[Share, Share]
Corners = tuple[Point, Point, Point, Point]

WHOLE: Corners = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
AREA_LEAST = 0.01  # share of the picture

NOT_A_PAGE = Kind(
    "papers.corners", zh="四个角没有围成一页。", zh_next="请把四个角按左上、右上、右下、左下的位置放好，不要交叉或挤在一起。",
    en="The four corners do not enclose a page.",
    en_next="Put them at its top left, top right, bottom right and bottom left, neither crossed nor crowded.")


def check_corners(corners: Corners) -> None:
    """Raises ``papers.corners`` unless they are a convex quadrilateral of some size, clockwise."""
    inside = all(0 <= share <= 1 for point in corners for share in point)
    if len(corners) != 4 or not inside or min(_crosses(corners)) <= 0 or _area(corners) < AREA_LEAST:
        raise NOT_A_PAGE()


def _crosses(corners: Corners) -> list[float]:
    """At each corner: positive where the outline turns clockwise (y points down)."""
    found = []
    for at in range(4):
        (ax, ay), (bx, by), (cx, cy) = corners[at], corners[(at + 1) % 4], corners[(at + 2) % 4]
        found.append((bx - ax) * (cy - by) - (by - ay) * (cx - bx))
    return found


def _area(corners: Corners) -> float:
    pairs = zip(corners, (*corners[1:], corners[0]), strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2
