"""The remarks box: its text row by row, and the party data that some platforms print into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.candidates import candidate
from invoiceocr.extraction.frame import FormLayout, is_print, is_stamped
from invoiceocr.page import KeyMatch, TextLine
from invoiceocr.text.folding import join_wrapped
from invoiceocr.text.lines import match_key, rows

ARC = 4  # characters: shorter texts share some with any name
ECHO = 0.6  # of its characters that a text on a seal's arc has in common with the name
WHOLE = 0.9  # of a line's width: more is nothing but the caption


def read_remarks(frame: FormLayout) -> Iterator[Candidate]:
    """The text of the remarks box; what looks like a caption there is part of the text, what the seal says is not."""
    region = frame.form.regions["remarks"]
    captions = [label.box for label in frame.labels(region.left)]
    lines = [
        line
        for line in frame.page.lines
        if is_print(line)
        and frame.holds(region, line.box)
        and not any(box.contains(line.box.cx, line.box.cy) for box in captions)
    ]
    seller = frame.form.regions[frame.form.parties["seller"].region]
    printed = [match_key(segment.text) for segment in frame.segments if frame.holds(seller, segment.box)]
    parts = [line for row in rows(_unsealed(lines, printed, frame), frame.slope) for line in row]
    text = join_wrapped(part.text for part in parts)
    if not text:
        return
    remarks = candidate("remarks", text, text, parts, frame.page)
    yield remarks
    yield from _parties_in(remarks, frame)


def _unsealed(lines: Iterable[TextLine], seller: Sequence[str], frame: FormLayout) -> list[TextLine]:
    """*lines* without what a seal says over the box: on scans without color it is known by saying what the *seller*'s
    print says or that it is a seal. Recognized single characters are the rims of other print."""

    def is_foreign(line: TextLine) -> bool:
        text = match_key(line.text)
        if is_stamped(line) or len(text) < 2 or frame.form.seal.search(text):
            return True
        return any(_echoes(text, printed) for printed in seller) or any(_is(label, line) for label in frame.page.labels)

    return [line for line in lines if line.source != "ocr" or not is_foreign(line)]


def _echoes(text: str, printed: str) -> bool:
    """Whether *text* is part of what is *printed*, or as near to it as letters on an arc are read."""
    shared = sum(character in printed for character in text)
    return text in printed or (len(text) >= ARC and text.isalpha() and shared >= ECHO * len(text))


def _is(label: KeyMatch, line: TextLine) -> bool:
    """Whether *line* is nothing but a caption."""
    return label.box.contains(line.box.cx, line.box.cy) and label.box.width > WHOLE * line.box.width


def _parties_in(remarks: Candidate, frame: FormLayout) -> Iterator[Candidate]:
    """The party data that 数电票 print into their remarks."""
    for path, pattern in frame.form.remark_parties.items():
        match = pattern.search(remarks.text)
        if match is not None:
            value = " ".join(group.strip() for group in match.groups())
            yield replace(remarks, path=path, value=value, text=match.group(), lattice=None)
