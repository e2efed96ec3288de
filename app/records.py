"""What lies in one data folder, opened. The window's first page rests on this and nothing heavier."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.asking import has_data, passphrase_for
from app.desk.case_book import CaseBook
from app.desk.shelf import PolicyShelf
from app.desk.views import CaseView, Session
from app.domain.condition import Kind
from app.store.clock import OtherClocks, SystemClock
from app.store.database import Database
from app.store.journal import Journal
from app.store.keys import Keys, unlock
from app.store.keystore import KeyStore, OsKeyStore
from app.store.put_back import PutBackNote
from app.store.recovery import recover
from app.store.settings import Settings
from app.store.summaries import Summaries
from app.store.traces import Traces
from app.store.vault import Vault
from app.sync.enrolment import EMBEDDED, DeviceEnrolment, kept
from app.sync.outbox import Outbox

LAST_STAFF = "staff/last"

NO_DATA = Kind(
    "device.no_data", zh="这个数据文件夹里还没有数据。",
    zh_next="请先运行 mianqian run 或 mianqian enrol，或用 --data 指明另一个文件夹。",
    en="There is no data in that data folder yet.",
    en_next="Start with mianqian run or mianqian enrol, or name another folder with --data.")


@dataclass(frozen=True)
class Records:
    """What lies in one data folder, opened: keys, database, journal, vault and the tables beside them."""

    keys: Keys
    database: Database
    settings: Settings
    journal: Journal
    vault: Vault
    summaries: Summaries
    outbox: Outbox
    shelf: PolicyShelf
    clock: SystemClock
    others: OtherClocks

    @property
    def enrolment(self) -> DeviceEnrolment | None:
        return kept(self.settings)

    @property
    def bank(self) -> str:
        """Address of the bank this folder is enrolled with; '' with the embedded gateway, or with none yet."""
        return self.enrolment.base_url if self.enrolment and self.settings.get(EMBEDDED) is None else ""

    def session(self, staff_id: str, staff_name: str, gateway: str) -> Session:
        """Who works here now; ``gateway`` is the bank's address as it is reached."""
        return Session(staff_id=staff_id, staff_name=staff_name, device_id=self.enrolment.device_id,
                       bank=self.shelf.current.bank, gateway=gateway)

    def book(self, session: Session) -> CaseBook:
        return CaseBook(self.journal, self.vault, self.summaries, self.outbox, self.shelf, session, self.clock,
                        Traces(self.database))

    def find(self, number_or_id: str, staff_id: str) -> CaseView:
        """A case of this manager by its number or id, for looking at."""
        rows = [r for r in self.summaries.search(number_or_id, limit=10) if r.case_number == number_or_id]
        who = Session(staff_id=staff_id, staff_name="", device_id="", bank="", gateway="")
        return self.book(who).view(rows[0].case_id if rows else number_or_id)


@contextmanager
def records(folder: Path, *, key_store: KeyStore | None = None,
            passphrase: Callable[[], str] | None = None) -> Iterator[Records]:
    """Open a data folder, sweeping what a crash left behind. Raises ``keys.*``, ``store.*`` and ``disk.*``."""
    clock, others = SystemClock(), OtherClocks()
    keys = unlock(folder, key_store=key_store or OsKeyStore(), passphrase=passphrase)
    with Database.open(folder, keys) as database:
        settings = Settings(database)
        vault = Vault(folder, database, keys, lambda: _recipient(settings))
        recover(folder, database, vault)
        if database.put_back:
            PutBackNote(settings).note(clock.now())
        yield Records(keys=keys, database=database, settings=settings, journal=Journal(database, clock, others),
                      vault=vault,
                      summaries=Summaries(database), outbox=Outbox(database), shelf=PolicyShelf(settings), clock=clock,
                      others=others)


@contextmanager
def open_records(args: argparse.Namespace) -> Iterator[Records]:
    """The records that are there; makes none. Raises ``device.no_data``."""
    if not has_data(args.data):
        raise NO_DATA()
    with records(args.data, passphrase=passphrase_for(args.data)) as here:
        yield here


def _recipient(settings: Settings) -> str | None:
    enrolment = kept(settings)
    return enrolment.bank_recipient if enrolment else None
