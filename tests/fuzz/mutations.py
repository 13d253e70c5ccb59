"""Damage by structure: PDF objects, ZIP members, XML elements, picture headers, YAML lines, and any bytes."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable
from random import Random

Mutate = Callable[[bytes, Random], bytes]
NUMBERS = (
    0,
    1,
    -1,
    2,
    127,
    128,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**63,
    10**10,
    10**30,
)
WORDS = (
    "nan",
    "inf",
    "-inf",
    "1e308",
    "1e-308",
    "-0",
    "",
    " ",
    "0.0001",
    "9" * 400,
    "\u0660",
    "發票",
    "\ufffd",
    "A" * 3000,
    "2024-02-30",
    "%s",
    "../x",
)
PDF_NUMBER = re.compile(rb"(?<![\w.])-?\d{1,10}(?:\.\d{1,6})?(?![\w.])")
PDF_OBJECT = re.compile(rb"\d+ \d+ obj\b.*?endobj", re.DOTALL)
PDF_STREAM = re.compile(rb"(/FlateDecode[^>]*>>\s*stream\r?\n)(.*?)(\r?\nendstream)", re.DOTALL)
PDF_NAME = re.compile(rb"/[A-Za-z][A-Za-z0-9]{0,30}")
PDF_NAMES = (
    b"/Form",
    b"/Image",
    b"/Type3",
    b"/Pattern",
    b"/JPXDecode",
    b"/JBIG2Decode",
    b"/DCTDecode",
    b"/LZWDecode",
    b"/Page",
    b"/Pages",
    b"/Kids",
    b"/ObjStm",
    b"/XRef",
    b"/Indexed",
    b"/ICCBased",
    b"/DeviceN",
    b"/SMask",
    b"/Encrypt",
    b"/Annots",
    b"/Widget",
)
TAG = re.compile(r"<(/?)([A-Za-z_][\w:.-]*)([^<>]*)>")
ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
TEXT = re.compile(r">([^<>]+)<")


def of_bytes(data: bytes, chance: Random) -> bytes:
    """Some bytes changed, taken out, doubled, or the end cut off."""
    spoiled = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if not spoiled:
            break
        start = chance.randrange(len(spoiled))
        length = chance.choice((1, 1, 2, 4, 8, 64))
        match chance.randrange(6):
            case 0:
                spoiled[start] ^= 1 << chance.randrange(8)
            case 1:
                spoiled[start : start + length] = chance.randbytes(length)
            case 2:
                del spoiled[start : start + length]
            case 3:
                spoiled[start:start] = spoiled[start : start + length] * chance.choice((1, 2, 50))
            case 4:
                size = chance.choice((1, 2, 4, 8))
                order = chance.choice(("big", "little"))
                spoiled[start : start + size] = (chance.choice(NUMBERS) % (1 << 8 * size)).to_bytes(size, order)  # type: ignore[arg-type]
            case 5:
                del spoiled[len(spoiled) - chance.randrange(len(spoiled)) :]
    return bytes(spoiled)


def _replaced(pattern: re.Pattern[bytes], data: bytes, by: bytes, chance: Random) -> bytes:
    """One match of *pattern* replaced."""
    places = [match.span() for match in pattern.finditer(data)]
    if not places:
        return data
    start, stop = chance.choice(places)
    return data[:start] + by + data[stop:]


def pdf_number(data: bytes, chance: Random) -> bytes:
    """A number, a size or a reference changed."""
    return _replaced(PDF_NUMBER, data, str(chance.choice((*NUMBERS, *range(1, 20)))).encode(), chance)


def pdf_name(data: bytes, chance: Random) -> bytes:
    """A name changed to another of the file or of the standard."""
    names = (*PDF_NAMES, *PDF_NAME.findall(data))
    return _replaced(PDF_NAME, data, chance.choice(names), chance)


def pdf_object(data: bytes, chance: Random) -> bytes:
    """An object in place of another, twice, or gone."""
    objects = PDF_OBJECT.findall(data)
    if not objects:
        return data
    return _replaced(PDF_OBJECT, data, chance.choice((b"", chance.choice(objects), chance.choice(objects) * 2)), chance)


def pdf_stream(data: bytes, chance: Random) -> bytes:
    """The unpacked content of a stream damaged, its length made wrong by the way."""
    streams = list(PDF_STREAM.finditer(data))
    if not streams:
        return data
    match = chance.choice(streams)
    try:
        content = zlib.decompress(match[2])
    except zlib.error:
        return data
    damage = chance.choice((of_bytes, pdf_number, pdf_name, pdf_operators))
    return data[: match.start(2)] + zlib.compress(damage(content, chance)) + data[match.end(2) :]


def pdf_operators(content: bytes, chance: Random) -> bytes:
    """Lines of a drawing shuffled and multiplied."""
    lines = content.split(b"\n")
    start = chance.randrange(len(lines))
    part = lines[start : start + chance.choice((1, 3, 20))]
    return b"\n".join([*lines[:start], *part * chance.choice((0, 2, 10, 300)), *lines[start + len(part) :]])


def xml(data: bytes, chance: Random) -> bytes:
    """An element doubled, taken out, nested, renamed; a text or attribute changed; another encoding."""
    try:
        written = data.decode()
    except UnicodeDecodeError:
        return of_bytes(data, chance)
    match chance.randrange(7):
        case 0:
            written = _one(TEXT, written, lambda _: f">{_word(chance)}<", chance)
        case 1:
            written = _one(ATTRIBUTE, written, lambda found: f'{found[1]}="{_word(chance)}"', chance)
        case 2:
            times = chance.choice((2, 90, 110, 3000))
            written = _one(TAG, written, lambda found: found[0] * times, chance)
        case 3:
            names = [found[2] for found in TAG.finditer(written)] or ["a"]
            old, new = chance.choice(names), chance.choice(names)
            written = written.replace(f"<{old}>", f"<{new}>").replace(f"</{old}>", f"</{new}>")
        case 4:
            start, stop = sorted(chance.randrange(len(written) + 1) for _ in range(2))
            written = written[:start] + written[start:stop] * chance.choice((0, 2, 40)) + written[stop:]
        case 5:
            declared = chance.choice(
                ("undefined", "idna", "utf-7", "punycode", "gbk", "utf-16", "zip", "unicode_escape")
            )
            written = f'<?xml version="1.0" encoding="{declared}"?>{written}'
        case 6:
            return written.encode(chance.choice(("utf-16", "gb18030", "utf-8-sig", "utf-32", "utf-16-be")), "replace")
    return written.encode("utf-8", "replace")


def _word(chance: Random) -> str:
    return chance.choice((*WORDS, *map(str, NUMBERS)))


def _one(pattern: re.Pattern[str], written: str, by: Callable[[re.Match[str]], str], chance: Random) -> str:
    """One match of *pattern* replaced by what *by* makes of it."""
    found = list(pattern.finditer(written))
    if not found:
        return written
    match = chance.choice(found)
    return written[: match.start()] + by(match) + written[match.end() :]


def package(data: bytes, chance: Random) -> bytes:
    """A member damaged after its own structure, renamed, doubled or gone; other methods of packing."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except Exception:  # damaged before
        members = []
    if not members:
        return of_bytes(data, chance)
    index = chance.randrange(len(members))
    name, content = members[index]
    match chance.randrange(8):
        case 0:
            members.pop(index)
        case 1:
            members.append((name, content))
        case 2:
            name = chance.choice(
                (name.upper(), "/" + name, "../" + name, name.replace("/", "\\"), "", "a/" * 300, "\0")
            )
            members[index] = (name, content)
        case 3:
            members[index] = (name, chance.choice(members)[1])
        case _:
            members[index] = (name, damaged(content, chance))
    file = io.BytesIO()
    method = chance.choice(
        (zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2)
    )
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", method) as archive:
        warnings.simplefilter("ignore")
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name or "x"), content, method)
    return file.getvalue()


def header(data: bytes, chance: Random) -> bytes:
    """Numbers in the first bytes of a picture changed."""
    spoiled = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        start = chance.randrange(min(len(spoiled), chance.choice((32, 64, 400))))
        size = chance.choice((1, 2, 4))
        order = chance.choice(("big", "little"))
        spoiled[start : start + size] = (chance.choice(NUMBERS) % (1 << 8 * size)).to_bytes(size, order)  # type: ignore[arg-type]
    return bytes(spoiled)


def png_chunks(data: bytes, chance: Random) -> bytes:
    """The header of a PNG changed with its check sum made right, so that the decoder believes it."""
    if not data.startswith(b"\x89PNG") or len(data) < 33:
        return header(data, chance)
    body = bytearray(data[12:29])
    body[4 + chance.randrange(13)] = chance.choice((0, 1, 3, 4, 6, 8, 16, 64, 255))
    return data[:12] + bytes(body) + zlib.crc32(body).to_bytes(4, "big") + data[33:]


def lines(data: bytes, chance: Random) -> bytes:
    """Lines of a text moved, doubled, indented, given other values."""
    rows = data.split(b"\n")
    index = chance.randrange(len(rows))
    match chance.randrange(6):
        case 0:
            rows.insert(chance.randrange(len(rows)), rows[index])
        case 1:
            rows.pop(index)
        case 2:
            rows[index] = b" " * chance.choice((1, 2, 7)) + rows[index]
        case 3:
            key = rows[index].partition(b":")[0]
            rows[index] = (
                key
                + b": "
                + chance.choice((b"[" * 40, b"{", b"*a", b"&a", b"!!x", b"9" * 300, b"'total + '", b"2024-13-45", b"~"))
            )
        case 4:
            rows[index] = rows[index] * chance.choice((2, 40))
        case 5:
            words = rows[index].split(b" ")
            chance.shuffle(words)
            rows[index] = b" ".join(words)
    return b"\n".join(rows)


MUTATIONS: dict[str, tuple[Mutate, ...]] = {
    "pdf": (pdf_number, pdf_number, pdf_name, pdf_object, pdf_stream, pdf_stream, of_bytes),
    "ofd": (package, package, package, of_bytes),
    "zip": (package, package, of_bytes),
    "xml": (xml, xml, xml, of_bytes),
    "image": (header, header, png_chunks, of_bytes),
    "yaml": (lines, lines, of_bytes),
    "mail": (lines, of_bytes, of_bytes),
}
MAGIC = ((b"%PDF", "pdf"), (b"PK\x03\x04", "ofd"), (b"<", "xml"), (b"\xff\xd8", "image"), (b"\x89PNG", "image"))


def damaged(data: bytes, chance: Random) -> bytes:
    """*data* damaged by a mutation of its own format."""
    kind = next((kind for magic, kind in MAGIC if data.startswith(magic)), None)
    mutate = chance.choice(MUTATIONS[kind]) if kind and len(data) > 1 else of_bytes
    return mutate(data, chance)
