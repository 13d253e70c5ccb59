"""DER (ITU-T X.690): a value with its tag, and the values in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

SEQUENCE, SET, INTEGER, BIT_STRING, OCTET_STRING, OID = 0x30, 0x31, 0x02, 0x03, 0x04, 0x06
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
# the low bits of a tag whose number follows in further octets; no structure read here has one
LONG_TAG = 0x1F
LONG_LENGTH = 0x80
TEXTS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "gb18030", 0x16: "ascii", 0x1A: "ascii", 0x1E: "utf-16-be"}


@dataclass(frozen=True)
class Der:
    """A value: its identifier octet, its content, and the whole as it stands in the file."""

    tag: int
    content: bytes
    raw: bytes

    @cached_property
    def parts(self) -> tuple[Der, ...]:
        """The values in a constructed one; ValueError if its content isn't a row of values."""
        return tuple(_values(self.content))

    def part(self, index: int, tag: int) -> Der:
        """The value at *index*, which must have *tag*; ValueError if it doesn't."""
        if index >= len(self.parts) or self.parts[index].tag != tag:
            raise ValueError(f"no value with tag {tag:#04x} at index {index}")
        return self.parts[index]

    @property
    def oid(self) -> str:
        """The object identifier in dotted form."""
        first, *rest = _arcs(self.content)
        root = min(first // 40, 2)
        return ".".join(map(str, (root, first - 40 * root, *rest)))

    @property
    def bits(self) -> bytes:
        """The octets of a bit string."""
        return self.content[1:]

    @property
    def number(self) -> int:
        """The integer."""
        return int.from_bytes(self.content, "big", signed=True)

    @property
    def text(self) -> str | None:
        """The string, whichever its alphabet; None for other values and for octets that its alphabet does not have."""
        try:
            return self.content.decode(TEXTS[self.tag])
        except (KeyError, UnicodeDecodeError):
            return None


def parse(data: bytes) -> Der:
    """The first value in *data*; ValueError if there is none or it is cut off."""
    value = next(_values(data), None)
    if value is None:
        raise ValueError("no DER value")
    return value


def _values(data: bytes) -> Iterator[Der]:
    start = 0
    while start < len(data):
        head, length = _length(data, start + 1)
        stop = head + length
        if data[start] & LONG_TAG == LONG_TAG or stop > len(data):
            raise ValueError(f"no DER value at byte {start}")
        yield Der(data[start], data[head:stop], data[start:stop])
        start = stop


def _length(data: bytes, at: int) -> tuple[int, int]:
    """Where the content begins, and how long it is."""
    first = data[at] if at < len(data) else LONG_LENGTH
    if first < LONG_LENGTH:
        return at + 1, first
    count = first - LONG_LENGTH
    octets = data[at + 1 : at + 1 + count]
    if not 0 < count <= 4 or len(octets) < count:
        raise ValueError(f"no DER length at byte {at}")
    return at + 1 + count, int.from_bytes(octets, "big")


def _arcs(content: bytes) -> list[int]:
    arcs, arc = [], 0
    for octet in content:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    if not arcs:
        raise ValueError("no object identifier")
    return arcs
