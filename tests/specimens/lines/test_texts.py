from random import Random

import pytest

from invoiceocr.specimens.lines import dictionary, figures, texts
from invoiceocr.specimens.lines.alphabets import UNKNOWN, alphabet
from invoiceocr.values import resident_id, tax_id


@pytest.mark.parametrize("name", list(texts.MIXES))
def test_no_text_belongs_to_training_and_to_validation(name: str) -> None:
    rng = Random(1)
    for validation in (False, True):
        drawn = [texts.draw(rng, texts.MIXES[name], validation=validation)[1] for _ in range(200)]
        assert {texts.held_out(text) for text in drawn} == {validation}


@pytest.mark.parametrize("kind", texts.IDENTIFIERS)
def test_identifiers_are_within_the_id_alphabet(kind: texts.Draw) -> None:
    rng = Random(2)
    assert not [text for text in (kind(rng) for _ in range(200)) if UNKNOWN in alphabet("id").spelled(text)]


def test_ids_have_their_check_digits() -> None:
    rng = Random(3)
    unified = [
        text for text in (figures.tax_number(rng) for _ in range(100)) if text.startswith("91") and len(text) == 18
    ]
    whole = [text for text in (figures.person_id(rng) for _ in range(40)) if "*" not in text]
    assert len(unified) > 50
    assert all(map(tax_id.is_valid, unified))
    assert all(text[17] == resident_id.check_digit(text[:17]) for text in whole)


def test_the_same_seed_draws_the_same_texts() -> None:
    first, second = ([texts.draw(Random(seed), texts.MIXES["zh"]) for seed in range(30)] for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "kind", [texts.address, texts.branch, texts.local_name, texts.heading, texts.spread, texts.cells]
)
def test_names_and_places_are_nearly_always_within_the_chinese_alphabet(kind: texts.Draw) -> None:
    rng = Random(4)
    drawn = [kind(rng) for _ in range(200)]
    assert sum(UNKNOWN in alphabet("zh").spelled(text) for text in drawn) < 10
    assert len(set(drawn)) > 150


def test_cells_side_by_side_and_characters_apart_have_gaps_that_are_spelled() -> None:
    rng = Random(5)
    assert all(" " in alphabet("zh").spelled(texts.cells(rng)) for _ in range(100))
    assert any(" " in alphabet("zh").spelled(texts.spread(rng)) for _ in range(100))


def test_places_are_those_of_a_map_and_not_words() -> None:
    assert len(dictionary.places()) > 10_000
    assert {"重庆市", "昆明", "东城区"} <= set(dictionary.places())
    assert not {"发票", "数量", "我们"} & set(dictionary.places())
