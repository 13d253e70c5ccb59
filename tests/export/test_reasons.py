from samples import accepted_invoice

from invoiceocr.export.reasons import reasons, told
from invoiceocr.proof import Finding

TWICE = Finding(
    rule="readings-disagree",
    severity="warning",
    message="items.0.quantity 的两次识别不一致：48；1",
    message_en="two recognizers read items.0.quantity differently: 48; 1",
    fields=("items.0.quantity",),
)


def test_fields_are_called_by_their_names_in_what_a_finding_says() -> None:
    assert told(TWICE, "zh").startswith("明细第 1 行数量 的两次识别不一致")
    assert told(TWICE, "en") == "two recognizers read items row 1 quantity differently: 48; 1"


def test_an_english_message_has_english_names_whatever_was_asked_for() -> None:
    assert "items row 1 quantity" in told(TWICE.in_language("en"), "zh")


def test_why_a_person_should_look_names_no_paths() -> None:
    (why,) = reasons(accepted_invoice(findings=(TWICE,)), None)
    assert "items.0" not in why
