import xml.etree.ElementTree as ElementTree

import pytest

from training.reliability import bins, brier, calibration_error, chance_error, diagram, risk_coverage, table

SAID = [0.8] * 50 + [0.99] * 100
SO = [i % 5 != 0 for i in range(50)] + [i != 0 for i in range(100)]


def test_confidences_that_keep_their_word_have_no_calibration_error() -> None:
    assert calibration_error(SAID, SO) < 0.1
    assert calibration_error([0.75] * 600, [i % 4 != 0 for i in range(600)]) == pytest.approx(0.0, abs=0.01)


def test_confidences_that_promise_too_much_have_one() -> None:
    assert calibration_error([0.99] * 100, [i % 2 == 0 for i in range(100)]) == pytest.approx(0.49, abs=0.02)


def test_few_fields_scatter_by_chance_more_than_many() -> None:
    assert chance_error([0.8] * 100) > 3 * chance_error([0.8] * 3000) > 0.0


def test_the_brier_score_is_the_mean_square() -> None:
    assert brier([1.0, 0.5], [True, False]) == pytest.approx(0.125)


def test_bins_hold_all_fields_in_equal_numbers() -> None:
    found = bins(SAID, SO)

    assert sum(each.count for each in found) == 150
    assert {each.count for each in found} == {10}


def test_risk_falls_as_fewer_of_the_surest_fields_are_kept() -> None:
    found = list(risk_coverage(SAID, SO))

    assert [coverage for coverage, _, _ in found][-1] == 1.0
    assert found[0][1] <= found[-1][1] == pytest.approx(11 / 150)


def test_table_and_diagram_show_every_bin() -> None:
    picture = ElementTree.fromstring(diagram([("ocr", "#c0392b", bins(SAID, SO))]))

    assert len(table(SAID, SO).splitlines()) == 2 + 15
    assert len(picture.findall(".//{http://www.w3.org/2000/svg}circle")) == 15
