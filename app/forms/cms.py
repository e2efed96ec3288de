"""The outermost signature or timestamp of a PDF, checked byte by byte before any parser of PDF objects sees the file.

Strict on purpose: exactly the form this program writes is accepted, so that no byte is left that could be changed
without notice, neither in the file nor inside the signature itself.
"""

import re

import pyhanko.sign.ades.asn1_util  # noqa: F401 - names attributes in asn1crypto, whose tables freeze at first use
from asn1crypto import algos, cms, core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.x509.oid import ExtendedKeyUsageOID

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
CONTENTS = re.compile(rb"<((?:[0-9A-F]{2})+)>")

MALFORMED = (ValueError, KeyError, IndexError, TypeError, AttributeError, x509.InvalidVersion, UnsupportedAlgorithm)


class Broken(Exception):
    """What is wrong with the outermost signature, as a code of ``app.forms.check``."""


def check_outermost(pdf: bytes, ca: x509.Certificate) -> None:
    """Raises ``Broken`` unless the last signature covers all of ``pdf`` and ``ca`` certified its key."""
    first, gap_start, gap_end = _span(pdf)
    contents = CONTENTS.fullmatch(pdf, gap_start, gap_end)
    if first != 0 or contents is None:
        raise Broken("signature_form")
    der = _der(bytes.fromhex(contents[1].decode("ascii")))
    _check_cms(der, _sha256(pdf[:gap_start] + pdf[gap_end:]), ca)


def _span(pdf: bytes) -> tuple[int, int, int]:
    found = [tuple(map(int, match.groups())) for match in BYTE_RANGE.finditer(pdf)]
    if not found:
        raise Broken("unsigned")
    whole = [(a, b, c) for a, b, c, d in found if c + d == len(pdf) and b < c]
    if len(whole) != 1:
        raise Broken("not_whole")
    return whole[0]


def _der(padded: bytes) -> bytes:
    """The DER value at the start; all that follows must be zero."""
    try:
        length = len(core.Sequence.load(padded, strict=False).dump())
    except ValueError as error:
        raise Broken("signature_form") from error
    if any(padded[length:]):
        raise Broken("signature_form")
    return padded[:length]


def _check_cms(der: bytes, content_digest: bytes, ca: x509.Certificate) -> None:
    try:
        signed = cms.ContentInfo.load(der, strict=True)["content"]
        signer, certificate = signed["signer_infos"][0], signed["certificates"][0].chosen
        stamp = _stamp(signed["encap_content_info"])
        canonical = _rebuilt(signer, certificate, stamp)
        attributes = {attribute["type"].native: attribute["values"] for attribute in signer["signed_attrs"]}
        claimed = attributes["message_digest"][0].native
        signature, to_verify = signer["signature"].native, signer["signed_attrs"].untag().dump()
        holder = x509.load_der_x509_certificate(certificate.dump())
        public_key = holder.public_key()
        for_stamps = _for_stamps(holder)
    except MALFORMED as error:
        raise Broken("signature_form") from error
    if canonical != der or not isinstance(public_key, EllipticCurvePublicKey) or for_stamps != (stamp is not None):
        raise Broken("signature_form")
    if stamp is not None and stamp["message_imprint"]["hashed_message"].native != content_digest:
        raise Broken("changed")
    if claimed != (content_digest if stamp is None else _sha256(stamp.dump())):
        raise Broken("changed")
    try:
        public_key.verify(signature, to_verify, ECDSA(SHA256()))
    except InvalidSignature as error:
        raise Broken("changed") from error
    try:
        holder.verify_directly_issued_by(ca)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise Broken("foreign") from error


def _stamp(content: cms.EncapsulatedContentInfo) -> tsp.TSTInfo | None:
    """What a timestamp states; None for a signature over the document itself."""
    return content["content"].parsed if content["content_type"].native == "tst_info" else None


def _for_stamps(holder: x509.Certificate) -> bool:
    """Whether this certificate is for timestamps, and then for nothing else."""
    try:
        usage = holder.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _sha256(data: bytes) -> bytes:
    hashed = Hash(SHA256())
    hashed.update(data)
    return hashed.finalize()


def _rebuilt(signer: cms.SignerInfo, certificate, stamp: tsp.TSTInfo | None) -> bytes:
    """The CMS as device or bank would write it around the same attributes, signature, certificate and statement of time."""
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    content = {"content_type": "data"} if stamp is None else {
        "content_type": "tst_info", "content": core.ParsableOctetString(stamp.dump(force=True))}
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData({
        "version": "v1" if stamp is None else "v3",
        "digest_algorithms": cms.DigestAlgorithms((sha256,)),
        "encap_content_info": content,
        "certificates": [certificate],
        "signer_infos": [cms.SignerInfo({
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber({
                "issuer": certificate.issuer, "serial_number": certificate.serial_number})}),
            "digest_algorithm": sha256,
            "signed_attrs": signer["signed_attrs"],
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": signer["signature"]})]})}).dump()
