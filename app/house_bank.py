"""The embedded gateway of one data folder: started, enrolled with at first use, its staff's passwords kept encrypted."""

import platform
from pathlib import Path

from app.capture.camera_identity import attached
from app.embedded import EmbeddedGateway
from app.store.keys import Keys
from app.store.settings import Settings
from app.sync.enrolment import EMBEDDED, keep

MANAGER = ("10482", "陈立", "manager")
SECOND = ("10077", "周宁", "manager")
REVIEWER = ("20015", "审批岗", "reviewer")
FIRST = "embedded/first"


class HouseBank:
    """``with HouseBank(folder, keys, settings) as bank``: launched; ``ready`` enrols this device and the cameras it has
    at first use, and waits till it answers."""

    def __init__(self, folder: Path, keys: Keys, settings: Settings, policy: Path | None = None) -> None:
        self._keys, self._settings = keys, settings
        self._first = None if settings.get(EMBEDDED) else _bootstrap(settings)
        self._first_file = folder / "first.json" if self._first else None
        if self._first:
            folder.mkdir(parents=True, exist_ok=True)
            self._first.save(self._first_file)
        self._gateway = EmbeddedGateway(folder, self._first_file, policy)
        self.staff_id, self.staff_name = MANAGER[:2]

    @property
    def known(self) -> bool:
        """This device has enrolled here before."""
        return self._first is None

    @property
    def address(self) -> str:
        return self._gateway.address

    def password_of(self, staff_id: str) -> str:
        return self._settings.get(EMBEDDED)[staff_id]

    def ready(self) -> None:
        """Wait until the gateway listens; enrol with it at first use. Raises ``gateway.not_started``."""
        self._gateway.wait()
        if self._first:
            from app.sync.enrolling import enrol  # brings the line's libraries; only a first start needs it here

            self._first_file.unlink(missing_ok=True)
            enrolment, document_key = enrol(self.address, self._first.code, self._first.device_name,
                                            self._keys.signing_key(), cameras=attached())
            with self._settings.together():
                keep(self._settings, enrolment, document_key)
                self._settings.set(EMBEDDED, {person.id: person.password for person in self._first.staff})
                self._settings.remove(FIRST)
            self._first = None

    def __enter__(self) -> "HouseBank":
        self._gateway.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._gateway.__exit__(*exc)


def _bootstrap(settings: Settings):
    """The first secrets, kept until the gateway has taken them: a start that was broken off goes on with the same."""
    from gateway.bootstrap import Bootstrap  # the gateway's packages load slowly; only a first start needs this

    if settings.get(FIRST) is None:
        made = Bootstrap.new(platform.node() or "laptop", MANAGER, SECOND, REVIEWER)
        settings.set(FIRST, made.model_dump(mode="json"))
    return Bootstrap.model_validate(settings.get(FIRST))
