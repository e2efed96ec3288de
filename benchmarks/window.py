"""How long the real window does not answer while the program works: the gaps between two ticks of its thread.

    python -m benchmarks.window [scene …]

``gap`` is the time from one tick to the next, of which a machine busy with other things takes its part; ``work`` is what the
window's own thread computed in it. Ticks are 5 ms apart where nothing is in the way.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

TICK_MS = 5
PASSPHRASE = "only-for-this-benchmark"
PAPER, TIMES = "income_proof", 3
PATIENCE_S = 240


class Ticks:
    """Counts while it is open; times in milliseconds."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.gaps: list[float] = []
        self.work: list[float] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def __enter__(self) -> "Ticks":
        self._last = time.perf_counter(), time.thread_time()
        self._timer.start(TICK_MS)
        return self

    def __exit__(self, *_exc) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter(), time.thread_time()
        for values, before, after in zip((self.gaps, self.work), self._last, now, strict=True):
            values.append((after - before) * 1000)
        self._last = now

    def show(self, scene: str) -> None:
        row = [scene.ljust(34), f"{len(self.gaps):7}"]
        for values in (self.gaps, self.work):
            shares = quantiles(values, n=100)
            row.append(f"{shares[49]:9.1f}{shares[98]:9.1f}{max(values):9.1f}")
        print("".join(row), flush=True)


@contextmanager
def window_at_papers(folder: Path) -> Iterator:
    """The window over a real desk, bank, camera path and warm vision worker, at the papers of a case; its player and stage."""
    from app.demo.player import Player, live
    from app.demo.stage import CIRCUMSTANCES, stage
    from app.domain.flow import Step
    from app.ui.window import MainWindow
    from tests.e2e import signing as acts

    with stage(folder, passphrase=PASSPHRASE) as set_up:
        set_up.desks.booth.warm()
        signing = set_up.desks.signing
        case_id = acts.until_card(set_up).case.case_id
        signing.verify_by_second_person(case_id, acts.SECOND_PERSON, set_up.bank.password_of(acts.SECOND_PERSON), "一致")
        signing.set_circumstances(case_id, CIRCUMSTANCES)
        window = MainWindow(set_up.desks)
        window.resize(1366, 768)
        window.show()
        player = Player(window)
        player.wait("the work list", window.home.model.rowCount)
        window.open_case(case_id)
        player.wait("the case", lambda: window.frame is not None)
        player.click(f"rail.step.{Step.PAPERS}")
        player.ready(f"papers.tile.{PAPER}")
        try:
            yield player, set_up
        finally:
            window.close()
            window.deleteLater()
            live(20)


def papers(folder: Path) -> None:
    """Idle, then a picture dropped on its tile again and again: opened, read, encrypted and shown."""
    from app.demo.player import live

    with window_at_papers(folder) as (player, set_up):
        with Ticks() as ticks:
            live(3000)
        ticks.show("papers: camera preview only")
        for page in range(1, TIMES + 1):
            with Ticks() as ticks:
                player.drop(f"papers.tile.{PAPER}", set_up.props.picture(PAPER))
                player.wait(f"page {page}", lambda page=page: pages(player) == page, PATIENCE_S)
                live(500)
            ticks.show(f"papers: {PAPER} read, page {page}")


def pages(player) -> int:
    return len(player.window.frame.view.case.papers.get(PAPER, ()))


SCENES: dict[str, Callable[[Path], None]] = {"papers": papers}


def main(wanted: list[str]) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.ui.application import make_application

    application = make_application([])
    print(f"{'ms':34}{'ticks':>7}{'gap p50':>9}{'p99':>9}{'max':>9}{'work p50':>9}{'p99':>9}{'max':>9}")
    for name, scene in SCENES.items():
        if not wanted or name in wanted:
            with tempfile.TemporaryDirectory() as folder:
                scene(Path(folder))
    application.quit()


if __name__ == "__main__":
    main(sys.argv[1:])
