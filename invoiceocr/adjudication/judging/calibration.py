"""`Calibration`: how often fields as sure as this one were right, from models/calibration.toml.

The table was fitted by training/calibrate.py to labeled documents. For each source, status and group of fields it has a
few blocks of scores, each with the number of fields in it and how many of them were wrong. See docs/confidence.md.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from invoiceocr import resources
from invoiceocr.errors import ModelError
from invoiceocr.evidence.candidate import PRINTED
from invoiceocr.evidence.row_paths import ITEM
from invoiceocr.kinds import KindSpec, field_of
from invoiceocr.kinds.fields import GROUPS
from invoiceocr.proof import Evidence, Status

FILE = "calibration.toml"
# the groups of fields that no kind has
OTHER_ROWS, OTHER_FIELDS = "item_texts", "text"
SOURCES = ("ocr", "text", "stated")
PRINTS = {"text": PRINTED, "ocr": {"ocr"}}
STATUSES = ("verified", "read", "doubtful")


class Stratum(NamedTuple):
    """Which fields are calibrated together: by their source, status and group."""

    source: str
    status: str
    group: str


@dataclass(frozen=True, slots=True)
class Block:
    """The fields with a score of at least `score`, up to the next block: their number `count`, how many of them were
    `wrong`, and the resulting confidence."""

    score: float
    count: int
    wrong: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The blocks of each cell, with rising scores and confidences, and their origin."""

    blocks: Mapping[Stratum, tuple[Block, ...]]
    provenance: Mapping[str, Any]

    def block(self, cell: Stratum, score: float) -> Block:
        """The block of *cell* that contains *score*; scores below the first block belong to it."""
        blocks = self.blocks[cell]
        return blocks[max(bisect_right([block.score for block in blocks], score) - 1, 0)]

    def confidence(self, cell: Stratum, score: float) -> float:
        """The share of fields with this *score* that were right: never 1, and never lower than that of a lower
        score."""
        return self.block(cell, score).confidence


def group_of(path: str, spec: KindSpec | None) -> str:
    """The group of the field at *path*; *spec* is what is known of its kind, or None."""
    if field := field_of(path, spec):
        return field.group
    return OTHER_ROWS if ITEM.match(path) else OTHER_FIELDS


def cell_of(path: str, sources: Collection[str], status: Status, spec: KindSpec | None) -> Stratum:
    """The cell of a field with these witnesses: printed as characters, or else recognized, or else only stated."""
    found = next((name for name, prints in PRINTS.items() if prints & set(sources)), "stated")
    return Stratum(found, status, group_of(path, spec))


def cell_of_evidence(path: str, evidence: Evidence, spec: KindSpec | None) -> Stratum:
    """The cell of a field that was judged."""
    agreeing = {witness.source for witness in evidence.witnesses if witness.agrees}
    return cell_of(path, agreeing, evidence.status, spec)


@lru_cache(maxsize=4)
def load(file: Path | None = None) -> Calibration:
    """The table of *file*, by default the one that ships; ModelError if it is missing, incomplete or not rising."""
    file = file or resources.folder("models") / FILE
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        blocks = {Stratum(*cell): _blocks(data["cells"][".".join(cell)]) for cell in cells()}
        return Calibration(blocks, data["provenance"])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        problem = f"no {error}" if isinstance(error, KeyError) else error
        raise ModelError(f"{file}: {problem}; reinstall the package or run training/calibrate.py") from error


def cells() -> tuple[tuple[str, str, str], ...]:
    """Every cell that a table must hold."""
    return tuple((source, status, group) for source in SOURCES for status in STATUSES for group in GROUPS)


def _blocks(rows: list[list[float]]) -> tuple[Block, ...]:
    blocks = tuple(Block(score, int(count), int(wrong), sure) for score, count, wrong, sure in rows)
    rising = all(a.score < b.score and a.confidence <= b.confidence for a, b in pairwise(blocks))
    if not blocks or not rising or not all(0.0 < block.confidence < 1.0 for block in blocks):
        raise ValueError("confidences must rise with the scores and lie between 0 and 1")
    return blocks
