"""The ceiling on memory: what asks for more gets a condition, afterwards there is none; Windows' way by an imitation."""

import resource

import cv2
import numpy as np
import pytest

from app.capture import memory, memory_windows
from app.domain.condition import Condition

TOO_MUCH = memory.ROOM_BYTES + 20_000_000


def refused(act) -> None:
    with pytest.raises(Condition) as caught, memory.bounded():
        act()
    assert caught.value.code == "picture.too_heavy"
    assert resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY


def test_who_asks_for_more_is_refused_and_afterwards_there_is_no_ceiling():
    refused(lambda: bytearray(TOO_MUCH))
    refused(lambda: np.ones(TOO_MUCH, np.uint8))
    refused(lambda: cv2.resize(np.zeros((10, 10), np.uint8), (TOO_MUCH // 10_000, 10_000)))
    assert len(bytearray(TOO_MUCH)) == TOO_MUCH


def test_what_fits_is_given():
    with memory.bounded():
        assert len(bytearray(memory.ROOM_BYTES // 2)) > 0


def test_one_within_another_keeps_the_outer_ceiling():
    def hold_and_ask():
        held = bytearray(memory.ROOM_BYTES // 2)
        with memory.bounded():
            return held, bytearray(memory.ROOM_BYTES * 2 // 3)

    refused(hold_and_ask)


def test_other_faults_of_opencv_stay_faults():
    with pytest.raises(cv2.error), memory.bounded():
        cv2.cvtColor(np.zeros((4, 4), np.uint8), cv2.COLOR_BGR2GRAY)


class Kernel:
    """Imitates what the job of Windows asks of kernel32; ``committed`` bytes are in use, ``refuses`` one call by name."""

    def __init__(self, committed: int = 0, refuses: str = "") -> None:
        self.limits: list[tuple[int, int]] = []

        def call(name: str, act):
            def done(*args):
                return 0 if name == refuses else act(*args) or 1
            setattr(self, name, done)

        def set_limits(job, form, limits, size):
            assert (job.value, form, size) == (7, 9, 144)
            self.limits.append((limits._obj.flags, limits._obj.process_memory))

        def tell(process, counters, size):
            assert (process.value, size, counters._obj.size) == (5, 72, 72)
            counters._obj.committed = committed

        call("GetCurrentProcess", lambda: 5)
        call("CreateJobObjectW", lambda security, name: 7)
        call("AssignProcessToJobObject", lambda job, process: None)
        call("SetInformationJobObject", set_limits)
        call("K32GetProcessMemoryInfo", tell)


def test_on_windows_a_job_holds_the_process_to_what_it_has_and_the_room():
    kernel = Kernel(committed=1000)
    with memory_windows.ceiling(50, kernel), memory_windows.ceiling(50, kernel):
        assert kernel.limits == [(0x100, 1050)]
    assert kernel.limits[-1] == (0, 0)


@pytest.mark.parametrize("refuses", ["CreateJobObjectW", "AssignProcessToJobObject", "SetInformationJobObject",
                                     "K32GetProcessMemoryInfo"])
def test_on_windows_a_refusal_is_not_passed_over(refuses):
    with pytest.raises(OSError, match="refused"), memory_windows.ceiling(50, Kernel(refuses=refuses)):
        pytest.fail("there is no ceiling")
