"""The embedded gateway of one data folder: started, enrolled with at first use, its staff's password kept encrypted."""

import platform
from pathlib import Path

from app.embedded import EmbeddedGateway
from app.store.keys import Keys
from app.store.settings import Settings
from app.sync.enrolment import enrol, keep
from gateway.bootstrap import Bootstrap

MANAGER = ("10482", "陈立", "manager")
SECOND = ("10077", "周宁", "manager")
REVIEWER = ("20015", "审批岗", "reviewer")
EMBEDDED = "embedded"


class HouseBank:
    """``with HouseBank(folder, keys, settings) as bank``: running, and this device enrolled with it."""

    def __init__(self, folder: Path, keys: Keys, settings: Settings, policy: Path | None = None) -> None:
        self._keys, self._settings = keys, settings
        known = settings.get(EMBEDDED)
        self._first = None if known else Bootstrap.new(platform.node() or "laptop", MANAGER, SECOND, REVIEWER)
        self._gateway = EmbeddedGateway(folder, self._first, policy)
        self.staff_id = MANAGER[0]

    @property
    def address(self) -> str:
        return self._gateway.address

    def password_of(self, staff_id: str) -> str:
        return self._settings.get(EMBEDDED)[staff_id]

    def __enter__(self) -> "HouseBank":
        self._gateway.__enter__()
        if self._first:
            enrolment, document_key = enrol(self.address, self._first.code, self._first.device_name,
                                            self._keys.signing_key())
            keep(self._settings, enrolment, document_key)
            self._settings.set(EMBEDDED, {person.id: person.password for person in self._first.staff})
        return self

    def __exit__(self, *exc: object) -> None:
        self._gateway.__exit__(*exc)
