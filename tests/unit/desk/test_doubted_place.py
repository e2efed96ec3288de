"""A place that cannot be is not sealed: it is found anew, or another employee vouches for it; the bank says what counts."""

import re
from datetime import timedelta

import pytest

from app.domain.flow import Step
from app.domain.place import Fix, FixSource, Position
from app.domain.policy_text import parse_policy
from tests import case_facts as f
from tests.refused import refused

COLLEAGUE = "10077"


def fix(desk, *flags: str, source: FixSource = FixSource.GPSD, latitude: float = 32.0603) -> Fix:
    return f.placed().fix.model_copy(update={
        "flags": flags, "source": source, "taken_at": desk.clock.at, "position": Position(latitude=latitude, longitude=118.7969)})


def stamped(desk, *stamps: Fix) -> str:
    """A case that could be sealed, its place recorded again a second apart."""
    case_id = desk.begin()
    for one in stamps:
        desk.clock.at += timedelta(seconds=1)
        desk.signing.record_place(case_id, one)
    return case_id


@pytest.mark.parametrize(("flags", "source"), [
    (("simulated",), FixSource.GPSD), (("jump",), FixSource.SERIAL), (("clock_differs", "frozen"), FixSource.GPSD),
    ((), FixSource.NMEA_FILE)])
def test_a_place_that_cannot_be_is_found_anew_before_the_seal(desk, flags, source):
    case_id = stamped(desk, fix(desk, *flags, source=source))
    assert "submit.place" in [lack.code for lack in desk.signing.view(case_id).step(Step.SUBMIT).lacks]
    refused("seal.place_doubted", desk.signing.seal, case_id)
    desk.signing.record_place(case_id, None, "信号不好")  # saying nothing in its place takes nothing back
    refused("seal.place_doubted", desk.signing.seal, case_id)
    desk.clock.at += timedelta(seconds=1)
    desk.signing.record_place(case_id, fix(desk))
    assert desk.signing.seal(case_id).case.sealed


@pytest.mark.parametrize("flag", ["zero_accuracy", "stale", "frozen"])
def test_what_is_only_odd_is_told_to_reviewers(desk, flag):
    case_id = stamped(desk, fix(desk, flag))
    view = desk.signing.seal(case_id)
    assert [doubt.code for doubt in view.doubts] == [f"place.{flag}"]


def test_a_place_judged_anew_by_other_terms_is_as_doubtful_as_before(desk):
    case_id = desk.begin(Step.CONSENT)
    desk.clock.at += timedelta(seconds=1)
    before = desk.signing.record_place(case_id, fix(desk, latitude=33.0)).case
    desk.clock.at += timedelta(seconds=1)
    other = next(dealer.id for dealer in desk.shelf.dealers if dealer.id != before.loan_terms.dealer_id)
    after = desk.signing.set_terms(case_id, before.loan_terms.model_copy(update={"dealer_id": other})).case
    assert after.place.verdict != before.place.verdict
    assert before.place_doubts == after.place_doubts == ("jump",)


def test_two_stamps_that_no_car_connects_want_a_third(desk):
    case_id = stamped(desk, fix(desk), fix(desk, latitude=33.0))
    refused("seal.place_doubted", desk.signing.seal, case_id)
    desk.clock.at += timedelta(seconds=1)
    desk.signing.record_place(case_id, fix(desk, latitude=33.0))
    view = desk.signing.seal(case_id)
    assert [doubt.code for doubt in view.doubts] == ["place.jump"]  # and reviewers see what it was


def test_another_employee_vouches_for_the_place_that_stands_and_no_other(desk):
    case_id = stamped(desk, fix(desk, "simulated"))
    vouch = desk.signing.vouch_for_place
    refused("staff.same_person", vouch, case_id, desk.book.session.staff_id, "password", "展厅")
    refused("place.vouch_reason", vouch, case_id, COLLEAGUE, "password", " ")
    vouch(case_id, COLLEAGUE, "password", "在车商展厅")
    assert "place.vouched" in [doubt.code for doubt in desk.signing.view(case_id).doubts]
    refused("place.not_doubted", vouch, case_id, COLLEAGUE, "password", "在车商展厅")
    desk.clock.at += timedelta(seconds=1)
    desk.signing.record_place(case_id, fix(desk, "simulated"))
    refused("seal.place_doubted", desk.signing.seal, case_id)
    vouch(case_id, COLLEAGUE, "password", "还在车商展厅")
    assert desk.signing.seal(case_id).case.sealed


def test_the_bank_says_which_doubts_count_and_a_pack_that_names_none_means_the_grave_ones(desk):
    text = f.POLICY_FILE.read_text(encoding="utf-8")
    older = re.sub(r"(?m)^place_blocks = .*\n", "", text)
    assert len(older) < len(text)
    assert parse_policy(older).thresholds == desk.shelf.current.thresholds
    desk.policy(place_blocks='["frozen"]')
    refused("seal.place_doubted", desk.signing.seal, stamped(desk, fix(desk, "frozen")))
    desk.policy(place_blocks="[]")
    assert desk.signing.seal(stamped(desk, fix(desk, "simulated"))).case.sealed
