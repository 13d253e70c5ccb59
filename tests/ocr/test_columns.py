import numpy as np

from invoiceocr.ocr import columns
from invoiceocr.page import Pixels


def column(*cells: tuple[int, int], width: int = 30, height: int = 90) -> Pixels:
    """A white column with black squares between the rows (top, bottom)."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    for top, bottom in cells:
        pixels[top:bottom, 4 : width - 4] = 0
    return pixels


def dark_runs(row: Pixels) -> list[tuple[int, int]]:
    """(start, stop) of the stretches of *row* with ink."""
    ink = np.concatenate(([0], (row.min(axis=(0, 2)) < 128).astype(int), [0]))
    edges = np.flatnonzero(np.diff(ink))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def test_characters_under_each_other_are_laid_side_by_side() -> None:
    row = columns.side_by_side(column((4, 26), (34, 56), (64, 86)))

    assert row.shape == (30, 90, 3)
    assert len(dark_runs(row)) == 3


def test_characters_off_the_even_division_are_not_cut() -> None:
    row = columns.side_by_side(column((2, 22), (25, 45), (62, 86)))

    assert len(dark_runs(row)) == 3
    assert all(stop - start >= 15 for start, stop in dark_runs(row))


def test_positions_along_the_column_are_kept() -> None:
    spread = columns.side_by_side(column((4, 26), (124, 146), height=150))

    starts = [start for start, _ in dark_runs(spread)]
    assert starts[0] < 30
    assert starts[1] > 110


def test_a_single_character_stays_as_it_is() -> None:
    square = column((4, 26), height=30)

    assert np.array_equal(columns.side_by_side(square), square)
