"""A document can be signed after another one was checked in the same program: libraries load in either order."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CHECK_THEN_SIGN = """
import sys
from pathlib import Path
from app.forms.check import check_pdf
from app.forms.seal import sign_pdf
from tests.unit.forms.forms_bank import NOW, ink

folder = Path(sys.argv[1])
signed, ca, key, device = ((folder / name).read_bytes() for name in ("signed.pdf", "ca.pem", "key.pem", "device.pem"))
assert check_pdf(signed, ca).ok
again = sign_pdf(signed, (0, 60, 60, 200, 120), ink(9), "manager", NOW, key, device, ca)
assert check_pdf(again, ca).ok
"""


def test_checking_before_signing_does_not_break_signing(bank, versions, tmp_path):
    for name, content in (("signed.pdf", versions[1]), ("ca.pem", bank.ca_pem), ("key.pem", bank.device_key_pem),
                          ("device.pem", bank.device_pem)):
        (tmp_path / name).write_bytes(content)
    done = subprocess.run([sys.executable, "-c", CHECK_THEN_SIGN, str(tmp_path)], cwd=ROOT, capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
