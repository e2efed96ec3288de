"""A first run at the guide's port, in memory: every step is done at once; no bank is reached."""

from dataclasses import dataclass

from app.desk.first_run import STAGES, Stage
from app.sync.conditions import NOT_REACHED
from tests.ui.fake_desk import FakeDesks


@dataclass
class FakeFirstRun:
    desks: FakeDesks
    stage: Stage
    anew: bool = False
    tries_out: bool = False
    address: str = ""
    proxy: str = ""
    staff_id: str = ""
    stages: tuple[Stage, ...] = STAGES
    enrolled_with = ("https://bank.example", "device-1", ("HD Webcam",))

    def enrol(self, *_given) -> None:
        raise NOT_REACHED()
