"""Isotonic regression: fits shares that rise with the score, by pooling adjacent violators."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from invoiceocr.adjudication.judging.calibration import Block

# fields of a block; of fewer the share of right ones says little
LEAST = 40
MOST = 12  # blocks of a cell


def pooled(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rising values nearest to *values* by weighted squares (PAVA); as many as *values*.

    >>> pooled(np.array([1.0, 3.0, 2.0]), np.ones(3)).tolist()
    [1.0, 2.5, 2.5]
    """
    means: list[float] = []
    masses: list[float] = []
    sizes: list[int] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, mass, size = value, weight, 1
        while means and means[-1] >= mean:
            last, before = masses.pop(), means.pop()
            mean = (mean * mass + before * last) / (mass + last)
            mass, size = mass + last, size + sizes.pop()
        means.append(mean)
        masses.append(mass)
        sizes.append(size)
    return np.repeat(np.array(means), sizes)


def fit(scores: Sequence[float], right: Sequence[bool]) -> tuple[Block, ...]:
    """The blocks of fields with these *scores*; *right* tells which of them were right. The share of right ones rises
    with the score. It is estimated by (right + 1) / (all + 2), after Laplace, so that no block is more certain than its
    number of fields allows."""
    order = np.argsort(np.asarray(scores), kind="stable")
    ranked, hits = np.asarray(scores)[order], np.asarray(right, dtype=float)[order]
    edges = _edges(ranked)
    counts = np.diff([*edges, len(ranked)]).astype(float)
    sums = np.add.reduceat(hits, edges) if len(ranked) else np.zeros(0)
    level = pooled(sums / counts, counts)
    starts = [0, *(np.flatnonzero(np.diff(level) > 0) + 1).tolist()]
    counts, sums = np.add.reduceat(counts, starts), np.add.reduceat(sums, starts)
    sure = pooled((sums + 1) / (counts + 2), counts)
    firsts = ranked[np.asarray(edges)[starts]]
    return tuple(
        Block(round(float(at), 6), int(count), int(count - hit), round(float(share), 5))
        for at, count, hit, share in zip(firsts, counts, sums, sure, strict=True)
    )


def _edges(ranked: NDArray[np.float64]) -> list[int]:
    """Where the bins of *ranked* scores begin: even in number, never between two equal scores."""
    size = max(LEAST, -(-len(ranked) // MOST))
    edges = [0]
    for index in range(1, len(ranked)):
        if ranked[index] > ranked[index - 1] and index - edges[-1] >= size and len(ranked) - index >= LEAST:
            edges.append(index)
    return edges
