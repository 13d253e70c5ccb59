from invoiceocr.adjudication.judging.blame import blame
from invoiceocr.rules.engine import RuleReport, RuleResult


def failed(*repair: str, reads: tuple[str, ...] = ()) -> RuleResult:
    return RuleResult("a", "fail", reads or repair, witness=True, repair=repair)


def passed(*supports: str) -> RuleResult:
    return RuleResult("b", "pass", supports, witness=True, supports=supports)


def blamed(*results: RuleResult) -> set[str]:
    return set(blame(RuleReport(results)))


def test_nothing_is_blamed_where_nothing_fails() -> None:
    assert blamed(passed("total", "total_tax")) == set()


def test_the_one_field_that_explains_all_failures_is_blamed_alone() -> None:
    assert blamed(failed("total", "total_tax", "total_excluding_tax"), failed("total", "total_in_words")) == {"total"}


def test_fields_for_which_a_passed_rule_witnesses_are_not_blamed() -> None:
    sums = failed("total", "total_tax", "total_excluding_tax")

    assert blamed(sums, passed("total_excluding_tax", "items.0.amount"), passed("total", "total_in_words")) == {
        "total_tax"
    }


def test_all_are_blamed_that_explain_a_failure_equally_well() -> None:
    assert blamed(failed("total", "total_in_words")) == {"total", "total_in_words"}


def test_a_sum_accuses_its_rows_too() -> None:
    sums = failed("total_excluding_tax", reads=("items.0.amount", "items.1.amount", "total_excluding_tax", "kind"))

    assert blamed(sums, passed("total_excluding_tax", "total"), passed("items.0.amount")) == {"items.1.amount"}


def test_a_witnessed_field_is_blamed_where_nothing_else_is_left() -> None:
    assert blamed(failed("buyer.tax_id"), passed("buyer.tax_id")) == {"buyer.tax_id"}


def test_separate_failures_blame_separate_fields() -> None:
    assert blamed(failed("buyer.tax_id"), failed("total", "total_in_words"), failed("total", "total_tax")) == {
        "buyer.tax_id",
        "total",
    }


def test_more_culprits_than_are_believed_in_leave_all_accused() -> None:
    assert blamed(*(failed(f"items.{row}.amount", f"items.{row}.tax_amount") for row in range(5))) == {
        f"items.{row}.{name}" for row in range(5) for name in ("amount", "tax_amount")
    }


def test_a_failed_rule_that_names_no_field_to_repair_blames_none() -> None:
    assert blamed(RuleResult("date-future", "fail", ("issue_date", "today"))) == set()
