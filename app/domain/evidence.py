"""What makes a case evidence: canonical JSON, the hash chain of its journal, the manifest and the bank's receipt."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

import rfc8785
from pydantic import Field, StringConstraints

from app.domain.model import Model

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
PublicKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
GENESIS = "0" * 64
MANIFEST_FORMAT = "mianqian-manifest/1"
SUITE = "age-x25519+sha256+ed25519"


def canonical(value: Any) -> bytes:
    """RFC 8785 canonical JSON of plain values (dict, list, str, int, float, bool, None)."""
    return rfc8785.dumps(value)


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


class FileRef(Model):
    """One encrypted case file. ``sha256``/``size`` are of the plain bytes, ``cipher_*`` of the age file on disk."""

    id: Identifier
    kind: Identifier
    media_type: str
    size: int = Field(ge=0)
    sha256: Sha256
    cipher_size: int = Field(ge=0)
    cipher_sha256: Sha256


class Manifest(Model):
    """What a sealed case holds. The device signs the canonical JSON; the bank's receipt names its SHA-256."""

    format: str = MANIFEST_FORMAT
    suite: str = SUITE
    case_id: Identifier
    case_number: str
    revision: int = Field(ge=1)
    previous_manifest: Sha256 | None = None
    policy_version: str
    policy_sha256: Sha256
    device_id: Identifier
    staff_id: str
    product: str
    dealer_id: str
    sealed_at: datetime
    monotonic_ms: int
    journal_head: Sha256
    journal_length: int
    completeness: float
    operation_score: float
    app_version: str
    device_certificate_sha256: Sha256
    bank_certificate_sha256: Sha256
    files: tuple[FileRef, ...]

    def canonical(self) -> bytes:
        return canonical(self.model_dump(mode="json"))

    def sha256(self) -> str:
        return digest(self.canonical())


class Receipt(Model):
    """The bank's word that it holds the case. ``signature`` is Ed25519 (hex) over ``signed_bytes()``."""

    receipt_id: Identifier
    case_id: Identifier
    revision: int
    manifest_sha256: Sha256
    received_at: datetime
    key_id: Identifier
    signature: str = ""

    def signed_bytes(self) -> bytes:
        return canonical(self.model_dump(mode="json", exclude={"signature"}))


class Enrolment(Model):
    """The bank's word which keys belong to a device: raw Ed25519 public keys in lower-case hex.

    The bank's certificate key signs the canonical JSON (ECDSA P-256 with SHA-256, DER, lower-case hex), so that a
    package proves offline whose key signed its manifest and whose key signed its receipt.
    """

    device_id: Identifier
    signing_public_key: PublicKey
    receipt_key_id: Identifier
    receipt_public_key: PublicKey

    def canonical(self) -> bytes:
        return canonical(self.model_dump(mode="json"))
