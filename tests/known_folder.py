"""A data folder whose device has enrolled before, with no bank behind it."""

from datetime import UTC, datetime

from app.records import Records
from app.sync.enrolment import DeviceEnrolment, keep
from tests.case_facts import ROOT

NOBODY = "http://127.0.0.1:1"


def known(here: Records) -> None:
    """The folder of a device that enrolled and fetched its policy on another day."""
    keep(here.settings, DeviceEnrolment(
        base_url=NOBODY, device_id="device-1", device_certificate_pem="device", bank_certificate_pem="bank",
        bank_recipient="age1", receipt_key_id="receipt-1", receipt_public_key="0" * 64, statement_json="{}",
        statement_signature="00"), "key")
    texts = [(ROOT / "resources" / "policy" / name).read_text(encoding="utf-8") for name in ("default.toml", "dealers.toml")]
    here.shelf.put(*texts, datetime(2026, 11, 23, tzinfo=UTC))
