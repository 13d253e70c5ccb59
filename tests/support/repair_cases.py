"""An invoice as a recognizer reads it, for tests of its repair."""

from __future__ import annotations

from datetime import date
from functools import cache

from lattices import recognized

from invoiceocr.adjudication.build import build
from invoiceocr.adjudication.fusion import fuse
from invoiceocr.adjudication.repair.search import Case
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.engine import Engine

TAX_ID = "91110105MA01ABCD5F"
TEXTS = {
    "total": "113.00",
    "total_in_words": "壹佰壹拾叁圆整",
    "total_excluding_tax": "100.00",
    "total_tax": "13.00",
    "seller.tax_id": TAX_ID,
    "items.0.quantity": "4",
    "items.0.unit_price": "10.00",
    "items.0.amount": "40.00",
    "items.0.tax_rate": "13%",
    "items.0.tax_amount": "5.20",
    "items.1.amount": "60.00",
    "items.1.tax_rate": "13%",
    "items.1.tax_amount": "7.80",
}
CONTEXT = RuleContext(today=date(2026, 1, 1))


@cache
def engine() -> Engine:
    return Engine.load()


def case(*read: Candidate, leave_out: tuple[str, ...] = ()) -> Case:
    """The invoice of TEXTS with the candidates of *read* in place of its own, without the paths of *leave_out*."""
    paths = {candidate.path for candidate in read} | set(leave_out)
    places = enumerate(TEXTS.items(), 100)
    others = [recognized(path, text, place=place) for place, (path, text) in places if path not in paths]
    candidates = [*read, *others]
    fused = fuse(candidates, None)
    unread = [candidate for candidate in candidates if candidate.value is None]
    invoice = build("digital_ordinary", {path: field.chosen.value for path, field in fused.items()}, "")
    return Case(fused, unread, invoice, engine().check(invoice, CONTEXT), engine(), CONTEXT, None)
