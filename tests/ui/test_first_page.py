"""What the start does not wait for: the first page stands before the rest of the program is loaded."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.records import Records, records
from app.store.keystore import NoKeyStore
from app.sync.enrolment import DeviceEnrolment, keep
from tests.ui.first_page import PASSPHRASE

ROOT = Path(__file__).resolve().parents[2]
LATER = (
    "PIL", "PySide6.QtMultimedia", "PySide6.QtNetwork", "PySide6.QtPdf", "PySide6.QtPositioning", "PySide6.QtSerialPort",
    "PySide6.QtTextToSpeech", "app.capture.ofd", "app.capture.paper_file", "app.capture.session", "app.capture.vision",
    "app.desk.booth", "app.desk.signing", "app.forms", "app.main", "app.sync.transport", "app.ui.case_frame",
    "app.ui.pages.register", "av", "cn2an", "cryptography.x509", "cv2", "dlib", "fastapi", "numpy", "onnxruntime",
    "pyhanko", "rapidocr", "reportlab", "requests", "rule_engine", "tenacity", "urllib3", "xml.etree")


def known(here: Records) -> None:
    """The folder of a device that enrolled and fetched its policy on another day."""
    keep(here.settings, DeviceEnrolment(
        base_url="http://127.0.0.1:1", device_id="device-1", device_certificate_pem="device", bank_certificate_pem="bank",
        bank_recipient="age1", receipt_key_id="receipt-1", receipt_public_key="0" * 64, statement_json="{}",
        statement_signature="00"), "key")
    texts = [(ROOT / "resources" / "policy" / name).read_text(encoding="utf-8") for name in ("default.toml", "dealers.toml")]
    here.shelf.put(*texts, datetime(2026, 11, 23, tzinfo=UTC))


def test_the_first_page_is_painted_before_anything_heavy_is_loaded(tmp_path):
    folder = tmp_path / "数据 data"
    with records(folder, key_store=NoKeyStore(), passphrase=lambda: PASSPHRASE) as here:
        known(here)
    done = subprocess.run([sys.executable, "-m", "tests.ui.first_page", str(folder)], cwd=ROOT, capture_output=True,
                          text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout)
    assert "app.ui.pages.home" in loaded
    assert [name for name in LATER if name in loaded] == []
