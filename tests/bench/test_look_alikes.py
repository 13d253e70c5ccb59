from random import Random

import pytest

from bench.look_alikes import LISTED, Outcome, alike, name, picture, report


def test_a_brand_is_of_the_characters_of_its_group() -> None:
    brands = [name("listed", Random(seed)) for seed in range(20)]

    assert all(any(sign in LISTED for sign in brand) for brand in brands)


def test_characters_that_look_like_others_are_found_by_their_glyphs() -> None:
    assert set("末未士土晴睛昊吴") <= set(alike())
    assert not set("辉商") & set(alike())


def test_a_name_is_drawn_whole_inside_its_quad() -> None:
    pixels, (first, _, last, _) = picture("样品科技有限公司", Random(3))

    inside = pixels[int(first[1]) : int(last[1]) + 1, int(first[0]) : int(last[0]) + 1]
    assert (pixels < 128).sum() == (inside < 128).sum() > 0


@pytest.mark.parametrize(
    ("read", "passes", "row"), [("吴公司", True, "1 | 1 | 1 | 1"), ("吴公司", False, "1 | 1 | 0 | 0")]
)
def test_a_wrong_name_that_passes_is_told(read: str, passes: bool, row: str) -> None:
    told = report([Outcome("listed", "昊公司", read, clear=True, passes=passes)])

    assert f"| listed | 1 | {row} |" in told
    assert ("昊公司 read as 吴公司" in told) is passes
