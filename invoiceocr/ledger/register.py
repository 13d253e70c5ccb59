"""The tax authority's register (全量发票查询 → 导出): a workbook or CSV whose columns are recognized by their
captions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

from invoiceocr.errors import RegisterError
from invoiceocr.ledger.register_sheets import Cell, sheets
from invoiceocr.text.folding import parse as parse_text
from invoiceocr.values import invoice_code, invoice_number, issue_date, money, tax_id

HEAD_ROWS = 30  # titles and notes stand above the captions
ENOUGH = 4  # known captions that make a row the header
# of a number cell: the others were rounded away
EXACT_DIGITS = 15
# the first day of spreadsheets is 1; they count a 29 February 1900 that was none
EPOCH = date(1899, 12, 30)
# days since then, and the time of day as a fraction: 1954 to 2119
SERIAL = re.compile(r"([2-7][0-9]{4})(\.[0-9]+)?")
SUM = re.compile(r"(?:合计|小计|总计|汇总|本页合计|共\d+[张条])")
OLD_LENGTH = 8  # digits of the number of an invoice with a code
CODE_LENGTHS = (10, 12)
CAPTIONS: Mapping[str, str] = {
    "发票代码": "code",
    "发票号码": "number",
    "发票号": "number",
    "票号": "number",
    "数电发票号码": "digital",
    "数电票号码": "digital",
    "全电发票号码": "digital",
    "销方识别号": "seller_tax_id",
    "销方税号": "seller_tax_id",
    "销售方识别号": "seller_tax_id",
    "销售方税号": "seller_tax_id",
    "销方纳税人识别号": "seller_tax_id",
    "供应商税号": "seller_tax_id",
    "销售方纳税人识别号": "seller_tax_id",
    "销方名称": "seller_name",
    "销售方名称": "seller_name",
    "供应商名称": "seller_name",
    "供应商": "seller_name",
    "购方识别号": "buyer_tax_id",
    "购方税号": "buyer_tax_id",
    "购买方识别号": "buyer_tax_id",
    "购买方税号": "buyer_tax_id",
    "购方纳税人识别号": "buyer_tax_id",
    "购买方纳税人识别号": "buyer_tax_id",
    "购买方名称": "buyer_name",
    "购方名称": "buyer_name",
    "开票日期": "issue_date",
    "开票时间": "issue_date",
    "发票日期": "issue_date",
    "金额": "amount",
    "合计金额": "amount",
    "不含税金额": "amount",
    "未税金额": "amount",
    "税额": "tax",
    "合计税额": "tax",
    "价税合计": "total",
    "价税合计金额": "total",
    "含税金额": "total",
    "发票来源": "origin",
    "发票票种": "kind",
    "票种": "kind",
    "发票类型": "kind",
    "发票状态": "state",
    "是否正数发票": "positive",
    "发票风险等级": "risk",
    "开票人": "drawer",
    "备注": "remarks",
}
ITEM_CAPTIONS = frozenset(
    {"货物或应税劳务名称", "货物或应税劳务、服务名称", "税收分类编码", "规格型号", "单价", "数量"}
)
NUMBERS = ("digital", "number")
SUMS = ("amount", "tax", "total")


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


def read_register(path: Path) -> tuple[RegisterRow, ...]:
    """The invoices of the export at *path*, one each: rows of items are added up by number. If a workbook has a sheet
    of invoices and one of items, the first is used. RegisterError if no sheet has the captions."""
    found = [(header, rows) for rows in sheets(path) if (header := _header(rows)) is not None]
    if not found:
        raise RegisterError(
            f"{path}: no row with captions such as 发票号码, 开票日期, 价税合计; export the register as xlsx or csv",
            zh=f"{path}：没有发票号码、开票日期、价税合计等表头，请从税务数字账户导出 xlsx 或 csv",
        )
    (at, columns, _), rows = min(found, key=lambda pair: pair[0][2])
    body = ((number, row) for number, row in enumerate(rows[at + 1 :], at + 2) if not _is_sum(row))
    lines = (_row(number, {name: row[i] for name, i in columns.items() if i < len(row)}) for number, row in body)
    return tuple(_summed(line for line in lines if line is not None))


def _header(rows: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int], bool] | None:
    """The row of captions, the column of each field, and whether the sheet has one row per item. Where captions stand
    in two rows, it is the lower one."""
    head = [[_caption(cell) for cell in row] for row in rows[:HEAD_ROWS]]
    found = []
    for at, (above, row) in enumerate(pairwise([[], *head])):
        for captions in (row, _stacked(above, row)):
            columns = _columns(captions)
            if len(columns) >= ENOUGH and set(NUMBERS) & columns.keys():
                found.append((at, columns, bool(ITEM_CAPTIONS & set(captions))))
    return max(found, key=lambda one: len(one[1]), default=None)


def _columns(captions: Sequence[str]) -> dict[str, int]:
    """The column of each field that *captions* name."""
    columns: dict[str, int] = {}
    for index, caption in enumerate(captions):
        if caption in CAPTIONS:
            columns.setdefault(CAPTIONS[caption], index)
    return columns


def _stacked(above: Sequence[str], row: Sequence[str]) -> list[str]:
    """The captions of two rows: one that spans columns (only the first of its cells has a text) goes before those below
    it, such as 名称 below 销方; one with nothing below it stands alone."""
    stacked, group = [], ""
    for upper, lower in zip_longest(above, row, fillvalue=""):
        group = upper or group
        stacked.append(lower if lower in CAPTIONS else f"{group}{lower}" if lower else upper)
    return stacked


def _is_sum(row: Sequence[Cell]) -> bool:
    """Whether a row states a sum of those above: its first text says so."""
    first = next(filter(None, map(_plain, row)), "")
    return SUM.match(re.sub(r"\s", "", first)) is not None


def _caption(cell: Cell) -> str:
    """A caption without blanks, line breaks and units in brackets."""
    text = re.sub(r"\s", "", str(cell or ""))
    return re.sub(r"[（(][^（()）]*[)）]$", "", text)


def _row(line: int, cells: Mapping[str, Cell]) -> RegisterRow | None:
    """The invoice of a row; None for blank rows and totals, which have no number."""
    # numbers: one of 20 digits, or one of 8 beside a code; Excel may have rounded them
    digital, digital_lossy = _number(cells.get("digital"), invoice_number.DIGITAL_LENGTH)
    number, number_lossy = _number(cells.get("number"), OLD_LENGTH)
    # some exports have one column for both
    if number and invoice_number.is_digital(number):
        digital, digital_lossy, number, number_lossy = digital or number, digital_lossy or number_lossy, None, False
    if not digital and not number:
        return None
    # the other cells by their type
    texts: dict[str, Any] = {name: _text(cells.get(name)) for name in TEXTS}
    sums = {name: _money(cells.get(name)) for name in SUMS}
    lossy = {name for name, lost in (("digital", digital_lossy), ("number", number_lossy)) if lost}
    return RegisterRow(
        line=line,
        code=_code(cells.get("code")),
        number=number,
        digital=digital,
        issue_date=_date(cells.get("issue_date")),
        seller_tax_id=_tax_id(cells.get("seller_tax_id")),
        buyer_tax_id=_tax_id(cells.get("buyer_tax_id")),
        amount=sums["amount"],
        tax=sums["tax"],
        total=sums["total"],
        lossy=frozenset(lossy),
        **texts,
    )


TEXTS = ("seller_name", "buyer_name", "origin", "kind", "state", "positive", "risk", "drawer", "remarks")


def _summed(lines: Iterable[RegisterRow]) -> Iterator[RegisterRow]:
    """One row an invoice: the sums of its items."""
    found: dict[str, RegisterRow] = {}
    for line in lines:
        held = found.get(line.key)
        found[line.key] = line if held is None else _joined(held, line)
    yield from found.values()


def _joined(a: RegisterRow, b: RegisterRow) -> RegisterRow:
    return replace(a, amount=_sum(a.amount, b.amount), tax=_sum(a.tax, b.tax), total=_sum(a.total, b.total))


def _sum(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    values = [value for value in (a, b) if value is not None]
    return sum(values, Decimal(0)) if values else None


def _plain(cell: Cell) -> str:
    """The text of a cell: without the quotes and signs that keep spreadsheets from taking it for a number."""
    match cell:
        case None:
            return ""
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell).strip().lstrip("'\t").removeprefix("=").strip('"').strip()


def _number(cell: Cell, length: int) -> tuple[str | None, bool]:
    """An invoice number, and whether digits of it were lost in a cell of type number."""
    text = _plain(cell)
    if isinstance(cell, int | float) and text.isdecimal():
        if len(text) > EXACT_DIGITS:
            return text, True
        return text.zfill(OLD_LENGTH) if length == OLD_LENGTH else text, False
    if re.fullmatch(r"[0-9.]+[eE]\+?[0-9]+", text):
        return str(int(Decimal(text))), True
    return invoice_number.parse(text), False


def _code(cell: Cell) -> str | None:
    text = _plain(cell)
    if isinstance(cell, int | float) and text.isdecimal() and len(text) not in CODE_LENGTHS:
        # electronic ones begin with 0
        text = text.zfill(CODE_LENGTHS[-1])
    return invoice_code.parse(text)


def _date(cell: Cell) -> date | None:
    match cell:
        case datetime():
            return cell.date()
        case date():
            return cell
        case _ if (text := _plain(cell)) and (serial := SERIAL.fullmatch(text)):
            # the cell, or the sheet that became a CSV, had no format of a date
            return EPOCH + timedelta(days=int(serial[1]))
        case _:
            day = re.split(r"[T ]", text)[0]
            return issue_date.parse(day.replace("/", "-")) if day else None


def _money(cell: Cell) -> Decimal | None:
    match cell:
        case bool() | None:
            return None
        case int() | float():
            return Decimal(str(cell)).quantize(Decimal("0.01"))
        case _:
            return money.parse(_plain(cell))


def _tax_id(cell: Cell) -> str | None:
    return tax_id.parse(_plain(cell))


def _text(cell: Cell) -> str | None:
    return parse_text(_plain(cell))
