"""What the bank gave this device at its enrolment, as it is kept, and what is checked with it."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.domain import wire
from app.domain.evidence import Identifier, Manifest, Receipt, Sha256, digest
from app.domain.model import Model
from app.store.settings import Settings
from app.sync.conditions import RECEIPT_BAD

SETTING = "enrolment"
EMBEDDED = "embedded"  # where the bank is the embedded gateway: its staff's passwords
DOCUMENT_KEY = "document_key"


class DeviceEnrolment(Model):
    """What the bank gave this device. Nothing in it is secret; the document key is kept apart.

    ``statement_json`` is the canonical JSON of ``app.domain.evidence.Enrolment``, signed by the bank's certificate key.
    ``cameras`` are those the bank lets this device use, as it last said.
    """

    base_url: str
    device_id: Identifier
    device_certificate_pem: str
    bank_certificate_pem: str
    bank_recipient: str
    receipt_key_id: Identifier
    receipt_public_key: Sha256
    statement_json: str
    statement_signature: str
    cameras: wire.Cameras = ()

    @property
    def device_certificate_sha256(self) -> str:
        """As the manifest names it: of the PEM text."""
        return digest(self.device_certificate_pem.encode())

    @property
    def bank_certificate_sha256(self) -> str:
        return digest(self.bank_certificate_pem.encode())


def keep(settings: Settings, enrolment: DeviceEnrolment, document_key_pem: str) -> None:
    """Into the encrypted settings; the enrolment last, because its presence says that all is there."""
    settings.set(DOCUMENT_KEY, document_key_pem)
    settings.set(SETTING, enrolment.model_dump(mode="json"))


def kept(settings: Settings) -> DeviceEnrolment | None:
    value = settings.get(SETTING)
    return DeviceEnrolment.model_validate(value) if value else None


def keep_cameras(settings: Settings, cameras: tuple[wire.EnrolledCamera, ...]) -> None:
    """What the bank says now about this device's cameras, so that it counts offline too."""
    enrolment = kept(settings)
    if enrolment is not None and enrolment.cameras != cameras:
        settings.set(SETTING, enrolment.model_copy(update={"cameras": cameras}).model_dump(mode="json"))


def enrolled_cameras(settings: Settings) -> tuple[str, ...]:
    """Hardware ids of the cameras that the bank lets this device use; () where it knows none."""
    enrolment = kept(settings)
    return tuple(camera.hardware_id for camera in enrolment.cameras) if enrolment else ()


def verify_receipt(enrolment: DeviceEnrolment, manifest: Manifest, receipt: Receipt) -> None:
    """Raises bank.receipt_bad unless the bank's receipt key signed exactly this manifest's receipt."""
    fits = (receipt.case_id, receipt.revision, receipt.manifest_sha256, receipt.key_id) == (
        manifest.case_id, manifest.revision, manifest.sha256(), enrolment.receipt_key_id)
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(enrolment.receipt_public_key))
        key.verify(bytes.fromhex(receipt.signature), receipt.signed_bytes())
    except (InvalidSignature, ValueError) as error:
        raise RECEIPT_BAD() from error
    if not fits:
        raise RECEIPT_BAD()
