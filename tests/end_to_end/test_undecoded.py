"""Whole PDF files whose characters do not tell what is printed: the pixels do, or the value is null."""

from __future__ import annotations

from decimal import Decimal

import cv2
import numpy as np
import pytest
from handmade import FIELDS, FIRST, Sheet, piece, shown, stream, written
from remapping import remapped

from invoiceocr.imaging import jpeg
from invoiceocr.invoice import Invoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.sources.pdf.pages import draw
from invoiceocr.specimens import make

GENUINE = make("digital_ordinary", 3, format="pdf").data
CAPTIONS = "发票号码开日期购买方信息销售名称统一社会用代纳税人识别项目规格型单位数量价金额率征收合计大写小备注电子普通"
KEYS = (
    "number",
    "issue_date",
    "total",
    "total_excluding_tax",
    "total_tax",
    "buyer.name",
    "seller.name",
    "seller.tax_id",
)


def values(invoice: Invoice) -> dict[str, object]:
    return {path: invoice.evidence[path].value for path in KEYS if path in invoice.evidence}


@pytest.mark.parametrize(
    "changes",
    [
        {".": "\ue000"},
        {"5": None},
        {"1": " "},
        {"司": "\uf8ff", "学": None},
        {character: chr(0xE100 + i) for i, character in enumerate(CAPTIONS)},
        {character: chr(33 + i % 14) for i, character in enumerate(CAPTIONS)},
    ],
    ids=["point", "digit", "blank", "name", "captions in private use", "captions as signs"],
)
def test_what_a_font_does_not_tell_is_read_from_the_pixels(reader: Reader, changes: dict[str, str | None]) -> None:
    (true,) = reader.read(GENUINE)

    (found,) = reader.read(remapped(GENUINE, changes))

    assert found.kind == true.kind
    assert {path: value for path, value in values(found).items() if value != values(true)[path]} == {}


def scan(over: str) -> bytes:
    """The picture of an invoice as a page, with the operators *over* after it."""
    image = next(iter(draw(written(Sheet()), "a.pdf", dpi=200)))
    size = f"/Width {image.width}/Height {image.height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
    picture = stream(jpeg.encode(image.pixels), f"/Type/XObject/Subtype/Image{size}")
    page = "q 600 0 0 400 0 0 cm /X Do Q\n"
    return written(Sheet({}, form=page, after=over, resources=f"/XObject<</X {FIRST} 0 R>>", objects=(picture,)))


def test_a_scan_with_the_stamp_of_an_app_is_recognized(reader: Reader) -> None:
    (found,) = reader.read(scan(shown("Scanned with some app of some maker", 200, 6)))

    assert (found.kind, found.evidence["number"].value) == ("digital_ordinary", FIELDS["number"][0])
    assert found.evidence["total"].value == Decimal("268.00")


def test_hidden_recognition_of_a_scan_is_no_value_and_is_compared(reader: Reader) -> None:
    pieces = {path: piece(path, more="3 Tr") for path in FIELDS} | {"total": piece("total", "¥208.00", "3 Tr")}
    layer = Sheet(pieces, form="")

    (found,) = reader.read(scan(layer.content()))

    assert found.evidence["total"].value == Decimal("268.00")
    assert [finding.fields for finding in found.findings if finding.rule == "text-hidden"] == [("total",)]
    assert (found.evidence["total"].status, found.verdict) == ("doubtful", "review")


def with_picture_of_a_digit(x: float = 475.2) -> bytes:
    """An invoice whose total ¥268.00 has a picture in place of its 8, which stands at *x*."""
    glyph = np.full((90, 50, 3), 255, np.uint8)
    cv2.putText(glyph, "8", (3, 80), cv2.FONT_HERSHEY_SIMPLEX, 2.4, (0, 0, 0), 6)
    size = "/Width 50/Height 90/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
    picture = stream(jpeg.encode(glyph), f"/Type/XObject/Subtype/Image{size}")
    drawn = f"q 4.6 0 0 7.6 {x} 105.4 cm /X Do Q\n"
    pieces = {**Sheet().segments, "total": shown("¥", 456, 106) + shown("26", 465, 106) + shown(".00", 480, 106)}
    return written(Sheet(pieces, after=drawn, resources=f"/XObject<</X {FIRST} 0 R>>", objects=(picture,)))


def test_a_picture_between_digits_stands_for_one(reader: Reader) -> None:
    (found,) = reader.read(with_picture_of_a_digit())

    assert found.evidence["total"].value in (Decimal("268.00"), None)


def test_a_picture_apart_from_all_text_stands_for_nothing(reader: Reader) -> None:
    (found,) = reader.read(with_picture_of_a_digit(x=530.0))

    assert found.evidence["seller.tax_id"].value == FIELDS["seller.tax_id"][0]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(("path", "other"), [("issue_date", "2026年03月15日"), ("total", "¥968.00")])
def test_of_two_figures_printed_over_each_other_neither_is_accepted(
    reader: Reader, path: str, other: str, order: int
) -> None:
    both = (piece(path), piece(path, other))[::order]
    (found,) = reader.read(written(Sheet({**Sheet().segments, path: "".join(both)})))

    assert found.verdict == "review"
    assert found.evidence[path].status == "doubtful"
    assert any(note.rule == "text-hidden" and note.fields == (path,) for note in found.findings)


def test_what_a_form_field_without_an_appearance_shows_over_a_value_is_told(reader: Reader) -> None:
    entry = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(6.46)/DA(/L 9 Tf 0 g)/Rect[450 100 560 118]/F 4>>"
    catalog = f"/AcroForm<</Fields[{FIRST} 0 R]/DR<</Font<</L 6 0 R>>>>>>"
    (found,) = reader.read(written(Sheet(page=f"/Annots[{FIRST} 0 R]", objects=(entry,), catalog=catalog)))

    assert found.verdict == "review"
    assert any(note.rule == "text-hidden" and "6.46" in note.message for note in found.findings)
