from invoiceocr.export.advice import ADVICE, advice, reason
from invoiceocr.export.titles import ERRORS


def test_advice_is_given_for_errors_that_there_are() -> None:
    assert set(ADVICE) <= set(ERRORS)


def test_a_limit_is_named_in_the_advice() -> None:
    assert advice("too_many_pages", "a.pdf: 90 pages, more than max_pages=50") == "超过上限 max_pages=50，可放宽"


def test_a_reason_without_advice_is_the_title_alone() -> None:
    assert reason("internal_error", "a.pdf: ?") == "内部错误"
