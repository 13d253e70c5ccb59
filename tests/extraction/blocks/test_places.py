from collections.abc import Iterable
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


def beside(*pieces: Text, red: Iterable[int] = ()) -> list[str]:
    """The texts taken right of the caption, where those *pieces* stand; those of *red* have the color of a seal."""
    layout = sheets.form_of(Sheet({}, {"label": CAPTION}))
    lines = [replace(piece.line(), red=1.0 if index in red else 0.0) for index, piece in enumerate(pieces)]
    return [taken.text for taken in PLACES["right"](layout, layout.page.labels[0].box, lines)]


def test_a_value_ends_before_a_wide_gap() -> None:
    assert beside(Text("1234", 150, 50), Text("5678", 270, 50)) == ["1234", "5678"]
    assert beside(Text("1234", 150, 50), Text("5678", 285, 50)) == ["1234"]


def test_a_value_ends_before_the_text_of_a_seal_unless_it_began_in_one() -> None:
    pieces = Text("1234", 150, 50), Text("5678", 180, 50)

    assert beside(*pieces, red=[1]) == ["1234"]
    assert beside(*pieces, red=[0, 1]) == ["1234", "5678"]
    assert beside(*pieces, red=[0]) == ["1234", "5678"]


def below(*pieces: Text) -> list[str]:
    """The texts taken below the caption, where those *pieces* stand."""
    layout = sheets.form_of(Sheet({}, {"label": CAPTION}))
    return [
        taken.text for taken in PLACES["below"](layout, layout.page.labels[0].box, [piece.line() for piece in pieces])
    ]


def test_a_wide_value_of_the_caption_before_it_is_not_below_a_caption() -> None:
    assert below(Text("长途汽车客运中心站", 20, 65), Text("5678", 130, 65)) == ["5678"]
    assert below(Text("12", 100, 65), Text("5678", 130, 65)) == ["12", "5678"]
