"""Text that a PDF prints beside its page."""

from __future__ import annotations

import pytest
from handmade import FIELDS, SIZE, WIDTH, Sheet, shown, written

from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens.drawing import Drawing, Text
from invoiceocr.specimens.files.pdf import write_pdf


@pytest.mark.parametrize("place", [(55.0, 20.0), (90.0, 20.0), (10.0, 140.0), (-40.0, 20.0), (10.0, -30.0)])
def test_text_that_leaves_the_page_makes_no_file_corrupt(reader: Reader, place: tuple[float, float]) -> None:
    items = (Text("发票号码：12345678", 10, 10, 4.0), Text("北京某某样张服务有限公司", *place, 4.0))

    (found,) = reader.read(write_pdf([Drawing(60, 90, items)]), name="paper.pdf")

    assert "12345678" in str(found.model_dump())


@pytest.mark.parametrize("letter_by_letter", [False, True])
def test_a_name_that_runs_off_the_page_is_doubtful_though_the_rest_looks_whole(
    reader: Reader, letter_by_letter: bool
) -> None:
    # given: a branch beyond the edge
    name, _, y = FIELDS["seller.name"]
    x, whole = WIDTH - SIZE * len(name) - 2, f"{name}上海分公司"
    letters = "".join(shown(letter, x + SIZE * i, y) for i, letter in enumerate(whole))

    # when
    run_off = letters if letter_by_letter else shown(whole, x, y)
    (found,) = reader.read(written(Sheet({**Sheet().segments, "seller.name": run_off})))

    # then
    assert (found.evidence["seller.name"].value, found.evidence["seller.name"].status) == (name, "doubtful")
    assert found.verdict == "review"
