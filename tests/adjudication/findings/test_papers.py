from dataclasses import replace

from witnesses import said

from invoiceocr.adjudication.findings.conflicts import SEVERAL
from invoiceocr.adjudication.findings.papers import several
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft

ONE = (said("total", "6.46"), said("total_in_words", "陆圆肆角陆分"))
OTHER = (said("total", "1066.00"), said("total_in_words", "壹仟零陆拾陆圆整"))


def found(*candidates: Candidate) -> list[str]:
    return [finding.rule for finding in several(Draft("digital_ordinary", candidates, page=1))]


def test_two_totals_each_in_digits_and_words_are_two_invoices() -> None:
    assert found(*ONE, *OTHER) == [SEVERAL]


def test_one_total_printed_twice_is_one_invoice() -> None:
    assert found(*ONE, *ONE) == []


def test_a_misread_total_or_misread_words_alone_are_no_second_invoice() -> None:
    assert found(*ONE, OTHER[0]) == []
    assert found(*ONE, OTHER[1]) == []


def test_other_pages_and_records_do_not_count() -> None:
    assert found(*ONE, *(replace(each, page=2) for each in OTHER)) == []
    assert found(*ONE, *(replace(each, source="xml", box=None) for each in OTHER)) == []


def test_a_second_total_which_remarks_may_quote_rejects_no_invoice() -> None:
    (told,) = several(Draft("digital_ordinary", (*ONE, *OTHER), page=1))

    assert (told.severity, told.verdict) == ("error", "review")
