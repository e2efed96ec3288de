"""One file against a bank that loses, invents and forgets: the sender follows it only where that can be right."""

import threading
from hashlib import sha256

import pytest

from app.domain.condition import Condition
from app.sync.client import ChunkDamaged, OffsetDiffers, UploadGone
from app.sync.conditions import BUSY, UNREACHABLE
from app.sync.tus import DAMAGES_MAX, RESTARTS_MAX, FileSender, Pace
from tests.unit.sync.test_sync_rules import file

DATA = bytes(range(256)) * 20
CHUNK = 1_000


class Bank:
    """Keeps what it is sent; ``answers`` are what it says instead of the truth to the next chunks, None for the truth."""

    def __init__(self, *answers) -> None:
        self.held, self.answers, self.created, self.dropped = bytearray(), list(answers), 0, 0

    def create_upload(self, _manifest, _file_id, _size) -> str:
        self.created += 1
        self.held.clear()
        return f"/v1/uploads/{self.created}"

    def upload_offset(self, _url) -> int:
        return len(self.held)

    def append(self, _url, offset, chunk, so_far) -> int:
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            return answer(self)
        if offset != len(self.held):
            raise OffsetDiffers(len(self.held))
        self.held += chunk
        if sha256(self.held).hexdigest() != so_far:
            raise ChunkDamaged
        return len(self.held)

    def drop_upload(self, _url) -> None:
        self.dropped += 1


class Entry:
    manifest = None


@pytest.fixture
def send(tmp_path, monkeypatch):
    monkeypatch.setattr("app.sync.tus.random.uniform", lambda *_: 0.0)
    monkeypatch.setattr("app.sync.tus.CHUNK_MAX", CHUNK)
    path = tmp_path / "密文.age"
    path.write_bytes(DATA)
    ref = file("a", len(DATA)).model_copy(update={"cipher_sha256": sha256(DATA).hexdigest()})

    def sending(bank: Bank, url: str | None = None) -> list:
        noted = []
        sender = FileSender(bank, Pace(CHUNK), Entry(), ref, path, lambda *what: noted.append(what), threading.Event())
        for _chunk in sender.chunks(url):
            pass
        return noted

    return sending


def lost(bank: Bank) -> int:
    """The bank has lost its tail, and says so."""
    del bank.held[500:]
    raise OffsetDiffers(500)


@pytest.mark.parametrize("answers", [
    (), (None, lost), (None, UNREACHABLE(), BUSY()), (None, None, UploadGone()), (ChunkDamaged(), ChunkDamaged()),
    (None, *[ChunkDamaged()] * (DAMAGES_MAX + 1)), tuple([UNREACHABLE()] * 5)])
def test_the_bank_has_every_byte_in_the_end_and_each_offset_was_noted(send, answers):
    bank = Bank(*answers)
    noted = send(bank)
    assert bytes(bank.held) == DATA
    assert noted[-1][1] == len(DATA)
    assert bank.created == 1 + sum(isinstance(answer, UploadGone) for answer in answers) + bank.dropped
    assert bank.dropped == (len(answers) > DAMAGES_MAX and isinstance(answers[-1], ChunkDamaged))


@pytest.mark.parametrize(("answers", "code"), [
    ((lambda _bank: len(DATA) + 1,), "bank.not_our_server"),       # more than was sent
    ((lambda _bank: 0,), "bank.not_our_server"),                   # an old answer again
    ((OffsetDiffers(len(DATA) + 1),), "bank.not_our_server"),      # more than the file has
    (tuple([UNREACHABLE()] * 6), "bank.unreachable"),
    (tuple([OffsetDiffers(0)] * 6), "bank.busy"),                  # refuses what it asks for
    (tuple([UploadGone()] * (RESTARTS_MAX + 1)), "bank.busy"),
    (tuple([ChunkDamaged()] * 20), "bank.changed_on_way"),
])
def test_what_cannot_be_right_ends_the_sending(send, answers, code):
    with pytest.raises(Condition) as ended:
        send(Bank(*answers))
    assert ended.value.code == code


def test_a_known_upload_goes_on_at_the_banks_byte(send):
    bank = Bank()
    bank.held += DATA[:2_345]
    noted = send(bank, "/v1/uploads/known")
    assert (bank.created, bytes(bank.held)) == (0, DATA)
    assert noted[0] == ("/v1/uploads/known", 2_345)
