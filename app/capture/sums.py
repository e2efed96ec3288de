"""Amounts that must agree with each other: with their words, and as a sum with its parts."""

from collections.abc import Callable
from functools import partial
from itertools import product

from app.capture.written import DOUBTFUL, MENDED
from app.domain.document_kind import DocumentKind
from app.domain.facts import Reading
from app.domain.money import fen_of_digits, fen_of_words

ROUNDING_FEN = 1
AGREED = 0.95  # two readings that say the same are sure, even under a stamp


def settled(kind: DocumentKind, readings: dict[str, Reading]) -> dict[str, Reading]:
    """The amounts that are proved, changed or doubted by the others.

    A yuan sign is easily read as a leading figure: where leaving it out makes the amounts agree, it is left out. Amounts
    that cannot agree are doubtful, each of them.
    """
    now = dict(readings)
    for field in kind.fields:
        if field.form == "money_words" and field.name in now and field.agrees_with in now:
            said = fen_of_words(now[field.name].value)
            now |= _agreed(now, (field.agrees_with,), partial(_same, said))
    for names in kind.sums:
        if all(name in now for name in names):
            now |= _agreed(now, names, _add_up)
    return now


def _same(said: int | None, fen: list[int]) -> bool:
    return fen[0] == said


def _add_up(fen: list[int]) -> bool:
    return abs(fen[0] - sum(fen[1:])) <= ROUNDING_FEN


def _agreed(now: dict[str, Reading], names: tuple[str, ...], agree: Callable[[list[int]], bool]) -> dict[str, Reading]:
    """These amounts as they agree, with as few leading figures left out as possible; all doubtful where nothing does."""
    amounts = [now[name] for name in names]
    for short in sorted(product((False, True), repeat=len(amounts)), key=sum):
        values = [one.value[1:] if cut else one.value for one, cut in zip(amounts, short, strict=True)]
        fen = [fen_of_digits(value) for value in values]
        if None not in fen and agree(fen):
            sure = [min(one.confidence, MENDED) if cut else max(one.confidence, AGREED)
                    for one, cut in zip(amounts, short, strict=True)]
            return {name: one.model_copy(update={"value": value, "confidence": confidence})
                    for name, one, value, confidence in zip(names, amounts, values, sure, strict=True)}
    return {name: one.model_copy(update={"confidence": round(one.confidence * DOUBTFUL, 4)})
            for name, one in zip(names, amounts, strict=True)}
