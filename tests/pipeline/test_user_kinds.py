import io
import json
from decimal import Decimal
from pathlib import Path
from typing import cast

import openpyxl
import pdf_builder as pdf
import pytest

from invoiceocr.adjudication.build import build
from invoiceocr.cli.app import run
from invoiceocr.errors import PackError, SchemaError
from invoiceocr.export.excel import write_excel
from invoiceocr.export.json_schema import kind_schema
from invoiceocr.export.sheets.invoice_sheets import sheets
from invoiceocr.export.tabular import write_csv
from invoiceocr.invoice import AnyInvoice
from invoiceocr.ledger import Ledger
from invoiceocr.pipeline.reader import Reader
from invoiceocr.result import ReadResult
from invoiceocr.settings import Settings

KIND = r"""
kind: delivery_note
extends: _invoice
family: [logistics]
title: {zh: 送货单, en: delivery note}
match:
  titles: [{pattern: DELIVERYNOTE, weight: 6}]
phrases:
  note_number: ['^Note No']
  driver: ['^Driver']
  weight: ['^Weight']
  note_total: ['^Amount due']
fields:
  number: {type: identifier, key: true, expected: true, title: {zh: 送货单号, en: note number}}
  total: {expected: true, title: {zh: 应付金额, en: amount due}}
  driver: {type: person, title: {zh: 司机, en: driver}}
  weight: {type: measure, key: true, title: {zh: 重量, en: weight}}
  goods: {type: rows, title: {zh: 货物, en: goods}, fields: {name: {type: text}, amount: {type: money}}}
blocks:
  - key_value:
      fields:
        number: {label: note_number, like: ['DN-?\d{6}']}
        driver: {label: driver}
        weight: {label: weight, like: ['\d+\.\d+kg']}
        total: {label: note_total, like: ['\d+\.\d{2}']}
"""
RULES = """
pack: logistics
applies_to: [logistics]
rules:
  - id: note-weight
    title: {zh: 重量不超过一吨, en: no more than a ton}
    severity: error
    assert: weight <= 1000
    message: {zh: "重量 {weight} 超过一吨", en: "{weight} kg is more than a ton"}
    tests:
      - {name: light, given: {weight: "12.5"}, expect: pass}
      - {name: heavy, given: {weight: "1200.5"}, expect: fail}
"""


def paper(weight: str) -> bytes:
    """A delivery note as PDF."""
    lines = ["Note No: DN-240001", "Driver: Wang Wu", f"Weight: {weight} kg", "Amount due: 113.00"]
    body = "".join(pdf.words(line, 30, 140 - 20 * row) for row, line in enumerate(lines))
    return pdf.pdf(pdf.Leaf(pdf.words("DELIVERY NOTE", 100, 175, size=14) + body))


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    kinds, rules = tmp_path / "票种", tmp_path / "规则"
    kinds.mkdir()
    rules.mkdir()
    (kinds / "delivery_note.yaml").write_text(KIND, encoding="utf-8")
    (rules / "logistics.yaml").write_text(RULES, encoding="utf-8")
    return kinds, rules


@pytest.fixture
def reader(folders: tuple[Path, Path]) -> Reader:
    return Reader(Settings(kinds=(folders[0],), rules=(folders[1],)))


def test_a_paper_of_a_user_s_kind_is_read_by_its_file_alone(reader: Reader) -> None:
    (note,) = reader.read(paper("12.5"))

    assert (note.kind, note.number, note.total) == ("delivery_note", "DN-240001", Decimal("113.00"))
    assert note.model_dump()["weight"] == Decimal("12.5")
    assert note.evidence["weight"].status == "read"


def test_a_user_s_rules_judge_a_user_s_kind(reader: Reader) -> None:
    (note,) = reader.read(paper("1200.5"))

    assert [finding.rule for finding in note.findings if finding.pack == "logistics"] == ["note-weight"]
    assert "1200.5" in note.findings[0].message


def test_what_is_expected_of_a_user_s_kind_can_be_said(reader: Reader) -> None:
    (note,) = reader.read(paper("12.5"), expected={"weight": "12.5"})

    assert [w.source for w in note.evidence["weight"].witnesses if w.agrees] == ["text_layer", "caller"]


def test_tables_have_titled_columns_for_a_user_s_kind(reader: Reader) -> None:
    results = list(reader.read_many([paper("12.5")]))
    book, csv = io.BytesIO(), io.BytesIO()

    write_excel(results, book, reader.kinds)
    write_csv(results, csv, reader.kinds)

    heads = [cell.value for cell in next(openpyxl.load_workbook(book)["发票"].iter_rows())]
    assert {"送货单号\nnote number", "重量\nweight", "司机\ndriver", "应付金额\namount due"} <= set(heads)
    assert ",driver," in csv.getvalue().decode("utf-8-sig").splitlines()[0]


def test_the_rows_of_a_user_s_kind_have_a_sheet_of_its_title(reader: Reader) -> None:
    note = cast("AnyInvoice", build("delivery_note", {"goods.0.name": "苹果"}, "", reader.kinds))

    titles = [sheet.title.zh for sheet in sheets([ReadResult(source="a.pdf", invoices=(note,))], reader.kinds)]

    assert "货物" in titles


def test_a_user_s_kind_has_a_schema(reader: Reader) -> None:
    assert "weight" in kind_schema("delivery_note", reader.kinds)["properties"]


@pytest.mark.parametrize("form", ["jsonl", "csv", "table", "xlsx"])
def test_the_command_line_reads_a_user_s_kind(folders: tuple[Path, Path], tmp_path: Path, form: str) -> None:
    (tmp_path / "note.pdf").write_bytes(paper("12.5"))
    out = tmp_path / f"out.{form}"

    code = run(["extract", str(tmp_path / "note.pdf"), "--kinds", str(folders[0]), "-f", form, "-o", str(out)])

    assert code in (0, 1)
    if form == "jsonl":
        assert json.loads(out.read_text(encoding="utf-8"))["invoices"][0]["driver"] == "Wang Wu"


def test_several_processes_read_a_user_s_kind(folders: tuple[Path, Path], tmp_path: Path) -> None:
    papers = [tmp_path / f"{name}.pdf" for name in "ab"]
    for file in papers:
        file.write_bytes(paper("12.5"))

    run(["extract", *map(str, papers), "--kinds", str(folders[0]), "-j", "2", "-o", str(tmp_path / "out.jsonl")])

    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["invoices"][0]["weight"] for line in lines] == ["12.5", "12.5"]


def test_a_rule_about_a_field_that_the_kind_lacks_is_refused(folders: tuple[Path, Path]) -> None:
    (folders[1] / "logistics.yaml").write_text(RULES.replace("assert: weight", "assert: wieght"), encoding="utf-8")

    with pytest.raises(PackError, match="did you mean weight"):
        Reader(Settings(kinds=(folders[0],), rules=(folders[1],)))


def test_a_wrong_kind_ends_before_anything_is_read(folders: tuple[Path, Path]) -> None:
    (folders[0] / "delivery_note.yaml").write_text(KIND.replace("type: measure", "type: mesure"), encoding="utf-8")

    with pytest.raises(SchemaError, match="did you mean 'measure'"):
        Reader(Settings(kinds=(folders[0],)))


def test_the_ledger_keeps_a_paper_of_a_user_s_kind_and_knows_it_again(reader: Reader, tmp_path: Path) -> None:
    result = reader.read_one(paper("12.5"), name="a.pdf")

    with Ledger(tmp_path / "ledger.db") as ledger:
        (first,) = ledger.add(result)
        kept = ledger.invoice(first.entry_id)
        (again,) = ledger.add(result.model_copy(update={"source": "b.pdf"}))

    assert (kept.kind, kept.number, kept.model_dump()["driver"]) == ("delivery_note", "DN-240001", "Wang Wu")
    assert (again.entry_id, again.new) == (first.entry_id, False)
