"""`Entry`: an invoice that is to be printed, and the entries of a run, with each legal invoice once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from invoiceocr.export.sheets.columns import value_at
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import Registry
from invoiceocr.result import ReadResult

SMALL_FAMILIES = ("ticket", "general")
"""Families of kinds whose papers are small: tickets, slips."""
YUAN = ("CNY", "RMB", "人民币", "¥")


@dataclass(frozen=True, slots=True)
class Entry:
    """An invoice with its serial number, its file, the other files that contain it, and whether its paper is small."""

    serial: int
    result: ReadResult
    invoice: Invoice
    small: bool
    copies: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The file, or the member of an archive."""
        return self.invoice.source or self.result.source

    @property
    def amount(self) -> Decimal | None:
        """What it adds to the total in yuan; None where the amount is unknown or in another currency."""
        currency = value_at(self.invoice, "currency")
        return self.invoice.total if currency is None or str(currency).upper() in YUAN else None


def entries(results: Iterable[ReadResult], registry: Registry) -> list[Entry]:
    """The invoices of *results* in their order. One that comes as several files is listed once, as the file that prints
    best; the others are its copies."""
    small = {kind for family in SMALL_FAMILIES for kind in registry.families.get(family, ())}
    chosen: dict[Hashable, _Paper] = {}
    copies: dict[Hashable, list[str]] = {}
    for key, paper in _papers(results):
        copies.setdefault(key, []).append(_file(*paper))
        if key not in chosen or _prints_better(paper[0], chosen[key][0]):
            chosen[key] = paper
    return [
        Entry(serial, *paper, paper[1].kind in small, _others(copies[key], _file(*paper)))
        for serial, (key, paper) in enumerate(chosen.items(), 1)
    ]


_Paper = tuple[ReadResult, Invoice]


def _papers(results: Iterable[ReadResult]) -> Iterator[tuple[Hashable, _Paper]]:
    """The invoices of *results*, those of one legal invoice under one key."""
    for result in results:
        for index, invoice in enumerate(result.invoices):
            yield _identity(invoice) or (result.source, index), (result, invoice)


def _file(result: ReadResult, invoice: Invoice) -> str:
    return invoice.source or result.source


def _identity(invoice: Invoice) -> Hashable:
    """What two files of one legal invoice have in common; None where the number is not known."""
    return (invoice.code, invoice.number, invoice.total) if invoice.number and invoice.total is not None else None


RANKS = {".pdf": 0, ".ofd": 1, ".xml": 3}


def _prints_better(result: ReadResult, other: ReadResult) -> bool:
    return _rank(result) < _rank(other)


def _rank(result: ReadResult) -> int:
    name = result.source.lower()
    return next((rank for suffix, rank in RANKS.items() if name.endswith(suffix)), 2)


def _others(files: list[str], shown: str) -> tuple[str, ...]:
    left = list(files)
    left.remove(shown)
    return tuple(dict.fromkeys(left))
