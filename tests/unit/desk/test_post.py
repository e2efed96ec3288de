"""What comes from the bank: nothing unsent is erased, no change is lost or taken twice, one bad case holds up no other."""

from datetime import timedelta

import pytest

from app.desk import sealing
from app.desk.case_book import JOURNAL_BROKEN
from app.domain import facts
from app.domain.condition import Condition
from app.domain.wire import CaseChange
from app.forms import package
from app.store.disk import DISK_IO
from app.sync.loop import SyncEvent
from tests import case_facts as f

GRACE = timedelta(hours=25)


def sealed(desk) -> str:
    case_id = desk.begin()
    desk.signing.seal(case_id)
    return case_id


def change(case_id: str, fact, seq: int = 1) -> SyncEvent:
    return SyncEvent("changes", changes=(CaseChange(seq=seq, case_id=case_id, fact=fact),), cursor=seq)


def asks(*papers: str, request: str = "r1") -> facts.SupplementRequested:
    return facts.SupplementRequested(request_id=request, papers=papers, note="", due=None)


def test_a_supplement_not_yet_at_the_bank_outlives_the_grace_time_of_the_first_seal(desk):
    case_id = sealed(desk)
    desk.bank_takes(case_id)
    desk.bank_asks(case_id, "income_proof")
    page = desk.book.keep(case_id, "income_proof", "image/jpeg", b"the new page")
    desk.book.record(case_id, f.paper("income_proof", "new").model_copy(update={"original": page}))
    desk.signing.seal(case_id)
    desk.clock.at += GRACE
    assert desk.post.purge_due(desk.clock.now()) == 0
    assert desk.vault.get(case_id, page) == b"the new page"
    desk.bank_takes(case_id)
    desk.clock.at += GRACE
    assert desk.post.purge_due(desk.clock.now()) == 1
    assert desk.post.purge_due(desk.clock.now()) == 0
    assert [e.revision for e in desk.outbox.entries("purged")] == [1, 2]
    assert desk.book.load(case_id).purged


def test_a_case_that_cannot_be_read_does_not_keep_the_others_from_being_erased(desk, monkeypatch):
    broken, sound = sealed(desk), sealed(desk)
    for case_id in (broken, sound):
        desk.bank_takes(case_id)
    found = desk.book.anyones

    def finding(case_id: str):
        if case_id == broken:
            raise JOURNAL_BROKEN()
        return found(case_id)

    monkeypatch.setattr(desk.book, "anyones", finding)
    assert desk.post.purge_due(desk.clock.now() + GRACE) == 1
    assert desk.book.load(sound).purged


def test_a_change_for_an_unknown_case_is_passed_over_and_the_cursor_goes_on(desk):
    desk.post.hear(change("77777777-0000-4000-8000-000000000000", asks("income_proof"), seq=9))
    assert desk.post.cursor() == 9


def test_a_change_that_the_disk_does_not_take_is_asked_for_again(desk, monkeypatch):
    case_id = sealed(desk)

    def failing(_case_id: str):
        raise DISK_IO()

    with monkeypatch.context() as patch:
        patch.setattr(desk.book, "anyones", failing)
        with pytest.raises(Condition):
            desk.post.hear(change(case_id, asks("income_proof"), seq=4))
    assert desk.post.cursor() == 0
    desk.post.hear(change(case_id, asks("income_proof"), seq=4))
    assert desk.book.load(case_id).supplement.papers == ("income_proof",)


def test_changes_told_again_after_a_crash_are_taken_once(desk):
    case_id = sealed(desk)
    told = [facts.BankStatusChanged(status=s, at=f.BEGUN) for s in ("received", "in_review")]
    for _ in range(2):
        for fact in told:
            desk.post.hear(change(case_id, fact))
    kept = [e.fact for e in desk.book.events(case_id) if isinstance(e.fact, facts.BankStatusChanged)]
    assert kept == told


def test_a_paper_that_the_pack_of_the_case_does_not_know_can_still_be_asked_for_and_given(desk):
    case_id = sealed(desk)
    desk.post.hear(change(case_id, asks("paper_of_next_year"), seq=3))
    view = desk.signing.view(case_id)
    assert desk.post.cursor() == 3
    assert [lack.code for lack in view.step("papers").lacks] == ["papers.paper_of_next_year.supplement"]
    desk.book.record(case_id, f.paper("paper_of_next_year"))
    assert desk.signing.seal(case_id).case.sealed


def test_a_case_erased_while_it_is_exported_says_so(desk, monkeypatch, tmp_path):
    case_id = real_files(desk)
    desk.bank_takes(case_id)
    write = sealing.write_package

    def erased_meanwhile(*args, **options):
        desk.post.purge_due(desk.clock.now() + GRACE)
        return write(*args, **options)

    monkeypatch.setattr(sealing, "write_package", erased_meanwhile)
    with pytest.raises(Condition) as trouble:
        desk.signing.export_package(case_id, tmp_path / "out")
    assert trouble.value.code == "vault.destroyed"


def test_a_package_that_does_not_fit_on_the_disk_says_so(desk, monkeypatch, tmp_path):
    case_id = real_files(desk)

    def full(*_args) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(package, "_make_room", full)
    with pytest.raises(Condition) as trouble:
        desk.signing.export_package(case_id, tmp_path / "out")
    assert trouble.value.code == "disk.full"


def real_files(desk) -> str:
    """A sealed case whose manifest names only what is really kept here."""
    case_id = sealed(desk)
    case = desk.book.load(case_id)
    seal = case.seals[-1]
    files = tuple(ref for ref in seal.manifest.files if desk.vault.path(case_id, ref).exists())
    assert files
    manifest = seal.manifest.model_copy(update={"files": files})
    kept = case.model_copy(update={"seals": (seal.model_copy(update={"manifest": manifest}),)})
    desk.book._open[case_id] = (kept, desk.book.events(case_id))
    return case_id


def test_what_was_set_aside_is_tried_again_when_a_person_asks(desk):
    case_id = sealed(desk)
    desk.outbox.stop(desk.outbox.latest(case_id), "rejected", JOURNAL_BROKEN())
    assert desk.outbox.waiting() == 0
    desk.post.send_now()
    assert desk.outbox.due("10482") == ((case_id, 1),)
