"""`compared`: the invoices of one run, each judged by the rules that look at those before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from invoiceocr.adjudication.acceptance import AcceptancePolicy
from invoiceocr.adjudication.judge import verdict_on
from invoiceocr.invoice import Invoice
from invoiceocr.result import ReadResult
from invoiceocr.rules.context import BatchEntry, RuleContext
from invoiceocr.rules.engine import Engine

BATCH = "batch"
# entries that one invoice is compared with, the latest ones: rules have a budget of steps
MOST = 100


@dataclass(frozen=True, slots=True)
class _Seen:
    """The invoices of the run so far, by what two of them may have in common."""

    entries: dict[Hashable, list[BatchEntry]] = field(default_factory=lambda: defaultdict(list))

    def like(self, entry: BatchEntry) -> tuple[BatchEntry, ...]:
        """The latest entries that share number, code, or seller and day with *entry*."""
        found = [other for key in _keys(entry) for other in self.entries.get(key, ())]
        return tuple(dict.fromkeys(reversed(found)))[:MOST]

    def add(self, entry: BatchEntry) -> None:
        for key in _keys(entry):
            self.entries[key].append(entry)


@dataclass(frozen=True, slots=True)
class _Judge:
    """The rules about a batch, and what they may know beside it."""

    engine: Engine
    context: RuleContext
    standard: AcceptancePolicy
    rules: frozenset[str]

    def judged(self, invoice: Invoice, others: tuple[BatchEntry, ...]) -> Invoice:
        """*invoice* with what the rules find when they look at the *others*."""
        if not others:
            return invoice
        report = self.engine.check(invoice, replace(self.context, batch=others), only=self.rules)
        findings = (*invoice.findings, *report.findings)
        spec = self.engine.registry.kinds.get(invoice.kind)
        verdict = verdict_on(invoice.kind, invoice.evidence, findings, self.standard, spec)
        return invoice.model_copy(update={"findings": findings, "verdict": verdict}) if report.findings else invoice


def compared(
    results: Iterable[ReadResult], engine: Engine, context: RuleContext, standard: AcceptancePolicy
) -> Iterator[ReadResult]:
    """*results* as they come, each invoice with the findings of the rules about `batch`: a file that comes twice, a
    run of numbers. An invoice is compared with those before it."""
    seen, judge = _Seen(), _Judge(engine, context, standard, engine.about(BATCH))
    for result in results:
        yield result.model_copy(update={"invoices": tuple(_compared(found, seen, judge) for found in result.invoices)})


def _compared(invoice: Invoice, seen: _Seen, judge: _Judge) -> Invoice:
    entry = BatchEntry.of(invoice)
    others = seen.like(entry)
    seen.add(entry)
    return judge.judged(invoice, others)


def _keys(entry: BatchEntry) -> Iterator[Hashable]:
    if entry.number:
        yield "number", entry.number
    if entry.code:
        yield "code", entry.code
    if entry.seller and entry.issue_date:
        yield "seller", entry.seller, entry.issue_date
