"""The operating system's key store: the real Secret Service where one can be started, and its absence."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import sys
from app.store.keystore import KeyStoreUnavailable, OsKeyStore
store = OsKeyStore()
try:
    print(store.get("folder"))
    store.put("folder", "口令 secret")
    print(store.get("folder"))
    store.remove("folder")
    store.remove("folder")
    print(store.get("folder"))
except KeyStoreUnavailable:
    print("unavailable")
"""


def run(command: list[str], home: Path, **more: str) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT), "XDG_RUNTIME_DIR": str(home),
                   "PYTHONIOENCODING": "utf-8", "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""), **more}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the Secret Service is a Linux desktop's key store")
@pytest.mark.skipif(not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
                    reason="dbus-run-session and gnome-keyring are not installed")
def test_a_secret_is_kept_found_and_removed(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    session = ("printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "
               f"'{sys.executable}' '{tmp_path / 'script.py'}'")
    printed = run(["dbus-run-session", "--", "sh", "-c", session], tmp_path)
    assert printed.splitlines() == ["None", "口令 secret", "None"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Windows and macOS always have a key store")
def test_without_a_desktop_session_it_is_unavailable(tmp_path):
    assert run([sys.executable, "-c", SCRIPT], tmp_path).strip() == "unavailable"


def test_an_add_on_backend_is_not_used(tmp_path):
    (tmp_path / "plain.py").write_text(
        "import keyring.backend\n"
        "class Plain(keyring.backend.KeyringBackend):\n"
        "    priority = 9\n"
        "    def get_password(self, service, name): raise SystemExit('used')\n"
        "    set_password = delete_password = get_password\n")
    printed = run([sys.executable, "-c", SCRIPT], tmp_path, PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}",
                  PYTHON_KEYRING_BACKEND="plain.Plain")
    assert printed.strip() == "unavailable"
