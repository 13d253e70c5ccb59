"""`invoiceocr extract`: files in, records out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from invoiceocr import kinds
from invoiceocr.adjudication.expected import claims
from invoiceocr.adjudication.judging import calibration
from invoiceocr.adjudication.judging.acceptance import acceptance_policy
from invoiceocr.batch import factory
from invoiceocr.batch.inputs import Input, find_inputs
from invoiceocr.batch.pool import read_inputs
from invoiceocr.batch.tally import Tally
from invoiceocr.cli.messages import message, say, skipped_line, summary, unread_line
from invoiceocr.cli.options import Claims, Fake, Jobs, Output, with_settings
from invoiceocr.cli.outputs import (
    CropsOption,
    FlatOption,
    Form,
    Format,
    Style,
    StyleOption,
    TemplateOption,
    Writer,
    writer_of,
)
from invoiceocr.cli.progress import shown
from invoiceocr.cli.streams import output_stream
from invoiceocr.errors import NoDocumentsError
from invoiceocr.export.verified import accepted_result, verified_result
from invoiceocr.kinds import Registry
from invoiceocr.result import ReadResult
from invoiceocr.settings import Settings
from invoiceocr.sources.folder import FOREIGN

PLAIN = Form()  # no options
ALIASES = {"ndjson": "jsonl"}
FOREIGN_SUFFIXES = frozenset({"docx", "doc", "xls", "xlsm", "ods", "pdf", "ofd", "xml", "html", "zip", "png", "jpg"})
"""Suffixes of types that are never written here: a file so named would not open."""
BINARY = frozenset({Format.XLSX, Format.PARQUET})
STREAMED = frozenset({Format.JSON, Format.JSONL, Format.CSV})  # written while reading goes on

Files = Annotated[
    list[str],
    typer.Argument(metavar="FILE...", help="文件、目录、通配符，- 为标准输入 · files, folders, patterns, - for stdin"),
]
FormatOption = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="输出格式，缺省按 -o 的扩展名 · format, by default from the suffix of -o"),
]
VerifiedOnly = Annotated[
    bool, typer.Option("--verified-only", help="未核验的值留空 · leave out values that nothing independent confirms")
]
AcceptedOnly = Annotated[
    bool, typer.Option("--accepted-only", help="只输出通过的发票 · leave out invoices that were not accepted")
]
Expected = Annotated[
    list[str] | None,
    typer.Option(
        "--expect",
        metavar="PATH=VALUE",
        help="预期的值，如 total=113.00，可重复，限单个文件 · expected value, repeatable, for a single file",
    ),
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is written, and where to."""

    output_format: FormatOption = None
    output: Output = None
    verified_only: VerifiedOnly = False
    accepted_only: AcceptedOnly = False
    flat: FlatOption = False
    csv_style: StyleOption = Style.STANDARD
    template: TemplateOption = None
    crops: CropsOption = False

    def form(self, skipped: Sequence[str]) -> Form:
        """The form of the output; files that are *skipped* are told in it."""
        return Form(
            output=self.output,
            flat=self.flat,
            csv_style=self.csv_style,
            template=self.template,
            crops=self.crops,
            skipped=skipped,
        )

    def of(self, results: Iterable[ReadResult]) -> Iterable[ReadResult]:
        """The results without what the options leave out."""
        chosen = map(accepted_result, results) if self.accepted_only else results
        return map(verified_result, chosen) if self.verified_only else chosen


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read, beside the settings."""

    expect: Expected = None
    jobs: Jobs = 1
    ledger: Claims = None
    fake: Fake = None


@with_settings
def extract(files: Files, wanted: Wanted, reading: Reading, *, settings: Settings) -> int:
    """识别发票，输出结构化数据 · Read invoices and write what they say.

    退出码：0 全部通过，1 有待复核或拒绝，2 用法错误，3 有文件读不了，4 内部错误 ·
    exit codes: 0 all accepted, 1 some need review or were rejected, 2 usage error, 3 some files could not be read,
    4 internal error.
    """
    check_suffix(wanted.output, wanted.output_format)
    inputs = find_inputs(files, leave_out=wanted.output, most=settings.max_file_bytes)
    expected = _expected(reading.expect or [], inputs, kinds.load(settings.kinds))
    _tell_promise(settings)
    tally, skipped = Tally(), list[str]()
    with output_stream(wanted.output) as stream:
        chosen = wanted.output_format or default_format(wanted.output, stream)
        write = writer(chosen, stream, settings, wanted.form(skipped))
        read = read_inputs(inputs, settings, reading.jobs, expected, ledger=reading.ledger, fake=reading.fake)
        watched = _watcher(chosen, stream)(read, len(inputs), settings.language)
        known = documents(inputs, watched, tally, settings.language, skipped)
        results = told(tally.counted(marked(known, reading.ledger, settings)), settings.language)
        write(wanted.of(results), stream)
        if not tally.files:
            raise NoDocumentsError(message("nothing", settings.language, where=", ".join(files)))
    say(summary(tally, settings.language))
    if wanted.output is not None:
        say(message("written", settings.language, path=wanted.output))
    return tally.exit_code


def marked(results: Iterator[ReadResult], ledger: str | None, settings: Settings) -> Iterator[ReadResult]:
    """The same results, recorded in the *ledger* and with what it finds; as they are without one."""
    if ledger is None:
        yield from results
        return
    with factory.open_ledger(ledger, settings) as opened:
        for result in results:
            yield opened.mark(result)


def _tell_promise(settings: Settings) -> None:
    """What the promised error rate costs."""
    if settings.max_error_rate is not None:
        share = acceptance_policy(settings, calibration.load()).review_share
        say(message("promise", settings.language, rate=settings.max_error_rate, share=share))


def _expected(given: Sequence[str], inputs: Sequence[Input], registry: Registry) -> dict[str, object]:
    """The expected values by path; what is wrong with them must show before anything is read."""
    if given and len(inputs) > 1:
        raise typer.BadParameter("--expect 只用于单个文件 · --expect is for a single file")
    pairs = [entry.partition("=") for entry in given]
    if wrong := [entry for entry, (_, sign, _) in zip(given, pairs, strict=True) if not sign]:
        raise typer.BadParameter(f"{wrong[0]} 应为 PATH=VALUE · {wrong[0]} must be PATH=VALUE", param_hint="--expect")
    expected: dict[str, object] = {path.strip(): value for path, _, value in pairs}
    claims(expected, registry)
    return expected


def check_suffix(output: Path | None, output_format: Format | None) -> None:
    """Raises BadParameter where the name of the output promises another type than is written."""
    suffix = _suffix(output)
    if output_format is None:
        fits = suffix not in FOREIGN_SUFFIXES
    elif output_format in BINARY:
        fits = suffix in ("", output_format)
    else:
        fits = suffix == output_format or suffix not in FOREIGN_SUFFIXES | set(Format)
    if not fits:
        written = output_format or "/".join(Format)
        told = f"{output} 的扩展名与格式 {written} 不符 · the suffix of {output} contradicts the format {written}"
        raise typer.BadParameter(told, param_hint="--output")


def _suffix(output: Path | None) -> str:
    suffix = output.suffix.lower().removeprefix(".") if output else ""
    return ALIASES.get(suffix, suffix)


def default_format(output: Path | None, stream: BinaryIO) -> Format:
    """The format that the name of the output tells, or that suits the stream."""
    suffix = _suffix(output)
    if suffix in set(Format):
        return Format(suffix)
    return Format.TABLE if stream.isatty() else Format.JSONL


def writer(chosen: Format, stream: BinaryIO, settings: Settings, form: Form = PLAIN) -> Writer:
    """What writes a format; BadParameter for a workbook on a terminal."""
    if chosen in BINARY and stream.isatty():
        raise typer.BadParameter(f"{chosen} 是二进制格式，请用 -o 指定文件 · {chosen} is binary: give a file with -o")
    return writer_of(chosen, settings, form)


def _watcher(chosen: Format, stream: BinaryIO) -> Callable[[Iterator[ReadResult], int, str], Iterator[ReadResult]]:
    """The progress bar, but where the data itself scrolls over the terminal."""
    return _unwatched if chosen in STREAMED and stream.isatty() else shown


def _unwatched(results: Iterator[ReadResult], total: int, language: str) -> Iterator[ReadResult]:
    return results


def documents(
    inputs: Sequence[Input],
    results: Iterator[ReadResult],
    tally: Tally,
    language: str,
    skipped: list[str] | None = None,
) -> Iterator[ReadResult]:
    """Without the files that were only met in a folder and are by content no format of ours: these are named, on
    standard error and in the list *skipped*."""
    for item, result in zip(inputs, results, strict=True):
        if item.walked and result.error is not None and result.error.code in FOREIGN:
            tally.skipped += 1
            say(skipped_line(result.source, result.error, language))
            if skipped is not None:
                skipped.append(item.name)
        else:
            yield result


def told(results: Iterator[ReadResult], language: str) -> Iterator[ReadResult]:
    """The same results; what could not be read is said as soon as it is known, members of archives each."""
    for result in results:
        for member in result.unread:
            say(skipped_line(member.source, member, language))
        if result.error and result.error.message not in {member.message for member in result.unread}:
            say(unread_line(result.source, result.error, language))
        yield result
