import json
from pathlib import Path

import pytest

from invoiceocr.adjudication.judging import calibration
from invoiceocr.adjudication.judging.calibration import Stratum, cells
from training.calibrate import BEGIN, END, Field, costs, cross_validated, fit, kept, load, put, report, write

SURE, UNSURE = Stratum("ocr", "verified", "money"), Stratum("ocr", "read", "names")


@pytest.fixture(scope="module")
def fields() -> list[Field]:
    """Of 100 documents ten sure and ten unsure fields, of which every tenth is wrong, and a few doubtful ones."""
    found = []
    for number in range(100):
        name = f"{number}.jpg"
        found += [Field(name, SURE, 0.999, True) for _ in range(10)]
        found += [Field(name, UNSURE, 0.5 + i / 20, i != 0) for i in range(10)]
        found += [Field(name, Stratum("ocr", "doubtful", "text"), 0.4, number % 2 == 0)]
    return found


def test_every_cell_has_blocks_and_only_its_own_counts(fields: list[Field]) -> None:
    table = fit(fields)

    assert set(table) == set(map(Stratum._make, cells()))
    assert sum(block.count for blocks in table.values() for block in blocks) == len(fields)


def test_a_cell_without_fields_has_the_confidences_of_its_source_and_status(fields: list[Field]) -> None:
    table = fit(fields)
    empty = table[Stratum("ocr", "verified", "dates")]

    assert [(b.score, b.confidence) for b in empty] == [(b.score, b.confidence) for b in table[SURE]]
    assert [b.count for b in empty] == [0]


def test_out_of_fold_confidences_are_what_comes_true(fields: list[Field]) -> None:
    sure = cross_validated(fields)

    unsure = [s for s, f in zip(sure, fields, strict=True) if f.cell == UNSURE]
    assert sum(unsure) / len(unsure) == pytest.approx(0.9, abs=0.02)
    assert max(sure) < 1.0


def test_a_written_table_is_read_as_it_was_fitted(fields: list[Field], tmp_path: Path) -> None:
    table = fit(fields)

    write(table, {"documents": 100}, tmp_path / "table.toml")

    assert calibration.load(tmp_path / "table.toml") == calibration.Calibration(table, {"documents": 100})


def test_readings_become_fields(tmp_path: Path) -> None:
    line = {"set": "scan", "document": "a.jpg", "fields": [["buyer.name", "ocr", "read", 0.9, False]]}
    (tmp_path / "readings.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")

    assert load([tmp_path / "readings.jsonl"]) == [Field("scan/a.jpg", UNSURE, 0.9, False)]


def test_the_report_has_a_row_for_each_source_and_status_that_occurs(fields: list[Field]) -> None:
    text = report(fields, cross_validated(fields))

    assert all(f"| {name} |" in text for name in ("all", "ocr", "verified", "read", "doubtful"))
    assert "| stated |" not in text


def test_the_costs_name_every_rate(fields: list[Field]) -> None:
    assert costs(calibration.Calibration(fit(fields), {})).count("\n") == 6


def test_a_promise_is_held_against_other_documents(fields: list[Field]) -> None:
    others = [Field("a", SURE, 0.999, True)] * 30 + [Field("a", SURE, 0.999, False)] + [Field("a", UNSURE, 0.5, True)]

    rows = kept(calibration.Calibration(fit(fields), {}), others).splitlines()

    assert rows[2:4] == ["| 0.01 | 3.1% | 31 | 1 |", "| 0.003 | 3.1% | 31 | 1 |"]
    assert rows[-1] == "| 0.0001 | 100.0% | 0 | 0 |"


def test_figures_are_put_between_the_marks_and_nowhere_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")

    put("new", page)
    put("newer", page)

    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n\nnewer\n\n{END}\nafter\n"
