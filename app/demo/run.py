"""`mianqian demo`: sets the stage, plays one whole case through the real window, and says where everything lies."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from app.demo.play import Play
from app.demo.player import Player
from app.demo.stage import Stage, stage
from app.desk.views import CaseView
from app.verify import verify_path

WATCH_PAUSE_MS = 350
LEFT_BEHIND = ("data", "gateway", "package", "documents", "screens")
VALID = "Signature is Valid"
MEGABYTE = 1024 * 1024


class Teller:
    """One line a step: what, result, seconds since the last one. With ``quiet`` it only remembers."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._began = self._last = time.monotonic()
        self.steps: list[dict] = []
        self.peak_mb = 0

    def __call__(self, what: str, result: str) -> None:
        now = time.monotonic()
        seconds, self._last = now - self._last, now
        self.peak_mb = max(self.peak_mb, _memory_mb())
        self.steps.append({"step": what, "result": result, "seconds": round(seconds, 2)})
        if not self._quiet:
            print(f"✓ {what:26} {result:78} {seconds:6.1f} s", flush=True)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began


def run_demo(out: Path, *, watch: bool, as_json: bool) -> int:
    """Play the demo; 0 when it ended with a verified receipt. Files of an earlier run in ``out`` are replaced."""
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.ui.application import make_application
    from app.ui.window import MainWindow

    out = out.resolve()
    for name in LEFT_BEHIND:
        shutil.rmtree(out / name, ignore_errors=True)
    tell = Teller(as_json)
    application = make_application(["mianqian-demo"])
    with stage(out) as set_up:
        tell("stage", f"gateway {set_up.desks.session.gateway}, device {set_up.desks.session.device_id}")
        window = MainWindow(set_up.desks)
        window.show()
        view = Play(set_up, window, Player(window, WATCH_PAUSE_MS if watch else 0), out / "screens", tell).run()
        told = _hand_over(set_up, view, out, tell)
        window.close()
        application.processEvents()
    told |= {"peak_mb": tell.peak_mb, "steps": tell.steps, "seconds": round(tell.seconds, 1)}
    _say(told, as_json)
    return 0 if told["verified"] else 1


def _hand_over(set_up: Stage, view: CaseView, out: Path, tell: Callable[[str, str], None]) -> dict:
    """Export the documents and the evidence package, and check them as a stranger would."""
    signing, case = set_up.desks.signing, view.case
    package = signing.export_package(case.case_id, out / "package")
    documents = signing.export_documents(case.case_id, out / "documents")
    trust = out / "documents" / "bank.pem"
    handed = package.with_suffix(".zip")
    verdicts = [verify_path(path, trust, None) for path in (package, handed, *documents)]
    asked_again = set_up.client.receipt(case.seals[-1].manifest)
    tell("receipt asked again", "the same" if asked_again == case.receipts[-1] else "DIFFERENT")
    good = all(v.ok for v in verdicts)
    tell("outside witnesses", _witnesses(documents))
    tell("verification", f"package, its ZIP and {len(documents)} PDFs: {'all good' if good else 'NOT GOOD'}")
    return {
        "verified": good and asked_again == case.receipts[-1], "receipt": case.receipts[-1].receipt_id, "case": case.number,
        "completeness": view.completeness, "score": view.score.total, "documents": [str(p) for p in documents],
        "package": str(package), "zip": str(handed), "screens": [str(p) for p in sorted((out / "screens").glob("*.png"))]}


def _witnesses(documents: tuple[Path, ...]) -> str:
    """What poppler says of the documents, where it is installed: signatures that are valid, Chinese that can be copied out."""
    if not shutil.which("pdfsig") or not shutil.which("pdftotext"):
        return "poppler-utils is not installed"
    signatures = [_output("pdfsig", path) for path in documents]
    valid, given = (sum(said.count(words) for said in signatures) for words in (VALID, "ETSI.CAdES.detached"))
    texts = sum(any("\u4e00" <= letter <= "\u9fff" for letter in _output("pdftotext", path, "-")) for path in documents)
    return f"pdfsig: {valid} of {given} signatures valid; pdftotext: Chinese from {texts} of {len(documents)} PDFs"


def _output(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False).stdout


def _memory_mb() -> int:
    """Resident memory of window and workers now, in MB; the gateway is the bank's and not counted."""
    me = psutil.Process()
    mine = [me, *(child for child in me.children(recursive=True) if "gateway" not in child.cmdline())]
    return round(sum(p.memory_info().rss for p in mine) / MEGABYTE)


def _say(told: dict, as_json: bool) -> None:
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"\nreceipt       {told['receipt']}")
    print(f"completeness  {told['completeness']:.1%}")
    print(f"score         {told['score']:.1f}")
    print(f"package       {told['package']} (and {Path(told['zip']).name})")
    for kind in ("documents", "screens"):
        for path in told[kind]:
            print(f"{kind[:-1]:13} {path}")
    print(f"{told['seconds']:.1f} s in all, {told['peak_mb']} MB at most in window and workers")
