"""The door to the files of registers: the rows of every sheet of a workbook, or of a CSV in UTF-8 or GBK."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from invoiceocr.errors import RegisterError

Cell = str | int | float | date | datetime | None
Rows = Sequence[Sequence[Cell]]

WORKBOOK = b"PK\x03\x04"
# workbooks of Excel up to 2003, and pages that some sites call .xls
OTHER_TABLES = re.compile(rb"\xd0\xcf\x11\xe0|\s*<(?:!DOCTYPE|html|table|\?xml)", re.IGNORECASE)
ENCODINGS = ("utf-8-sig", "gb18030")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
DELIMITERS = ",\t;|"
SAMPLE = 4096  # bytes by which the delimiter is told
# unpacked; a register of a million rows has about 300 MB
MOST_BYTES = 500_000_000
# a sheet has at most so many rows; a cell far to the right of a register's columns would fill each row with blanks
MOST_ROWS = 1_048_576
MOST_COLUMNS = 256


def sheets(path: Path) -> Iterator[Rows]:
    """The rows of each sheet, blank ones included so that their numbers are those of the sheet. RegisterError where
    the file can't be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RegisterError(f"{path}: {error.strerror or error}; give the exported xlsx or csv") from error
    if data.startswith(WORKBOOK):
        yield from _workbook(path, data)
    elif OTHER_TABLES.match(data):
        zh = f"{path}：不是 xlsx，请用 Excel 或 WPS 打开后另存为 xlsx"
        raise RegisterError(f"{path}: no xlsx; open it in a spreadsheet and save it as xlsx", zh=zh)
    else:
        yield _csv(path, data)


def _workbook(path: Path, data: bytes) -> Iterator[Rows]:
    try:
        yield from _sheets(path, data)
    except RegisterError:
        raise
    except Exception as error:  # openpyxl lets through whatever its parsers say about a damaged file
        zh = f"{path}：工作簿读不了（{error}），请重新导出 xlsx 或 csv"
        raise RegisterError(f"{path}: no readable workbook ({error}); export it again as xlsx or csv", zh=zh) from error


def _sheets(path: Path, data: bytes) -> Iterator[Rows]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
            zh = f"{path}：解压后超过 {MOST_BYTES} 字节，请按月分开导出"
            raise RegisterError(f"{path}: more than {MOST_BYTES} bytes unpacked; split the export by month", zh=zh)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that are not read
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    with closing(book):
        yield from map(_rows, book.worksheets)


def _rows(sheet: Any) -> Rows:
    # some exports state a wrong size
    sheet.reset_dimensions()
    # with a last row of its own, openpyxl would add blank ones up to there
    rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    return [_without_end(row) for row in islice(rows, MOST_ROWS)]


def _without_end(row: Sequence[Cell]) -> Sequence[Cell]:
    """*row* up to its last cell that is not blank."""
    if row.count(None) == len(row):
        return ()
    return row[: next(at for at in range(len(row), 0, -1) if row[at - 1] is not None)]


def _csv(path: Path, data: bytes) -> Rows:
    text = _decoded(path, data)
    counts = {delimiter: text[:SAMPLE].count(delimiter) for delimiter in DELIMITERS}
    delimiter = max(counts, key=lambda sign: counts[sign])
    try:
        return [row[:MOST_COLUMNS] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        zh = f"{path}：CSV 读不了（{error}），请重新导出 xlsx 或 csv"
        raise RegisterError(f"{path}: no readable CSV ({error}); export it again as xlsx or csv", zh=zh) from error


def _decoded(path: Path, data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith(UTF_16) else ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    zh = f"{path}：编码既非 UTF-8 也非 GBK，请重新导出 xlsx 或 csv"
    raise RegisterError(f"{path}: neither UTF-8 nor GBK; export the register as xlsx or csv", zh=zh)
