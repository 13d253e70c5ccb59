"""What a `Reader` makes of drawn pages with another detector in the place of its own: the fields of its invoices.

    python -m bench.detected_invoices [--sides 0 960] [--other TITLE=FILE ...] [--write docs/model-benchmarks.md]

bench/detection.py tells which boxes are right; here counts what is left of the wrong ones after columns are taken
apart, captions put together and blank cells looked at again.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from bench import detectors, machine
from bench.detectors import Detector
from bench.drawn import orders
from bench.tables import percent, table, write_section
from invoiceocr.ocr.engine import TextReader
from invoiceocr.pipeline.reader import Reader
from invoiceocr.scoring.accuracy import Tally
from invoiceocr.scoring.documents import Labeled
from invoiceocr.settings import Settings
from invoiceocr.specimens import Specimen, deliver

SECTION = "detected_invoices"
HEADER = ("detector", "key fields %", "all fields %", "item cells %", "item rows %")
# so that date rules say the same whenever this is run
TODAY = date(2026, 11, 22)


def main() -> None:
    default = Settings()
    options = argparse.ArgumentParser(prog="python -m bench.detected_invoices", description=__doc__.partition("\n")[0])
    options.add_argument("--model", nargs="*", default=[default.detector], help="of models/manifest.toml")
    options.add_argument("--other", nargs="*", default=[], help="TITLE=FILE of other networks that make a text map")
    options.add_argument("--sides", nargs="*", type=int, default=[0], help="longer side of the input; 0: as it is used")
    options.add_argument("--pages", type=int, default=14, help="drawn pages")
    options.add_argument("--write", type=Path, help=f"document whose section bench:{SECTION} is replaced")
    given = options.parse_args()
    named = detectors.contenders(given.model, given.other, given.sides)
    sides = " ".join(map(str, given.sides))
    head = machine.provenance(f"python -m bench.detected_invoices --pages {given.pages} --sides {sides}")
    specimens = [deliver(order) for order in orders(given.pages)]
    found = [(one.title, read(with_detector(one), specimens)) for one in named]
    body = "\n".join([head, table(HEADER, (row(title, tally) for title, tally in found))])
    print(body)
    if given.write:
        write_section(given.write, SECTION, body)


def with_detector(one: Detector) -> Reader:
    """A reader of one thread that finds text with *one*."""
    settings = Settings(threads=1, today=TODAY)
    reader, text = Reader(settings), TextReader(settings)
    text.detect = one  # type: ignore[assignment]
    reader._read_document.pages.recognize._reader = text
    return reader


def read(reader: Reader, specimens: Iterable[Specimen]) -> Tally:
    """What *reader* made of the specimens, beside their truth."""
    tally = Tally()
    for each in specimens:
        fields = tuple(invoice["fields"] for invoice in each.truth["invoices"])
        document = Labeled(Path(each.name), fields, frozenset(each.truth["unsure"]))
        result = reader.read_one(each.data, name=each.name)
        tally.add(document, [invoice.model_dump(mode="json") for invoice in result.invoices])
    return tally


def row(title: str, tally: Tally) -> list[str]:
    """The cells under HEADER."""
    rows = (tally.rows["right"], tally.rows["right"] + tally.rows["wrong"])
    return [title, *map(percent, (tally.key_counts(), tally.counts(), tally.cell_counts(), rows))]


if __name__ == "__main__":
    main()
