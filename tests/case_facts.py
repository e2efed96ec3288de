"""Facts of a plainly fictional case, one builder a fact, for tests that walk the flow without desk or window."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from app.domain import chain, facts
from app.domain.case import Case
from app.domain.evidence import GENESIS, FileRef, digest
from app.domain.face import FaceMatch, FrameSource, LivenessResult
from app.domain.facts import Event, Fact
from app.domain.fold import fold
from app.domain.place import Fix, FixSource, PlaceVerdict, Position
from app.domain.policy import Consent, PolicyPack
from app.domain.policy_text import consent_sha256, parse_policy
from app.domain.terms import Energy, Terms, Vehicle, VehicleCondition, VehicleUse

ROOT = Path(__file__).resolve().parents[1]
POLICY_FILE = ROOT / "resources" / "policy" / "default.toml"
CASE = "11111111-2222-4333-8444-555555555555"
HOUR_MS = 3_600_000
BEGUN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
GOOD = facts.Quality(score=1.0, sharpness=40, glare=0, brightness=180, width_px=1000, corners_found=True)
SOURCE = FrameSource(kind="device", name="test camera", width=640, height=480, fps=25)


@cache
def policy() -> PolicyPack:
    return parse_policy(POLICY_FILE.read_text(encoding="utf-8"))


def file(kind: str = "picture", content: str = "") -> FileRef:
    data = f"{kind} {content}".encode()
    return FileRef(id=digest(data)[:32], kind=kind, media_type="image/jpeg", size=len(data), sha256=digest(data),
                   cipher_size=len(data) + 200, cipher_sha256=digest(b"age" + data))


def events(*happened: Fact, every_s: float = 10, boot: str = "boot-1") -> tuple[Event, ...]:
    """A chained journal of these facts, one each ``every_s`` seconds."""
    made: list[Event] = []
    for number, fact in enumerate(happened, start=1):
        after = timedelta(seconds=every_s * (number - 1))
        made.append(chain.link(CASE, number, BEGUN + after, round(after.total_seconds() * 1000), boot, "10482", fact,
                               made[-1].hash if made else GENESIS))
    return tuple(made)


def case(*happened: Fact) -> Case:
    return fold(events(opened(), *happened))


def opened() -> facts.CaseOpened:
    return facts.CaseOpened(case_number="MQ-20261123-0001", policy_version=policy().version, policy_sha256=policy().sha256,
                            staff_id="10482", staff_name="陈立", device_id="device-1", app_version="0.1.0")


def terms(**changes) -> facts.TermsSet:
    vehicle = Vehicle(model="示例 秦PLUS", condition=VehicleCondition.NEW, energy=Energy.ICE, use=VehicleUse.OWN,
                      guide_price_fen=12_000_000)
    values = {"product": "new_car_instalment", "dealer_id": "D-0317", "vehicle": vehicle, "price_fen": 12_000_000,
              "down_payment_fen": 3_400_000, "term_months": 36} | changes
    return facts.TermsSet(terms=Terms(**values), dealer_name="东方汽车城")


def placed(fence: str = "inside") -> facts.PlaceRecorded:
    fix = Fix(position=Position(latitude=32.0603, longitude=118.7969), accuracy_m=6, source=FixSource.GPSD, taken_at=BEGUN)
    return facts.PlaceRecorded(fix=fix, verdict=PlaceVerdict(distance_m=12.0, fence=fence))


def consent(purpose: str, given: bool = True, text: Consent | None = None) -> facts.ConsentAnswered:
    text = text or policy().consent(purpose)
    return facts.ConsentAnswered(purpose=purpose, given=given, text_version=text.version, text_sha256=consent_sha256(text),
                                 shown_s=12, read_to_end=True)


def consents(**given: bool) -> list[facts.ConsentAnswered]:
    """Every consent of the pack, given unless said otherwise."""
    return [consent(c.purpose, given.get(c.purpose, True)) for c in policy().consents]


def card() -> facts.IdCardConfirmed:
    return facts.IdCardConfirmed(corrected={}, card=facts.IdCard(
        name="林晓星", sex="female", nation="汉", birth=date(1988, 6, 5), address="江苏省示例市样本路 1 号",
        number="320102198806051229", authority="示例市公安局", valid_from=date(2019, 6, 11), valid_to=date(2039, 6, 11)))


def card_side(side: str) -> facts.IdCardCaptured:
    return facts.IdCardCaptured(side=side, original=file(f"id_card_{side}"), crop=file(f"id_card_{side}_crop"),
                                portrait=file("portrait") if side == "front" else None, readings={}, quality=GOOD,
                                imported=False)


def liveness(verdict: str = "live", zone: str = "pass") -> facts.LivenessFinished:
    pack = digest(b"pack")
    return facts.LivenessFinished(
        result=LivenessResult(verdict=verdict, actions=(), reasons=(), identity_distance_max=0.2, passive=None,
                                    frames=200, fps=20, engine="dlib", pack_sha256=pack, nonce="n", source=SOURCE),
        match=FaceMatch(zone=zone, similarity=0.9, distance=0.3, threshold=0.4, review_threshold=0.5,
                              engine="dlib", pack_sha256=pack, frames_used=5),
        best_frames=(file("live_face"),))


def second_person() -> facts.SecondPersonVerified:
    return facts.SecondPersonVerified(staff_id="10077", staff_name="周宁", statement="本人到场，证件与本人一致")


def circumstances(**changes) -> facts.CircumstancesSet:
    return facts.CircumstancesSet(circumstances=facts.Circumstances(**changes))


def paper(code: str, page: str = "", **changes) -> facts.PaperCaptured:
    values = {"paper": code, "page_id": page or f"{code}-1", "original": file(code, code + page), "crop": None,
              "readings": {}, "quality": GOOD, "imported": False} | changes
    return facts.PaperCaptured(**values)


def interview() -> list[Fact]:
    """A recording of an hour, which covers whatever is signed after it in a test's journal."""
    marks = [facts.QuestionMarked(interview_id="i", question=q.code, at_ms=1000 * n, answer="yes")
             for n, q in enumerate(policy().questions)]
    return [facts.InterviewStarted(interview_id="i", video=True, audio=False, source=SOURCE), *marks,
            facts.SegmentRecorded(interview_id="i", file=file("segment"), start_ms=0, end_ms=HOUR_MS, frames=500),
            facts.InterviewFinished(interview_id="i", duration_ms=HOUR_MS)]


def form() -> facts.FormConfirmed:
    return facts.FormConfirmed(values={"phone": "13900000001"})


def prepared(code: str) -> facts.DocumentPrepared:
    return facts.DocumentPrepared(form=code, file=file(f"form_{code}"), cost_sheet_sha256=digest(b"sheet"))


def signed(code: str, signer: str) -> facts.DocumentSigned:
    return facts.DocumentSigned(form=code, signer=signer, strokes=file("ink", code + signer),
                                file=file(f"form_{code}_signed", code + signer), prepared_sha256=digest(b"shown"))


def satisfaction() -> facts.SatisfactionGiven:
    return facts.SatisfactionGiven(ratings={"explained": 5, "waiting": 4, "overall": 5}, yes_no={"extra_fee": False},
                                   duration_s=18)
