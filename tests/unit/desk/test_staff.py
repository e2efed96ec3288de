"""A colleague's password without a line: as the bank last accepted it, and not tried without end."""

import pytest
from argon2 import PasswordHasher

from app.desk.staff import GUESSES, StaffDoor, Verifiers
from app.domain.condition import Condition
from app.store.database import Database
from app.store.keys import unlock
from app.store.settings import Settings
from app.sync.conditions import UNREACHABLE
from tests.key_store import MemoryKeyStore


class NoLine:
    """A bank that cannot be reached, or one that knows everybody."""

    reached = False

    def check_staff(self, staff_id: str, password: str) -> str:
        if not self.reached:
            raise UNREACHABLE()
        return "周宁"


@pytest.fixture
def bank():
    return NoLine()


@pytest.fixture
def door(tmp_path, bank):
    keys = unlock(tmp_path, key_store=MemoryKeyStore())
    with Database.open(tmp_path, keys) as database:
        verifiers = Verifiers(Settings(database), PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        verifiers.remember("10077", "周宁", "right")
        yield StaffDoor(bank, verifiers)


def code_of(act) -> str:
    with pytest.raises(Condition) as trouble:
        act()
    return trouble.value.code


def test_who_signed_in_here_before_is_known_without_a_line(door):
    assert door.check("10077", "right") == "周宁"
    assert code_of(lambda: door.check("10077", "wrong")) == "staff.wrong_password"
    assert code_of(lambda: door.check("10099", "right")) == "staff.unknown_offline"


def test_a_password_cannot_be_guessed_without_end(door, bank):
    for _ in range(GUESSES - 1):
        assert code_of(lambda: door.check("10077", "wrong")) == "staff.wrong_password"
    assert door.check("10077", "right") == "周宁"
    for _ in range(GUESSES - 1):
        assert code_of(lambda: door.check("10077", "wrong")) == "staff.wrong_password"
    for password in ("wrong", "right"):
        assert code_of(lambda: door.check("10077", password)) == "staff.too_often"  # noqa: B023
    bank.reached = True
    assert door.check("10077", "right") == "周宁"
    bank.reached = False
    assert door.check("10077", "right") == "周宁"
