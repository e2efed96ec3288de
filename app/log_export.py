"""What the technical support needs in one ZIP: the program's log, what the doctor finds, and which versions run here."""

import dataclasses
import io
import json
import platform
import sys
import zipfile
from importlib.metadata import distributions
from pathlib import Path

from app import program_log
from app.desk.case_book import APP_VERSION
from app.doctor import beside_a_window
from app.store.disk import Disk, conditions


def export_log(folder: Path, file: Path) -> Path:
    """Write the log of the data folder into ``file``. It holds no personal data. Raises disk conditions."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target, conditions():
        for part in program_log.files(folder):
            target.writestr(f"log/{part.name}", part.read_bytes())
        target.writestr("doctor.json", _json([dataclasses.asdict(probe) for probe in beside_a_window(folder)]))
        target.writestr("versions.json", _json(_versions()))
    Disk().write(file, packed.getvalue())
    return file


def _versions() -> dict:
    return {"mianqian": APP_VERSION, "python": sys.version, "system": platform.platform(), "machine": platform.machine(),
            "packages": {found.name: found.version for found in sorted(distributions(), key=lambda found: found.name.lower())}}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
