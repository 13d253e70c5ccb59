from __future__ import annotations

import decimal
from collections.abc import Callable
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from invoiceocr.invoice import VAT_KINDS
from invoiceocr.rules import RuleContext, load_packs
from invoiceocr.rules.engine import EXACT
from invoiceocr.rules.language.evaluation import Evaluation
from invoiceocr.rules.language.expression import compile_expression
from invoiceocr.rules.language.scope import Scope
from invoiceocr.rules.language.types import invoice_fields, record_of
from invoiceocr.rules.packs.pack import Pack
from invoiceocr.rules.quality.samples import context_of, invoice_of

Evaluate = Callable[..., Any]


@pytest.fixture(scope="session")
def vat_scope() -> Scope:
    """The names of a VAT invoice and of the context."""
    return Scope(invoice_fields(VAT_KINDS), record_of(RuleContext).fields)


@pytest.fixture(scope="session")
def frame_of() -> Callable[..., Evaluation]:
    """A frame with these fields: frame_of({"total": "1.00"}, today=...)."""

    def make(fields: dict[str, Any] | None = None, **context: Any) -> Evaluation:
        return Evaluation(invoice_of(fields or {}, "vat_ordinary"), context_of(context))

    return make


@pytest.fixture(scope="session")
def evaluate(vat_scope: Scope, frame_of: Callable[..., Evaluation]) -> Evaluate:
    """The value of an expression: evaluate("total > 1", {"total": "2.00"})."""

    def value(source: str, fields: dict[str, Any] | None = None, **context: Any) -> Any:
        expression = compile_expression(source, vat_scope)
        with decimal.localcontext(EXACT):
            return expression.evaluate(frame_of(fields, **context))

    return value


@pytest.fixture(scope="session")
def reads(vat_scope: Scope, frame_of: Callable[..., Evaluation]) -> Callable[..., list[str]]:
    """The paths that evaluating an expression read."""

    def paths(source: str, fields: dict[str, Any] | None = None, **context: Any) -> list[str]:
        frame = frame_of(fields, **context)
        compile_expression(source, vat_scope).evaluate(frame)
        return frame.reads

    return paths


@pytest.fixture
def pack_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a pack: pack_file("mine", "rules: [...]") adds the head and gives the path."""

    def write(name: str, body: str, head: str = "applies_to: [vat_ordinary, vat_special]") -> Path:
        path = tmp_path / f"{name}.yaml"
        path.write_text(f"pack: {name}\n{head}\n{dedent(body)}", encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def built_in() -> tuple[Pack, ...]:
    """The packs that ship, with their tests."""
    return load_packs()


@pytest.fixture
def today() -> RuleContext:
    """A context that knows only the day."""
    return RuleContext(date(2025, 6, 30))
