"""`python -m bench.kinds`: accuracy and proof by kind, on fresh specimens, clean and degraded.

    python -m bench.kinds --count 40 --degraded 20 --first 500000 --write docs/benchmarks.md
    python -m bench.kinds --kinds taxi train --count 3 --degraded 3 --errors 20

Each kind's specimens are read as pictures (and as PDF where it is born digital) by one reader; one line per kind says
how many documents were of the right kind, how many key fields were right, verified, and verified though wrong.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine import provenance
from bench.tables import percent, table, write_section
from invoiceocr.pipeline.reader import Reader
from invoiceocr.scoring.accuracy import KEYS, Tally, compared, paired
from invoiceocr.scoring.documents import Fields, Labeled
from invoiceocr.settings import Settings
from invoiceocr.specimens import EVERY_KIND, KINDS, Order, deliver

DEGRADED = {"form": ("scan", "photo"), "slip": ("slip_scan", "slip_photo")}
BORN_DIGITAL = frozenset({"digital_rail", "digital_air", "ride_itinerary", "fiscal", "blockchain"})
SECTION = "kinds"
HEADER = ("kind, condition", "documents", "kind right", "key fields right", "key fields verified", "verified wrong")


@dataclass(slots=True)
class Count:
    """What was counted of one kind in one condition."""

    tally: Tally = field(default_factory=Tally)
    kinds: Counter[bool] = field(default_factory=Counter)
    verified: Counter[bool] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def add(self, document: Labeled, found: Sequence[Fields]) -> None:
        """Counts what was *found* in *document*: every verified field counts, key or not."""
        self.tally.add(document, found)
        for label, output in paired(document.invoices, found):
            self.kinds[label["kind"] == output.get("kind")] += 1
            evidence = output.get("evidence") or {}
            for path, outcome in compared(label, output):
                if path in document.unsure:
                    continue
                if outcome != "right" and path in KEYS:
                    self.errors.append(f"{document.path.name}: {path} {outcome}")
                if (evidence.get(path) or {}).get("status") == "verified" and outcome in ("right", "wrong"):
                    self.verified[outcome == "right"] += 1
                    if outcome == "wrong":
                        self.errors.append(f"{document.path.name}: {path} VERIFIED WRONG")

    def row(self, name: str) -> tuple[object, ...]:
        """The line of the table."""
        proofs, kinds = self.tally.proofs, self.kinds
        return (
            name,
            kinds.total(),
            percent((kinds[True], kinds.total())),
            percent(self.tally.key_counts()),
            percent((proofs["right"] + proofs["wrong"], proofs["all"])),
            f"{self.verified[False]} of {self.verified.total()}",
        )


def orders(kind: str, count: int, first: int) -> Iterator[Order]:
    """*count* clean specimens of *kind*: pictures, every other one a PDF where the kind is born digital."""
    for seed in range(first, first + count):
        yield Order(kind, seed, "pdf" if kind in BORN_DIGITAL and seed % 2 else "png")


def worn(kind: str, count: int, first: int) -> Iterator[Order]:
    """*count* degraded specimens of *kind*, in each condition of its sort in turn."""
    conditions = DEGRADED["form" if kind in KINDS else "slip"]
    for seed in range(first, first + count):
        yield Order(kind, seed, "jpg", conditions[seed % len(conditions)])


def read(reader: Reader, wanted: Iterable[Order]) -> Count:
    """The counts of the specimens of *wanted*."""
    count = Count()
    for order in wanted:
        specimen = deliver(order)
        label = specimen.truth
        document = Labeled(
            Path(order.name), tuple(each["fields"] for each in label["invoices"]), frozenset(label["unsure"])
        )
        count.add(document, [found.model_dump(mode="json") for found in reader.read(specimen.data, name=specimen.name)])
    return count


def main() -> None:
    """Reads the specimens and prints the table, or writes it into the document."""
    options = argparse.ArgumentParser(prog="python -m bench.kinds", description=__doc__)
    options.add_argument("--kinds", nargs="+", default=list(EVERY_KIND), choices=EVERY_KIND)
    options.add_argument("--count", type=int, default=40, help="clean specimens of each kind")
    options.add_argument("--degraded", type=int, default=20, help="degraded specimens of each kind")
    options.add_argument("--first", type=int, default=500_000, help="seed of the first specimen")
    options.add_argument("--errors", type=int, default=0, help="how many errors of each kind to list")
    options.add_argument("--write", type=Path, help="the document whose section is written anew")
    given = options.parse_args()
    reader, rows = Reader(Settings()), []
    for kind in given.kinds:
        for name, wanted in (
            ("clean", orders(kind, given.count, given.first)),
            ("degraded", worn(kind, given.degraded, given.first)),
        ):
            count = read(reader, wanted)
            if count.kinds:
                rows.append(count.row(f"{kind}, {name}"))
                print(*rows[-1], sep=" | ", flush=True)
                for error in count.errors[: given.errors]:
                    print("   ", error, flush=True)
    if given.write:
        command = f"python -m bench.kinds --count {given.count} --degraded {given.degraded} --first {given.first}"
        write_section(given.write, SECTION, f"{provenance(command)}\n\n{table(HEADER, rows)}")


if __name__ == "__main__":
    main()
