"""Files whose pages are turned, cut, doubled or joined: what is read is what a reader of the page sees."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as raw
import pytest
from comparison import KEYS, differences, item_differences

from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.sources.inputs import open_source
from invoiceocr.specimens import Options, make
from invoiceocr.specimens.content.invoices import Content, draw_content
from invoiceocr.specimens.drawing import Drawing, Primitive, Qr, Rule, Text
from invoiceocr.specimens.files.pdf import write_pdf
from invoiceocr.specimens.layout.pages import lay_out
from invoiceocr.specimens.truth import Fields

KINDS = ["digital_ordinary", "e_vat_ordinary"]


def plain(kind: str, seed: int) -> Content:
    return draw_content(kind, seed, frozenset())


def drawn(content: Content, change: Callable[[Drawing], Drawing] = lambda sheet: sheet) -> bytes:
    """The invoice as a PDF of its changed drawing."""
    return write_pdf([change(sheet) for sheet in lay_out(content)])


def truth(content: Content) -> Fields:
    data: Fields = content.invoice.model_dump(mode="json")
    return data


def reworked(data: bytes, change: Callable[[pypdfium2.PdfDocument], None]) -> bytes:
    document = pypdfium2.PdfDocument(data)
    change(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def is_read(reader: Reader, data: bytes, content: Content) -> None:
    (found,) = reader.read(data)
    assert differences(truth(content), found, KEYS) == []
    assert item_differences(truth(content), found) == []


def askew(degrees: float) -> Callable[[Drawing], Drawing]:
    """The sheet turned about its middle."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))

    def change(sheet: Drawing) -> Drawing:
        middle = sheet.width / 2, sheet.height / 2

        def place(x: float, y: float) -> tuple[float, float]:
            dx, dy = x - middle[0], y - middle[1]
            return middle[0] + cosine * dx - sine * dy, middle[1] + sine * dx + cosine * dy

        def turn(item: Primitive) -> Primitive:
            if isinstance(item, Rule):
                (x0, y0), (x1, y1) = place(item.x0, item.y0), place(item.x1, item.y1)
                return replace(item, x0=x0, y0=y0, x1=x1, y1=y1)
            x, y = place(item.x, item.y)
            return replace(item, x=x, y=y, angle=degrees) if isinstance(item, Text) else replace(item, x=x, y=y)

        return sheet.mapped(turn)

    return change


@pytest.mark.parametrize("degrees", [-3.0, 1.0, 3.0])
@pytest.mark.parametrize("kind", KINDS)
def test_a_text_layer_that_stands_askew_is_read(reader: Reader, kind: str, degrees: float) -> None:
    content = plain(kind, 3)

    is_read(reader, drawn(content, askew(degrees)), content)


def turned(rotation: int) -> Callable[[pypdfium2.PdfDocument], None]:
    """The content turned by *rotation* against the clock, and the page back again."""

    def change(document: pypdfium2.PdfDocument) -> None:
        page = document[0]
        width, height = page.get_size()
        a, b, c, d, e, f = {
            90: (0, 1, -1, 0, height, 0),
            180: (-1, 0, 0, -1, width, height),
            270: (0, -1, 1, 0, 0, width),
        }[rotation]
        sheet = (width, height) if rotation == 180 else (height, width)
        page.set_mediabox(0, 0, *sheet)
        raw.FPDFPage_TransFormWithClip(page, raw.FS_MATRIX(a, b, c, d, e, f), raw.FS_RECTF(0, sheet[1], sheet[0], 0))
        page.set_rotation(rotation)

    return change


@pytest.mark.parametrize("rotation", [90, 180, 270])
@pytest.mark.parametrize("kind", KINDS)
def test_a_turned_page_is_read_as_it_is_shown(reader: Reader, kind: str, rotation: int) -> None:
    content = plain(kind, 3)

    is_read(reader, reworked(drawn(content), turned(rotation)), content)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sheet_at_the_top_of_a_larger_page_is_read(reader: Reader, kind: str) -> None:
    content = plain(kind, 3)

    def change(document: pypdfium2.PdfDocument) -> None:
        width, height = document[0].get_size()
        document[0].set_mediabox(-40, -500, width + 40, height + 20)

    is_read(reader, reworked(drawn(content), change), content)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_crop_box_cuts_off_is_not_read(reader: Reader, kind: str) -> None:
    content = plain(kind, 3)

    def below(sheet: Drawing) -> Drawing:
        # another invoice's total and number beyond the lower edge, as templates for two on a page leave them
        strays = (
            Text("发票号码：25312000000099999999", 120, sheet.height + 20, 3.5),
            Text("¥999.99", 170, sheet.height + 30, 3.5),
        )
        return replace(sheet.plus(strays), height=sheet.height + 60)

    def crop(document: pypdfium2.PdfDocument) -> None:
        width, height = document[0].get_size()
        document[0].set_cropbox(0, height * 60 / (sheet_height(content) + 60), width, height)

    is_read(reader, reworked(drawn(content, below), crop), content)


def sheet_height(content: Content) -> float:
    return lay_out(content)[0].height


@pytest.mark.parametrize("kind", KINDS)
def test_values_printed_twice_for_boldness_are_read_once(reader: Reader, kind: str) -> None:
    content = plain(kind, 3)

    def bold(sheet: Drawing) -> Drawing:
        shadows = [replace(item, x=item.x + 0.12) for item in sheet.items if isinstance(item, Text) and item.path]
        return sheet.plus(shadows)

    is_read(reader, drawn(content, bold), content)


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_drawer_off_the_page_is_not_read(reader: Reader, kind: str) -> None:
    content = plain(kind, 3)

    def beyond(sheet: Drawing) -> Drawing:
        y = next(item.y for item in sheet.texts() if item.path == "drawer")
        return sheet.plus([Text("开票人：赵六", sheet.width + 5, y, 3.5)])

    (found,) = reader.read(drawn(content, beyond))

    assert differences(truth(content), found, ("drawer",)) == []


# QR codes


def with_code(payload: str, x: float) -> Callable[[Drawing], Drawing]:
    """One more QR code on the sheet."""

    def change(sheet: Drawing) -> Drawing:
        own = next(item for item in sheet.items if isinstance(item, Qr))
        return sheet.plus([replace(own, payload=payload, x=own.x + x)])

    return change


def without_code(payload: str) -> Callable[[Drawing], Drawing]:
    """Another QR code in the place of the sheet's own."""
    return lambda sheet: sheet.mapped(lambda item: replace(item, payload=payload) if isinstance(item, Qr) else item)


@pytest.mark.parametrize("kind", KINDS)
def test_the_qr_code_of_a_neighboring_sheet_is_no_witness(reader: Reader, kind: str) -> None:
    content, neighbor = plain(kind, 3), plain(kind, 4)

    (found,) = reader.read(drawn(content, without_code(neighbor.qr)))

    assert differences(truth(content), found, KEYS) == []
    assert {w.source for path in ("number", "total") for w in found.evidence[path].witnesses}.isdisjoint({"qr"})
    assert [finding.rule for finding in found.findings if finding.rule == "witness-conflict"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_of_two_qr_codes_the_invoice_s_own_is_its_witness(reader: Reader, kind: str) -> None:
    content, neighbor = plain(kind, 3), plain(kind, 4)

    (found,) = reader.read(drawn(content, with_code(neighbor.qr, 24.0)))

    assert {w.source for w in found.evidence["number"].witnesses if w.agrees} >= {"qr", "text_layer"}
    assert all(w.agrees for w in found.evidence["number"].witnesses)


def test_a_qr_code_that_tells_another_amount_of_the_same_invoice_is_a_conflict(reader: Reader) -> None:
    content = plain("digital_ordinary", 3)
    edited = content.invoice.model_copy(update={"total": (content.invoice.total or 0) + 9000})

    (found,) = reader.read(drawn(replace(content, invoice=edited), without_code(content.qr)))

    (conflict,) = [finding for finding in found.findings if finding.rule == "witness-conflict"]
    assert conflict.fields == ("total",)
    assert str(content.invoice.total) in conflict.message
    assert str(edited.total) in conflict.message


# text layers that can't be trusted


@pytest.mark.parametrize("variant", ["broken_text", "no_unicode", "scanned"])
def test_a_page_whose_text_layer_means_nothing_is_read_from_its_pixels(variant: str) -> None:
    data = make("digital_special", 3, format="pdf", options=Options(variant=variant)).data

    (document,) = open_source(data, "a.pdf", Settings())

    assert all(page.image is not None and page.lines == () for page in document.pages)


def test_a_page_whose_text_layer_is_sound_is_not_drawn() -> None:
    (document,) = open_source(make("digital_special", 3, format="pdf").data, "a.pdf", Settings())

    assert all(page.image is None and len(page.lines) > 20 for page in document.pages)
