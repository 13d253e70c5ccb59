"""`Comparison`: the invoices of one run, each judged by the rules that compare it with earlier ones."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

from invoiceocr.adjudication.judging.acceptance import AcceptancePolicy
from invoiceocr.adjudication.judging.verdict import verdict_on
from invoiceocr.invoice import Invoice
from invoiceocr.result import ReadResult
from invoiceocr.rules.context import BatchEntry, RuleContext
from invoiceocr.rules.engine import Engine

BATCH = "batch"
# the number of entries, the latest ones, that an invoice is compared with: rules have a budget of steps
MOST = 100


# the latest entry that has something in common with others, and the one before it
_Link = tuple[BatchEntry, "_Link | None"]


@dataclass(frozen=True, slots=True)
class _Seen:
    """The invoices of the run so far, indexed by what two of them may have in common."""

    latest: dict[Hashable, _Link] = field(default_factory=dict)

    def like(self, entry: BatchEntry) -> tuple[BatchEntry, ...]:
        """Entries that have something in common with *entry*: those with its number first, then the latest of each."""
        found = (other for key in _keys(entry) for other in islice(_chain(self.latest.get(key)), MOST))
        return tuple(islice(dict.fromkeys(found), MOST))

    def add(self, entry: BatchEntry) -> None:
        for key in _keys(entry):
            self.latest[key] = (entry, self.latest.get(key))


class Comparison:
    """Judges the invoices of one run by the rules about `batch`, each compared with those before it."""

    def __init__(self, engine: Engine, context: RuleContext, policy: AcceptancePolicy) -> None:
        self._engine, self._context, self._policy = engine, context, policy
        self._seen = _Seen()

    @cached_property
    def _rules(self) -> frozenset[str]:
        """The rules that compare an invoice with others: the first invoice needs none."""
        return self._engine.about(BATCH)

    def result(self, result: ReadResult) -> ReadResult:
        """*result* with what the rules find in its invoices."""
        made = tuple(self.judged(invoice, self.others(BatchEntry.of(invoice))) for invoice in result.invoices)
        return result.model_copy(update={"invoices": made})

    def others(self, entry: BatchEntry) -> tuple[BatchEntry, ...]:
        """The earlier invoices that *entry* is compared with; later ones will be compared with it."""
        found = self._seen.like(entry)
        self._seen.add(entry)
        return found

    def judged(self, invoice: Invoice, others: tuple[BatchEntry, ...]) -> Invoice:
        """*invoice* with what the rules find when they compare it with the *others*."""
        if not others:
            return invoice
        report = self._engine.check(invoice, replace(self._context, batch=others), only=self._rules)
        if not report.findings:
            return invoice
        findings = (*invoice.findings, *report.findings)
        spec = self._engine.registry.kinds.get(invoice.kind)
        verdict = verdict_on(invoice, findings, self._policy, spec)
        return invoice.model_copy(update={"findings": findings, "verdict": verdict})


def _keys(entry: BatchEntry) -> Iterator[Hashable]:
    """What *entry* may have in common with others, the most telling first."""
    if entry.number:
        yield "number", entry.number
    if entry.seller and entry.issue_date:
        yield "total", entry.seller, entry.issue_date, entry.total
        yield "seller", entry.seller, entry.issue_date
    if entry.code:
        yield "code", entry.code


def _chain(link: _Link | None) -> Iterator[BatchEntry]:
    while link is not None:
        entry, link = link
        yield entry
