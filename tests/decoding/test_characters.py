import pytest
from lattices import SURE, lattice, of_steps

from invoiceocr.decoding.characters import characters


def test_each_character_has_its_place_its_probability_and_what_else_it_may_be() -> None:
    found = characters(lattice("106", {1: {"8": 0.2, "6": 0.05}}))

    assert [(c.place, c.text) for c in found] == [(1, "1"), (2, "0"), (3, "6")]
    assert found[1].probability == pytest.approx(SURE - 0.25)
    assert [name for name, _ in found[1].alternatives] == ["8", "6"]
    assert found[0].alternatives == ()


def test_an_alternative_below_one_percent_is_not_shown() -> None:
    assert characters(lattice("1", {0: {"7": 0.009}}))[0].alternatives == ()
    assert characters(lattice("1", {0: {"7": 0.011}}))[0].alternatives != ()
    assert characters(lattice("1", {0: {"7": 0.009}}), least=0.001)[0].alternatives != ()


def test_that_there_may_be_nothing_is_an_alternative() -> None:
    (found,) = characters(of_steps({"1": 0.7, "": 0.3}))

    ((text, probability),) = found.alternatives
    assert text == ""
    assert probability == pytest.approx(0.3)


def test_a_character_that_was_nearly_read_stands_in_the_gap_behind_its_place() -> None:
    found = characters(of_steps({"1": SURE}, {"": 0.8, ".": 0.2}, {"5": SURE}))

    assert [(c.place, c.text) for c in found] == [(1, "1"), (1, ""), (2, "5")]
    ((text, probability),) = found[1].alternatives
    assert found[1].probability == pytest.approx(0.8)
    assert text == "."
    assert probability == pytest.approx(0.2)


def test_the_blur_of_a_neighbor_is_no_character_of_its_own() -> None:
    assert len(characters(of_steps({"1": SURE}, {"": 0.8, "1": 0.1, "5": 0.1}, {"5": SURE}))) == 2


def test_a_blank_that_was_nearly_read_is_nothing_worth_telling() -> None:
    assert len(characters(of_steps({"1": SURE}, {"": 0.7, " ": 0.3}, {"5": SURE}))) == 2


def test_a_character_that_lasts_several_steps_is_one_told_where_it_is_clearest() -> None:
    (found,) = characters(of_steps({"1": 0.6, "7": 0.4}, {"1": 0.9, "7": 0.1}))

    assert found.text == "1"
    assert found.probability == pytest.approx(0.9)


def test_no_steps_are_no_characters() -> None:
    assert characters(of_steps()) == ()
