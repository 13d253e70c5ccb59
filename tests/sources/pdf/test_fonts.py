"""PDF files without their fonts, on machines with and without fonts of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from handmade import FIELDS, SIZE, Sheet, shown, written
from remapping import remapped

from invoiceocr.settings import Settings
from invoiceocr.sources.pdf import fonts as pdf_fonts
from invoiceocr.sources.pdf.pages import draw, open_pdf
from invoiceocr.specimens.drawing import Drawing, Text
from invoiceocr.specimens.files.pdf import write_pdf

ROOT = Path(__file__).resolve().parents[3]
READ = """
import hashlib, sys
from invoiceocr.settings import Settings
from invoiceocr.sources.pdf.pages import draw, open_pdf
data = open(sys.argv[1], "rb").read()
for page in open_pdf(data, "a.pdf", Settings()).pages:
    print([(line.text, line.character_boxes) for line in page.lines])
for image in draw(data, "a.pdf"):
    print(hashlib.sha256(image.pixels.tobytes()).hexdigest())
"""


def test_characters_without_an_embedded_font_have_boxes() -> None:
    page = next(open_pdf(written(Sheet()), "a.pdf", Settings(read_qr=False)).pages)

    names = {line.text: line.character_boxes for line in page.lines}
    boxes = names[FIELDS["buyer.name"][0]]
    assert all(8 < box.width < 10 and 7 < box.height < 14 for box in boxes)


def test_characters_without_an_embedded_font_are_drawn() -> None:
    image = next(iter(draw(written(Sheet()), "a.pdf", dpi=72)))

    name = image.pixels[102:112, 62:150]
    assert name.min() < 100
    assert (name < 128).any(axis=2).mean() > 0.1


def test_what_our_font_lacks_is_known() -> None:
    assert pdf_fonts.is_drawn("圆")
    assert not pdf_fonts.is_drawn("\u9fae")


def lines(data: bytes) -> list[str]:
    """The text lines of the first page."""
    page = next(open_pdf(data, "a.pdf", Settings(read_qr=False)).pages)
    return [line.text for line in page.lines]


def letter_by_letter(text: str, x: float, y: float, more: str = "") -> str:
    return "".join(shown(letter, x + SIZE * i, y, more=more) for i, letter in enumerate(text))


@pytest.mark.parametrize("more", ["", "0 w", "0 w 1 Tr"], ids=["filled", "without lines", "stroked without width"])
@pytest.mark.parametrize("name", ["林喆满", "林满喆", "喆林满", "㎡"])
def test_a_character_that_our_font_lacks_is_read_where_it_is_a_text_object_by_itself(name: str, more: str) -> None:
    pieces = {**Sheet().segments, "drawer": letter_by_letter(name, 100, 24, more)}

    assert name in lines(written(Sheet(pieces)))


def test_a_blank_that_is_a_text_object_by_itself_is_no_character() -> None:
    blanks = "".join(shown(blank, 60 + 40 * i, 200) for i, blank in enumerate(" \u3000\u00a0"))

    found = lines(written(Sheet({**Sheet().segments, "blanks": blanks})))

    assert found == lines(written(Sheet()))


def test_a_digit_that_an_embedded_font_does_not_draw_is_not_read() -> None:
    # given: the glyph of a blank, mapped to a digit
    items = (Text("统一社会信用代码纳税人识别号", 5, 10, 4), Text("\u3000", 5, 20, 4), Text("金额", 5, 30, 4))

    # when
    found = lines(remapped(write_pdf([Drawing(90, 60, items)]), {"\u3000": "5"}))

    # then
    assert found == [items[0].text, items[2].text]


def test_text_boxes_and_pictures_are_the_same_with_and_without_fonts_of_the_machine(tmp_path: Path) -> None:
    file, fonts = tmp_path / "票.pdf", Path("/usr/share/fonts")
    file.write_bytes(written(Sheet()))
    some = Path(pytest.importorskip("pylopdf_fonts_zh_cn").sans_path()).parent
    if not fonts.is_dir() or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        pytest.skip("needs a mount namespace of its own")

    without = read_with(f"mount -t tmpfs none {fonts}", file)
    with_some = read_with(f"mount --bind {some} {fonts}", file)

    assert FIELDS["seller.name"][0] in without
    assert without == with_some


def read_with(mount: str, file: Path) -> str:
    command = ["unshare", "-m", "bash", "-c", f'{mount} && exec "$0" -c "$1" "$2"', sys.executable, READ, str(file)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
