"""Fixtures every test may use, and the screen every window of the tests stands on."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Qt's own screen without a display has 800x800 px: windows would begin smaller, and nothing can be touched beyond it.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen:configfile=" + os.path.relpath(Path(__file__).with_name("screen.json")))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of test faces, videos and documents that lies beside the checkout; never part of it."""
    folder = ROOT.parent / "shared" / "data"
    if not (folder / "manifest.csv").is_file():
        pytest.fail(f"this test needs the shared test data in {folder}, which is missing")
    return folder
