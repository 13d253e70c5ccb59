"""How well confidences agree with the facts: calibration error, Brier score, reliability, risk–coverage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15
DRAWS = 50
COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
WIDTH, HEIGHT, MARGIN = 320, 320, 44  # of the diagram, in pixels
LOWEST = 0.5  # left and lower end of the diagram's axes


@dataclass(frozen=True, slots=True)
class Bin:
    """Fields of like confidence: how many, their mean confidence, and the share that was right."""

    count: int
    said: float
    right: float


def bins(confidences: Sequence[float], right: Sequence[bool]) -> list[Bin]:
    """Bins of equal counts, least sure first."""
    order = np.argsort(np.asarray(confidences), kind="stable")
    said, hits = np.asarray(confidences)[order], np.asarray(right, dtype=float)[order]
    parts = [part for part in np.array_split(np.arange(len(said)), min(BINS, len(said))) if len(part)]
    return [Bin(len(part), float(said[part].mean()), float(hits[part].mean())) for part in parts]


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """The expected calibration error: the mean distance between confidence and share of right fields, over bins."""
    found = bins(confidences, right)
    return sum(b.count * abs(b.said - b.right) for b in found) / max(sum(b.count for b in found), 1)


def chance_error(confidences: Sequence[float]) -> float:
    """The calibration error to expect even if every confidence is exactly true, since bins of few fields scatter."""
    random, said = np.random.default_rng(0), np.asarray(confidences)
    draws = [calibration_error(confidences, (random.random(len(said)) < said).tolist()) for _ in range(DRAWS)]
    return float(np.mean(draws))


def brier(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """The mean squared difference between a confidence and whether the field was right (1 or 0)."""
    return float(np.mean((np.asarray(confidences) - np.asarray(right, dtype=float)) ** 2))


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> Iterator[tuple[float, float, float]]:
    """(share of the fields, most confident first; share of them that is wrong; least confidence among them)."""
    order = np.argsort(-np.asarray(confidences), kind="stable")
    said, wrong = np.asarray(confidences)[order], 1.0 - np.asarray(right, dtype=float)[order]
    for coverage in COVERAGES:
        count = max(round(coverage * len(said)), 1)
        yield coverage, float(wrong[:count].mean()), float(said[count - 1])


def table(confidences: Sequence[float], right: Sequence[bool]) -> str:
    """The reliability table, Markdown."""
    rows = [f"| {b.count} | {b.said:.4f} | {b.right:.4f} | {b.said - b.right:+.4f} |" for b in bins(confidences, right)]
    return "\n".join(["| fields | confidence | right | difference |", "|--:|--:|--:|--:|", *rows])


def diagram(series: Sequence[tuple[str, str, list[Bin]]]) -> str:
    """The reliability diagram as SVG: confidence along x, share of right fields along y, a curve for each series."""
    drawn = [_series(color, found) for _, color, found in series]
    names = [
        f'<text x="{MARGIN + 10}" y="{MARGIN + 14 * i}" fill="{color}">{name}</text>'
        for i, (name, color, _) in enumerate(series)
    ]
    ticks = [_tick(share) for share in np.linspace(LOWEST, 1.0, 6).tolist()]
    size = f'width="{WIDTH + 2 * MARGIN}" height="{HEIGHT + 2 * MARGIN}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">',
            '<rect width="100%" height="100%" fill="white"/>',
            f'<path d="M {_place(LOWEST, LOWEST)} L {_place(1, 1)}" stroke="#999" stroke-dasharray="4 3"/>',
            f'<rect x="{MARGIN}" y="{MARGIN}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#333"/>',
            *ticks,
            *drawn,
            *names,
            "</svg>",
            "",
        ]
    )


def _series(color: str, found: Sequence[Bin]) -> str:
    points = [_place(b.said, b.right) for b in found]
    dots = "".join(f'<circle cx="{p.split()[0]}" cy="{p.split()[1]}" r="3" fill="{color}"/>' for p in points)
    return f'<path d="M {" L ".join(points)}" fill="none" stroke="{color}"/>{dots}'


def _tick(share: float) -> str:
    x, y = _place(share, share).split()
    return (
        f'<text x="{x}" y="{HEIGHT + MARGIN + 14}" text-anchor="middle">{share:.1f}</text>'
        f'<text x="{MARGIN - 6}" y="{y}" text-anchor="end">{share:.1f}</text>'
    )


def _place(said: float, right: float) -> str:
    scale: NDArray[np.float64] = (np.clip(np.array([said, right]), LOWEST, 1.0) - LOWEST) / (1.0 - LOWEST)
    return f"{MARGIN + WIDTH * scale[0]:.1f} {MARGIN + HEIGHT * (1 - scale[1]):.1f}"
