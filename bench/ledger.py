"""Measures the ledger: `duplicates` of specimens across formats, `scale` of a check among many entries.

python bench/ledger.py duplicates --count 100     # specimens, each as PDF, OFD, XML and photo
python bench/ledger.py duplicates --count 500 --pictures 60     # photos and scans, which are slow, of some of them
python bench/ledger.py scale --entries 1000000
python bench/ledger.py scale --imported 1000000 --ledger postgresql://...    # all of them as a user would import them
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from invoiceocr.invoice import Invoice, Party, VatInvoice
from invoiceocr.ledger import Ledger
from invoiceocr.ledger.bulk import write_rows
from invoiceocr.ledger.papers import papers
from invoiceocr.ledger.rows import now
from invoiceocr.ledger.store import entry_row, file_row
from invoiceocr.ledger.tables import ENTRIES, FILES
from invoiceocr.pipeline.reader import Reader
from invoiceocr.proof import Evidence
from invoiceocr.result import ReadResult
from invoiceocr.settings import Settings
from invoiceocr.specimens import KINDS, Format, make
from invoiceocr.specimens.content.traits import PAPER

# a format and how its picture is degraded
Forms = tuple[tuple[Format, str | None], ...]
FORMATS: Forms = (("pdf", None), ("ofd", None), ("xml", None), ("jpg", "photo"))
# kinds that have no OFD or XML
ON_PAPER: Forms = (("pdf", None), ("jpg", "scan"), ("png", "photo"))
FIRST_DAY = date(2024, 1, 1)
DAYS = 700
SELLERS = 20_000
IMPORTED = 20_000  # entries that are imported as a user would, unless told otherwise
CHUNK = 20_000
TOLD = 50  # files after which the counts so far are printed


def duplicates(count: int, pictures: int | None, where: str | None) -> None:
    """Prints recall and precision of the claim that two files are one invoice, over all files but the first of each;
    of the pictures only so many are taken, at random."""
    reader = Reader(Settings(threads=1, today=date(2026, 12, 31)))
    orders = [(index, form, how) for index in range(count) for form, how in formats(KINDS[index % len(KINDS)])]
    random.Random(1).shuffle(orders)
    drawn = [order for order in orders if order[2] is not None][:pictures]
    orders = [order for order in orders if order[2] is None or order in drawn]
    with tempfile.TemporaryDirectory() as folder, Ledger(where or f"{folder}/l.db") as ledger:
        trial = _Trial(ledger)
        for index, form, how in orders:
            data = make(KINDS[index % len(KINDS)], 70_000 + index, format=form, degradation=how).data
            trial.add(index, reader.read_one(data, name=f"{index}.{form}"))
        entries = sum(1 for _ in ledger.entries())
    found, misled, expected = (trial.tally[name] for name in ("found", "wrong", "expected"))
    print(f"specimens {count}, files {len(orders)}, {len(drawn)} of them pictures, entries {entries}")
    print(f"recall {found / max(expected, 1):.4f} ({found} of {expected})")
    print(f"precision {found / max(found + misled, 1):.4f} ({misled} wrong)")


class _Trial:
    """Files given to a ledger one after another: what it claimed of each, against what they are."""

    def __init__(self, ledger: Ledger) -> None:
        self.tally: Counter[str] = Counter()
        self._ledger = ledger
        # the specimen of each entry
        self._owner: dict[int, int] = {}
        self._seen: set[int] = set()

    def add(self, index: int, result: ReadResult) -> None:
        """Checks and records a file of the specimen *index*."""
        for invoice in result.invoices[:1]:
            self._check(index, result.source, invoice)
            for added in self._ledger.add(result, by="bench"):
                self._owner.setdefault(added.entry_id, index)
        self._seen.add(index)
        self.tally["files"] += 1
        if not self.tally["files"] % TOLD:
            print(dict(self.tally), flush=True)

    def _check(self, index: int, name: str, invoice: Invoice) -> None:
        claimed = self._ledger.check(invoice).claimed
        owners = {self._owner.get(match.entry.id) for match in claimed}
        expected, right, wrong = index in self._seen, index in owners, bool(owners - {index})
        self.tally.update(expected=expected, found=expected and right, wrong=wrong)
        if expected and not right:
            print("missed", name, invoice.kind, invoice.issue_date, invoice.total)
        if wrong:
            print("wrong", name, [(match.entry.number, match.weight, match.differing) for match in claimed])


def formats(kind: str) -> Forms:
    return ON_PAPER if kind in PAPER else FORMATS


def scale(entries: int, imported: int, where: str | None) -> None:
    """Prints how long it takes to import so many entries and to check one among them."""
    with tempfile.TemporaryDirectory() as folder, Ledger(where or f"{folder}/l.db") as ledger:
        start, used = time.perf_counter(), time.process_time()
        done = ledger.load(synthetic(0, imported), by="bench")
        spent, processor = time.perf_counter() - start, time.process_time() - used
        print(f"import of {done.new} entries in one transaction: {spent:.1f} s, {spent / done.new * 1000:.2f} ms each")
        print(f"processor time {processor:.1f} s, of this process at most {peak_mb():.0f} MB of memory")
        fill(ledger, imported, entries)
        chosen = random.Random(2).sample(range(entries), 300)
        for name, invoices in (
            ("the same", [invoice_of(index) for index in chosen]),
            ("a misread number", [misread(invoice_of(index)) for index in chosen]),
            ("an unknown one", [invoice_of(entries + index) for index in chosen]),
        ):
            times, busy, hits = [], [], 0
            for invoice in invoices:
                start, used = time.perf_counter(), time.process_time()
                found = ledger.check(invoice)
                times.append((time.perf_counter() - start) * 1000)
                busy.append((time.process_time() - used) * 1000)
                hits += bool(found.claimed)
            print(f"check of {name}: {spread(times)}; processor time {spread(busy)}; claimed {hits} of {len(times)}")


def peak_mb() -> float:
    """The most memory that this process had so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def spread(times: list[float]) -> str:
    return f"median {statistics.median(times):.2f} ms, p95 {sorted(times)[int(len(times) * 0.95)]:.2f} ms"


def fill(ledger: Ledger, first: int, last: int) -> None:
    """Writes entries and files alone, all that a check looks at: without contents and events it takes a tenth of the
    time."""
    database, at = ledger._database, now()
    with database.writing() as connection:
        for start in range(first, last, CHUNK):
            stop = min(start + CHUNK, last)
            found = [paper for result in synthetic(start, stop) for paper in papers(result)]
            rows = [(entry_row(p, i, "bench", at), file_row(p, i, "bench", at)) for i, p in enumerate(found, start + 1)]
            write_rows(connection, ENTRIES, [entry for entry, _ in rows])
            write_rows(connection, FILES, [file for _, file in rows])


def synthetic(first: int, last: int) -> Iterator[ReadResult]:
    for index in range(first, last):
        yield ReadResult(source=f"{index}.pdf", sha256=f"{index:064x}", invoices=(invoice_of(index),))


def invoice_of(index: int) -> VatInvoice:
    """The invoice of *index*: sellers, days and totals as they repeat in a large company."""
    drawn = random.Random(index)
    # few sellers have most invoices
    seller = int(SELLERS * drawn.random() ** 3)
    day = FIRST_DAY + timedelta(drawn.randrange(DAYS))
    total = (
        Decimal(drawn.choice((1000, 2500, 10000, drawn.randrange(100, 500_000), drawn.randrange(100, 500_000)))) / 100
    )
    number = f"{day:%y}312{index * 7919 % 10**15:015d}"
    proof = {"number": Evidence(value=number, confidence=0.999, status="verified")}
    own = Party(name="测试采购有限公司", tax_id="91310000MA1FL00001")
    party = Party(name=f"样例第{seller}商贸有限公司", tax_id=f"9131000{seller:06d}XXXXX")
    return VatInvoice(
        kind="digital_ordinary", number=number, issue_date=day, total=total, buyer=own, seller=party, evidence=proof
    )


def misread(invoice: VatInvoice) -> VatInvoice:
    """*invoice* with a digit of the number read as another one that looks like it."""
    number = invoice.number or ""
    wrong = number[:-4] + number[-4].translate(str.maketrans("0123456789", "8125984037")) + number[-3:]
    proof = {"number": Evidence(value=wrong, confidence=0.9, status="read")}
    return invoice.model_copy(update={"number": wrong, "evidence": proof})


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", choices=("duplicates", "scale"))
    options.add_argument("--count", type=int, default=100)
    options.add_argument("--pictures", type=int, help="how many photos and scans; by default all")
    options.add_argument("--entries", type=int, default=1_000_000)
    options.add_argument("--imported", type=int, default=IMPORTED, help="how many of them are imported as a user would")
    options.add_argument("--ledger", help="URL of a fresh ledger; by default SQLite in a temporary folder")
    given = options.parse_args()
    if given.what == "scale":
        scale(given.entries, min(given.imported, given.entries), given.ledger)
    else:
        duplicates(given.count, given.pictures, given.ledger)


if __name__ == "__main__":
    main()
