"""Rules over a folder of results: how often each one passes, fails, is unknown or never applies, and what a change of
packs would change."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from invoiceocr.errors import PackError
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import Registry
from invoiceocr.kinds.models import invoice_from
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.engine import Engine
from invoiceocr.rules.packs.schema import Outcome
from invoiceocr.yaml_file import YamlNode

ENDINGS = (".jsonl", ".json")


@dataclass(frozen=True, slots=True)
class Stored:
    """An invoice of a result file: the file, its position among the invoices of that file, and the invoice."""

    source: str
    index: int
    invoice: Invoice


@dataclass(frozen=True, slots=True)
class Change:
    """A finding that only one of two engines makes on an invoice; `added` if it is the newer one."""

    source: str
    index: int
    rule: str
    severity: str
    message: str
    added: bool


def stored_invoices(path: Path, registry: Registry | None = None) -> Iterator[Stored]:
    """The invoices of a result file (jsonl, json) or of all such files in a folder, in order of name, in the models of
    *registry* (by default the built-in one). Raises PackError naming file and line for what is no result."""
    files = sorted(file for file in path.rglob("*") if file.suffix in ENDINGS) if path.is_dir() else [path]
    for file in files:
        for number, result in _results(file):
            yield from _invoices(result, f"{file}:{number}", registry)


def _results(file: Path) -> Iterator[tuple[int, object]]:
    """The results of a file and their lines: one per line, or a JSON list or object."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        if file.suffix == ".jsonl":
            lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
            yield from ((number, json.loads(line)) for number, line in lines)
            return
        data = json.loads(text)
    except (OSError, ValueError) as error:
        raise PackError(f"{file}: {error}; give results as `invoiceocr extract --format jsonl` writes them") from error
    yield from ((1, result) for result in (data if isinstance(data, list) else [data]))


def _invoices(result: YamlNode, place: str, registry: Registry | None) -> Iterator[Stored]:
    try:
        for index, data in enumerate(result.get("invoices", ())):
            yield Stored(str(result.get("source", place)), index, invoice_from(data, registry))
    except (AttributeError, TypeError, ValidationError) as error:
        raise PackError(f"{place}: no result of invoiceocr: {' '.join(str(error).split())[:200]}") from error


def coverage(engine: Engine, invoices: Iterable[Stored], context: RuleContext) -> dict[str, Counter[Outcome]]:
    """The outcomes of every rule of *engine*, counted; a rule that never applied has none but `skip`."""
    counts: dict[str, Counter[Outcome]] = {rule: Counter() for rule in engine.rules}
    for stored in invoices:
        for result in engine.check(stored.invoice, context).results:
            counts[result.rule][result.outcome] += 1
    return counts


def never_applied(counts: Mapping[str, Counter[Outcome]]) -> tuple[str, ...]:
    """The rules that neither passed nor failed on any invoice."""
    return tuple(rule for rule, found in counts.items() if not found["pass"] and not found["fail"])


def backtest(old: Engine, new: Engine, invoices: Iterable[Stored], context: RuleContext) -> Iterator[Change]:
    """The findings that one of two engines makes and the other doesn't, invoice by invoice."""
    for stored in invoices:
        before, after = (_findings(engine, stored, context) for engine in (old, new))
        for key in sorted(before.keys() ^ after.keys()):
            rule, severity, _ = key
            message = (after if key in after else before)[key]
            yield Change(stored.source, stored.index, rule, severity, message, key in after)


def _findings(engine: Engine, stored: Stored, context: RuleContext) -> dict[tuple[str, str, tuple[str, ...]], str]:
    findings = engine.check(stored.invoice, context).findings
    return {(finding.rule, finding.severity, finding.fields): finding.message for finding in findings}
