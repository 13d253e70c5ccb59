"""Which characters of figures a font of a PDF has several codes for.

PDFium gives the outline of a character for one of its codes only, so that of the others can't be compared with what
they are mapped to: a font may draw an 8 for one of two codes of the 8, and a 3 for the other one. No writer needs two
codes for a digit; if a file has them, the digit isn't believed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from invoiceocr.sources.pdf.file import PdfFile

# the characters of figures, and what each is read as
FIGURES = {each: sign for sign in "0123456789.-" for each in (sign, chr(ord(sign) + 0xFEE0))}
_POINTS = frozenset(map(ord, FIGURES))
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NAMES = {
    **{name: str(digit) for digit, name in enumerate(_DIGITS)},
    "period": ".",
    "hyphen": "-",
    **{f"uni{ord(each):04X}": each for each in FIGURES},
}
MAX_MAP = 200_000  # bytes of a mapping; one of all Chinese characters has 500,000, and one of a subset 5,000
MAX_RANGE = 65_536  # codes
_MAP = re.compile(rb"/ToUnicode\s{1,8}(\d{1,10})\s{1,8}\d{1,5}\s{1,8}R")
_CODE = rb"<([0-9A-Fa-f\s]{1,16})>\s*"
_SECTION = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_CHARACTER = re.compile(_CODE + rb"<([0-9A-Fa-f\s]{1,64})>")
_RANGE = re.compile(_CODE + _CODE + rb"(?:<([0-9A-Fa-f\s]{1,64})>|\[([^\]]*)\])")
_TARGET = re.compile(rb"<([0-9A-Fa-f\s]{1,64})>")
_DIFFERENCES = re.compile(rb"/Differences\s{0,8}\[([^\]]*)\]")
_ENTRY = re.compile(rb"(\d{1,5})|/([^\s/<>\[\]()]{1,127})")
# a font of two bytes a character whose codes have the meanings of an Adobe collection: that has two sets of digits
_COLLECTION = re.compile(rb"/Encoding\s{0,8}/Identity-[HV]\b")

Codes = dict[str, set[int]]
"""The codes of each character of figures in a font."""


def with_several_codes(file: PdfFile) -> frozenset[str]:
    """Those of FIGURES for which a font of the *file* has, or may have, several codes."""
    found = {sign for codes in _fonts(file) for sign, of_sign in codes.items() if len(of_sign) > 1}
    bare = (item.text for item in file.objects.values() if b"/Type0" in item.text and b"/ToUnicode" not in item.text)
    return frozenset(FIGURES if any(map(_COLLECTION.search, bare)) else found)


def _fonts(file: PdfFile) -> Iterator[Codes]:
    """The codes of each font that the file maps itself."""
    texts = [item.text for item in file.objects.values() if not item.stream]
    for number in {int(number) for text in texts for number in _MAP.findall(text)}:
        if number in file.objects:
            yield _mapped(file.content(file.objects[number])[:MAX_MAP])
    for text in texts:
        for entries in _DIFFERENCES.findall(text):
            yield _named(entries)


def _mapped(content: bytes) -> Codes:
    """The codes by the mapping of a font to characters."""
    codes: Codes = defaultdict(set)
    for kind, section in _SECTION.findall(content):
        for code, text in _singles(section) if kind == b"char" else _ranges(section):
            codes[text].add(code)
    return codes


def _singles(section: bytes) -> Iterator[tuple[int, str]]:
    for code, target in _CHARACTER.findall(section):
        if (text := _text(target)) in FIGURES:
            yield _number(code), text


def _ranges(section: bytes) -> Iterator[tuple[int, str]]:
    for first, last, target, several in _RANGE.findall(section):
        start, count = _number(first), min(_number(last) - _number(first) + 1, MAX_RANGE)
        if several:
            texts = [_text(each) for each in _TARGET.findall(several)][: max(count, 0)]
            yield from ((start + i, text) for i, text in enumerate(texts) if text in FIGURES)
        else:
            point = _number(target)
            yield from ((start + each - point, chr(each)) for each in _POINTS if 0 <= each - point < count)


def _named(entries: bytes) -> Codes:
    """The codes by the names that the encoding of a font gives to them."""
    codes: Codes = defaultdict(set)
    code = 0
    for number, name in _ENTRY.findall(entries):
        if number:
            code = int(number)
            continue
        if sign := _NAMES.get(name.decode("latin-1")):
            codes[sign].add(code)
        code += 1
    return codes


def _text(target: bytes) -> str:
    """The character of figures that *target*, hexadecimal digits of UTF-16, stands for; "" for any other text."""
    point = _number(target)
    return chr(point) if point in _POINTS else ""


def _number(digits: bytes) -> int:
    return int(b"".join(digits.split()) or b"0", 16)
