"""Who the service names where nobody gave a name."""

from __future__ import annotations

from invoiceocr.export.titles import Title, in_language

SERVICE = Title("系统", "the service")
"""Who hands in what comes by HTTP, as the ledger names it in either language."""
REVIEWER = Title("复核人", "reviewer")
"""Who reviews without giving a name; records and ledger have the English word."""


def person(name: str, language: str) -> str:
    """Who did something, as a reader of *language* would say it."""
    known = next((title for title in (SERVICE, REVIEWER) if name in (title.zh, title.en)), None)
    return in_language(known, language) if known else name
