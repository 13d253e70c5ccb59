"""`verdict_on`: whether an invoice passes, needs review or is rejected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from invoiceocr.adjudication.findings.conflicts import is_key
from invoiceocr.adjudication.judging.acceptance import AcceptancePolicy
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import OTHER, KindSpec
from invoiceocr.proof import Evidence, Finding, Verdict


def verdict_on(
    invoice: Invoice, findings: Iterable[Finding], policy: AcceptancePolicy, spec: KindSpec | None
) -> Verdict:
    """`reject` for an error whose fields are all surely read; `accept` if there is no error and every key field of
    *invoice* is sure; otherwise `review`. A verdict that a rule of *findings* requests takes precedence, the strictest
    first; `accept` only if nothing else is wrong."""
    told = tuple(findings)
    asked = {finding.verdict for finding in told}
    errors = [finding for finding in told if finding.severity == "error" and finding.verdict is None]
    if "reject" in asked or any(_is_sure(finding, invoice.evidence, policy, spec) for finding in errors):
        return "reject"
    if "review" in asked or errors:
        return "review"
    return "accept" if "accept" in asked or _pass_keys(invoice, policy, spec) else "review"


def _pass_keys(invoice: Invoice, policy: AcceptancePolicy, spec: KindSpec | None) -> bool:
    """Whether *invoice* has key fields, and all of them pass without review."""
    keys = [(path, item) for path, item in invoice.evidence.items() if is_key(path, spec)]
    return bool(keys) and invoice.kind != OTHER and all(policy.passes(path, item, spec) for path, item in keys)


def _is_sure(
    finding: Finding, evidence: Mapping[str, Evidence], policy: AcceptancePolicy, spec: KindSpec | None
) -> bool:
    fields = [(path, evidence[path]) for path in finding.fields if path in evidence]
    return bool(fields) and all(item.status == "verified" and policy.passes(path, item, spec) for path, item in fields)
