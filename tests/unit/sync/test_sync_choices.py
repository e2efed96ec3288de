"""What a person lets go now and how fast, and the order of reading: rules without a bank."""

import itertools
import threading
from contextlib import closing
from hashlib import sha256

import pytest

from app.domain.condition import Condition
from app.store.settings import Settings
from app.sync.choices import Choices
from app.sync.conditions import CHOSEN, HELD, RECORDINGS_WAIT, UNREACHABLE, named
from app.sync.outbox import BACKOFF_MAX, Outbox
from app.sync.pieces import Pieces
from app.sync.rate import BURST_S, RateLimit
from tests.gateway_process import open_store
from tests.unit.sync.test_sync_rules import file, manifest


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with open_store(tmp_path_factory.mktemp("store")) as store:
        yield store


def test_recordings_wait_for_an_unmetered_line_unless_chosen_otherwise(store):
    choices = Choices(Settings(store))
    assert [(setattr(choices, "metered", line), choices.of("c"))[1] for line in (None, False, True)] == ["all", "all", "papers"]
    choices.choose("c", "all")
    assert choices.of("c") == "all"
    choices.choose("c", "nothing")
    assert Choices(Settings(store)).of("c") == "nothing"
    choices.forget("c")
    assert choices.of("c") == "papers"
    choices.let_recordings_wait(False)
    assert choices.of("c") == "all"


def test_a_limit_is_kept_and_counts_at_once(store):
    choices = Choices(Settings(store))
    choices.limit(8)
    ticks = itertools.count()
    rate = Choices(Settings(store)).rate
    rate._clock = lambda: next(ticks)
    rate.limit(rate._rate)
    for _ in range(5):
        rate.take(10_000, threading.Event())
    assert next(ticks) >= 4 * 10_000 / 1_000  # seconds of that clock, at 8 kbit/s
    choices.limit(None)
    assert Choices(Settings(store)).limit_kbit is None


def test_the_bucket_lets_no_more_through_than_its_rate_and_ends_with_the_program():
    now = [0.0]

    def clock():
        now[0] += 0.001
        return now[0]

    rate, stopping = RateLimit(1_000_000, clock), threading.Event()
    for _ in range(40):
        rate.take(16_384, stopping)
    assert now[0] >= (40 * 16_384 - 16_384) / 1_000_000 - BURST_S
    rate.limit(1)
    rate.take(1_000_000, stopping)
    stopping.set()
    rate.take(1, stopping)


def test_what_is_held_by_choice_is_no_attempt_and_looked_at_again_when_chosen_anew(store):
    outbox = Outbox(store)
    for case_id, condition in (("held", HELD()), ("cut", UNREACHABLE()), ("film", RECORDINGS_WAIT())):
        outbox.enqueue(manifest(case_id=case_id), "00")
        outbox.postpone(outbox.entry(case_id, 1), condition, BACKOFF_MAX)
    assert outbox.due("10482") == ()
    assert [outbox.entry(case_id, 1).attempts for case_id in ("held", "cut", "film")] == [0, 1, 0]
    outbox.release_held("film")
    assert outbox.due("10482") == (("film", 1),)
    outbox.release_held()
    assert {case_id for case_id, _ in outbox.due("10482")} == {"film", "held"}
    assert outbox.entry("held", 1).last_code is None
    assert all(named(code).zh_next for code in CHOSEN)


def test_pieces_are_read_in_order_hashed_so_far_and_go_back_after_trouble(tmp_path):
    data = bytes(range(256)) * 40
    path = tmp_path / "密文.age"
    path.write_bytes(data)
    pieces = Pieces(path, file("a", len(data)).model_copy(update={"cipher_sha256": sha256(data).hexdigest()}))
    at = 0
    for size in (1_000, 3_000, 2_000, 500, 10_000, 10_000):
        piece = pieces.at(at, size)
        assert piece.data == data[at:piece.end]
        assert piece.so_far == sha256(data[:piece.end]).hexdigest()
        at = piece.end
    for again in (9_000, 300, 0, 5_000):
        assert pieces.at(again, 700).so_far == sha256(data[:pieces.at(again, 700).end]).hexdigest()
    pieces.check_whole()
    pieces.close()


def test_the_last_piece_of_a_damaged_file_is_never_handed_out(tmp_path):
    data = b"0123456789" * 100
    ref = file("a", 1_000).model_copy(update={"cipher_sha256": sha256(data).hexdigest()})
    (tmp_path / "a").write_bytes(data[:50] + b"x" + data[51:])
    with closing(Pieces(tmp_path / "a", ref)) as pieces:
        assert pieces.at(0, 400).end == 400
        assert pieces.at(400, 400).end == 800
        with pytest.raises(Condition) as damaged:
            pieces.at(800, 400)
    assert damaged.value.code == "sync.file_damaged"
    for other in (data[:-1], data + b"x"):
        (tmp_path / "a").write_bytes(other)
        with pytest.raises(Condition) as damaged:
            Pieces(tmp_path / "a", ref)
        assert damaged.value.code == "sync.file_damaged"
