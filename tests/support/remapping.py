"""Specimen PDF files whose fonts say something else about some characters than what they draw."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj\n", re.DOTALL)
STREAM = re.compile(rb"<</Length \d+/Filter/FlateDecode>>stream\n(.*)\nendstream", re.DOTALL)
CHARACTER = re.compile(r"^(<[0-9A-F]{4}>) <([0-9A-F]+)>$", re.MULTILINE)


def remapped(data: bytes, changes: Mapping[str, str | None]) -> bytes:
    """The PDF *data* with each character of *changes* mapped to the text given there; None leaves it without a
    mapping."""

    def changed(content: str) -> str:
        return CHARACTER.sub(lambda line: _line(line, changes), content)

    return rewritten(data, lambda body: _with_stream(body, changed))


def rewritten(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The PDF *data* with *change* applied to the body of every object."""
    bodies = {int(number): change(body) for number, body in OBJECT.findall(data)}
    root = re.search(rb"/Root (\d+) 0 R", data)
    assert root is not None
    parts, offsets = [b"%PDF-1.7\n"], []
    for number in sorted(bodies):
        offsets.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, bodies[number]))
    start, size = sum(map(len, parts)), len(bodies) + 1
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"trailer<</Size {size}/Root {int(root[1])} 0 R>>\nstartxref\n{start}\n%%EOF\n"
    return b"".join(parts) + f"xref\n0 {size}\n0000000000 65535 f \n{rows}{end}".encode()


def _with_stream(body: bytes, changed: Callable[[str], str]) -> bytes:
    found = STREAM.fullmatch(body)
    if found is None:
        return body
    content = zlib.decompress(found[1]).decode("latin-1")
    if "begincmap" not in content:
        return body
    packed = zlib.compress(changed(content).encode("latin-1"))
    return b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)


def _line(line: re.Match[str], changes: Mapping[str, str | None]) -> str:
    character = bytes.fromhex(line[2]).decode("utf-16-be")
    if character not in changes:
        return line[0]
    text = changes[character]
    return f"{line[1]} <{(text or chr(0)).encode('utf-16-be').hex().upper()}>"
