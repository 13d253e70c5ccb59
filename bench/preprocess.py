"""Compares the ways of preparing pictures, `Settings.preprocess`: text recall, field accuracy, time.

python -m bench.preprocess [FOLDER] [--write docs/preprocessing.md]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import machine, report
from bench.compare import picture_tasks, told
from bench.processes import ask, warmed_up
from bench.report import Measured
from bench.tables import write_section
from invoiceocr.scoring.documents import DocumentSet, find_sets

SECTION = "preprocess"
WAYS = ("auto", "classic", "none")


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.preprocess", description=__doc__.partition("\n")[0])
    options.add_argument("folder", type=Path, nargs="?", default=machine.ROOT / "examples", help="labeled files")
    options.add_argument("--sets", nargs="*", help="only the sets of these names")
    options.add_argument("--limit", type=int, help="only the first pictures of each set")
    options.add_argument("--threads", type=int, default=0, help="0: all cores")
    options.add_argument("--write", type=Path, help=f"document whose section bench:{SECTION} is replaced")
    given = options.parse_args()
    parts = [machine.provenance(f"python -m bench.preprocess {given.folder.resolve().name} --threads {given.threads}")]
    for found in pictures(find_sets(given.folder)):
        if not given.sets or found.name in given.sets:
            rows = measure(found.first(given.limit), given.threads)
            parts.append(f"**{found.name}**\n\n{report.figures_table(rows, first='`preprocess`')}")
    body = "\n".join(parts)
    print(body)
    if given.write:
        write_section(given.write, SECTION, body)


def pictures(sets: list[DocumentSet]) -> Iterator[DocumentSet]:
    """The sets with nothing but their pictures; born-digital pages need no preparation."""
    for found in sets:
        documents = tuple(document for document in found.documents if document.is_picture)
        if documents:
            yield DocumentSet(found.name, documents)


def measure(documents: DocumentSet, threads: int) -> Iterator[Measured]:
    """A row a way of preparing."""
    with tempfile.TemporaryDirectory() as folder:
        tasks = warmed_up(picture_tasks(documents.documents, Path(folder), 0))
    for way in WAYS:
        answers = told(way, documents.name, ask("pictures", {"threads": threads, "preprocess": way}, tasks))
        yield report.measured(f"`{way}`", documents.documents, answers)


if __name__ == "__main__":
    main()
