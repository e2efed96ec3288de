"""Taking the customer's screen back: a short PIN that is not guessed without end, and the password where it is forgotten."""

import pytest
from argon2 import PasswordHasher

from app.desk.screen_keeper import GUESSES, ScreenKeeper
from app.desk.staff import WRONG_PASSWORD
from app.domain.condition import Condition
from tests.memory_settings import MemorySettings


class Door:
    def check(self, staff_id: str, password: str) -> str:
        if (staff_id, password) != ("10482", "right"):
            raise WRONG_PASSWORD()
        return "陈立"


@pytest.fixture
def settings():
    return MemorySettings()


@pytest.fixture
def keeper(settings):
    return ScreenKeeper(settings, Door(), "10482", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


def code_of(act, *args) -> str:
    with pytest.raises(Condition) as trouble:
        act(*args)
    return trouble.value.code


def test_the_pin_is_kept_as_a_verifier_only_and_typed_in_either_width(keeper, settings):
    assert not keeper.state().pin
    keeper.set_pin("２４６８")
    assert keeper.state().pin
    assert "2468" not in str(settings.values)
    assert "argon2id" in str(settings.values)
    keeper.check_pin("2468")
    keeper.check_pin(" ２４６８ ")


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "1111", "①②③④⑤⑥⑦⑧⑨"])
def test_what_is_no_pin_is_refused(keeper, pin):
    assert code_of(keeper.set_pin, pin) == "screen.pin_shape"
    assert not keeper.state().pin


def test_guessing_ends_and_only_the_password_or_a_new_pin_opens_again(keeper):
    keeper.set_pin("2468")
    for left in range(GUESSES - 1, 0, -1):
        with pytest.raises(Condition) as trouble:
            keeper.check_pin("0000")
        assert (trouble.value.code, str(left) in trouble.value.message("zh")) == ("screen.wrong_pin", True)
    assert code_of(keeper.check_pin, "0000") == "screen.pin_locked"
    assert code_of(keeper.check_pin, "2468") == "screen.pin_locked"
    assert code_of(keeper.check_password, "wrong") == "staff.wrong_password"
    assert code_of(keeper.check_pin, "2468") == "screen.pin_locked"
    keeper.check_password("right")
    keeper.check_pin("2468")


def test_a_right_pin_gives_all_tries_back(keeper):
    keeper.set_pin("2468")
    for _ in range(3):
        for _ in range(GUESSES - 1):
            assert code_of(keeper.check_pin, "0000") == "screen.wrong_pin"
        keeper.check_pin("2468")


def test_the_second_display_is_the_customers_unless_the_manager_wants_it(keeper):
    assert keeper.state().second_display
    keeper.use_second_display(False)
    assert not keeper.state().second_display


def test_a_pin_is_changed_by_who_knows_it_or_the_managers_password(keeper):
    keeper.set_pin("2468")
    assert code_of(keeper.set_pin, "1357") == "screen.wrong_pin"
    assert code_of(keeper.set_pin, "1357", "0000") == "screen.wrong_pin"
    keeper.set_pin("1357", "2468")
    assert code_of(lambda: keeper.set_pin("8642", "wrong", by_password=True)) == "staff.wrong_password"
    keeper.check_pin("1357")
    keeper.set_pin("8642", "right", by_password=True)
    keeper.check_pin("8642")
