"""Measures recognizers line by line, on the same drawn lines of faces and texts that no training here has seen.

    python -m bench.recognition [--model NAME ...] [--other TITLE=FILE:HEIGHT[:DICTIONARY] ...]
                                [--texts numbers|lines|words|handwriting] [--write docs/model-benchmarks.md]

Needs the extra `training` (onnx, to count parameters; torch is not used). Lines are identifiers, dates and amounts
(`numbers`), all that stands on an invoice (`lines`), amounts in words (`words`), or what people write by hand
(`handwriting`); full-width forms and blanks make no difference.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from bench import machine, recognizers
from bench.confusion import Misreads, misreads
from bench.recognizers import Read, Recognizer
from bench.reliability import plot, reliability_rows
from bench.tables import digits, percent, quantile, table, write_section
from invoiceocr.decoding.grammars import Spelling, spelling
from invoiceocr.decoding.nbest import decode_nbest
from invoiceocr.specimens.lines import figures, texts
from invoiceocr.specimens.lines.alphabets import alphabet
from invoiceocr.specimens.lines.conditions import VALIDATION, WRITTEN
from invoiceocr.specimens.lines.line import Line, Order, draw_line
from invoiceocr.text.folding import edits

TEXTS: Mapping[str, Mapping[texts.Draw, float]] = {
    "numbers": dict.fromkeys(texts.IDENTIFIERS, 1.0),
    "lines": texts.LINES,
    "words": {figures.words_amount: 1.0},
    "handwriting": texts.WRITTEN,
}
# seed of the first line: those before it are validation of the training runs
FIRST = 100_000
Results = Mapping[str, Sequence[Read]]


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.recognition", description=__doc__)
    options.add_argument("--model", action="append", default=[], help="of models/manifest.toml")
    options.add_argument("--other", action="append", default=[], help="TITLE=FILE:HEIGHT[:DICTIONARY]")
    options.add_argument("--texts", choices=tuple(TEXTS), default="lines")
    options.add_argument("--lines", type=int, default=300, help="of each condition")
    options.add_argument("--write", type=Path, help="document whose section bench:recognition-TEXTS is replaced")
    given = options.parse_args()
    contenders = [*map(recognizers.of_manifest, given.model), *map(recognizers.given, given.other)]
    head = machine.provenance(f"python -m bench.recognition --texts {given.texts} --lines {given.lines}")
    conditions = (WRITTEN,) if given.texts == "handwriting" else VALIDATION
    lines = drawn(TEXTS[given.texts], conditions, given.lines)
    pairs = [(line.pixels, line.text) for line in lines]
    results = {each.title: recognizers.read(each, pairs) for each in contenders}
    body = "\n".join([head, *report(contenders, lines, results)])
    print(body)
    if given.write:
        section = f"recognition-{given.texts}"
        (given.write.parent / f"{section}.svg").write_text(plot(results), encoding="utf-8")
        write_section(given.write, section, body)


def drawn(kinds: Mapping[texts.Draw, float], conditions: Iterable[str], count: int) -> list[Line]:
    """*count* lines of these kinds in each of the *conditions*, of faces and texts of validation."""
    orders = (Order(kinds, condition, validation=True) for condition in conditions)
    return [draw_line(order, FIRST + number) for order in orders for number in range(count)]


def report(contenders: Sequence[Recognizer], lines: Sequence[Line], results: Results) -> Iterable[str]:
    """All tables, each with a line that says what it shows."""
    yield "The networks; ms is for one line 320 pixels wide, at the height of the network, on one and two threads:\n"
    header = ("recognizer", "MB", "M parameters", "GMAC", "ms, 1 thread", "ms, 2 threads", "ms a line of these, median")
    yield table(header, (network_row(each, results[each.title]) for each in contenders))
    yield "Whole lines read correctly by condition, %:\n"
    yield grouped(lines, results, lambda line: line.condition)
    if {line.kind for line in lines} == {figures.words_amount.__name__}:
        yield "Amounts read correctly by condition if the lattice is read as an amount in words, %:\n"
        yield grouped(lines, results, lambda line: line.condition, amounts_right)
    yield "Characters read correctly by condition, %:\n"
    yield grouped(lines, results, lambda line: line.condition, characters_right)
    yield "Whole lines read correctly by kind of text, %:\n"
    yield grouped(lines, results, lambda line: line.kind)
    yield "Whole lines read correctly by typeface, %:\n"
    yield grouped(lines, results, lambda line: line.face)
    yield "Blanks between words and columns, in lines that are otherwise correct:\n"
    blank_header = ("recognizer", "there", "read %", "invented")
    yield table(blank_header, (blank_row(name, blanks(lines, found)) for name, found in results.items()))
    yield "Misread characters, by the rank of the correct one in the lattice at that step:\n"
    header = ("recognizer", "exchanged", "correct one 2nd %", "2nd or 3rd %", "among 5 %", "lost", "added")
    yield table(header, (misread_row(name, misreads(found)) for name, found in results.items()))
    yield "Lines read correctly, %, by their confidence (number of lines):\n"
    yield table(("recognizer", *(f"{low:g}–{high:g}" for low, high in BINS)), reliability_rows(results, BINS))


BINS = ((0.0, 0.5), (0.5, 0.9), (0.9, 0.99), (0.99, 0.999), (0.999, 1.0))


def network_row(recognizer: Recognizer, found: Sequence[Read]) -> list[str]:
    """Size and speed of a recognizer."""
    times = [recognizers.milliseconds(recognizer, threads) for threads in (1, 2)]
    size, count = len(recognizer.data) / 1e6, recognizers.parameters(recognizer) / 1e6
    work = f"{recognizers.multiplications(recognizer) / 1e9:.3f}"
    own = quantile([each.milliseconds for each in found], 0.5)
    return [recognizer.title, f"{size:.2f}", f"{count:.2f}", work, *map(digits, times), digits(own)]


def lines_right(found: Sequence[Read]) -> tuple[int, int]:
    """(lines right, lines)."""
    return sum(each.right for each in found), len(found)


def amounts_right(found: Sequence[Read]) -> tuple[int, int]:
    """(lines whose most probable reading that is an amount in words states the right one, lines)."""
    words = spelling("total_in_words", None)
    assert words is not None
    return sum(_stated(each, words) == words.parse(each.truth) for each in found), len(found)


def _stated(line: Read, words: Spelling) -> object | None:
    likely = (each.text for grammar in words.grammars for each in decode_nbest(line.reading.lattice, grammar))
    return next((value for value in map(words.parse, likely) if value is not None), None)


def characters_right(found: Sequence[Read]) -> tuple[int, int]:
    """(characters less those to change, characters)."""
    total = sum(len(each.truth) for each in found)
    return max(0, total - sum(edits(each.text, each.truth) for each in found)), total


def grouped(
    lines: Sequence[Line],
    results: Results,
    key: Callable[[Line], str],
    counted: Callable[[Sequence[Read]], tuple[int, int]] = lines_right,
) -> str:
    """A table with a column for each value of *key*."""
    names = list(dict.fromkeys(map(key, lines)))
    rows = []
    for title, found in results.items():
        groups: dict[str, list[Read]] = {name: [] for name in names}
        for line, each in zip(lines, found, strict=True):
            groups[key(line)].append(each)
        rows.append([title, *(percent(counted(groups[name])) for name in names)])
    return table(("recognizer", *names), rows)


def blanks(lines: Sequence[Line], found: Sequence[Read]) -> tuple[int, int, int]:
    """Of the lines read right: (blanks that say something, those of them that were read, others that were read)."""
    there = read = other = 0
    for line, each in zip(lines, found, strict=True):
        if each.right:
            wanted, seen = (_gaps(text) for text in (alphabet("zh").spelled(line.text), each.reading.text))
            there, read, other = there + len(wanted), read + len(wanted & seen), other + len(seen - wanted)
    return there, read, other


def _gaps(text: str) -> frozenset[int]:
    """How many characters stand before each blank of *text*."""
    return frozenset(len("".join(text[:i].split())) for i, char in enumerate(text) if char.isspace())


def blank_row(name: str, counted: tuple[int, int, int]) -> list[str]:
    """What became of the blanks (`blanks`)."""
    there, read, other = counted
    return [name, str(there), percent((read, there)), str(other)]


def misread_row(name: str, found: Misreads) -> list[str]:
    """How far down the lattice the truth stood."""
    shares = (percent((sum(found.ranks[2 : upto + 1]), found.exchanged)) for upto in (2, 3, 5))
    return [name, str(found.exchanged), *shares, str(found.lost), str(found.added)]


if __name__ == "__main__":
    main()
