"""`python -m training.calibrate --readings FILE.jsonl`: fits models/calibration.toml, says how well it does.

    python -m training.collect readings.jsonl
    python -m training.calibrate --readings readings.jsonl --out models/calibration.toml --docs docs/confidence.md
    python -m training.calibrate --readings readings.jsonl --check real.jsonl       # on other documents

Figures are cross-validated: each document is judged by a table that was fitted without it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from invoiceocr.adjudication.judging.acceptance import promised
from invoiceocr.adjudication.judging.calibration import STATUSES, Block, Calibration, Stratum, cells, group_of
from invoiceocr.scoring.documents import Fields
from training import isotonic, reliability

FOLDS = 5
THIN = 60  # fields; a cell with fewer takes its confidences from the cells of the same source and status
RATES = (1e-2, 3e-3, 1e-3, 3e-4, 1e-4)
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
COLORS = {"ocr": "#c0392b", "text": "#2471a3", "stated": "#1e8449"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field that was read: in which document, of which cell, with which score, and whether it was right."""

    document: str
    cell: Stratum
    score: float
    right: bool


def load(files: Iterable[Path]) -> list[Field]:
    """The fields of the readings that training/collect.py wrote."""
    lines = (json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return [field for line in lines for field in _fields(line)]


def _fields(line: Fields) -> Iterator[Field]:
    for path, source, status, score, right in line["fields"]:
        yield Field(f"{line['set']}/{line['document']}", Stratum(source, status, group_of(path, None)), score, right)


def fit(fields: Sequence[Field]) -> dict[Stratum, tuple[Block, ...]]:
    """The blocks of every cell. A cell with few fields takes its confidences from all groups of its source and status,
    or of its status alone, but keeps its own counts."""
    wholes = {status: _blocks([f for f in fields if f.cell.status == status]) for status in STATUSES}
    found: dict[Stratum, tuple[Block, ...]] = {}
    for cell in map(Stratum._make, cells()):
        like = [f for f in fields if f.cell.source == cell.source and f.cell.status == cell.status]
        own = [f for f in like if f.cell.group == cell.group]
        if len(own) >= THIN:
            found[cell] = _blocks(own)
        else:
            found[cell] = _counted(_blocks(like) if len(like) >= THIN else wholes[cell.status], own)
    return found


def _blocks(fields: Sequence[Field]) -> tuple[Block, ...]:
    if not fields:
        raise SystemExit("the readings hold no field of one of the statuses; read more documents")
    return isotonic.fit([field.score for field in fields], [field.right for field in fields])


def _counted(blocks: Sequence[Block], own: Sequence[Field]) -> tuple[Block, ...]:
    """*blocks* with the counts of *own* fields."""
    edges = [block.score for block in blocks]
    held: list[list[bool]] = [[] for _ in blocks]
    for field in own:
        held[max(bisect_right(edges, field.score) - 1, 0)].append(field.right)
    return tuple(
        replace(block, count=len(rights), wrong=rights.count(False)) for block, rights in zip(blocks, held, strict=True)
    )


def cross_validated(fields: Sequence[Field]) -> list[float]:
    """The confidence of each field by a table that was fitted to the documents of the other folds."""
    folds = [_fold(field.document) for field in fields]
    tables = [
        Calibration(fit([f for f, place in zip(fields, folds, strict=True) if place != fold]), {})
        for fold in range(FOLDS)
    ]
    return [tables[fold].confidence(f.cell, f.score) for f, fold in zip(fields, folds, strict=True)]


def _fold(document: str) -> int:
    return int(hashlib.sha256(document.encode()).hexdigest(), 16) % FOLDS


def write(table: dict[Stratum, tuple[Block, ...]], provenance: dict[str, object], out: Path) -> None:
    """Writes the table that ships."""
    head = (
        "# Fitted by training/calibrate.py; see docs/confidence.md. A row: least score, fields, wrong ones, confidence."
    )
    told = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in provenance.items()]
    rows = []
    for cell, blocks in table.items():
        listed = ", ".join(f"[{b.score!r}, {b.count}, {b.wrong}, {b.confidence!r}]" for b in blocks)
        rows.append(f'"{".".join(cell)}" = [{listed}]')
    out.write_text("\n".join([head, "[provenance]", *told, "", "[cells]", *rows, ""]), encoding="utf-8")


def report(fields: Sequence[Field], sure: Sequence[float]) -> str:
    """The figures, Markdown: by source, by status, the reliability table and how risk falls with coverage."""
    right = [field.right for field in fields]
    lines = [
        "| fields | number | wrong | calibration error | by chance alone | Brier score |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name in ("all", *COLORS, *STATUSES):
        chosen = [i for i, f in enumerate(fields) if name in ("all", f.cell.source, f.cell.status)]
        if chosen:
            said, was = [sure[i] for i in chosen], [right[i] for i in chosen]
            errors = f"{reliability.calibration_error(said, was):.4f} | {reliability.chance_error(said):.4f}"
            lines.append(
                f"| {name} | {len(said)} | {was.count(False)} | {errors} | {reliability.brier(said, was):.4f} |"
            )
    pixels = [i for i, f in enumerate(fields) if f.cell.source == "ocr"]
    return "\n".join([*lines, *_of_pixels([sure[i] for i in pixels], [right[i] for i in pixels])])


def _of_pixels(said: Sequence[float], was: Sequence[bool]) -> Iterator[str]:
    if said:
        yield from ("", "Fields read from pixels:", "", reliability.table(said, was))
        yield from ("", "| share of them, surest first | wrong | least confidence |", "|--:|--:|--:|")
        for coverage, risk, least in reliability.risk_coverage(said, was):
            yield f"| {coverage:.0%} | {risk:.4f} | {least:.4f} |"


def costs(calibration: Calibration) -> str:
    """What each promised error rate costs, Markdown."""
    lines = ["| `max_error_rate` | fields to review | bound on the error rate of the others |", "|--:|--:|--:|"]
    for rate in RATES:
        standard = promised(calibration, rate)
        lines.append(f"| {rate:g} | {standard.review_share:.1%} | {standard.error_bound:.2g} |")
    return "\n".join(lines)


def kept(calibration: Calibration, others: Sequence[Field]) -> str:
    """What each promised error rate came to on *others*, Markdown."""
    lines = ["| `max_error_rate` | fields to review | others | wrong among them |", "|--:|--:|--:|--:|"]
    for rate in RATES:
        least = promised(calibration, rate).least or {}
        passed = [f for f in others if calibration.confidence(f.cell, f.score) >= least.get(f.cell, math.inf)]
        wrong = sum(not field.right for field in passed)
        lines.append(f"| {rate:g} | {1 - len(passed) / len(others):.1%} | {len(passed)} | {wrong} |")
    return "\n".join(lines)


def diagram(fields: Sequence[Field], sure: Sequence[float]) -> str:
    """The reliability diagram of each source, SVG."""
    series = []
    for source, color in COLORS.items():
        chosen = [i for i, field in enumerate(fields) if field.cell.source == source]
        if chosen:
            found = reliability.bins([sure[i] for i in chosen], [fields[i].right for i in chosen])
            series.append((source, color, found))
    return reliability.diagram(series)


def put(text: str, docs: Path) -> None:
    """Replaces what stands between the marks of *docs*."""
    before, _, rest = docs.read_text(encoding="utf-8").partition(BEGIN)
    docs.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main() -> None:
    """Fits, checks and writes what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m training.calibrate", description=__doc__)
    parser.add_argument("--readings", type=Path, nargs="+", required=True, help="what training.collect wrote")
    parser.add_argument("--out", type=Path, help="the table to write")
    parser.add_argument("--docs", type=Path, help="the page whose figures to replace; the diagram goes beside it")
    parser.add_argument("--check", type=Path, nargs="+", default=[], help="readings of other documents to judge")
    given = parser.parse_args()
    fields = load(given.readings)
    documents = len({field.document for field in fields})
    sure, table = cross_validated(fields), fit(fields)
    text = "\n\n".join([report(fields, sure), costs(Calibration(table, {}))])
    print(f"{documents} documents, {len(fields)} fields, {FOLDS}-fold by document\n\n{text}")
    if given.out:
        command = "python -m training.collect readings.jsonl; python -m training.calibrate --readings readings.jsonl"
        provenance = {"command": command, "documents": documents, "fields": len(fields), "folds": FOLDS}
        error = reliability.calibration_error(sure, [field.right for field in fields])
        write(table, {**provenance, "calibration_error": round(error, 5)}, given.out)
    if given.docs:
        put(f"{documents} documents, {len(fields)} fields.\n\n{text}", given.docs)
        (given.docs.parent / "reliability.svg").write_text(diagram(fields, sure), encoding="utf-8")
    if given.check:
        others = load(given.check)
        said = [Calibration(table, {}).confidence(field.cell, field.score) for field in others]
        print(f"\n{len({f.document for f in others})} other documents\n\n{report(others, said)}")
        print(f"\n{kept(Calibration(table, {}), others)}")


if __name__ == "__main__":
    main()
