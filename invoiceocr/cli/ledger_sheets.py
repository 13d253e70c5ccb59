"""The tables that the commands of the ledger show: entries, events, the lines of a reconciliation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from invoiceocr.export.sheets.cell import Cell, Row, Sheet
from invoiceocr.export.sheets.columns import Column
from invoiceocr.export.titles import KIND, RECONCILED, VERDICTS, Title, field_title, in_language, title

if TYPE_CHECKING:
    from invoiceocr.ledger.entry import Entry, Event
    from invoiceocr.ledger.reconcile import Compared

COLORS = {"both": "verified", "different": "error", "only_ours": "warning", "only_theirs": "warning"}
ID = Column("id", Title("编号", "id"))
NUMBER, DAY, TOTAL = (Column(path, field_title(path)) for path in ("number", "issue_date", "total"))
SELLER = Column("seller.name", field_title("seller.name"))
ENTRY_COLUMNS = (
    ID,
    Column("kind", KIND),
    Column("code", field_title("code")),
    NUMBER,
    DAY,
    TOTAL,
    SELLER,
    Column("seller.tax_id", field_title("seller.tax_id")),
    Column("buyer.name", field_title("buyer.name")),
    Column("verdict", Title("结论", "verdict")),
    Column("decision", Title("审批", "decision")),
    Column("files", Title("文件", "files")),
    Column("added_at", Title("登记时间", "recorded at")),
    Column("added_by", Title("登记人", "recorded by")),
)
EVENT_COLUMNS = (
    Column("seq", Title("序号", "no.")),
    Column("at", Title("时间", "at")),
    Column("by", Title("操作人", "by")),
    Column("action", Title("动作", "action")),
    Column("entry", Title("编号", "entry")),
    Column("reason", Title("原因", "reason")),
    Column("old", Title("原值", "old")),
    Column("new", Title("新值", "new")),
)
COMPARED_COLUMNS = (
    Column("state", Title("对账结果", "state")),
    ID,
    Column("row", Title("清单行", "register row")),
    NUMBER,
    DAY,
    TOTAL,
    SELLER,
    Column("register_state", Title("发票状态", "register state")),
    Column("differences", Title("差异", "differences")),
    Column("findings", Title("检查结果", "findings")),
    Column("agreeing", Title("一致字段", "agreeing")),
)


def entries_sheet(entries: Iterable[Entry]) -> Sheet:
    """A row an entry."""
    return Sheet(Title("台账", "ledger"), ENTRY_COLUMNS, [_entry(entry) for entry in entries])


def events_sheet(events: Iterable[Event]) -> Sheet:
    """A row an event, with what was and what is of each value."""
    return Sheet(Title("历史", "history"), EVENT_COLUMNS, [_event(event) for event in events])


def compared_sheet(lines: Iterable[Compared], language: str) -> Sheet:
    """A row an invoice of the reconciliation."""
    return Sheet(Title("对账", "reconciliation"), COMPARED_COLUMNS, [_compared(line, language) for line in lines])


def _entry(entry: Entry) -> Row:
    values = {
        "id": entry.id,
        "kind": entry.kind,
        "code": entry.code,
        "number": entry.number,
        "issue_date": entry.issue_date,
        "total": entry.total,
        "seller.name": entry.seller_name,
        "seller.tax_id": entry.seller_tax_id,
        "buyer.name": entry.buyer_name,
        "decision": entry.decision,
        "files": tuple(file.name for file in entry.files),
        "added_at": _local(entry.added_at),
        "added_by": entry.added_by,
    }
    return _row(values) | {"verdict": Cell(entry.verdict, entry.verdict)}


def _event(event: Event) -> Row:
    values = {
        "seq": event.seq,
        "at": _local(event.at),
        "by": event.by,
        "action": event.action,
        "entry": event.entry_id,
        "reason": event.reason or None,
        "old": _told(event.old),
        "new": _told(event.new),
    }
    return _row(values)


def _compared(line: Compared, language: str) -> Row:
    row = line.row
    values = {
        "id": line.entry_id,
        "row": row.line if row else None,
        "number": line.number,
        "issue_date": line.issue_date,
        "total": line.total,
        "seller.name": line.seller,
        "register_state": row.state if row else None,
        "differences": tuple(f"{item.path}: {' / '.join(item.sides)}" for item in line.differences),
        "findings": tuple(found.message for found in line.remarks),
        "agreeing": line.agreeing,
    }
    return _row(values) | {"state": Cell(line.state, COLORS[line.state])}


def in_words(sheet: Sheet, language: str) -> Sheet:
    """*sheet* with states and verdicts in words, for people."""
    rows = [
        {path: _worded(path, cell, language) if path in ("state", "verdict") else cell for path, cell in row.items()}
        for row in sheet.rows
    ]
    return Sheet(sheet.title, sheet.columns, rows)


def _worded(path: str, cell: Cell, language: str) -> Cell:
    words = title(RECONCILED if path == "state" else VERDICTS, str(cell.value))
    return Cell(in_language(words, language), cell.status)


def _row(values: Mapping[str, object]) -> Row:
    return {path: Cell(value) for path, value in values.items()}


def _told(said: object) -> tuple[str, ...]:
    """The values, decision and file that an event tells of, a text each."""
    if not isinstance(said, dict):
        return ()
    values = said["values"] if isinstance(said.get("values"), dict) else {}
    rest = {name: value for name, value in said.items() if name not in ("values", "status", "state", "file")}
    file = {"file": said["file"]["name"]} if isinstance(said.get("file"), dict) else {}
    return tuple(f"{name}: {'—' if value is None else value}" for name, value in {**file, **rest, **values}.items())


def _local(at: datetime) -> datetime:
    """The moment as the clock here shows it."""
    return at.astimezone().replace(tzinfo=None, microsecond=0)
