import drawn
import numpy as np

from invoiceocr.geometry import Box, box_quad
from invoiceocr.ocr.engine import TextReader
from invoiceocr.page import PageImage

TEXTS = [
    (20.0, 20.0 + 50 * row, text)
    for row, text in enumerate(("示例科技有限公司", "纳税人识别号", "开户行及账号1234", "价税合计"))
]
QUADS = tuple(drawn.around(*placed) for placed in TEXTS)
UPRIGHT = drawn.paper(400, 230, TEXTS)
TURNED = np.ascontiguousarray(UPRIGHT[::-1, ::-1])


def test_upright_lines_do_not_stand_on_their_heads(text_reader: TextReader) -> None:
    assert text_reader.upside_down_ratio(PageImage(UPRIGHT), QUADS) == 0.0


def test_lines_on_their_heads_are_told(text_reader: TextReader) -> None:
    turned = tuple(
        box_quad(Box(400 - max(x for x, _ in quad), 230 - max(y for _, y in quad), 400 - quad[0][0], 230 - quad[0][1]))
        for quad in QUADS
    )

    assert text_reader.upside_down_ratio(PageImage(TURNED), turned) >= 0.5


def test_without_lines_nothing_stands_on_its_head(text_reader: TextReader) -> None:
    assert text_reader.upside_down_ratio(PageImage(UPRIGHT), ()) == 0.0
