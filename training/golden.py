"""Records what the recognizers read on a few drawn lines: `python -m training.golden tests/golden/lines`.

A new network, or one trained further, needs a new recording; the differences show in the commit.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2

from invoiceocr.geometry import Box, box_quad
from invoiceocr.ocr.recognizer import LineRecognizer, open_recognizer
from invoiceocr.specimens.lines import texts
from invoiceocr.specimens.lines.conditions import VALIDATION
from invoiceocr.specimens.lines.line import Line, Order, draw_line

RECOGNIZERS = ("crnn-zh", "ppocrv6-small-rec", "crnn-id")
# confidence under which another version of onnxruntime may read otherwise: such lines are left out
SURE = 0.9
# neither of training nor of the measurements
SEEDS = range(200_000, 200_400)


def main() -> None:
    """Writes pictures and lines.json."""
    parser = argparse.ArgumentParser(prog="python -m training.golden", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=18)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    recognizers = {name: open_recognizer(name) for name in RECOGNIZERS}
    records: list[dict[str, object]] = []
    for line in sure_lines(list(recognizers.values()), given.count):
        name = f"{len(records):02d}-{line.kind}.png"
        (given.folder / name).write_bytes(cv2.imencode(".png", line.pixels)[1].tobytes())
        found = {key: whole(each, line).text for key, each in recognizers.items()}
        records.append({"file": name, "truth": line.text, "condition": line.condition, "read": found})
    told: list[Any] = [json.dumps(record, ensure_ascii=False) for record in records]
    (given.folder / "lines.json").write_text("[\n " + ",\n ".join(told) + "\n]\n", encoding="utf-8")


def whole(each: LineRecognizer, line: Line) -> Any:
    """What the recognizer reads on the whole picture of a line."""
    height, width = line.pixels.shape[:2]
    return each(line.pixels, box_quad(Box(0.0, 0.0, float(width), float(height))))


def sure_lines(recognizers: Sequence[LineRecognizer], count: int) -> Iterator[Line]:
    """*count* lines of all kinds and conditions on which all recognizers are sure."""
    kinds = dict.fromkeys(texts.IDENTIFIERS, 1.0)
    found = 0
    for seed in SEEDS:
        condition = VALIDATION[found % len(VALIDATION)]
        line = draw_line(Order(kinds, condition, validation=True), seed)
        if all(whole(each, line).confidence > SURE for each in recognizers):
            found += 1
            yield line
        if found == count:
            return


if __name__ == "__main__":
    main()
