"""Forms confirmed, documents drawn, read, signed and timestamped."""

from datetime import datetime
from typing import Literal

from app.domain.evidence import FileRef, Sha256
from app.domain.facts.common import Finding, later
from app.domain.model import Model


class FormConfirmed(Model):
    """What the person typed or confirmed for the forms: phone, address, employer, contacts, repayment card…"""

    kind: Literal["form_confirmed"] = "form_confirmed"
    values: dict[str, str]
    findings: tuple[Finding, ...] = ()


class DocumentPrepared(Model):
    """A document drawn and waiting for ink. Boxes by signer: page (from 0), then left, bottom, right, top in points.
    ``clauses`` are the highlighted ones, as they are printed."""

    kind: Literal["document_prepared"] = "document_prepared"
    form: str
    file: FileRef
    cost_sheet_sha256: Sha256
    signature_boxes: dict[str, tuple[int, float, float, float, float]] = {}
    clauses: tuple[str, ...] = later(())


class ClauseRead(Model):
    """One highlighted clause was shown to ``signer`` on its own and acknowledged (民法典 art. 496)."""

    kind: Literal["clause_read"] = "clause_read"
    form: str
    signer: str
    clause_sha256: Sha256
    shown_s: float
    read_to_end: bool


class DocumentSigned(Model):
    """One signature. ``prepared_sha256`` is of the PDF that was on the screen; ``name`` and ``id_number`` (the manager's
    staff number) say who ``signer`` is; ``ink_sha256`` tells a copied signature again."""

    kind: Literal["document_signed"] = "document_signed"
    form: str
    signer: str
    strokes: FileRef
    file: FileRef
    prepared_sha256: Sha256
    name: str = later("")
    id_number: str = later("")
    ink_sha256: str = later("")


class DocumentTimestamped(Model):
    """A document that all have signed, with the bank's timestamp and revocation list appended (PAdES B-LT).

    ``signed_sha256`` is the hash of the signed PDF below it, ``stamped_at`` the bank's time.
    """

    kind: Literal["document_timestamped"] = "document_timestamped"
    form: str
    file: FileRef
    signed_sha256: Sha256
    stamped_at: datetime
