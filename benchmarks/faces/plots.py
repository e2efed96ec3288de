"""Small SVG plots: ROC curves, and distances of the same person and of strangers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import log10

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 460, 300, 52, 34, 22, 44
COLOURS = ("#0b6e4f", "#c8553d", "#2c5f9e", "#8a6d3b", "#7a4e9c", "#555555")
FMR_LEAST = 3e-4


def roc_plot(title: str, curves: dict[str, Sequence[tuple[float, float]]]) -> str:
    """TPR over FMR, FMR by decades; below the least rate that can be shown a curve goes on level."""
    parts = [*_axes(title, "false-match rate (strangers taken for the customer)", "true-match rate"),
             *(_text(_x_log(rate), HEIGHT - BOTTOM + 15, label, "middle") for rate, label in
               ((1e-3, "0.1 %"), (1e-2, "1 %"), (1e-1, "10 %"), (1.0, "100 %"))),
             *(_text(LEFT - 6, _y(level) + 4, f"{100 * level:.0f} %", "end") for level in (0.0, 0.25, 0.5, 0.75, 1.0))]
    for number, (name, curve) in enumerate(curves.items()):
        points = " ".join(f"{_x_log(max(fmr, FMR_LEAST)):.1f},{_y(tpr):.1f}" for fmr, tpr in curve)
        colour = COLOURS[number % len(COLOURS)]
        parts += [f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.8"/>',
                  _text(WIDTH - RIGHT - 6, HEIGHT - BOTTOM - 10 - 15 * (len(curves) - 1 - number), name, "end", colour)]
    return _document(parts)


def distance_plot(title: str, genuine: Sequence[float], impostor: Sequence[float],
                  limits: dict[str, float]) -> str:
    """Histograms of both kinds, each by its own height, with the zones' limits."""
    low, high = min([*genuine, *impostor]), max([*genuine, *impostor])
    parts = [*_axes(title, "distance", "share of comparisons"),
             *(_text(_x(value, low, high), HEIGHT - BOTTOM + 15, f"{value:.2f}", "middle")
               for value in (low, (low + high) / 2, high))]
    for number, (name, values) in enumerate((("the same person", genuine), ("strangers", impostor))):
        counts = _histogram(values, low, high)
        top = max(counts) or 1
        steps = [(low + (high - low) * n / len(counts), count / top) for n, count in enumerate(counts)]
        width = (WIDTH - LEFT - RIGHT) / len(counts)
        parts += [f'<rect x="{_x(at, low, high):.1f}" y="{_y(share):.1f}" width="{width:.1f}" '
                  f'height="{_y(0) - _y(share):.1f}" fill="{COLOURS[number]}" fill-opacity="0.55"/>' for at, share in steps]
        parts.append(_text(LEFT + 8 + 130 * number, TOP + 12, name, "start", COLOURS[number]))
    for name, value in limits.items():
        at = _x(value, low, high)
        parts += [f'<line x1="{at:.1f}" y1="{TOP + 20}" x2="{at:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#222" '
                  'stroke-dasharray="4 3"/>', _text(at + 3, TOP + 30, name, "start", "#222")]
    return _document(parts)


def _histogram(values: Sequence[float], low: float, high: float, bins: int = 48) -> list[int]:
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int((value - low) / (high - low) * bins))] += 1
    return counts


def _x(value: float, low: float, high: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (value - low) / (high - low)


def _x_log(fmr: float) -> float:
    return _x(log10(fmr), log10(FMR_LEAST), 0.0)


def _y(share: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)


def _axes(title: str, across: str, up: str) -> list[str]:
    frame = (f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" height="{HEIGHT - TOP - BOTTOM}" '
             'fill="none" stroke="#999"/>')
    return [frame, _text(LEFT, 20, title, "start", "#111", 13), _text((LEFT + WIDTH) / 2, HEIGHT - 8, across, "middle"),
            f'<text x="13" y="{(TOP + HEIGHT - BOTTOM) / 2}" transform="rotate(-90 13 {(TOP + HEIGHT - BOTTOM) / 2})" '
            f'text-anchor="middle" font-size="11" fill="#444">{escape(up)}</text>']


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#444", size: int = 11) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{escape(text)}</text>'


def _document(parts: Sequence[str]) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'font-family="sans-serif"><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n' + "\n".join(parts)
            + "\n</svg>\n")
