"""The end: satisfaction, seal, and what comes from the bank."""

from datetime import datetime
from typing import Literal

from app.domain.evidence import Manifest, Receipt, Sha256
from app.domain.model import Model


class SatisfactionGiven(Model):
    kind: Literal["satisfaction_given"] = "satisfaction_given"
    ratings: dict[str, int]
    yes_no: dict[str, bool]
    duration_s: float


class EnvironmentChecked(Model):
    """The device as it was when a recording began or a case was sealed. ``camera_trouble`` is a code, '' while pictures came;
    ``microphone`` '' where there is none; ``clock_offset_s`` the bank's clock minus the device's, None without word of the
    bank; ``disk_free`` in bytes; ``app_sha256`` one hash over the program's files."""

    kind: Literal["environment_checked"] = "environment_checked"
    app_version: str
    app_sha256: Sha256
    system: str
    camera: str
    camera_hardware: str
    camera_fps: float
    camera_trouble: str
    microphone: str
    clock_offset_s: float | None
    disk_free: int


class CaseSealed(Model):
    kind: Literal["case_sealed"] = "case_sealed"
    manifest: Manifest
    manifest_sha256: Sha256
    device_signature: str


class ReceiptAccepted(Model):
    kind: Literal["receipt_accepted"] = "receipt_accepted"
    receipt: Receipt


class BankStatusChanged(Model):
    kind: Literal["bank_status_changed"] = "bank_status_changed"
    status: Literal["received", "in_review", "returned", "approved", "declined", "disbursed"]
    note: str = ""
    at: datetime


class SupplementRequested(Model):
    kind: Literal["supplement_requested"] = "supplement_requested"
    request_id: str
    papers: tuple[str, ...]
    note: str
    due: datetime | None


class CasePurged(Model):
    kind: Literal["case_purged"] = "case_purged"
    files: int
