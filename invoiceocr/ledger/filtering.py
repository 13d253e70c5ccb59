"""The entries that a filter asks for, as a query."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, or_, select

from invoiceocr.ledger.entry import Filter
from invoiceocr.ledger.tables import ENTRIES
from invoiceocr.ledger.traits import cents_of
from invoiceocr.values import money

E = ENTRIES.c


def matching(wanted: Filter) -> Select[tuple[object, ...]]:
    """The rows of the entries that match *wanted*, in no order yet."""
    equal = {E.verdict: wanted.verdict, E.decision: wanted.decision, E.kind: wanted.kind}
    query = select(ENTRIES).where(*(column == value for column, value in equal.items() if value is not None))
    if wanted.since:
        query = query.where(E.issue_date >= wanted.since.isoformat())
    if wanted.until:
        query = query.where(E.issue_date <= wanted.until.isoformat())
    return query.where(_mentions(wanted.text)) if wanted.text else query


def _mentions(text: str) -> ColumnElement[bool]:
    """Whether a number, a name or a tax id of the entry contains *text*, or its total is that amount, reversed or
    not."""
    columns = (E.number, E.code, E.seller_name, E.buyer_name, E.seller_tax_id, E.buyer_tax_id)
    cents = cents_of(money.parse(text))
    amounts = [] if cents is None else [E.cents.in_((cents, -cents))]
    return or_(*(column.contains(text, autoescape=True) for column in columns), *amounts)
