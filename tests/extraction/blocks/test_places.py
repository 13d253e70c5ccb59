from dataclasses import replace

import sheets
from sheets import Sheet, Text

from invoiceocr.extraction.blocks.places import PLACES
from invoiceocr.layout.registration import PrintOffset

CAPTION = Text("发票号码:", 100, 50)  # ends at x = 140.5


def slipped(value: Text) -> bool:
    """Whether *value* is that of the caption on a form whose print lies 14 units too low."""
    layout = sheets.form_of(Sheet({}, {"label": CAPTION, "value": value}))
    layout = replace(layout, offset=PrintOffset(14.0))
    return bool(PLACES["slipped"](layout, layout.page.labels[0].box, list(layout.segments)))


def test_print_that_lies_off_its_form_is_taken_as_far_below_the_caption_as_it_lies_off() -> None:
    assert slipped(Text("87604321", 150, 64))
    assert not slipped(Text("87604321", 150, 50))


def test_print_that_lies_off_its_form_may_reach_back_under_the_caption_but_not_before_its_middle() -> None:
    assert slipped(Text("87604321", 130, 64))
    assert not slipped(Text("87604321", 40, 64))
