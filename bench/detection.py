"""Measures detectors on drawn pages, where the place of every printed text is known.

    python -m bench.detection [--sides 0 960] [--other TITLE=FILE ...] [--write docs/model-benchmarks.md]

Fields are texts that print one; small ones have up to three characters and stand alone: units, rates, quantities.
What one box covers by nine tenths with nothing of another text is clean; in pieces or clipped it is cut; in a box
with text of another row or column it is merged. Right is what the recognizer then makes of the boxes.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2

from bench import detectors, machine
from bench.boxes import OUTCOMES, Match, Printed, is_small, match
from bench.detectors import Detector
from bench.drawn import CONDITIONS, Sheet, sheets
from bench.tables import digits, percent, table, write_section
from invoiceocr.geometry import Quad
from invoiceocr.ocr import manifest, session
from invoiceocr.ocr.charset import charset
from invoiceocr.ocr.recognizer import LineRecognizer
from invoiceocr.page import Pixels
from invoiceocr.settings import Settings
from invoiceocr.text.lines import match_key

SECTION = "detection"
TIMED = 7  # pages: one of each kind
HEADER = ("detector", "clean %", "cut %", "merged %", "missed %")


@dataclass(slots=True)
class Tally:
    """What a detector made of all pages: outcomes of fields by condition, of small ones and captions, boxes on no
    text, and fields read right of those looked at."""

    fields: dict[str, Counter[str]] = field(default_factory=dict)
    small: Counter[str] = field(default_factory=Counter)
    captions: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    blank: int = 0
    pages: int = 0

    def all_fields(self) -> Counter[str]:
        """The outcomes of fields in all conditions."""
        return sum(self.fields.values(), Counter())


def main() -> None:
    given = parser().parse_args()
    contenders = detectors.contenders(given.model, given.other, given.sides)
    head = machine.provenance(command(given))
    drawn = list(sheets(given.pages))
    recognizer = opened(given.recognizer)
    tallies = [measured(each, drawn, recognizer, given.read) for each in contenders]
    times = [[detectors.milliseconds(each, _timed(drawn), threads) for threads in (1, 2)] for each in contenders]
    body = "\n".join([head, *report(contenders, tallies, times)])
    print(body)
    if given.write:
        write_section(given.write, SECTION, body)


def parser() -> argparse.ArgumentParser:
    """The command line's parser."""
    default = Settings()
    options = argparse.ArgumentParser(prog="python -m bench.detection", description=__doc__.partition("\n")[0])
    options.add_argument("--model", nargs="*", default=[default.detector], help="of models/manifest.toml")
    options.add_argument("--other", nargs="*", default=[], help="TITLE=FILE of other networks that make a text map")
    options.add_argument("--sides", nargs="*", type=int, default=[0], help="longer side of the input; 0: as it is used")
    options.add_argument("--pages", type=int, default=24, help="drawn pages")
    options.add_argument("--read", type=int, default=12, help="of them those of which the fields are read")
    options.add_argument("--recognizer", default=default.recognizer, help="of models/manifest.toml")
    options.add_argument("--write", type=Path, help=f"document whose section bench:{SECTION} is replaced")
    return options


def command(given: argparse.Namespace) -> str:
    """The command as a reader would repeat it, without the files of this machine."""
    sides = " ".join(map(str, given.sides))
    return f"python -m bench.detection --pages {given.pages} --read {given.read} --sides {sides}"


def opened(name: str) -> LineRecognizer:
    """The recognizer *name* of the manifest."""
    network = session.open_network(manifest.entry(name, "recognizer"), 1)
    return LineRecognizer(network, charset(network))


def measured(one: Detector, drawn: Sequence[Sheet], recognizer: LineRecognizer, read: int) -> Tally:
    """What *one* made of the pages, the fields of the first *read* of them read."""
    cv2.setNumThreads(1)
    tally = Tally(pages=len(drawn))
    for number, sheet in enumerate(drawn):
        boxes = one.boxes(sheet.image.pixels)
        found = match(sheet.printed, boxes)
        _count(tally, sheet, found)
        if number < read:
            tally.read.update(_right(sheet, found, boxes, recognizer))
    return tally


def _count(tally: Tally, sheet: Sheet, found: Match) -> None:
    tally.blank += found.blank
    for number, (printed, outcome) in enumerate(zip(sheet.printed, found.outcomes, strict=True)):
        if printed.path is None:
            tally.captions[outcome] += 1
            continue
        tally.fields.setdefault(sheet.condition, Counter())[outcome] += 1
        if is_small(sheet.printed, found, number):
            tally.small[outcome] += 1


def _right(sheet: Sheet, found: Match, boxes: Sequence[Quad], recognizer: LineRecognizer) -> Iterable[str]:
    """ "right" or "wrong" of each field, and "small right" or "small wrong" of the small ones besides."""
    wanted = [i for i, printed in enumerate(sheet.printed) if printed.path is not None]
    needed = {int(box) for i in wanted for box in found.holds[i].nonzero()[0]}
    texts = {box: match_key(recognizer(sheet.image.pixels, boxes[box]).text) for box in needed}
    for i in wanted:
        said = "right" if is_right(sheet.printed, i, found, texts) else "wrong"
        yield said
        if is_small(sheet.printed, found, i):
            yield f"small {said}"


def is_right(printed: Sequence[Printed], number: int, found: Match, texts: dict[int, str]) -> bool:
    """Whether a text is exactly what its boxes read, one behind the other; with a caption in them, whether it stands
    in there. What stands in a box with another column is wrong."""
    if found.outcomes[number] in ("merged", "missed"):
        return False
    holding = [int(box) for box in found.holds[number].nonzero()[0]]
    told, wanted = "".join(texts[box] for box in holding), match_key(printed[number].text)
    kin = found.kin[number].copy()
    kin[number] = False
    return wanted in told if found.holds[kin][:, holding].any() else wanted == told


def report(contenders: Sequence[Detector], tallies: Sequence[Tally], times: Sequence[Sequence[float]]) -> Iterable[str]:
    """All tables, each with a line that says what it shows."""
    named = [(each.title, tally) for each, tally in zip(contenders, tallies, strict=True)]
    yield f"Fields ({tallies[0].all_fields().total()} on {tallies[0].pages} pages):\n"
    yield table(HEADER, (outcome_row(name, tally.all_fields()) for name, tally in named))
    yield f"Small fields alone in their cell ({tallies[0].small.total()}):\n"
    yield table(HEADER, (outcome_row(name, tally.small) for name, tally in named))
    yield f"Captions and titles ({tallies[0].captions.total()}):\n"
    yield table(HEADER, (outcome_row(name, tally.captions) for name, tally in named))
    names = [name or "clean" for name in CONDITIONS]
    yield "Fields clean by condition, %:\n"
    yield table(("detector", *names), ([title, *_by_condition(tally, names)] for title, tally in named))
    header = ("detector", "read right %", "small ones %", "textless boxes a page", "ms a page, 1 thread", "2 threads")
    yield f"Read by the recognizer ({tallies[0].read['right'] + tallies[0].read['wrong']} fields), and the cost:\n"
    rows = ([title, *_read(tally), *map(digits, took)] for (title, tally), took in zip(named, times, strict=True))
    yield table(header, rows)


def outcome_row(name: str, counts: Counter[str]) -> list[str]:
    """The cells under HEADER."""
    return [name, *(percent((counts[outcome], counts.total())) for outcome in OUTCOMES)]


def _by_condition(tally: Tally, names: Iterable[str]) -> list[str]:
    counts = (tally.fields.get(name, Counter()) for name in names)
    return [percent((each["clean"], each.total())) for each in counts]


def _read(tally: Tally) -> list[str]:
    """Fields read right, small fields read right, boxes without text."""
    shares = ((tally.read[f"{sort}right"], tally.read[f"{sort}wrong"]) for sort in ("", "small "))
    return [*(percent((right, right + wrong)) for right, wrong in shares), f"{tally.blank / tally.pages:.1f}"]


def _timed(drawn: Sequence[Sheet]) -> list[Pixels]:
    return [sheet.image.pixels for sheet in drawn[:TIMED]]


if __name__ == "__main__":
    main()
