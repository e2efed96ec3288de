"""Signatures in the PDF: each person's ink as vectors at its place, sealed by an incremental PAdES B-B signature."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import pairwise

from app.domain.condition import Kind
from app.domain.ink import Ink, check_ink

LINE_MIN, LINE_MAX = 0.7, 2.1
PAD, DATE_SIZE = 4.0, 7.5
CHINA = timezone(timedelta(hours=8))
POINTS_PER_MM = 72 / 25.4

KEY_MISMATCH = Kind(
    "forms.key_mismatch", zh="设备密钥与设备证书不是一对，无法签名。", zh_next="请重新登记本设备。",
    en="The device key does not belong to the device certificate.", en_next="Enrol this device again.")
CERTIFICATE_EXPIRED = Kind(
    "forms.certificate_expired", zh="设备证书不在有效期内，无法签名。",
    zh_next="请校对电脑时间；仍不行则重新登记本设备。",
    en="The device certificate is not valid at this time.", en_next="Check the clock, else enrol this device again.")
CERTIFICATE_FOREIGN = Kind(
    "forms.certificate_foreign", zh="设备证书不是该银行签发的，无法签名。", zh_next="请重新登记本设备。",
    en="The device certificate was not issued by this bank.", en_next="Enrol this device again.")

Box = tuple[int, float, float, float, float]


@dataclass(frozen=True)
class SealKey:
    """The device's P-256 key with its certificate and the bank's, checked to belong together. PEM bytes."""

    key_pem: bytes
    certificate_pem: bytes
    ca_pem: bytes

    def check(self, moment: datetime) -> None:
        """Raises a Condition when key, certificate and bank do not fit or the certificate is not valid now."""
        from cryptography import x509
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        certificate, ca = (x509.load_pem_x509_certificate(pem) for pem in (self.certificate_pem, self.ca_pem))
        if load_pem_private_key(self.key_pem, None).public_key() != certificate.public_key():
            raise KEY_MISMATCH()
        if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
            raise CERTIFICATE_EXPIRED()
        try:
            certificate.verify_directly_issued_by(ca)
        except (InvalidSignature, ValueError, TypeError) as error:
            raise CERTIFICATE_FOREIGN() from error


def sign_pdf(pdf: bytes, box: Box, ink: Ink, signer_label: str, signed_at: datetime, key_pem: bytes,
             certificate_pem: bytes, ca_pem: bytes) -> bytes:
    """The PDF with one more signature appended; every earlier byte stays as it was.

    ``box`` is page (from 0) and corners in points. ``signed_at`` needs a time zone. Raises ``ink.*`` for empty ink
    and ``forms.key_mismatch``, ``forms.certificate_expired``, ``forms.certificate_foreign``.
    """
    check_ink(ink)
    SealKey(key_pem, certificate_pem, ca_pem).check(signed_at)
    from app.forms import pades

    page, x0, y0, x1, y1 = box
    drawing = ink_operators(ink, x1 - x0, y1 - y0, signed_at)
    return pades.append_signature(pdf, page, (x0, y0, x1, y1), drawing, signer_label, signed_at, key_pem,
                                  certificate_pem)


def ink_operators(ink: Ink, width: float, height: float, signed_at: datetime) -> bytes:
    """PDF operators that draw the ink and the date inside ``width`` × ``height`` points; pressure widens the line."""
    local = signed_at.astimezone(CHINA)
    ops = ["0.08 0.10 0.18 RG 1 J 1 j", *_strokes(ink, width, height)]
    ops.append(f"BT /Date {DATE_SIZE} Tf 0.35 0.40 0.45 rg {PAD} {PAD} Td ({local:%Y-%m-%d %H:%M:%S %z}) Tj ET")
    return "\n".join(ops).encode("ascii")


def _strokes(ink: Ink, width: float, height: float) -> Iterator[str]:
    """The ink's own bounds centred in the box, in true size or smaller."""
    points = ink.points()
    xs, ys = [p.x * ink.pad_width_mm for p in points], [p.y * ink.pad_height_mm for p in points]
    ink_width, ink_height = max(max(xs) - min(xs), 1.0), max(max(ys) - min(ys), 1.0)
    room_x, room_y = width - 2 * PAD, height - 3 * PAD - DATE_SIZE
    scale = min(room_x / ink_width, room_y / ink_height, POINTS_PER_MM)
    left = PAD + (room_x - ink_width * scale) / 2 - min(xs) * scale
    top = height - PAD - (room_y - ink_height * scale) / 2 + min(ys) * scale
    for stroke in ink.strokes:
        places = [(left + p.x * ink.pad_width_mm * scale, top - p.y * ink.pad_height_mm * scale) for p in stroke]
        widths = [LINE_MIN + (LINE_MAX - LINE_MIN) * p.pressure for p in stroke]
        if len(places) == 1:
            places, widths = places * 2, widths * 2
        for (a, b), (v, w) in zip(pairwise(places), pairwise(widths), strict=True):
            yield f"{(v + w) / 2:.2f} w {a[0]:.2f} {a[1]:.2f} m {b[0]:.2f} {b[1]:.2f} l S"
