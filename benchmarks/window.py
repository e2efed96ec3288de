"""How long the real window does not answer while the program works: the gaps between two ticks of its thread.

    python -m benchmarks.window [scene …]

``gap`` is the time from one tick to the next, of which a machine busy with other things takes its part; ``work`` is what the
window's own thread computed in it. Ticks are 5 ms apart where nothing is in the way.
The first page's time is in ``benchmarks.desk``.
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
LARGE_MB = 500


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
def window_on(folder: Path, prepare: Callable) -> Iterator:
    """The window over a real desk, bank, camera path and warm vision worker; with it its player and its stage.
    ``prepare(stage)`` is called before, and may name a case that is then opened."""
    from app.demo.player import Player, live
    from app.demo.stage import stage
    from app.ui.window import MainWindow

    with stage(folder, passphrase=PASSPHRASE) as set_up:
        set_up.desks.booth.warm()
        case_id = prepare(set_up)
        window = MainWindow(set_up.desks)
        window.resize(1366, 768)
        window.show()
        player = Player(window)
        player.wait("the work list", window.home.model.rowCount)
        if case_id:
            window.open_case(case_id)
            player.wait("the case", lambda: window.frame is not None)
        try:
            yield player, set_up
        finally:
            window.close()
            window.deleteLater()
            live(20)


def papers(folder: Path) -> None:
    """Idle, then a picture dropped on its tile again and again: opened, read, encrypted and shown."""
    from app.demo.player import live
    from tests.e2e.signing import until_papers

    with window_on(folder, until_papers) as (player, set_up):
        player.click("rail.step.papers")
        player.ready(f"papers.tile.{PAPER}")
        with Ticks() as ticks:
            live(3000)
        ticks.show("papers: at rest")
        for page in range(1, TIMES + 1):
            with Ticks() as ticks:
                player.drop(f"papers.tile.{PAPER}", set_up.props.picture(PAPER))
                player.wait(f"page {page}", lambda page=page: pages(player) == page, PATIENCE_S)
                live(500)
            ticks.show(f"papers: {PAPER} read, page {page}")


def liveness(folder: Path) -> None:
    """A camera of 1280x720 at 30 a second: its preview alone, then an attempt in which every frame is analysed beside it."""
    from app.demo.living import render_living
    from app.demo.player import live
    from app.ui.widgets.camera_view import CameraView

    with window_on(folder, until_face) as (player, set_up):
        set_up.desks.booth.feed.switch(str(render_living(folder / "720p30.avi", ("blink",), fps=30, size=(1280, 720))), loop=True)
        player.click("rail.step.liveness")
        player.ready("liveness.start")
        view = next(v for v in player.window.frame.page.findChildren(CameraView) if v.isVisible())
        for scene, during in (("liveness: preview only", lambda: live(5000)),
                              ("liveness: an attempt analysed", lambda: attempt(player))):
            shown, began = view.frames_shown, time.perf_counter()
            with Ticks() as ticks:
                during()
            rate = (view.frames_shown - shown) / (time.perf_counter() - began)
            ticks.show(f"{scene}, {rate:.1f} fps")


def until_face(set_up) -> str:
    from app.demo.stage import demo_terms
    from app.domain import consents
    from tests.e2e import signing as acts

    signing, story = set_up.desks.signing, set_up.props.story
    case_id = signing.open_case().case.case_id
    signing.set_terms(case_id, demo_terms(story))
    view = signing.record_place(case_id, set_up.desks.booth.find_fix(20))
    for consent in consents.unanswered(view.case, view.pack):
        signing.answer_consent(case_id, consent.purpose, True, 10, True)
    for side in ("front", "back"):
        signing.capture_id_card(case_id, side, acts.hold_up(set_up, set_up.props.card(side)))
    signing.confirm_id_card(case_id, story.customer)
    return case_id


def attempt(player) -> None:
    ended = len(player.window.frame.view.case.liveness_ended)
    player.click("liveness.start")
    player.wait("the verdict", lambda: len(player.window.frame.view.case.liveness_ended) > ended, PATIENCE_S)


def sending(folder: Path) -> None:
    """A sealed case with one large file on its way to the bank, behind the work list."""
    with window_on(folder, large_case) as (player, set_up):
        key = set_up.here.outbox.due(set_up.desks.session.staff_id)[0]
        began = time.perf_counter()
        with Ticks() as ticks:
            set_up.desks.work.sync_now()
            player.wait("all sent", lambda: set_up.here.outbox.entry(*key).state not in ("queued", "uploading"), PATIENCE_S)
        ticks.show(f"{LARGE_MB} MB sent in {time.perf_counter() - began:.0f} s, work list")


def large_case(set_up) -> None:
    from datetime import UTC, datetime

    from app.domain.evidence import GENESIS, Manifest

    here, case_id = set_up.here, set_up.desks.signing.open_case().case.case_id
    video = here.vault.put(case_id, "segment", "video/mp4", os.urandom(LARGE_MB * 1_000_000))
    pack, enrolment = set_up.desks.policy, here.enrolment
    manifest = Manifest(
        case_id=case_id, case_number="MQ-BENCH", revision=1, policy_version=pack.version, policy_sha256=pack.sha256,
        device_id=enrolment.device_id, staff_id=set_up.desks.session.staff_id, product="new_car_instalment",
        dealer_id="D-0317", sealed_at=datetime.now(UTC), monotonic_ms=1, journal_head=GENESIS, journal_length=1,
        completeness=1, operation_score=90, app_version="0", files=(video,),
        device_certificate_sha256=enrolment.device_certificate_sha256,
        bank_certificate_sha256=enrolment.bank_certificate_sha256)
    here.outbox.enqueue(manifest, here.keys.signing_key().sign(manifest.canonical()).hex())


def rows(folder: Path) -> None:
    """The work list of 10 000 cases scrolled from end to end."""
    from app.demo.player import live
    from app.ui.pages.case_row import ROW_HEIGHT

    with window_on(folder, many_cases) as (player, _):
        home = player.window.home
        bar = home.table.verticalScrollBar()
        with Ticks() as ticks:
            while home.model.rowCount() < home.model.total:
                bar.setValue(bar.maximum())
                live(15)
        ticks.show(f"{home.model.rowCount()} rows fetched on the way down")
        for scene, step in (("scrolled by the wheel", 3 * ROW_HEIGHT), ("dragged from end to end", bar.maximum() // 300)):
            with Ticks() as ticks:
                for number in range(300):
                    bar.setValue(number * step)
                    live(15)
            ticks.show(scene)


def many_cases(set_up) -> None:
    from benchmarks.desk import ROWS, line

    with set_up.here.database.transaction():
        for number in range(ROWS):
            set_up.here.summaries.put(line(number).model_copy(update={"staff_id": set_up.desks.session.staff_id}))


def pages(player) -> int:
    return len(player.window.frame.view.case.papers.get(PAPER, ()))


SCENES: dict[str, Callable[[Path], None]] = {"liveness": liveness, "papers": papers, "sending": sending, "rows": rows}


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
