import pytest

from invoiceocr.ocr.look_alikes import told_apart


@pytest.mark.parametrize(
    ("read", "printed"),
    [("概论—一原理", "概论——原理"), ("*器材*0cean 3", "*器材*Ocean 3"), ("5m1", "5ml"), ("10m1*15支", "10ml*15支")],
)
def test_a_look_alike_is_what_its_neighbors_ask_for(read: str, printed: str) -> None:
    assert told_apart(read) == printed


@pytest.mark.parametrize("text", ["一对一", "25312000000012345678", "0.5mm", "100mm", "5m12", "M1"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert told_apart(text) == text
