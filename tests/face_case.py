"""Sealed cases that hold a face check, for the bank to look at: pictures, a chained journal and the manifest over both."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.domain import chain, facts
from app.domain.challenge import draw_actions
from app.domain.evidence import GENESIS, FileRef, Manifest, canonical
from app.domain.face import BUILT_IN_PACKS, ActionResult, FaceMatch, FrameSource, LivenessResult
from app.domain.recheck import Answer, Judgement
from tests.gateway_process import MANAGER, Device

PACK = min(BUILT_IN_PACKS)
GOOD = facts.Quality(score=1.0, sharpness=40, glare=0, brightness=180, width_px=1000, corners_found=True)
CAMERA = FrameSource(kind="device", name="test camera", width=640, height=480, fps=25, hardware_id="usb:0001:0001:7")


@dataclass
class FaceCase:
    """What a device says and sends. ``nonce_from`` 'bank' claims that ``nonce`` came from there; change fields to cheat."""

    device: Device
    case_id: str
    portrait: bytes = b"portrait"
    live: tuple[bytes, ...] = (b"live 1", b"live 2", b"live 3")
    nonce: str = "d" * 32
    nonce_from: str = "device"
    zone: str | None = "pass"
    distance: float = 0.30
    verdict: str = "live"
    path: str = "face"
    source: FrameSource = CAMERA
    lacks: tuple[str, ...] = ()
    at: datetime | None = None

    def happened(self, portrait: FileRef, live: tuple[FileRef, ...]) -> list[facts.Fact]:
        opened = facts.CaseOpened(
            case_number="MQ-1", policy_version="test", policy_sha256=GENESIS, staff_id=MANAGER, staff_name="陈立",
            device_id=self.device.enrolment.device_id, app_version="0.1.0")
        front = facts.IdCardCaptured(side="front", original=portrait, crop=portrait, portrait=portrait, readings={},
                                     quality=GOOD, imported=False)
        if self.path == "two_person":
            second = facts.SecondPersonVerified(staff_id="10517", staff_name="周宁", statement="本人到场")
            return [opened, front, facts.IdentityPathChosen(path="two_person"), second]
        actions = draw_actions(self.nonce)
        begun = facts.LivenessBegun(nonce=self.nonce, nonce_from=self.nonce_from, actions=actions)
        return [opened, front, begun, self.finished(live)]

    def finished(self, live: tuple[FileRef, ...]) -> facts.LivenessFinished:
        actions = draw_actions(self.nonce)
        result = LivenessResult(
            verdict=self.verdict, reasons=(), identity_distance_max=0.2, passive=None, frames=200, fps=20, engine="dlib",
            pack_sha256=PACK, nonce=self.nonce, source=self.source, nonce_from=self.nonce_from, lacks=self.lacks,
            actions=tuple(ActionResult(action=action, passed=True, at_s=1.0, measure=1.0) for action in actions))
        match = None if self.zone is None else FaceMatch(
            zone=self.zone, similarity=0.9, distance=self.distance, threshold=0.4, review_threshold=0.5, engine="dlib",
            pack_sha256=PACK, frames_used=len(live) or 1)
        return facts.LivenessFinished(result=result, match=match, best_frames=live)

    def pictures(self) -> tuple[FileRef, tuple[FileRef, ...]]:
        kind = "id_card_portrait"
        return (self.device.file(self.case_id, self.portrait, kind),
                tuple(self.device.file(self.case_id, data, "live_face") for data in self.live))

    def journal(self, portrait: FileRef, live: tuple[FileRef, ...]) -> list[facts.Event]:
        at, made = self.at or datetime.now(UTC), []
        for number, fact in enumerate(self.happened(portrait, live), start=1):
            made.append(chain.link(self.case_id, number, at + timedelta(seconds=number), number * 1000, "boot-1", MANAGER,
                                   fact, made[-1].hash if made else GENESIS))
        return made

    def sealed(self, **changed: object) -> Manifest:
        """The manifest; its files lie at the device. ``changed`` are fields of the manifest."""
        portrait, live = self.pictures()
        events = self.journal(portrait, live)
        data = canonical([event.model_dump(mode="json") for event in events])
        journal = self.device.file(self.case_id, data, "journal", "application/json")
        return self.device.manifest(self.case_id, portrait, *(() if self.path == "two_person" else live), journal, **{
            "journal_head": events[-1].hash, "journal_length": len(events)} | changed)


def send(device: Device, client, manifest: Manifest):
    """Everything up to the receipt."""
    missing = client.open_revision(manifest, device.sign(manifest)).missing
    for file in manifest.files:
        if file.id in missing:
            url = client.create_upload(manifest, file.id, file.cipher_size)
            client.append(url, 0, device.path(manifest.case_id, file).read_bytes())
    return client.commit(manifest)


def answer(zone: str = "pass", distance: float = 0.30, **more: object) -> Answer:
    """What a face checker might say."""
    return Answer(judgement=Judgement(
        zone=zone, similarity=0.9, distance=distance, threshold=0.4, review_threshold=0.5, frames_used=3, engine="dlib",
        pack_sha256=PACK, **more))
