import numpy as np
import pytest

from bench.orientation import CROP, Told, back, middle, report


@pytest.mark.parametrize(("turned", "needed"), [(0, 0), (1, 3), (2, 2), (3, 1)])
def test_what_undoes_a_turn_is_the_rest_of_the_circle(turned: int, needed: int) -> None:
    assert back(turned) == needed


@pytest.mark.parametrize("shape", [(600, 900, 3), (900, 600, 3), (256, 256, 3)])
def test_a_classifier_sees_the_middle_of_the_page(shape: tuple[int, int, int]) -> None:
    page = np.zeros(shape, np.uint8)
    page[shape[0] // 2 - 20 : shape[0] // 2 + 20, shape[1] // 2 - 20 : shape[1] // 2 + 20] = 255
    seen = middle(page)
    assert seen.shape == (CROP, CROP, 3)
    assert seen[CROP // 2, CROP // 2].min() == 255
    assert seen[0, 0].max() == 0


def test_the_tables_tell_turns_and_conditions_apart() -> None:
    told = [Told("clean", quarters, quarters != 2, 10.0 * quarters) for quarters in range(4)]
    told += [Told("photo", quarters, True, 10.0 * quarters) for quarters in range(4)]
    lines = "".join(report({"ours": told})).splitlines()
    assert "| ours | 100.0 | 100.0 | 50.0 | 100.0 | 87.5 |" in lines
    assert "| ours | 75.0 | 100.0 |" in lines
    assert "| ours | 0.00 | 10.0 | 20.0 | 30.0 |" in lines
