"""Tesseract's command line: {"pictures"} → {"pages", "page_ms"}; options: "threads" (0: all cores), "psm", "languages".

It has no server mode, so the time of a page has the loading of its data in it. Its words are joined to pieces: it
makes one line of all columns of a form.
"""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.workers.protocol import Task, Worker, milliseconds_since, serve

# of the words' height; wider apart they stand in different columns
COLUMN_GAP = 1.0
PAGE, WORD = "1", "5"  # levels of the TSV output
CHINESE = re.compile(r"[⺀-鿿　-〿＀-￯]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, the line it stands in, its score 0..1 and its box."""

    text: str
    line: tuple[str, ...]
    score: float
    box: tuple[float, float, float, float]


def build(options: Task) -> Worker:
    environment = {**os.environ}
    if options["threads"]:
        environment["OMP_THREAD_LIMIT"] = str(options["threads"])
    settings = ["-l", options["languages"], "--psm", str(options["psm"]), "tsv"]

    def read(task: Task) -> Task:
        pages, times = [], []
        for picture in task["pictures"]:
            start = time.perf_counter()
            run = ["tesseract", picture, "stdout", *settings]
            output = subprocess.run(run, env=environment, capture_output=True, check=True).stdout
            times.append(milliseconds_since(start))
            pages.append(as_json(output.decode("utf-8")))
        return {"pages": pages, "page_ms": times}

    return read


def as_json(tsv: str) -> Task:
    """Size and pieces of one page of Tesseract's TSV output."""
    rows = list(csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE))
    page = next(row for row in rows if row["level"] == PAGE)
    lines = [as_line(piece) for piece in pieces(words(rows))]
    return {"width": int(page["width"]), "height": int(page["height"]), "lines": lines}


def words(rows: Iterable[dict[str, str]]) -> Iterator[Word]:
    """The words of the output that have any text."""
    for row in rows:
        if row["level"] == WORD and (row["text"] or "").strip():
            left, top = float(row["left"]), float(row["top"])
            box = (left, top, left + float(row["width"]), top + float(row["height"]))
            line = (row["block_num"], row["par_num"], row["line_num"])
            yield Word(row["text"].strip(), line, max(0.0, float(row["conf"])) / 100, box)


def pieces(found: Iterable[Word]) -> Iterator[list[Word]]:
    """Words of one line that stand close together."""
    piece: list[Word] = []
    for word in found:
        if piece and (word.line != piece[-1].line or _gap(piece[-1], word) > COLUMN_GAP):
            yield piece
            piece = []
        piece.append(word)
    if piece:
        yield piece


def as_line(piece: list[Word]) -> list[object]:
    """Text, score and quad of a piece; blanks only where no Chinese character is beside them."""
    text = piece[0].text
    for word in piece[1:]:
        text += word.text if CHINESE.match(text[-1]) or CHINESE.match(word.text) else f" {word.text}"
    x0s, y0s, x1s, y1s = zip(*(word.box for word in piece), strict=True)
    x0, y0, x1, y1 = min(x0s), min(y0s), max(x1s), max(y1s)
    return [text, min(word.score for word in piece), [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]]


def _gap(left: Word, right: Word) -> float:
    """The gap between two words, in heights of the higher one."""
    height = max(word.box[3] - word.box[1] for word in (left, right))
    return (right.box[0] - left.box[2]) / max(height, 1.0)


if __name__ == "__main__":
    serve(build)
