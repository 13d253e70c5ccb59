from decimal import Decimal

import pytest
from witnesses import STANDARD

from invoiceocr.adjudication.fusion import fuse
from invoiceocr.adjudication.judging.judge import judge
from invoiceocr.adjudication.judging.judgment import Judgment
from invoiceocr.adjudication.repair.correction import REPAIRED, Correction, Reason, corrected
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.invoice import VatInvoice
from invoiceocr.proof import Evidence, WitnessSource

SUM = Reason("total-adds-up", "价税合计应等于金额加税额", "total equals amount plus tax")
CHECK = Reason(
    "seller-tax-id-checksum", "销售方税号的校验位应正确", "the check digits of the seller's tax id are right"
)


def correction(error: float = 0.001, **changes: object) -> Correction:
    values = {"old": Decimal("186.00"), "new": Decimal("106.00"), "old_text": "¥186.00", "new_text": "¥106.00"}
    return Correction("total", **(values | changes), share=0.2, error=error, reasons=(SUM,))  # type: ignore[arg-type]


def read(value: object, text: str) -> Candidate:
    return Candidate("total", value, text, "ocr", 0.8)


def evidence(of: Correction, *supports: WitnessSource) -> Evidence:
    """What the judge says of the total after the correction."""
    unread = () if of.old is not None else (read(None, of.old_text),)
    fused = fuse([read(of.old, of.old_text)], None)
    judgment = Judgment({"total": frozenset(supports)}, corrections=(of,))
    after = corrected(fused, unread, {"total": of}, None)
    return judge(Draft("vat_special", ()), after, VatInvoice(kind="vat_special"), judgment, STANDARD).evidence["total"]


def test_a_corrected_field_has_the_new_value_and_the_old_text_as_an_alternative() -> None:
    found = evidence(correction())

    assert (found.value, found.text, found.repaired) == (Decimal("106.00"), "¥106.00", True)
    assert found.alternatives == ("¥186.00",)


def test_a_field_that_made_no_value_is_filled() -> None:
    found = evidence(correction(old=None, old_text="V1O6.00"))

    assert (found.value, found.alternatives) == (Decimal("106.00"), ("V1O6.00",))


def test_the_confidence_of_a_correction_is_that_of_its_search() -> None:
    assert evidence(correction(0.002)).confidence == pytest.approx(0.998)
    assert evidence(correction(0.0)).confidence == pytest.approx(0.9999)


def test_a_correction_is_verified_only_with_the_witness_of_rules() -> None:
    assert evidence(correction(1e-5), "arithmetic").status == "verified"
    assert evidence(correction(1e-5)).status == "read"


def test_a_correction_is_proven_below_one_error_in_ten_thousand() -> None:
    assert correction(1e-4).proven
    assert not correction(2e-4).proven


def test_other_readings_of_the_new_value_agree_with_it() -> None:
    # given: a second print said 106.00 all along
    fused = fuse(
        [read(Decimal("186.00"), "¥186.00"), read(Decimal("186.00"), "186.00"), read(Decimal("106.00"), "106")], None
    )

    # when
    field = corrected(fused, (), {"total": correction()}, None)["total"]

    # then
    assert [c.text for c in field.agreeing] == ["¥106.00", "106"]
    assert [c.text for c in field.contradicting] == ["¥186.00", "186.00"]


def test_a_finding_tells_position_characters_and_reasons_in_both_languages() -> None:
    # given
    of = Correction("seller.tax_id", "91110108", "91110105", "91110108", "91110105", 0.1, 0.001, (CHECK,))

    # then
    assert (of.finding().rule, of.finding().severity, of.finding().fields) == (REPAIRED, "info", ("seller.tax_id",))
    assert of.finding().message == "seller.tax_id 第 8 位 8→5：销售方税号的校验位应正确"
    assert of.finding().message_en == (
        "seller.tax_id: character 8 8 → 5, by: the check digits of the seller's tax id are right"
    )


def test_an_amount_is_told_as_a_whole() -> None:
    assert correction().change[0] == "“186.00”→“106.00”"


def test_a_text_that_is_confirmed_as_it_stands_is_told_as_a_whole() -> None:
    assert correction(old=None, old_text="壹佰圆整", new="壹佰圆整").change[0] == "“壹佰圆整”→“壹佰圆整”"


def test_a_correction_by_a_second_print_says_so() -> None:
    of = Correction("number", "12345678", "12345673", "12345678", "12345673", 0.5, 0.001)

    assert of.finding().message.endswith("：同一内容的另一处印刷")


def test_the_judge_reports_the_finding() -> None:
    judgment = Judgment({}, corrections=(correction(),))
    fused = corrected(fuse([read(Decimal("186.00"), "¥186.00")], None), (), {"total": correction()}, None)

    invoice = judge(Draft("vat_special", ()), fused, VatInvoice(kind="vat_special"), judgment, STANDARD)

    assert [finding.rule for finding in invoice.findings] == [REPAIRED]


def test_texts_without_value_are_no_witnesses() -> None:
    # given
    unread = read(None, "V1O6.00")
    draft = Draft("vat_special", (unread, read(Decimal("106.00"), "106.00")))

    # then
    assert fuse([unread], None) == {}
    assert fuse(draft.candidates, None)["total"].contradicting == ()
    assert draft.unread == (unread,)
    assert draft.values("total") == [Decimal("106.00")]
