import pytest
import samples

from invoiceocr.export.note import confidence, note
from invoiceocr.proof import Evidence


@pytest.mark.parametrize(
    ("probability", "shown"), [(1.0, "100.00%"), (0.99999, "99.99%"), (0.29, "29.00%"), (0.0, "0.00%")]
)
def test_confidence_is_never_rounded_up(probability: float, shown: str) -> None:
    assert confidence(probability) == shown


def test_a_note_names_status_text_witnesses_and_place() -> None:
    assert note(samples.verified("1", "¥1")).splitlines() == [
        "已核验 verified · 99.99%",
        "原文 text: ¥1",
        "取值 value: 1",
        "✓ PDF 文字层 PDF text layer: 1",
        "✓ 二维码 QR code: 1",
        "第 1 页 page 1 (420, 30, 540, 44)",
    ]


def test_a_repair_is_told() -> None:
    assert "已纠正 repaired" in note(Evidence(text="1", value="1", repaired=True))


def test_a_long_text_is_shortened() -> None:
    assert max(map(len, note(Evidence(text="长" * 500)).splitlines())) < 80
