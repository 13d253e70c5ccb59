from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from invoiceocr.cli.commands.rules import app
from invoiceocr.errors import PackError
from invoiceocr.invoice import VatInvoice
from invoiceocr.result import ReadResult

PACK = """
pack: mine
applies_to: [vat_ordinary]
rules:
  - id: small
    title: {{zh: 小额, en: small}}
    severity: warning
    assert: total < {limit}
    message: {{zh: "{{total}} 太大", en: "{{total}} is large"}}
    tests:
      - {{name: under, given: {{total: "9"}}, expect: pass}}
      - {{name: at, given: {{total: "10"}}, expect: fail}}
"""
RUN = CliRunner()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    file = tmp_path / "mine.yaml"
    file.write_text(PACK.format(limit=10), encoding="utf-8")
    return file


@pytest.fixture
def results(tmp_path: Path) -> Path:
    file = tmp_path / "results.jsonl"
    found = ReadResult(source="a.pdf", invoices=(VatInvoice.model_validate({"kind": "vat_ordinary", "total": "50"}),))
    file.write_text(found.model_dump_json() + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("command", "words"), [("check", "mine"), ("test", "2 tests, 0 failed"), ("mutate", "score 100")]
)
def test_a_good_pack_ends_with_zero(pack: Path, command: str, words: str) -> None:
    result = RUN.invoke(app, [command, str(pack)])

    assert result.exit_code == 0
    assert words in result.stdout


@pytest.mark.parametrize(("command", "words"), [("test", "at"), ("mutate", "10"), ("check", "fail")])
def test_a_pack_with_weak_or_failing_tests_ends_with_one(pack: Path, command: str, words: str) -> None:
    text = PACK.format(limit=11 if command == "test" else 10)
    pack.write_text(text if command == "test" else text.rsplit("\n", 2)[0] + "\n", encoding="utf-8")

    result = RUN.invoke(app, [command, str(pack)])

    assert result.exit_code == 1
    assert words in result.stdout


def test_a_broken_pack_is_a_pack_error(pack: Path) -> None:
    pack.write_text(PACK.format(limit="totl"), encoding="utf-8")

    result = RUN.invoke(app, ["check", str(pack)])

    assert isinstance(result.exception, PackError)
    assert result.exception.exit_code == 2


def test_rules_are_listed_in_either_language(pack: Path) -> None:
    assert "小额" in RUN.invoke(app, ["list", str(pack)]).stdout
    assert "small" in RUN.invoke(app, ["list", str(pack), "-l", "en"]).stdout
    assert RUN.invoke(app, ["list", str(pack), "-l", "fr"]).exit_code == 2


def test_rules_are_explained(pack: Path) -> None:
    assert "要求：大写金额的数值等于价税合计" in RUN.invoke(app, ["explain", "words-agree"]).stdout
    assert (
        "demands: total is less than 10"
        in RUN.invoke(app, ["explain", "small", "--rules", str(pack), "-l", "en"]).stdout
    )
    assert "did you mean words-agree" in str(RUN.invoke(app, ["explain", "words-agre"]).exception)


def test_outcomes_are_counted_over_results(pack: Path, results: Path) -> None:
    result = RUN.invoke(app, ["coverage", str(results), "--rules", str(pack), "--today", "2025-06-30"])

    assert result.exit_code == 0
    assert "never applied" in result.stdout


def test_versions_are_compared_over_results(pack: Path, results: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.yaml"
    newer.write_text(PACK.format(limit=99), encoding="utf-8")

    result = RUN.invoke(app, ["backtest", str(results), "--old", str(pack), "--new", str(newer)])

    assert result.exit_code == 1
    assert "1 findings differ" in result.stdout
    assert RUN.invoke(app, ["backtest", str(results), "--old", str(pack), "--new", str(pack)]).exit_code == 0


def test_missing_results_are_named(tmp_path: Path) -> None:
    assert "no such file" in str(RUN.invoke(app, ["coverage", str(tmp_path / "none")]).exception)
