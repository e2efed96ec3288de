"""pyHanko's part of signing and its trust settings. Loaded late: it costs half a second."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import crl, keys, pem, x509
from pyhanko.pdf_utils.content import RawContent, ResourceType
from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.api import CAdESSignedAttrSpec
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigAppearanceSetup, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko.stamp.static import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.forms.check import PdfSignature

CONTENTS_HEX = 6144
USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)


def certificate(data: bytes) -> x509.Certificate:
    """The one certificate of a PEM file."""
    return x509.Certificate.load(pem.unarmor(data)[2])


def append_signature(pdf: bytes, page: int, box: tuple[float, float, float, float], drawing: bytes, label: str,
                     signed_at: datetime, key_pem: bytes, certificate_pem: bytes) -> bytes:
    """An incremental revision with a new signature field ``signature_<n>``, its drawing and its PAdES signature."""
    out = IncrementalPdfFileWriter(BytesIO(pdf), strict=True)
    number = len(out.prev.embedded_signatures) + 1
    field = SigFieldSpec(f"signature_{number}", on_page=page, box=box)
    steps = PdfCMSEmbedder(new_field_spec=field).write_cms(field.sig_field_name, out)
    next(steps)
    steps.send(SigObjSetup(
        sig_placeholder=SignatureObject(timestamp=signed_at, name=label, subfilter=SigSeedSubFilter.PADES,
                                        bytes_reserved=CONTENTS_HEX),
        appearance_setup=SigAppearanceSetup(style=_style(drawing), timestamp=signed_at, name=label)))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    cms = asyncio.run(_signer(key_pem, certificate_pem).async_sign(
        data_digest=prepared.document_digest, digest_algorithm="sha256", use_pades=True,
        signed_attr_settings=PdfCMSSignedAttributes(cades_signed_attrs=CAdESSignedAttrSpec())))
    steps.send(cms)
    return output.getvalue()


def _style(drawing: bytes) -> StaticStampStyle:
    ink = RawContent(drawing)
    ink.set_resource(ResourceType.FONT, pdf_name("/Date"), DictionaryObject({
        pdf_name("/Type"): pdf_name("/Font"), pdf_name("/Subtype"): pdf_name("/Type1"),
        pdf_name("/BaseFont"): pdf_name("/Helvetica"), pdf_name("/Encoding"): pdf_name("/WinAnsiEncoding")}))
    layout = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, Margins.uniform(0))
    return StaticStampStyle(border_width=0, background=ink, background_opacity=1.0, background_layout=layout)


def _signer(key_pem: bytes, certificate_pem: bytes) -> SimpleSigner:
    key = keys.PrivateKeyInfo.load(_pkcs8(key_pem))
    return SimpleSigner(signing_cert=certificate(certificate_pem), signing_key=key,
                        cert_registry=SimpleCertificateStore())


def _pkcs8(key_pem: bytes) -> bytes:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )

    key = load_pem_private_key(key_pem, None)
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True)
class Judged:
    """Every signature, whether each timestamp holds, the time of the last one, and the number of revisions in the file."""

    signatures: tuple[PdfSignature, ...]
    stamps: tuple[bool, ...]
    stamped_at: datetime | None
    revisions: int


def validate(pdf: bytes, ca_pem: bytes) -> Judged:
    """Every signature and timestamp judged by pyHanko."""
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    root = certificate(ca_pem)
    stamps = reader.embedded_timestamp_signatures
    moment, crls = _under_timestamp(reader, stamps[-1]) if stamps else (None, [])
    signatures = tuple(_judge(signature, root, moment, crls) for signature in reader.embedded_regular_signatures)
    return Judged(signatures, tuple(_judge_stamp(stamp, root, moment, crls) for stamp in stamps), moment,
                  reader.xrefs.total_revisions)


def _under_timestamp(reader: PdfFileReader, stamp: EmbeddedPdfSignature) -> tuple[datetime, list[crl.CertificateList]]:
    """The time that a timestamp states, and the revocation lists that it covers."""
    try:
        moment = stamp.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
        streams = reader.root["/DSS"]["/CRLs"]
        return moment, [crl.CertificateList.load(stream.get_object().data, strict=True) for stream in streams]
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise PdfReadError("no time or no revocation list in the timestamp's revision") from error


def _judge(signature: EmbeddedPdfSignature, root: x509.Certificate, stamped_at: datetime | None,
           crls: list[crl.CertificateList]) -> PdfSignature:
    """With a timestamp the certificate must not have been revoked by then; without one nobody can tell."""
    moment = signature.self_reported_timestamp
    trust = _trust(root, stamped_at, crls) if stamped_at else ValidationContext(
        trust_roots=[root], moment=moment, allow_fetching=False)
    status = validate_pdf_signature(signature, trust, key_usage_settings=USAGE)
    whole = status.coverage is not None and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    name = signature.sig_object.get("/Name", "")
    return PdfSignature(str(name), moment, bool(status.bottom_line and moment and whole),
                        status.coverage.name.lower() if status.coverage else "unclear")


def _judge_stamp(stamp: EmbeddedPdfSignature, root: x509.Certificate, moment: datetime,
                 crls: list[crl.CertificateList]) -> bool:
    status = validate_pdf_timestamp(stamp, _trust(root, moment, crls))
    return bool(status.valid and status.intact and status.trusted
                and status.coverage == SignatureCoverageLevel.ENTIRE_FILE)


def _trust(root: x509.Certificate, moment: datetime, crls: list[crl.CertificateList]) -> ValidationContext:
    return ValidationContext(trust_roots=[root], moment=moment, allow_fetching=False, crls=crls, revocation_mode="require")
