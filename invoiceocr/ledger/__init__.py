"""The ledger: what was claimed, by which files, what changed since, and who changed it. Needs the extra `ledger`.

    with Ledger("sqlite:///invoiceocr.db") as ledger:
        ledger.add(result, by="alice")
        ledger.check(invoice).matches

See docs/ledger.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from invoiceocr.ledger.entry import Entry as Entry
    from invoiceocr.ledger.entry import Event as Event
    from invoiceocr.ledger.entry import Filter as Filter
    from invoiceocr.ledger.entry import HandedIn as HandedIn
    from invoiceocr.ledger.entry import Match as Match
    from invoiceocr.ledger.ledger import Ledger as Ledger

_HOMES = {
    "Entry": "entry",
    "Event": "entry",
    "Filter": "entry",
    "HandedIn": "entry",
    "Ledger": "ledger",
    "Match": "entry",
}

__all__ = ["Entry", "Event", "Filter", "HandedIn", "Ledger", "Match"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
