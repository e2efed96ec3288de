"""The kinds of documents that the reader knows: every file of ``resources/kinds``."""

from functools import cache
from pathlib import Path

from app.domain.document_kind import DocumentKind, read_kinds

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "kinds"


@cache
def kinds() -> dict[str, DocumentKind]:
    """All kinds by code. Raises ``kinds.invalid``."""
    return read_kinds({file.stem: file.read_text("utf-8") for file in sorted(FOLDER.glob("*.toml"))})
