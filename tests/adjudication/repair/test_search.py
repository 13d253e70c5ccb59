from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lattices import read_again, recognized
from repair_cases import TAX_ID, TEXTS, case

from invoiceocr.adjudication.repair.correction import MAX_ERROR, PROVEN_ERROR, Correction
from invoiceocr.adjudication.repair.search import Case, repair

SIGNED = ("total", "total_excluding_tax", "total_tax")
SUMS = {path: text for path, text in TEXTS.items() if path.endswith(("tax", "amount"))}


def corrections(of: Case) -> dict[str, object]:
    return {path: correction.new for path, correction in repair(of).corrections.items()}


def rules(correction: Correction) -> set[str]:
    return {reason.rule for reason in correction.reasons}


def test_an_invoice_that_adds_up_is_left_alone() -> None:
    assert repair(case()).corrections == {}
    assert repair(case()).doubtful == frozenset()


def test_a_digit_that_stands_second_is_repaired_by_words_and_sum() -> None:
    # given
    misread = case(recognized("total", "118.00", {2: {"3": 0.1}}))

    # when
    correction = repair(misread).corrections["total"]

    # then
    assert (correction.old, correction.new) == (Decimal("118.00"), Decimal("113.00"))
    assert rules(correction) == {"total-adds-up", "words-agree"}
    assert correction.error <= PROVEN_ERROR
    assert correction.share == pytest.approx(0.1 / 0.8995, rel=0.01)


def test_a_faint_reading_is_not_proven_however_many_rules_agree_on_it() -> None:
    # given: the print itself may be wrong, and rules can't tell
    found = repair(case(recognized("total", "118.00", {2: {"3": 0.02}}))).corrections["total"]

    # then
    assert found.new == Decimal("113.00")
    assert not found.proven


def test_a_reading_below_the_floor_replaces_nothing_however_many_rules_agree_on_it() -> None:
    assert corrections(case(recognized("total", "118.00", {2: {"3": 0.002}}))) == {}


def test_a_value_stays_where_the_right_one_is_in_no_lattice() -> None:
    assert corrections(case(recognized("total", "118.00", {2: {"9": 0.1}}))) == {}


def test_a_value_stays_and_is_doubtful_where_two_fields_explain_the_sum_equally_well() -> None:
    # given: 100.00 + 18.00 is not 113.00: is it 13.00 of tax, or 118.00 in all? No words, no rows to decide
    rows = tuple(f"items.{row}.{name}" for row in (0, 1) for name in ("tax_amount", "tax_rate", "amount"))
    misread = case(
        recognized("total_tax", "18.00", {1: {"3": 0.1}}),
        recognized("total", "113.00", {2: {"8": 0.1}}, place=1),
        leave_out=("total_in_words", "items.0.quantity", "items.0.unit_price", *rows),
    )

    # when
    found = repair(misread)

    # then
    assert found.corrections == {}
    assert {"total", "total_tax"} <= found.doubtful


def test_a_reading_of_an_exact_source_is_never_touched_but_decides() -> None:
    # given: the text layer says 100.00, the pixels of the total are misread
    exact = replace(recognized("total_excluding_tax", "100.00"), source="text_layer", lattice=None, confidence=1.0)
    misread = case(exact, recognized("total", "118.00", {2: {"3": 0.1}}, place=1))

    # then
    assert corrections(misread) == {"total": Decimal("113.00")}


@pytest.mark.parametrize("source", ["xml", "ofd", "qr", "text_layer"])
def test_a_value_that_an_exact_source_shares_stays_though_the_sum_fails(source: str) -> None:
    # given
    pixels = recognized("total", "118.00", {2: {"3": 0.4}})
    stated = replace(pixels, source=source, lattice=None, confidence=0.9999)  # type: ignore[arg-type]

    # then
    assert "total" not in corrections(case(pixels, stated))


def test_a_tax_id_is_repaired_by_both_its_check_digits() -> None:
    # given
    misread = case(recognized("seller.tax_id", TAX_ID.replace("105", "108"), {7: {"5": 0.1}}))

    # when
    correction = repair(misread).corrections["seller.tax_id"]

    # then
    assert correction.new == TAX_ID
    assert rules(correction) == {"seller-tax-id-checksum"}
    assert correction.change == ("第 8 位 8→5", "character 8 8 → 5")


def test_a_tax_id_with_two_wrong_characters_is_repaired() -> None:
    misread = TAX_ID[:7] + "8" + TAX_ID[8:12] + "7" + TAX_ID[13:]

    assert corrections(case(recognized("seller.tax_id", misread, {7: {"5": 0.3}, 12: {TAX_ID[12]: 0.3}}))) == {
        "seller.tax_id": TAX_ID
    }


def test_the_amount_of_a_row_is_repaired_by_the_rules_on_its_row_and_on_the_sum() -> None:
    # given
    misread = case(recognized("items.1.amount", "80.00", {0: {"6": 0.2}}))

    # when
    correction = repair(misread).corrections["items.1.amount"]

    # then
    assert correction.new == Decimal("60.00")
    assert rules(correction) == {"items-add-up", "line-tax"}


def test_words_are_repaired_by_the_figure() -> None:
    misread = case(recognized("total_in_words", "壹佰壹拾贰圆整", {4: {"叁": 0.1}}))

    assert corrections(misread) == {"total_in_words": "壹佰壹拾叁圆整"}


def test_a_text_that_makes_no_value_is_read_where_rules_confirm_it() -> None:
    # given: the sign of the yuan as V, a zero as O
    unread = case(recognized("total", "V113.O0"))

    # when
    correction = repair(unread).corrections["total"]

    # then
    assert (correction.old, correction.old_text, correction.new) == (None, "V113.O0", Decimal("113.00"))
    assert correction.change[0] == "“V113.O0”→“113.00”"


def test_two_texts_that_make_no_value_confirm_one_another_with_the_rest() -> None:
    unread = case(
        recognized("total", "V113.00"), recognized("total_in_words", "登佰壹拾叁圆整", {0: {"壹": 0.2}}, place=1)
    )

    assert corrections(unread) == {"total": Decimal("113.00"), "total_in_words": "壹佰壹拾叁圆整"}


def test_a_text_that_makes_no_value_stays_unread_where_no_rule_confirms_it() -> None:
    assert corrections(case(recognized("issue_date", "2025年13月05日", {6: {"2": 0.1}}))) == {}


def test_a_date_that_the_calendar_lacks_is_read_as_the_only_day_that_it_can_be() -> None:
    # given: the eighty-seventh of July, an 8 that is nearly as likely a 0
    correction = repair(case(recognized("issue_date", "2025年07月87日", {8: {"0": 0.44}}))).corrections["issue_date"]

    # then
    assert correction.new == date(2025, 7, 7)
    assert correction.doubtful


def test_a_date_that_the_calendar_lacks_stays_unread_where_it_can_be_two_days() -> None:
    assert corrections(case(recognized("issue_date", "2025年07月87日", {8: {"0": 0.25, "1": 0.2}}))) == {}


def test_a_day_after_today_is_read_as_the_only_earlier_one_that_it_can_be() -> None:
    # given: a 4 that dot-matrix print makes a 9
    correction = repair(case(recognized("issue_date", "2029年01月23日", {3: {"4": 0.08}}))).corrections["issue_date"]

    # then
    assert correction.new == date(2024, 1, 23)
    assert rules(correction) == {"date-future"}
    assert correction.doubtful


@pytest.mark.parametrize("others", [{}, {"4": 0.05, "5": 0.05}])
def test_a_day_after_today_stays_where_no_single_earlier_one_is_left(others: dict[str, float]) -> None:
    assert corrections(case(recognized("issue_date", "2029年01月23日", {3: others}))) == {}


def test_a_day_before_the_year_of_the_code_is_read_as_the_only_later_one_that_it_can_be() -> None:
    # given: a form of 2019
    code = recognized("code", "031001900104", place=1)
    day = recognized("issue_date", "2014年06月20日", {3: {"9": 0.3}}, place=2)

    # when
    correction = repair(case(code, day)).corrections["issue_date"]

    # then
    assert correction.new == date(2019, 6, 20)
    assert rules(correction) == {"code-year-before-issue"}


def test_a_second_print_decides_between_readings() -> None:
    # given: one print leaves open whether the last digit is 8 or 3, the other doesn't
    unsure = recognized("number", "25312000000012345678", {19: {"3": 0.45}})
    sure = recognized("number", "25312000000012345673", place=1)

    # when
    found = repair(case(replace(unsure, confidence=2.0), sure)).corrections

    # then
    assert found["number"].new == "25312000000012345673"
    assert found["number"].reasons == ()


def test_a_print_of_something_else_decides_nothing() -> None:
    unsure = recognized("number", "25312000000012345678", {19: {"3": 0.45}})
    other = recognized("number", "24440000200000000001", place=1)

    assert corrections(case(replace(unsure, confidence=2.0), other)) == {}


def test_a_misread_refund_keeps_its_sign() -> None:
    # given
    words = recognized("total_in_words", "（负数）壹佰壹拾叁圆整", place=9)
    signed = [recognized(path, f"-{text}", place=place) for place, (path, text) in enumerate(SUMS.items())]
    misread = recognized("total", "-118.00", {3: {"3": 0.1}}, place=8)

    # then
    assert corrections(case(misread, words, *signed)) == {"total": Decimal("-113.00")}


def test_words_without_value_are_not_fitted_to_a_total_that_is_under_suspicion_itself() -> None:
    # given: the total is misread in the digit that the words leave open, and the sum says so
    total = recognized("total", "118.00", {2: {"3": 0.1}})
    words = recognized("total_in_words", "壹佰壹拾圆整整", {4: {"捌": 0.3, "叁": 0.3}}, place=1)

    # then
    assert corrections(case(total, words))["total"] == Decimal("113.00")
    assert corrections(case(total, words)).get("total_in_words") in ("壹佰壹拾叁圆整", None)


def test_independent_misreadings_are_repaired_each_by_its_own_rules() -> None:
    # given
    misread = case(
        recognized("total", "118.00", {2: {"3": 0.1}}),
        recognized("seller.tax_id", TAX_ID.replace("105", "108"), {7: {"5": 0.1}}, place=1),
        recognized("items.0.tax_amount", "5.70", {2: {"2": 0.2}}, place=2),
    )

    # then
    assert corrections(misread) == {
        "total": Decimal("113.00"),
        "seller.tax_id": TAX_ID,
        "items.0.tax_amount": Decimal("5.20"),
    }


def test_a_repair_is_the_same_every_time() -> None:
    misread = case(recognized("total", "118.00", {2: {"3": 0.1}, 0: {"7": 0.1}}))

    assert repair(misread) == repair(misread)


@given(st.integers(0, 5), st.sampled_from("0123456789"), st.floats(0.0005, 0.49))
@settings(max_examples=60)
def test_a_total_read_rightly_is_never_replaced_while_all_rules_agree(place: int, other: str, share: float) -> None:
    # given: any digit with any other beside it, however strong
    if "113.00"[place] in ("." + other):
        return

    # then
    assert corrections(case(recognized("total", "113.00", {place: {other: share}}))) == {}


@given(st.sampled_from([0, 1, 2, 4, 5]), st.sampled_from("0123456789"), st.floats(0.01, 0.45))
@settings(max_examples=60)
def test_a_wrong_digit_of_the_total_is_repaired_if_the_right_one_is_listed(
    place: int, wrong: str, share: float
) -> None:
    # given
    right = "113.00"
    if right[place] == wrong:
        return
    text = right[:place] + wrong + right[place + 1 :]

    # when
    found = repair(case(recognized("total", text, {place: {right[place]: share}}))).corrections

    # then
    assert found["total"].new == Decimal("113.00")
    assert found["total"].error <= MAX_ERROR


def test_nothing_is_replaced_for_the_sake_of_a_change_that_is_not_made() -> None:
    # given: an amount without value, whose only listed reading fits nothing
    unread = recognized("items.1.amount", "60,00")

    # then
    assert "items.1.amount" not in corrections(case(unread, recognized("total", "118.00", {2: {"3": 0.1}}, place=1)))


def test_an_illegible_table_is_searched_within_bounds() -> None:
    # given: forty amounts, each with four readings, that don't sum to the total
    doubts = {place: {"3": 0.1, "8": 0.1, "6": 0.1} for place in (0, 1)}
    rows = [recognized(f"items.{row}.amount", "47.00", doubts, place=row) for row in range(40)]

    # when
    found = repair(case(*rows))

    # then
    assert found.corrections == {}
    assert found.doubtful


def test_sums_whose_signs_were_read_as_digits_are_repaired_together() -> None:
    unsure = {5: {"8": 0.01}}
    read = [recognized(path, f"1{TEXTS[path]}", unsure, place=i) for i, path in enumerate(SIGNED)]

    repairs = repair(case(*read))

    assert {path: str(found.new) for path, found in repairs.corrections.items()} == {
        "total": "113.00",
        "total_excluding_tax": "100.00",
        "total_tax": "13.00",
    }


def test_the_second_recognizer_s_reading_mends_where_the_first_holds_no_other_possible() -> None:
    first = recognized("total_tax", "18.00")
    again = read_again(first, "13.00", {1: {"8": 0.06}})

    assert "total_tax" not in repair(case(first)).corrections
    assert str(repair(case(first, again)).corrections["total_tax"].new) == "13.00"


def test_print_that_ran_into_an_amount_is_taken_off_where_its_sign_stands() -> None:
    misread = case(recognized("total", "9163113.00", {3: {"¥": 0.3}}))

    assert corrections(misread) == {"total": Decimal("113.00")}


# signs


def discounted(**other: str) -> Case:
    """An invoice whose second row is a discount that was recognized without its minus signs."""
    told = {
        "items.0.amount": "120.00", "items.0.tax_amount": "15.60", "items.1.amount": "20.00",
        "items.1.tax_amount": "2.60", **other,
    }  # fmt: skip
    read = [recognized(path, text, place=place) for place, (path, text) in enumerate(told.items())]
    return case(*read, leave_out=("items.0.quantity", "items.0.unit_price"))


def test_a_row_whose_figures_all_lost_their_minus_gets_it_back_from_both_sums() -> None:
    assert corrections(discounted()) == {
        "items.1.amount": Decimal("-20.00"),
        "items.1.tax_amount": Decimal("-2.60"),
    }


def test_no_sign_is_changed_where_the_sums_do_not_come_out_with_it() -> None:
    assert corrections(discounted(**{"items.1.amount": "21.00", "items.1.tax_amount": "2.73"})) == {}


def test_a_sum_is_never_given_a_minus_for_its_own_sake() -> None:
    assert corrections(case(recognized("total", "118.00"))) == {}
