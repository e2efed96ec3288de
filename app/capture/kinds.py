"""What the reader knows of each kind of document, as data: one TOML file a kind in ``resources/kinds``.

``docs/documents.md`` tells how to write one ("A kind as data").
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from app.domain.model import Model
from app.domain.policy import Code, Words

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "kinds"
Form = Literal["text", "date", "money", "digits", "code", "money_words", "until", "address"]
Check = Literal["", "id_number", "bank_card", "vin", "company_code", "party_number", "plate"]


class FieldKind(Model):
    """One way to find a field; of several entries with one name the first that finds a value counts.

    ``labels`` as printed lead to a value beside or below them. Without labels ``pattern`` is looked for in every printed
    row, or with ``within = "page"`` in the running text of the page without blanks. Group 1 of the pattern, where it has
    one, is the value. ``place`` are boxes (left, top, right, bottom as shares of all print) one of which must hold the
    label's middle; ``near`` a field found before, whose nearest label is meant, up to ``reach`` heights of its print above
    or below; ``which`` of several finds. ``lines`` is how many printed lines a value may run over, ``one_of`` the only
    values there are. ``agrees_with`` names the figures of an amount in words. A ``required`` field may be missing on a
    page that has one of ``unless``.
    """

    name: Code
    labels: tuple[str, ...] = ()
    pattern: str = r".+"
    within: Literal["row", "page"] = "row"
    place: tuple[tuple[float, float, float, float], ...] = ()
    near: str = ""
    reach: float = 2
    which: Literal["first", "last", "all"] = "first"
    lines: int = Field(default=1, ge=1, le=6)
    one_of: tuple[str, ...] = ()
    form: Form = "text"
    check: Check = ""
    required: bool = False
    unless: tuple[Code, ...] = ()
    agrees_with: str = ""


class DocumentKind(Model):
    """``recognise``: printed words with their weight; a sum of 2 and more says that it is this kind. ``words`` are printed
    labels of what is not read: they end a value. A ``photo`` shows a thing, so its light is judged, not a page's. Each of
    ``sums`` names an amount and those that add up to it."""

    code: Code
    name: Words
    card: bool = False
    photo: bool = False
    recognise: dict[str, float]
    words: tuple[str, ...] = ()
    sums: tuple[tuple[Code, ...], ...] = ()
    fields: tuple[FieldKind, ...] = Field(default=())

    @property
    def by_name(self) -> dict[str, FieldKind]:
        """The first entry of every field: it tells what the field is and whether it is required."""
        first: dict[str, FieldKind] = {}
        for field in self.fields:
            first.setdefault(field.name, field)
        return first

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that may be printed on it."""
        return (*self.words, *(label for field in self.fields for label in field.labels))


@cache
def kinds() -> dict[str, DocumentKind]:
    """All kinds by code."""
    texts = [file.read_text("utf-8") for file in sorted(FOLDER.glob("*.toml"))]
    found = [DocumentKind.model_validate(tomllib.loads(text)) for text in texts]
    return {kind.code: kind for kind in found}
