from dataclasses import replace
from decimal import Decimal

from explained import MISREAD, misread_tax_id, printed, trace_of
from lattices import read_again, recognized
from repair_cases import TAX_ID
from witnesses import said

from invoiceocr.adjudication.trace import InvoiceTrace
from invoiceocr.export.explanation.build import explain
from invoiceocr.export.explanation.model import FieldExplanation, RuleNote
from invoiceocr.proof import Finding


def field(trace: InvoiceTrace, path: str) -> FieldExplanation:
    (found,) = explain(trace, path).fields
    return found


def rules(found: FieldExplanation) -> dict[str, RuleNote]:
    return {note.rule: note for note in found.rules}


# fields


def test_every_field_is_told_in_the_order_of_the_contract() -> None:
    paths = [found.path for found in explain(trace_of()).fields]

    assert paths.index("number") < paths.index("total") < paths.index("seller.tax_id") < paths.index("items.0.quantity")
    assert paths[-1] == "items.1.tax_amount"


def test_one_field_or_all_that_lies_under_it_can_be_asked_for() -> None:
    trace = trace_of()

    assert [found.path for found in explain(trace, "total").fields] == ["total"]
    assert [found.path for found in explain(trace, "seller").fields] == ["seller.tax_id"]
    assert {found.path.rpartition(".")[0] for found in explain(trace, "items.1").fields} == {"items.1"}


def test_a_field_that_was_not_found_is_told_as_missing() -> None:
    expected, unheard = field(trace_of(), "number"), field(trace_of(), "machine_number")

    assert (expected.proof.status, expected.readings) == ("missing", ())
    assert (unheard.proof.status, unheard.title.en) == ("missing", "machine number")


def test_a_text_that_makes_no_value_is_a_reading_without_one() -> None:
    trace = trace_of(recognized("total", "1x3.00"))

    assert [(reading.text, reading.value, reading.agrees) for reading in field(trace, "total").readings] == [
        ("1x3.00", None, False)
    ]


def test_readings_at_other_places_are_told_with_whether_they_agree() -> None:
    own, other = recognized("total", "113.00"), said("total", "173.00", "ocr", 0.6)

    found = field(trace_of(own, other), "total")

    assert [(reading.value, reading.agrees) for reading in found.readings] == [
        (Decimal("113.00"), True),
        (Decimal("173.00"), False),
    ]
    assert found.readings[1].box == other.box


def test_the_same_word_of_the_same_place_is_told_once() -> None:
    twice = printed("total", "113.00", Decimal("113.00"))

    assert len(field(trace_of(twice, replace(twice)), "total").readings) == 1


def test_characters_are_told_with_what_else_they_may_be() -> None:
    (reading,) = field(trace_of(misread_tax_id()), "seller.tax_id").readings

    doubtful = [character for character in reading.characters if character.alternatives]
    assert [(c.place, c.text, c.alternatives[0][0]) for c in doubtful] == [(8, "8", "5")]


# rules


def test_the_rules_that_read_a_field_are_told_with_title_and_outcome() -> None:
    found = rules(field(trace_of(), "total"))

    assert found["total-adds-up"].outcome == "pass"
    assert found["total-adds-up"].title.zh
    assert found["total-adds-up"].title.en
    assert found["total-adds-up"].supports
    assert "seller-tax-id-checksum" not in found


def test_a_failed_rule_comes_first_with_severity_and_message_in_both_languages() -> None:
    found = field(trace_of(recognized("total", "186.00")), "total").rules

    assert found[0].outcome == "fail"
    assert rules(field(trace_of(recognized("total", "186.00")), "total"))["total-adds-up"].message is not None
    assert all(note.severity and note.message and note.message.zh != note.message.en for note in found[:2])


def test_rules_that_can_not_tell_are_told_last() -> None:
    outcomes = [note.outcome for note in field(trace_of(leave_out=["total_tax"]), "total").rules]

    assert "unknown" in outcomes
    assert outcomes == sorted(outcomes, key=("fail", "pass", "unknown").index)


def test_sources_that_disagree_stand_among_what_failed() -> None:
    trace = trace_of(said("total", "186.00", "xml"), said("total", "113.00", "text_layer"))

    assert rules(field(trace, "total"))["witness-conflict"].outcome == "fail"


def test_findings_about_the_invoice_have_the_titles_of_their_rules() -> None:
    told = explain(trace_of(recognized("total", "186.00")))

    adds_up = next(note for note in told.findings if note.rule == "total-adds-up")
    assert adds_up.title.zh == "价税合计应等于金额加税额"


def test_of_one_field_only_what_concerns_it_is_told() -> None:
    assert explain(trace_of(recognized("total", "186.00")), "total").findings == ()


def test_a_finding_that_no_rule_made_is_told_by_its_message() -> None:
    trace = trace_of()
    finding = Finding(rule="own", severity="warning", message="说", message_en="says", fields=("total",))
    invoice = trace.invoice.model_copy(update={"findings": (finding,)})

    told = explain(replace(trace, invoice=invoice))

    (note,) = told.findings
    assert (note.title, note.message) == (("说", "says"), None)
    assert "own" in rules(field(replace(trace, invoice=invoice), "total"))


# repairs


def test_a_repair_is_told_with_its_places_and_the_rules_that_forced_it() -> None:
    found = field(trace_of(misread_tax_id()), "seller.tax_id")

    assert found.repair is not None
    assert (found.repair.old_text, found.repair.new_text) == (MISREAD, TAX_ID)
    assert found.repair.places == ((8, "8", "5"),)
    assert [constraint.rule for constraint in found.repair.constraints] == ["seller-tax-id-checksum"]
    assert 0 < found.repair.share < 1


def test_what_was_misread_is_the_only_reading_of_a_repaired_field() -> None:
    found = field(trace_of(misread_tax_id()), "seller.tax_id")

    assert found.proof.value == TAX_ID
    assert [(reading.text, reading.agrees) for reading in found.readings] == [(MISREAD, False)]


def test_pixels_are_no_witness_of_what_they_were_repaired_to() -> None:
    found = field(trace_of(misread_tax_id()), "seller.tax_id")

    assert [(witness.source, witness.value, witness.agrees) for witness in found.witnesses] == [("ocr", MISREAD, False)]
    assert found.text == MISREAD


def test_a_second_reading_of_the_repaired_value_stays_its_witness() -> None:
    found = field(trace_of(misread_tax_id(), said("seller.tax_id", TAX_ID, "ocr", 0.3)), "seller.tax_id")

    assert found.repair is not None
    assert [(witness.source, witness.agrees) for witness in found.witnesses] == [("ocr", True)]


def test_a_rule_is_no_evidence_for_a_value_that_was_chosen_to_meet_it() -> None:
    repaired, as_read = field(trace_of(misread_tax_id()), "seller.tax_id"), field(trace_of(), "seller.tax_id")

    assert rules(as_read)["seller-tax-id-checksum"].supports
    assert not rules(repaired)["seller-tax-id-checksum"].supports


def test_a_field_as_it_was_read_has_no_repair() -> None:
    assert field(trace_of(), "seller.tax_id").repair is None


# a second reading


def test_a_second_reading_is_told_as_such_and_not_as_the_first_one() -> None:
    first = recognized("total", "113.00")
    again = read_again(first, "118.00")

    found = field(trace_of(first, again), "total")

    assert [(witness.source, witness.value) for witness in found.witnesses] == [("ocr", Decimal("113.00"))]
    assert [(reading.value, reading.agrees) for reading in found.second_readings] == [(Decimal("118.00"), False)]
    assert [(reading.text, reading.second) for reading in found.readings] == [("113.00", False), ("118.00", True)]
    assert rules(found)["readings-disagree"].title.zh == "两次识别应一致"


def test_a_second_reading_that_agrees_is_a_witness_beside_the_first_one() -> None:
    first = recognized("total", "113.00")

    found = field(trace_of(first, read_again(first, "¥113.00")), "total")

    assert [(reading.text, reading.agrees) for reading in found.second_readings] == [("¥113.00", True)]
