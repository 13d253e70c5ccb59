"""Print that has slipped out of its boxes by a row: most fields then find nothing of their type, and the few that find
a value find that of another box. Each of them alone looks right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from invoiceocr.adjudication.findings.conflicts import is_key
from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.judging.judgment import Judgment
from invoiceocr.adjudication.judging.lost_points import ON_PAPER
from invoiceocr.kinds import KindSpec

FEWEST = 6  # key fields that a kind expects, from which their number tells anything
MOST = 0.6  # share of them without a value


def suspected(judgment: Judgment, fused: Mapping[str, Fused], spec: KindSpec | None) -> Judgment:
    """*judgment* with all print under suspicion if most key fields that the kind should have are missing."""
    expected = [path for path in spec.expected if is_key(path, spec)] if spec is not None else []
    missing = [path for path in expected if path not in fused]
    if len(expected) < FEWEST or len(missing) < MOST * len(expected):
        return judgment
    printed = (path for path, field in fused.items() if field.sources <= ON_PAPER)
    return replace(judgment, suspects=judgment.suspects.union(printed))
