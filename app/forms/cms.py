"""The outermost signature of a PDF, checked byte by byte before any parser of PDF objects sees the file.

Strict on purpose: exactly the form this program writes is accepted, so that no byte is left that could be changed
without notice, neither in the file nor inside the signature itself.
"""

import re

import pyhanko.sign.ades.asn1_util  # noqa: F401 - names attributes in asn1crypto, whose tables freeze at first use
from asn1crypto import algos, cms, core
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256, Hash

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
    content_digest = Hash(SHA256())
    content_digest.update(pdf[:gap_start])
    content_digest.update(pdf[gap_end:])
    _check_cms(der, content_digest.finalize(), ca)


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
        canonical = _rebuilt(signer, certificate)
        attributes = {attribute["type"].native: attribute["values"] for attribute in signer["signed_attrs"]}
        claimed = attributes["message_digest"][0].native
        signature, to_verify = signer["signature"].native, signer["signed_attrs"].untag().dump()
        holder = x509.load_der_x509_certificate(certificate.dump())
        public_key = holder.public_key()
    except MALFORMED as error:
        raise Broken("signature_form") from error
    if canonical != der or not isinstance(public_key, EllipticCurvePublicKey):
        raise Broken("signature_form")
    if claimed != content_digest:
        raise Broken("changed")
    try:
        public_key.verify(signature, to_verify, ECDSA(SHA256()))
    except InvalidSignature as error:
        raise Broken("changed") from error
    try:
        holder.verify_directly_issued_by(ca)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise Broken("foreign") from error


def _rebuilt(signer: cms.SignerInfo, certificate) -> bytes:
    """The CMS as this program would write it around the same attributes, signature and certificate."""
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData({
        "version": "v1",
        "digest_algorithms": cms.DigestAlgorithms((sha256,)),
        "encap_content_info": {"content_type": "data"},
        "certificates": [certificate],
        "signer_infos": [cms.SignerInfo({
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber({
                "issuer": certificate.issuer, "serial_number": certificate.serial_number})}),
            "digest_algorithm": sha256,
            "signed_attrs": signer["signed_attrs"],
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": signer["signature"]})]})}).dump()
