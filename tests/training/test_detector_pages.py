from pathlib import Path
from random import Random

import numpy as np

from invoiceocr.specimens.drawing import Text
from invoiceocr.specimens.fonts import STYLES, width
from training.detector.pages import DrawnPage, load, save
from training.detector.tickets import draw_ticket


def test_a_page_of_the_pool_is_read_as_it_was_written_and_leaves_no_part_behind(tmp_path: Path) -> None:
    gray = np.random.default_rng(3).integers(0, 255, (40, 60)).astype(np.uint8)
    quads = np.array([[(5, 5), (50, 5), (50, 20), (5, 20)]], np.float32)

    save(DrawnPage(gray, quads, 3), tmp_path / "0000007.npz")

    read = load(tmp_path / "0000007.npz")
    assert np.array_equal(read.gray, gray)
    assert np.array_equal(read.quads, quads)
    assert read.quarters == 3
    assert [path.name for path in tmp_path.iterdir()] == ["0000007.npz"]


def test_some_slips_strike_their_digits_far_apart_and_still_on_the_paper() -> None:
    apart = 0
    for seed in range(40):
        drawing = draw_ticket(Random(seed), tuple(STYLES))
        tracked = [item for item in drawing.items if isinstance(item, Text) and item.tracking > 0]
        apart += bool(tracked)
        assert all(item.x + width(item) < drawing.width for item in tracked)
    assert 5 < apart < 35
