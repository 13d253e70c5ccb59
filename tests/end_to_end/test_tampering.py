"""Files altered as forgers do, read with `check_pixels`; and files that nobody altered."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import handmade
import pytest
import tampering
from conftest import TODAY

from invoiceocr.invoice import Invoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.specimens import Options, make

PIXELS = "pixels-disagree"
Forge = Callable[[bytes, Invoice, str, str], bytes]


@pytest.fixture(scope="module")
def checking() -> Reader:
    return Reader(Settings(check_pixels=True, threads=1, today=TODAY))


def told(invoice: Invoice, rule: str) -> list[tuple[str, ...]]:
    return [finding.fields for finding in invoice.findings if finding.rule == rule]


# altered PDF files


@pytest.mark.parametrize(
    ("forge", "kind", "path", "value"),
    [
        (tampering.painted_over, "digital_ordinary", "total", "¥9815.35"),
        (tampering.painted_over, "digital_ordinary", "buyer.name", "北京大学地庭附属中学"),
        (tampering.shown_as, "digital_ordinary", "issue_date", "2023年01月15日"),
        (tampering.stated_as, "e_vat_ordinary", "seller.tax_id", "91510299MA477YMR2Y"),
    ],
)
def test_a_print_that_differs_from_its_characters_is_an_error_that_names_both(
    reader: Reader, checking: Reader, forge: Forge, kind: str, path: str, value: str
) -> None:
    genuine = make(kind, 3, format="pdf").data
    (before,) = reader.read(genuine)
    true = before.evidence[path].value

    (found,) = checking.read(forge(genuine, before, path, value))

    (finding,) = [finding for finding in found.findings if finding.rule == PIXELS]
    assert (finding.severity, finding.fields) == ("error", (path,))
    assert all(str(said) in finding.message for said in {w.value for w in found.evidence[path].witnesses})
    assert str(true) in finding.message
    assert len({str(witness.value) for witness in found.evidence[path].witnesses}) == 2
    assert (found.evidence[path].status, found.verdict) == ("doubtful", "review")


@pytest.mark.parametrize("path", ["seller.tax_id", "number"])
def test_a_value_that_is_stated_and_not_shown_is_an_error(reader: Reader, checking: Reader, path: str) -> None:
    genuine = make("toll", 3, format="pdf").data
    (before,) = reader.read(genuine)

    (found,) = checking.read(tampering.hidden(genuine, before, path))

    assert told(found, PIXELS) == [(path,)]
    assert found.evidence[path].value == before.evidence[path].value
    assert (found.evidence[path].status, found.verdict) == ("doubtful", "review")


def test_text_under_a_picture_is_found_without_reading_pixels(reader: Reader) -> None:
    genuine = make("digital_ordinary", 3, format="pdf").data
    (before,) = reader.read(genuine)

    (found,) = reader.read(tampering.painted_over(genuine, before, "total", "¥9815.35"))

    assert told(found, "text-hidden") == [("total",)]
    assert (found.evidence["total"].value, found.evidence["total"].status) == (Decimal("15.35"), "doubtful")
    assert found.verdict == "review"


WHITE = "q 1 1 1 rg 0 0 600 400 re f Q\n"


def blended(mode: str) -> bytes:
    """A PDF whose total is painted onto white in a blend *mode*."""
    total = f"q /G gs {handmade.piece('total')} Q\n"
    segments = {**handmade.Sheet().segments, "total": total}
    return handmade.written(handmade.Sheet(segments, before=WHITE, resources=f"/ExtGState<</G<</BM{mode}>>>>"))


@pytest.mark.parametrize("mode", ["/ColorBurn", "/ColorDodge", " [/Unknown /Screen]", "/Unknown", " 12 0 R"])
def test_a_blend_mode_that_programs_show_differently_leaves_no_key_field_verified(reader: Reader, mode: str) -> None:
    (found,) = reader.read(blended(mode))

    statuses = {path: found.evidence[path].status for path in ("number", "total", "seller.tax_id", "items.0.amount")}
    assert set(statuses.values()) == {"doubtful"}
    assert found.verdict == "review"
    assert "text-hidden" in {finding.rule for finding in found.findings}


FIRST, LAYER = f"{handmade.FIRST} 0 R", "<</Type/OCG/Name(layer){}>>"


def layered(defaults: str = "", catalog: str = "", layer: str = "") -> dict[str, object]:
    """A layer, how it is shown by default, and what else the catalog and the layer say."""
    entries = f"/OCProperties<</OCGs[{FIRST}]/D<<{defaults}>>>>{catalog}"
    return {"catalog": entries, "objects": (LAYER.format(layer).encode(),)}


def event(category: str) -> str:
    return f"/AS[<</Event/View/Category[/{category}]/OCGs[{FIRST}]>>]"


STAMP = f"<</Type/Annot/Subtype/Stamp/Rect[0 0 600 400]/F {{}}/AP<</N {handmade.FIRST + 1} 0 R>>>>"
LOOK = handmade.stream(b"", "/Type/XObject/Subtype/Form/BBox[0 0 600 400]")
AMBIGUOUS = {
    "a layer that opening switches": layered(catalog=f"/OpenAction<</S/SetOCGState/State[/OFF {FIRST}]>>"),
    "a layer and a script": layered(catalog="/OpenAction<</S/JavaScript/JS(x)>>"),
    "a layer that is not printed": layered(event("Print"), layer="/Usage<</Print<</PrintState/OFF>>>>"),
    "a layer for a zoom": layered(event("Zoom"), layer="/Usage<</Zoom<</min 9>>>>"),
    "a layer for a purpose": layered("/Intent/Design", layer="/Intent/Design"),
    "a dynamic form": {"catalog": "/NeedsRendering true/AcroForm<</Fields[]>>"},
    "a folder of files": {"catalog": "/Collection<</View/D>>"},
    "a stamp for paper only": {"page": f"/Annots[{FIRST}]", "objects": (STAMP.format(36).encode(), LOOK)},
}
PLAIN = {
    "a layer": layered(),
    "a script": {"catalog": "/OpenAction<</S/JavaScript/JS(this.print\\(\\))>>"},
    "the intent of a color": {"resources": "/ExtGState<</G<</RI/Perceptual/Intent/Perceptual>>>>"},
    "a stamp for both": {"page": f"/Annots[{FIRST}]", "objects": (STAMP.format(4).encode(), LOOK)},
}


@pytest.mark.parametrize("way", AMBIGUOUS)
def test_a_file_that_programs_show_differently_leaves_no_key_field_verified(reader: Reader, way: str) -> None:
    (found,) = reader.read(handmade.written(handmade.Sheet(**AMBIGUOUS[way])))  # type: ignore[arg-type]

    assert {found.evidence[path].status for path in ("number", "total", "seller.tax_id")} == {"doubtful"}
    assert "text-hidden" in {finding.rule for finding in found.findings}


@pytest.mark.parametrize("way", PLAIN)
def test_what_all_programs_show_alike_costs_nothing(reader: Reader, way: str) -> None:
    (found,) = reader.read(handmade.written(handmade.Sheet(**PLAIN[way])))  # type: ignore[arg-type]

    assert found.evidence["total"].status == "verified"
    assert "text-hidden" not in {finding.rule for finding in found.findings}


@pytest.mark.parametrize("mode", ["/Normal", " /Normal", "/Multiply", "/Darken"])
def test_blend_modes_that_show_the_text_everywhere_cost_nothing(reader: Reader, mode: str) -> None:
    (found,) = reader.read(blended(mode))

    assert found.evidence["total"].status == "verified"
    assert "text-hidden" not in {finding.rule for finding in found.findings}


@pytest.mark.parametrize("path", ["number", "total", "total_tax", "buyer.name", "seller.tax_id"])
def test_an_edited_attachment_of_a_pdf_contradicts_the_page(reader: Reader, path: str) -> None:
    genuine = make("digital_special", 13, format="pdf", options=Options(variant="attached_xml")).data
    true = str(reader.read(genuine)[0].evidence[path].value)

    (found,) = reader.read(tampering.with_attachment_edited(genuine, true, last_digit_changed(true)))

    assert (path,) in told(found, "witness-conflict")
    assert found.verdict != "accept"


def last_digit_changed(text: str) -> str:
    return text[:-1] + ("7" if text[-1] != "7" else "3")


# files that nobody altered


@pytest.mark.parametrize("kind", ["vat_special", "e_vat_ordinary", "digital_ordinary", "toll"])
def test_a_genuine_pdf_is_not_accused_and_its_print_is_a_witness(checking: Reader, kind: str) -> None:
    found = checking.read(make(kind, 3, format="pdf").data)

    for invoice in found:
        assert [finding.rule for finding in invoice.findings if finding.severity == "error"] == []
        sources = {path: {witness.source for witness in item.witnesses} for path, item in invoice.evidence.items()}
        assert {"text_layer", "ocr"} <= sources["number"] & sources["total"] & sources["seller.tax_id"]


@pytest.mark.parametrize(
    ("kind", "variant"), [("digital_ordinary", "attached_xml"), ("toll", "scanned"), ("toll", "broken_text")]
)
def test_a_genuine_pdf_of_every_sort_is_not_accused(checking: Reader, kind: str, variant: str) -> None:
    found = checking.read(make(kind, 3, format="pdf", options=Options(variant=variant)).data)

    assert [told(invoice, PIXELS) for invoice in found] == [[]] * len(found)


@pytest.mark.parametrize("kind", ["e_vat_ordinary", "digital_ordinary"])
def test_a_genuine_ofd_is_not_accused(checking: Reader, kind: str) -> None:
    (found,) = checking.read(make(kind, 5, format="ofd").data)

    assert [finding.rule for finding in found.findings if finding.severity == "error"] == []


# altered OFD files: there is nothing to draw them with, but their parts contradict one another


@pytest.mark.parametrize("path", ["total", "total_tax", "buyer.name", "seller.tax_id"])
@pytest.mark.parametrize("member", ["Pages/Page_0/Content.xml", "Attachs/original_invoice.xml"])
def test_an_edited_part_of_an_ofd_contradicts_the_others(reader: Reader, member: str, path: str) -> None:
    genuine = make("e_vat_ordinary", 3, format="ofd").data
    true = str(reader.read(genuine)[0].evidence[path].value)

    (found,) = reader.read(tampering.edited(genuine, {member: (true, last_digit_changed(true))}))

    assert (path,) in told(found, "witness-conflict")
    assert (found.evidence[path].status, found.verdict) == ("doubtful", "review")


def test_an_edited_statement_in_the_entry_of_an_ofd_contradicts_the_page(reader: Reader) -> None:
    genuine = make("e_vat_ordinary", 3, format="ofd", options=Options(variant="tags")).data
    (before,) = reader.read(genuine)
    true = str(before.evidence["seller.tax_id"].value)

    (found,) = reader.read(tampering.edited(genuine, {"OFD.xml": (true, last_digit_changed(true))}))

    assert ("seller.tax_id",) in told(found, "witness-conflict")
