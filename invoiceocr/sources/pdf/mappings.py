"""How the fonts of a PDF map their codes to characters: by `ToUnicode`, and by the names of an encoding.

Where a mapping isn't understood to the last byte, none is: PDFium may understand it in another way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from invoiceocr.sources.pdf.file import PdfFile
from invoiceocr.sources.pdf.objects import PdfObject

# of all fonts of a file together: bytes of mappings (one of all Chinese characters has 500,000, and one of a subset
# 5,000), and codes
MAX_MAPS, MAX_CODES = 4_000_000, 200_000
TO_UNICODE = b"/ToUnicode"
NAMED_ANEW = b"/Differences"
TWO_BYTES = b"/DescendantFonts"  # of a font of two bytes a character
LIST = re.compile(rb"\s*\[([^\[\]]*)\]")
POINT_NAME = re.compile(r"u(?:ni)?([0-9A-F]{4,6})")
DIGIT_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
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
_DIFFERENCES = re.compile(rb"/Differences\s*(?:\[([^\[\]]*)\]|(\d{1,10})\s+\d{1,5}\s+R)")
_ENCODING = re.compile(rb"/Encoding\s+(\d{1,10})\s+\d{1,5}\s+R")
_ENTRY = re.compile(rb"(\d+)|/([^\s/<>\[\]()%#]+)")
_OWN_ORDERING = re.compile(rb"/Ordering\s*\((?!GB1|CNS1|Japan1|Korea1)[\w-]+\)")

Span = tuple[int, int, bytes]
"""The first and the last of some codes, and hexadecimal digits of UTF-16: the text of the first one, after which the
texts count up."""


class UnclearError(Exception):
    """A mapping is written in a way that PDFium may understand otherwise."""


class Budget:
    """What is left to read of the mappings of a file."""

    def __init__(self, left: int) -> None:
        self._left = left

    def spend(self, count: int) -> None:
        """Count so many as read."""
        self._left -= count
        if self._left < 0:
            raise UnclearError

    def spent(self, content: bytes) -> bytes:
        """*content*, which is read."""
        self.spend(len(content))
        return content


def map_numbers(text: bytes) -> list[int]:
    """The objects that map a font to characters."""
    numbers = _MAP.findall(text)
    if len(numbers) < text.count(TO_UNICODE):
        raise UnclearError
    return [int(number) for number in numbers]


def encodings(file: PdfFile, font: bytes) -> list[PdfObject]:
    """The encodings that a font refers to, replaced ones too."""
    return [item for number in _ENCODING.findall(font) for item in file.versions(int(number))]


def may_be_of_collection(text: bytes) -> bool:
    """Whether the glyphs of a font may be those of an Adobe collection, by the *text* of its dictionaries. Those of
    other ones mean nothing by themselves."""
    return len(_OWN_ORDERING.findall(text)) < max(text.count(b"/Ordering"), 1)


def map_content(file: PdfFile, item: PdfObject | None) -> bytes:
    """The bytes of a mapping; none where they are encrypted."""
    if item is None:
        raise UnclearError
    content = file.content(item)
    if file.is_encrypted and b"beginbf" not in content:
        return b""
    if _is_packed(item) and content is item.stream:
        raise UnclearError
    if b"beginbf" not in content or _BUILT_IN.search(content):
        raise UnclearError
    return content


def _is_packed(item: PdfObject) -> bool:
    """Whether the one filter of *item* packs its bytes. Others, or several, may turn what is read here into something
    else."""
    packed = len(_FLATE.findall(item.text))
    if b"/DecodeParms" in item.text or not item.text.count(b"/Filter") == item.text.count(b"/Fl") == packed <= 1:
        raise UnclearError
    return packed == 1


def spans(content: bytes) -> Iterator[Span]:
    """The codes by the mapping of a font to characters."""
    for part in content.split(b"beginbf")[1:]:
        section, end, _ = part.partition(b"endbf")
        kind, entries = section[:5], section.removeprefix(b"char").removeprefix(b"range")
        is_single = kind.startswith(b"char")
        if not end or (_CHARACTER if is_single else _RANGE).sub(b"", entries).strip():
            raise UnclearError
        yield from _singles(entries) if is_single else _ranges(entries)


def _singles(section: bytes) -> Iterator[Span]:
    for code, target in _CHARACTER.findall(section):
        number = int(code, 16)
        yield number, number, target


def _ranges(section: bytes) -> Iterator[Span]:
    for first, last, target, several in _RANGE.findall(section):
        start, stop = int(first, 16), int(last, 16)
        if stop < start:  # PDFium takes the last byte only
            stop = start & ~0xFF | stop & 0xFF
        if several:
            yield from _listed_range(start, stop, several)
        elif start <= stop:
            yield start, stop, target


def _listed_range(start: int, stop: int, several: bytes) -> Iterator[Span]:
    """The codes from *start* to *stop*, the texts of which are listed."""
    targets = _TARGET.findall(several)
    # PDFium reads as many texts as there are codes, whatever the end of the list
    if len(targets) != stop - start + 1 or _TARGET.sub(b"", several).strip():
        raise UnclearError
    return ((code, code, target) for code, target in enumerate(targets, start))


def names(file: PdfFile, text: bytes, budget: Budget) -> Iterator[tuple[int, str]]:
    """The codes to which an encoding gives the names of glyphs, and these names."""
    arrays = _DIFFERENCES.findall(text)
    if len(arrays) < text.count(NAMED_ANEW):
        raise UnclearError
    listed = (_listed(file, int(number)) if number else [entries] for entries, number in arrays)
    for entries in chain.from_iterable(listed):
        yield from _named(budget.spent(entries))


def _listed(file: PdfFile, number: int) -> Iterable[bytes]:
    """The entries of an array that is an object of its own, replaced ones too."""
    found = [LIST.match(item.text) for item in file.versions(number)]
    if not found:
        raise UnclearError
    for each in found:
        if each is None:
            raise UnclearError
        yield each[1]


def _named(entries: bytes) -> Iterator[tuple[int, str]]:
    """The codes by the names that the encoding of a font gives to them."""
    if _ENTRY.sub(b"", entries).strip():
        raise UnclearError
    code = 0
    for number, name in _ENTRY.findall(entries):
        if number:
            code = int(number[-9:])
            continue
        yield code, name.decode("latin-1")
        code += 1
