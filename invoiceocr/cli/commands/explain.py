"""`invoiceocr explain`: how each field of a file's invoices came about."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from invoiceocr import kinds
from invoiceocr.batch import factory
from invoiceocr.batch.inputs import STANDARD_INPUT
from invoiceocr.batch.tally import ALL_ACCEPTED, SOME_NOT_ACCEPTED
from invoiceocr.cli.messages import message, say, unread_line
from invoiceocr.cli.options import Output, with_settings
from invoiceocr.cli.streams import output_stream
from invoiceocr.errors import SourceError
from invoiceocr.export.explanation.paths import is_known, nearest_path
from invoiceocr.kinds import Registry
from invoiceocr.result import ReadError
from invoiceocr.settings import Settings

if TYPE_CHECKING:
    from invoiceocr.export.explanation.model import Explanation


class Format(StrEnum):
    """The values of `--format`."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class _Told:
    """The explanations of a file's invoices, and what kept the rest of it from being read."""

    source: str
    invoices: Sequence[Explanation]
    error: SourceError | None = None

    @property
    def exit_code(self) -> int:
        if self.error:
            return self.error.exit_code
        accepted = self.invoices and all(told.verdict == "accept" for told in self.invoices)
        return ALL_ACCEPTED if accepted else SOME_NOT_ACCEPTED


def _text(told: _Told, language: str) -> str:
    from invoiceocr.export.explanation.text import as_text

    return "\n".join(as_text(explanation, language) for explanation in told.invoices)


def _html(told: _Told, language: str) -> str:
    from invoiceocr.export.explanation.page import as_page

    return as_page(told.source, told.invoices, language)


def _json(told: _Told, language: str) -> str:
    from invoiceocr.export.explanation.plain import as_plain

    error = {"code": told.error.code, "message": str(told.error)} if told.error else None
    data = {"source": told.source, "invoices": as_plain(told.invoices), "error": error}
    return f"{json.dumps(data, ensure_ascii=False, indent=2)}\n"


WRITERS: dict[Format, Callable[[_Told, str], str]] = {Format.TEXT: _text, Format.HTML: _html, Format.JSON: _json}
SUFFIXES = {".html": Format.HTML, ".htm": Format.HTML, ".json": Format.JSON}

File = Annotated[str, typer.Argument(metavar="FILE", help="要说明的文件，- 为标准输入 · the file, - for stdin")]
Field = Annotated[
    str | None,
    typer.Option(
        "--field", metavar="PATH", help="只说明此字段，如 total、buyer.tax_id、items.0.amount · only this field"
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="输出格式，缺省按 -o 的扩展名，否则 text · format, by default from the suffix"),
]


@with_settings
def explain(
    file: File,
    field: Field = None,
    output_format: FormatOption = None,
    output: Output = None,
    *,
    settings: Settings,
) -> int:
    """说明每个字段的来历：佐证、逐字备选、各处读数、规则、纠正 · Explain how each field came about: witnesses,
    alternatives of each character, readings elsewhere, rules that pass and fail, repairs.

    退出码同 extract · exit codes are those of extract.
    """
    registry = kinds.load(settings.kinds)
    _check(file, field, output, registry)
    chosen = output_format or SUFFIXES.get(output.suffix.lower() if output else "", Format.TEXT)
    with output_stream(output) as stream:
        told = _explained(file, field, settings, registry)
        stream.write(WRITERS[chosen](told, settings.language).encode("utf-8", "backslashreplace"))
    if told.error:
        error = ReadError(code=told.error.code, message=str(told.error))
        say(unread_line(file, error, settings.language))
    elif not told.invoices:
        say(message("nothing", settings.language, where=file))
    if output is not None:
        say(message("written", settings.language, path=output))
    return told.exit_code


def _check(file: str, field: str | None, output: Path | None, registry: Registry) -> None:
    """Raises typer.BadParameter for an unknown field, and for an output that would replace the input."""
    if field is not None and not is_known(field, registry):
        near = nearest_path(field, registry)
        told = f"没有字段 {field}，最接近的是 {near} · no field {field}, did you mean {near}?"
        raise typer.BadParameter(told, param_hint="--field")
    if output is not None and file != STANDARD_INPUT and os.path.realpath(output) == os.path.realpath(file):
        raise typer.BadParameter("输出会覆盖输入文件 · this would replace the input", param_hint="--output")


def _explained(file: str, field: str | None, settings: Settings, registry: Registry) -> _Told:
    """What can be told of *file*; raises the SourceError if that is nothing.

    The reader speaks Chinese whatever the language: its findings then hold both.
    """
    # with it loads OpenCV
    from invoiceocr.export.explanation.build import explain as explanation

    reader = factory.build_reader(settings.model_copy(update={"language": "zh"}))
    source = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file)
    found: list[Explanation] = []
    try:
        for trace in reader.trace_invoices(source, name=file):
            found.append(explanation(trace, field, registry))
    except SourceError as error:
        if not found:
            raise
        return _Told(file, found, error)
    return _Told(file, found)
