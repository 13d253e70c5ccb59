"""Why a person should look at an invoice, in the words of its findings and fields."""

from __future__ import annotations

import re
from collections.abc import Iterator

from invoiceocr.export.note import confidence
from invoiceocr.export.titles import STATUSES, in_language
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import KindSpec
from invoiceocr.kinds.field_titles import path_title
from invoiceocr.proof import Finding

# named of those that are too unsure, the least sure first
UNSURE_FIELDS = 3
UNSURE = "置信度不足"
# how the ids of rules about duplicates begin
DUPLICATE = "duplicate"
UNKNOWN = "未达自动通过的标准，请核对原件"


def told(finding: Finding, language: str, spec: KindSpec | None = None) -> str:
    """What a finding says, with the names of fields in place of their paths."""
    text = finding.in_language(language).message
    spoken = "en" if text == finding.message_en else "zh"
    for path in sorted(finding.fields, key=len, reverse=True):
        title = in_language(path_title(path, spec), spoken)
        text = re.sub(rf"(?<![\w.]){re.escape(path)}(?![\w.])", title, text)
    return text


def reasons(invoice: Invoice, spec: KindSpec | None) -> tuple[str, ...]:
    """Findings, then the fields in doubt; if neither explains why the invoice is not accepted, the least sure key
    fields. Never empty for an invoice that is not accepted."""
    doubts = tuple(_doubts(invoice, spec))
    causes = (*_findings(invoice, spec), *doubts)
    explained = doubts or any(finding.severity == "error" for finding in invoice.findings)
    if explained or invoice.verdict == "accept":
        return causes
    return (*causes, _unsure(invoice, spec) or UNKNOWN)


def duplicates(invoice: Invoice) -> tuple[Finding, ...]:
    """The findings that say that it was claimed before, or may have been."""
    return tuple(finding for finding in invoice.findings if finding.rule.startswith(DUPLICATE))


def _findings(invoice: Invoice, spec: KindSpec | None) -> tuple[str, ...]:
    return tuple(told(finding, "zh", spec) for finding in invoice.findings if finding.severity != "info")


def _doubts(invoice: Invoice, spec: KindSpec | None) -> Iterator[str]:
    for status in ("doubtful", "missing"):
        names = [path_title(path, spec).zh for path, proof in invoice.evidence.items() if proof.status == status]
        if names:
            yield f"{STATUSES[status].zh}：{'、'.join(names)}"


def _unsure(invoice: Invoice, spec: KindSpec | None) -> str:
    keys = spec.key_fields if spec else frozenset(invoice.evidence)
    read = [(proof.confidence, path) for path, proof in invoice.evidence.items() if path in keys]
    named = [f"{path_title(path, spec).zh}（{confidence(sure)}）" for sure, path in sorted(read)[:UNSURE_FIELDS]]
    return f"{UNSURE}：{'、'.join(named)}" if named else ""
