"""pyHanko's part of signing and its trust settings. Loaded late: it costs half a second."""

import asyncio
from datetime import datetime
from io import BytesIO

from asn1crypto import keys, pem, x509
from pyhanko.pdf_utils.content import RawContent, ResourceType
from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.api import CAdESSignedAttrSpec
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigAppearanceSetup, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import validate_pdf_signature
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


def validate(pdf: bytes, ca_pem: bytes) -> tuple[tuple[PdfSignature, ...], int]:
    """Every signature judged by pyHanko, and the number of revisions in the file."""
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    root = certificate(ca_pem)
    return tuple(_judge(signature, root) for signature in reader.embedded_signatures), reader.xrefs.total_revisions


def _judge(signature: EmbeddedPdfSignature, root: x509.Certificate) -> PdfSignature:
    moment = signature.self_reported_timestamp
    trust = ValidationContext(trust_roots=[root], moment=moment, allow_fetching=False)
    status = validate_pdf_signature(signature, trust, key_usage_settings=USAGE)
    whole = status.coverage is not None and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    name = signature.sig_object.get("/Name", "")
    return PdfSignature(str(name), moment, bool(status.bottom_line and moment and whole),
                        status.coverage.name.lower() if status.coverage else "unclear")
