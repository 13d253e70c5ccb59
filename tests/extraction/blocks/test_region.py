"""Where on the page a block looks."""

import sheets
from sheets import vat

from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.region import Region, compile_region


def region(said: object) -> Region:
    return compile_region(Node({"region": said}, sheets.reader("vat").scope))


def texts(said: object) -> set[str]:
    return {segment.text for segment in region(said).inside(sheets.form_of(vat()))}


def test_a_block_may_look_in_a_region_of_the_form() -> None:
    buyer, seller = vat().print_["buyer.name"].text, vat().print_["seller.name"].text

    assert buyer in texts("buyer")
    assert seller not in texts("buyer")


def test_shares_of_the_printed_area_limit_a_region() -> None:
    buyer, seller = vat().print_["buyer.name"].text, vat().print_["seller.name"].text

    assert buyer in texts({"bottom": 0.5})
    assert seller not in texts({"bottom": 0.5})


def test_captions_outside_the_region_are_none_of_it() -> None:
    form = sheets.form_of(vat())
    everywhere = form.labels("party_name")

    assert len(everywhere) == 2
    assert region("buyer").labels(form, "party_name") == everywhere[:1]
    assert region({"bottom": 0.5}).labels(form, "party_name") == everywhere[:1]


def test_a_block_without_a_region_looks_everywhere() -> None:
    form = sheets.form_of(vat())

    assert Region().inside(form) == list(form.segments)
    assert Region().labels(form, "party_name") == form.labels("party_name")
