"""What came of the reconciliations that were asked for in the browser, kept as files in the data folder."""

from __future__ import annotations

import io
import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from invoiceocr.export import records
from invoiceocr.export.files.output import whole_file
from invoiceocr.export.sheets.cell import Cell, Row, Sheet
from invoiceocr.export.sheets.columns import Column
from invoiceocr.export.titles import RECONCILED, Title, field_title, in_language
from invoiceocr.kinds.field_titles import path_title
from invoiceocr.ledger.reconcile import Compared, Difference, Reconciliation

FOLDER = "reconciliations"
NUMBER = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}")
SHOWN = 20  # former ones that are listed
COLUMNS = (
    Column("state", Title("对账结果", "state")),
    *(Column(path, field_title(path)) for path in ("number", "issue_date", "seller.name", "total")),
    Column("register_state", Title("发票状态", "register state")),
    Column("differences", Title("差异（本方 / 税务）", "differences (ours / theirs)")),
    Column("findings", Title("检查结果", "findings")),
    Column("entry", Title("台账编号", "ledger entry")),
)
Line = dict[str, object]


@dataclass(frozen=True, slots=True)
class Kept:
    """A reconciliation: when, with which file, how many invoices of each state, and each of them."""

    at: str
    name: str
    counts: Mapping[str, int]
    lines: Sequence[Line]

    def differences(self, line: Line) -> list[Difference]:
        """The fields in which the two of *line* differ."""
        return [Difference(*item) for item in line["differences"]]  # type: ignore[attr-defined]


class Reconciliations:
    """The reconciliations below a folder."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    def add(self, name: str, found: Reconciliation) -> str:
        """Keep what was *found* with the register of that *name*; the number under which it is kept."""
        now = datetime.now().astimezone()
        number = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        plain = {
            "at": f"{now:%Y-%m-%d %H:%M}",
            "name": name,
            "counts": dict(found.counts),
            "lines": [_plain(line) for line in found.lines],
        }
        self._folder.mkdir(parents=True, exist_ok=True)
        with whole_file(self._folder / f"{number}.json") as stream:
            stream.write(json.dumps(plain, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace"))
        return number

    def one(self, number: str) -> Kept | None:
        """The reconciliation of that number; None where there is none."""
        path = self._folder / f"{number}.json"
        if not NUMBER.fullmatch(number) or not path.is_file():
            return None
        return Kept(**json.loads(path.read_bytes()))

    def listed(self) -> list[tuple[str, Kept]]:
        """The latest reconciliations by their numbers, newest first."""
        names = sorted((path.stem for path in self._folder.glob("*.json")), reverse=True)[:SHOWN]
        return [(name, kept) for name in names if (kept := self.one(name)) is not None]

    def file(self, number: str, form: str, language: str) -> bytes | None:
        """The reconciliation of that number as a workbook or CSV; None where there is none."""
        kept = self.one(number)
        if kept is None:
            return None
        stream = io.BytesIO()
        sheet = Sheet(Title("对账", "reconciliation"), COLUMNS, list(_rows(kept, language)))
        (records.write_excel if form == "xlsx" else records.write_csv)(sheet, stream)
        return stream.getvalue()


def _plain(line: Compared) -> Line:
    row = line.row
    return {
        "state": line.state,
        "entry": line.entry_id,
        "number": line.number,
        "seller": line.seller,
        "issue_date": line.issue_date,
        "total": line.total,
        "register_state": row.state if row else None,
        "differences": [[item.path, item.ours, item.theirs] for item in line.differences],
        "findings": [[found.severity, found.message] for found in line.remarks],
    }


def _rows(kept: Kept, language: str) -> Iterator[Row]:
    for line in kept.lines:
        told = (
            f"{in_language(path_title(item.path), language)}: {' / '.join(item.sides)}"
            for item in kept.differences(line)
        )
        values = line | {
            "state": in_language(RECONCILED[str(line["state"])], language),
            "seller.name": line["seller"],
            "differences": tuple(told),
            "findings": tuple(message for _, message in line["findings"]),  # type: ignore[attr-defined]
        }
        yield {column.path: Cell(values.get(column.path)) for column in COLUMNS}
