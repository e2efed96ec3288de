"""The best look at an identity card in a picture: by its edges, else by its labels, else the whole picture; upright."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.capture import id_card_reader, ocr, outside, paper_reader
from app.domain.facts import Finding
from app.domain.policy import ID_CARD

if TYPE_CHECKING:
    import numpy as np

    from app.capture.document import Page

MOST_CARD_LINES = 25
ON_END = 1.5  # height over width of a line that stands on end
CARDS = ("id_card_front", "id_card_back")
CARD_READERS = {"id_card_front": id_card_reader.read_front, "id_card_back": id_card_reader.read_back}
CARD_FIELDS = {"id_card_front": id_card_reader.FRONT_FIELDS, "id_card_back": id_card_reader.BACK_FIELDS}


@dataclass(frozen=True)
class View:
    """One look at a card: the picture, its lines, the page it was cut from, the kind recognised in it, by how many
    quarters to the left it was turned, and what of it lies outside of the picture."""

    image: "np.ndarray"
    lines: tuple[ocr.Line, ...]
    page: "Page | None"
    kind: str
    turns: int = 0
    cut: Finding | None = None

    @property
    def size(self) -> tuple[int, int]:
        return self.image.shape[1], self.image.shape[0]


def card_view(image: "np.ndarray", kind: str) -> View:
    """The best straight and upright view of the card: by its edges, else by its labels, else the whole picture."""
    from app.capture import card_place, document

    page = document.find_page(image)
    if page:
        view = _upright(document.warp(image, page), page)
        if _complete(view, kind) or len(view.lines) > MOST_CARD_LINES:
            return view
    whole = _upright(document.whole(image, ocr.FRAME_SIDE * 2), None)
    place = card_place.place_by_labels(whole.lines) if whole.kind in CARDS else None
    views = [candidate for candidate in (_placed(whole, place), whole, view if page else None) if candidate]
    best = max(views, key=lambda candidate: (bool(candidate.kind), _readings(candidate, kind)))
    cut = None if best.page else outside.cut_off(whole.lines, whole.size, place, whole.turns)
    return replace(best, cut=cut)


def foreign(view: View, image: "np.ndarray") -> Finding | None:
    """Whether this is another country's document; a sheet that was pressed into the shape of a card is read as it lies."""
    from app.capture import document

    sheet = view.page is not None and len(view.lines) > MOST_CARD_LINES
    return outside.foreign(ocr.lines(document.whole(image, ocr.FRAME_SIDE * 2), ocr.FRAME_SIDE) if sheet else view.lines)


def _upright(image: "np.ndarray", page: "Page | None") -> View:
    """The picture as it is, or turned by quarters where only then a kind is recognised."""
    import numpy as np

    view = _seen(image, page)
    for turns in _ways(view):
        turned = _seen(np.rot90(image, turns).copy(), page)
        if turned.kind:
            return replace(turned, turns=turns)
    return view


def _ways(view: View) -> tuple[int, ...]:
    """Quarter turns to the left worth trying: on its side where most lines stand on end, else upside down."""
    long = [line for line in view.lines if len(line.text) > 2]
    if sum(line.box[3] > ON_END * line.box[2] for line in long) > len(long) / 2:
        return (1, 3)
    return () if view.kind or len(view.lines) > MOST_CARD_LINES else (2,)


def _seen(image: "np.ndarray", page: "Page | None") -> View:
    lines = ocr.lines(image, ocr.CARD_SIDE if page else ocr.FRAME_SIDE)
    return View(image, lines, page, paper_reader.recognise(lines))


def _placed(whole: View, place: "Page | None") -> View | None:
    """The card cut out of the whole picture by its labels."""
    from app.capture import document

    if place is None:
        return None
    crop = document.warp(whole.image, place)
    lines = ocr.lines(crop)
    return View(crop, lines, None, paper_reader.recognise(lines))


def _complete(view: View, asked: str) -> bool:
    wanted = view.kind in CARDS and asked in (ID_CARD, view.kind)
    return bool(view.kind) and (not wanted or _readings(view, view.kind) == len(CARD_FIELDS[view.kind]))


def _readings(view: View, asked: str) -> int:
    """How many fields are read: of either side the better one's."""
    return max(len(CARD_READERS[kind](view.lines, view.size)[0]) for kind in ((asked,) if asked in CARDS else CARDS))


def side_shown(view: View) -> str:
    """The kind of the side that is seen: recognised, or betrayed by what only it says; '' where nothing tells."""
    if view.kind:
        return view.kind if view.kind in CARDS else ""
    said = (CARD_READERS[kind](view.lines, view.size)[0] for kind in CARDS)
    return next((kind for kind, readings, needed in zip(CARDS, said, ("number", "valid_from"), strict=True)
                 if needed in readings), "")
