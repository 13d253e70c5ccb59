"""Figures as Markdown: medians, percentages, tables, and the sections of documents that hold them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

NOTHING = "–"


def percent(counts: tuple[int, int]) -> str:
    """A share (part, whole) as a percentage with one decimal; a dash where there is nothing to share."""
    part, whole = counts
    return f"{100 * part / whole:.1f}" if whole else NOTHING


def quantile(values: Sequence[float], share: float) -> float:
    """The value below or at which *share* of *values* lie (nearest rank); ValueError if there is none."""
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def spread(milliseconds: Sequence[float]) -> str:
    """Median / 90th percentile / maximum in milliseconds, three digits each."""
    if not milliseconds:
        return NOTHING
    return " / ".join(digits(quantile(milliseconds, share)) for share in (0.5, 0.9, 1.0))


def digits(value: float) -> str:
    """*value* with three digits: 0.42, 4.21, 42.1, 421, 4210."""
    return f"{value:.{min(2, max(0, 2 - math.floor(math.log10(max(value, 0.01)))))}f}"


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table: the first column to the left, the others to the right."""
    lines = [_row(header), _row(["---", *["---:"] * (len(header) - 1)])]
    return "\n".join([*lines, *map(_row, rows)]) + "\n"


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def with_section(document: str, name: str, body: str) -> str:
    """*document* with *body* between `<!-- bench:name -->` and `<!-- /bench:name -->`; ValueError if it lacks the
    marks, or has them more than once."""
    opening, closing = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    if document.count(opening) != 1 or document.count(closing) != 1:
        raise ValueError(f"the document needs one {opening} and one {closing}")
    before, _, rest = document.partition(opening)
    _, mark, after = rest.partition(closing)
    if not mark:
        raise ValueError(f"{closing} stands before {opening}")
    return f"{before}{opening}\n{body.strip()}\n{closing}{after}"


def write_section(path: Path, name: str, body: str) -> None:
    """Replaces the section *name* of the document at *path*."""
    path.write_text(with_section(path.read_text(encoding="utf-8"), name, body), encoding="utf-8")
