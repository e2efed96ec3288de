"""Is a sealed PDF what its signers saw? Offline, against the bank's certificate as the only root of trust."""

import logging
from dataclasses import dataclass
from datetime import datetime

from app.domain.policy import Words

LOG = logging.getLogger(__name__)

PROBLEMS = {
    "unsigned": Words(zh="文件没有电子签名。", en="The document has no signature."),
    "not_whole": Words(zh="最后一个签名没有覆盖整个文件：签名之后有增加、删减或改动。",
                       en="The last signature does not cover the whole file: something was added, cut or changed."),
    "signature_form": Words(zh="签名数据被改动，或不是本程序签署的格式。",
                            en="The signature itself was changed or is not of the form this program writes."),
    "changed": Words(zh="签名之后内容被改动。", en="The content was changed after signing."),
    "foreign": Words(zh="签名证书不是该银行签发的。", en="The signing certificate was not issued by this bank."),
    "unreadable": Words(zh="PDF 结构损坏，无法读取。", en="The PDF is damaged and cannot be read."),
    "revisions": Words(zh="文件中有不属于任何签名的修订。",
                       en="The file holds a revision that belongs to no signature."),
    "signature": Words(zh="其中一个签名无效。", en="One of the signatures is not valid."),
    "timestamp": Words(zh="银行的时间戳无效，或其后还有签名。",
                       en="The bank's timestamp is not valid, or something was signed after it."),
    "trust_root": Words(zh="给定的银行证书无法读取。", en="The bank certificate given cannot be read."),
}


@dataclass(frozen=True)
class PdfSignature:
    """One signature in order of signing. ``covers``: entire_file, entire_revision, or less (then not valid)."""

    signer: str
    signed_at: datetime | None
    valid: bool
    covers: str


@dataclass(frozen=True)
class PdfVerdict:
    """``problems`` pairs a stable code with words for it; empty exactly when ``ok``. ``timestamped_at`` is the bank's own
    time of a sound document (PAdES B-LT), None where only the device tells the time (B-B)."""

    ok: bool
    signatures: tuple[PdfSignature, ...]
    problems: tuple[tuple[str, Words], ...]
    timestamped_at: datetime | None = None


def check_pdf(pdf: bytes, ca_pem: bytes) -> PdfVerdict:
    """Check every signature, and the timestamp where there is one.

    The device's certificate is judged at the time of the timestamp, by the revocation list under it; without one at the
    time that the device stated (``/M``).
    """
    from cryptography import x509

    from app.forms import cms

    try:
        ca = x509.load_pem_x509_certificate(ca_pem)
    except ValueError:
        return _refused("trust_root")
    try:
        cms.check_outermost(pdf, ca)
    except cms.Broken as broken:
        return _refused(str(broken))
    return _every_signature(pdf, ca_pem)


def _refused(code: str) -> PdfVerdict:
    return PdfVerdict(False, (), ((code, PROBLEMS[code]),))


def _every_signature(pdf: bytes, ca_pem: bytes) -> PdfVerdict:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.validation.errors import SignatureValidationError

    from app.forms import pades

    try:
        judged = pades.validate(pdf, ca_pem)
    except (PdfError, SignatureValidationError) as error:
        LOG.info("a sealed PDF could not be read: %s", type(error).__name__)
        return _refused("unreadable")
    codes = []
    if judged.revisions != len(judged.signatures) + len(judged.stamps) + 1:
        codes.append("revisions")
    if not judged.signatures or not all(signature.valid for signature in judged.signatures):
        codes.append("signature")
    if judged.stamps not in ((), (True,)):
        codes.append("timestamp")
    return PdfVerdict(not codes, judged.signatures, tuple((code, PROBLEMS[code]) for code in codes),
                      None if codes else judged.stamped_at)
