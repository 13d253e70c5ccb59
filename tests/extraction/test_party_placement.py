import pytest
import sheets
from sheets import Text, digital, vat

from invoiceocr.extraction.party_placement import find_regions
from invoiceocr.geometry import Box

SIDES = [f"{caption}{i}" for caption in ("购买方信息", "销售方信息") for i in range(5)]
COLUMNS = [name for name in vat().form if name.startswith("column")]


def placed(sheet: sheets.Sheet, *, form: str, tilt: float = 0.0) -> dict[str, bool]:
    """Whether it is sure whose each tax id is, of those that were read."""
    layout = sheets.form_of(sheet.page("ocr", tilt=tilt), form=form)
    found = sheets.said(layout, "parties", form=form)
    return {item.path: item.placed for item in found if item.path.endswith("tax_id")}


@pytest.mark.parametrize("tilt", [-0.1, -0.05, 0.0, 0.05, 0.1])
@pytest.mark.parametrize(("sheet", "form"), [(vat(), "vat"), (digital(), "digital")])
def test_ids_in_two_captioned_blocks_are_surely_placed(sheet: sheets.Sheet, form: str, tilt: float) -> None:
    assert placed(sheet, form=form, tilt=tilt) == {"buyer.tax_id": True, "seller.tax_id": True}


@pytest.mark.parametrize("tilt", [-0.1, 0.0, 0.1])
@pytest.mark.parametrize("captions", [("buyer name:", "seller tax_id:"), ("seller name:", "buyer tax_id:")])
def test_where_no_border_between_the_blocks_is_found_no_id_is_placed(captions: tuple[str, ...], tilt: float) -> None:
    assert True not in placed(digital().drop(*SIDES, *captions), form="digital", tilt=tilt).values()


@pytest.mark.parametrize("caption", ["buyer name:", "seller name:", "buyer tax_id:", "seller tax_id:"])
def test_a_caption_that_both_blocks_have_parts_them(caption: str) -> None:
    sheet = digital().drop(*SIDES, caption)

    assert placed(sheet, form="digital") == {"buyer.tax_id": True, "seller.tax_id": True}


def test_a_table_without_headers_parts_no_blocks() -> None:
    assert True not in placed(vat().drop(*COLUMNS), form="vat").values()


@pytest.mark.parametrize("caption", ["name", "tax_id"])
def test_one_caption_a_block_is_enough(caption: str) -> None:
    sheet = digital().drop(f"seller {caption}:")

    assert placed(sheet, form="digital") == {"buyer.tax_id": True, "seller.tax_id": True}


def test_a_block_without_captions_leaves_both_unsure() -> None:
    sheet = digital().drop("seller name:", "seller tax_id:")

    assert placed(sheet, form="digital") == {"buyer.tax_id": False, "seller.tax_id": False}


def test_a_block_with_a_caption_of_each_party_places_nothing() -> None:
    moved = {f"销售方信息{i}": Text("销售方信息"[i], 590, 84 + 11 * i) for i in range(5)}

    assert True not in placed(digital().label(moved), form="digital").values()


def test_what_begins_behind_one_party_s_caption_is_not_the_other_s_though_its_middle_lies_there() -> None:
    layout = sheets.form_of(digital().page("ocr"), form="digital")
    regions = {"buyer": "buyer", "seller": "seller"}
    blocks = find_regions(layout, regions, ("party_name", "party_tax_id"))
    across = Box(150, 120, 470, 129)

    assert not blocks.hold("buyer", across)
    assert not blocks.hold("seller", across)
    assert blocks.hold("seller", Box(432, 120, 513, 129))
