"""Who may act: checking a second employee's password, online at the bank or offline against a kept verifier."""

from argon2 import PasswordHasher

from app.desk.verifier import HASHER, Verifier
from app.domain.condition import Condition, Kind
from app.store.settings import Settings
from app.sync.client import BankClient
from app.sync.conditions import NO_LINE

UNKNOWN_OFFLINE = Kind(
    "staff.unknown_offline",
    zh="这位员工还没有在本机登录过，离线时无法核验。", zh_next="请联网后再核验，或请登录过本机的同事来核验。",
    en="This employee has never signed in on this device, so the check is not possible offline.",
    en_next="Connect and try again, or ask a colleague who has signed in here.")
WRONG_PASSWORD = Kind(
    "staff.wrong_password",
    zh="工号或密码不对。", zh_next="请重新输入。", en="Staff number or password is wrong.", en_next="Enter them again.")
TOO_OFTEN = Kind(
    "staff.too_often",
    zh="这位员工的密码在本机离线时输错了 {most} 次。", zh_next="请联网后再输入一次正确的密码，之后即可恢复离线核验。",
    en="This employee's password was entered wrong {most} times on this device while offline.",
    en_next="Connect and enter it once; after that it can be checked offline again.")
SAME_PERSON = Kind(
    "staff.same_person",
    zh="核验人不能是本单的客户经理。", zh_next="请另一位同事输入自己的工号和密码。",
    en="The second person cannot be this case's own manager.", en_next="Ask another colleague to sign in.")

VERIFIERS = "staff/"  # of the settings: what is kept of people who signed in here
GUESSES = 10  # the bank locks after five; without it nobody may try without end, and nobody can unlock


class Verifiers:
    """Argon2id verifiers of passwords that the bank has accepted, for the days without a network."""

    def __init__(self, settings: Settings, hasher: PasswordHasher = HASHER) -> None:
        self._settings = settings
        self._hasher = hasher

    def remember(self, staff_id: str, name: str, password: str) -> None:
        """Keep a verifier of a password that the bank has just accepted."""
        self._of(staff_id).keep(password, name=name)

    def check(self, staff_id: str, password: str) -> str:
        """The name of who signed in here before; raises ``staff.wrong_password``, ``staff.too_often`` or
        ``staff.unknown_offline``."""
        verifier = self._of(staff_id)
        if verifier.kept is None:
            raise UNKNOWN_OFFLINE()
        if not verifier.holds(password):
            raise WRONG_PASSWORD() if verifier.left else TOO_OFTEN(most=GUESSES)
        return verifier.kept["name"]

    def _of(self, staff_id: str) -> Verifier:
        return Verifier(self._settings, f"{VERIFIERS}{staff_id}", GUESSES, self._hasher)


class StaffDoor:
    """Checks a staff member's password: at the bank, or where there is no line against the verifier kept here."""

    def __init__(self, client: BankClient, verifiers: Verifiers) -> None:
        self._client = client
        self._verifiers = verifiers

    def check(self, staff_id: str, password: str) -> str:
        """The staff member's name; raises ``bank.wrong_password`` and its like, without a line what ``Verifiers.check``
        raises."""
        try:
            name = self._client.check_staff(staff_id, password)
        except Condition as condition:
            if condition.code not in NO_LINE:
                raise
            return self._verifiers.check(staff_id, password)
        self._verifiers.remember(staff_id, name, password)
        return name
