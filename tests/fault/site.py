"""Where a fault run takes place: a bank in its own process, a measured line to it, and fresh copies of an enrolled device."""

import shlex
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.desk.post import CURSOR
from app.desk.shelf import PolicyShelf
from app.domain.case import Case
from app.domain.wire import SignInAnswer
from app.sync.client import BankClient
from app.sync.enrolling import enrol
from app.sync.enrolment import DeviceEnrolment, keep
from app.sync.feeds import PolicyFeed
from tests.face_case import answer
from tests.fault import journey
from tests.fault.bank_side import BankSide
from tests.fault.home import Home
from tests.fault.journey import Journey
from tests.fault.keeper import Keeper
from tests.fault.meter import Meter
from tests.gateway_process import MANAGER, ROOT, Gateway, gateway_to_start

GOOD_FOR = timedelta(minutes=15)


class Site:
    """``gateway`` is kept running by ``keeper`` and reached through ``meter``; ``bank`` is what it really holds."""

    def __init__(self, folder: Path, gateway: Gateway, keeper: Keeper, meter: Meter, bank: BankSide) -> None:
        self.folder, self.gateway, self.keeper, self.meter, self.bank = folder, gateway, keeper, meter, bank
        self._template = Home(folder / "template")
        self._session: SignInAnswer | None = None
        with journey.opened(self._template) as here:
            self.enrolment, key = enrol(gateway.address, gateway.code, "测试平板", here.keys.signing_key())
            keep(here.settings, self.enrolment, key)
            self._signing_key = here.keys.signing_key()
            news = PolicyFeed(self._client(self.enrolment)).fetch()
            PolicyShelf(here.settings).put(news.policy_toml, news.dealers_toml, datetime.now(UTC))

    def client(self) -> BankClient:
        """The device's, past the meter."""
        client = BankClient(self.gateway.address, self.enrolment, self._signing_key)
        client._session = self.session
        return client

    def _client(self, enrolment: DeviceEnrolment) -> BankClient:
        client = BankClient(self.gateway.address, enrolment, self._signing_key)
        client.sign_in(MANAGER, self.gateway.passwords[MANAGER])
        return client

    def sign_out(self) -> None:
        """As if its time were over: the next ``session`` is a new one."""
        self.bank.end_sessions()
        self._session = None

    @property
    def session(self) -> SignInAnswer:
        """A sign-in at the bank that is still good."""
        if self._session is None or self._session.expires_at - datetime.now(UTC) < GOOD_FOR:
            with closing(self._client(self.enrolment)) as client:
                self._session = client.staff
        return self._session

    @contextmanager
    def home(self) -> Iterator[Home]:
        """A device as it is right after its enrolment, but for the bank's news of cases that are not its own; gone at the
        end."""
        home = Home(self.folder / f"home-{time.monotonic_ns()}")
        home.temporary.mkdir(parents=True)
        shutil.copytree(self._template.data, home.data)
        shutil.copy(self._template.keys, home.keys)
        with journey.opened(home) as here:
            here.settings.set(CURSOR, self.bank.news())
        try:
            yield home
        finally:
            shutil.rmtree(home.folder)
            home.keys.unlink()
            self.bank.forget_files()

    @contextmanager
    def sealed(self, seed: int, confirmed: Callable[[str, Case], None] = lambda stage, case: None, address: str = "",
               silence_s: float = 30.0) -> Iterator[tuple[Journey, str]]:
        """A journey whose case is sealed and about to be sent, and the case."""
        with self.home() as home, journey.opened(home) as here, journey.travelling(
                here, address or self.meter.address, self.session, seed, confirmed=confirmed, silence_s=silence_s) as way:
            case_id = way.captured()
            way.sealed(case_id)
            yield way, case_id


@contextmanager
def open_site(folder: Path, database: str = "") -> Iterator[Site]:
    gateway = gateway_to_start(folder / "bank", *_checker(folder / "checker"), database=database)
    with closing(Keeper(gateway, folder / "gateway.log")) as keeper:
        keeper.wait()
        with Meter(gateway.address) as meter, closing(BankSide(gateway.url, gateway.folder / "files")) as bank:
            yield Site(folder, gateway, keeper, meter, bank)


def _checker(folder: Path) -> tuple[str, str]:
    """Options of a gateway whose face checker is a program of the tests, with its files in ``folder``."""
    folder.mkdir()
    (folder / "mode").write_text("answer")
    (folder / "answer").write_text(answer().model_dump_json(), encoding="utf-8")
    return "--face-checker", shlex.join((sys.executable, str(ROOT / "tests" / "checker_program.py"), str(folder)))
