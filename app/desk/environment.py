"""What the evidence was made with: program, system, camera, microphone, clock and disk, looked at when it counts.

Rules of evidence ask whether the environment was whole and working when data was made (民诉证据规定, art. 93).
"""

import platform
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path

from app.desk.booth import Booth
from app.desk.case_book import APP_VERSION, CaseBook
from app.domain import facts

PROGRAM = Path(__file__).resolve().parents[2]
PARTS = ("app", "resources")
SOURCES = (".py", ".toml", ".md", ".ttf")


def look(book: CaseBook, booth: Booth, clock_offset_s: float | None) -> facts.EnvironmentChecked:
    """Everything as it is now; takes milliseconds and opens nothing. ``clock_offset_s`` is the bank's clock minus this one's."""
    camera, source = booth.camera_state, booth.feed.source
    return facts.EnvironmentChecked(
        app_version=APP_VERSION, app_sha256=program_sha256(), system=platform.platform(terse=True),
        camera=camera.name, camera_hardware=source.hardware_id if source else "", camera_fps=camera.fps,
        camera_trouble=camera.trouble.code if camera.trouble else "", microphone=booth.microphone_name,
        clock_offset_s=None if clock_offset_s is None else round(clock_offset_s, 1), disk_free=book.vault.room())


@cache
def program_sha256() -> str:
    """One hash over the program's own files, names and contents in the order of their names: the same wherever the same
    program runs. A built program keeps its modules in its executable."""
    files = {path.relative_to(PROGRAM).as_posix(): path for part in PARTS for path in (PROGRAM / part).rglob("*")
             if path.suffix in SOURCES}
    if getattr(sys, "frozen", False):
        files["executable"] = Path(sys.executable)
    whole = sha256()
    for name in sorted(files):
        whole.update(name.encode() + b"\0" + sha256(files[name].read_bytes()).digest())
    return whole.hexdigest()
