"""The bank's own look at the faces of one sealed revision: what the device said, what the pictures show, who drew the order.

A verdict never changes a receipt or a status. It is for the reviewer, and it says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain import wire
from app.domain.case import Case
from app.domain.challenge import complete, draw_actions, draw_light
from app.domain.evidence import FileRef, Manifest
from app.domain.face import BUILT_IN_PACKS, LightResult, camera_doubts
from app.domain.facts import LivenessFinished
from app.domain.flow import face_failed
from app.domain.policy import Thresholds
from app.domain.recheck import LIVE_MAX, PICTURE_MAX, Answer, Judgement
from gateway.check_reasons import DIFFERS, NONCE_BAD, reason
from gateway.devices import CLOCK_TOLERANCE_S
from gateway.journal import Journal
from gateway.tables import Challenge, stamp

LIVE, PORTRAIT = "live_face", "id_card_portrait"
CLOCK_TOLERANCE = timedelta(seconds=CLOCK_TOLERANCE_S)
NEAR = 0.05  # of the engine's pass limit: what JPEG and the choice of frames may change
ZONES = ("pass", "review", "fail")


@dataclass(frozen=True)
class Chosen:
    """The pictures to judge, and what is to be said about them already."""

    portrait: FileRef | None
    live: tuple[FileRef, ...]
    reasons: tuple[str, ...] = ()

    @property
    def present(self) -> bool:
        return self.portrait is not None and bool(self.live)

    @property
    def judgeable(self) -> bool:
        return self.present and "picture_too_large" not in self.reasons


def two_person(journal: Journal | None) -> bool:
    return journal is not None and journal.case.identity_path == "two_person"


def choose(manifest: Manifest, journal: Journal | None) -> Chosen:
    """Those that the journal rests its verdict on; without a journal, what the manifest holds of their kinds."""
    live = tuple(file for file in manifest.files if file.kind == LIVE)
    portraits = tuple(file for file in manifest.files if file.kind == PORTRAIT)
    reasons: tuple[str, ...] = ()
    if journal is not None:
        named = journal.case.live_frames
        front = journal.case.card_sides.get("front")
        named_portraits = (front.portrait,) if front and front.portrait else ()
        if set(named) != set(live) or set(named_portraits) != set(portraits):
            reasons = ("pictures_unlisted",)
        live = tuple(file for file in named if file in live) or live
        portraits = tuple(file for file in named_portraits if file in portraits) or portraits
    chosen = (*portraits[:1], *live[:LIVE_MAX])
    if any(file.size > PICTURE_MAX for file in chosen):
        reasons += ("picture_too_large",)
    return Chosen(portraits[0] if portraits else None, live[:LIVE_MAX], reasons)


def nonce_reasons(manifest: Manifest, journal: Journal, challenge: Challenge | None) -> tuple[str, ...]:
    """What is wrong with the nonce and the order drawn from it; ``nonce_device`` where the bank had no part in it.

    ``challenge`` is this bank's own record of the nonce that the journal's verdict names.
    """
    fact = journal.case.liveness
    light = fact.result.light
    begun, finished = journal.begun(fact.result.nonce), journal.finished(fact.result.nonce)
    found = []
    if len(begun) > 1 or len(finished) > 1:
        found.append("nonce_twice")
    if not _drawn(fact, [each for _, each in begun]):
        found.append("actions_not_drawn")
    if light and light.colours and light.colours != draw_light(fact.result.nonce):
        found.append("light_not_drawn")
    claimed = fact.result.nonce_from == "bank" or any(each.nonce_from == "bank" for _, each in begun)
    if not claimed:
        return (*found, "nonce_device")
    if challenge is None:
        return (*found, "nonce_unknown")
    if (challenge.case_id, challenge.staff_id, challenge.device_id) != (
            manifest.case_id, manifest.staff_id, manifest.device_id):
        found.append("nonce_foreign")
    if not begun:
        found.append("nonce_not_begun")
    if not all(_in_time(challenge, at) for at, _ in (*begun, *finished)):
        found.append("nonce_late")
    return tuple(found)


def unused(manifest: Manifest, journal: Journal, issued: Iterable[Challenge]) -> tuple[str, ...]:
    """Whether this bank gave this device a nonce for the case, before the seal, that the journal does not know."""
    begun = {attempt.nonce for attempt in journal.case.liveness_begun}
    sealed = stamp(manifest.sealed_at + CLOCK_TOLERANCE)
    return ("nonce_unused",) if any(
        (each.staff_id, each.device_id) == (manifest.staff_id, manifest.device_id) and each.issued_at <= sealed
        and each.nonce not in begun for each in issued) else ()


def rule_reasons(case: Case, thresholds: Thresholds, cameras: tuple[str, ...]) -> tuple[str, ...]:
    """What about the attempt the case's policy does not let pass, and whether the device let it pass all the same.

    ``cameras`` are the hardware ids that this bank has enrolled for the device.
    """
    result, found, forbidden = case.liveness.result, [], []
    if face_failed(case):
        found.append("sealed_failed")
    if case.liveness_attempts > thresholds.liveness_attempts:
        found.append("attempts_over")
    if result.source.kind != "device":
        found.append("camera_file")
        forbidden += [] if thresholds.allow_file_camera else ["camera_file"]
    forbidden += sorted(camera_doubts(result.source, cameras if thresholds.cameras == "enrolled" else None))
    if result.pack_sha256 not in BUILT_IN_PACKS.union(thresholds.model_packs):
        forbidden.append("pack_not_approved")
    if "attack_detection" in result.lacks and not thresholds.allow_without_attack_detection:
        forbidden.append("no_attack_detection")
    if not complete(tuple(action.action for action in result.actions if action.passed)):
        forbidden.append("actions_not_all")
    if thresholds.light == "enforce" and not _answered(result.light):
        forbidden.append("light_not_answered")
    refused = ("live_not_allowed",) if forbidden and result.verdict == "live" else ()
    return (*dict.fromkeys((*found, *forbidden)), *refused)


def _answered(light: LightResult | None) -> bool:
    """Whether the face answered the light under a policy that enforces it."""
    return light is not None and light.mode == "enforce" and light.answered is True and not light.skipped


def report(manifest: Manifest, journal: Journal | None, chosen: Chosen, answer: Answer | None, noticed: Iterable[str],
           at: datetime) -> wire.FaceCheck:
    """All of it together. ``answer`` is the checker's, None where it was not asked or gave none; ``noticed`` are reasons
    that were met on the way."""
    fact = journal.case.liveness if journal and not two_person(journal) else None
    bank = answer.judgement if answer else None
    codes = list(dict.fromkeys((*noticed, *chosen.reasons)))
    if bank is not None and bank.frames_used < len(chosen.live):
        codes.append("frames_unused")
    if fact is not None and bank is not None:
        codes += _compared(fact, bank)
    reasons = [reason(code) for code in codes]
    if answer and answer.unusable:
        reasons.append(wire.CheckReason(**answer.unusable.model_dump()))
    judged = journal is not None and journal.case.liveness is not None
    return wire.FaceCheck(
        case_id=manifest.case_id, revision=manifest.revision, at=at, verdict=_verdict(journal, chosen, answer, codes),
        nonce=_nonce(codes, judged), device=_said(journal, fact) if fact else None, bank=bank,
        portrait=chosen.portrait.id if chosen.portrait else None, live=tuple(file.id for file in chosen.live),
        reasons=tuple(reasons))


def _verdict(journal: Journal | None, chosen: Chosen, answer: Answer | None, codes: list[str]) -> wire.CheckVerdict:
    if two_person(journal):
        return "two_person"
    if DIFFERS & set(codes) or (answer and answer.unusable):
        return "differ"
    if not chosen.present:
        return "no_pictures"
    if answer is None or journal is None or journal.case.liveness is None:
        return "unavailable"
    return "agree"


def _nonce(codes: list[str], judged: bool) -> str:
    if NONCE_BAD & set(codes):
        return "bad"
    if "nonce_device" in codes:
        return "device"
    return "bank" if judged and "two_person" not in codes else "none"


def _drawn(fact: LivenessFinished, begun: list) -> bool:
    """Whether what was asked is what the nonce draws, here and at the beginning of the attempt."""
    result = fact.result
    drawn = draw_actions(result.nonce, result.without)
    shown = tuple(action.action for action in result.actions)
    if any((each.actions, each.without) != (drawn, result.without) for each in begun):
        return False
    return shown == drawn if result.verdict == "live" else shown == drawn[:len(shown)]


def _in_time(challenge: Challenge, at: datetime) -> bool:
    """By the device's clock, which may be off by what its signatures may be off."""
    issued, expires = datetime.fromisoformat(challenge.issued_at), datetime.fromisoformat(challenge.expires_at)
    return issued - CLOCK_TOLERANCE <= at <= expires + CLOCK_TOLERANCE


def _compared(fact: LivenessFinished, bank: Judgement) -> list[str]:
    found = []
    if bank.passive_zone == "fail" and fact.result.verdict == "live":
        found.append("passive")
    if fact.match is None:
        return [*found, "device_no_match"]
    if fact.match.zone != bank.zone:
        steps = abs(ZONES.index(fact.match.zone) - ZONES.index(bank.zone))
        same = fact.match.pack_sha256 == bank.pack_sha256
        near = same and abs(fact.match.distance - bank.distance) <= NEAR * bank.threshold
        found.append("zone_near" if near and steps == 1 else "zone")
    return found


def _said(journal: Journal, fact: LivenessFinished) -> wire.DeviceSaid:
    result, match, review = fact.result, fact.match, journal.case.identity_review
    return wire.DeviceSaid(
        verdict=result.verdict, zone=match.zone if match else None, distance=match.distance if match else None,
        threshold=match.threshold if match else None, engine=result.engine, pack_sha256=result.pack_sha256,
        passive=result.passive, frames_used=match.frames_used if match else 0, nonce_from=result.nonce_from,
        actions=tuple(action.action for action in result.actions), camera=result.source.kind, attempt=result.attempt,
        reviewed=review.decision if review and review.nonce == result.nonce else None)
