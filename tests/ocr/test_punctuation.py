import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.ocr.punctuation import restored


@pytest.mark.parametrize(
    ("folded", "printed"),
    [
        ("示例(北京)科技有限公司", "示例（北京）科技有限公司"),
        ("名称:示例", "名称：示例"),
        ("(小写)¥1,234.50", "（小写）¥1,234.50"),
        ("胶囊(0.25g)", "胶囊(0.25g)"),
        ("12:30:05", "12:30:05"),
        ("(第3版", "（第3版"),
        ("北京市海淀区,3层", "北京市海淀区，3层"),
        ("1,234.50", "1,234.50"),
    ],
)
def test_signs_of_chinese_text_are_full_width_and_those_of_figures_are_not(folded: str, printed: str) -> None:
    assert restored(folded) == printed


@given(st.text(alphabet="中文A1(),:;!? ", max_size=30))
def test_every_character_keeps_its_place(text: str) -> None:
    found = restored(text)

    assert len(found) == len(text)
    assert found.translate({0xFEE0 + ord(c): c for c in "(),:;!?"}) == text
