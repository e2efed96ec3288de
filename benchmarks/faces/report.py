"""The tables of a run, as Markdown: the same for the terminal and for ``docs/identity.md``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from benchmarks.faces.attacks import Trial, Watched
from benchmarks.faces.rates import Rates, Share
from benchmarks.synth.presentation import INJECTED

Row = Sequence[object]


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
    head = ("living face", "engine", "live", "review", "rejected", "would be rejected by enforced light", "reasons")
    return table(head, [(group, engine, *_verdicts(these, lambda t: t.own_verdict),
                         sum(t.enforced == "reject" and t.verdict != "reject" for t in these), _reasons(these))
                        for (group, engine), these in _grouped(trials).items()])


def attacks(trials: Sequence[Trial]) -> str:
    """APCER by species: what the pictures alone let in, and what is left once the camera counts."""
    head = ("attack", "way in", "engine", "clips", "live", "review", "rejected", "APCER (live)", "live, light enforced",
            "live, camera not enrolled", "reasons")
    rows = []
    for (group, engine), every in _grouped(trials).items():
        seen = [t for t in every if t.source == "enrolled"]
        unknown = [t for t in every if t.source == "unknown"]
        rows.append((group, "injected" if group in INJECTED else "lens", engine, len(seen),
                     *_verdicts(seen, lambda t: t.own_verdict),
                     Share(sum(t.own_verdict == "live" for t in seen), len(seen)),
                     sum(t.own_verdict == "live" and t.enforced == "live" for t in seen),
                     sum(t.verdict == "live" for t in unknown) if unknown else "–", _reasons(seen)))
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


def _verdicts(trials: Sequence[Trial], verdict: Callable[[Trial], str]) -> tuple[int, int, int]:
    counts = Counter(verdict(trial) for trial in trials)
    return counts["live"], counts["review"], counts["reject"]


def _reasons(trials: Sequence[Trial]) -> str:
    counts = Counter(reason for trial in trials for reason in trial.result.reasons if reason != "no_attack_detection")
    return ", ".join(f"{reason} {count}" for reason, count in counts.most_common(4)) or "–"


def _grouped(trials: Sequence[Trial]) -> dict[tuple[str, str], list[Trial]]:
    groups: dict[tuple[str, str], list[Trial]] = {}
    for trial in trials:
        groups.setdefault((trial.group, trial.engine), []).append(trial)
    return groups
