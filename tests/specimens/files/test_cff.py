import io
from pathlib import Path

import pytest
from PIL import ImageFont

from invoiceocr.specimens.files.cff import load_outlines, subset
from invoiceocr.specimens.fonts import bundled

CHARACTERS = "发票增值税￥¥0189AZ*%（）⊗№〔〕壹贰叁"


@pytest.mark.parametrize("face", ["serif", "sans"])
def test_a_subset_draws_each_glyph_as_the_whole_font_does(face: str) -> None:
    program = subset(load_outlines(bundled(face)), CHARACTERS, "Test")

    whole, part = ImageFont.truetype(bundled(face), 60), ImageFont.truetype(io.BytesIO(with_cmap(program)), 60)

    for index, char in enumerate(CHARACTERS):
        assert shape(part, chr(0xE000 + index)) == shape(whole, char), char


def test_a_subset_is_small() -> None:
    assert len(subset(load_outlines(bundled("serif")), CHARACTERS, "Test")) < 12_000


def test_a_character_that_the_font_lacks_becomes_notdef() -> None:
    outlines = load_outlines(bundled("sans"))

    assert 0x1F600 not in outlines.glyphs
    assert subset(outlines, "\U0001f600", "Test")


def test_a_font_without_postscript_outlines_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.ttf"
    path.write_bytes(b"\x00\x01\x00\x00" + bytes(8))

    with pytest.raises(ValueError, match="no CFF table"):
        load_outlines(path)


def shape(font: ImageFont.FreeTypeFont, char: str) -> bytes:
    """The pixels of the glyph without what is empty around it."""
    mask = font.getmask(char)
    return bytes(mask.crop(mask.getbbox()))


def with_cmap(program: bytes) -> bytes:
    """The bare CFF in an OpenType file whose private-use characters from U+E000 are the glyphs from 1."""
    count = len(CHARACTERS)
    groups = bytes.fromhex("0000E000") + (0xE000 + count - 1).to_bytes(4, "big") + (1).to_bytes(4, "big")
    format12 = bytes.fromhex("000C0000") + (16 + 12).to_bytes(4, "big") + bytes(4) + (1).to_bytes(4, "big") + groups
    cmap = bytes.fromhex("00000001 0003000A 0000000C") + format12
    head = bytes.fromhex("00010000 00010000 00000000 5F0F3CF5 0003 03E8") + bytes(16 + 8 + 2 + 2 + 2 + 2 + 2)
    hhea = bytes.fromhex("00010000 0370 FF88 0000 03E8") + bytes(22) + (1).to_bytes(2, "big")
    hmtx = (1000).to_bytes(2, "big") + bytes(2) + bytes(2 * count)
    maxp = bytes.fromhex("00005000") + (count + 1).to_bytes(2, "big")
    tables = {b"CFF ": program, b"cmap": cmap, b"head": head, b"hhea": hhea, b"hmtx": hmtx, b"maxp": maxp}
    directory, body, offset = b"OTTO" + len(tables).to_bytes(2, "big") + bytes(6), b"", 12 + 16 * len(tables)
    for tag, data in tables.items():
        padded = data + bytes(-len(data) % 4)
        directory += tag + bytes(4) + (offset + len(body)).to_bytes(4, "big") + len(data).to_bytes(4, "big")
        body += padded
    return directory + body
