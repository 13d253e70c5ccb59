"""Which entry each row of the tax authority's register is about: by number, by what is left of a rounded number, or by
similarity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from sqlalchemy import Connection

from invoiceocr.ledger.nearness import LIKELY, compare, sellers
from invoiceocr.ledger.prepared import Row
from invoiceocr.ledger.register import RegisterRow
from invoiceocr.ledger.register_cells import is_left
from invoiceocr.ledger.rows import traits_of_row
from invoiceocr.ledger.search import BLOCKS
from invoiceocr.ledger.traits import Traits, cents_of
from invoiceocr.values import invoice_number


def paired(connection: Connection, rows: Sequence[RegisterRow]) -> list[Row | None]:
    """The entry of each of *rows*, None where there is none. A row that states the number of an entry comes before
    those that are only like it, and no two rows have the same entry."""
    entries: list[Row | None] = [None] * len(rows)
    taken: set[int] = set()
    numbered = [list(_numbered(connection, row)) for row in rows]
    identical = [[one for one in found if _has_code(row, one)] for row, found in zip(rows, numbered, strict=True)]
    for candidates in (identical, numbered, map(partial(_similar, connection), rows)):
        for place, found in enumerate(candidates):
            free = (one for one in found if one["id"] not in taken)
            if entries[place] is None and (entry := next(free, None)) is not None:
                entries[place] = entry
                taken.add(entry["id"])
    return entries


def _numbered(connection: Connection, row: RegisterRow) -> Iterator[Row]:
    """The entries with the number of the row."""
    for number in _numbers(row):
        traits = _traits(row, number)
        for found in BLOCKS["number",].rows(connection, {"number": number}):
            if _may_share_code(number, row, found) and compare(traits, traits_of_row(found)).weight > 0:
                yield found


def _has_code(row: RegisterRow, found: Row) -> bool:
    """Whether an entry with the number of the row has its code, too, where the number alone is not unique."""
    return invoice_number.is_digital(found["number"]) or found["code"] == row.code


def _numbers(row: RegisterRow) -> Iterator[str]:
    """The numbers of the row that are whole: those of a 数电 paper are two."""
    for name, number in (("digital", row.digital), ("number", row.number)):
        if number is not None and name not in row.lossy:
            yield number


def _may_share_code(number: str, row: RegisterRow, found: Row) -> bool:
    return invoice_number.is_digital(number) or not (found["code"] and row.code) or found["code"] == row.code


def _similar(connection: Connection, row: RegisterRow) -> Iterator[Row]:
    """The entries that may be the row's by what else it says, the likeliest first."""
    traits = _traits(row, next(_numbers(row), None))
    weighed = []
    for found in _candidates(connection, traits):
        if _may_be_rounded(row, found["number"]):
            weight = compare(traits, traits_of_row(found)).weight
            if weight >= LIKELY or _is_rest(row, traits, found):
                weighed.append((weight, found["id"], found))
    yield from (found for *_, found in sorted(weighed, key=lambda one: one[:2], reverse=True))


def _candidates(connection: Connection, traits: Traits) -> Iterator[Row]:
    for names in (("tail", "cents"), ("issue_date", "cents"), ("seller_tax_id", "cents")):
        values = {name: getattr(traits, name) for name in names}
        if all(value is not None for value in values.values()):
            yield from BLOCKS[names].rows(connection, values)


def _is_rest(row: RegisterRow, traits: Traits, found: Row) -> bool:
    """Whether the digits that a rounded number still has, day and total are those of the entry, and the seller does not
    contradict."""
    rounded = _rounded(row)
    same = (traits.issue_date, traits.cents) == (found["issue_date"], found["cents"])
    known = same and traits.issue_date is not None and traits.cents is not None
    held = traits_of_row(found)
    return known and rounded is not None and is_left(rounded, held.number) and sellers(traits, held) >= 0


def _may_be_rounded(row: RegisterRow, held: str | None) -> bool:
    """Whether *held* may be the number that the row had before it was rounded."""
    rounded = _rounded(row)
    return rounded is None or held is None or len(held) != len(rounded) or is_left(rounded, held)


def _rounded(row: RegisterRow) -> str | None:
    """The number of the row if it lost digits."""
    name = "digital" if row.digital else "number"
    number = getattr(row, name)
    return number if name in row.lossy and number.isdecimal() else None


def _traits(row: RegisterRow, number: str | None) -> Traits:
    """The traits of *row*, which is called *number*."""
    return Traits(
        kind="",
        code=row.code if number == row.number else None,
        number=number,
        proven=not row.lossy,
        issue_date=row.issue_date.isoformat() if row.issue_date else None,
        cents=cents_of(row.total),
        seller_tax_id=row.seller_tax_id,
        seller_name=row.seller_name,
        buyer_tax_id=row.buyer_tax_id,
        buyer_name=row.buyer_name,
    )
