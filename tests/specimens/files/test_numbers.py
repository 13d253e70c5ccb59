import pytest

from invoiceocr.specimens.files.numbers import plain


@pytest.mark.parametrize(
    ("value", "written"),
    [(2, "2"), (-0.0001, "0"), (0.0001, "0"), (1.5, "1.5"), (100.0, "100"), (1 / 3, "0.333"), (1e7, "10000000")],
)
def test_a_number_of_a_page_description_is_short_and_has_no_exponent(value: float, written: str) -> None:
    assert plain(value) == written
