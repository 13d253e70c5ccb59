"""The directories of a TIFF (TIFF 6.0), of which an Exif block has one: values by tag, for the tags needed here."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

# the values of a directory by tag
TiffTags = dict[int, tuple[int, ...]]

ORIENTATION, X_RESOLUTION, RESOLUTION_UNIT, WIDTH, HEIGHT = 274, 282, 296, 256, 257
_STRIP_OFFSETS, _STRIP_BYTES, _TILE_OFFSETS, _TILE_BYTES = 273, 279, 324, 325
_BITS, _SAMPLES, _TILE_WIDTH, _TILE_HEIGHT = 258, 277, 322, 323
_WANTED = frozenset(
    {ORIENTATION, X_RESOLUTION, RESOLUTION_UNIT, WIDTH, HEIGHT, _BITS, _SAMPLES, _TILE_WIDTH, _TILE_HEIGHT}
    | {_STRIP_OFFSETS, _STRIP_BYTES, _TILE_OFFSETS, _TILE_BYTES}
)
_MOST_PAGES = 10_000
# of the directories of a file together; a page has some twenty
_MOST_ENTRIES = 100_000
_MOST_VALUES = 1_000_000  # of those entries: two for each strip
_ENTRY = 12  # bytes of an entry of a directory
_TYPES = {1: "B", 3: "H", 4: "I", 5: "II", 6: "b", 8: "h", 9: "i", 10: "ii"}


def directories(data: bytes) -> Iterator[TiffTags]:
    """The image file directories of a TIFF. Raises struct.error if the file is cut off, and ValueError if it has more
    than any real one."""
    reader = _Reader(data, "<" if data[:2] == b"II" else ">")
    at = reader.number("I", 4)
    seen: set[int] = set()
    while at and at not in seen and len(seen) < _MOST_PAGES:
        seen.add(at)
        count = reader.number("H", at)
        yield reader.directory(at + 2, count)
        # the place of the next directory follows the last entry
        at = reader.number("I", at + 2 + _ENTRY * count)


@dataclass(slots=True)
class _Reader:
    """The bytes of a TIFF, their order, and how many more entries and values are read of them."""

    data: bytes
    order: str
    entries: int = _MOST_ENTRIES
    values: int = _MOST_VALUES

    def number(self, code: str, at: int) -> int:
        """The number of that struct format at a place in the file."""
        layout = self.order + code
        found: int = struct.unpack(layout, self.data[at : at + struct.calcsize(layout)])[0]
        return found

    def directory(self, at: int, count: int) -> TiffTags:
        """The values of the *count* entries from *at* on."""
        self.entries -= count
        if self.entries < 0:
            raise ValueError("more entries than any picture has")
        tags: TiffTags = {}
        for start in range(at, at + _ENTRY * count, _ENTRY):
            tag, kind, length = struct.unpack(self.order + "HHI", self.data[start : start + 8])
            if tag in _WANTED:
                self.values -= length
                if self.values < 0:
                    raise ValueError("more values than any picture has")
                tags[tag] = self._values(start + 8, kind, length)
        return tags

    def _values(self, at: int, kind: int, count: int) -> tuple[int, ...]:
        """The values of an entry, which stand *at* its end or where that points; empty if they are of a type that is
        not needed."""
        code = _TYPES.get(kind)
        if code is None:
            return ()
        layout = f"{self.order}{count * len(code)}{code[0]}"
        size, start = struct.calcsize(layout), self.number("I", at)
        return struct.unpack(layout, self.data[at : at + size] if size <= 4 else self.data[start : start + size])


def size_of(page: TiffTags) -> tuple[int, int] | None:
    """Width and height in pixels; None if the directory lacks them."""
    return (int(page[WIDTH][0]), int(page[HEIGHT][0])) if WIDTH in page and HEIGHT in page else None


def depth(page: TiffTags) -> int:
    """Bytes a pixel."""
    bits, samples = max(page.get(_BITS) or (1,)), (page.get(_SAMPLES) or (1,))[0]
    return max(3, -(-bits // 8) * samples)


def with_tiles(size: tuple[int, int], page: TiffTags) -> tuple[int, int]:
    """The size for which a decoder allocates memory: tiles may be larger than the page."""
    across, down = (int((page.get(tag) or (0,))[0]) for tag in (_TILE_WIDTH, _TILE_HEIGHT))
    return size if across * down <= 4 * size[0] * size[1] else (across, down)


def data_end(page: TiffTags) -> int:
    """Where the last strip or tile of the page ends."""
    offsets = page.get(_STRIP_OFFSETS, ()) or page.get(_TILE_OFFSETS, ())
    lengths = page.get(_STRIP_BYTES, ()) or page.get(_TILE_BYTES, ())
    return max((a + b for a, b in zip(offsets, lengths, strict=False)), default=0)
