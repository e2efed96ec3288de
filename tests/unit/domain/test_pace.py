"""Minutes per step, from the journal's clocks."""

from app.domain.flow import Step
from app.domain.pace import seconds_by_step
from tests import case_facts as f


def test_the_time_before_an_event_belongs_to_its_step():
    spent = seconds_by_step(f.events(f.opened(), f.terms(), f.placed(), *f.consents(), every_s=30))
    assert spent[Step.TERMS] == 30
    assert spent[Step.PLACE] == 30
    assert spent[Step.CONSENT] == 30 * len(f.consents())


def test_a_long_break_is_not_work():
    assert seconds_by_step(f.events(f.opened(), f.terms(), every_s=4000))[Step.TERMS] == 0


def test_after_a_restart_the_wall_clock_counts():
    first, second = f.events(f.opened(), f.terms(), every_s=60)
    assert seconds_by_step((first, second.model_copy(update={"boot": "boot-2", "mono_ms": 5})))[Step.TERMS] == 60


def test_a_clock_set_back_counts_nothing():
    first, second = f.events(f.opened(), f.terms(), every_s=60)
    back = second.model_copy(update={"boot": "boot-2", "at": first.at.replace(year=2016)})
    assert seconds_by_step((first, back))[Step.TERMS] == 0
