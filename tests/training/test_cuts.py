from pathlib import Path

import numpy as np
import pytest

from invoiceocr.geometry import Box, box_quad
from training import cuts
from training.cuts import Cut, Lines, is_legible, said, with_circle

CUT = box_quad(Box(100, 50, 300, 70))


def at(*texts: tuple[str, tuple[float, float, float, float]]) -> Lines:
    return [(text, np.array(box_quad(Box(*box)), np.float32)) for text, box in texts]


def test_a_cut_says_the_text_that_lies_in_it_and_nothing_of_the_rows_beside_it() -> None:
    lines = at(
        ("购买方", (110, 52, 290, 68)), ("上一行", (100, 30, 300, 49)), ("下一行", (100, 69, 300, 88)),
        ("旁边", (310, 52, 400, 68)),
    )  # fmt: skip
    assert said(CUT, lines) == "购买方"


@pytest.mark.parametrize(
    "lines",
    [
        at(("只有一半在里面", (110, 52, 480, 68))),
        at(("标签", (110, 52, 200, 68)), ("印在标签上", (150, 54, 290, 70))),
        at(("高出一半", (110, 42, 290, 58))),
        at(("合 计", (110, 52, 290, 68))),
        at(("在别处", (510, 52, 590, 68))),
    ],
    ids=["cut through", "over each other", "half a row", "a blank of unknown width", "empty"],
)
def test_a_cut_of_which_it_is_not_certain_what_it_says_is_left_out(lines: Lines) -> None:
    assert said(CUT, lines) is None


def test_texts_side_by_side_are_one_line_with_a_wide_gap_between_columns() -> None:
    columns = at(("税额", (260, 52, 298, 68)), ("金额", (102, 52, 140, 68)))
    words = at(("NO.", (102, 52, 140, 68)), ("123", (148, 52, 190, 68)))
    touching = at(("名称：", (102, 52, 140, 68)), ("甲公司", (141, 52, 190, 68)))

    assert [said(CUT, lines) for lines in (columns, words, touching)] == ["金额   税额", "NO. 123", "名称：甲公司"]


def test_a_turned_cut_is_read_along_its_own_direction() -> None:
    down = ((300.0, 100.0), (300.0, 300.0), (280.0, 300.0), (280.0, 100.0))
    lines: Lines = [
        (text, np.array(((298, y0), (298, y1), (282, y1), (282, y0)), np.float32))
        for text, y0, y1 in (("乙", 260, 276), ("甲", 105, 121))
    ]
    assert said(down, lines) == "甲   乙"


def test_a_crossed_circle_before_an_amount_in_words_is_read_though_it_is_drawn_with_lines() -> None:
    assert with_circle("贰拾元整", "⊗贰拾元") == "⊗贰拾元整"
    assert with_circle("贰拾元整", "贰拾元整") == "贰拾元整"
    assert with_circle("备注", "⊗备注") == "备注"


def test_print_of_which_hardly_anything_was_read_teaches_nothing() -> None:
    assert not is_legible("壹佰贰拾元整", "□1拾")
    assert is_legible("壹佰贰拾元整", "壹佰拾元")
    assert is_legible("是", "")


def test_a_pool_gives_back_the_cuts_of_a_page_and_leaves_no_part_behind(tmp_path: Path) -> None:
    picture = np.random.default_rng(1).integers(0, 255, (20, 90, 3)).astype(np.uint8)
    cuts.save([Cut(picture, "税额", 0.25), Cut(picture[:, :30], "1", 1.0)], tmp_path / "1.npz")
    cuts.save([], tmp_path / "2.npz")

    first, second = cuts.load(tmp_path / "1.npz")

    assert np.array_equal(first.pixels, picture)
    assert np.array_equal(second.pixels, picture[:, :30])
    assert [(cut.text, cut.sure) for cut in (first, second)] == [("税额", 0.25), ("1", 1.0)]
    assert cuts.load(tmp_path / "2.npz") == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.npz", "2.npz"]


def test_what_is_cut_out_of_a_drawn_page_is_labeled_as_it_is_read() -> None:
    """The recognizer reads most of it, so that labels which were wrong or at the wrong place would show."""
    found = list(cuts.cutter().cuts(11))
    right = [cut for cut in found if cut.sure > 0]
    assert len(found) > 10
    assert len(right) > 0.5 * len(found)
    assert all(cut.pixels.shape[0] <= cuts.HIGHEST for cut in found)
