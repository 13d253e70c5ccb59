"""The cases of the benchmark: every kind under every condition, with fixed seeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from invoiceocr.scoring.documents import Labeled
from invoiceocr.specimens import KINDS, Format, Order, make

# of the benchmark: figures of different versions are not comparable
VERSION = 1
# far from the seeds of tests, examples and training
FIRST_SEED = 900_000
SLIP = "slip_"  # how the degradations of small papers begin


@dataclass(frozen=True, slots=True)
class Condition:
    """How a specimen comes: its file format and what befell its picture; small papers suffer in ways of their own."""

    format: Format
    degradation: str | None = None
    small_degradation: str | None = None

    def befalls(self, kind: str) -> str | None:
        """The degradation for a paper of that kind."""
        return self.degradation if kind in KINDS else self.small_degradation or self.degradation


CONDITIONS: dict[str, Condition] = {
    "pdf": Condition("pdf"),
    "ofd": Condition("ofd"),
    "xml": Condition("xml"),
    "clean": Condition("png"),
    "scan": Condition("jpg", "scan", "slip_scan"),
    "photo": Condition("jpg", "photo", "slip_photo"),
    "hard_photo": Condition("jpg", "hard_photo", "slip_photo"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A file to read, with its label, its kind and its condition."""

    kind: str
    condition: str
    document: Labeled


def cases(kinds: Iterable[str], conditions: Sequence[str], seeds: int, folder: Path) -> Iterator[Case]:
    """Each case, its file written to *folder*. What does not exist (a train ticket as XML) is left out."""
    for kind in kinds:
        for condition in conditions:
            yield from _of(kind, condition, seeds, folder)


def _of(kind: str, condition: str, seeds: int, folder: Path) -> Iterator[Case]:
    made = CONDITIONS[condition]
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        order = Order(kind, seed, made.format, made.befalls(kind))
        try:
            specimen = make(kind, seed, format=order.format, degradation=order.degradation)
        except ValueError:
            return
        path = folder / f"{condition}-{specimen.name}"
        path.write_bytes(specimen.data)
        fields = tuple(dict(invoice["fields"]) for invoice in specimen.truth["invoices"])
        yield Case(kind, condition, Labeled(path, fields))
