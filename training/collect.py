"""`python -m training.collect OUT.jsonl`: reads labeled documents and records for each field its score and whether it
was right. training/calibrate.py fits the confidences to these records.

    python -m training.collect readings.jsonl                                   # specimens, minutes of pixels
    python -m training.collect real.jsonl --documents FOLDER --set NAME         # labeled documents of one's own
    python -m training.collect readings.jsonl --drafts FOLDER                   # what `bench.trust --drafts` kept

A line a document: {"set", "document", "fields": [[path, source, status, score, right], ...]}; no value is kept.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from invoiceocr.adjudication.judging.calibration import Calibration, Stratum, cell_of_evidence
from invoiceocr.evidence import draft_file
from invoiceocr.evidence.draft import Draft
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import OTHER
from invoiceocr.pipeline.reader import Reader
from invoiceocr.proof import Evidence
from invoiceocr.scoring.accuracy import CELLS, comparable, compared, paired
from invoiceocr.scoring.documents import Fields, find_sets
from invoiceocr.settings import Settings
from invoiceocr.specimens import KINDS, Order, deliver

# seeds of calibration specimens begin here; no other specimens have them
FIRST_SEED = 7_000_000
DEGRADATIONS = (None, "screenshot", "scan", "misprint_scan", "photo", "hard_photo", "copy")
# added to the seeds of documents that are not pictures
DIGITAL = 500_000
# seeds of one round; the first hundred were those of earlier tables
STEP = 1000
# so that date rules say the same whenever this is run
TODAY = "2026-11-22"


class Scores(Calibration):
    """No calibration: the confidence of a field is its score."""

    def confidence(self, cell: Stratum, score: float) -> float:
        """The score."""
        return score


UNCALIBRATED = Scores({}, {})


@dataclass(frozen=True, slots=True)
class Document:
    """A labeled document: its name, what to read, the fields of its invoices and the paths not to be scored."""

    set: str
    name: str
    source: bytes | Path
    invoices: tuple[Fields, ...]
    unsure: frozenset[str] = frozenset()
    # where it was read before
    drafts: tuple[Draft, ...] | None = None

    def tells(self, path: str) -> bool:
        """Whether the label is sure of the field at *path*; `items` among the unsure ones means all rows."""
        return self.unsure.isdisjoint({path, path.partition(".")[0]} if path.startswith("items.") else {path})


def pictures(rounds: range) -> Iterator[Order]:
    """A picture of each kind in each condition for each of *rounds*."""
    for number in rounds:
        for i, kind in enumerate(KINDS):
            for j, degradation in enumerate(DEGRADATIONS):
                yield Order(kind, FIRST_SEED + number * STEP + i * 10 + j, "jpg", degradation)


def digital(rounds: range) -> Iterator[Order]:
    """A PDF, an OFD and, where the kind has it, an XML document of each kind for each of *rounds*."""
    for number in rounds:
        for i, kind in enumerate(KINDS):
            for format_ in ("pdf", "ofd", "xml"):
                if format_ != "xml" or not kind.startswith("vat_"):
                    yield Order(kind, FIRST_SEED + DIGITAL + number * STEP + i, format_)


def specimens(orders: Iterable[Order]) -> Iterator[Document]:
    """The specimens of *orders*."""
    for order in orders:
        made = deliver(order)
        fields = tuple(invoice["fields"] for invoice in made.truth["invoices"])
        name = order.degradation or ("clean" if order.format == "jpg" else order.format)
        yield Document(name, made.name, made.data, fields, frozenset(made.truth.get("unsure") or ()))


def labeled(folder: Path, name: str) -> Iterator[Document]:
    """The documents of *folder*, laid out as invoiceocr/scoring/documents.py says, under the name of a set."""
    for found in find_sets(folder):
        for document in found.documents:
            yield Document(name, document.path.name, document.path, document.invoices, document.unsure)


def kept(folder: Path) -> Iterator[Document]:
    """The specimens whose drafts lie in *folder*; they are judged anew without being read again."""
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        fields = tuple(invoice["fields"] for invoice in data["truth"]["invoices"])
        drafts = tuple(draft_file.loads(draft) for draft in data["drafts"])
        name = path.name.removesuffix(".json")
        condition = Path(name).stem.split("-")[-1]
        yield Document(condition, name, b"", fields, frozenset(data["truth"].get("unsure") or ()), drafts)


def outcomes(document: Document, reader: Reader) -> Iterator[list[Any]]:
    """[path, source, status, score, right] of each field that has a value and of which the label is sure."""
    found = [invoice.model_dump(mode="json") for invoice in _invoices(document, reader)]
    for label, output in paired(document.invoices, found):
        proofs = {path: Evidence.model_validate(proof) for path, proof in (output.get("evidence") or {}).items()}
        told = {path: outcome == "right" for path, outcome in compared(label, output) if outcome != "missing"}
        spec = reader.kinds.kinds.get(output.get("kind", OTHER))
        for path, right in {**told, **_cells(label, output)}.items():
            if path in proofs and document.tells(path):
                cell = cell_of_evidence(path, proofs[path], spec)
                yield [path, cell.source, cell.status, round(proofs[path].confidence, 6), right]


def _invoices(document: Document, reader: Reader) -> Iterable[Invoice]:
    if document.drafts is None:
        return reader.read_one(document.source, name=document.name).invoices
    return [reader.adjudicate(draft).invoice for draft in document.drafts]


def _cells(label: Fields, output: Fields) -> dict[str, bool]:
    """Whether each item cell that was read is right, by path."""
    wanted, found = label.get("items"), output.get("items") or []
    if wanted is None:
        return {}
    pairs = [(i, row, wanted[i] if i < len(wanted) else {}) for i, row in enumerate(found)]
    read = {f"items.{i}.{name}": (name, row.get(name), want.get(name)) for i, row, want in pairs for name in CELLS}
    return {
        path: comparable(name, value) == comparable(name, want)
        for path, (name, value, want) in read.items()
        if comparable(name, value) is not None
    }


def write(documents: Iterable[Document], reader: Reader, out: Path) -> int:
    """Reads *documents* and writes a line each; returns how many."""
    count = 0
    with out.open("w", encoding="utf-8") as stream:
        for document in documents:
            line = {"set": document.set, "document": document.name, "fields": list(outcomes(document, reader))}
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
            stream.flush()
            count += 1
    return count


def main() -> None:
    """Reads what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m training.collect", description=__doc__)
    parser.add_argument("out", type=Path, help="the readings, JSON lines")
    parser.add_argument("--pictures", type=int, default=41, help="rounds of pictures of every kind and condition")
    parser.add_argument("--digital", type=int, default=40, help="rounds of PDF, OFD and XML documents of every kind")
    parser.add_argument("--first", type=int, default=100, help="number of the first round: several commands share work")
    parser.add_argument("--documents", type=Path, help="labeled documents to read instead of specimens")
    parser.add_argument("--drafts", type=Path, help="folder of drafts to judge anew instead of specimens to read")
    parser.add_argument("--set", default="own", help="what to call them")
    given = parser.parse_args()
    wanted = ((pictures, given.pictures), (digital, given.digital))
    made = chain(*(draw(range(given.first, given.first + count)) for draw, count in wanted))
    documents = specimens(made)
    if given.documents:
        documents = labeled(given.documents, given.set)
    elif given.drafts:
        documents = kept(given.drafts)
    reader = Reader(Settings(threads=1, today=TODAY), calibration=UNCALIBRATED)  # type: ignore[arg-type]
    print(f"{write(documents, reader, given.out)} documents in {given.out}")


if __name__ == "__main__":
    main()
