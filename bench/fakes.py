"""Readers that read nothing and answer at once: canned results of a real one's size, some of which crash or hang.

Their invoices are spread over sellers and days as those of a large company; what a file comes to is drawn by its name,
so that every run draws the same."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from invoiceocr.batch.inputs import Input
from invoiceocr.batch.line import Line, State, input_key, keyed_line, state_of
from invoiceocr.export.tabular import json_bytes
from invoiceocr.invoice import Invoice, Party
from invoiceocr.result import ReadResult
from invoiceocr.testing.outcomes import Outcome, result

HANG_S = 3600.0
OUTCOMES: tuple[tuple[float, Outcome], ...] = (
    (0.80, "accepted"),
    (0.97, "review"),
    (0.99, "rejected"),
    (1.0, "corrupt"),
)
"""Share of files up to here, and what they come to."""
# primes: what a file comes to is drawn apart from how long it takes, and so are seller and day
SHARED, SOLD, DATED = 97, 193, 389
FIRST_DAY = date(2024, 1, 1)
DAYS = 700
SELLERS = 20_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FakeReader:
    """Reads nothing; *crashes* and *hangs* are the shares of names that do."""

    crashes: float
    hangs: float

    def read_one(self, source: object, *, name: str | None, expected: object) -> ReadResult:
        """A canned result, or the end of this process."""
        title = name or ""
        draw = drawn(title)
        if draw < self.crashes:
            os._exit(1)
        if draw < self.crashes + self.hangs:
            time.sleep(HANG_S)
        return canned(title, draw)


def drawn(name: str) -> float:
    """A number from 0 to 1 that a name always has."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()) / 2**64


def at(shares: Sequence[tuple[float, T]], draw: float) -> T:
    """What a draw from 0 to 1 falls on."""
    return next(what for share, what in shares if draw <= share)


def canned(name: str, draw: float) -> ReadResult:
    """What the file *name* comes to."""
    made = _template(at(OUTCOMES, draw * SHARED % 1.0))
    return _filled(made, _Values.drawn(name, draw))


def canned_line(item: Input) -> Line:
    """The line of what *item* comes to: the bytes that a worker makes of `canned`, in a tenth of the time."""
    draw = drawn(item.name)
    values = _Values.drawn(item.name, draw)
    state, data = _template_line(at(OUTCOMES, draw * SHARED % 1.0))
    for token, value in zip(TOKENS, values, strict=True):
        data = data.replace(str(token).encode(), str(value).encode())
    return keyed_line(input_key(item), state, data)


class _Values(NamedTuple):
    """What tells the invoice of a file from those of others."""

    name: str
    digest: str
    number: str
    day: date
    seller: str
    tax_id: str

    @classmethod
    def drawn(cls, name: str, draw: float) -> _Values:
        """The values of the file *name*."""
        digest = hashlib.sha256(name.encode()).hexdigest()
        seller = int(SELLERS * (draw * SOLD % 1.0) ** 3)
        return cls(
            name=name,
            digest=digest,
            number=f"2531{int(digest[:15], 16) % 10**16:016}",
            day=FIRST_DAY + timedelta(int(draw * DATED % 1.0 * DAYS)),
            seller=f"样例第{seller}商贸有限公司",
            tax_id=f"9131000{seller:06d}XXXXX",
        )


TOKENS = _Values("<name>", "<digest>", "<number>", date(1999, 9, 9), "<seller>", "<tax-id>")
"""Values that stand in a template for those of a file."""


def _filled(made: ReadResult, values: _Values) -> ReadResult:
    invoices = tuple(_varied(invoice, values) for invoice in made.invoices)
    return made.model_copy(update={"source": values.name, "sha256": values.digest, "invoices": invoices})


def _varied(invoice: Invoice, values: _Values) -> Invoice:
    told = {
        "number": values.number,
        "issue_date": values.day,
        "seller.name": values.seller,
        "seller.tax_id": values.tax_id,
    }
    proofs = {path: invoice.evidence[path].model_copy(update={"value": value}) for path, value in told.items()}
    changed = {"number": values.number, "issue_date": values.day, "source": values.name}
    party = Party(name=values.seller, tax_id=values.tax_id)
    return invoice.model_copy(update={**changed, "seller": party, "evidence": {**invoice.evidence, **proofs}})


@lru_cache
def _template(outcome: Outcome) -> ReadResult:
    return result(outcome, "")


@lru_cache
def _template_line(outcome: Outcome) -> tuple[State, bytes]:
    made = _filled(_template(outcome), TOKENS)
    return state_of(Input(Path(TOKENS.name)), made), json_bytes(made)
