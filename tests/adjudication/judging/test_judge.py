from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from witnesses import BOX, STANDARD, reread, said

from invoiceocr.adjudication.build import build
from invoiceocr.adjudication.fusion import Fused, fuse
from invoiceocr.adjudication.judging.judge import judge
from invoiceocr.adjudication.judging.judgment import Judgment
from invoiceocr.adjudication.repair.correction import Correction
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.evidence.finding import CONFLICT
from invoiceocr.geometry import Box
from invoiceocr.invoice import Invoice, VatInvoice
from invoiceocr.proof import Finding, WitnessSource

NO_RULES = Judgment({})
SIZES = ((1, (600.0, 390.0)), (2, (300.0, 200.0)))


def judged(
    *candidates: Candidate, rules: Judgment = NO_RULES, expected: tuple[str, ...] = (), kind: str = "toll"
) -> Invoice:
    draft = Draft(kind, candidates, expected, 1, SIZES)
    fused = fuse(candidates, None)
    invoice = build(kind, {path: field.chosen.value for path, field in fused.items()}, "")
    return judge(draft, fused, invoice, rules, STANDARD)


def told(found: Invoice) -> list[Finding]:
    """The findings beside the reasons for review."""
    return [item for item in found.findings if item.rule not in ("below-confidence", "no-key-fields")]


def finding(*fields: str, severity: str = "error") -> Finding:
    return Finding(rule="total-adds-up", severity=severity, message="a", fields=fields)  # type: ignore[arg-type]


# evidence


def test_evidence_tells_text_value_and_place() -> None:
    evidence = judged(said("total", "106.00", page=2)).evidence["total"]

    assert (evidence.text, evidence.value) == ("106.00", Decimal("106.00"))
    assert (evidence.page, evidence.box, evidence.page_size) == (2, BOX.as_tuple(), (300.0, 200.0))


def test_a_value_stated_without_a_place_stands_where_it_is_printed() -> None:
    evidence = judged(said("total", "106.00", "xml"), said("total", "106.00", page=2)).evidence["total"]

    assert (evidence.page, evidence.box) == (2, BOX.as_tuple())


def test_an_expected_field_without_a_witness_is_missing() -> None:
    evidence = judged(said("total", "106.00"), expected=("total", "number")).evidence

    assert (evidence["number"].status, evidence["number"].value) == ("missing", None)
    assert evidence["total"].status != "missing"


def test_one_witness_that_nobody_confirms_is_read() -> None:
    assert judged(said("total", "106.00")).evidence["total"].status == "read"


def test_two_independent_witnesses_verify() -> None:
    evidence = judged(said("total", "106.00"), said("total", "106.00", "qr", 0.9999)).evidence["total"]

    assert evidence.status == "verified"
    assert {(witness.source, witness.agrees) for witness in evidence.witnesses} == {("text_layer", True), ("qr", True)}


def test_two_readings_of_one_source_do_not_verify() -> None:
    assert judged(said("total", "106.00"), said("total", "106.00")).evidence["total"].status == "read"


def test_a_passed_check_verifies_and_is_a_witness() -> None:
    rules = Judgment({"total": frozenset({"words"})})

    evidence = judged(said("total", "106.00"), rules=rules).evidence["total"]

    assert evidence.status == "verified"
    assert ("words", True) in {(witness.source, witness.agrees) for witness in evidence.witnesses}


def test_a_check_does_not_verify_what_was_hardly_read() -> None:
    rules = Judgment({"total": frozenset({"arithmetic"})})

    assert judged(said("total", "106.00", "ocr", 0.6), rules=rules).evidence["total"].status == "read"


def test_an_unsure_reading_is_doubtful() -> None:
    assert judged(said("total", "106.00", "ocr", 0.4)).evidence["total"].status == "doubtful"


def test_a_field_under_suspicion_is_doubtful_unless_another_witness_confirms_it() -> None:
    suspects = Judgment({}, suspects=frozenset({"total", "number"}))

    evidence = judged(
        said("total", "106.00"),
        said("number", "12345678"),
        said("number", "12345678", "qr", 0.9999),
        rules=suspects,
    ).evidence

    assert (evidence["total"].status, evidence["number"].status) == ("doubtful", "verified")


def test_other_readings_of_the_same_print_are_alternatives_and_no_conflict() -> None:
    found = judged(said("total", "106.00", "ocr", 0.9), said("total", "186.00", "ocr", 0.6))

    assert found.evidence["total"].alternatives == ("186.00",)
    assert told(found) == []


# conflicts


def test_sources_that_disagree_are_a_finding_that_names_both_values() -> None:
    found = judged(said("total", "106.00", "xml"), said("total", "186.00", "text_layer"))

    (conflict,) = told(found)
    assert (conflict.rule, conflict.severity, conflict.fields) == (CONFLICT, "error", ("total",))
    assert all(value in text for value in ("106.00", "186.00") for text in (conflict.message, conflict.message_en))
    assert (found.evidence["total"].status, found.total) == ("doubtful", Decimal("106.00"))


def test_the_witness_that_disagrees_is_named_with_its_value() -> None:
    evidence = judged(said("total", "106.00", "xml"), said("total", "186.00", "text_layer")).evidence["total"]

    assert [(w.source, w.value, w.agrees) for w in evidence.witnesses if not w.agrees] == [
        ("text_layer", Decimal("186.00"), False)
    ]


def test_a_conflict_about_a_minor_field_is_a_warning() -> None:
    found = judged(said("drawer", "王五", "xml"), said("drawer", "赵六", "text_layer"))

    assert [item.severity for item in told(found)] == ["warning"]


def test_misread_pixels_do_not_contradict_what_is_stated_in_characters() -> None:
    found = judged(said("total", "106.00", "xml"), said("total", "186.00", "ocr", 0.9))

    assert [item.severity for item in found.findings] == ["info"]
    assert found.evidence["total"].status != "doubtful"
    assert found.evidence["total"].alternatives == ("186.00",)


def test_a_qr_code_that_says_otherwise_than_the_text_layer_is_a_conflict() -> None:
    found = judged(said("total", "106.00", "text_layer"), said("total", "186.00", "qr", 0.9999))

    assert [item.rule for item in told(found)] == [CONFLICT]


# verdicts


SURE = (said("total", "106.00"), said("number", "12345678"))


def test_sure_key_fields_without_an_error_are_accepted() -> None:
    assert judged(*SURE).verdict == "accept"


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ((said("total", "106.00", "ocr", 0.9), said("number", "12345678")), ()),
        (SURE, ("total", "number", "issue_date")),
        ((said("drawer", "王五"),), ()),
        ((), ()),
    ],
    ids=["unsure", "missing", "no key field", "nothing"],
)
def test_what_is_unsure_or_missing_is_for_review(candidates: tuple[Candidate, ...], expected: tuple[str, ...]) -> None:
    assert judged(*candidates, expected=expected).verdict == "review"


def test_what_is_for_review_says_which_fields_are_unsure() -> None:
    found = judged(*SURE, expected=("total", "number", "issue_date"))

    assert [(item.rule, item.fields) for item in found.findings] == [("below-confidence", ("issue_date",))]


def test_a_missing_minor_field_does_not_hinder() -> None:
    assert judged(*SURE, expected=("remarks",)).verdict == "accept"


def test_a_document_of_no_known_kind_is_for_review() -> None:
    assert judged(*SURE, kind="other").verdict == "review"


def test_an_error_over_fields_that_are_surely_read_is_rejected() -> None:
    verified = {"total": frozenset({"words"}), "number": frozenset({"checksum"})}

    rules = Judgment(verified, (finding("total"),))  # type: ignore[arg-type]

    assert judged(*SURE, rules=rules).verdict == "reject"


def test_an_error_that_a_misreading_may_have_made_is_for_review() -> None:
    assert judged(*SURE, rules=Judgment({}, (finding("total"),))).verdict == "review"


@pytest.mark.parametrize("severity", ["warning", "info"])
def test_warnings_do_not_hinder(severity: str) -> None:
    assert judged(*SURE, rules=Judgment({}, (finding("total", severity=severity),))).verdict == "accept"


def test_a_conflict_is_for_review_and_no_reason_to_reject() -> None:
    assert judged(*SURE, said("total", "186.00", "xml")).verdict == "review"


def test_findings_of_rules_come_after_conflicts() -> None:
    found = judged(*SURE, said("total", "186.00", "xml"), rules=Judgment({}, (finding("total"),)))

    assert [item.rule for item in told(found)] == [CONFLICT, "total-adds-up"]


# whose number it is


def unplaced(path: str, value: str, source: WitnessSource = "ocr") -> Candidate:
    return replace(said(path, value, source, 0.999), placed=False)


CHECKED = Judgment({"buyer.tax_id": frozenset({"checksum"})})
BUYER_ID = "91110105MA01ABCD5F"


def test_check_digits_verify_an_id_that_stands_in_its_party_s_block() -> None:
    evidence = judged(said("buyer.tax_id", BUYER_ID, "ocr", 0.999), rules=CHECKED).evidence["buyer.tax_id"]

    assert evidence.status == "verified"


def test_check_digits_do_not_tell_whose_number_it_is() -> None:
    evidence = judged(unplaced("buyer.tax_id", BUYER_ID), rules=CHECKED).evidence["buyer.tax_id"]

    assert evidence.status == "read"
    assert ("checksum", True) in {(witness.source, witness.agrees) for witness in evidence.witnesses}


def test_an_id_of_an_unsure_place_is_less_sure() -> None:
    sure, unsure = (
        judged(candidate, rules=CHECKED).evidence["buyer.tax_id"].confidence
        for candidate in (said("buyer.tax_id", BUYER_ID, "ocr", 0.999), unplaced("buyer.tax_id", BUYER_ID))
    )

    assert unsure < sure


def test_another_source_tells_whose_number_it_is() -> None:
    stated = said("buyer.tax_id", BUYER_ID, "xml")

    evidence = judged(unplaced("buyer.tax_id", BUYER_ID), stated, rules=CHECKED).evidence["buyer.tax_id"]

    assert evidence.status == "verified"


# a second reading of the print


def by(source: WitnessSource) -> Judgment:
    return Judgment({"total": frozenset({source})})


def test_a_sure_second_reading_that_differs_makes_doubtful_and_stands_among_the_witnesses() -> None:
    evidence = judged(said("total", "106.00", "ocr", 0.995), reread("186.00", 0.99)).evidence["total"]

    assert (evidence.status, evidence.value, evidence.alternatives) == ("doubtful", Decimal("106.00"), ("186.00",))
    assert [(witness.value, witness.agrees) for witness in evidence.witnesses] == [
        (Decimal("106.00"), True),
        (Decimal("186.00"), False),
    ]


def test_a_second_reading_that_differs_does_not_matter_where_rules_prove_the_value() -> None:
    found = judged(said("total", "106.00", "ocr", 0.995), reread("186.00", 0.99), rules=by("arithmetic"))

    assert found.evidence["total"].status == "verified"


def test_two_readings_that_agree_verify_nothing() -> None:
    evidence = judged(said("total", "106.00", "ocr", 0.9999), reread("106.00", 0.9999)).evidence["total"]

    assert (evidence.status, len(evidence.witnesses)) == ("read", 1)


def test_a_value_that_only_the_second_recognizer_could_read_is_read_at_most() -> None:
    evidence = judged(reread("106.00", 0.9999)).evidence["total"]

    assert (evidence.status, evidence.value) == ("read", Decimal("106.00"))


def test_a_correction_has_weighed_the_second_reading() -> None:
    fixed = Correction("total", Decimal("186.00"), Decimal("106.00"), "186.00", "106.00", 0.2, 0.0001)
    rules = Judgment({}, corrections=(fixed,))

    found = judged(said("total", "106.00", "ocr", 0.99), reread("186.00", 0.98), rules=rules)

    assert found.evidence["total"].status == "read"


def test_a_day_that_only_replaces_an_impossible_one_is_doubtful() -> None:
    fixed = Correction("issue_date", date(2029, 1, 23), date(2024, 1, 23), "2029-01-23", "2024-01-23", 0.08, 0.06)
    rules = Judgment({}, corrections=(fixed,))

    found = judged(said("issue_date", date(2024, 1, 23), "ocr", 0.94), rules=rules)

    assert found.evidence["issue_date"].status == "doubtful"


@pytest.mark.parametrize(("suspects", "status"), [(frozenset(), "verified"), (frozenset({"total"}), "doubtful")])
def test_a_sum_that_holds_does_not_verify_a_value_by_which_another_fails(suspects: frozenset[str], status: str) -> None:
    rules = Judgment({"total": frozenset({"arithmetic"})}, suspects=suspects)

    assert judged(said("total", "106.00", "ocr", 0.9999), rules=rules).evidence["total"].status == status


# proofs that count, and proofs that don't


def test_a_code_with_a_wrong_crc_verifies_nothing() -> None:
    printed = said("total", "106.00", "text_layer")

    statuses = [
        judged(printed, said("total", "106.00", "qr", trust)).evidence["total"].status for trust in (0.5, 0.98, 0.9999)
    ]

    assert statuses == ["read", "verified", "verified"]


def test_check_digits_prove_no_id_that_a_rule_accuses() -> None:
    rules = Judgment({"buyer.tax_id": frozenset({"checksum"})}, suspects=frozenset({"buyer.tax_id"}))

    found = judged(said("buyer.tax_id", "91110105MA01ABCD5F"), rules=rules)

    assert found.evidence["buyer.tax_id"].status == "doubtful"


def test_two_sources_prove_an_accused_value_all_the_same() -> None:
    rules = Judgment({}, suspects=frozenset({"buyer.tax_id"}))
    both = (said("buyer.tax_id", "91110105MA01ABCD5F", "xml"), said("buyer.tax_id", "91110105MA01ABCD5F"))

    assert judged(*both, rules=rules).evidence["buyer.tax_id"].status == "verified"


def test_a_recognized_cell_is_no_surer_than_its_row() -> None:
    cell = said("items.0.amount", "53.00", "ocr", 0.999)

    found = judged(cell, rules=Judgment({}, unsure_rows=True))

    assert found.evidence["items.0.amount"].confidence == 0.9


def test_a_reviewer_s_value_is_verified_whatever_contradicts_it() -> None:
    word, read = said("total", "106.00", "reviewer"), said("total", "186.00", "xml")
    fused = {"total": Fused(word, (word,), (read,))}
    draft = Draft("digital_ordinary", (read,))

    found = judge(draft, fused, VatInvoice(kind="digital_ordinary"), Judgment({}), STANDARD)

    proof = found.evidence["total"]
    assert (proof.status, proof.confidence, proof.alternatives) == ("verified", 0.999, ("186.00",))
    assert [(each.source, each.agrees) for each in proof.witnesses] == [("reviewer", True), ("xml", False)]
    assert [item.severity for item in told(found)] == ["info"]


# what the page itself puts in doubt


def test_a_source_that_does_not_vouch_verifies_nothing() -> None:
    plain = replace(said("total", "106.00", "qr", 0.98), vouches=False)

    assert judged(said("total", "106.00"), plain).evidence["total"].status == "read"


def test_a_finding_of_the_page_makes_its_fields_doubtful_whatever_verifies_them() -> None:
    note = finding("total", severity="warning")
    draft = Draft("toll", (said("total", "106.00"), said("total", "106.00", "xml")), (), 1, SIZES, notes=(note,))
    fused = fuse(draft.candidates, None)

    found = judge(draft, fused, build("toll", {"total": Decimal("106.00")}, ""), NO_RULES, STANDARD)

    assert (found.evidence["total"].status, found.verdict) == ("doubtful", "review")
    assert note in found.findings


# an identifier printed twice


def test_an_identifier_printed_twice_is_verified_and_both_prints_are_named() -> None:
    first = replace(said("number", "04086459", "ocr", 0.99), box=Box(10, 20, 60, 30))
    small = replace(first, box=Box(100, 20, 130, 26))
    prints = [replace(each, second=second) for each in (first, small) for second in (False, True)]

    evidence = judged(*prints).evidence["number"]

    assert evidence.status == "verified"
    assert [witness.source for witness in evidence.witnesses] == ["ocr", "ocr"]
