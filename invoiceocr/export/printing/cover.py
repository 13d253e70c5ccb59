"""The cover of printed invoices: totals by kind, the total in words, one row per invoice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from invoiceocr.export.printing.entry import Entry
from invoiceocr.export.printing.places import A4
from invoiceocr.export.printing.plain_pdf import Line, Sheet, Text, Typeface
from invoiceocr.export.sheets.columns import value_at
from invoiceocr.export.sheets.ledger_columns import route
from invoiceocr.export.titles import VERDICTS, kind_title, title
from invoiceocr.kinds import Registry
from invoiceocr.kinds.spec import IDENTITIES
from invoiceocr.values import chinese_amount

LEFT, RIGHT = 45.0, A4[0] - 45.0
TOP, BOTTOM = 60.0, A4[1] - 50.0
ROW = 16.0  # points from row to row
SIZE, HEADING = 8.5, 18.0
GAP = 6.0  # points between columns


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the list: its title, where it starts, how wide it is, whether it is set to the right."""

    title: str
    x: float
    width: float
    right: bool = False


COLUMNS = (
    _Column("序号", LEFT, 26),
    _Column("票种", LEFT + 28, 100),
    _Column("发票号码", LEFT + 130, 105),
    _Column("开票日期", LEFT + 237, 55),
    _Column("销售方/行程", LEFT + 294, 105),
    _Column("金额（元）", LEFT + 401, 62, right=True),
    _Column("状态", LEFT + 470, 28),
)
KINDS = (
    _Column("票种", LEFT, 180),
    _Column("张数", LEFT + 190, 40, right=True),
    _Column("合计（元）", LEFT + 240, 90, right=True),
)

DATES = ("issue_date", "travel_date", "departure_time", "travel_time")


class _Pages:
    """Sheets that are filled row by row; a full one is followed by another."""

    def __init__(self, face: Typeface) -> None:
        self.face = face
        self.sheets: list[Sheet] = []
        self.y = BOTTOM

    def new_sheet(self) -> None:
        self.sheets.append(Sheet(*A4))
        self.y = TOP

    def text(self, x: float, words: str, size: float = SIZE, *, right: bool = False) -> None:
        self.sheets[-1].texts.append(Text(x, self.y, words, size, right))

    def rule(self, width: float = 0.4) -> None:
        self.sheets[-1].lines.append(Line((LEFT, self.y + 4.5), (RIGHT, self.y + 4.5), width))

    def row(self, columns: Sequence[_Column], cells: Sequence[str]) -> None:
        """A row of a table on the line that follows."""
        self.y += ROW
        for column, cell in zip(columns, cells, strict=True):
            words = self.face.fitting(cell, SIZE, column.width)
            self.text(column.x + (column.width if column.right else 0), words, right=column.right)


def cover(entries: Sequence[Entry], registry: Registry, face: Typeface) -> list[Sheet]:
    """The sheets of the cover."""
    pages = _Pages(face)
    pages.new_sheet()
    pages.text(LEFT, "发票打印清单", HEADING)
    pages.y += 14
    _totals(pages, entries, registry)
    pages.y += 2 * ROW
    _header(pages)
    for entry in entries:
        if pages.y + ROW > BOTTOM:
            pages.new_sheet()
            _header(pages)
        pages.row(COLUMNS, _cells(entry, registry))
        pages.rule()
    _number(pages)
    return pages.sheets


def _header(pages: _Pages) -> None:
    pages.row(COLUMNS, [column.title for column in COLUMNS])
    pages.rule(0.9)


def _totals(pages: _Pages, entries: Sequence[Entry], registry: Registry) -> None:
    pages.row(KINDS, [column.title for column in KINDS])
    pages.rule(0.9)
    kinds = dict.fromkeys(entry.invoice.kind for entry in entries)
    for kind in kinds:
        of_kind = [entry for entry in entries if entry.invoice.kind == kind]
        pages.row(KINDS, [kind_title(kind, registry).zh, str(len(of_kind)), _yuan(_sum(of_kind))])
        pages.rule()
    total = _sum(entries)
    pages.row(KINDS, ["合计", str(len(entries)), _yuan(total)])
    pages.rule(0.9)
    for words in _told(entries, total):
        pages.y += ROW
        pages.text(LEFT, pages.face.fitting(words, SIZE, RIGHT - LEFT))


def _told(entries: Sequence[Entry], total: Decimal) -> Iterator[str]:
    """What stands below the totals: the total in words, and what it leaves out."""
    yield f"合计大写：{chinese_amount.to_text(total)}"
    if unknown := [str(entry.serial) for entry in entries if entry.amount is None]:
        yield f"金额未知或非人民币，未计入合计：{len(unknown)} 张（序号 {'、'.join(unknown)}）"
    if open_ := [str(entry.serial) for entry in entries if entry.invoice.verdict != "accept"]:
        yield f"待复核或未通过：{len(open_)} 张（序号 {'、'.join(open_)}）"


def _cells(entry: Entry, registry: Registry) -> list[str]:
    invoice = entry.invoice
    seller = invoice.seller.name if invoice.seller else None
    return [
        str(entry.serial),
        kind_title(invoice.kind, registry).zh,
        str(_first(entry, IDENTITIES) or ""),
        str(_first(entry, DATES) or "")[: len("2025-01-31")],
        seller or route(invoice) or "",
        _yuan(invoice.total) if entry.amount is not None else f"{invoice.total or '未知'} *",
        title(VERDICTS, invoice.verdict).zh,
    ]


def _first(entry: Entry, paths: Sequence[str]) -> object:
    return next((value for path in paths if (value := value_at(entry.invoice, path)) is not None), None)


def _sum(entries: Sequence[Entry]) -> Decimal:
    return sum((entry.amount for entry in entries if entry.amount is not None), Decimal(0))


def _yuan(amount: Decimal | None) -> str:
    return f"{amount:,.2f}" if amount is not None else ""


def _number(pages: _Pages) -> None:
    for number, sheet in enumerate(pages.sheets, 1):
        sheet.texts.append(Text(RIGHT, A4[1] - 25, f"清单 第 {number} 页 共 {len(pages.sheets)} 页", 7.5, right=True))
