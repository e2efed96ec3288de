"""What the start does not wait for: the first page stands before the rest of the program is loaded."""

import json
import subprocess
import sys

from app.records import records
from app.store.keystore import NoKeyStore
from tests.case_facts import ROOT
from tests.known_folder import known
from tests.ui.first_page import PASSPHRASE

LATER = (
    "PIL", "PySide6.QtMultimedia", "PySide6.QtNetwork", "PySide6.QtPdf", "PySide6.QtPositioning", "PySide6.QtSerialPort",
    "PySide6.QtTextToSpeech", "app.capture.ofd", "app.capture.paper_file", "app.capture.session", "app.capture.vision",
    "app.desk.booth", "app.desk.signing", "app.forms", "app.main", "app.sync.transport", "app.ui.case_frame",
    "app.ui.pages.register", "av", "cn2an", "cryptography.x509", "cv2", "dlib", "fastapi", "numpy", "onnxruntime",
    "pyhanko", "rapidocr", "reportlab", "requests", "rule_engine", "tenacity", "urllib3", "xml.etree")


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
