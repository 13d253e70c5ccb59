"""OLE compound files ([MS-CFB]) in memory: storages and streams by name, bounded by the size of the file."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# a mail with a hundred attachments has five thousand
MAX_ENTRIES = 20_000
MAX_DEPTH = 40
# from here on sector numbers have other meanings
_END = 0xFFFFFFFA
_ENTRY, _MINI = 128, 64  # bytes of an entry of the directory, and of a sector of the small streams
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_HEADER_DIFAT = 109


@dataclass(slots=True)
class Entry:
    """A storage with its children by name, or a stream with its bytes."""

    name: str
    children: dict[str, Entry] = field(default_factory=dict)
    data: bytes = b""

    def storages(self, prefix: str) -> Iterator[Entry]:
        """The storages in this one whose names begin with *prefix*, by name."""
        yield from (child for name, child in sorted(self.children.items()) if name.startswith(prefix))

    def stream(self, name: str) -> bytes:
        """The bytes of the stream called *name*; empty if there is none."""
        child = self.children.get(name)
        return child.data if child else b""


def read(data: bytes) -> Entry:
    """The root storage of the compound file *data*; ValueError if it is none or damaged."""
    try:
        return _File(data).root()
    except (struct.error, IndexError, KeyError, UnicodeDecodeError, OverflowError) as error:
        raise ValueError(f"a damaged compound file ({error})") from error


class _File:
    def __init__(self, data: bytes) -> None:
        if not data.startswith(MAGIC):
            raise ValueError("no compound file")
        shift, mini = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini != 6:
            raise ValueError("unknown sector size")
        self.data, self.size = data, 1 << shift
        self.most = len(data) // self.size + 1
        self.fat = self._table(self._fat_sectors())
        self.cutoff = int(struct.unpack_from("<I", data, 56)[0])
        # streams may not share sectors much more than once
        self.left = 2 * len(data)
        directory = self._chain(struct.unpack_from("<I", data, 48)[0])
        self.entries = [directory[at : at + _ENTRY] for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)]
        if len(self.entries) > MAX_ENTRIES:
            raise ValueError(f"more than {MAX_ENTRIES} entries")
        self.minifat = self._table(self._sectors(struct.unpack_from("<I", data, 60)[0]))
        self.ministream = self._chain(struct.unpack_from("<I", self.entries[0], 116)[0])

    def root(self) -> Entry:
        return self._entry(0, 0, set())

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        return self.data[start : start + self.size]

    def _fat_sectors(self) -> list[int]:
        """The sectors of the allocation table: 109 in the header, more in a chain of their own."""
        sectors = list(struct.unpack_from(f"<{_HEADER_DIFAT}I", self.data, 76))
        more, seen = struct.unpack_from("<I", self.data, 68)[0], 0
        while more < _END and seen < self.most:
            numbers = struct.unpack(f"<{self.size // 4}I", self._sector(more))
            sectors += numbers[:-1]
            more, seen = numbers[-1], seen + 1
        return [sector for sector in sectors if sector < _END][: self.most]

    def _table(self, sectors: list[int]) -> list[int]:
        joined = b"".join(map(self._sector, sectors))
        return list(struct.unpack(f"<{len(joined) // 4}I", joined[: len(joined) // 4 * 4]))

    def _sectors(self, start: int) -> list[int]:
        """The numbers of a chain; cut if it is circular."""
        found: list[int] = []
        while start < _END and start < len(self.fat) and len(found) < self.most:
            found.append(start)
            start = self.fat[start]
        return found

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._sector, self._sectors(start)))

    def _content(self, start: int, size: int) -> bytes:
        self.left -= size
        if self.left < 0:
            raise ValueError("streams larger than the file")
        if size >= self.cutoff:
            return self._chain(start)[:size]
        pieces: list[bytes] = []
        while start < len(self.minifat) and len(pieces) * _MINI < size:
            pieces.append(self.ministream[start * _MINI : (start + 1) * _MINI])
            start = self.minifat[start]
        return b"".join(pieces)[:size]

    def _entry(self, index: int, depth: int, seen: set[int]) -> Entry:
        raw = self.entries[index]
        length = min(max(struct.unpack_from("<H", raw, 64)[0] - 2, 0), 62)
        found = Entry(raw[:length].decode("utf-16-le"))
        if raw[66] == _STREAM:
            start, size = struct.unpack_from("<II", raw, 116)
            found.data = self._content(start, size)
        elif raw[66] in (_STORAGE, _ROOT) and depth < MAX_DEPTH:
            below = struct.unpack_from("<I", raw, 76)[0]
            children = [self._entry(child, depth + 1, seen) for child in self._siblings(below, seen)]
            found.children = {child.name: child for child in children}
        return found

    def _siblings(self, top: int, seen: set[int]) -> list[int]:
        """The indexes of the entries in the tree below *top*, each entry of the file once."""
        found, stack = [], [top]
        while stack:
            index = stack.pop()
            if index >= len(self.entries) or index in seen:
                continue
            seen.add(index)
            found.append(index)
            stack += struct.unpack_from("<II", self.entries[index], 68)
        return found
