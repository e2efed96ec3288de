"""Tables of what the trials showed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.synth.lamp import HIDES

if TYPE_CHECKING:
    from benchmarks.papers.measure import Trial
    from benchmarks.papers.rivals import Rival

FOUND = 0.9
HEADS = ("kind", "level", "papers", "IoU median", f"IoU ≥ {FOUND}", "fields right", "%", "wrong, shown as sure",
         "numbers accepted wrong", "gate: false accept", "gate: false reject", "glare told", "s p50", "s p95", "CPU s p50")
RIVAL_HEADS = ("kind", "level", "reader", "fields right %", "value seen in text %", "s p50")


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def row(name: str, trials: Sequence[Trial]) -> tuple[object, ...]:
    """One line of the main table: trials of one kind at one level."""
    overlaps = [trial.overlap for trial in trials]
    seconds = [trial.read.seconds for trial in trials]
    right, total = sum(len(trial.right) for trial in trials), sum(len(trial.expected) for trial in trials)
    lit = "" if trials[0].hidden is None else ", lamp"
    return (name, trials[0].level + lit, len(trials), f"{np.median(overlaps):.3f}",
            f"{sum(overlap >= FOUND for overlap in overlaps)}/{len(trials)}", f"{right}/{total}", percent(right, total),
            sum(len(trial.wrong & trial.read.sure) for trial in trials),
            sum(trial.number_accepted_wrong for trial in trials), sum(trial.false_accept for trial in trials),
            sum(trial.false_reject for trial in trials), _glare(trials),
            *(f"{np.percentile(seconds, share):.2f}" for share in (50, 95)),
            f"{np.median([trial.read.cpu_seconds for trial in trials]):.2f}")


def _glare(trials: Sequence[Trial]) -> str:
    """Of pictures without a lamp, those that are told to glare; of lamps that hide print, those that are told."""
    judged = [trial for trial in trials if trial.hidden is None or trial.hidden >= HIDES]
    return f"{sum('quality.glare' in trial.read.noticed for trial in judged)}/{len(judged)}"


def rival_rows(name: str, trials: Sequence[Trial], rivals: Sequence[Sequence[Rival]]) -> list[tuple[object, ...]]:
    """This reader and each other one on the same pictures; ``rivals`` has one sequence a trial."""
    total = sum(len(trial.expected) for trial in trials)
    ours = percent(sum(len(trial.right) for trial in trials), total)
    rows = [(name, trials[0].level, "this program", ours, "", f"{np.median([t.read.seconds for t in trials]):.2f}")]
    for answers in zip(*rivals, strict=True):
        seen = sum(answer.seen(trial.expected) for answer, trial in zip(answers, trials, strict=True))
        rows.append((name, trials[0].level, answers[0].name, _parsed(answers, trials, total), percent(seen, total),
                     f"{np.median([answer.seconds for answer in answers]):.2f}"))
    return rows


def percent(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):.1f}"


def _parsed(answers: Sequence[Rival], trials: Sequence[Trial], total: int) -> str:
    if answers[0].parsed is None:
        return "–"
    pairs = zip(answers, trials, strict=True)
    return percent(sum(answer.parsed.get(name) == value for answer, trial in pairs
                       for name, value in trial.expected.items()), total)
