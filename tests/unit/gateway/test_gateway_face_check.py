"""What the bank makes of a case's faces: the journal it believes, the nonce it gave out, and where device and bank differ."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.domain import chain, facts
from app.domain.challenge import draw_actions, draw_light
from app.domain.evidence import GENESIS, FileRef, Manifest, canonical, digest
from app.domain.face import FrameSource, LightResult
from app.domain.recheck import PICTURE_MAX, Answer, Unusable
from gateway import face_check, journal
from gateway.check_reasons import reason
from gateway.face_check import Chosen
from gateway.tables import Challenge, stamp
from tests.case_facts import policy
from tests.face_case import CAMERA, FaceCase, answer

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NONCE = "ab" * 32


class Files:
    """Stands where a device would encrypt: names files and keeps the journal's bytes."""

    class enrolment:
        device_id, device_certificate_sha256, bank_certificate_sha256 = "dev-1", GENESIS, GENESIS

    def __init__(self):
        self.journal = b""

    def file(self, case_id, data, kind="paper", media_type="image/jpeg"):
        if kind == "journal":
            self.journal = data
        name = digest(kind.encode() + data)
        return FileRef(id=name[:32], kind=kind, media_type=media_type, size=len(data), sha256=digest(data),
                             cipher_size=len(data) + 200, cipher_sha256=name)

    def manifest(self, case_id, *files, **changed):
        return Manifest(**{
            "case_id": case_id, "case_number": "MQ-1", "revision": 1, "policy_version": "test", "policy_sha256": GENESIS,
            "device_id": "dev-1", "staff_id": "10482", "product": "p", "dealer_id": "d", "sealed_at": NOW,
            "monotonic_ms": 1, "completeness": 1.0, "operation_score": 90.0, "app_version": "0.1.0",
            "device_certificate_sha256": GENESIS, "bank_certificate_sha256": GENESIS, "files": files, **changed})


def made(kind=FaceCase, **said):
    """Manifest, the journal's bytes and the journal as read."""
    device = Files()
    manifest = kind(device, "case-1", **{"at": NOW, "nonce": NONCE, "nonce_from": "bank", **said}).sealed()
    return manifest, device.journal, journal.read(device.journal, manifest)


def challenge(**changed):
    values = {"nonce": NONCE, "case_id": "case-1", "staff_id": "10482", "device_id": "dev-1",
              "issued_at": stamp(NOW - timedelta(minutes=1)), "expires_at": stamp(NOW + timedelta(minutes=9))}
    return Challenge(**values | changed)


def rechained(values):
    """The same events with a chain that holds: what a cheating device can always make."""
    previous = GENESIS
    for seq, value in enumerate(values, start=1):
        value |= {"seq": seq, "previous": previous}
        value.pop("hash", None)
        value["hash"] = previous = digest(canonical(value))
    return canonical(values), previous


# -- the journal -----------------------------------------------------------------------------------------------------


def test_the_journal_of_the_manifest_is_read():
    _, _, book = made()
    assert book.case.liveness.match.zone == "pass"
    ((_, begun),) = book.begun(NONCE)
    assert begun.actions == draw_actions(NONCE)


@pytest.mark.parametrize("hurt", [
    lambda data: b"", lambda data: b"no json", lambda data: data[:-9], lambda data: b"[]", lambda data: b"{}", lambda data: b"7",
    lambda data: b"[7]", lambda data: b"[{}]", lambda data: b"[" * 100_000, lambda data: b"[null]",
    lambda data: data.replace(b'"zone":"pass"', b'"zone":"fail"'),
    lambda data: rechained(json.loads(data)[:-1])[0]], ids=range(12))
def test_a_journal_that_is_not_what_was_sealed_is_broken(hurt):
    manifest, data, _ = made()
    with pytest.raises(journal.JournalBad) as bad:
        journal.read(hurt(data), manifest)
    assert bad.value.code == "broken"


@pytest.mark.parametrize("change", [
    lambda values: values[-1]["fact"].update(kind="from_the_future"), lambda values: values[-1]["fact"].update(extra=1),
    lambda values: values.append(dict(values[0])), lambda values: values.pop(0)],
    ids=["unknown fact", "unknown field", "opened twice", "never opened"])
def test_facts_that_no_case_can_be_made_of_are_said_to_be_unknown(change):
    manifest, data, _ = made()
    values = json.loads(data)
    change(values)
    data, head = rechained(values)
    with pytest.raises(journal.JournalBad) as bad:
        journal.read(data, manifest.model_copy(update={"journal_head": head, "journal_length": len(values)}))
    assert bad.value.code == "unknown"


def test_facts_of_an_older_client_keep_their_hash():
    manifest, data, _ = made(nonce_from="device")
    values = json.loads(data)
    values = [value for value in values if value["fact"]["kind"] != "liveness_begun"]
    for name in ("nonce_from", "attempt", "without", "passive_frames", "light", "lacks"):
        del values[-1]["fact"]["result"][name]
    data, head = rechained(values)
    older = manifest.model_copy(update={"journal_head": head, "journal_length": len(values)})
    book = journal.read(data, older)
    assert face_check.nonce_reasons(older, book, None) == ("nonce_device",)


# -- the nonce -------------------------------------------------------------------------------------------------------


def test_a_nonce_of_this_bank_used_once_in_its_time_is_right():
    manifest, _, book = made()
    assert face_check.nonce_reasons(manifest, book, challenge()) == ()


@pytest.mark.parametrize(("kept", "expected"), [
    (None, "nonce_unknown"), (challenge(case_id="case-2"), "nonce_foreign"), (challenge(staff_id="10517"), "nonce_foreign"),
    (challenge(device_id="dev-2"), "nonce_foreign"),
    (challenge(expires_at=stamp(NOW - timedelta(minutes=6))), "nonce_late"),
    (challenge(issued_at=stamp(NOW + timedelta(minutes=6))), "nonce_late")],
    ids=["never given", "other case", "other manager", "other device", "expired", "before it was given"])
def test_any_other_nonce_is_not(kept, expected):
    manifest, _, book = made()
    assert face_check.nonce_reasons(manifest, book, kept) == (expected,)


def test_a_device_that_draws_for_itself_says_so():
    manifest, _, book = made(nonce_from="device")
    assert face_check.nonce_reasons(manifest, book, None) == ("nonce_device",)


class Chose(FaceCase):
    """Asked for the actions it liked."""

    def happened(self, portrait, live):
        *before, begun, finished = super().happened(portrait, live)
        mine = tuple(reversed(begun.actions))
        result = finished.result.model_copy(update={"actions": tuple(reversed(finished.result.actions))})
        return [*before, begun.model_copy(update={"actions": mine}), finished.model_copy(update={"result": result})]


class ShownOther(FaceCase):
    """Began with what was drawn and showed another order."""

    def happened(self, portrait, live):
        *before, finished = super().happened(portrait, live)
        result = finished.result.model_copy(update={"actions": tuple(reversed(finished.result.actions))})
        return [*before, finished.model_copy(update={"result": result})]


class NeverBegan(FaceCase):
    def happened(self, portrait, live):
        return [fact for fact in super().happened(portrait, live) if not isinstance(fact, facts.LivenessBegun)]


class TriedAgain(FaceCase):
    """The same nonce for two attempts."""

    def happened(self, portrait, live):
        *before, begun, finished = super().happened(portrait, live)
        return [*before, begun, facts.LivenessAbandoned(nonce=begun.nonce, reason="stopped"), begun, finished]


class OtherLight(FaceCase):
    """Showed colours of its own choice."""

    def happened(self, portrait, live):
        *before, finished = super().happened(portrait, live)
        light = LightResult(mode="enforce", colours=tuple(reversed(draw_light(self.nonce))), answered=True)
        result = finished.result.model_copy(update={"light": light})
        return [*before, finished.model_copy(update={"result": result})]


class FinishedTwice(FaceCase):
    def happened(self, portrait, live):
        *before, finished = super().happened(portrait, live)
        return [*before, finished, finished]


@pytest.mark.parametrize(("kind", "expected"), [
    (Chose, "actions_not_drawn"), (ShownOther, "actions_not_drawn"), (NeverBegan, "nonce_not_begun"),
    (TriedAgain, "nonce_twice"), (FinishedTwice, "nonce_twice"), (OtherLight, "light_not_drawn")])
def test_an_order_that_was_not_drawn_or_drawn_for_something_else_is_seen(kind, expected):
    manifest, _, book = made(kind)
    assert face_check.nonce_reasons(manifest, book, challenge()) == (expected,)
    made_up = face_check.report(manifest, book, face_check.choose(manifest, book), answer(), [expected], NOW)
    assert (made_up.verdict, made_up.nonce) == ("differ", "bad")


@pytest.mark.parametrize(("issued", "expected"), [
    ([], ()), ([challenge()], ()), ([challenge(), challenge(nonce="cd" * 32)], ("nonce_unused",)),
    ([challenge(nonce="cd" * 32, device_id="dev-2")], ()), ([challenge(nonce="cd" * 32, staff_id="10517")], ()),
    ([challenge(nonce="cd" * 32, issued_at=stamp(NOW + timedelta(hours=1)))], ())],
    ids=["none", "the one used", "one more", "another device's", "another manager's", "after the seal"])
def test_a_nonce_that_the_journal_does_not_know_is_told(issued, expected):
    manifest, _, book = made()
    assert face_check.unused(manifest, book, issued) == expected


# -- the verdict -----------------------------------------------------------------------------------------------------


def looked(said, given, noticed=(), kind=FaceCase):
    manifest, _, book = made(kind, **said)
    return face_check.report(manifest, book, face_check.choose(manifest, book), given, noticed, NOW)


def codes(report):
    return [each.code for each in report.reasons]


def test_same_zone_and_a_right_nonce_agree():
    report = looked({}, answer())
    assert (report.verdict, report.nonce, codes(report)) == ("agree", "bank", [])
    assert report.bank.zone == report.device.zone == "pass"
    assert len(report.live) == 3


@pytest.mark.parametrize(("said", "given", "expected"), [
    ({}, answer("fail", 0.7), "zone"), ({"zone": "fail", "distance": 0.6}, answer(), "zone"),
    ({"zone": None}, answer(), "device_no_match"),
    ({}, answer(passive=0.1, passive_frames=3, passive_zone="fail"), "passive"),
    ({}, Answer(unusable=Unusable(code="picture.truncated", zh="打不开", en="does not open")), "picture.truncated"),
    ({}, answer("review", 0.43), "zone")])
def test_what_the_bank_sees_otherwise_differs(said, given, expected):
    report = looked(said, given)
    assert (report.verdict, codes(report)) == ("differ", [expected])


def test_a_step_at_the_limit_is_told_but_no_difference():
    report = looked({"distance": 0.395}, answer("review", 0.405))
    assert (report.verdict, codes(report)) == ("agree", ["zone_near"])


FILM = FrameSource(kind="file", name="x.mp4", width=640, height=480, fps=25)
NAMELESS = CAMERA.model_copy(update={"hardware_id": ""})


@pytest.mark.parametrize(("said", "allowed", "enrolled", "expected"), [
    ({}, {}, (CAMERA.hardware_id,), ()),
    ({}, {}, ("another",), ("camera_not_enrolled", "live_not_allowed")),
    ({"verdict": "review"}, {}, ("another",), ("camera_not_enrolled",)),
    ({}, {"cameras": "any"}, (), ()),
    ({"source": NAMELESS}, {"cameras": "any"}, (), ("camera_unknown", "live_not_allowed")),
    ({"source": FILM}, {}, (), ("camera_file", "live_not_allowed")),
    ({"source": FILM}, {"allow_file_camera": True}, (), ("camera_file",)),
    ({"lacks": ("attack_detection",)}, {}, (CAMERA.hardware_id,), ("no_attack_detection", "live_not_allowed")),
    ({"lacks": ("attack_detection",)}, {"allow_without_attack_detection": True}, (CAMERA.hardware_id,), ())])
def test_what_the_policy_does_not_let_pass_is_seen(said, allowed, enrolled, expected):
    _, _, book = made(**said)
    thresholds = policy().thresholds.model_copy(update=allowed)
    assert face_check.rule_reasons(book.case, thresholds, enrolled) == expected


def test_a_model_pack_that_the_policy_does_not_approve_is_seen():
    _, _, book = made()
    own, thresholds = "c" * 64, policy().thresholds
    case = with_result(book.case, pack_sha256=own)
    found = face_check.rule_reasons(case, thresholds, (CAMERA.hardware_id,))
    assert found == ("pack_not_approved", "live_not_allowed")
    approved = thresholds.model_copy(update={"model_packs": (own,)})
    assert face_check.rule_reasons(case, approved, (CAMERA.hardware_id,)) == ()


LIGHT = LightResult(mode="enforce", colours=draw_light(NONCE), correlation=0.9, amplitude=0.1, lag_s=0.1, answered=True)


@pytest.mark.parametrize(("light", "expected"), [
    (LIGHT, ()), *((light, ("light_not_answered", "live_not_allowed")) for light in (
        None, LIGHT.model_copy(update={"mode": "observe"}), LIGHT.model_copy(update={"answered": None}),
        LIGHT.model_copy(update={"answered": False}), LIGHT.model_copy(update={"skipped": "光敏"})))])
def test_a_light_that_the_policy_enforces_must_have_been_answered(light, expected):
    _, _, book = made()
    case, thresholds = with_result(book.case, light=light), policy().thresholds.model_copy(update={"light": "enforce"})
    assert face_check.rule_reasons(case, thresholds, (CAMERA.hardware_id,)) == expected
    observed = thresholds.model_copy(update={"light": "observe"})
    assert face_check.rule_reasons(case, observed, (CAMERA.hardware_id,)) == ()


def with_result(case, **changed):
    result = case.liveness.result.model_copy(update=changed)
    return case.model_copy(update={"liveness": case.liveness.model_copy(update={"result": result})})


def test_live_without_all_actions_is_seen():
    _, _, book = made()
    first, *others = book.case.liveness.result.actions
    missed = with_result(book.case, actions=(first.model_copy(update={"passed": False}), *others))
    fewer = with_result(book.case, actions=tuple(others))
    for case in (missed, fewer):
        found = face_check.rule_reasons(case, policy().thresholds, (CAMERA.hardware_id,))
        assert found == ("actions_not_all", "live_not_allowed")


class Overruled(FaceCase):
    """A second employee saw another person."""

    def happened(self, portrait, live):
        return [*super().happened(portrait, live), facts.IdentityReviewed(
            nonce=self.nonce, staff_id="10517", staff_name="周宁", decision="different", reason="耳廓不同")]


@pytest.mark.parametrize(("kind", "said"), [
    (FaceCase, {"verdict": "reject"}), (FaceCase, {"zone": "fail"}), (FaceCase, {"zone": None}),
    (Overruled, {"verdict": "review"})])
def test_a_failed_face_check_that_was_sealed_all_the_same_speaks_against_the_device(kind, said):
    manifest, _, book = made(kind, **said)
    found = face_check.rule_reasons(book.case, policy().thresholds, (CAMERA.hardware_id,))
    assert found == ("sealed_failed",)
    chosen = face_check.choose(manifest, book)
    assert face_check.report(manifest, book, chosen, answer(said.get("zone") or "pass"), found, NOW).verdict == "differ"


def test_a_face_path_without_an_attempt_speaks_against_the_device():
    assert looked({}, answer(), ["no_attempt"]).verdict == "differ"


class TriedTooOften(FaceCase):
    """Three attempts given up before the one that passed, and one more that nobody ended."""

    def happened(self, portrait, live):
        *before, begun, finished = super().happened(portrait, live)
        again = [begun.model_copy(update={"nonce": f"{number:032x}"}) for number in range(4)]
        ended = [facts.LivenessAbandoned(nonce=each.nonce, reason="stopped") for each in again[:3]]
        return [*before, *again, *ended, begun, finished]


def test_more_attempts_than_the_policy_grants_speak_against_the_device():
    manifest, _, book = made(TriedTooOften)
    found = face_check.rule_reasons(book.case, policy().thresholds, (CAMERA.hardware_id,))
    assert found == ("attempts_over",)
    report = face_check.report(manifest, book, face_check.choose(manifest, book), answer(), found, NOW)
    assert report.verdict == "differ"


def test_live_pictures_that_the_bank_could_not_use_are_told():
    """Somebody else in the picture, say; the rest of them decides."""
    report = looked({}, Answer(judgement=answer().judgement.model_copy(update={"frames_used": 2})))
    assert (report.verdict, codes(report)) == ("agree", ["frames_unused"])


def test_a_device_that_says_live_against_the_policy_differs():
    assert looked({}, answer(), ["camera_not_enrolled"]).verdict == "agree"
    assert looked({}, answer(), ["camera_not_enrolled", "live_not_allowed"]).verdict == "differ"


def test_without_an_answer_nothing_agrees():
    assert looked({}, None, ["checker_crashed"]).verdict == "unavailable"


def test_two_persons_are_never_compared_by_face():
    report = looked({"path": "two_person"}, None, ["two_person"])
    assert (report.verdict, report.device, report.nonce) == ("two_person", None, "none")


def test_a_case_without_journal_is_judged_but_cannot_agree():
    manifest, _, _ = made()
    chosen = face_check.choose(manifest, None)
    assert chosen.judgeable
    report = face_check.report(manifest, None, chosen, answer(), ["journal_missing"], NOW)
    assert (report.verdict, report.bank.zone, report.device, report.nonce) == ("unavailable", "pass", None, "none")


def test_no_pictures_is_said():
    manifest, _, book = made()
    bare = manifest.model_copy(update={"files": ()})
    report = face_check.report(bare, None, face_check.choose(bare, None), None, ["no_pictures"], NOW)
    assert report.verdict == "no_pictures"
    assert face_check.choose(bare, book).reasons == ("pictures_unlisted",)


def test_pictures_that_the_journal_does_not_name_are_seen():
    manifest, _, book = made()
    foreign = Files().file("case-1", b"somebody else", "live_face")
    swapped = manifest.model_copy(update={"files": (*manifest.files, foreign)})
    chosen = face_check.choose(swapped, book)
    assert chosen.reasons == ("pictures_unlisted",)
    assert foreign not in chosen.live
    assert face_check.report(swapped, book, chosen, answer(), [], NOW).verdict == "differ"


def test_a_picture_too_large_is_not_judged():
    manifest, _, _ = made()
    huge = tuple(file.model_copy(update={"size": PICTURE_MAX + 1}) if file.kind == "live_face" else file
                 for file in manifest.files)
    chosen = face_check.choose(manifest.model_copy(update={"files": huge}), None)
    assert isinstance(chosen, Chosen)
    assert not chosen.judgeable
    assert chosen.reasons == ("picture_too_large",)


def test_every_reason_that_counts_has_words():
    for code in face_check.DIFFERS | face_check.NONCE_BAD:
        assert reason(code).zh
        assert reason(code).en


def test_events_of_this_version_are_chained_as_the_domain_does():
    _, _, book = made()
    assert chain.broken_at(book.events) is None


class Refusing(FaceCase):
    """The customer agrees to face recognition and refuses that pictures are sent."""

    def happened(self, portrait, live):
        opened, *rest = super().happened(portrait, live)
        refused = facts.ConsentAnswered(purpose="face_transfer", given=False, text_version="1", text_sha256=GENESIS,
                                        shown_s=9, read_to_end=True)
        return [opened, refused, *rest]


def test_pictures_that_the_customer_kept_back_are_not_missed_and_may_not_come():
    manifest, _, book = made(Refusing)
    assert face_check.choose(manifest, book).reasons == ("pictures_unlisted",)
    kept_back = manifest.model_copy(update={"files": tuple(f for f in manifest.files if f.kind != "live_face")})
    chosen = face_check.choose(kept_back, book)
    assert (chosen.reasons, chosen.live, chosen.present) == ((), (), False)
