"""A first run as a new user has it: an empty folder, the bank's code, the devices, and the work list; broken off and gone on
with; another bank; and the way without one."""

import argparse
from contextlib import ExitStack, contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from app import main as composition
from app import records as opening
from app.desk.first_run import Progress
from app.desk.staff import Verifiers
from app.domain.condition import Condition
from app.domain.wire import EnrolledCamera
from app.main import enrol_here
from app.records import records
from app.start import Start
from app.store.keystore import NoKeyStore
from app.sync.enrolment import EMBEDDED, DeviceEnrolment, keep, kept
from app.ui import operation
from app.ui.application import make_application
from app.ui.entrance import Entrance
from app.ui.guide.window import Guide
from app.ui.window import MainWindow
from app.workplace import Workplace
from benchmarks.desk import line
from tests.gateway_process import MANAGER, running_gateway

pytestmark = pytest.mark.timeout(480)
PASSPHRASE = "a first run's passphrase"
CAMERA = EnrolledCamera(hardware_id="usb:046d:082d:serial:2F3A91BF", name="HD Webcam")
NOBODY = "http://127.0.0.1:1"


@pytest.fixture(scope="session")
def qapp():
    return make_application(["test"])


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    with running_gateway(tmp_path_factory.mktemp("bank")) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    """A second of a picture that changes, for a camera."""
    path = tmp_path_factory.mktemp("film") / "镜头.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 15, (320, 240))
    for shade in range(15):
        writer.write(np.full((240, 320, 3), 90 + 8 * shade, np.uint8))
    writer.release()
    return path


@pytest.fixture(autouse=True)
def machine(monkeypatch):
    """A system without a key store, and with one camera."""
    monkeypatch.setattr(opening, "OsKeyStore", NoKeyStore)
    monkeypatch.setattr(composition, "attached", lambda: (CAMERA,))
    monkeypatch.delenv("MIANQIAN_PASSPHRASE", raising=False)


@contextmanager
def program(qtbot, data: Path, film: Path):
    """The program on a data folder, from its start to its end; the answer tells which window stands."""
    args = argparse.Namespace(data=data, gateway="", staff="", place="nmea:missing", trial=False)
    with ExitStack() as stack:
        made = Start(stack, Workplace(stack, args, {"camera": str(film), "microphone": "none"}))
        made.begin()
        try:
            yield Hand(qtbot, made)
        finally:
            made.window.close()
            operation.shut_down()


class Hand:
    """What a person at the window does and waits for."""

    def __init__(self, qtbot, start: Start) -> None:
        self._qtbot, self.start = qtbot, start

    @property
    def window(self) -> QWidget:
        return self.start.window

    def sees(self, kind: type[QWidget], name: str = ""):
        """Wait for a window of this kind and, where it is named, for a part of it that can be used."""
        def there() -> bool:
            part = self.window.findChild(QWidget, name) if name else self.window
            return isinstance(self.window, kind) and part is not None and part.isVisible() and part.isEnabled()

        self._qtbot.waitUntil(there, timeout=60_000)
        return self.window.findChild(QWidget, name) if name else self.window

    def at(self, stage: str) -> None:
        self._qtbot.waitUntil(lambda: self.sees(Guide).page.objectName() == f"guide.{stage}", timeout=60_000)

    def write(self, **lines: str) -> None:
        for name, words in lines.items():
            line = self.sees(Guide, f"{self.window.page.objectName()}.{name}")
            line.clear()
            QTest.keyClicks(line, words)

    def press(self, name: str) -> None:
        self.sees(QWidget, name).click()

    def go_on(self) -> None:
        self.press(f"{self.window.page.objectName()}.forward")

    def told(self, code: str) -> None:
        self._qtbot.waitUntil(lambda: self.window.page.notice.code() == code, timeout=60_000)

    def until(self, reached) -> None:
        self._qtbot.waitUntil(reached, timeout=60_000)


def to_the_bank(hand: Hand) -> None:
    hand.at("language")
    hand.go_on()
    hand.at("passphrase")
    hand.write(new=PASSPHRASE, again=PASSPHRASE)
    hand.go_on()
    hand.at("bank")


def unlock(hand: Hand) -> None:
    hand.sees(Entrance, "entrance.passphrase").setText(PASSPHRASE)
    hand.press("entrance.sign_in")


def at_work(hand: Hand) -> MainWindow:
    hand.until(lambda: isinstance(hand.window, MainWindow) and hand.window.home.findChild(QLabel, "home.count").text() != "")
    hand.until(hand.window._recorder.isActive)
    return hand.window


def to_another_bank(hand: Hand) -> None:
    at_work(hand).show_settings()
    hand.press("settings.other_bank")
    hand.at("bank")


def test_from_an_empty_folder_to_the_work_list_with_a_night_in_between(qtbot, qapp, tmp_path, bank, film):
    data = tmp_path / "新电脑 data"
    with program(qtbot, data, film) as hand:
        to_the_bank(hand)
        hand.write(address=NOBODY, code="ABCDE-FGH23-45678-9JKLM")
        hand.go_on()
        hand.told("bank.not_reached")
        hand.sees(Guide, "guide.bank.proxy")  # that may be why
        hand.write(address=bank.address)
        hand.go_on()
        hand.told("bank.code_refused")
        hand.write(code=f" {bank.code.replace('-', ' ').lower()}")
        hand.go_on()
        hand.at("sign_in")
        assert hand.sees(Guide, "guide.enrolled.cameras").text() == CAMERA.name
        hand.write(staff=MANAGER, password="not the password")
        hand.go_on()
        hand.told("bank.wrong_password")

    with program(qtbot, data, film) as hand:
        unlock(hand)
        hand.at("sign_in")
        hand.write(staff=MANAGER, password=bank.passwords[MANAGER])
        hand.go_on()
        hand.at("pin")
        hand.write(new="2468", again="2468")
        hand.go_on()
        hand.at("devices")
        preview = hand.sees(Guide, "guide.preview")
        hand.until(lambda: preview.frames_shown > 3)
        hand.press("guide.place")
        hand.until(lambda: hand.sees(Guide, "guide.fix").text() not in ("", "正在定位…"))
        hand.go_on()
        hand.at("begin")
        hand.go_on()
        window = at_work(hand)
        hand.until(lambda: window.frame is not None and window.frame.page.title.text().startswith("练习"))
        hand.start._place.desks.screen.check_pin("2468")

        window.show_home()
        to_another_bank(hand)
        hand.press("guide.bank.back")
        hand.sees(Entrance, "entrance.staff")
        assert hand.window.findChild(QLineEdit, "entrance.staff").text() == MANAGER


def test_without_a_code_it_is_tried_out_and_what_can_wait_is_put_off(qtbot, qapp, tmp_path, film):
    data = tmp_path / "data"
    with program(qtbot, data, film) as hand:
        to_the_bank(hand)
        hand.press("guide.bank.trial")
        hand.at("pin")
        hand.press("guide.pin.later")
        hand.at("devices")
        hand.press("guide.devices.later")
        hand.at("begin")
        hand.press("guide.begin.work")
        to_another_bank(hand)
        hand.press("guide.bank.back")
        to_another_bank(hand)


def test_a_device_goes_to_another_bank_once_the_one_before_has_everything(tmp_path, bank):
    code = bank.office("code", "--device-name", "test")["code"]
    with records(tmp_path / "data", passphrase=lambda: PASSPHRASE) as here:
        keep(here.settings, DeviceEnrolment(
            base_url=NOBODY, device_id="device-1", device_certificate_pem="device", bank_certificate_pem="another bank",
            bank_recipient="age1", receipt_key_id="receipt-1", receipt_public_key="0" * 64, statement_json="{}",
            statement_signature="00"), "key")
        before = kept(here.settings)
        here.summaries.put(line(1))
        here.settings.set(EMBEDDED, {MANAGER: "on trial"})
        with pytest.raises(Condition, match=r"device\.embedded"):
            enrol_here(here, bank.address, code)
        here.settings.remove(EMBEDDED)
        Verifiers(here.settings).remember(MANAGER, "样例", "password of the bank before")
        with pytest.raises(Condition, match="cases_of_another_bank"):
            enrol_here(here, bank.address, code)
        assert kept(here.settings) == before
        here.summaries.put(line(1).model_copy(update={"stage": "received"}))
        assert enrol_here(here, bank.address, code) == kept(here.settings) != before
        with pytest.raises(Condition, match="unknown_offline"):
            Verifiers(here.settings).check(MANAGER, "password of the bank before")
        assert Progress(here.settings).open

        keep(here.settings, before, "key")  # a trial that left no case goes to a bank, too
        here.settings.set(EMBEDDED, {MANAGER: "on trial"})
        here.summaries.remove(line(1).case_id)
        enrol_here(here, bank.address, code)
        assert (here.bank, here.settings.get(EMBEDDED)) == (bank.address, None)
