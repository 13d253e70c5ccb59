"""Print compared with characters: who agrees, who surely differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from lattices import lattice, recognized
from witnesses import said

from invoiceocr.adjudication.findings.render_comparison import compare, misread, surely_differs, witness
from invoiceocr.evidence.candidate import Candidate

NUMBER, OTHER = "25312000000012345678", "25312000000012345679"
Others = Mapping[int, Mapping[str, float]]


def known(text: str) -> bool:
    return True


def print_of(path: str, text: str, others: Others | None = None) -> Candidate:
    return recognized(path, text, others)


def named(text: str, others: Others | None = None) -> Candidate:
    return replace(said("seller.name", text, "ocr", 0.98), lattice=lattice(text, others))


# compare


def test_an_equal_print_agrees_however_it_is_spelled() -> None:
    found = compare([said("total", "106.00")], [said("total", "106.0", "ocr", 0.9)], None)

    assert [candidate.value for candidate in found.agreeing] == [Decimal("106.0")]
    assert found.differing == found.added == ()


def test_an_agreeing_print_brings_no_lattice_to_repair_characters_with() -> None:
    (found,) = compare([said("number", NUMBER)], [print_of("number", NUMBER)], None).agreeing

    assert found.lattice is None


def test_another_print_of_a_key_field_differs() -> None:
    assert len(compare([said("total", "106.00")], [said("total", "186.00", "ocr", 0.9)], None).differing) == 1


def test_a_field_that_one_print_bears_out_differs_in_no_other() -> None:
    prints = [said("total", "106.00", "ocr", 0.9), said("total", "186.00", "ocr", 0.9)]

    assert compare([said("total", "106.00")], prints, None).differing == ()


@pytest.mark.parametrize("path", ["drawer", "remarks", "items.0.name", "seller.address_phone"])
def test_fields_of_no_weight_never_differ(path: str) -> None:
    found = compare([said(path, "甲"), said("items.0.name", "乙")], [said(path, "丙", "ocr", 0.99)], None)

    assert found.differing == ()


def test_the_amount_of_a_row_is_compared_where_the_rows_are_as_many() -> None:
    stated = [said("items.0.amount", "100.00")]

    assert compare(stated, [said("items.0.amount", "900.00", "ocr")], None).differing
    assert not compare(
        [*stated, said("items.1.amount", "1.00")], [said("items.0.amount", "900.00", "ocr")], None
    ).differing


def test_rows_that_are_counted_otherwise_witness_nothing() -> None:
    stated = [said("items.0.amount", "100.00"), said("items.1.amount", "1.00")]

    assert compare(stated, [said("items.0.amount", "100.00", "ocr")], None).agreeing == ()


def test_a_field_of_which_nothing_is_stated_is_added() -> None:
    found = compare([said("total", "106.00")], [said("total_tax", "6.00", "ocr", 0.9)], None)

    assert [candidate.path for candidate in found.added] == ["total_tax"]


def test_a_print_without_a_value_says_nothing() -> None:
    found = compare([said("total", "106.00")], [said("total", None, "ocr", 0.9)], None)

    assert found.agreeing == found.differing == found.added == ()


# surely_differs


def test_two_clear_looks_that_rule_out_what_is_stated_are_sure() -> None:
    looks = [print_of("number", OTHER), print_of("number", OTHER)]

    assert surely_differs(looks, [said("number", NUMBER)], known, None)


def test_a_single_look_is_never_sure() -> None:
    assert not surely_differs([print_of("number", OTHER)], [said("number", NUMBER)], known, None)


def test_looks_that_differ_from_each_other_are_not_sure() -> None:
    looks = [print_of("number", OTHER), print_of("number", NUMBER[:-1] + "0")]

    assert not surely_differs(looks, [said("number", NUMBER)], known, None)


@pytest.mark.parametrize("share", [0.002, 0.1, 0.4])
@pytest.mark.parametrize("place", [0, 1])
def test_a_look_that_holds_what_is_stated_for_possible_accuses_nobody(share: float, place: int) -> None:
    looks = [print_of("number", OTHER), print_of("number", OTHER)]
    looks[place] = print_of("number", OTHER, {19: {NUMBER[19]: share}})

    assert not surely_differs(looks, [said("number", NUMBER)], known, None)


def test_an_unclear_look_accuses_nobody() -> None:
    looks = [print_of("number", OTHER), print_of("number", OTHER, {5: {"3": 0.3}})]

    assert not surely_differs(looks, [said("number", NUMBER)], known, None)


@pytest.mark.parametrize(
    ("stated", "printed"),
    [
        ("1060.00", "060.00"),  # the crop begins too late
        ("106.00", "106.0"),
        ("106.00", "10600"),  # a point is easily lost
        ("06.00", "106.00"),  # the neighbor's stroke taken for a figure
    ],
)
def test_amounts_that_a_crop_explains_accuse_nobody(stated: str, printed: str) -> None:
    looks = [print_of("total", printed), print_of("total", printed)]

    assert not surely_differs(looks, [said("total", stated)], known, None)


def test_a_figure_between_the_currency_sign_and_the_amount_is_sure() -> None:
    looks = [print_of("total", "¥9106.00"), print_of("total", "¥9106.00")]

    assert surely_differs(looks, [said("total", "106.00")], known, None)


def test_another_name_is_sure() -> None:
    looks = [named("北京某某科技有限公司"), named("北京某某科技有限公司")]

    assert surely_differs(looks, [said("seller.name", "上海某某科技有限公司")], known, None)


def test_a_name_with_a_character_that_the_recognizer_lacks_accuses_nobody() -> None:
    looks = [named("北京某某科技有限公司"), named("北京某某科技有限公司")]

    assert not surely_differs(looks, [said("seller.name", "㐱京某某科技有限公司")], lambda text: "㐱" not in text, None)


def test_a_name_that_goes_on_in_a_line_not_seen_accuses_nobody() -> None:
    looks = [named("北京某某科技"), named("北京某某科技")]

    assert not surely_differs(looks, [said("seller.name", "北京某某科技有限公司")], known, None)


@pytest.mark.parametrize(("confidence", "expected"), [(0.99, True), (0.9, False)])
def test_print_in_several_pieces_is_judged_by_its_confidence(confidence: float, expected: bool) -> None:
    look = said("seller.name", "北京某某科技有限公司", "ocr", confidence)

    assert surely_differs([look, look], [said("seller.name", "上海某某科技有限公司")], known, None) is expected


# witness


def test_looks_that_say_the_same_are_surer_together() -> None:
    looks = [said("total", "186.00", "ocr", 0.9), said("total", "186.00", "ocr", 0.8)]

    found = witness(looks)

    assert found.confidence == pytest.approx(0.98)
    assert (found.confirmed, found.source) == (True, "ocr")


# misread

VALID, LIKE_IT = "91110105MA01ABCQ5T", "91110105MA01ABC05T"
OTHER_SIGN, OTHER_ID = "91110105MA01ABC55T", "91110105MA01ABC052"


@pytest.mark.parametrize(
    ("shown", "stated", "expected"),
    [
        (LIKE_IT, VALID, True),
        (OTHER_SIGN, VALID, False),
        (OTHER_ID, VALID, False),
        (VALID, LIKE_IT, False),
        (OTHER_SIGN, LIKE_IT, False),
    ],
)
def test_a_look_alike_that_breaks_the_check_digit_of_a_tax_id_is_a_misreading(
    shown: str, stated: str, expected: bool
) -> None:
    looks = [print_of("buyer.tax_id", shown), print_of("buyer.tax_id", shown)]
    against = [said("buyer.tax_id", stated)]

    assert misread(looks, against, None) == ({"buyer.tax_id"} if expected else set())
    assert surely_differs(looks, against, known, None) is not expected


def test_a_look_alike_in_a_field_without_check_digits_is_no_misreading() -> None:
    assert misread([print_of("number", NUMBER)], [said("number", OTHER)], None) == set()


def test_one_other_look_at_a_tax_id_makes_it_open_again() -> None:
    looks = [print_of("buyer.tax_id", LIKE_IT), print_of("buyer.tax_id", OTHER_ID)]

    assert misread(looks, [said("buyer.tax_id", VALID)], None) == set()
