"""Text that a PDF prints beside its page."""

from __future__ import annotations

import pytest

from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens.drawing import Drawing, Text
from invoiceocr.specimens.files.pdf import write_pdf


@pytest.mark.parametrize("place", [(55.0, 20.0), (90.0, 20.0), (10.0, 140.0), (-40.0, 20.0), (10.0, -30.0)])
def test_text_that_leaves_the_page_makes_no_file_corrupt(reader: Reader, place: tuple[float, float]) -> None:
    items = (Text("发票号码：12345678", 10, 10, 4.0), Text("北京某某样张服务有限公司", *place, 4.0))

    (found,) = reader.read(write_pdf([Drawing(60, 90, items)]), name="paper.pdf")

    assert "12345678" in str(found.model_dump())
