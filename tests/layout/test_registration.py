import pytest
import sheets
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets import SIZE, vat

from invoiceocr.geometry import Box
from invoiceocr.layout.registration import PrintOffset

TOLERANCE = 0.6 * SIZE  # well below half of the rows' pitch of 16; small shifts are left as ordinary scatter
PRINT = [name for name in vat().print_ if not name.startswith("cipher")]


def worst(sheet: sheets.Sheet, shifted: sheets.Sheet, *, tilt: float = 0.0) -> float:
    """How far off the form's level the print on *shifted* is put, at worst."""
    layout = sheets.form_of(shifted.page("ocr", tilt=tilt))

    def off(name: str) -> float:
        before, after = sheet.print_[name].line().box, sheets.tilted(shifted.print_[name].line(), tilt).box
        return abs(layout.level(after) - (before.cy + tilt * before.cx))

    return max(off(name) for name in PRINT)


def test_what_the_form_has_at_a_level_is_printed_at_offset_and_stretch() -> None:
    shift = PrintOffset(offset=6.0, stretch=0.1, origin=100.0)

    assert shift.level(106.0) == 100.0
    assert shift.level(200 + 6 + 0.1 * 100) == pytest.approx(200.0)


@given(st.floats(-50, 400), st.floats(-60, 60), st.floats(-0.2, 0.2), st.floats(0, 400))
def test_a_shift_can_be_undone(y: float, offset: float, stretch: float, origin: float) -> None:
    printed = y + offset + stretch * (y - origin)

    assert PrintOffset(offset, stretch, origin).level(printed) == pytest.approx(y, abs=1e-6)


def test_print_in_its_place_is_left_there() -> None:
    layout = sheets.form_of(vat(), "ocr")

    assert layout.level(Box(0, 100, 10, 110)) == 105


def test_the_text_of_a_text_layer_is_never_shifted() -> None:
    assert sheets.form_of(vat().shifted(12)).offset == PrintOffset()


@given(st.floats(-45, 45))
@settings(max_examples=40, deadline=None)
def test_an_offset_up_to_five_rows_is_recovered(dy: float) -> None:
    assert worst(vat(), vat().shifted(dy)) < TOLERANCE


@given(st.floats(-20, 20), st.floats(-0.06, 0.06))
@settings(max_examples=40, deadline=None)
def test_offset_and_stretch_together_are_recovered(dy: float, stretch: float) -> None:
    assert worst(vat(), vat().shifted(dy, stretch=stretch)) < TOLERANCE


@pytest.mark.parametrize("tilt", [-0.02, 0.02])
@pytest.mark.parametrize("dy", [-10.0, 0.0, 10.0])
def test_a_tilted_sheet_is_not_taken_for_shifted_print(tilt: float, dy: float) -> None:
    assert worst(vat(), vat().shifted(dy), tilt=tilt) < 2 * TOLERANCE


@pytest.mark.parametrize("lost", ["buyer.tax_id", "seller.tax_id", "total_in_words", "total", "total_tax"])
def test_one_illegible_value_does_not_hide_the_shift(lost: str) -> None:
    blurred = vat().say({lost: "???"})

    assert worst(vat(), blurred.shifted(14)) < TOLERANCE


def test_a_misread_tax_id_shows_the_stretch_that_amounts_at_one_level_do_not() -> None:
    # given: the sums have lost their signs
    buyer = sheets.BUYER_ID.replace("91", "97", 1)
    misread = vat().say({"buyer.tax_id": buyer, "total_excluding_tax": "100.00", "total_tax": "6.00"})

    assert worst(vat(), misread.shifted(14, stretch=0.15)) < TOLERANCE


def test_the_tax_id_of_a_seal_shows_no_shift() -> None:
    # given: a seal, an illegible id of the buyer, and no caption that shows where the print of the parties ends
    sheet = vat().say({"buyer.tax_id": "???"}).drop("cipher", "remarks")
    print(sheet)


def test_one_value_far_from_its_label_does_not_tell_a_shift() -> None:
    moved = vat().drop("buyer.address_phone").put({"buyer.tax_id": sheets.Text(sheets.BUYER_ID, 102, 124)})

    layout = sheets.form_of(moved, "ocr")

    assert layout.level(Box(0, 300, 10, 310)) == pytest.approx(305, abs=TOLERANCE)
