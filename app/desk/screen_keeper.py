"""What this device keeps about the customer's screen: the manager's short PIN that takes it back, and whether a second
display is the customer's."""

import re
import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher

from app.desk.handed_over import HandedOver
from app.desk.staff import StaffDoor
from app.desk.verifier import HASHER, Verifier
from app.domain.condition import Kind
from app.store.settings import Settings

PIN = re.compile(r"[0-9]{4,8}")
GUESSES = 5
SECOND_DISPLAY = "customer_screen/second_display"

PIN_SHAPE = Kind(
    "screen.pin_shape", zh="收回密码要 4 到 8 位数字，不能全部相同。", zh_next="请换一个。",
    en="The PIN has 4 to 8 digits, not all the same.", en_next="Choose another one.")
WRONG_PIN = Kind(
    "screen.wrong_pin", zh="收回密码不对，还可以试 {left} 次。", zh_next="请客户经理重新输入，或改用登录密码。",
    en="Wrong PIN; {left} tries are left.", en_next="Enter it again, or use the sign-in password.")
PIN_LOCKED = Kind(
    "screen.pin_locked", zh="收回密码已输错 {most} 次，不能再用。",
    zh_next="请客户经理改用登录密码；内置网关没有登录密码，请在命令行运行 mianqian pin forget。",
    en="The PIN was entered wrong {most} times and is locked.",
    en_next="Use the manager's sign-in password; the embedded gateway has none: run mianqian pin forget there.")


@dataclass(frozen=True)
class ScreenState:
    """``pin``: the manager has set one. ``second_display``: where there is one, it is the customer's."""

    pin: bool
    second_display: bool


class ScreenKeeper:
    """Belongs to the manager who works here."""

    def __init__(self, settings: Settings, door: StaffDoor, staff_id: str, hasher: PasswordHasher = HASHER) -> None:
        self._settings, self._door, self._staff_id = settings, door, staff_id
        self._handed_over = HandedOver(settings, staff_id)
        self._pin = Verifier(settings, self._handed_over.pin, GUESSES, hasher)

    def state(self) -> ScreenState:
        return ScreenState(self._pin.kept is not None, self._settings.get(SECOND_DISPLAY, True))

    def use_second_display(self, on: bool) -> None:
        self._settings.set(SECOND_DISPLAY, on)

    def set_pin(self, pin: str, proof: str = "", *, by_password: bool = False) -> None:
        """Keep a new PIN, with all tries before it. Where there is one, ``proof`` is that one, or the manager's password.
        Raises ``screen.pin_shape`` and what ``check_pin`` and ``check_password`` raise."""
        pin = _digits(pin)
        if not PIN.fullmatch(pin) or len(set(pin)) == 1:
            raise PIN_SHAPE()
        if self.state().pin:
            (self.check_password if by_password else self.check_pin)(proof)
        self._pin.keep(pin)

    def check_pin(self, pin: str) -> None:
        """Nothing where it is right; raises ``screen.wrong_pin`` and after five wrong ones ``screen.pin_locked``."""
        if not self._pin.holds(_digits(pin)):
            left = self._pin.left
            raise WRONG_PIN(left=left) if left else PIN_LOCKED(most=GUESSES)

    def note_turned(self, turned: bool) -> None:
        """The one window was turned to the customer, or taken back: a restart does not change whose it is."""
        self._handed_over.note(turned)

    def come_back(self, pin: str) -> None:
        """Take the window back after a start, by the PIN as before it. Raises what ``check_pin`` raises."""
        self.check_pin(pin)
        self._handed_over.note(False)

    def check_password(self, password: str) -> None:
        """The manager's own password in place of the PIN, which has all its tries again afterwards. Raises what
        ``StaffDoor.check`` raises."""
        self._door.check(self._staff_id, password)
        self._pin.forgive()


def _digits(typed: str) -> str:
    """Full-width digits of a Chinese input method are digits."""
    return unicodedata.normalize("NFKC", typed).strip()
