"""The tables of a run, as Markdown: the same for the terminal and for ``docs/identity.md``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.faces.attacks import Trial, Watched
from benchmarks.faces.rates import Rates, Share
from benchmarks.synth.presentation import INJECTED

Row = Sequence[object]
CLEAN = ("nothing against it", "nor with the light enforced")  # but for an engine's missing attack detection


def table(head: Row, rows: Sequence[Row]) -> str:
    """A Markdown table with its columns in line."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def matching(rows: Sequence[tuple[str, str, str, Rates]]) -> str:
    """Rows: people, portrait, engine, rates."""
    head = ("people", "portrait", "engine", "genuine / strangers", "refused", "EER", "TPR at FMR 1e-2", "TPR at FMR 1e-3")
    return table(head, [(who, kind, engine, f"{r.genuine} / {r.impostor}", r.no_face, _span(r.eer),
                         _span(r.tpr_at[1e-2]), _span(r.tpr_at[1e-3])) for who, kind, engine, r in rows])


def zones(rows: Sequence[tuple[str, str, str, str, Share, Share]]) -> str:
    """Rows: people, portrait, engine, limit, genuine and strangers within it."""
    return table(("people", "portrait", "engine", "limit", "genuine accepted", "strangers accepted"), rows)


def genuine(trials: Sequence[Trial]) -> str:
    """BPCER by circumstances: attempts of living people, and what became of them."""
    head = ("living face", "engine", "attempts", "live", "review", "rejected", "BPCER (rejected)", *CLEAN, "reasons")
    rows = [(group, engine, len(these), *_verdicts(these), _share(these, "reject"), *_clean(these), _reasons(these))
            for (group, engine, _), these in _grouped(trials).items()]
    return table(head, rows + _all(rows, trials, "reject"))


def attacks(trials: Sequence[Trial]) -> str:
    """APCER by species: what is let in, and what would be but for a missing attack detection."""
    head = ("attack", "way in", "engine", "attempts", "live", "review", "rejected", "APCER (live)", *CLEAN, "reasons")
    rows = []
    for (group, engine, source), these in _grouped(trials).items():
        name = group if source == "enrolled" else f"{group}, unknown camera"
        rows.append((name, "injected" if group in INJECTED else "lens", engine, len(these), *_verdicts(these),
                     _share(these, "live"), *_clean(these), _reasons(these)))
    return table(head, rows)


def recordings(rows: Sequence[Watched]) -> str:
    head = ("recording", "what it is", "frames judged", "median probability of a real face")
    return table(head, [(one.name, "real" if one.genuine else "attack", one.frames,
                         "–" if one.median is None else f"{one.median:.3f}") for one in rows])


def speed(measured: dict[str, dict]) -> str:
    head = ("stage, 640×480, one thread", *(f"{name}: p50 / p95 ms (processor p50)" for name in measured))
    names = list(dict.fromkeys(stage[0] for one in measured.values() for stage in one["stages"]))
    rows = []
    for name in names:
        found = [next((s for s in one["stages"] if s[0] == name), None) for one in measured.values()]
        rows.append((name, *("–" if s is None else f"{s[1]:.1f} / {s[2]:.1f} ({s[3]:.1f})" for s in found)))
    rows.append(("loading, s", *(f"{one['load_s']:.2f}" for one in measured.values())))
    rows.append(("memory, MB", *(str(one["memory_mb"]) for one in measured.values())))
    return table(head, rows)


def _span(figures: tuple[float, float, float]) -> str:
    return "{:.1f} % ({:.1f}–{:.1f})".format(*(100 * value for value in figures))


def _verdicts(trials: Sequence[Trial]) -> tuple[int, int, int]:
    counts = Counter(trial.verdict for trial in trials)
    return counts["live"], counts["review"], counts["reject"]


def _share(trials: Sequence[Trial], verdict: str) -> Share:
    return Share(sum(trial.verdict == verdict for trial in trials), len(trials))


def _clean(trials: Sequence[Trial]) -> tuple[int, int]:
    return sum(trial.clean for trial in trials), sum(trial.clean and trial.answered for trial in trials)


def _all(rows: Sequence[Row], trials: Sequence[Trial], verdict: str) -> list[Row]:
    """One more row an engine: everything together."""
    found = []
    for engine in dict.fromkeys(row[1] for row in rows):
        these = [trial for trial in trials if trial.engine == engine]
        found.append(("all", engine, len(these), *_verdicts(these), _share(these, verdict), *_clean(these), ""))
    return found


def _reasons(trials: Sequence[Trial]) -> str:
    counts = Counter(reason for trial in trials for reason in trial.result.reasons if reason != "no_attack_detection")
    return ", ".join(f"{reason} {count}" for reason, count in counts.most_common(4)) or "–"


def _grouped(trials: Sequence[Trial]) -> dict[tuple[str, str, str], list[Trial]]:
    groups: dict[tuple[str, str, str], list[Trial]] = {}
    for trial in trials:
        groups.setdefault((trial.group, trial.engine, trial.source), []).append(trial)
    order = list(dict.fromkeys(trial.group for trial in trials))
    return dict(sorted(groups.items(), key=lambda item: (order.index(item[0][0]), item[0][2], item[0][1])))
