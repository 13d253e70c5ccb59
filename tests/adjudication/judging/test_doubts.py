from witnesses import STANDARD, Scores

from invoiceocr.adjudication.judging.acceptance import AcceptancePolicy
from invoiceocr.adjudication.judging.calibration import Stratum
from invoiceocr.adjudication.judging.doubts import doubts
from invoiceocr.proof import Evidence


def evidence(status: str, confidence: float) -> Evidence:
    return Evidence(status=status, confidence=confidence)  # type: ignore[arg-type]


def test_an_unsure_key_field_is_named_with_its_confidence_and_the_threshold() -> None:
    (found,) = doubts("toll", {"total": evidence("read", 0.9), "number": evidence("verified", 0.999)}, STANDARD, None)

    assert (found.rule, found.fields) == ("below-confidence", ("total",))
    assert found.message.startswith("价税合计置信度")
    assert found.message_en.startswith("total has confidence")
    assert all(part in text for part in ("0.9000", "0.9500") for text in (found.message, found.message_en))


def test_missing_and_doubtful_key_fields_are_named_each() -> None:
    found = doubts("toll", {"total": evidence("missing", 0.0), "number": evidence("doubtful", 0.99)}, STANDARD, None)

    assert [finding.fields for finding in found] == [("total",), ("number",)]


def test_a_minor_field_is_no_reason() -> None:
    assert not doubts(
        "toll", {"number": evidence("verified", 0.999), "drawer": evidence("doubtful", 0.1)}, STANDARD, None
    )


def test_a_document_of_no_known_kind_says_so() -> None:
    (found,) = doubts("other", {}, STANDARD, None)

    assert found.rule == "unknown-kind"


def test_an_invoice_without_a_key_field_says_so() -> None:
    (found,) = doubts("toll", {"drawer": evidence("read", 0.99)}, STANDARD, None)

    assert found.rule == "no-key-fields"


def test_where_no_such_field_may_pass_there_is_no_threshold() -> None:
    promised = AcceptancePolicy(Scores({}, {}), least={Stratum("ocr", "read", "dates"): 0.9})

    (found,) = doubts("toll", {"total": evidence("read", 0.9)}, promised, None)

    assert "—" in found.message
