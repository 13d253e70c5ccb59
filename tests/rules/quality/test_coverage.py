from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from invoiceocr.errors import PackError
from invoiceocr.invoice import VatInvoice
from invoiceocr.result import ReadResult
from invoiceocr.rules import Engine, RuleContext, load_pack
from invoiceocr.rules.quality.coverage import backtest, coverage, never_applied, stored_invoices

Write = Callable[..., Path]
RULES = """
rules:
  - id: small
    title: {{zh: 小, en: small}}
    severity: warning
    assert: total < {}
    message: {{zh: "{{total}} 太大", en: "{{total}} is large"}}
  - id: rolls
    applies_to: [vat_roll]
    title: {{zh: 卷, en: roll}}
    severity: info
    assert: has(total)
    message: {{zh: 无, en: none}}
"""


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A folder with three invoices in two files, one of them without a total."""
    folder = tmp_path / "results"
    folder.mkdir()
    lines = [_line("a.pdf", {"total": "5.00"}, {"total": "50.00"}), "", _line("bad.pdf")]
    (folder / "one.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "two.json").write_text(f"[{_line('c.pdf', {'number': '1'})}]", encoding="utf-8")
    (folder / "notes.txt").write_text("nothing", encoding="utf-8")
    return folder


def _line(source: str, *invoices: dict[str, Any]) -> str:
    found = tuple(VatInvoice.model_validate({"kind": "vat_ordinary", **fields}) for fields in invoices)
    return ReadResult(source=source, invoices=found).model_dump_json()


def test_invoices_are_read_from_all_result_files_of_a_folder(results: Path) -> None:
    stored = list(stored_invoices(results))

    assert [(invoice.source, invoice.index) for invoice in stored] == [("a.pdf", 0), ("a.pdf", 1), ("c.pdf", 0)]


def test_outcomes_are_counted(pack_file: Write, results: Path, today: RuleContext) -> None:
    engine = Engine([load_pack(pack_file("mine", RULES.format(10)))])

    counts = coverage(engine, stored_invoices(results), today)

    assert counts["small"] == Counter({"pass": 1, "fail": 1, "unknown": 1})
    assert never_applied(counts) == ("rolls",)


def test_two_versions_of_a_pack_are_compared(pack_file: Write, results: Path, today: RuleContext) -> None:
    old = Engine([load_pack(pack_file("old", RULES.format(10)))])
    new = Engine([load_pack(pack_file("new", RULES.format(3)))])

    (change,) = backtest(old, new, stored_invoices(results), today)
    (reverse,) = backtest(new, old, stored_invoices(results), today)

    assert (change.source, change.index, change.rule, change.added) == ("a.pdf", 0, "small", True)
    assert change.message == "5.00 太大"
    assert not reverse.added


@pytest.mark.parametrize(
    "text", ["{", "[1]", json.dumps({"invoices": [{"kind": "vat_ordinary", "totl": "1"}]}), '{"invoices": 1}']
)
def test_what_is_no_result_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(PackError, match=r"bad\.jsonl"):
        list(stored_invoices(file))
