"""Waiting for a state instead of for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def until(found: Callable[[], Found], seconds: float = 60.0) -> Found:
    """What ``found`` answers once it is true; ``seconds`` only keep a test from hanging."""
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.01)
    return value
