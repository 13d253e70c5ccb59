import pytest
from glyph_runs import SIZE, run, texts

from invoiceocr.page import UNREAD
from invoiceocr.sources.overprints import with_overprints


@pytest.mark.parametrize(
    ("over", "line"),
    [("968.00", f"{UNREAD}68.00"), ("9", f"{UNREAD}68.00"), ("268.00", "268.00"), ("2×8.00", "268.00")],
)
def test_a_figure_printed_over_another_is_unread(over: str, line: str) -> None:
    found = with_overprints([*run("268.00", 0, 0, 0), *run(over, 1, 1, 1)])

    assert texts(list(found))[0] == line


def test_a_text_all_of_whose_figures_stand_over_others_is_left_out_with_its_blanks() -> None:
    found = with_overprints([*run("268.00", 0, 0, 0), *run("917 45", 1, 1, 1)])

    assert texts(list(found)) == [f"{UNREAD * 3}.{UNREAD * 2}"]


def test_a_name_printed_over_another_leaves_one_text_of_what_both_say() -> None:
    found = with_overprints([*run("样例科技公司", 0, 0, 0), *run("样品科技公司", 0.2, 0, 1)])

    assert texts(list(found)) == [f"样{UNREAD}科技公司"]


def test_thousands_of_characters_at_one_spot_say_nothing() -> None:
    heap = [glyph for piece in range(5000) for glyph in run(str(piece % 10), 0, 0, piece)]

    assert set(with_overprints([*heap, *run("268.00", 60, 0, 5000)])) >= set(run("268.00", 60, 0, 5000))
    assert texts(list(with_overprints(heap))) == [UNREAD]


@pytest.mark.parametrize(("x", "y", "size"), [(60, 0, SIZE), (0, 12, SIZE), (0, 0, 3 * SIZE)])
def test_print_beside_below_or_under_a_large_seal_is_read(x: float, y: float, size: float) -> None:
    apart = [*run("268.00", 0, 0, 0), *run("章", x, y, 1, size=size)]

    assert with_overprints(apart) == apart
