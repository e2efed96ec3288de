"""Raising a signed document from PAdES B-B to B-LT: what proves its certificates, and the bank's time over all of it.

Nothing before is touched: one revision is appended that holds the device's certificate, the bank's revocation list and a document
timestamp (RFC 3161). Loaded late, like ``pades``.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from io import BytesIO

from asn1crypto import crl, tsp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from app.domain.condition import Kind
from app.forms.check import check_pdf
from app.forms.pades import CONTENTS_HEX, certificate

FIELD = "timestamp_1"
ANSWER_BAD = Kind(
    "forms.timestamp_bad", zh="银行的时间戳答复不对，没有采用。", zh_next="文件的签名不受影响；若再次出现，请联系本行技术支持。",
    en="The bank's timestamp did not hold and was not used.",
    en_next="The signatures stand as they are; if it comes again, call the bank's support.")

Ask = Callable[[bytes], bytes]


def append_timestamp(pdf: bytes, certificate_pem: bytes, ca_pem: bytes, revocations: bytes,
                     ask: Ask) -> tuple[bytes, datetime]:
    """The signed PDF with the timestamp revision appended, and the bank's time in it.

    ``revocations`` is the bank's revocation list in DER; ``ask`` sends a DER request to its timestamp service and gives back
    the DER response. Raises ``forms.timestamp_bad`` where the result is not a document that checks well.
    """
    out = IncrementalPdfFileWriter(BytesIO(pdf), strict=True)
    try:
        listed = crl.CertificateList.load(revocations, strict=True)
        DocumentSecurityStore.supply_dss_in_writer(
            out, None, certs=[certificate(certificate_pem), certificate(ca_pem)], crls=[listed])
        stamped = asyncio.run(PdfTimeStamper(_Line(ask), field_name=FIELD).async_timestamp_pdf(
            out, "sha256", bytes_reserved=CONTENTS_HEX))
    except (SigningError, ValueError, TypeError) as error:
        raise ANSWER_BAD() from error
    raised = stamped.getvalue()
    stamped_at = check_pdf(raised, ca_pem).timestamped_at
    if stamped_at is None:
        raise ANSWER_BAD()
    return raised, stamped_at


class _Line(TimeStamper):
    """pyHanko's way to a timestamp service, over whatever line ``ask`` is. Without a nonce: an old answer would be about
    another document, which the check finds."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(include_nonce=False)
        self._ask = ask

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self._ask(req.dump()), strict=True)
