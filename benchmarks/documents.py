"""How well papers are read: invented papers photographed at three levels of care. Run: python -m benchmarks.documents

    --kinds KIND …   of those that can be drawn (default: all)
    --levels LEVEL … of clean, good, hard
    --camera W H     width and height of the pictures, instead of what each kind has (1920 × 1080, A4 2592 × 1944)
    --per-kind N     papers of a kind and level (default 20)
    --seeds WHICH    reporting (default) or tuning; only tuning prints the single misses (--misses)
    --lamps          a lamp is mirrored in every paper
    --rivals         RapidOCR's plain reading and tesseract on the same pictures
    --outside DIR    published specimen papers besides (../shared/data/documents)

A field is right when it is exactly what was drawn. Seconds run from the bytes of the shot to the fields, in one process
as at the desk. ``gate: false accept`` counts pictures without a blocking finding of which a required field was read
wrong, ``false reject`` blocked ones of which every field was right. ``glare told``: of all pictures; with lamps, of those
that hide three characters of print or more.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from app.capture import reading
from benchmarks.papers import measure, outside, report, rivals
from benchmarks.papers.measure import Trial
from benchmarks.synth.papers import DRAW, LEVELS, lit_shot, shot
from benchmarks.synth.specimen import SEEDS, Specimen


class Run:
    """One run: a reading process, and one for the other readers, so that neither one's memory is the other's."""

    def __init__(self, arguments: argparse.Namespace, reader: ProcessPoolExecutor, other: ProcessPoolExecutor) -> None:
        self.arguments, self.reader, self.other = arguments, reader, other
        self.seeds = SEEDS[arguments.seeds][:arguments.per_kind]
        missing = rivals.tesseract_missing()
        self.rivals = [rivals.rapidocr] if missing else [rivals.rapidocr, rivals.tesseract]
        if arguments.rivals and missing:
            print(f"Without tesseract: {missing}")

    def of_kind(self, kind: str, level: str) -> tuple[list[Trial], list[list[rivals.Rival]]]:
        """The trials of one kind at one level, and the other readers' answers to each."""
        trials, answers = [], []
        for seed in self.seeds:
            specimen = _before(self.arguments.camera, DRAW[kind](seed))
            picture, corners, hidden = lit_shot(specimen, level) if self.arguments.lamps else (*shot(specimen, level), None)
            read = self.reader.submit(measure.read, picture, kind).result()
            overlap = measure.overlap(picture, kind, corners)
            trials.append(Trial(kind, level, seed, specimen.fields, read, overlap, hidden))
            if self.arguments.misses:
                _print_misses(trials[-1])
            if self.arguments.rivals:
                answers.append([self.other.submit(rival, picture, kind).result() for rival in self.rivals])
        return trials, answers

    def all_kinds(self) -> None:
        rows, rival_rows = [], []
        for kind in self.arguments.kinds:
            for level in self.arguments.levels:
                trials, answers = self.of_kind(kind, level)
                rows.append(report.row(kind, trials))
                print("  ".join(str(cell) for cell in rows[-1]), flush=True)
                rival_rows += report.rival_rows(kind, trials, answers) if answers else []
        print(f"\n{report.table(report.HEADS, rows)}")
        if rival_rows:
            print(f"\n{report.table(report.RIVAL_HEADS, rival_rows)}")


def main() -> None:
    arguments = _arguments()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as reader, ProcessPoolExecutor(1, spawn) as other:
        started = time.perf_counter()
        loaded: Future = reader.submit(reading.warm)
        loaded.result()
        run = Run(arguments, reader, other)
        print(f"{arguments.seeds} seeds {run.seeds[0]}..{run.seeds[-1]}; loading {time.perf_counter() - started:.1f} s, "
              f"{reader.submit(measure.peak_memory_mb).result()} MB")
        run.all_kinds()
        if arguments.outside:
            print(f"\n{outside.measured(arguments.outside, reader)}")
        print(f"\nreading process at its peak: {reader.submit(measure.peak_memory_mb).result()} MB")


def _before(camera: list[int] | None, specimen: Specimen) -> Specimen:
    """The specimen before a camera of this size, which is held upright where its own is."""
    if not camera:
        return specimen
    width, height = specimen.frame
    return replace(specimen, frame=(max(camera), min(camera)) if width > height else (min(camera), max(camera)))


def _print_misses(trial: Trial) -> None:
    for name in sorted(trial.expected.keys() - trial.right):
        got, sure = trial.read.fields.get(name), "sure" if name in trial.read.sure else ""
        print(f"  {trial.kind} {trial.level} {trial.seed} {name}: {trial.expected[name]!r} read {got!r} {sure} "
              f"IoU {trial.overlap:.2f} {' '.join(trial.read.blocks)}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", nargs="+", choices=sorted(DRAW), default=list(DRAW), metavar="KIND")
    parser.add_argument("--levels", nargs="+", choices=list(LEVELS), default=list(LEVELS), metavar="LEVEL")
    parser.add_argument("--camera", type=int, nargs=2, metavar=("W", "H"))
    parser.add_argument("--per-kind", type=int, default=20)
    parser.add_argument("--seeds", choices=list(SEEDS), default="reporting")
    parser.add_argument("--misses", action="store_true", help="print every field that is not right (tuning seeds only)")
    parser.add_argument("--lamps", action="store_true")
    parser.add_argument("--rivals", action="store_true")
    parser.add_argument("--outside", type=Path)
    arguments = parser.parse_args()
    if arguments.misses and arguments.seeds != "tuning":
        parser.error("single misses are shown of tuning seeds only: nothing may be tuned by the ones that are reported")
    return arguments


if __name__ == "__main__":
    main()
