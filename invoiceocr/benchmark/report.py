"""The report of a run: Markdown for people, the same figures as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from invoiceocr.benchmark.cases import FIRST_SEED, VERSION
from invoiceocr.benchmark.measure import Figures

HEADER = ("", "files", "key fields %", "all fields %", "invented", "rows %", "verified %", "verified wrong", "ms")


@dataclass(frozen=True, slots=True)
class Run:
    """What was run: the tool, kinds, conditions, seeds, and the figures by condition, by kind and of all."""

    tool: str
    seeds: int
    conditions: Mapping[str, Figures]
    kinds: Mapping[str, Figures]
    whole: Figures


def as_json(run: Run) -> dict[str, Any]:
    """All figures."""
    return {
        "benchmark": VERSION,
        "tool": run.tool,
        "seeds": [FIRST_SEED, run.seeds],
        "machine": machine(),
        "all": _figures(run.whole),
        "conditions": {name: _figures(found) for name, found in run.conditions.items()},
        "kinds": {name: _figures(found) for name, found in run.kinds.items()},
    }


def as_markdown(run: Run) -> str:
    """The report."""
    risk = [(f"{share:.0%}", "not stated" if wrong is None else f"{wrong:.2%}") for share, wrong in run.whole.risk()]
    bins = [(f"{low:g} to {high:g}", count, f"{right:.2%}") for low, high, count, right in run.whole.bins()]
    error = run.whole.calibration_error()
    return "\n".join(
        [
            f"# {run.tool}",
            "",
            f"invoiceocr-bench version {VERSION}, {run.seeds} seeds from {FIRST_SEED}; {machine()}",
            "",
            _table(HEADER, [_row(name, found) for name, found in {**run.conditions, "**all**": run.whole}.items()]),
            _table(HEADER, [_row(name, found) for name, found in run.kinds.items()]),
            "## Risk and coverage",
            "",
            "Of the key fields, the surest first: how many of them are wrong.",
            "",
            _table(("coverage", "wrong"), risk),
            "## Calibration",
            "",
            "No confidence is stated." if error is None else f"Expected calibration error: {error:.4f}.",
            "",
            _table(("stated confidence", "fields", "right"), bins) if bins else "",
        ]
    )


def machine() -> str:
    """What it ran on."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _figures(found: Figures) -> dict[str, Any]:
    tally = found.tally
    keys, every = tally.key_counts(), tally.counts()
    return {
        "files": len(found.times_ms),
        "no_answer": found.failures,
        "key_fields": keys,
        "all_fields": every,
        "invented": _invented(found),
        "rows": [tally.rows["right"], tally.rows["right"] + tally.rows["wrong"]],
        "verified": [tally.proofs["right"] + tally.proofs["wrong"], tally.proofs["all"]],
        "verified_wrong": tally.proofs["wrong"],
        "risk_coverage": [list(pair) for pair in found.risk()],
        "calibration": [list(entry) for entry in found.bins()],
        "calibration_error": found.calibration_error(),
        "median_ms": median(found.times_ms) if found.times_ms else None,
    }


def _invented(found: Figures) -> int:
    return sum(count for (_, outcome), count in found.tally.fields.items() if outcome == "invented")


def _row(name: str, found: Figures) -> list[object]:
    figures = _figures(found)
    shares = [_percent(*figures[part]) for part in ("key_fields", "all_fields")]
    rows, proven = _percent(*figures["rows"]), _percent(*figures["verified"])
    time = f"{figures['median_ms']:.0f}" if found.times_ms else ""
    return [name, figures["files"], *shares, figures["invented"], rows, proven, figures["verified_wrong"], time]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else ""


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"
