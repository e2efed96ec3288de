"""How long a person waits at the desk: first page, acts made durable, a long work list; and what it all weighs.

    python -m benchmarks.desk [--json]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CASES, ROWS = 5_000, 10_000
ROUNDS = 40
STARTS = 7
PASSPHRASE = "only-for-this-benchmark"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--paint-first-page", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.paint_first_page:
        paint_first_page(args.paint_first_page)
        return
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        figures |= acts(Path(folder) / "acts")
        figures |= long_list(Path(folder) / "list")
        figures |= first_page(Path(folder) / "page")
        figures |= painting()
    if args.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:44} {value}")


def acts(folder: Path) -> dict[str, object]:
    """Each act without vision, from call to return: encrypted, journalled, durable."""
    from app.demo.stage import demo_terms
    from app.demo.story import DEFAULT
    from app.domain import consents

    took: list[float] = []

    def timed(act: Callable, *args):
        began = time.perf_counter()
        result = act(*args)
        took.append((time.perf_counter() - began) * 1000)
        return result

    database, book, desk = open_desk(folder)
    with database:
        for _ in range(ROUNDS):
            case_id = timed(desk.open_case).case.case_id
            timed(desk.set_terms, case_id, demo_terms(DEFAULT))
            timed(desk.record_place, case_id, None, "地下展厅无信号")
            for consent in consents.asked(book.load(case_id), book.shelf.current):
                timed(desk.answer_consent, case_id, consent.purpose, True, 3, True)
    return {"desk act, ms p50": round(statistics.median(took), 1), "desk act, ms p95": p95(took), "acts": len(took)}


def long_list(folder: Path) -> dict[str, object]:
    """The work list's first answer and a search over 5 000 cases."""
    from app.desk.post import Post
    from app.desk.work_list import WorkList
    from app.store.summaries import Summaries

    database, book, _ = open_desk(folder)
    with database:
        summaries = Summaries(database)
        with database.transaction():
            for number in range(CASES):
                summaries.put(line(number))
        work = WorkList(book, summaries, Post(book, book._outbox, book.shelf, None))
        opened, searched = [], []
        for number in range(20):
            began = time.perf_counter()
            work.home()
            opened.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            work.home(f"样本 {number:04d}")
            searched.append((time.perf_counter() - began) * 1000)
    return {"work list of 5 000, ms p50 / p95": f"{statistics.median(opened):.0f} / {p95(opened)}",
            "search in 5 000, ms p50 / p95": f"{statistics.median(searched):.0f} / {p95(searched)}"}


def first_page(folder: Path) -> dict[str, object]:
    """From process start to the painted work list, on a data folder and with a program that were used before: what Python
    compiled then is there, also where the environment forbids it to be kept."""
    env = os.environ | {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
                        "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder.with_name("compiled"))}
    seconds = []
    for number in range(STARTS + 1):
        began = time.time()
        done = subprocess.run([sys.executable, "-m", "benchmarks.desk", "--paint-first-page", str(folder)], cwd=ROOT,
                              env=env, capture_output=True, text=True, check=True)
        painted = float(done.stdout.split()[-1])
        if number:  # the first start prepares the device and enrols it
            seconds.append(painted - began)
    return {"first page, s min / median / max":
            f"{min(seconds):.2f} / {statistics.median(seconds):.2f} / {max(seconds):.2f}"}


def paint_first_page(folder: Path) -> None:
    """Start as ``mianqian run`` does and print the wall time at which the work list was painted with its rows."""
    from contextlib import ExitStack

    from app.cli import _parser
    from app.records import records
    from app.start import Start
    from app.ui.application import make_application
    from app.workplace import Workplace

    args = _parser().parse_args(["run", "--trial", "--data", str(folder), "--place", f"nmea:{folder}/none"])
    with ExitStack() as stack:
        here = stack.enter_context(records(folder, passphrase=lambda: PASSPHRASE))
        application = make_application([])
        place = Workplace(stack, args, {"microphone": "none"})
        place.take(here)
        start = Start(stack, place)
        start.opened = lambda window: window.home.loaded.connect(lambda _view: painted(window))

        def painted(window) -> None:
            window.repaint()
            print(time.time(), flush=True)
            window.close()
            application.quit()

        start.go_on()
        application.exec()


def painting() -> dict[str, object]:
    """Scrolling through a work list of 10 000 rows: how long each paint takes."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.ui.application import make_application
    from app.ui.pages.case_table import CaseModel, CaseTable

    application = make_application([])
    model = CaseModel()
    table = CaseTable(model)
    model.show_rows(tuple(line(number) for number in range(ROWS)), ROWS)
    table.resize(1100, 640)
    table.show()
    application.processEvents()
    took, bar = [], table.verticalScrollBar()
    for part in range(ROUNDS):
        began = time.perf_counter()
        bar.setValue(bar.maximum() * part // ROUNDS)
        table.viewport().repaint()
        took.append((time.perf_counter() - began) * 1000)
    table.close()
    return {"paint in a list of 10 000, ms p50 / p95": f"{statistics.median(took):.0f} / {p95(took)}"}


def open_desk(folder: Path):
    from tests.fault.desk_worker import open_desk as opened

    return opened(folder)


def line(number: int):
    from app.domain.summary import CaseSummary

    return CaseSummary(
        case_id=f"case-{number}", case_number=f"MQ-20261123-{number:04d}", staff_id="10482", customer="样*",
        id_number_masked="3201**********0027", product="new_car_instalment", step=number % 11 + 1, stage="open",
        completeness=0.5, score=None, sync_state="draft", search=f"样本 {number:04d} 东方汽车城",
        updated_at=datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=number))


def p95(values: list[float]) -> float:
    return round(sorted(values)[int(len(values) * 0.95)], 1)


if __name__ == "__main__":
    main()
