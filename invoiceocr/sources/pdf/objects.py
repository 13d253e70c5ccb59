"""The objects of a PDF, found by searching its bytes, as programs do that repair broken files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from invoiceocr.errors import TooLargeError

# of a file; a scan of 200 pages has two thousand, a form of many glyphs ten thousand
MAX_OBJECTS = 300_000
MAX_DICTIONARY = 2_000_000  # bytes; longer ones are read in part
MAX_REPEATED = 2  # times the bytes of an object stream: all of its objects together
_OBJECT = re.compile(rb"[ \t\r\n]obj\b")
_NUMBER = re.compile(rb"(?<![0-9])(\d{1,10})[ \t\r\n]+\d{1,5}[ \t\r\n]*\Z")
NUMBERED = 64  # bytes before `obj` in which its two numbers are looked for
_STREAM = re.compile(rb">>\s{0,8}stream(?:\r\n|\n|\r)?")
_LENGTH = re.compile(rb"/Length\s{0,8}(\d{1,10})(?!\s{1,8}\d{1,5}\s{1,8}R)")


# a letter or figure of a name, written in hexadecimal digits, which no honest writer needs
_ESCAPED = re.compile(rb"#(3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa])")


def plain(text: bytes) -> bytes:
    """*text* with the letters of its names as themselves: `/Wi#64th` is `/Width`."""
    return _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), text) if b"#" in text else text


@dataclass(slots=True)
class PdfObject:
    """An object of the file: its dictionary's text, and the bytes of its stream as stored."""

    text: bytes
    stream: bytes = b""
    unpacked: bytes | None = None


def found(data: bytes, name: str) -> Iterator[tuple[int, PdfObject]]:
    """(number, object) of each object in the file, in its order; TooLargeError too_complex where there are too many."""
    starts = list(_heads(data))
    if len(starts) > MAX_OBJECTS:
        raise TooLargeError(f"{name}: more than {MAX_OBJECTS} objects", code="too_complex")
    skip = 0
    for index, (number, start, behind) in enumerate(starts):
        if start < skip:  # inside the stream before it
            continue
        stop = starts[index + 1][1] if index + 1 < len(starts) else len(data)
        body = _STREAM.search(data, behind, min(stop, behind + MAX_DICTIONARY))
        if body is None:
            yield number, PdfObject(plain(data[behind : min(stop, behind + MAX_DICTIONARY)]))
            continue
        text = plain(data[behind : body.start() + 2])
        end = _stream_end(data, body.end(), text)
        skip = end
        yield number, PdfObject(text, data[body.end() : end])


def _heads(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(number, where it begins, where the object begins) for each `12 0 obj`. The word is found first, then the numbers
    before it: a search for a fixed word passes over pictures much faster than a search for figures."""
    for word in _OBJECT.finditer(data):
        numbered = _NUMBER.search(data, max(0, word.start() - NUMBERED), word.start())
        if numbered:
            yield int(numbered[1]), numbered.start(), word.end()


def _stream_end(data: bytes, start: int, text: bytes) -> int:
    """Where the stream ends: by its length if that is right, else by the next `endstream`."""
    length = _LENGTH.search(text)
    stop = start + int(length[1]) if length else 0
    if length and data[stop : stop + 12].lstrip().startswith(b"endstream"[:9]):
        return stop
    found = data.find(b"endstream", start)
    return found if found >= 0 else len(data)


def packed(content: bytes, text: bytes, name: str) -> Iterator[tuple[int, PdfObject]]:
    """The objects of an object stream, each up to where the next one begins; TooLargeError too_complex where many of
    them are the same bytes, which would make any number of large objects of a small file."""
    first = re.search(rb"/First\s{0,8}(\d{1,10})", text)
    if not first:
        return
    head = content[: int(first[1])].split(maxsplit=2 * MAX_OBJECTS)[: 2 * MAX_OBJECTS]
    pairs = [(int(a), int(b)) for a, b in zip(head[::2], head[1::2], strict=False) if a.isdigit() and b.isdigit()]
    starts = [int(first[1]) + offset for _, offset in pairs]
    stops = dict(pairwise(sorted({*starts, len(content)})))
    left = MAX_REPEATED * len(content)
    for (number, _), start in zip(pairs, starts, strict=True):
        item = PdfObject(plain(content[start : stops.get(start, start)][:MAX_DICTIONARY]))
        left -= len(item.text)
        if left < 0:
            raise TooLargeError(f"{name}: packed objects that overlap", code="too_complex")
        yield number, item
