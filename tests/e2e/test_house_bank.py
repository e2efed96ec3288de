"""The first start with the embedded gateway, broken off at its worst moment; signing in where the bank's pack fails."""

import pytest

from app import house_bank, main
from app.domain.policy_text import POLICY_INVALID
from app.domain.wire import EnrolledCamera
from app.house_bank import EMBEDDED, HouseBank
from app.main import connect, sign_in
from app.records import records
from app.store.keystore import NoKeyStore
from app.sync.enrolment import enrolled_cameras, keep

CAMERA = EnrolledCamera(hardware_id="usb:046d:082d:serial:2F3A91BF", name="HD Pro Webcam C920")


class Killed(BaseException):
    """Stands for the end of the process."""


def test_a_first_start_that_was_broken_off_is_finished_by_the_next(tmp_path, monkeypatch):
    folder = tmp_path / "首次 start"

    def dying(*args) -> None:
        keep(*args)
        raise Killed

    def opened():
        return records(folder / "data", key_store=NoKeyStore(), passphrase=lambda: "only-for-this-test")

    monkeypatch.setattr(house_bank, "attached", lambda: (CAMERA,))
    with monkeypatch.context() as patch:
        patch.setattr(house_bank, "keep", dying)
        with pytest.raises(Killed), opened() as here, HouseBank(folder / "gateway", here.keys, here.settings) as bank:
            bank.ready()
    with opened() as here:
        assert here.enrolment is None
        assert here.settings.get(EMBEDDED) is None
        with HouseBank(folder / "gateway", here.keys, here.settings) as bank:
            assert not bank.known
            bank.ready()
            assert enrolled_cameras(here.settings) == (CAMERA.hardware_id,)
            assert not list((folder / "gateway").glob("first.json*"))
            client = connect(here, bank.address)
            password = bank.password_of(bank.staff_id)
            assert sign_in(here, client, bank.staff_id, password).staff_name == bank.staff_name

            def refuse(*_args) -> None:
                raise POLICY_INVALID(where="", why="")

            monkeypatch.setattr(main, "fetch_policy", refuse)
            assert sign_in(here, client, bank.staff_id, password).bank == here.shelf.current.bank
            client.close()
