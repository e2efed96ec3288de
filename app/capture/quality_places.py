"""Where in a page's picture a quality problem lies: cells of a grid that are blurred, dark, burnt out or covered by glare."""

from collections.abc import Callable

import cv2
import numpy as np

from app.capture.document import CARD_WIDTH
from app.capture.quality_page import DARK_WARN, SHARPNESS_WARN, colourless_white, sharpness
from app.domain.facts import Finding

ACROSS = 16
GLARING, WASHED = 0.3, 0.5  # share of a cell
PRINTED = 12.0  # grey levels of spread: a cell with less holds nothing whose sharpness could be told
EVERYWHERE = 0.6  # of the cells: what is wrong with most of the page is wrong with the whole
Test = Callable[[np.ndarray], bool | None]  # whether a cell is wrong, None where it cannot be told


def located(findings: tuple[Finding, ...], view: np.ndarray) -> tuple[Finding, ...]:
    """The findings of ``quality_page.judge`` with their places in ``view``, the straightened page."""
    unplaced = [finding for finding in findings if finding.code in TESTS and not finding.places]
    if not unplaced:
        return findings
    scale = CARD_WIDTH / view.shape[1]  # that of the measures
    view = cv2.resize(view, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else view
    return tuple(finding.model_copy(update={"places": _places(view, TESTS[finding.code])}) if finding in unplaced else finding
                 for finding in findings)


def _places(view: np.ndarray, test: Test) -> tuple[tuple[float, float, float, float], ...]:
    """Runs of cells in a row that are wrong, as shares of the page; none where that is most of what can be told."""
    down = max(1, round(ACROSS * view.shape[0] / view.shape[1]))
    marked = [[test(cell) for cell in np.array_split(strip, ACROSS, axis=1)] for strip in np.array_split(view, down)]
    told = [wrong for row in marked for wrong in row if wrong is not None]
    if sum(told) > EVERYWHERE * len(told):
        return ()
    return tuple((begin / ACROSS, at / down, (end - begin) / ACROSS, 1 / down)
                 for at, row in enumerate(marked) for begin, end in _runs([bool(wrong) for wrong in row]))


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff([0, *row, 0]))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]


def _grey(cell: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(cell, cv2.COLOR_BGR2GRAY)


def _blurred(cell: np.ndarray) -> bool | None:
    grey = _grey(cell)
    return sharpness(grey) < SHARPNESS_WARN if float(grey.std()) > PRINTED else None


TESTS: dict[str, Test] = {
    "quality.blur": _blurred,
    "quality.glare": lambda cell: float(colourless_white(cell).mean()) > GLARING,
    "quality.dark": lambda cell: float(np.percentile(_grey(cell), 90)) < DARK_WARN,
    "quality.overexposed": lambda cell: float((_grey(cell) >= 252).mean()) > WASHED,
}
