"""Words that guide doubtful characters."""

from __future__ import annotations

import numpy as np
import pytest

from invoiceocr.geometry import Box
from invoiceocr.ocr.lexicon import Lexicon, guided, lexicon, of_words
from invoiceocr.page import Lattice, TextLine

Choices = dict[str, float]


def line(*characters: str | Choices, steps_each: int = 1) -> TextLine:
    """A line of characters, clear ones as text, doubtful ones as what the lattice holds, the best first."""
    told: list[Choices] = [{each: 0.99} if isinstance(each, str) else each for each in characters]
    rows = [(*choices, *[""] * (5 - len(choices))) for choices in told for _ in range(steps_each)]
    odds = [[*choices.values(), *[0.0] * (5 - len(choices))] for choices in told for _ in range(steps_each)]
    return TextLine(
        text="".join(next(iter(choices)) for choices in told),
        box=Box(0, 0, 10, 1),
        source="ocr",
        character_confidences=tuple(next(iter(choices.values())) for choices in told),
        character_steps=tuple(range(0, len(told) * steps_each, steps_each)),
        lattice=Lattice(tuple(rows), np.array(odds, np.float32)),
    )


def test_a_doubtful_character_becomes_the_one_that_makes_a_word() -> None:
    assert guided(line("射", "液")).text == "射液"
    assert guided(line({"汪": 0.39, "注": 0.26}, "射", "液")).text == "注射液"


def test_a_clear_character_stands_whatever_it_spells() -> None:
    assert guided(line({"汪": 0.95, "注": 0.04}, "射", "液")).text == "汪射液"


def test_a_character_that_the_lattice_does_not_hold_is_never_put_in() -> None:
    assert guided(line({"汪": 0.39, "江": 0.26}, "射", "液")).text == "汪射液"


def test_a_word_through_a_neighbor_that_is_hardly_legible_counts_for_nothing() -> None:
    unclear: Choices = {"射": 0.3, "谢": 0.29}
    assert guided(line({"汪": 0.39, "注": 0.26}, unclear, {"液": 0.3, "夜": 0.2})).text == "汪射液"


def test_what_both_characters_spell_is_left_to_the_print() -> None:
    # 公司 and 公事 are words
    assert guided(line("公", {"事": 0.5, "司": 0.4})).text == "公事"


def test_a_mended_character_makes_its_neighbor_legible() -> None:
    # 专 is mended by 用发票, and then 项 by 专
    told = guided(line({"支": 0.32, "专": 0.24}, "用", "发", {"果": 0.6, "票": 0.3}))
    assert told.text == "专用发票"


def test_confidences_stay_as_they_were() -> None:
    read = line({"汪": 0.39, "注": 0.26}, "射", "液")
    assert guided(read).character_confidences == read.character_confidences
    assert guided(read).confidence == read.confidence


def test_the_two_characters_change_places_in_all_steps_that_emit_them() -> None:
    told = guided(line({"汪": 0.39, "注": 0.26}, "射", "液", steps_each=2))
    assert told.lattice is not None
    assert [row[:2] for row in told.lattice.characters[:2]] == [("注", "汪"), ("注", "汪")]
    assert told.lattice.characters[2][0] == "射"


@pytest.mark.parametrize("text", ["", "91110105MA01ABCD5F", "¥100.00", "GW-6.1"])
def test_figures_and_letters_are_left_alone(text: str) -> None:
    read = line(*({character: 0.5, "注": 0.4} for character in text))
    assert guided(read) is read


def test_words_of_each_length_are_found_and_others_are_not() -> None:
    words = of_words(["医药", "注射液", "凉山彝族"])
    assert all(word in words for word in ("医药", "注射液", "凉山彝族"))
    assert not any(word in words for word in ("药医", "注射", "射液", "凉山彝", "山彝族", "一一"))


def test_the_longest_word_through_a_place_is_told() -> None:
    words: Lexicon = of_words(["医药", "注射", "注射液"])
    assert words.longest("注射液", 0, [True] * 3) == 3
    assert words.longest("注射液", 0, [True, True, False]) == 2
    assert words.longest("医药液", 2, [True] * 3) == 0


def test_the_words_of_the_package_hold_captions_places_and_common_words() -> None:
    words = lexicon()
    assert all(word in words for word in ("识别号", "专用发票", "潼南区", "注射液", "有限公司"))
    assert len(words.codes) > 100_000
    assert (np.diff(words.codes.astype(np.float64)) >= 0).all()
