"""What writes the results in the format and the form that the options ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from invoiceocr import kinds
from invoiceocr.batch import factory
from invoiceocr.errors import InvoiceOCRError
from invoiceocr.export.flat import write_flat_json, write_flat_jsonl
from invoiceocr.export.ledger_csv import STYLES, write_ledger_csv
from invoiceocr.export.parquet import write_parquet
from invoiceocr.export.sheets.ledger_columns import USUAL, ledger_columns
from invoiceocr.export.tabular import write_csv, write_json, write_jsonl
from invoiceocr.result import ReadResult
from invoiceocr.settings import Settings

if TYPE_CHECKING:
    from invoiceocr.adjudication.trace import InvoiceTrace
    from invoiceocr.pipeline.reader import Reader

Writer = Callable[[Iterable[ReadResult], BinaryIO], None]


class Format(StrEnum):
    """The values of `--format`."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    TABLE = "table"


class Style(StrEnum):
    """The values of `--csv-style`."""

    STANDARD = "standard"
    PLAIN = "plain"
    EXCEL = "excel"


FlatOption = Annotated[
    bool,
    typer.Option(
        "--flat", help="单层 JSON，一票一行，无证据 · JSON without nesting and evidence, one object per invoice"
    ),
]
StyleOption = Annotated[
    Style,
    typer.Option("--csv-style", help="plain 无 BOM，excel 号码不失真 · plain: no BOM, excel: numbers stay exact"),
]
TemplateOption = Annotated[
    Path | None,
    typer.Option("--template", metavar="XLSX", help="填入自己的 xlsx 模板 · fill your own workbook"),
]


CropsOption = Annotated[
    bool, typer.Option("--crops", help="xlsx 加一页存疑字段及原图 · add a sheet with pictures of doubtful fields")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the options say about the form of the output; files that are *skipped* are told while results come."""

    output: Path | None = None
    flat: bool = False
    csv_style: Style = Style.STANDARD
    template: Path | None = None
    crops: bool = False
    skipped: Sequence[str] = ()


def writer_of(chosen: Format, settings: Settings, form: Form) -> Writer:
    """What writes *chosen*. Raises BadParameter for an option that goes with another format and SettingsError for a
    column that is unknown, before anything is read."""
    ledger_columns(settings.columns, kinds.load(settings.kinds))
    if form.template and chosen is not Format.XLSX:
        raise typer.BadParameter("--template 只用于 xlsx · --template is for xlsx")
    if form.crops and (chosen is not Format.XLSX or form.template):
        raise typer.BadParameter("--crops 只用于 xlsx，不用于模板 · --crops is for xlsx without a template")
    if form.flat and chosen not in (Format.JSON, Format.JSONL):
        raise typer.BadParameter("--flat 只用于 json、jsonl · --flat is for json and jsonl")
    return MAKERS[chosen](settings, form)


def _json(settings: Settings, form: Form) -> Writer:
    return _flat(write_flat_json, settings) if form.flat else write_json


def _jsonl(settings: Settings, form: Form) -> Writer:
    return _flat(write_flat_jsonl, settings) if form.flat else write_jsonl


def _flat(write: Callable[..., None], settings: Settings) -> Writer:
    return partial(write, registry=kinds.load(settings.kinds), columns=settings.columns)


def _csv(settings: Settings, form: Form) -> Writer:
    registry = kinds.load(settings.kinds)
    if form.csv_style is Style.STANDARD and not settings.columns:
        return partial(write_csv, registry=registry)
    style = STYLES[form.csv_style]
    return partial(write_ledger_csv, style=style, registry=registry, columns=settings.columns or USUAL)


def _xlsx(settings: Settings, form: Form) -> Writer:
    registry = kinds.load(settings.kinds)

    def fill(results: Iterable[ReadResult], stream: BinaryIO) -> None:
        from invoiceocr.export.excel.template import write_template

        write_template(results, stream, form.template or Path(), registry)

    def write(results: Iterable[ReadResult], stream: BinaryIO) -> None:
        from invoiceocr.export.excel import write_excel  # openpyxl takes a third of a second to import
        from invoiceocr.export.sheets.crops import Checks
        from invoiceocr.export.sheets.invoice_sheets import WorkbookOptions

        folder = form.output.absolute().parent if form.output else None
        columns = settings.columns or USUAL
        checks = Checks(partial(_traced, settings), registry, folder) if form.crops else None
        options = WorkbookOptions(columns=columns, folder=folder, skipped=form.skipped, checks=checks)
        write_excel(results, stream, registry, options)

    return fill if form.template else write


def _traced(settings: Settings, result: ReadResult) -> Iterator[InvoiceTrace]:
    """The invoices of a result's file, read once more for the pictures of their pages; none where it is gone."""
    try:
        yield from _reader(settings).trace_invoices(Path(result.source))
    except InvoiceOCRError:
        return


@lru_cache(maxsize=1)
def _reader(settings: Settings) -> Reader:
    return factory.build_reader(settings)


def _parquet(settings: Settings, form: Form) -> Writer:
    return partial(write_parquet, registry=kinds.load(settings.kinds))


def _table(settings: Settings, form: Form) -> Writer:
    from invoiceocr.cli.screen import write_table

    return partial(write_table, language=settings.language, registry=kinds.load(settings.kinds))


MAKERS: dict[Format, Callable[[Settings, Form], Writer]] = {
    Format.JSON: _json,
    Format.JSONL: _jsonl,
    Format.CSV: _csv,
    Format.XLSX: _xlsx,
    Format.PARQUET: _parquet,
    Format.TABLE: _table,
}
