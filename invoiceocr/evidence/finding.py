"""`finding`: what the witnesses of an invoice have to say, as no rule says it."""

from __future__ import annotations

from invoiceocr.proof import Finding, Severity, Verdict

PACK = "evidence"
"""In place of the name of a rule pack."""

Words = tuple[str, str]
"""A message in Chinese and in English."""


def finding(
    rule: str, severity: Severity, words: Words, fields: tuple[str, ...] = (), *, verdict: Verdict | None = None
) -> Finding:
    """A finding on *fields* in both languages; whoever shows it picks one by `Finding.in_language`."""
    zh, en = words
    return Finding(rule=rule, severity=severity, message=zh, message_en=en, fields=fields, pack=PACK, verdict=verdict)
