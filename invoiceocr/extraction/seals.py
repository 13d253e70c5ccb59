"""What a seal prints over other text. On scans without color it is recognized by its words alone."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

import regex

from invoiceocr.layout.form import FormLayout
from invoiceocr.layout.segments import is_stamped
from invoiceocr.page import KeyMatch, TextLine
from invoiceocr.text.lines import cut, match_key, strip
from invoiceocr.values import tax_id

ID, NO_CODE = re.compile(r"[0-9A-Z]{12,20}"), re.compile(r"[^0-9A-Z]")
# the tax id of a seal, some of it read as other characters; a caption before it is longer
ID_ON_ARC = re.compile(r"[^0-9A-Z]?[0-9A-Z]{8,}(?:[^0-9A-Z]{1,2}[0-9A-Z]{0,4}){0,2}")
PART = 8  # characters: no figure or name has as many in common with an id
DECIMAL = re.compile(r"-?[¥￥]?-?[\d,]+\.\d*")  # some of its digits may be those of an id
TAX_ID = ".tax_id"  # how the path of a party's tax id ends
ENDS = re.compile(r"^\W+|\W+$")  # characters as which a rim is read
ARC = 4  # characters: shorter texts have some in common with any name
# share of its characters that a text on the arc of a seal has in common with the name
ECHO = 0.6
WHOLE = 0.9  # share of a line's width: a line that a caption fills more is nothing but the caption


@dataclass(frozen=True, slots=True, eq=False)
class SealWords:
    """The words that only seals contain, and the region of the form whose print they repeat."""

    words: regex.Pattern[str]
    echoes: str | None = None


def without(lines: Iterable[TextLine], seal: SealWords, form: FormLayout) -> list[TextLine]:
    """*lines* without what a seal says over them: text that repeats the print of another region, or words of a seal.
    Recognized single characters are the rims of other print."""
    echoed = [match_key(segment.text) for segment in form.print_in(seal.echoes)] if seal.echoes else []

    def is_foreign(line: TextLine) -> bool:
        return _is_said(line, seal, echoed) or any(is_caption(label, line) for label in form.page.labels)

    return [line for line in lines if line.source != "ocr" or not is_foreign(line)]


def _is_said(line: TextLine, seal: SealWords, echoed: Iterable[str]) -> bool:
    """Whether a seal says *line*, or what is *echoed*."""
    text = match_key(line.text)
    if is_stamped(line) or len(text) < 2 or seal.words.search(text):
        return True
    return any(_echoes(text, printed) for printed in echoed)


def _echoes(text: str, printed: str) -> bool:
    """Whether *text* is part of what is *printed*, or as similar as letters on an arc are read."""
    text = ENDS.sub("", text)
    shared = sum(character in printed for character in text)
    return (
        (bool(text) and text in printed)
        or _is_alike(text, printed)
        or (len(text) >= ARC and text.isalpha() and shared >= ECHO * len(text))
    )


def without_ids(lines: Iterable[TextLine], form: FormLayout) -> list[TextLine]:
    """*lines* without what repeats a tax id that was found on the form, as seals do: whole lines, and what stands
    between two figures. Other numbers may well stand there twice, or beside others like them."""
    said = (each for each in form.said if each.path.endswith(TAX_ID) and each.value is not None)
    found = list(dict.fromkeys(str(each.value) for each in said))
    valid = [each for each in found if tax_id.is_valid(each)]

    def is_repeated(line: TextLine) -> bool:
        text = match_key(line.text)
        return any(_is_alike(text, each) for each in valid)

    kept = (line for line in lines if line.source != "ocr" or not is_repeated(line))
    return [part for line in kept for part in _figures_beside(line, found)]


def _figures_beside(line: TextLine, ids: Iterable[str]) -> list[TextLine]:
    """The figures before and behind one of *ids* that was recognized in one text with them; otherwise *line* alone. A
    figure that covers an end of the id is left out if it is unclear which of them a digit belongs to."""
    for each in ids if line.source == "ocr" else ():
        match = difflib.SequenceMatcher(None, line.text, each, autojunk=False).find_longest_match()
        begin, end = match.a, match.a + match.size
        part = line.text[begin:end]
        if match.size < PART or part.isdecimal():
            continue
        before = (0, begin, match.b == 0 or part[0].isalpha())
        behind = (end, len(line.text), match.b + match.size == len(each) or part[-1].isalpha())
        sides = [(strip(cut(line, start, stop)), clear) for start, stop, clear in (before, behind)]
        figures = [(text, clear) for text, clear in sides if text is not None]
        if figures and all(DECIMAL.fullmatch(text.text) for text, _ in figures):
            return [text for text, clear in figures if clear]
    return [line]


def _is_alike(text: str, printed: str) -> bool:
    """Whether *text* is the *printed* tax id, as a seal repeats it, with a few characters misread."""
    text = text.upper()
    code = NO_CODE.sub("", text)
    if not ID.fullmatch(printed) or not ID.fullmatch(code) or not ID_ON_ARC.fullmatch(text):
        return False
    return difflib.SequenceMatcher(None, code, printed, autojunk=False).ratio() >= ECHO


def is_caption(label: KeyMatch, line: TextLine) -> bool:
    """Whether *line* is nothing but a caption."""
    return label.box.contains(line.box.cx, line.box.cy) and label.box.width > WHOLE * line.box.width
