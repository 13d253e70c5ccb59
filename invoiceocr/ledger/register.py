"""The tax authority's register (全量发票查询 → 导出): a workbook or CSV whose columns are recognized by their
captions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

from invoiceocr.errors import RegisterError
from invoiceocr.ledger import register_cells as cells
from invoiceocr.ledger.register_captions import caption, field_of
from invoiceocr.ledger.register_sheets import Cell, Rows, sheets
from invoiceocr.ledger.register_states import graver, riskier
from invoiceocr.values import invoice_number

HEAD_ROWS = 30  # titles and notes stand above the captions
ENOUGH = 4  # known captions that make a row the header
SUM = re.compile(
    r"(?:(?:(?:本|当前|当)[页月季年]|全部|以上)?(?:合计|小计|总计|汇总|累计)(?:金额|税额|价税|发票|数|份数|张数|数量|行)*(?:[:：\d¥￥/／-].*|人民币.*|[（(].*[)）])?|共计?\d+[张条份笔].*)"
)
NUMBERS = ("digital", "number")
SUMS = ("amount", "tax", "total")
ROUNDING = Decimal("0.05")  # by which the sum of an invoice's items may differ from its total
ITEMS = frozenset({"item", "item_detail"})


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One invoice of the register. `lossy` are the columns whose cells were numbers that lost digits; `line` is the row
    of the sheet."""

    line: int
    code: str | None = None
    number: str | None = None
    digital: str | None = None
    seller_tax_id: str | None = None
    seller_name: str | None = None
    buyer_tax_id: str | None = None
    buyer_name: str | None = None
    issue_date: date | None = None
    amount: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    origin: str | None = None
    kind: str | None = None
    state: str | None = None
    positive: str | None = None
    risk: str | None = None
    drawer: str | None = None
    remarks: str | None = None
    lossy: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The identity, as that of entries."""
        return f"D:{self.digital}" if self.digital else f"C:{self.code or ''}:{self.number}"

    @property
    def shown(self) -> str:
        """The number by which a person knows the invoice."""
        return self.digital or " ".join(filter(None, (self.code, self.number)))


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows of a sheet below its captions: the column of each field, and the line that `rows` begin with."""

    columns: Mapping[str, int]
    rows: Rows
    line: int

    @property
    def has_items(self) -> bool:
        """Whether it has one row for each item of an invoice, not one for each invoice."""
        return bool(ITEMS & self.columns.keys())


def read_register(path: Path) -> tuple[RegisterRow, ...]:
    """The invoices of the export at *path*, one each, from all of its sheets: rows of items are added up by number, and
    what another sheet or row says again counts once. RegisterError if no sheet has the captions."""
    tables = [table for rows in sheets(path) if (table := _table(rows)) is not None]
    if not tables:
        raise RegisterError(
            f"{path}: no row with captions such as 发票号码, 开票日期, 价税合计; export the register as xlsx or csv",
            zh=f"{path}：没有发票号码、开票日期、价税合计等表头，请从税务数字账户导出 xlsx 或 csv",
        )
    rows = tuple(_united(tables))
    if not rows and any(map(_has_content, tables)):
        raise RegisterError(
            f"{path}: no row below the captions has an invoice number; export the register as xlsx or csv",
            zh=f"{path}：表头以下没有一行有发票号码，请从税务数字账户重新导出 xlsx 或 csv",
        )
    return rows


def _united(tables: Iterable[_Table]) -> Iterable[RegisterRow]:
    """The invoices of all sheets, those of sheets of invoices first, then what only sheets of items list."""
    found: dict[object, RegisterRow] = {}
    places: dict[object, tuple[int, int]] = {}
    listed = [(table, list(map(_with_total, _invoices(table)))) for table in sorted(tables, key=lambda t: t.has_items)]
    # a rounded row may be any of the whole ones, also of a later sheet
    for place, (_, rows) in enumerate(listed):
        for row in (row for row in rows if not row.lossy):
            found[row.key] = _again(found[row.key], row) if row.key in found else row
            places.setdefault(row.key, (place, row.line))
    for place, (table, rows) in enumerate(listed):
        rounded = [row for row in rows if row.lossy]
        if not rounded:
            continue
        own = {row.key for row in rows if not row.lossy}
        others = {key: row for key, row in found.items() if key not in own}
        for known, row in _known_again(rounded, others, table.has_items):
            key = (place, row.line) if known is None else known
            found[key] = row if known is None else _again(found[known], row)
            places.setdefault(key, (place, row.line))
    return [found[key] for key in sorted(found, key=places.__getitem__)]


def _known_again(
    rows: Sequence[RegisterRow], others: Mapping[object, RegisterRow], has_items: bool
) -> Iterator[tuple[object, RegisterRow]]:
    """The rounded *rows* of a sheet, each with the key of the row of another sheet that lists it, too, or None. Each of
    *others* is listed again once, and what it explains of a sum of items, which may be those of several invoices, is
    not listed again either."""
    alike: defaultdict[object, list[object]] = defaultdict(list)
    for key, other in others.items():
        alike[other.issue_date, other.total].append(key)
    unknown = []
    for row in rows:
        keys = alike[row.issue_date, row.total]
        known = next((key for key in keys if _may_be_one(others[key], row)), None)
        if known is None:
            unknown.append(row)
        else:
            keys.remove(known)
            yield known, row
    unlisted = {key: others[key] for keys in alike.values() for key in keys}
    yield from _unexplained(unknown, unlisted) if has_items else ((None, row) for row in unknown)


def _unexplained(
    rows: Iterable[RegisterRow], others: Mapping[object, RegisterRow]
) -> Iterator[tuple[object, RegisterRow]]:
    """Sums of items, each with the keys of the invoices among *others* that explain it, and with None and what is left
    of it if they don't explain it whole."""
    left = {key: other.total for key, other in others.items() if other.total}
    of_day: defaultdict[date | None, list[object]] = defaultdict(list)
    for key in left:
        of_day[others[key].issue_date].append(key)
    for row in rows:
        rest = row.total or Decimal(0)
        if not rest and (known := next((k for k in of_day[row.issue_date] if _may_be_one(others[k], row)), None)):
            yield known, row
            continue
        for key in of_day[row.issue_date]:
            if left[key] * rest > 0 and _may_be_one(others[key], row):
                part = min(rest, left[key], key=abs)
                left[key] -= part
                rest -= part
                yield key, row
        if not row.total or rest == row.total:
            yield None, row
        elif abs(rest) > ROUNDING:
            yield None, replace(row, amount=None, tax=None, total=rest)


def _may_be_one(a: RegisterRow, b: RegisterRow) -> bool:
    """Whether what is left of the numbers is the same, and no party of one is another one than that of the other."""
    is_rounded = invoice_number.is_digital(a.shown) and invoice_number.is_digital(b.shown)
    is_alike = is_rounded and (cells.is_left(a.shown, b.shown) or cells.is_left(b.shown, a.shown))
    return (a.shown == b.shown or is_alike) and not (
        _differ(a, b, "seller_tax_id", "seller_name") or _differ(a, b, "buyer_tax_id", "buyer_name")
    )


def _differ(a: RegisterRow, b: RegisterRow, *names: str) -> bool:
    """Whether the first of the fields called *names* that both rows have differs."""
    pairs = ((getattr(a, name), getattr(b, name)) for name in names)
    return next((one != other for one, other in pairs if one and other), False)


def _table(rows: Rows) -> _Table | None:
    """What stands below the row of captions, None without one. Where captions stand in two rows, it is the lower
    one."""
    head = [[caption(cell) for cell in row] for row in rows[:HEAD_ROWS]]
    found = []
    for at, (above, row) in enumerate(pairwise([[], *head])):
        for captions in (row, _stacked(above, row)):
            columns = _columns(captions)
            if len(columns.keys() - ITEMS) >= ENOUGH and set(NUMBERS) & columns.keys():
                found.append(_Table(columns, rows[at + 1 :], at + 2))
    return max(found, key=lambda table: len(table.columns), default=None)


def _columns(captions: Sequence[str]) -> dict[str, int]:
    """The column of each field that *captions* name."""
    columns: dict[str, int] = {}
    for index, text in enumerate(captions):
        if name := field_of(text):
            columns.setdefault(name, index)
    return columns


def _stacked(above: Sequence[str], row: Sequence[str]) -> list[str]:
    """The captions of two rows: one that spans columns (only the first of its cells has a text) goes before those below
    it, such as 名称 below 销方; one with nothing below it stands alone."""
    stacked, group = [], ""
    for upper, lower in zip_longest(above, row, fillvalue=""):
        group = upper or group
        stacked.append(lower if field_of(lower) else f"{group}{lower}" if lower else upper)
    return stacked


def _invoices(table: _Table) -> Iterable[RegisterRow]:
    """The invoices of a sheet, one each: further items or rates are added, a row that says the same again is not."""
    found: dict[object, RegisterRow] = {}
    added: set[object] = set()
    last: object = None
    for line, told in _told(table):
        held = found.get(last)
        read = _row(line, told) or _continued(held, line, told)
        if read is None:
            # items below another paper, which has no number, are not those of the invoice above
            last = None if any(_sums(told).values()) else last
            continue
        # numbers that differ may have lost the same digits
        last = read.key if not read.lossy else last if held and _is_further(held, read, table) else line
        sums = (last, read.amount, read.tax, read.total)
        join = _again if sums in added and not table.has_items else _added
        found[last] = join(found[last], read) if last in found else read
        added.add(sums)
    return found.values()


def _told(table: _Table) -> Iterator[tuple[int, Mapping[str, Cell]]]:
    """The line and the cells by field of each row that states no sum of others."""
    for line, row in enumerate(table.rows, table.line):
        if row and not _is_sum(row):
            yield line, {name: row[index] for name, index in table.columns.items() if index < len(row)}


def _is_further(held: RegisterRow, read: RegisterRow, table: _Table) -> bool:
    """Whether *read* is a further item of the invoice above, as far as its rounded number tells."""
    names = ("shown", "issue_date", "seller_name", "buyer_name")
    return table.has_items and all(getattr(held, name) == getattr(read, name) for name in names)


def _has_content(table: _Table) -> bool:
    """Whether a row below the captions says as much as that of an invoice."""
    return any(not _is_sum(row) and sum(map(bool, map(cells.plain, row))) >= ENOUGH for row in table.rows)


def _is_sum(row: Sequence[Cell]) -> bool:
    """Whether a row states a sum of those above: its first text says so."""
    first = next(filter(None, map(cells.plain, row)), "")
    return SUM.fullmatch(re.sub(r"\s", "", first)) is not None


def _row(line: int, told: Mapping[str, Cell]) -> RegisterRow | None:
    """The invoice of a row; None for blank rows, captions and totals, which have no number."""
    # numbers: one of 20 digits, or one of 8 beside a code; Excel may have rounded them
    digital, digital_lossy = cells.number(told.get("digital"))
    number, number_lossy = cells.old_number(told.get("number"))
    # some exports have one column for both
    if number and invoice_number.is_digital(number):
        if not digital or (digital_lossy and not number_lossy):
            digital, digital_lossy = number, number_lossy
        number, number_lossy = None, False
    if not digital and not number:
        return None
    lossy = frozenset(name for name, lost in (("digital", digital_lossy), ("number", number_lossy)) if lost)
    rest = _rest(told)
    # a note below the table may hold digits, too
    if lossy and all(rest[name] is None for name in ("issue_date", *SUMS)):
        return None
    return RegisterRow(line, code=cells.code(told.get("code")), number=number, digital=digital, lossy=lossy, **rest)


def _continued(held: RegisterRow | None, line: int, told: Mapping[str, Cell]) -> RegisterRow | None:
    """A further item of the invoice above, whose number stands in its first row only; a row of another day or company
    is something else."""
    if held is None or not cells.plain(told.get("item")):
        return None
    rest = _rest(told)
    if any(rest[name] not in (None, getattr(held, name)) for name in OWN):
        return None
    return replace(held, line=line, **{name: rest[name] for name in SUMS})


OWN = ("issue_date", "seller_tax_id", "seller_name", "buyer_tax_id", "buyer_name")
TEXTS = ("seller_name", "buyer_name", "origin", "kind", "state", "positive", "risk", "drawer", "remarks")


def _rest(told: Mapping[str, Cell]) -> dict[str, Any]:
    """The cells beside the number by their types."""
    return {
        "issue_date": cells.day(told.get("issue_date")),
        "seller_tax_id": cells.tax_number(told.get("seller_tax_id")),
        "buyer_tax_id": cells.tax_number(told.get("buyer_tax_id")),
        **_sums(told),
        **{name: cells.words(told.get(name)) for name in TEXTS},
    }


def _sums(told: Mapping[str, Cell]) -> dict[str, Decimal | None]:
    return {name: cells.amount(told.get(name)) for name in SUMS}


def _added(a: RegisterRow, b: RegisterRow) -> RegisterRow:
    """*a* with the sums of *b*, a further row of it."""
    sums: dict[str, Any] = {name: _sum(getattr(a, name), getattr(b, name)) for name in SUMS}
    return replace(_again(a, b), **sums)


def _again(a: RegisterRow, b: RegisterRow) -> RegisterRow:
    """*a*, which *b* lists once more: of their states and risks the graver ones count."""
    return replace(a, state=graver(a.state, b.state), risk=riskier(a.risk, b.risk))


def _sum(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    values = [value for value in (a, b) if value is not None]
    return sum(values, Decimal(0)) if values else None


def _with_total(row: RegisterRow) -> RegisterRow:
    """*row* with its total, which older exports leave to be added up."""
    if row.total is not None or row.amount is None or row.tax is None:
        return row
    return replace(row, total=row.amount + row.tax)
