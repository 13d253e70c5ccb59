import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import samples

from invoiceocr.adjudication.trace import InvoiceTrace
from invoiceocr.export.excel import write_excel
from invoiceocr.export.sheets.crops import Checks
from invoiceocr.export.sheets.invoice_sheets import WorkbookOptions
from invoiceocr.kinds import builtin
from invoiceocr.pipeline.reader import Reader
from invoiceocr.proof import Evidence
from invoiceocr.result import ReadResult
from invoiceocr.specimens import make


@pytest.fixture(scope="module")
def doubted(tmp_path_factory: pytest.TempPathFactory) -> ReadResult:
    """A photo with a field in doubt: what was read is taken down as doubtful."""
    path = tmp_path_factory.mktemp("photo") / "a.png"
    path.write_bytes(make("digital_ordinary", seed=7, format="png").data)
    result = Reader().read_one(path)
    (invoice,) = result.invoices
    proof = invoice.evidence["total"].model_copy(update={"status": "doubtful", "alternatives": ("113.08",)})
    changed = invoice.model_copy(update={"evidence": {**invoice.evidence, "total": proof}})
    return result.model_copy(update={"invoices": (changed,)})


def traced(result: ReadResult) -> Iterator[InvoiceTrace]:
    yield from Reader().trace_invoices(Path(result.source))


def test_a_field_in_doubt_stands_beside_its_picture(doubted: ReadResult) -> None:
    stream = io.BytesIO()
    write_excel([doubted], stream, options=WorkbookOptions(checks=Checks(traced, builtin())))
    sheet = openpyxl.load_workbook(io.BytesIO(stream.getvalue()))["核对"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    (total,) = [row for row in rows if row[3] == "价税合计"]
    assert total[6] == "113.08"
    assert b"xl/media/image1.jpeg" in stream.getvalue()
    assert sheet.row_dimensions[2].height > 15


def test_a_rate_in_doubt_is_shown_as_it_is_printed() -> None:
    row = samples.accepted_invoice().items[0].model_copy(update={"tax_rate": Decimal("0.13")})
    proof = Evidence(value=row.tax_rate, confidence=0.5, status="doubtful")
    invoice = samples.accepted_invoice(items=(row,), evidence={"items.0.tax_rate": proof})
    checks = Checks(lambda _: (), builtin())
    list(checks.watched([ReadResult(source="a.pdf", invoices=(invoice,))]))
    (shown,) = checks.sheet().rows
    assert shown["value"].value == "13%"


def test_results_without_doubts_are_not_read_again() -> None:
    def refused(_: ReadResult) -> Iterator[InvoiceTrace]:
        raise AssertionError("nothing is in doubt")

    checks = Checks(refused, builtin())
    assert list(checks.watched([ReadResult(source="a.pdf")])) == [ReadResult(source="a.pdf")]
    assert len(checks.sheet().rows) == 0
