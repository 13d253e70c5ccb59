from dataclasses import replace
from decimal import Decimal

import pytest
from lattices import lattice, read_again, recognized

from invoiceocr.adjudication.fusion import fuse
from invoiceocr.adjudication.repair.hypotheses import FAINTEST, Hypotheses, hypotheses
from invoiceocr.kinds import builtin


def options(found: Hypotheses) -> list[str]:
    return [str(option.value) for option in found.options]


def test_the_options_are_the_readings_that_make_values_by_their_weight() -> None:
    # given: the comma makes no amount
    total = recognized("items.0.amount", "186.00", {1: {"0": 0.2, "3": 0.1}, 3: {",": 0.3}})

    # when
    found = hypotheses("items.0.amount", fuse([total], None)["items.0.amount"], (), None)

    # then
    assert options(found)[:3] == ["186.00", "106.00", "136.00"]
    assert found.current.value == Decimal("186.00")
    assert found.options[1].weight == pytest.approx(0.2 / 0.6995, rel=0.01)


def test_readings_below_the_floor_are_no_options() -> None:
    total = recognized("total", "186.00", {1: {"0": FAINTEST / 2}})

    assert options(hypotheses("total", fuse([total], None)["total"], (), None)) == ["186.00"]


def test_spellings_of_one_value_are_one_option() -> None:
    total = recognized("total", "¥106.00", {0: {"￥": 0.3, "Y": 0.1}})

    assert options(hypotheses("total", fuse([total], None)["total"], (), None)) == ["106.00"]


def test_an_unsure_reading_leaves_more_to_what_is_not_listed() -> None:
    sure = hypotheses("total", fuse([recognized("total", "186.00")], None)["total"], (), None)
    unsure = hypotheses("total", fuse([recognized("total", "186.00", {1: {"0": 0.4}})], None)["total"], (), None)

    assert 0.0 < sure.residual < unsure.residual < 1.0


def test_a_value_that_its_lattice_does_not_bear_out_has_no_other_options() -> None:
    other = replace(recognized("total", "186.00", {1: {"0": 0.4}}), value=Decimal("55.00"))

    assert options(hypotheses("total", fuse([other], None)["total"], (), None)) == ["55.00"]


def test_two_prints_are_weighed_together() -> None:
    # given
    first = recognized("number", "12345678", {7: {"3": 0.4}})
    second = recognized("number", "12345678", {7: {"3": 0.1}}, place=1)

    # when
    found = hypotheses("number", fuse([first, second], None)["number"], (), None)

    # then
    assert options(found) == ["12345678", "12345673"]
    assert found.options[1].weight == pytest.approx(0.4 / 0.5995 * 0.1 / 0.8995, rel=0.01)


def test_one_print_found_by_two_labels_counts_once() -> None:
    print_ = recognized("number", "12345678", {7: {"3": 0.4}})

    once, twice = (hypotheses("number", fuse([print_] * count, None)["number"], (), None) for count in (1, 2))

    assert once == twice


def test_a_text_without_value_offers_what_its_lattice_can_be() -> None:
    # when
    unread = recognized("total", "V1O6.00", {2: {"8": 0.2}})
    found = hypotheses("total", None, [unread], None)

    # then
    assert options(found)[:2] == ["106.00", "186.00"]
    assert found.current.value is None
    assert found.current.text == "V1O6.00"


def test_a_text_that_no_reading_makes_a_value_has_no_options_but_none() -> None:
    assert options(hypotheses("total", None, [recognized("total", "合计")], None)) == ["None"]


def test_a_misread_unit_between_the_figures_of_a_moment_leaves_its_moment() -> None:
    # given: the eighty-seventh of July, an 8 that is nearly as likely a 0, and 月 read as 日
    unread = recognized("departure_time", "2025年07日87日08:55", {8: {"0": 0.44}})

    found = hypotheses("departure_time", None, [unread], None)

    assert options(found) == ["2025-07-07 08:55:00", "None"]
    assert found.options[0].weight == 1.0


@pytest.mark.parametrize("text", ["2025年1用2日13:08:55", "2025-1*2 13:08:55", "2025一1-2 13:08:55"])
def test_figures_of_one_digit_beside_a_misread_unit_are_not_taken_together(text: str) -> None:
    found = hypotheses("departure_time", None, [recognized("departure_time", text)], None)

    assert options(found) == ["None"]


def test_a_moment_with_figures_of_one_digit_is_no_other_moment() -> None:
    moment = recognized("departure_time", "2025-1-2 13:08:55", {16: {"6": 0.2}})

    found = hypotheses("departure_time", fuse([moment], None)["departure_time"], (), None)

    assert options(found) == ["2025-01-02 13:08:55", "2025-01-02 13:08:56"]


def test_the_ways_to_spell_a_moment_are_one_reading() -> None:
    moment = recognized("departure_time", "2025年07月07日08:55", {8: {"1": 0.2}})

    found = hypotheses("departure_time", fuse([moment], None)["departure_time"], (), None)

    assert [option.weight for option in found.options] == pytest.approx([1.0, 0.25], rel=0.01)


def test_a_print_that_was_cut_off_speaks_against_no_reading_of_a_wider_cut() -> None:
    # given: a sum without its cents, which made no value, and the same print read again with what stands around it
    torn = replace(recognized("total_tax", "¥53"), value=None)
    again = replace(read_again(torn, "¥53.89", {4: {"3": 0.2}}), value=None)

    assert options(hypotheses("total_tax", None, [torn, again], None))[:2] == ["53.89", "53.39"]


def test_the_sign_of_an_amount_is_kept() -> None:
    refund = recognized("total", "-186.00", {2: {"0": 0.2}})

    assert options(hypotheses("total", fuse([refund], None)["total"], (), None))[:2] == ["-186.00", "-106.00"]


def test_a_character_that_the_alphabet_does_not_have_gives_way_to_its_look_alike() -> None:
    # given: GB 32100 has no O
    code = recognized("seller.tax_id", "91110105MAO1ABCD5F")

    # when
    found = hypotheses("seller.tax_id", fuse([code], None)["seller.tax_id"], (), None)

    # then
    assert options(found) == ["91110105MA01ABCD5F", "91110105MAO1ABCD5F"]
    assert found.current.value == "91110105MAO1ABCD5F"


def test_two_recognizers_of_a_print_are_weighed_together() -> None:
    # given: each holds the other's reading possible
    first = recognized("items.0.amount", "186.00", {1: {"0": 0.2}})
    again = read_again(first, "106.00", {1: {"8": 0.1}})

    # when
    found = hypotheses("items.0.amount", fuse([first, again], None)["items.0.amount"], (), None)

    # then
    assert found.options[0].value == Decimal("106.00")
    assert found.options[0].weight == pytest.approx((0.2 * 0.9) / (0.8 * 0.1), rel=0.01)


def test_what_the_second_one_alone_holds_possible_is_an_option() -> None:
    first = recognized("total", "186.00", {1: {"3": 0.3}})
    again = read_again(first, "106.00")

    found = hypotheses("total", fuse([first, again], None)["total"], (), None)

    assert Decimal("106.00") in [option.value for option in found.options]


def test_however_sure_the_second_one_is_it_rules_nothing_out() -> None:
    first = recognized("items.0.amount", "186.00")
    again = read_again(first, "106.00")

    found = hypotheses("items.0.amount", fuse([first, again], None)["items.0.amount"], (), None)

    assert found.current.value == Decimal("186.00")
    others = [option.weight for option in found.options if option is not found.current]
    assert others
    assert max(others) < 1


def test_a_letter_that_the_second_one_takes_for_a_digit_keeps_its_weight() -> None:
    first = recognized("buyer.tax_id", "91110105MA01ABCQ5F", {15: {"0": 0.1}})
    again = read_again(first, "91110105MA01ABC05F")

    found = hypotheses("buyer.tax_id", fuse([first, again], None)["buyer.tax_id"], (), None)

    assert [option.value for option in found.options] == ["91110105MA01ABCQ5F", "91110105MA01ABC05F"]
    assert found.options[1].weight == pytest.approx(0.1 / 0.9, rel=0.01)


def test_what_a_digit_for_the_sign_would_leave_is_an_option() -> None:
    total = recognized("total", "1106.00", {5: {"8": 0.01}})

    assert options(hypotheses("total", fuse([total], None)["total"], (), None))[:2] == ["1106.00", "106.00"]


def test_a_value_cut_out_of_a_text_that_makes_none_is_an_option_too() -> None:
    first = recognized("total", "186.00", {1: {"0": 0.2}})
    junk = replace(read_again(first, "106.00"), lattice=lattice("106.00x"))

    found = hypotheses("total", fuse([first, junk], None)["total"], (), None)

    assert options(found)[:2] == ["106.00", "186.00"]


def test_a_lattice_that_makes_no_value_leaves_what_was_taken() -> None:
    total = replace(recognized("total", "186.00"), lattice=lattice("x"))

    assert options(hypotheses("total", fuse([total], None)["total"], (), None)) == ["186.00"]


def test_a_field_is_searched_as_its_kind_has_it() -> None:
    # given: the number of a fiscal bill, which no grammar binds
    number = recognized("number", "12345678", {0: {"7": 0.3}})
    fused = fuse([number], None)["number"]

    # then
    assert options(hypotheses("number", fused, (), builtin()["vat_special"])) == ["12345678", "72345678"]
    assert options(hypotheses("number", fused, (), builtin()["fiscal"])) == ["12345678"]
