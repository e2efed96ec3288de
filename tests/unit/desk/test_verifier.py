"""One secret, kept as a verifier: counted before it is judged, whoever asks and however many at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from app.desk.verifier import Verifier
from app.store.database import Database
from app.store.keys import unlock
from app.store.settings import Settings
from tests.key_store import MemoryKeyStore

HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture
def settings(tmp_path):
    with Database.open(tmp_path, unlock(tmp_path, key_store=MemoryKeyStore())) as database:
        yield Settings(database)


@pytest.fixture
def verifier(settings):
    made = Verifier(settings, "door", 4, HASHER)
    made.keep("right", name="陈立")
    return made


def test_only_the_secret_holds_and_what_stands_beside_it_stays(verifier, settings):
    assert verifier.holds("right")
    assert not verifier.holds("Right")
    assert (verifier.kept["name"], verifier.left) == ("陈立", 3)
    assert "right" not in str(settings.get("door"))


def test_many_tries_at_once_are_that_many_tries(verifier):
    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(verifier.holds, ["wrong"] * 8))
    assert verifier.left == 0
    assert not verifier.holds("right")


def test_a_try_counts_though_the_program_ends_before_it_is_judged(verifier, settings):
    class Killed(BaseException):
        pass

    class Dying:
        def verify(self, _verifier, _typed):
            raise Killed

    with pytest.raises(Killed):
        Verifier(settings, "door", 4, Dying()).holds("wrong")
    assert verifier.left == 3
    verifier.forgive()
    assert verifier.left == 4
