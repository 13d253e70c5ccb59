"""Papers drawn from tables of places."""

import pytest

from invoiceocr.specimens.drawing import Text
from invoiceocr.specimens.layout.placed import Shift, draw, label, layouts, load_layout, without


def texts(form: str, printed: dict[str, str], shift: Shift | None = None) -> dict[str, Text]:
    found = draw(load_layout(form), printed, shift).texts()
    return {item.path: item for item in found if item.path is not None}


@pytest.mark.parametrize("name", layouts())
def test_every_place_lies_on_the_sheet(name: str) -> None:
    layout = load_layout(name)

    assert all(0 < x < layout.width and 0 < y < layout.height for x, y, *_ in layout.places.values())


def test_each_field_is_printed_at_its_place_with_its_path() -> None:
    (found,) = texts("fiscal", {"code": "11010124"}).values()

    assert (found.text, found.path, (found.x, found.y)) == ("11010124", "code", load_layout("fiscal").places["code"])


def test_print_is_shifted_and_the_form_is_not() -> None:
    still = draw(load_layout("fiscal"), {"code": "1"})
    moved = draw(load_layout("fiscal"), {"code": "1"}, Shift(1.0, -2.0))

    assert [a for a, b in zip(still.items, moved.items, strict=True) if a != b] == [still.items[-1]]
    before, after = still.items[-1], moved.items[-1]
    assert isinstance(before, Text)
    assert isinstance(after, Text)
    assert (after.x, after.y) == (before.x + 1.0, before.y - 2.0)


def test_a_label_nests_fields_by_their_paths() -> None:
    said = {"number": "1", "buyer.name": "甲", "items.0.name": "乙", "items.1.name": "丙"}

    assert label("fiscal", said) == {
        "kind": "fiscal",
        "number": "1",
        "buyer": {"name": "甲"},
        "items": [{"name": "乙"}, {"name": "丙"}],
    }


def test_fields_are_left_blank() -> None:
    assert without({"code": "1", "number": "2"}, ["code"]) == {"number": "2"}
