from pathlib import Path

import pypdfium2
import pytest

from invoiceocr.export.printing.book import claims_pdf
from invoiceocr.export.printing.entry import Entry, entries
from invoiceocr.kinds import builtin
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.specimens import make

NAMES = {"a.pdf": ("toll", "pdf"), "b.ofd": ("e_vat_ordinary", "ofd"), "c.xml": ("digital_ordinary", "xml")}


@pytest.fixture(scope="module")
def sources() -> dict[str, Path | bytes]:
    return {name: make(kind, seed=7, format=form).data for name, (kind, form) in NAMES.items()}  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def listed(sources: dict[str, Path | bytes]) -> list[Entry]:
    results = Reader().read_many(sources.values(), names=sources.keys())
    return entries(results, builtin())


def printed(listed: list[Entry], sources: dict[str, Path | bytes]) -> tuple[list[str], list[str]]:
    """The text of each page of the PDF, and the sources of what has no page."""
    left: list[str] = []
    data = claims_pdf(listed, sources, Settings(), builtin(), lambda entry: left.append(entry.source))
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_bounded() for page in document], left


def test_the_cover_has_every_invoice_and_the_total_in_figures_and_words(
    listed: list[Entry], sources: dict[str, Path | bytes]
) -> None:
    cover = printed(listed, sources)[0][0]
    total = sum(entry.invoice.total or 0 for entry in listed)
    assert f"{total:,.2f}" in cover
    assert "合计大写" in cover
    assert not [entry.invoice.number for entry in listed if str(entry.invoice.number) not in cover]


def test_pages_of_pdf_files_stay_text_and_two_invoices_share_a_sheet(
    listed: list[Entry], sources: dict[str, Path | bytes]
) -> None:
    pages, _ = printed(listed, sources)
    assert len(pages) == 2
    assert str(listed[0].invoice.number) in pages[1]
    assert "No. 2" in pages[1]


def test_a_record_without_a_page_is_on_the_cover_alone(listed: list[Entry], sources: dict[str, Path | bytes]) -> None:
    assert printed(listed, sources)[1] == ["c.xml"]


def test_the_same_invoices_make_the_same_bytes(listed: list[Entry], sources: dict[str, Path | bytes]) -> None:
    one, two = (claims_pdf(listed, sources, Settings(), builtin(), lambda _: None) for _ in range(2))
    assert one == two
