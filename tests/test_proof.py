import pytest
from pydantic import ValidationError

from invoiceocr.proof import Evidence, Finding, Witness


def test_evidence_without_a_witness_is_missing_and_unsure() -> None:
    evidence = Evidence()

    assert (evidence.status, evidence.confidence, evidence.value, evidence.repaired) == ("missing", 0.0, None, False)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Evidence, {"status": "certain"}),
        (Witness, {"source": "guess", "value": 1, "agrees": True}),
        (Finding, {"rule": "a", "severity": "fatal", "message": "a"}),
    ],
)
def test_words_beyond_the_contract_are_refused(model: type, values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        model(**values)


def test_proof_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Evidence().confidence = 1.0


def test_evidence_survives_json() -> None:
    evidence = Evidence(
        text="¥1.00",
        value="1.00",
        confidence=0.5,
        status="doubtful",
        box=(0.0, 1.0, 2.0, 3.0),
        page_size=(10.0, 20.0),
        witnesses=(Witness(source="qr", value="1.00", agrees=False),),
        alternatives=("7.00",),
    )

    assert Evidence.model_validate_json(evidence.model_dump_json()) == evidence


def test_a_finding_tells_its_message_in_the_language_asked_for() -> None:
    finding = Finding(rule="a", severity="info", message="完好", message_en="intact")

    assert finding.in_language("zh") == finding
    assert (finding.in_language("en").message, finding.in_language("en").message_en) == ("intact", "intact")


def test_a_finding_without_an_english_message_keeps_the_one_it_has() -> None:
    finding = Finding(rule="a", severity="info", message="完好")

    assert finding.in_language("en").message == "完好"
