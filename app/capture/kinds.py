"""What the reader knows of each kind of document, as data: one TOML file a kind in ``resources/kinds``."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from app.domain.model import Model
from app.domain.policy import Code, Words

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "kinds"


class FieldKind(Model):
    """One field: printed ``labels``, ``pattern`` of its value (after the label, or anywhere without labels)."""

    name: Code
    labels: tuple[str, ...] = ()
    pattern: str = r".+"
    form: Literal["text", "date", "money", "digits", "code", "money_words", "until"] = "text"
    check: Literal["", "id_number", "bank_card", "vin", "company_code"] = ""
    required: bool = False
    agrees_with: str = ""


class DocumentKind(Model):
    """``recognise``: printed words with their weight; a sum of 2 and more says that it is this kind."""

    code: Code
    name: Words
    card: bool = False
    recognise: dict[str, float]
    fields: tuple[FieldKind, ...] = Field(default=())


@cache
def kinds() -> dict[str, DocumentKind]:
    """All kinds by code."""
    texts = [file.read_text("utf-8") for file in sorted(FOLDER.glob("*.toml"))]
    found = [DocumentKind.model_validate(tomllib.loads(text)) for text in texts]
    return {kind.code: kind for kind in found}
