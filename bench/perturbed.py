"""`python -m bench.perturbed FOLDER`: labeled documents, scanned and photographed once more before they are read.

    python -m bench.perturbed FOLDER --sets taxi paper_vat --errors
    python -m bench.perturbed FOLDER --sets pdf ofd --seed 2 --write docs/benchmarks.md

Papers that were at hand while the extraction was written are read better than others. The same papers slightly askew,
with noise, or as a poorer JPEG show how much of that holds for papers that nobody has looked at. Pictures are degraded
as they are; files with characters are drawn first. Files of several pages and files without a page are left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from random import Random

from bench.kinds import HEADER, Count
from bench.tables import table, write_section
from invoiceocr.page import Pixels
from invoiceocr.pipeline.reader import Reader
from invoiceocr.scoring.documents import DocumentSet, Labeled, find_sets
from invoiceocr.settings import Settings
from invoiceocr.sources.inputs import open_source
from invoiceocr.specimens.pictures.camera import Shot
from invoiceocr.specimens.pictures.degrade import CAMERA

SECTION = "perturbed"
DPI = 200.0
PICTURES: Mapping[str, Sequence[str]] = {
    "askew": ("angle", "noise", "jpeg"),
    "poor": ("resolution", "jpeg"),
    "turned": ("quarter", "jpeg"),
}
"""What is done to pictures: the steps of each condition."""
DRAWN: Mapping[str, Sequence[str]] = {
    "screenshot": ("resolution", "jpeg"),
    "scan": ("paper", "angle", "noise", "jpeg"),
    "photo": ("paper", "desk", "light", "shadow", "noise", "jpeg"),
}
"""What is done to drawn pages."""


def perturbed(pixels: Pixels, steps: Sequence[str], rng: Random) -> Pixels:
    """The picture *pixels* (H×W×3, BGR) after the camera *steps*: the same random numbers give the same picture."""
    shot = Shot(pixels, {})
    for step in steps:
        shot = CAMERA[step](shot, rng)
    return shot.pixels


def page_of(path: Path) -> tuple[Pixels, Mapping[str, Sequence[str]]] | None:
    """The only page of the file as pixels, and the conditions for such a page; None for other files."""
    document = next(iter(open_source(path, None, Settings())))
    pages = list(islice(document.pages, 2))
    if len(pages) != 1:
        return None
    if pages[0].image is not None:
        return pages[0].image.pixels, PICTURES
    return (document.draw(1, DPI).pixels, DRAWN) if document.draw else None


def read(reader: Reader, documents: DocumentSet, seed: int) -> dict[str, Count]:
    """The counts of a set by condition."""
    counts: dict[str, Count] = {}
    for document in documents.documents:
        for condition, pixels in _pictures(document, seed):
            found = reader.read(pixels, name=f"{condition} {document.path.name}")
            count = counts.setdefault(condition, Count())
            count.add(document, [invoice.model_dump(mode="json") for invoice in found])
    return counts


def _pictures(document: Labeled, seed: int) -> Iterator[tuple[str, Pixels]]:
    page = page_of(document.path)
    if page is not None:
        pixels, conditions = page
        for condition, steps in conditions.items():
            yield condition, perturbed(pixels.copy(), steps, Random(f"{document.path.name} {condition} {seed}"))


def main() -> None:
    """Runs the command line."""
    options = argparse.ArgumentParser(prog="python -m bench.perturbed", description=__doc__)
    options.add_argument("folder", type=Path, help="labeled documents; see invoiceocr/scoring/documents.py")
    options.add_argument("--sets", nargs="*", help="all by default")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--errors", action="store_true", help="list the key fields that are not right")
    options.add_argument("--write", type=Path, help="a page with the marks bench:perturbed")
    given = options.parse_args()
    reader = Reader(Settings(threads=1))
    rows: list[tuple[object, ...]] = []
    for documents in find_sets(given.folder):
        if given.sets and documents.name not in given.sets:
            continue
        for condition, count in read(reader, documents, given.seed).items():
            rows.append(count.row(f"{documents.name}, {condition}"))
            print(*rows[-1], sep="\t", flush=True)
            if given.errors:
                print(*count.errors, sep="\n", flush=True)
    figures = table(("set, condition", *HEADER[1:]), rows)
    if given.write:
        write_section(given.write, SECTION, figures)
    else:
        print(figures)


if __name__ == "__main__":
    main()
