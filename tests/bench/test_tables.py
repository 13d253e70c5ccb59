from pathlib import Path

import pytest

from bench.tables import digits, percent, quantile, spread, table, with_section, write_section


def test_a_table_has_a_row_of_marks_under_its_header() -> None:
    assert table(("a", "b"), [("x|y", 1)]) == "| a | b |\n| --- | ---: |\n| x\\|y | 1 |\n"


@pytest.mark.parametrize(("counts", "text"), [((1, 3), "33.3"), ((5, 5), "100.0"), ((0, 0), "–")])
def test_a_share_of_nothing_is_a_dash(counts: tuple[int, int], text: str) -> None:
    assert percent(counts) == text


def test_quantiles_are_values_that_were_measured() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert [quantile(values, share) for share in (0.5, 0.9, 1.0)] == [3.0, 5.0, 5.0]
    assert quantile([7.0], 0.5) == 7.0


def test_a_quantile_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="no values"):
        quantile([], 0.5)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.00"), (0.421, "0.42"), (4.214, "4.21"), (42.14, "42.1"), (421.4, "421"), (4214.0, "4214")],
)
def test_figures_have_three_digits(value: float, text: str) -> None:
    assert digits(value) == text


def test_a_spread_is_median_ninth_decile_and_maximum() -> None:
    assert spread([30.0, 10.0, 20.0]) == "20.0 / 30.0 / 30.0"
    assert spread([]) == "–"


DOCUMENT = "# A\n<!-- bench:speed -->\nold\n<!-- /bench:speed -->\nB\n"


def test_a_section_is_replaced_and_the_rest_stays() -> None:
    assert with_section(DOCUMENT, "speed", "\nnew\n") == DOCUMENT.replace("old", "new")


def test_replacing_a_section_twice_changes_nothing_more() -> None:
    once = with_section(DOCUMENT, "speed", "new")
    assert with_section(once, "speed", "new") == once


@pytest.mark.parametrize(
    "document", ["", DOCUMENT * 2, "<!-- /bench:speed -->\n<!-- bench:speed -->", "<!-- bench:speed -->"]
)
def test_a_document_without_one_pair_of_marks_is_refused(document: str) -> None:
    with pytest.raises(ValueError, match="bench:speed"):
        with_section(document, "speed", "new")


def test_a_section_is_written_into_its_file(tmp_path: Path) -> None:
    path = tmp_path / "文档.md"
    path.write_text(DOCUMENT, encoding="utf-8")
    write_section(path, "speed", "新")
    assert "\n新\n" in path.read_text(encoding="utf-8")
