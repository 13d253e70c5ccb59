from pathlib import Path

from bench.processes import Answers
from bench.report import HEADER, PROOF_HEADER, as_json, figures_table, measured, proof_table
from invoiceocr.scoring.documents import Labeled

DOCUMENT = Labeled(Path("a.png"), ({"number": "12345678", "total": "6.00"},))
PAGES = [{"width": 10, "height": 10, "lines": [["发票号码 12345678", 0.9, []], ["¥16.00", 0.9, []]]}]
QUAD_FREE = {"id": "a.png", "pages": PAGES, "page_ms": [1500.0]}


def test_an_engine_is_measured_by_its_text_and_by_the_fields_made_of_it() -> None:
    fields = Answers({"a.png": {"id": "a.png", "invoices": [{"number": "12345678", "total": "16.00"}]}}, 0.0, 1.0)
    figures = measured("engine", [DOCUMENT], Answers({"a.png": QUAD_FREE}, 0.0, 250.4), fields=fields)
    assert figures.row() == ["engine", "1", "50.0", "50.0", "50.0", "–", "1.50", "1.50", "250"]
    assert len(HEADER) == len(figures.row())


def test_a_reader_that_gives_no_text_has_no_recall() -> None:
    answers = Answers({"a.png": {"id": "a.png", "invoices": [], "page_ms": [2.0]}}, 0.0, 90.0)
    assert measured("reader", [DOCUMENT], answers).recall is None


def test_a_file_that_could_not_be_read_is_told_and_misses_everything() -> None:
    good = Labeled(Path("b.png"), DOCUMENT.invoices)
    answers = Answers({"a.png": {"id": "a.png", "error": "Broken"}, "b.png": {**QUAD_FREE, "invoices": []}}, 0.0, 90.0)
    row = measured("reader", [DOCUMENT, good], answers).row()
    assert row[1:4] == ["2 (1 failed)", "25.0", "0.0"]


def test_the_tables_have_a_row_an_engine() -> None:
    figures = measured("reader", [DOCUMENT], Answers({"a.png": {**QUAD_FREE, "invoices": []}}, 0.0, 90.0))
    assert figures_table([figures, figures]).count("| reader |") == 2
    assert len(figures.proof_row("set")) == len(PROOF_HEADER)
    assert "| set | 1 | 0.0 | 0.0 | 0 |" in proof_table([("set", figures)])
    assert as_json(figures)["recall"] == [1, 2]
