from dataclasses import replace
from datetime import date
from decimal import Decimal

from invoiceocr.adjudication.fusion import fuse
from invoiceocr.adjudication.judging.judgment import judgment_of, shared_prints
from invoiceocr.adjudication.repair.correction import Correction, Reason
from invoiceocr.adjudication.repair.search import Repairs
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import Box
from invoiceocr.invoice import LineItem, VatInvoice
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.engine import Engine, RuleReport, RuleResult

SUMS = ("total_excluding_tax", "items.0.amount", "items.1.amount")
ROW = ("items.1.quantity", "items.1.unit_price", "items.1.amount")


def passed(*paths: str, row: int | None = None) -> RuleResult:
    return RuleResult("a", "pass", paths, row=row, witness=True, supports=paths)


def failed(*paths: str, row: int | None = None, repair: tuple[str, ...] = ("total_excluding_tax",)) -> RuleResult:
    return RuleResult("b", "fail", paths, row=row, witness=True, repair=repair)


def unread(*paths: str) -> RuleResult:
    return RuleResult("c", "unknown", paths, witness=True)


def supported(*results: RuleResult, repairs: Repairs | None = None) -> dict[str, frozenset[str]]:
    return dict(judgment_of(RuleReport(results), repairs or Repairs()).supports)


def correction(error: float) -> Repairs:
    made = Correction("total", "1", "2", "1", "2", 0.5, error, (Reason("a", "甲", "a"),))
    return Repairs({"total": made})


def test_passed_rules_witness_for_the_fields_that_they_support() -> None:
    assert supported(passed("total", "total_tax")) == dict.fromkeys(("total", "total_tax"), frozenset({"arithmetic"}))


def test_a_check_digit_is_a_witness_of_its_own_kind() -> None:
    assert supported(passed("buyer.tax_id")) == {"buyer.tax_id": {"checksum"}}


def test_rows_that_add_up_witness_for_their_cells() -> None:
    assert set(supported(passed(*SUMS), passed(*ROW, row=1))) == {*SUMS, *ROW}


def test_rows_that_do_not_add_up_have_cells_without_witnesses_though_a_row_fits_in_itself() -> None:
    found = supported(failed(*SUMS), passed(*ROW, row=1), passed("total", "total_in_words"))

    assert set(found) == {"total", "total_in_words"}


def test_a_row_that_does_not_fit_in_itself_leaves_their_witnesses_to_those_that_pass_the_same_rule() -> None:
    wrong = failed("items.0.amount", "items.0.quantity", row=0, repair=("items.0.amount",))
    right = replace(passed(*ROW, row=1), rule=wrong.rule)
    skipped = passed("items.2.amount", "items.2.tax_amount", row=2)

    assert set(supported(right, wrong)) == set(ROW)
    assert set(supported(passed(*SUMS), right, wrong, skipped)) == set(ROW)


def test_a_sum_of_rows_is_no_witness_where_the_total_that_it_makes_contradicts_the_others() -> None:
    sums = ("total", "total_tax", "total_excluding_tax")

    assert supported(failed(*sums, repair=sums), passed(*SUMS), passed(*ROW, row=1)) == {}


def test_a_rule_that_made_a_correction_does_not_witness_for_it() -> None:
    assert supported(passed("total", "total_tax"), repairs=correction(0.01)) == {}
    assert set(supported(passed("total", "total_tax"), repairs=correction(1e-6))) == {"total", "total_tax"}


def test_a_rule_that_compares_a_print_with_itself_is_no_witness() -> None:
    words, sums = passed("total", "total_in_words"), passed("total", "total_tax")
    twins = (frozenset({"total", "total_in_words"}),)

    found = judgment_of(RuleReport((words, sums)), Repairs(), twins).supports

    assert set(found) == {"total", "total_tax"}


def test_a_total_that_follows_from_its_words_shares_their_print() -> None:
    words = Candidate("total_in_words", "壹佰圆整", "壹佰圆整", "ocr", 0.9, page=1, box=Box(0, 0, 9, 1))
    total = replace(words, path="total", value=Decimal(100))
    other = replace(words, path="total_tax", value=Decimal(6), box=Box(0, 2, 9, 3))

    fused = fuse((words, total, other), None)

    assert shared_prints(fused) == (frozenset({"total", "total_in_words"}),)


def test_rows_that_cannot_be_added_up_have_cells_without_witnesses() -> None:
    assert supported(unread(*SUMS), passed(*ROW, row=1)) == {}


def test_rows_of_which_one_sum_holds_keep_their_witnesses_where_another_cannot_be_checked() -> None:
    taxes = ("total_tax", "items.0.tax_amount", "items.1.tax_amount")

    assert set(supported(passed(*SUMS), unread(*taxes), passed(*ROW, row=1))) == {*SUMS, *ROW}


def test_a_discount_without_its_minus_is_not_proven_by_its_rate_where_no_total_was_read() -> None:
    rows = (
        LineItem(amount=Decimal("4000.00"), tax_rate=Decimal("0.01"), tax_amount=Decimal("40.00")),
        LineItem(amount=Decimal("300.00"), tax_rate=Decimal("0.01"), tax_amount=Decimal("3.00")),
    )
    report = Engine.load().check(VatInvoice(kind="vat_special", items=rows), RuleContext(today=date(2026, 11, 22)))

    assert [result.outcome for result in report.results if result.rule == "line-tax"] == ["pass", "pass"]
    assert judgment_of(report, Repairs()).supports == {}


def test_words_prove_no_total_that_contradicts_its_own_sum() -> None:
    sums = ("total", "total_tax", "total_excluding_tax")

    found = supported(failed(*sums, repair=sums), passed("total", "total_in_words"), passed(*SUMS))

    assert set(found) == set()


def test_sums_prove_nothing_where_the_words_say_otherwise() -> None:
    words = ("total", "total_in_words")
    sums = passed("total", "total_tax", "total_excluding_tax")

    assert supported(failed(*words, repair=words), sums, passed(*SUMS), passed(*ROW, row=1)) == {}


def test_a_sum_that_fails_says_nothing_of_other_fields() -> None:
    sums = ("total", "total_tax", "total_excluding_tax")

    assert supported(failed(*sums, repair=sums), passed("seller.tax_id")) == {"seller.tax_id": {"checksum"}}
