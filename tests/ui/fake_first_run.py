"""A first run at the guide's port, in memory: what a step asks for is noted, and the next one reached."""

import threading
from dataclasses import dataclass, field

from app.desk.first_run import STAGES, Stage
from app.sync.conditions import NOT_REACHED
from tests.ui.fake_desk import FakeDesks


@dataclass
class FakeFirstRun:
    """No bank is reached: ``enrol`` waits until it is told to stop where ``patient``, and fails."""

    desks: FakeDesks
    stage: Stage
    anew: bool = False
    tries_out: bool = False
    patient: bool = False
    address: str = ""
    proxy: str = ""
    staff_id: str = ""
    stages: tuple[Stage, ...] = STAGES
    enrolled_with = ("https://bank.example", "device-1", ("HD Webcam",))
    asked: list[tuple] = field(default_factory=list)

    def open(self, passphrase: str = "", **chosen) -> None:
        self.asked.append((passphrase, chosen))
        self.stage = "bank"

    def enrol(self, address: str, code: str, proxy: str, stopping: threading.Event) -> None:
        self.asked.append((address, code, proxy))
        if self.patient:
            stopping.wait(60)
        raise NOT_REACHED()

    def try_out(self) -> None:
        self.stage = "devices"

    def reach(self, stage: Stage) -> None:
        self.stage = stage

    def end(self) -> None:
        self.asked.append(("end",))
