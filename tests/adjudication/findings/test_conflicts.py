from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest
from witnesses import reread, said

from invoiceocr.adjudication.expected import joined
from invoiceocr.adjudication.findings.conflicts import (
    CALLER,
    PIXELS,
    READINGS,
    disputes,
    doubters,
    of_draft,
    of_field,
    rivals,
)
from invoiceocr.adjudication.fusion import Fused, fuse, ranks
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.evidence.finding import CONFLICT
from invoiceocr.geometry import Box
from invoiceocr.proof import Finding, WitnessSource
from invoiceocr.settings import PRECEDENCE

SOURCES: tuple[WitnessSource, ...] = ("xml", "ofd", "qr", "text_layer", "ocr")


def fused(*candidates: Candidate) -> Fused:
    return fuse(candidates, None)["total"]


def findings(*candidates: Candidate) -> list[Finding]:
    return list(of_field("total", fused(*candidates), None))


@pytest.mark.parametrize(("one", "other"), list(permutations(SOURCES, 2)))
def test_every_two_sources_that_disagree_are_a_finding_with_both_values(
    one: WitnessSource, other: WitnessSource
) -> None:
    (found,) = findings(said("total", "106.00", one), said("total", "186.00", other))

    assert (found.rule, found.severity, found.fields) == (CONFLICT, "error", ("total",))
    for message in (found.message, found.message_en):
        assert all(part in message for part in (one, "106.00", other, "186.00"))


@pytest.mark.parametrize("first", PRECEDENCE)
def test_they_are_one_whichever_source_is_believed_first(first: str) -> None:
    said_twice = said("total", "106.00", "xml"), said("total", "186.00", "ocr")

    field = fuse(said_twice, None, ranks([first]))["total"]

    assert [item.rule for item in of_field("total", field, None)] == [CONFLICT]


@pytest.mark.parametrize("source", SOURCES)
def test_each_source_that_disagrees_with_the_caller_is_a_finding_with_both_values(source: WitnessSource) -> None:
    field = joined({"total": fused(said("total", "106.00", source))}, [said("total", "186.00", "caller")])["total"]

    (found,) = of_field("total", field, None)

    assert (found.rule, found.severity) == (CALLER, "error")
    assert found.message_en == "total should be 186.00, the invoice says 106.00"
    assert (rivals(field), [claim.value for claim in disputes(field)]) == ((), [Decimal("186.00")])


def test_every_other_value_has_a_finding_of_its_own() -> None:
    found = findings(
        said("total", "106.00", "xml"), said("total", "186.00", "text_layer"), said("total", "166.00", "qr")
    )

    assert {item.message_en.rpartition("; ")[2] for item in found} == {"text_layer: 186.00", "qr: 166.00"}


def test_what_a_source_says_twice_is_told_once() -> None:
    twice = said("total", "186.00"), said("total", "186.00", page=2)

    assert len(findings(said("total", "106.00", "xml"), *twice)) == 1


def test_a_tag_of_an_ofd_file_that_its_print_contradicts_is_a_finding() -> None:
    tag = replace(said("total", "106.00", "ofd"), box=None)

    assert [item.rule for item in findings(tag, said("total", "186.00", "ofd"))] == [CONFLICT]


def test_two_prints_of_one_source_are_alternatives_and_no_finding() -> None:
    assert findings(said("total", "106.00", "ofd"), said("total", "186.00", "ofd")) == []


@pytest.mark.parametrize(("source", "told"), [("text_layer", 1), ("ofd", 1), ("ocr", 0)])
@pytest.mark.parametrize("placed", [True, False])
def test_a_number_that_a_page_prints_twice_with_captions_and_otherwise_is_a_finding(
    source: WitnessSource, told: int, placed: bool
) -> None:
    first, second = (
        replace(said("number", value, source), box=Box(0, y, 90, y + 9), page=1)
        for value, y in (("26332000000123456789", 0), ("26332000000123456788", 20))
    )

    field = fuse((first, replace(second, placed=placed)), None)["number"]

    assert len(list(of_field("number", field, None))) == len(rivals(field)) == (told if placed else 0)


def test_unsurely_read_pixels_are_told_but_contradict_nothing() -> None:
    field = fused(said("total", "106.00", "qr", 0.9999), said("total", "186.00", "ocr", 0.9))

    assert [item.severity for item in of_field("total", field, None)] == ["info"]
    assert rivals(field) == ()


def test_surely_read_pixels_contradict_what_is_stated_elsewhere() -> None:
    field = fused(said("total", "106.00", "qr", 0.9999), said("total", "186.00", "ocr", 0.99))

    assert [candidate.source for candidate in rivals(field)] == ["ocr"]


def test_sources_that_count_the_items_differently_are_a_finding_with_both_counts() -> None:
    rows = [said(f"items.{row}.amount", "1.00", "xml") for row in range(3)]

    (found,) = of_draft(Draft("toll", (*rows, said("items.0.amount", "1.00"))))

    assert (found.rule, found.severity, found.fields) == (CONFLICT, "warning", ("items",))
    assert found.message_en == "the sources of items disagree: xml: 3; text_layer: 1"


def test_rows_that_recognition_missed_are_worth_a_note() -> None:
    rows = [said(f"items.{row}.amount", "1.00", "xml") for row in range(3)]

    (found,) = of_draft(Draft("toll", (*rows, said("items.0.amount", "1.00", "ocr"))))

    assert found.severity == "info"


def test_a_stated_kind_other_than_the_printed_one_is_a_finding() -> None:
    (found,) = of_draft(Draft("toll", (said("kind", "vat_special", "xml"),)))

    assert found.message_en == "the sources of kind disagree: 票面 title: toll; xml: vat_special"


@pytest.mark.parametrize("unshown", [True, False])
def test_an_invoice_that_no_page_shows_beside_others_is_an_error(unshown: bool) -> None:
    found = [(f.rule, f.severity) for f in of_draft(Draft("digital_ordinary", (), unshown=unshown))]

    assert found == ([("invoice-not-shown", "error")] if unshown else [])


def test_sources_that_agree_are_no_finding() -> None:
    agreeing = tuple(said("kind", "toll", source) for source in SOURCES)

    assert list(of_draft(Draft("toll", agreeing))) == []
    assert findings(*(said("total", "106.00", source) for source in SOURCES)) == []


def test_a_confirmed_print_that_differs_is_told_as_such_with_both_values() -> None:
    printed = replace(said("total", "186.00", "ocr", 0.99), confirmed=True)

    (found,) = findings(said("total", "106.00"), printed)

    assert (found.rule, found.severity) == (PIXELS, "error")
    assert "显示 186.00，而 text_layer 为 106.00" in found.message


def test_characters_that_differ_from_a_confirmed_print_are_told_as_such_with_both_values() -> None:
    printed = replace(said("total", "186.00", "ocr", 0.99), confirmed=True)

    (found,) = findings(said("total", "186.00", "qr", 0.9999), printed, said("total", "106.00"))

    assert found.rule == PIXELS
    assert "显示 186.00，而 text_layer 为 106.00" in found.message


def test_a_value_that_the_page_does_not_show_is_told() -> None:
    (found,) = findings(replace(said("total", "106.00"), unseen=True), said("total", "106.00", "xml"))

    assert (found.rule, found.severity) == (PIXELS, "error")
    assert "空白，而 text_layer 为 106.00" in found.message


def test_two_values_of_one_source_are_both_named() -> None:
    (found,) = findings(said("total", "106.00", "ofd"), replace(said("total", "186.00", "ofd"), box=None))

    assert all(part in found.message for part in ("106.00", "186.00"))


def test_the_right_value_on_another_page_hides_no_altered_one() -> None:
    printed = replace(said("total", "186.00", "ocr", 0.99), confirmed=True)
    second = said("total", "186.00", page=2), said("total", "186.00", "ocr", 0.99, page=2)

    assert [found.rule for found in findings(said("total", "106.00"), printed, *second)] == [PIXELS]


def test_an_altered_page_is_told_though_the_other_pages_bear_out_its_characters() -> None:
    printed = replace(said("total", "186.00", "ocr", 0.99), confirmed=True)
    second = said("total", "106.00", page=2), said("total", "106.00", "ocr", 0.99, page=2)

    assert [found.rule for found in findings(said("total", "106.00"), printed, *second)] == [PIXELS]


# two readings of one print


@pytest.mark.parametrize(("confidence", "severity"), [(0.99, "warning"), (0.6, "info")])
def test_two_recognizers_that_differ_are_a_finding_with_both_values(confidence: float, severity: str) -> None:
    (found,) = findings(said("total", "106.00", "ocr", 0.995), reread("186.00", confidence))

    assert (found.rule, found.severity, found.fields) == (READINGS, severity, ("total",))
    assert all(value in text for text in (found.message, found.message_en) for value in ("106.00", "186.00"))


def test_only_a_sure_second_reading_doubts_the_first() -> None:
    first = said("total", "106.00", "ocr", 0.995)

    assert doubters(fused(first, reread("186.00", 0.99)))
    assert not doubters(fused(first, reread("186.00", 0.9)))
    assert not doubters(fused(first, reread("106.00", 0.99)))


def test_the_first_reading_doubts_a_surer_second_one() -> None:
    first, again = said("total", "106.00", "ocr", 0.6), reread("186.00", 0.99)

    assert doubters(fused(first, again)) == (first,)


def test_two_readings_are_no_two_sources() -> None:
    assert not rivals(fused(said("total", "106.00", "ocr", 0.995), reread("186.00", 0.99)))


def test_a_second_reading_contradicts_a_statement_as_pixels_do() -> None:
    field = fused(said("total", "106.00", "xml"), reread("186.00", 0.99))

    assert (len(rivals(field)), doubters(field)) == (1, ())


def test_nor_does_one_where_the_other_bears_a_statement_out() -> None:
    field = fused(said("total", "106.00", "xml"), said("total", "106.00", "ocr", 0.9), reread("186.00", 0.99))

    assert rivals(field) == ()
    assert [found.rule for found in of_field("total", field, None)] == [READINGS]


def test_an_invoice_whose_page_seems_to_show_another_has_an_error_that_names_it() -> None:
    (finding,) = of_draft(Draft("vat_special", (), crowded=True))

    assert (finding.rule, finding.severity) == ("several-invoices", "error")
    assert "more invoices" in finding.message_en
