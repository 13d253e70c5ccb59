"""What stated confidences are worth: shares of right lines by confidence, as rows and as a small picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from bench.recognizers import Read
from bench.tables import percent

Results = Mapping[str, Sequence[Read]]
SIDE, MARGIN, STEPS = 260, 40, 10
COLORS = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#b8860b", "#555555")


def reliability_rows(results: Results, bins: Sequence[tuple[float, float]]) -> Iterable[list[str]]:
    """A recognizer a row: the share of lines right among those whose confidence is in each of *bins*."""
    for name, found in results.items():
        yield [name, *(_cell(within(found, *ends)) for ends in bins)]


def within(found: Sequence[Read], low: float, high: float) -> list[Read]:
    """The lines whose confidence is from *low* up to *high*, 1.0 included at the upper end."""
    top = high if high < 1.0 else 1.1
    return [each for each in found if low <= each.reading.confidence < top]


def plot(results: Results) -> str:
    """An SVG: stated confidence of whole lines to the right, share of them right upwards, a curve a recognizer."""
    size = SIDE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size + 170}" height="{size}" font-family="sans-serif" '
        f'font-size="11"><rect x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/>',
        f'<path d="M{MARGIN} {MARGIN + SIDE}L{MARGIN + SIDE} {MARGIN}" stroke="#bbb" stroke-dasharray="4"/>',
        f'<text x="{MARGIN}" y="{size - 12}">0 … stated confidence of the line … 1</text>',
        f'<text x="{MARGIN}" y="{MARGIN - 10}">share of lines right (0 … 1)</text>',
    ]
    for index, (name, found) in enumerate(results.items()):
        color = COLORS[index % len(COLORS)]
        parts.append(f'<polyline fill="none" stroke="{color}" stroke-width="2" points="{_points(found)}"/>')
        parts.append(f'<text x="{size - 20}" y="{MARGIN + 16 * (index + 1)}" fill="{color}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _points(found: Sequence[Read]) -> str:
    ends = [(step / STEPS, (step + 1) / STEPS) for step in range(STEPS)]
    groups = [(low, high, within(found, low, high)) for low, high in ends]
    places = (
        (((low + high) / 2), sum(each.right for each in group) / len(group)) for low, high, group in groups if group
    )
    return " ".join(f"{MARGIN + SIDE * x:.1f},{MARGIN + SIDE * (1 - y):.1f}" for x, y in places)


def _cell(group: Sequence[Read]) -> str:
    return f"{percent((sum(each.right for each in group), len(group)))} ({len(group)})"
