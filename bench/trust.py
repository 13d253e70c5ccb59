"""`python -m bench.trust OUT.jsonl`: reads specimens that nothing else uses and tells what was wrong although it
was called sure.

    python -m bench.trust held_out.jsonl --first 9400000 --count 500      # degraded pictures, a line each
    python -m bench.trust clean.jsonl --digital --check-pixels            # PDF and OFD, pixels against text
    python -m bench.trust held_out.jsonl --report                         # the figures of what was read before

A line a document: {"seed", "kind", "condition", "verdict", "fields", "faults", "findings"}; `fields` counts by status,
`faults` holds [path, status, confidence, printed, read] of each value that is not what is printed.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from invoiceocr.errors import InvoiceOCRError
from invoiceocr.evidence import draft_file
from invoiceocr.evidence.draft import Draft
from invoiceocr.pipeline.reader import Reader
from invoiceocr.scoring.accuracy import CELLS, KEYS, comparable, compared, paired
from invoiceocr.scoring.documents import Fields, leaves
from invoiceocr.settings import Settings
from invoiceocr.specimens import KINDS, Order, Specimen, deliver

CONDITIONS = ("screenshot", "scan", "misprint_scan", "photo", "hard_photo", "copy")
# so that date rules say the same whenever this is run
TODAY = date(2026, 11, 22)
SURE = 0.99  # confidence from which a wrong `read` value counts

Fault = tuple[str, str, float, object, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was read of one specimen: fields by status (`sure`: read with `SURE` or more), and what was wrong."""

    seed: int
    kind: str
    condition: str
    verdict: str
    fields: dict[str, int]
    faults: list[Fault]
    findings: list[str]


def pictures(first: int, count: int) -> Iterator[Order]:
    """Degraded pictures of each kind in each condition in turns."""
    for number in range(count):
        condition = CONDITIONS[(number + number // len(KINDS)) % len(CONDITIONS)]
        yield Order(KINDS[number % len(KINDS)], first + number, "jpg", condition)


def digital(first: int, count: int) -> Iterator[Order]:
    """PDF and OFD documents of each kind in turns."""
    for number in range(count):
        yield Order(KINDS[number % len(KINDS)], first + number, "pdf" if number % 2 else "ofd")


def outcome(order: Order, made: Specimen, invoices: Sequence[Fields]) -> Outcome:
    """*invoices* read of *made* against what is printed on it."""
    fields: Counter[str] = Counter()
    faults: list[Fault] = []
    for label, output in paired([each["fields"] for each in made.truth["invoices"]], invoices):
        for path, right, printed, read in _compared(label, output):
            proof = (output.get("evidence") or {}).get(path) or {}
            status, confidence = proof.get("status", "missing"), proof.get("confidence", 0.0)
            fields[status] += 1
            fields["sure"] += status == "read" and confidence >= SURE
            fields["keys"] += path in KEYS
            fields["keys verified"] += path in KEYS and status == "verified"
            if not right:
                faults.append((path, status, confidence, printed, read))
    verdicts = [invoice.get("verdict") for invoice in invoices]
    findings = sorted({finding["rule"] for invoice in invoices for finding in invoice["findings"]})
    verdict = "accept" if verdicts and set(verdicts) == {"accept"} else "review"
    return Outcome(order.seed, order.kind, order.degradation or order.format, verdict, dict(fields), faults, findings)


def _compared(label: Fields, output: Fields) -> Iterator[tuple[str, bool, object, object]]:
    """(path, whether right, printed, read) of each field and item cell that is printed or was read."""
    printed, read = dict(leaves(label)), dict(leaves(output))
    for path, outcome_ in compared(label, output):
        if path != "kind":
            yield path, outcome_ == "right", printed[path], read.get(path)
    rows, found = label.get("items") or [], output.get("items") or []
    for index in range(max(len(rows), len(found)) if label.get("items") is not None else 0):
        row, other = (each[index] if index < len(each) else {} for each in (rows, found))
        for name in CELLS:
            want, got = comparable(name, row.get(name)), comparable(name, other.get(name))
            if want is not None or got is not None:
                yield f"items.{index}.{name}", want == got, row.get(name), other.get(name)


def measure(orders: Iterator[Order], reader: Reader, out: Path, kept: Path | None = None) -> None:
    """Reads *orders* and appends a line each to *out*; keeps their drafts and truth in the folder *kept*."""
    with out.open("a", encoding="utf-8") as stream:
        for order in orders:
            made = deliver(order)
            try:
                drafts = reader.read_drafts(made.data, name=made.name)
            except InvoiceOCRError as error:
                print(f"{made.name}: {error}")
                continue
            invoices = [reader.adjudicate(draft).invoice.model_dump(mode="json") for draft in drafts]
            stream.write(json.dumps(asdict(outcome(order, made, invoices)), ensure_ascii=False) + "\n")
            stream.flush()
            if kept is not None:
                _keep(made, drafts, kept)


def _keep(made: Specimen, drafts: Sequence[Draft], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(
        {"truth": made.truth, "drafts": [draft_file.dumps(draft) for draft in drafts]}, ensure_ascii=False
    )
    (folder / f"{made.name}.json").write_text(text, encoding="utf-8")


def report(lines: Sequence[Fields]) -> str:
    """The figures of *lines*: one a row of a table."""
    fields: Counter[str] = Counter()
    for line in lines:
        fields.update(line["fields"])
    faults = [(line, fault) for line in lines for fault in line["faults"]]
    accepted = [line for line in lines if line["verdict"] == "accept"]
    wrong_key = [line for line in accepted if any(_invented(f) and f[0] in KEYS for f in line["faults"])]
    counts = {
        "documents": len(lines),
        "fields verified": fields["verified"],
        "of them wrong": sum(fault[1] == "verified" for _, fault in faults),
        "fields read with confidence >= 0.99": fields["sure"],
        "of those wrong": sum(fault[1] == "read" and fault[2] >= SURE for _, fault in faults),
        "invoices accepted": len(accepted),
        "with a wrong key value": len(wrong_key),
        "key fields": fields["keys"],
        "key fields verified": fields["keys verified"],
        "key fields wrong or missing": sum(fault[0] in KEYS for _, fault in faults),
        "with the finding pixels-unsure": sum("pixels-unsure" in line["findings"] for line in lines),
    }
    return "\n".join(["| what | number |", "|---|--:|", *(f"| {name} | {count} |" for name, count in counts.items())])


def _invented(fault: Sequence[object]) -> bool:
    """Whether a value was read, and another is printed or none."""
    return fault[4] is not None


def main() -> None:
    """Reads and reports what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m bench.trust", description=__doc__)
    parser.add_argument("out", type=Path, help="what was read, JSON lines; appended to")
    parser.add_argument("--first", type=int, default=9_400_000, help="seed of the first specimen")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--digital", action="store_true", help="PDF and OFD instead of degraded pictures")
    parser.add_argument("--check-pixels", action="store_true", help="pixels are read beside a text layer")
    parser.add_argument("--drafts", type=Path, help="folder to keep the drafts in, to judge them anew")
    parser.add_argument("--report", action="store_true", help="read nothing, only report")
    given = parser.parse_args()
    if not given.report:
        orders = digital(given.first, given.count) if given.digital else pictures(given.first, given.count)
        reader = Reader(Settings(threads=1, today=TODAY, check_pixels=given.check_pixels))
        measure(orders, reader, given.out, given.drafts)
    print(report([json.loads(line) for line in given.out.read_text(encoding="utf-8").splitlines()]))


if __name__ == "__main__":
    main()
