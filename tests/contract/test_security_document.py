"""What docs/security.md promises to be shown is shown: the tests it names exist, and what it says of packages holds."""

import os
import re
import subprocess
import sys
import tomllib

import pytest

from tests.case_facts import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
THREATS = ("A stolen laptop", "Other people at the same laptop", "A dishonest manager", "A dishonest dealer",
           "A program in the same account", "A man in the middle", "A hostile file", "A hostile policy pack",
           "An attack through a dependency")


def test_every_test_named_there_exists():
    named = NAMED.findall(TEXT)
    assert len(named) > 60
    missing = [f"{file}::{name}" for file, name in named
               if not (ROOT / file).is_file() or f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")]
    assert missing == []


@pytest.mark.parametrize("threat", THREATS)
def test_every_threat_says_what_stops_it_which_test_shows_it_and_what_remains(threat):
    [section] = [part for part in TEXT.split("\n## ") if part.startswith(threat)]
    assert re.search(r"^Stops (it|him|them): ", section, re.MULTILINE)
    assert NAMED.search(section)
    assert re.search(r"^Remains: ", section, re.MULTILINE)


def test_every_package_is_locked_by_its_hash():
    lines = (ROOT / "requirements" / "all.txt").read_text(encoding="utf-8").splitlines()
    packages = [number for number, line in enumerate(lines) if re.match(r"[a-z0-9]", line)]
    assert len(packages) > 80
    unlocked = [lines[at] for at in packages if "==" not in lines[at] or not lines[at + 1].strip().startswith("--hash=sha256:")]
    assert unlocked == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = {re.split(r"[=\s;\[]", lines[at])[0].lower().replace("_", "-") for at in packages}
    wanted = {re.split(r"[<>=!~\s;\[]", one)[0].lower().replace("_", "-") for one in project["dependencies"]}
    assert wanted <= locked


@pytest.mark.skipif(sys.platform != "linux", reason="only there it writes files one can look for")
def test_no_library_reports_to_its_maker(tmp_path):
    """ONNX Runtime, asked to run something as the reader does, leaves no identifier and no queue of reports."""
    home = {name: str(tmp_path) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    work = "import app, onnxruntime; onnxruntime.SessionOptions(); onnxruntime.get_available_providers()"
    quiet = {name: value for name, value in os.environ.items() if name not in ("ORT_DISABLE_TELEMETRY", "CI")}
    subprocess.run([sys.executable, "-c", work], cwd=ROOT, env=quiet | home, check=True, timeout=240)
    assert list(tmp_path.rglob("*")) == []
