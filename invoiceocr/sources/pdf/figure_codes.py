"""Which characters of figures a font of a PDF has several codes for.

PDFium gives the outline of a character for one of its codes only, so that of the others can't be compared with what
they are mapped to: a font may draw an 8 for one of two codes of the 8, and a 3 for the other one. No writer needs two
codes for a digit; if a file has them, the digit isn't believed. Where a mapping isn't understood to the last byte, none
is: PDFium may understand it in another way.

All fonts of a file count, also those that no page uses: which ones a page uses can't be told from the text of a file as
surely as PDFium knows it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from invoiceocr.sources.pdf.file import REFERENCE, PdfFile, with_referred
from invoiceocr.sources.pdf.mappings import (
    DIGIT_NAMES,
    LIST,
    MAX_CODES,
    MAX_MAPS,
    NAMED_ANEW,
    POINT_NAME,
    TO_UNICODE,
    TWO_BYTES,
    Budget,
    UnclearError,
    encodings,
    map_content,
    map_numbers,
    may_be_of_collection,
    names,
    spans,
)
from invoiceocr.sources.pdf.objects import MAX_DICTIONARY, PdfObject

# the characters of figures, and what each is read as
FIGURES = {each: sign for sign in "0123456789.-" for each in (sign, chr(ord(sign) + 0xFEE0))}
_POINTS = sorted(map(ord, FIGURES))
_NAMES = {
    **{name: str(digit) for digit, name in enumerate(DIGIT_NAMES)},
    "period": ".",
    "hyphen": "-",
}
_NAMES |= {f"{name}monospace": chr(ord(sign) + 0xFEE0) for name, sign in _NAMES.items()}
SOFT_HYPHEN = 173  # the code that encodings give the hyphen besides its own
# of a font whose codes have the meanings of an Adobe collection: that has two sets of digits
_OWN_CODES = re.compile(rb"/Encoding\s*/(?!Identity)[\w-]+")
# what says the codes of a font
_OF_FONT = re.compile(rb"/BaseFont|/ToUnicode|/Differences|/DescendantFonts")

Pair = tuple[int, str]
"""A code and the character of figures that it stands for."""


def with_several_codes(file: PdfFile) -> frozenset[str]:
    """Those of FIGURES for which a font of the *file* has, or may have, several codes. Revisions add signatures and
    annotations to a file; where one replaces a font, it can't be told which of them a program takes."""
    if any(_is_of_font(file, item) for item in file.replaced):
        return frozenset(FIGURES)
    try:
        found = _several(_fonts(file))
    except UnclearError:
        return frozenset(FIGURES)
    bare = (with_referred(file, item.text) for item in file.objects.values() if _is_bare(item.text))
    return frozenset(FIGURES if any(may_be_of_collection(b"\n".join(texts)) for texts in bare) else found)


def _is_of_font(file: PdfFile, item: PdfObject) -> bool:
    """Whether *item* is a font, or may tell its codes: a list may be one of names, and a text may be read in part."""
    if len(item.text) >= MAX_DICTIONARY or _OF_FONT.search(item.text):
        return True
    listed = LIST.match(item.text)
    if listed and REFERENCE.sub(b"", listed[1]).strip():  # not of pages or annotations
        return True
    return bool(item.stream) and b"beginbf" in file.content(item)


def _several(fonts: Iterable[Iterable[Pair]]) -> set[str]:
    """The characters for which one of the *fonts* has several codes."""
    found, left = set[str](), MAX_CODES
    for font in fonts:
        codes: dict[str, set[int]] = defaultdict(set)
        for code, sign in font:
            codes[sign].add(code)
            left -= 1
            if left < 0:
                raise UnclearError
        found |= {sign for sign, of_sign in codes.items() if len(of_sign) > 1}
    return found


def _fonts(file: PdfFile) -> Iterator[Iterable[Pair]]:
    """The codes of each font that the file maps itself: PDFium takes those that the mapping of a font to characters
    leaves out from the names of its encoding."""
    read, budget = dict[int, list[Pair]](), Budget(MAX_MAPS)
    for text in [item.text for item in file.objects.values()]:
        if len(text) >= MAX_DICTIONARY:  # read in part
            raise UnclearError
        fonts: list[Iterable[Pair]] = [_names(file, text, budget)] if NAMED_ANEW in text else []
        for number in map_numbers(text) if TO_UNICODE in text else ():
            if number not in read:
                read[number] = list(_mapped(budget.spent(map_content(file, file.objects.get(number)))))
            fonts += [read[number], *(_names(file, each.text, budget) for each in encodings(file, text))]
        yield chain.from_iterable(fonts)


def _names(file: PdfFile, text: bytes, budget: Budget) -> Iterator[Pair]:
    """The codes of figures by the names of an encoding."""
    for code, name in names(file, text, budget):
        sign = _named_sign(name)
        if sign and (code, sign) != (SOFT_HYPHEN, "-"):
            yield code, sign


def _mapped(content: bytes) -> Iterator[Pair]:
    """The codes of figures by the mapping of a font to characters."""
    for start, stop, target in spans(content):
        point = int(target or b"0", 16)
        if point > _POINTS[-1]:
            continue
        within = _POINTS[bisect_left(_POINTS, point) : bisect_left(_POINTS, point + stop - start + 1)]
        yield from ((start + each - point, chr(each)) for each in within)


def _named_sign(name: str) -> str:
    """The character of figures that a glyph is named after, as PDFium takes the name; "" for any other one."""
    stem = name.split(".")[0]
    if point := POINT_NAME.fullmatch(stem):
        number = int(point[1], 16)
        return chr(number) if number in _POINTS else ""
    return _NAMES.get(stem, "")


def _is_bare(text: bytes) -> bool:
    """Whether codes of a font have the meaning of its glyphs."""
    if TWO_BYTES not in text or TO_UNICODE in text:
        return False
    return len(_OWN_CODES.findall(text)) < max(text.count(b"/Encoding"), 1)
