"""Synthetic exports of the tax authority's register, with invented invoices."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

CAPTIONS = (
    "序号", "发票代码", "发票号码", "数电发票号码", "销方识别号", "销方名称", "购方识别号", "购买方名称", "开票日期",
    "金额", "税额", "价税合计", "发票来源", "发票票种", "发票状态", "是否正数发票", "发票风险等级", "开票人", "备注",
)  # fmt: skip
ROW: Mapping[str, object] = {
    "序号": "1",
    "数电发票号码": "25112000000012345678",
    "销方识别号": "91110105MA01ABCD5F",
    "销方名称": "样例商贸（北京）有限公司",
    "购方识别号": "91350100M000100Y43",
    "购买方名称": "测试采购有限公司",
    "开票日期": "2025-06-01 10:20:30",
    "金额": "100.00",
    "税额": "13.00",
    "价税合计": "113.00",
    "发票来源": "电子发票服务平台",
    "发票票种": "数电发票（普通发票）",
    "发票状态": "正常",
    "是否正数发票": "是",
    "发票风险等级": "正常",
    "开票人": "张三",
}


def row(**changes: object) -> dict[str, object]:
    """A row of the register."""
    return {**ROW, **changes}


def workbook(
    path: Path, rows: Sequence[Mapping[str, object]], captions: Sequence[str] = CAPTIONS, above: int = 0
) -> Path:
    """Writes the rows under *above* rows of titles; returns the path."""
    return book(path, (captions, rows), above=above)


def book(path: Path, *sheets: tuple[Sequence[str], Sequence[Mapping[str, object]]], above: int = 0) -> Path:
    """Writes the captions and rows of each sheet under *above* rows of titles; returns the path."""
    written = Workbook()
    written.remove(written.active)
    for captions, rows in sheets:
        sheet = written.create_sheet()
        for _ in range(above):
            sheet.append(["全量发票查询导出结果"])
        for line in (captions, *([entry.get(caption) for caption in captions] for entry in rows)):
            sheet.append(list(line))
    written.save(path)
    return path


def text(
    path: Path, rows: Sequence[Mapping[str, object]], captions: Sequence[str] = CAPTIONS, encoding: str = "gb18030"
) -> Path:
    """Writes the rows as CSV; returns the path."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(captions)
    writer.writerows([entry.get(caption, "") for caption in captions] for entry in rows)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path
