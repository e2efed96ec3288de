"""Clocks that were set back or go wrong, and places that cannot be, as a journal tells of them."""

from datetime import timedelta

import pytest

from app.domain import facts
from app.domain.chain import event_hash, link
from app.domain.clock import Heard
from app.domain.doubts import clock_words, doubts
from app.domain.evidence import GENESIS, canonical, digest
from app.domain.facts import Event
from app.domain.place import FixSource, Position
from tests import case_facts as f


def journal(*moments: tuple[float, float], fact=None, boots: tuple[str, ...] = (), **heard) -> list[Event]:
    """Events at (wall, monotonic) seconds after the beginning."""
    return [link("c", seq, f.BEGUN + timedelta(seconds=wall), round(mono * 1000), boots[seq - 1] if boots else "boot-1", "S",
                 fact or f.terms(), GENESIS, **heard) for seq, (wall, mono) in enumerate(moments, start=1)]


def codes(events) -> list[str]:
    return [doubt.code for doubt in doubts(events)]


@pytest.mark.parametrize(("moments", "boots", "found"), [
    ([(0, 0), (60, 60), (120, 120)], (), []),
    ([(0, 0), (-300, 60)], (), ["clock.set_back"]),
    ([(0, 0), (55, 60)], (), []),
    ([(0, 0), (7200, 60)], (), []),
    ([(0, 500), (60, 3)], ("boot-1", "boot-2"), []),
    ([(0, 500), (-86_400, 3)], ("boot-1", "boot-2"), ["clock.set_back"])])
def test_a_clock_set_back_is_seen_within_a_boot_and_across(moments, boots, found):
    """One set forward looks like a night's sleep: only another clock can tell."""
    assert codes(journal(*moments, boots=boots)) == found


def test_how_far_it_was_set_back_is_said():
    assert "360 秒" in doubts(journal((0, 0), (-300, 60)))[0].words.zh


@pytest.mark.parametrize("who", ["bank", "gnss"])
def test_another_clock_that_differs_is_told_and_one_that_agrees_named(who):
    told = Heard(at=f.BEGUN - timedelta(seconds=30), age_ms=32_000)
    events = journal((0, 0), **{f"{who}_time": told})
    assert codes(events) == []
    assert "2 秒" in clock_words(events).zh
    wrong = told.model_copy(update={"at": told.at + timedelta(hours=2)})
    assert codes(journal((0, 0), **{f"{who}_time": wrong})) == [f"clock.{who}_differs"]
    assert clock_words(journal((0, 0))).en == "Device clock"


def placed(*flags: str, latitude: float = 32.0603, source: FixSource = FixSource.GPSD) -> facts.PlaceRecorded:
    fact = f.placed()
    return fact.model_copy(update={"fix": fact.fix.model_copy(update={
        "flags": flags, "source": source, "position": Position(latitude=latitude, longitude=118.7969)})})


def test_what_the_receiver_made_doubtful_is_told_of_the_last_stamp():
    first, second = journal((0, 0), (60, 60))
    events = [first.model_copy(update={"fact": placed("simulated", "zero_accuracy")}),
              second.model_copy(update={"fact": placed("frozen", source=FixSource.NMEA_FILE)})]
    assert codes(events) == ["place.frozen", "place.from_file"]
    assert codes(events[:1]) == ["place.simulated", "place.zero_accuracy"]


def test_two_stamps_that_no_car_connects_are_told():
    first, second = journal((0, 0), (60, 60))
    here, far = placed(), placed(latitude=33.0)
    assert codes([first.model_copy(update={"fact": here}), second.model_copy(update={"fact": far})]) == ["place.jump"]
    later = second.model_copy(update={"mono_ms": 3_600_000, "at": f.BEGUN + timedelta(hours=1), "fact": far})
    assert codes([first.model_copy(update={"fact": here}), later]) == []


def test_an_event_of_before_keeps_its_hash():
    """Without another clock an event is written as it always was."""
    event = f.events(f.opened())[0]
    as_before = event.model_dump(mode="json", exclude={"hash", "bank_time", "gnss_time"})
    assert event.hash == digest(canonical(as_before))
    assert Event.model_validate_json(event.model_dump_json()) == event
    assert event_hash(event.model_copy(update={"bank_time": Heard(at=f.BEGUN, age_ms=0)})) != event.hash
