"""Builds small PDF files with Latin text: boxes, rotation, rulings, attachments, RC4 encryption."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass

PASSWORD_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
FILE_ID = bytes(range(16))
PERMISSIONS = -4  # everything allowed


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page: its content stream, boxes (left bottom right top), clockwise rotation, more resources."""

    content: str = ""
    media: str = "0 0 300 200"
    crop: str = ""
    rotate: int = 0
    objects: tuple[tuple[str, bytes], ...] = ()  # (dictionary entries, data) of XObject streams X0, X1, ...


def words(text: str, x: float, y: float, *, size: float = 10.0, matrix: str = "1 0 0 1") -> str:
    """Operators that show *text* with its baseline's start at (x, y), y up."""
    return f"BT /F1 {size} Tf {matrix} {x} {y} Tm ({text}) Tj ET\n"


def stroke(x0: float, y0: float, x1: float, y1: float) -> str:
    """Operators that draw a line."""
    return f"{x0} {y0} m {x1} {y1} l S\n"


def pdf(*leaves: Leaf, attachments: tuple[tuple[str, bytes], ...] = (), password: str | None = None) -> bytes:
    """The file of the pages; *password* is the user password of RC4 encryption (40 bits), None for none."""
    objects = _Objects(None if password is None else _key(password))
    tree = objects.add("")  # once the pages are known
    font = objects.add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    kids = [f"{_leaf(leaf, objects, (tree, font))} 0 R" for leaf in leaves]
    objects.bodies[tree - 1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
    root = objects.add(f"<</Type/Catalog/Pages {tree} 0 R{_attached(attachments, objects)}>>")
    entries = f"/Root {root} 0 R/ID[<{FILE_ID.hex()}><{FILE_ID.hex()}>]"
    if password is not None:
        entries += f"/Encrypt {objects.add(_encrypt(password))} 0 R"
    return objects.file(entries)


class _Objects:
    """The objects of a file, their streams encrypted with *key*."""

    def __init__(self, key: bytes | None) -> None:
        self.bodies: list[bytes] = []
        self._key = key

    def add(self, body: bytes | str) -> int:
        """The number of a new object."""
        self.bodies.append(body.encode("latin-1") if isinstance(body, str) else body)
        return len(self.bodies)

    def stream(self, data: bytes, entries: str = "") -> int:
        """The number of a new stream."""
        packed = zlib.compress(data)
        if self._key:
            packed = _rc4(_object_key(self._key, len(self.bodies) + 1), packed)
        head = f"<</Length {len(packed)}/Filter/FlateDecode{entries}>>stream\n".encode()
        return self.add(head + packed + b"\nendstream")

    def file(self, entries: str) -> bytes:
        """The bytes of the file with *entries* in its trailer."""
        parts, offsets = [b"%PDF-1.4\n"], []
        for number, body in enumerate(self.bodies, 1):
            offsets.append(sum(map(len, parts)))
            parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        start, size = sum(map(len, parts)), len(self.bodies) + 1
        rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
        table = f"xref\n0 {size}\n0000000000 65535 f \n{rows}"
        return b"".join(parts) + f"{table}trailer<</Size {size}{entries}>>\nstartxref\n{start}\n%%EOF\n".encode()


def _leaf(leaf: Leaf, objects: _Objects, shared: tuple[int, int]) -> int:
    tree, font = shared
    content = objects.stream(leaf.content.encode("latin-1"))
    numbers = [objects.stream(data, entries) for entries, data in leaf.objects]
    drawn = "".join(f"/X{index} {number} 0 R" for index, number in enumerate(numbers))
    crop = f"/CropBox[{leaf.crop}]" if leaf.crop else ""
    return objects.add(
        f"<</Type/Page/Parent {tree} 0 R/MediaBox[{leaf.media}]{crop}/Rotate {leaf.rotate}/Contents {content} 0 R"
        f"/Resources<</Font<</F1 {font} 0 R>>/XObject<<{drawn}>>>>>>"
    )


def _attached(attachments: tuple[tuple[str, bytes], ...], objects: _Objects) -> str:
    pairs = []
    for name, data in attachments:
        file = objects.stream(data, "/Type/EmbeddedFile")
        pairs.append(f"({name}) {objects.add(f'<</Type/Filespec/F({name})/EF<</F {file} 0 R>>>>')} 0 R")
    return f"/Names<</EmbeddedFiles<</Names[{' '.join(pairs)}]>>>>" if pairs else ""


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def _padded(password: str) -> bytes:
    return (password.encode() + PASSWORD_PADDING)[:32]


def _owner() -> bytes:
    return _rc4(hashlib.md5(_padded("owner")).digest()[:5], _padded("owner"))


def _key(password: str) -> bytes:
    permissions = (PERMISSIONS & 0xFFFFFFFF).to_bytes(4, "little")
    return hashlib.md5(_padded(password) + _owner() + permissions + FILE_ID).digest()[:5]


def _object_key(key: bytes, number: int) -> bytes:
    return hashlib.md5(key + number.to_bytes(3, "little") + bytes(2)).digest()[:10]


def _encrypt(password: str) -> str:
    user = _rc4(_key(password), PASSWORD_PADDING)
    return f"<</Filter/Standard/V 1/R 2/P {PERMISSIONS}/O<{_owner().hex()}>/U<{user.hex()}>>>"
