"""Forms that are filled in by hand."""

from __future__ import annotations

import pytest
from text_papers import TextPaper

from invoiceocr.invoice import AnyInvoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.specimens.files.pdf import write_pdf

ROWS = (
    "发票联               发票代码 151001570033",
    "付款单位：示例贸易有限公司        发票号码 00917366",
    "合计人民币(大写)：贰佰陆拾元整       ￥260.00",
    "开票日期：2016年3月8日      开票人：李示例",
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(Settings())


def invoice_titled(reader: Reader, title: str) -> AnyInvoice:
    paper = TextPaper("machine_printed", "form", {}, (f"#{title}", *ROWS))
    return reader.read(write_pdf([paper.drawing]), name="form.pdf")[0]


def test_only_what_the_press_printed_is_certain_on_a_form_filled_in_by_hand(reader: Reader) -> None:
    invoice = invoice_titled(reader, "四川省国家税务局通用手工发票")

    certain = {path for path, found in invoice.evidence.items() if found.status in ("read", "verified")}
    assert certain == {"code", "number"}
    assert str(invoice.total) == "260.00"
    assert ("filled-by-hand", "review") in {(found.rule, found.verdict) for found in invoice.findings}


def test_what_a_machine_printed_is_certain(reader: Reader) -> None:
    invoice = invoice_titled(reader, "四川省国家税务局通用机打发票")

    assert invoice.evidence["total"].status == "read"
    assert "filled-by-hand" not in {found.rule for found in invoice.findings}
