"""What one file of ``resources/kinds`` says of a kind of document: its name, its printed words and its fields.

The only description of a kind there is: the reader reads by it, and a policy pack may name as ``reads`` what has one.
``docs/documents.md`` tells how to write one ("A kind as data").
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError

from app.domain.condition import Kind
from app.domain.field_names import field_name
from app.domain.flaw import schema_flaw
from app.domain.model import Model
from app.domain.policy import Code, Words

KINDS_INVALID = Kind(
    "kinds.invalid",
    zh="资料种类的文件 {name} 有误。位置：{where}；原因：{why_zh}。",
    zh_next="请对照手册改好这个文件，或把它移出 resources/kinds。",
    en="The file {name} of a kind of document is wrong. At {where}: {why}.",
    en_next="Mend it by the manual, or take it out of resources/kinds.")
Form = Literal["text", "date", "money", "digits", "code", "money_words", "until", "address"]
Check = Literal["", "id_number", "bank_card", "vin", "company_code", "party_number", "plate"]


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from None
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


class FieldKind(Model):
    """One way to find a field; of several entries with one name the first that finds a value counts.

    ``title`` names it for people where ``field_names`` has no entry. ``labels`` as printed lead to a value beside or below
    them. Without labels ``pattern`` is looked for in every printed row, or with ``within = "page"`` in the running text of
    the page without blanks. Group 1 of the pattern, where it has one, is the value. ``place`` are boxes (left, top, right,
    bottom as shares of all print) one of which must hold the label's middle; ``near`` a field found before, whose nearest
    label is meant, up to ``reach`` heights of its print above or below; ``which`` of several finds. ``lines`` is how many
    printed lines a value may run over, ``one_of`` the only values there are. ``agrees_with`` names the figures of an amount
    in words. A ``required`` field may be missing on a page that has one of ``unless``.
    """

    name: Code
    title: Words | None = None
    labels: tuple[str, ...] = ()
    pattern: Pattern = r".+"
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

    @property
    def words(self) -> Words:
        """The field's name for people."""
        return self.title or field_name(self.name)


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


def read_kinds(texts: Mapping[str, str]) -> dict[str, DocumentKind]:
    """The kinds by code that these TOML texts describe, given by the stems of their files' names, which are the codes.

    Raises KINDS_INVALID with the file and the place.
    """
    return {code: _kind(code, text) for code, text in texts.items()}


def _kind(code: str, text: str) -> DocumentKind:
    name, data = f"{code}.toml", {}
    try:
        data = tomllib.loads(text)
        kind = DocumentKind.model_validate(data)
    except ValidationError as error:
        flaw = schema_flaw(data, error.errors(include_url=False, include_input=False)[0])
        raise KINDS_INVALID(name=name, where=flaw.where, why=flaw.why.en, why_zh=flaw.why.zh) from None
    except tomllib.TOMLDecodeError as error:
        raise KINDS_INVALID(name=name, where="TOML", why=str(error), why_zh=f"不是正确的 TOML：{error}") from None
    if kind.code != code:
        raise KINDS_INVALID(name=name, where="code", why=f"must be '{code}' as the file's name",
                            why_zh=f"应与文件名相同，写 '{code}'")
    return kind
