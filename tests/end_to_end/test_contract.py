"""The output contract, checked on what the real reader says of a specimen."""

import json
from pathlib import Path
from typing import Any

import pytest

from invoiceocr.cli.app import run
from invoiceocr.result import ReadResult
from invoiceocr.specimens import make

Json = dict[str, Any]  # a record, as JSON has it
SPECIMEN = make("digital_special", seed=11, format="pdf")
TRUTH = SPECIMEN.truth["invoices"][0]["fields"]


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The record of the specimen, as a program that calls the command line gets it."""
    monkeypatch.chdir(tmp_path)
    return record("a.pdf")


def record(name: str) -> Json:
    Path(name).write_bytes(SPECIMEN.data)
    assert run(["extract", name, "-o", "out.jsonl"]) in (0, 1)
    written: Json = json.loads(Path("out.jsonl").read_text(encoding="utf-8"))
    return written


def test_a_record_has_the_keys_of_the_contract(line: Json) -> None:
    assert list(line) == ["source", "sha256", "invoices", "unread", "signatures", "error", "elapsed_ms"]
    assert (line["source"], line["error"], len(line["sha256"])) == ("a.pdf", None, 64)


def test_an_invoice_has_the_printed_values_as_strings(line: Json) -> None:
    (invoice,) = line["invoices"]
    for name in ("kind", "number", "issue_date", "total", "total_excluding_tax", "total_tax"):
        assert invoice[name] == TRUTH[name]
    assert invoice["buyer"]["tax_id"] == TRUTH["buyer"]["tax_id"]
    assert [item["amount"] for item in invoice["items"]] == [item["amount"] for item in TRUTH["items"]]


def test_every_value_has_evidence_of_one_of_the_four_statuses(line: Json) -> None:
    (invoice,) = line["invoices"]
    assert invoice["evidence"]["number"]["status"] == "verified"
    for proof in invoice["evidence"].values():
        assert proof["status"] in ("verified", "read", "doubtful", "missing")
        assert 0 <= proof["confidence"] <= 1


def test_a_record_can_be_read_back(line: Json) -> None:
    assert ReadResult.model_validate(line).model_dump(mode="json") == line


def test_the_same_bytes_give_the_same_record_but_for_the_time(line: Json) -> None:
    again = record("a.pdf")
    assert {**again, "elapsed_ms": 0} == {**line, "elapsed_ms": 0}


def test_a_bad_file_gives_its_code(line: Json) -> None:
    Path("cut.pdf").write_bytes(SPECIMEN.data[:200])
    Path("empty.pdf").write_bytes(b"")
    assert run(["extract", "cut.pdf", "empty.pdf", "gone.pdf", "a.pdf", "-o", "out.jsonl"]) == 3
    records = [json.loads(text) for text in Path("out.jsonl").read_text(encoding="utf-8").splitlines()]
    codes = [found["error"]["code"] if found["error"] else None for found in records]
    assert codes == ["corrupt_pdf", "empty_file", "file_not_found", None]
    assert all(found["invoices"] == [] for found in records[:3])
