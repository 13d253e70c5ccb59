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
from invoiceocr.sources.pdf.objects import MAX_DICTIONARY, PdfObject

# the characters of figures, and what each is read as
FIGURES = {each: sign for sign in "0123456789.-" for each in (sign, chr(ord(sign) + 0xFEE0))}
_POINTS = sorted(map(ord, FIGURES))
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NAMES = {
    **{name: str(digit) for digit, name in enumerate(_DIGITS)},
    "period": ".",
    "hyphen": "-",
}
_NAMES |= {f"{name}monospace": chr(ord(sign) + 0xFEE0) for name, sign in _NAMES.items()}
# of all fonts of a file together: bytes of mappings (one of all Chinese characters has 500,000, and one of a subset
# 5,000), and codes of figures
MAX_MAPS, MAX_CODES = 4_000_000, 200_000
SOFT_HYPHEN = 173  # the code that encodings give the hyphen besides its own
_TO_UNICODE = b"/ToUnicode"
_MAP = re.compile(rb"/ToUnicode\s+(\d{1,10})\s+\d{1,5}\s+R")
_FLATE = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])")
# PDFium takes four hexadecimal digits for a character, and leaves out what remains
_TEXT = rb"<((?:[0-9A-Fa-f]{4})*|[0-9A-Fa-f]{1,3})>"
_CODE = rb"<([0-9A-Fa-f]+)>\s*"
_CHARACTER = re.compile(_CODE + _TEXT)
_RANGE = re.compile(_CODE + _CODE + rb"(?:" + _TEXT + rb"|\[([^\[\]]*)\])")
_TARGET = re.compile(_TEXT)
# the names of mappings that PDFium has, and takes for those of the codes that a mapping leaves out
_BUILT_IN = re.compile(rb"usecmap|/Adobe-(?:GB1|CNS1|Japan1|Korea1)-UCS2")
_NAMED_ANEW = b"/Differences"
_DIFFERENCES = re.compile(rb"/Differences\s*(?:\[([^\[\]]*)\]|(\d{1,10})\s+\d{1,5}\s+R)")
_LIST = re.compile(rb"\s*\[([^\[\]]*)\]")
_ENCODING = re.compile(rb"/Encoding\s+(\d{1,10})\s+\d{1,5}\s+R")
_ENTRY = re.compile(rb"(\d+)|/([^\s/<>\[\]()%#]+)")
_POINT_NAME = re.compile(r"u(?:ni)?([0-9A-F]{4,6})")
# a font of two bytes a character whose codes have the meanings of an Adobe collection: that has two sets of digits
_TWO_BYTES = b"/DescendantFonts"
_OWN_CODES = re.compile(rb"/Encoding\s*/(?!Identity)[\w-]+")
# what says the codes of a font
_OF_FONT = re.compile(rb"/BaseFont|/ToUnicode|/Differences|/DescendantFonts")
_ORDERING = re.compile(rb"/Ordering\s*\((?!GB1|CNS1|Japan1|Korea1)[\w-]+\)")

Pair = tuple[int, str]
"""A code and the character of figures that it stands for."""


class _UnclearError(Exception):
    """A mapping is written in a way that PDFium may understand otherwise."""


def with_several_codes(file: PdfFile) -> frozenset[str]:
    """Those of FIGURES for which a font of the *file* has, or may have, several codes. Revisions add signatures and
    annotations to a file; where one replaces a font, it can't be told which of them a program takes."""
    if any(_is_of_font(file, item) for item in file.replaced):
        return frozenset(FIGURES)
    try:
        found = _several(_fonts(file))
    except _UnclearError:
        return frozenset(FIGURES)
    bare = (item.text for item in file.objects.values() if _is_bare(item.text))
    return frozenset(FIGURES if any(_may_be_of_collection(file, text) for text in bare) else found)


def _is_of_font(file: PdfFile, item: PdfObject) -> bool:
    """Whether *item* is a font, or may tell its codes: a list may be one of names, and a text may be read in part."""
    if len(item.text) >= MAX_DICTIONARY or _OF_FONT.search(item.text):
        return True
    listed = _LIST.match(item.text)
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
                raise _UnclearError
        found |= {sign for sign, of_sign in codes.items() if len(of_sign) > 1}
    return found


def _fonts(file: PdfFile) -> Iterator[Iterable[Pair]]:
    """The codes of each font that the file maps itself: PDFium takes those that the mapping of a font to characters
    leaves out from the names of its encoding."""
    read, budget = dict[int, list[Pair]](), _Budget(MAX_MAPS)
    for text in [item.text for item in file.objects.values()]:
        if len(text) >= MAX_DICTIONARY:  # read in part
            raise _UnclearError
        fonts: list[Iterable[Pair]] = [_names(file, text, budget)] if _NAMED_ANEW in text else []
        for number in _map_numbers(text) if _TO_UNICODE in text else ():
            if number not in read:
                read[number] = list(_mapped(budget.spent(_content(file, file.objects.get(number)))))
            fonts += [read[number], *(_names(file, each, budget) for each in _encodings(file, text))]
        yield chain.from_iterable(fonts)


class _Budget:
    """What is left to read of the mappings of a file."""

    def __init__(self, left: int) -> None:
        self._left = left

    def spent(self, content: bytes) -> bytes:
        """*content*, which is read."""
        self._left -= len(content)
        if self._left < 0:
            raise _UnclearError
        return content


def _map_numbers(text: bytes) -> list[int]:
    """The objects that map a font to characters."""
    numbers = _MAP.findall(text)
    if len(numbers) < text.count(_TO_UNICODE):
        raise _UnclearError
    return [int(number) for number in numbers]


def _encodings(file: PdfFile, font: bytes) -> Iterator[bytes]:
    """The encodings that a font refers to."""
    found = (file.objects.get(int(number)) for number in _ENCODING.findall(font))
    return (item.text for item in found if item)


def _content(file: PdfFile, item: PdfObject | None) -> bytes:
    """The bytes of a mapping; none where they are encrypted."""
    if item is None:
        raise _UnclearError
    content = file.content(item)
    if file.is_encrypted and b"beginbf" not in content:
        return b""
    if _is_packed(item) and content is item.stream:
        raise _UnclearError
    if b"beginbf" not in content or _BUILT_IN.search(content):
        raise _UnclearError
    return content


def _is_packed(item: PdfObject) -> bool:
    """Whether the one filter of *item* packs its bytes. Others, or several, may turn what is read here into something
    else."""
    packed = len(_FLATE.findall(item.text))
    if b"/DecodeParms" in item.text or not item.text.count(b"/Filter") == item.text.count(b"/Fl") == packed <= 1:
        raise _UnclearError
    return packed == 1


def _names(file: PdfFile, text: bytes, budget: _Budget) -> Iterator[Pair]:
    """The codes by the names of an encoding."""
    arrays = _DIFFERENCES.findall(text)
    if len(arrays) < text.count(_NAMED_ANEW):
        raise _UnclearError
    for entries, number in arrays:
        yield from _named(budget.spent(_listed(file, int(number)) if number else entries))


def _listed(file: PdfFile, number: int) -> bytes:
    """The entries of an array that is an object of its own."""
    found = _LIST.match(file.objects[number].text) if number in file.objects else None
    if not found:
        raise _UnclearError
    return found[1]


def _mapped(content: bytes) -> Iterator[Pair]:
    """The codes by the mapping of a font to characters."""
    for part in content.split(b"beginbf")[1:]:
        section, end, _ = part.partition(b"endbf")
        kind, entries = section[:5], section.removeprefix(b"char").removeprefix(b"range")
        is_single = kind.startswith(b"char")
        if not end or (_CHARACTER if is_single else _RANGE).sub(b"", entries).strip():
            raise _UnclearError
        yield from _singles(entries) if is_single else _ranges(entries)


def _singles(section: bytes) -> Iterator[Pair]:
    for code, target in _CHARACTER.findall(section):
        if (text := _text(target)) in FIGURES:
            yield int(code, 16), text


def _ranges(section: bytes) -> Iterator[Pair]:
    for first, last, target, several in _RANGE.findall(section):
        start = int(first, 16)
        count = int(last, 16) - start + 1
        if several:
            yield from _listed_range(start, count, several)
            continue
        point = int(target or b"0", 16)
        within = _POINTS[bisect_left(_POINTS, point) : bisect_left(_POINTS, point + count)]
        yield from ((start + each - point, chr(each)) for each in within)


def _listed_range(start: int, count: int, several: bytes) -> Iterator[Pair]:
    """The codes from *start* on, the texts of which are listed."""
    targets = _TARGET.findall(several)
    # PDFium reads as many texts as there are codes, whatever the end of the list
    if len(targets) != count or _TARGET.sub(b"", several).strip():
        raise _UnclearError
    texts = map(_text, targets)
    return ((start + i, text) for i, text in enumerate(texts) if text in FIGURES)


def _named(entries: bytes) -> Iterator[Pair]:
    """The codes by the names that the encoding of a font gives to them."""
    if _ENTRY.sub(b"", entries).strip():
        raise _UnclearError
    code = 0
    for number, name in _ENTRY.findall(entries):
        if number:
            code = int(number[-9:])
            continue
        sign = _named_sign(name.decode("latin-1"))
        if sign and (code, sign) != (SOFT_HYPHEN, "-"):
            yield code, sign
        code += 1


def _named_sign(name: str) -> str:
    """The character of figures that a glyph is named after, as PDFium takes the name; "" for any other one."""
    stem = name.split(".")[0]
    if point := _POINT_NAME.fullmatch(stem):
        return _text(point[1].encode())
    return _NAMES.get(stem, "")


def _is_bare(text: bytes) -> bool:
    """Whether codes of a font have the meaning of its glyphs."""
    if _TWO_BYTES not in text or _TO_UNICODE in text:
        return False
    return len(_OWN_CODES.findall(text)) < max(text.count(b"/Encoding"), 1)


def _may_be_of_collection(file: PdfFile, font: bytes) -> bool:
    """Whether the glyphs of a font may be those of an Adobe collection. Those of other ones mean nothing by
    themselves."""
    text = b"\n".join(with_referred(file, font))
    return len(_ORDERING.findall(text)) < max(text.count(b"/Ordering"), 1)


def _text(target: bytes) -> str:
    """The character of figures that *target*, hexadecimal digits of UTF-16, stands for; "" for any other text."""
    point = int(target or b"0", 16)
    return chr(point) if point <= _POINTS[-1] and chr(point) in FIGURES else ""
