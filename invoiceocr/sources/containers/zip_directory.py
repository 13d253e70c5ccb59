"""The size of a zip's central directory, read from its end record before anything is parsed (APPNOTE 4.3.16).

The standard library creates an object for each entry: two hundred megabytes of entries would take ten gigabytes.
"""

from __future__ import annotations

import struct

# 20,000 entries with long names have three million
MAX_BYTES = 8_000_000
END, LOCATOR64 = b"PK\x05\x06", b"PK\x06\x07"
_END_SIZE, _COMMENT, _LOCATOR_SIZE = 22, 65535, 20
_IN_64 = 0xFFFFFFFF


def is_huge(data: bytes) -> bool:
    """Whether the zip's directory is larger than any real one."""
    return _size(data) > MAX_BYTES


def _size(data: bytes) -> int:
    """Bytes of the central directory; 0 where there is no end record."""
    at = data.rfind(END, max(0, len(data) - _END_SIZE - _COMMENT))
    if at < 0 or at + _END_SIZE > len(data):
        return 0
    size = int(struct.unpack_from("<I", data, at + 12)[0])
    return _size_in_64(data, at - _LOCATOR_SIZE) if size == _IN_64 else size


def _size_in_64(data: bytes, locator: int) -> int:
    """The same by the record of 64 bits that the *locator* names; _IN_64 where there is none."""
    if locator < 0 or data[locator : locator + 4] != LOCATOR64:
        return _IN_64
    place = int(struct.unpack_from("<Q", data, locator + 8)[0])
    return int(struct.unpack_from("<Q", data, place + 40)[0]) if place + 48 <= len(data) else _IN_64
