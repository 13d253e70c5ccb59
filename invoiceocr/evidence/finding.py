"""`finding`: findings by other means than a rule: witnesses, signatures, the ledger, a reviewer."""

from __future__ import annotations

from invoiceocr.proof import Finding, Severity, Verdict

EVIDENCE = "evidence"
"""What findings of the witnesses have in place of the name of a rule pack."""
CONFLICT = "witness-conflict"
UNSHOWN = "invoice-not-shown"
"""How two sources of one fact are named, and an invoice that no page shows."""

Words = tuple[str, str]
"""A message in Chinese and in English."""


def finding(
    rule: str,
    severity: Severity,
    words: Words,
    fields: tuple[str, ...] = (),
    *,
    pack: str = EVIDENCE,
    verdict: Verdict | None = None,
) -> Finding:
    """A finding of *pack* about *fields* in both languages; whoever shows it chooses one with `Finding.in_language`."""
    zh, en = words
    return Finding(rule=rule, severity=severity, message=zh, message_en=en, fields=fields, pack=pack, verdict=verdict)
