"""A subset of a CID-keyed OpenType/CFF font for embedding: the glyphs of a text, without subroutines.

Adobe Technical Notes 5176 (Compact Font Format) and 5177 (Type 2 charstrings). The glyphs of the subset are numbered
from 1 in the order of the characters, and each glyph's CID is its number; glyph 0 is .notdef.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from invoiceocr.sources import open_type

Index = Sequence[bytes]
# operator (two-byte ones as 1200 + second byte) to its integer operands
Dict = dict[int, list[int]]
ROS, CHARSET, CHARSTRINGS, PRIVATE, SUBRS, FD_ARRAY, FD_SELECT = 1230, 15, 17, 18, 19, 1236, 1237
ESCAPE = 12
STEM_OPERATORS, MASK_OPERATORS = frozenset({1, 3, 18, 23}), frozenset({19, 20})
CALL_LOCAL, RETURN, CALL_GLOBAL = 10, 11, 29
# string ids below it are the standard strings
FIRST_OWN_STRING = 391
REAL = 30


@dataclass(frozen=True, slots=True, eq=False)
class OutlineFont:
    """What a subset needs of a font file: the glyph of each character, the charstrings with their subroutines, and
    for each glyph the font dict (hint zones, widths) it belongs to."""

    glyphs: dict[int, int]
    charstrings: Index
    global_subrs: Index
    font_dict_of: Sequence[int]
    privates: Sequence[bytes]
    local_subrs: Sequence[Index]


@lru_cache(maxsize=4)
def load_outlines(path: Path) -> OutlineFont:
    """The outlines of an OpenType font with a CID-keyed CFF table; ValueError for any other font."""
    data = path.read_bytes()
    tables = _tables(data)
    if "CFF " not in tables:
        raise ValueError(f"{path}: no CFF table; only OpenType fonts with PostScript outlines can be embedded")
    cff = data[slice(*tables["CFF "])]
    top, global_subrs = _top(cff)
    if ROS not in top:
        raise ValueError(f"{path}: not CID-keyed")
    charstrings = _index(cff, top[CHARSTRINGS][0])[0]
    font_dicts = [_dict(entry) for entry in _index(cff, top[FD_ARRAY][0])[0]]
    privates = [_private(cff, entry) for entry in font_dicts]
    select = _font_dicts(cff, top[FD_SELECT][0], len(charstrings))
    return OutlineFont(
        open_type.glyphs(data), charstrings, global_subrs, select, [p[0] for p in privates], [p[1] for p in privates]
    )


def subset(font: OutlineFont, characters: Iterable[str], name: str) -> bytes:
    """A bare CFF font called *name* with .notdef and the glyphs of *characters* in their order."""
    glyphs = [0, *(font.glyphs.get(ord(char), 0) for char in characters)]
    flat = [_flattened(font, glyph) for glyph in glyphs]
    selected = bytes(font.font_dict_of[glyph] for glyph in glyphs)
    head = b"\x01\x00\x04\x04" + _packed([name.encode()])
    strings = _packed([b"Adobe", b"Identity"]) + _packed([])
    charset = b"\x02" + struct.pack(">HH", 1, max(len(glyphs) - 2, 0)) if len(glyphs) > 1 else b"\x00"
    select, chars = b"\x00" + selected, _packed(flat)
    size = len(head) + len(_packed([_top_dict(0, 0, 0, 0)])) + len(strings)
    places = [size, size + len(charset), size + len(charset) + len(select)]
    privates_at = places[2] + len(chars)
    font_dicts, offset = [], privates_at
    for private in font.privates:
        font_dicts.append(_number(len(private)) + _number(offset) + bytes([PRIVATE]))
        offset += len(private)
    top = _top_dict(places[0], places[1], places[2], offset)
    body = charset + select + chars + b"".join(font.privates) + _packed(font_dicts)
    return head + _packed([top]) + strings + body


def _top_dict(charset: int, select: int, charstrings: int, font_dicts: int) -> bytes:
    ros = _number(FIRST_OWN_STRING) + _number(FIRST_OWN_STRING + 1) + _number(0) + bytes([ESCAPE, ROS - 1200])
    entries = ((charset, (CHARSET,)), (charstrings, (CHARSTRINGS,)), (font_dicts, (ESCAPE, FD_ARRAY - 1200)))
    chosen = _number(select) + bytes([ESCAPE, FD_SELECT - 1200])
    return ros + b"".join(_number(value) + bytes(operator) for value, operator in entries) + chosen


def _tables(data: bytes) -> dict[str, tuple[int, int]]:
    count = struct.unpack_from(">H", data, 4)[0]
    records = (struct.unpack_from(">4s4xII", data, 12 + 16 * index) for index in range(count))
    return {tag.decode("latin-1"): (start, start + length) for tag, start, length in records}


def _top(cff: bytes) -> tuple[Dict, Index]:
    _, after_names = _index(cff, cff[2])
    tops, after_tops = _index(cff, after_names)
    _, after_strings = _index(cff, after_tops)
    return _dict(tops[0]), _index(cff, after_strings)[0]


def _index(data: bytes, start: int) -> tuple[Index, int]:
    """The entries of the INDEX at *start*, and where it ends."""
    count = struct.unpack_from(">H", data, start)[0]
    if not count:
        return [], start + 2
    size = data[start + 2]
    table = data[start + 3 : start + 3 + size * (count + 1)]
    offsets = [int.from_bytes(table[i : i + size], "big") for i in range(0, len(table), size)]
    base = start + 2 + size * (count + 1)
    return [data[base + a : base + b] for a, b in itertools.pairwise(offsets)], base + offsets[-1]


def _packed(entries: Sequence[bytes]) -> bytes:
    """An INDEX of *entries*."""
    if not entries:
        return b"\x00\x00"
    offsets = [1]
    for entry in entries:
        offsets.append(offsets[-1] + len(entry))
    return struct.pack(">HB", len(entries), 4) + struct.pack(f">{len(offsets)}I", *offsets) + b"".join(entries)


def _number(value: int) -> bytes:
    """An integer operand of always five bytes, so that sizes are known before the offsets are."""
    return b"\x1d" + struct.pack(">i", value)


def _dict(data: bytes) -> Dict:
    found: Dict = {}
    operands: list[int] = []
    at = 0
    while at < len(data):
        value, size = _operand(data, at)
        if value is None and data[at] == REAL:
            at = next(i for i in range(at + 1, len(data)) if data[i] & 15 == 15) + 1
            operands.append(0)
        elif value is None:
            operator = 1200 + data[at + 1] if data[at] == ESCAPE else data[at]
            found[operator], operands = operands, []
            at += 2 if operator >= 1200 else 1
        else:
            operands.append(value)
            at += size
    return found


def _operand(data: bytes, at: int) -> tuple[int | None, int]:
    """The integer operand at *at* and its length; None for an operator."""
    first = data[at]
    if 32 <= first <= 246:
        return first - 139, 1
    if 247 <= first <= 250:
        return (first - 247) * 256 + data[at + 1] + 108, 2
    if 251 <= first <= 254:
        return -(first - 251) * 256 - data[at + 1] - 108, 2
    if first == 28:
        return struct.unpack_from(">h", data, at + 1)[0], 3
    if first == 29:
        return struct.unpack_from(">i", data, at + 1)[0], 5
    return None, 1


def _private(cff: bytes, font_dict: Dict) -> tuple[bytes, Index]:
    """The Private DICT of a font dict without its subroutines, and the subroutines."""
    size, start = font_dict[PRIVATE]
    data = cff[start : start + size]
    subrs = _dict(data).get(SUBRS)
    if not subrs:
        return data, []
    operand = next(at for at in range(len(data)) if _ends_with_subrs(data, at, subrs[0]))
    length = _operand(data, operand)[1]
    return data[:operand] + data[operand + length + 1 :], _index(cff, start + subrs[0])[0]


def _ends_with_subrs(data: bytes, at: int, value: int) -> bool:
    found, size = _operand(data, at)
    return found == value and at + size < len(data) and data[at + size] == SUBRS


def _font_dicts(cff: bytes, start: int, count: int) -> Sequence[int]:
    if cff[start] == 0:
        return cff[start + 1 : start + 1 + count]
    ranges = struct.unpack_from(">H", cff, start + 1)[0]
    chosen: list[int] = []
    for index in range(ranges):
        first, font_dict, following = struct.unpack_from(">HBH", cff, start + 3 + 3 * index)
        chosen += [font_dict] * (following - first)
    return chosen


@dataclass(slots=True)
class _Flattening:
    """A charstring that is rewritten without calls: its bytes so far, the operands since the last operator, the stems
    so far, and where the last number begins: if a call follows, the number is removed."""

    font_dict: int
    output: bytearray = field(default_factory=bytearray)
    operands: int = 0
    stems: int = 0
    last: tuple[int, int] = (0, 0)  # value, place in output


def _flattened(font: OutlineFont, glyph: int) -> bytes:
    state = _Flattening(font.font_dict_of[glyph])
    _flatten(font, state, font.charstrings[glyph])
    return bytes(state.output)


def _flatten(font: OutlineFont, state: _Flattening, code: bytes) -> None:
    at = 0
    while at < len(code):
        size = _number_size(code[at])
        if size:
            state.last = (_operand(code, at)[0] or 0 if size < 5 else 0, len(state.output))
            state.output += code[at : at + size]
            state.operands += 1
        elif code[at] == RETURN:
            return
        elif code[at] in (CALL_LOCAL, CALL_GLOBAL):
            _call(font, state, code[at])
            size = 1
        else:
            size = _operator(state, code, at)
        at += size


def _call(font: OutlineFont, state: _Flattening, operator: int) -> None:
    subrs = font.global_subrs if operator == CALL_GLOBAL else font.local_subrs[state.font_dict]
    bias = 107 if len(subrs) < 1240 else 1131 if len(subrs) < 33900 else 32768
    value, place = state.last
    del state.output[place:]
    state.operands -= 1
    _flatten(font, state, subrs[value + bias])


def _operator(state: _Flattening, code: bytes, at: int) -> int:
    """Copies the operator at *at* with its mask bytes; returns its length."""
    operator = code[at]
    size = 2 if operator == ESCAPE else 1
    if operator in STEM_OPERATORS or operator in MASK_OPERATORS:
        state.stems += state.operands // 2
    if operator in MASK_OPERATORS:
        size += (state.stems + 7) // 8
    state.output += code[at : at + size]
    state.operands = 0
    return size


def _number_size(first: int) -> int:
    """The length of a charstring number that begins with that byte; 0 for an operator."""
    if first == 28:
        return 3
    if first == 255:
        return 5
    return 0 if first < 32 else 1 if first < 247 else 2
