import numpy as np

from training.detector.targets import BETWEEN, draw_maps


def box(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)


def test_the_gap_between_two_close_texts_weighs_more_than_the_rest_of_the_page() -> None:
    close = np.stack([box(20, 40, 80, 60), box(86, 40, 140, 60)])

    weights = draw_maps(close, 0, (128, 192))[0][1]

    assert weights[25, 41] == BETWEEN  # half the size
    assert weights[10, 41] == weights[25, 25] == 1.0


def test_the_gap_between_texts_far_apart_weighs_as_much_as_the_rest() -> None:
    apart = np.stack([box(20, 40, 80, 60), box(110, 40, 140, 60)])

    assert draw_maps(apart, 0, (128, 192))[0][1].max() == 1.0


def test_print_too_low_to_be_read_is_neither_text_nor_background() -> None:
    kernels, weights = draw_maps(np.stack([box(20, 40, 80, 44)]), 0, (128, 192))[0]

    assert kernels.max() == 0.0
    assert weights[21, 25] == 0.0
