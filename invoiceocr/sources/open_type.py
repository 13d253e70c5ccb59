"""Which glyph of an embedded font shows a character: the `cmap` of TrueType and OpenType files (ISO/IEC 14496-22)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice

MAX_GLYPHS = 70_000
SYMBOLS = 0xF000  # where symbol fonts have their characters


def glyphs(font: bytes) -> dict[int, int]:
    """Glyph numbers by code point; empty if the font is damaged or has none of the tables that are read here."""
    try:
        start = _table(font, b"cmap")
        if start is None:
            return {}
        count = struct.unpack_from(">H", font, start + 2)[0]
        found: dict[int, int] = {}
        for index in range(min(count, 32)):
            offset = struct.unpack_from(">I", font, start + 4 + 8 * index + 4)[0]
            for code, glyph in _subtable(font, start + offset):
                found.setdefault(code, glyph)
        return found
    except (struct.error, IndexError):
        return {}


def advances(font: bytes) -> list[int]:
    """The widths of the glyphs in thousandths of the em; all glyphs after the last one have its width, too."""
    head, hhea, hmtx = (_table(font, name) for name in (b"head", b"hhea", b"hmtx"))
    if head is None or hhea is None or hmtx is None:
        raise ValueError("the font has no metrics")
    em = struct.unpack_from(">H", font, head + 18)[0]
    count = struct.unpack_from(">H", font, hhea + 34)[0]
    return [round(1000 * width / em) for width, _ in struct.iter_unpack(">Hh", font[hmtx : hmtx + 4 * count])]


def is_outlined(font: bytes) -> bool:
    """Whether the outlines are PostScript's (CFF) and not TrueType's."""
    return font[:4] == b"OTTO"


def _table(font: bytes, name: bytes) -> int | None:
    base = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
    count = struct.unpack_from(">H", font, base + 4)[0]
    for index in range(min(count, 64)):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, base + 12 + 16 * index)
        if tag == name:
            return int(offset)
    return None


def _subtable(font: bytes, start: int) -> Iterator[tuple[int, int]]:
    kind = struct.unpack_from(">H", font, start)[0]
    if kind == 4:
        yield from _segments(font, start)
    elif kind == 12:
        yield from _groups(font, start)
    elif kind == 6:
        first, count = struct.unpack_from(">HH", font, start + 6)
        yield from enumerate(struct.unpack_from(f">{count}H", font, start + 10), first)
    elif kind == 0:
        yield from enumerate(font[start + 6 : start + 262])


def _segments(font: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Format 4: runs of the basic plane."""
    # the four arrays of the table, one entry per run
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    layout = f">{count}H"
    ends = struct.unpack_from(layout, font, start + 14)
    starts = struct.unpack_from(layout, font, start + 16 + 2 * count)
    deltas = struct.unpack_from(layout, font, start + 16 + 4 * count)
    places = start + 16 + 6 * count
    offsets = struct.unpack_from(layout, font, places)
    runs = enumerate(zip(starts, ends, strict=True))
    codes = ((run, code) for run, (first, last) in runs for code in range(first, min(last, 0xFFFE) + 1))
    # a glyph is the code plus the run's delta, or is looked up in the array after these four
    for run, code in islice(codes, MAX_GLYPHS):
        at = places + 2 * run + offsets[run] + 2 * (code - starts[run])
        glyph = struct.unpack_from(">H", font, at)[0] if offsets[run] else code
        if offsets[run] and not glyph:
            continue
        yield from ((known, (glyph + deltas[run]) & 0xFFFF) for known in _codes(code))


def _codes(code: int) -> tuple[int, ...]:
    """*code* and, if it is a code of a symbol font, the character that it stands for."""
    return (code, code & 0x0FFF) if code & SYMBOLS == SYMBOLS else (code,)


def _groups(font: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Format 12: runs of all planes."""
    count = min(struct.unpack_from(">I", font, start + 12)[0], MAX_GLYPHS)
    groups = (struct.unpack_from(">III", font, start + 16 + 12 * index) for index in range(count))
    codes = ((code, glyph + code - first) for first, last, glyph in groups for code in range(first, last + 1))
    return islice(codes, MAX_GLYPHS)
