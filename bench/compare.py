"""Compares invoiceocr with OCR engines on the same labeled files, in one run.

    python -m bench.compare                                  # the synthetic examples
    python -m bench.compare FOLDER --write docs/benchmarks.md

Engines know text, not invoices. So they are compared twice: by text recall, which needs no extraction, and by the
fields that invoiceocr's own layout, extraction and rules make of their text lines. PDF pages are drawn for them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench import machine, report
from bench.engines import DEFAULT_VENV, ENGINES, NOT_MEASURED, Engine
from bench.processes import Answers, Task, WorkerError, ask, warmed_up
from bench.report import Measured
from bench.tables import write_section
from invoiceocr.scoring.documents import DocumentSet, Labeled, find_sets

SECTION = "compare"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to compare and how: threads 0 are all cores; `dpi` is that of drawn PDF pages."""

    engines: dict[str, Engine]
    venv: Path
    threads: int
    dpi: float


def main() -> None:
    given = parser().parse_args()
    here = [name for name in given.engines if ENGINES[name].version(ENGINES[name].python(given.venv))]
    plan = Plan({name: ENGINES[name] for name in here}, given.venv, given.threads, given.dpi)
    missing = [ENGINES[name].title for name in given.engines if name not in here]
    sets = [found.first(given.limit) for found in find_sets(given.folder) if not given.sets or found.name in given.sets]
    head = machine.provenance(command(given))
    results = {found.name: list(compare(found, plan)) for found in sets}
    body = "\n".join([head, *sections(results), remarks(plan, missing)])
    print(body)
    if given.write:
        write_section(given.write, SECTION, body)
    if given.json:
        figures = {name: [report.as_json(each) for each in rows] for name, rows in results.items()}
        given.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")


def parser() -> argparse.ArgumentParser:
    """The command line's parser."""
    options = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__.partition("\n")[0])
    options.add_argument("folder", type=Path, nargs="?", default=machine.ROOT / "examples", help="labeled files")
    options.add_argument("--sets", nargs="*", help="only the sets of these names")
    options.add_argument("--limit", type=int, help="only the first files of each set")
    options.add_argument("--engines", nargs="*", default=list(ENGINES), choices=list(ENGINES))
    options.add_argument("--venv", type=Path, default=DEFAULT_VENV, help="environment of bench/requirements.txt")
    options.add_argument("--threads", type=int, default=0, help="of every engine that can be told; 0: all cores")
    options.add_argument("--dpi", type=float, default=200.0, help="at which PDF pages are drawn for engines")
    options.add_argument("--write", type=Path, help=f"document whose section bench:{SECTION} is replaced")
    options.add_argument("--json", type=Path, help="file for all figures")
    return options


def command(given: argparse.Namespace) -> str:
    """The command as a reader would repeat it: without folders of this machine, and what changes no figure."""
    parts = ["python -m bench.compare", given.folder.resolve().name, f"--threads {given.threads}"]
    parts += [f"--sets {' '.join(given.sets)}"] if given.sets else []
    parts += [f"--limit {given.limit}"] if given.limit else []
    return " ".join(parts)


def compare(documents: DocumentSet, plan: Plan) -> Iterator[Measured]:
    """The rows of one set: invoiceocr on the files as they are, on their pictures, by its lines alone; each engine."""
    yield as_they_are(documents.documents, plan)
    pictured = [document for document in documents.documents if document.has_pixels]
    if not pictured:
        return
    with tempfile.TemporaryDirectory() as folder:
        tasks = picture_tasks(pictured, Path(folder), plan.dpi)
        own = told("pictures", documents.name, ask("pictures", {"threads": plan.threads}, warmed_up(tasks)))
        yield report.measured("invoiceocr, pictures only", pictured, own)
        yield replace(by_lines("invoiceocr, its text lines only", pictured, own), page_ms=[], peak_mb=None)
        for engine in plan.engines.values():
            try:
                yield by_lines(engine.title, pictured, run(engine, plan, tasks))
            except WorkerError as error:
                print(f"{engine.title}: {error}", file=sys.stderr)


def as_they_are(documents: Sequence[Labeled], plan: Plan) -> Measured:
    """invoiceocr on the files themselves: text layers, tags and attachments included."""
    tasks = [{"id": str(document.path), "path": str(document.path)} for document in documents]
    answers = told("files", "as they are", ask("files", {"threads": plan.threads}, warmed_up(tasks)))
    return report.measured("**invoiceocr**, files as they are", documents, answers)


def picture_tasks(documents: Sequence[Labeled], folder: Path, dpi: float) -> list[Task]:
    """A task a document with the pictures of its pages: itself, or drawn into *folder*."""
    to_draw = [
        {"id": str(document.path), "path": str(document.path), "folder": str(folder / str(number)), "dpi": dpi}
        for number, document in enumerate(documents)
        if not document.is_picture
    ]
    drawn = ask("draw", {}, to_draw).by_id if to_draw else {}
    return [
        {"id": name, "pictures": [name] if document.is_picture else drawn[name].get("pictures", [])}
        for document in documents
        for name in [str(document.path)]
    ]


def run(engine: Engine, plan: Plan, tasks: Sequence[Task]) -> Answers:
    """The text lines that *engine* reads."""
    options = {"threads": plan.threads, **engine.options}
    return told(engine.title, "", ask(engine.worker, options, warmed_up(tasks), python=engine.python(plan.venv)))


def by_lines(title: str, documents: Sequence[Labeled], answers: Answers) -> Measured:
    """The fields that invoiceocr makes of an engine's text lines, no more than text, score and place of each."""
    pages = [{"id": name, "pages": answer.get("pages", [])} for name, answer in answers.by_id.items()]
    fields = ask("lines", {"read_qr": False}, pages)
    return report.measured(title, documents, answers, fields=fields)


def told(engine: str, what: str, answers: Answers) -> Answers:
    """*answers*, their failures told on standard error."""
    for name, answer in answers.by_id.items():
        if answer.get("error"):
            print(f"{engine} {what}: {Path(name).name}: {answer['error']}", file=sys.stderr)
    return answers


def sections(results: dict[str, list[Measured]]) -> Iterator[str]:
    """A table a set, then what `verified` was worth in all of them."""
    # the first rows of each set: in them all witnesses speak
    ways = ("files as they are", "pictures only")
    for name, rows in results.items():
        yield f"**{name}**\n\n{report.figures_table(rows)}"
    own = ((f"{name}, {way}", row) for name, rows in results.items() for way, row in zip(ways, rows, strict=False))
    yield f"**What invoiceocr's evidence is worth**\n\n{report.proof_table(own)}"


def remarks(plan: Plan, missing: Sequence[str]) -> str:
    """Versions of the engines measured, and why others were not."""
    versions = [f"{engine.title}: {engine.version(engine.python(plan.venv))}" for engine in plan.engines.values()]
    absent = [f"{name} ({reason})" for name, reason in NOT_MEASURED.items()]
    absent += [f"{title} (not installed here: see bench/requirements.txt)" for title in missing]
    return f"Versions: {'; '.join(versions) or 'no other engine'}. Not measured: {'; '.join(absent)}.\n"


if __name__ == "__main__":
    main()
