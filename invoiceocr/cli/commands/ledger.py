"""`invoiceocr ledger`: record invoices, find what was claimed before, reconcile with the tax authority's register."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from invoiceocr.batch import factory
from invoiceocr.batch.inputs import find_inputs
from invoiceocr.batch.pool import read_inputs
from invoiceocr.batch.tally import ALL_ACCEPTED, SOME_NOT_ACCEPTED, Tally
from invoiceocr.cli.commands.extract import Files, documents, told
from invoiceocr.cli.ledger_output import FormatOption, TableFormat, write_sheet
from invoiceocr.cli.ledger_sheets import compared_sheet, entries_sheet, events_sheet
from invoiceocr.cli.messages import message, say
from invoiceocr.cli.options import Jobs, Output, Where, locale_language, with_groups, with_settings
from invoiceocr.cli.outputs import Form, Format, Writer, writer_of
from invoiceocr.cli.streams import output_stream
from invoiceocr.errors import NoDocumentsError
from invoiceocr.export.plain_text import screen_text
from invoiceocr.export.titles import RECONCILED, in_language
from invoiceocr.result import ReadResult
from invoiceocr.settings import Settings

if TYPE_CHECKING:
    from invoiceocr.ledger.entry import Added, Filter
    from invoiceocr.ledger.ledger import Ledger

app = typer.Typer(
    help="台账：登记、查重、对账、历史 · The ledger: record, find duplicates, reconcile, history.", no_args_is_help=True
)


class VerdictName(StrEnum):
    """What an invoice can be judged."""

    ACCEPT = "accept"
    REVIEW = "review"
    REJECT = "reject"


class DecisionName(StrEnum):
    """What a person can decide."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


By = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", help="登记人，缺省为系统用户 · who records, by default the system user"),
]
MENTIONED = "号码、名称、税号含此文字或金额相符 · text in numbers, names, tax ids, or the amount"
Text = Annotated[str | None, typer.Option("--q", help=MENTIONED)]
VerdictOption = Annotated[
    VerdictName | None, typer.Option("--verdict", help="只列此结论 · only entries with this verdict")
]
Since = Annotated[
    datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="开票日期起 · earliest issue date")
]
Until = Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="开票日期止 · latest issue date")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="最多条数 · largest number of entries")]
LanguageOption = Annotated[str | None, typer.Option("--language", help="zh | en")]
EntryId = Annotated[
    int | None, typer.Argument(metavar="[ID]", help="台账编号；不给则为全部 · entry id, by default all")
]
Register = Annotated[
    Path, typer.Argument(metavar="REGISTER", help="税务数字账户导出的 xlsx 或 csv · exported register")
]


@app.command()
@with_settings
def add(files: Files, ledger: Where = None, by: By = None, jobs: Jobs = 1, *, settings: Settings) -> int:
    """登记发票 · Record invoices; the same legal invoice as PDF, OFD, XML and photo is one entry.

    退出码：0 已登记，1 有重复，3 有文件读不了 ·
    exit codes: 0 recorded, 1 some were claimed before, 3 some could not be read.
    """
    tally, repeated = Tally(), False
    with factory.open_ledger(ledger, settings) as opened:
        for result in tally.counted(_read(files, settings, jobs, opened)):
            for invoice, added in zip(result.invoices, opened.add(result, by=by), strict=True):
                repeated = repeated or not (added.new or added.again)
                typer.echo(screen_text(f"{invoice.source or result.source}: {_added(added, settings.language)}"))
    return _exit_code(tally, repeated)


@app.command()
@with_settings
def check(files: Files, ledger: Where = None, jobs: Jobs = 1, *, settings: Settings) -> int:
    """查重，不登记 · Say which invoices were claimed before, when and by which file; records nothing.

    退出码：0 没有重复，1 有重复，3 有文件读不了 ·
    exit codes: 0 none, 1 some were claimed before, 3 some could not be read.
    """
    tally, claimed = Tally(), False
    with factory.open_ledger(ledger, settings) as opened:
        for result in tally.counted(_read(files, settings, jobs, opened)):
            for invoice in result.invoices:
                found = opened.check(invoice, sha256=result.sha256)
                claimed = claimed or bool(found.claimed)
                told = [finding.message for finding in found.findings] or [message("unclaimed", settings.language)]
                for words in told:
                    typer.echo(screen_text(f"{invoice.source or result.source}: {words}"))
    return _exit_code(tally, claimed)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries are meant: those that meet all that is given."""

    q: Text = None
    verdict: VerdictOption = None
    since: Since = None
    until: Until = None

    def filter(self, limit: int | None = None) -> Filter:
        """The same as the ledger takes it, *limit* entries at most."""
        from invoiceocr.ledger.entry import Filter

        since, until = (day.date() if day else None for day in (self.since, self.until))
        return Filter(text=self.q, verdict=self.verdict, since=since, until=until, limit=limit)


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a table goes, as what, in which language."""

    output_format: FormatOption = None
    output: Output = None
    language: LanguageOption = None

    @property
    def settings(self) -> Settings:
        """Settings with that language."""
        return _settings(self.language)


@app.command("list")
@with_groups
def list_entries(sought: Sought, shown: Shown, ledger: Where = None, limit: Limit = None) -> None:
    """列出台账 · List the entries."""
    settings = shown.settings
    with factory.open_ledger(ledger, settings) as opened:
        found = list(opened.entries(sought.filter(limit)))
    write_sheet(entries_sheet(found), shown.output_format, shown.output, settings.language)


@app.command()
@with_groups
def history(shown: Shown, entry: EntryId = None, ledger: Where = None) -> None:
    """显示修改历史 · Show who changed what, and when."""
    settings = shown.settings
    with factory.open_ledger(ledger, settings) as opened:
        found = opened.history(entry)
    write_sheet(events_sheet(found), shown.output_format, shown.output, settings.language)


@app.command()
def verify(
    ledger: Where = None,
    expected: Annotated[str | None, typer.Option("--head", help="此前记下的末尾散列值 · a hash noted earlier")] = None,
    language: LanguageOption = None,
) -> None:
    """核验历史未被改动 · Verify that the past is unchanged; exit code 1 if it is not."""
    settings = _settings(language)
    with factory.open_ledger(ledger, settings) as opened:
        found = opened.verify(expected)
    for problem in found.problems if settings.language == "en" else found.problems_zh:
        typer.echo(problem)
    name = "altered" if found.problems else "unaltered"
    say(message(name, settings.language, events=found.events, head=found.head, problems=len(found.problems)))
    raise typer.Exit(SOME_NOT_ACCEPTED if found.problems else ALL_ACCEPTED)


@app.command()
@with_groups
def reconcile(register: Register, shown: Shown, ledger: Where = None, by: By = None) -> None:
    """与税务数字账户导出的发票清单对账 · Compare with the tax authority's register.

    退出码：0 全部一致，1 有差异 ·
    exit codes: 0 all agree, 1 some differ or are on one side only.
    """
    settings = shown.settings
    with factory.open_ledger(ledger, settings) as opened:
        found = opened.reconcile(register, by=by)
    write_sheet(compared_sheet(found.lines, settings.language), shown.output_format, shown.output, settings.language)
    counts = ", ".join(f"{in_language(RECONCILED[name], settings.language)} {n}" for name, n in found.counts.items())
    say(counts)
    told = any(line.state != "both" or line.findings for line in found.lines)
    raise typer.Exit(SOME_NOT_ACCEPTED if told else ALL_ACCEPTED)


@app.command()
def decide(
    entry: Annotated[int, typer.Argument(metavar="ID", help="台账编号 · entry id")],
    decision: Annotated[DecisionName, typer.Argument(metavar="accepted|rejected", help="审批结果 · the decision")],
    ledger: Where = None,
    by: By = None,
    reason: Annotated[str, typer.Option("--reason", help="原因 · why")] = "",
    language: LanguageOption = None,
) -> None:
    """记录审批结果 · Record a person's decision; accepting makes the seller and its account known."""
    settings = _settings(language)
    with factory.open_ledger(ledger, settings) as opened:
        opened.decide(entry, decision.value, by=by, reason=reason)
    say(message(f"decided_{decision}", settings.language, entry=entry))


@app.command()
@with_groups
def export(sought: Sought, shown: Shown, ledger: Where = None, by: By = None) -> None:
    """导出发票全部字段 · Export the invoices with all fields; the history records who exported them."""
    settings = shown.settings
    writer = _writer(shown.output_format, shown.output, settings)
    with factory.open_ledger(ledger, settings) as opened, output_stream(shown.output) as stream:
        writer(opened.export(sought.filter(), by=by, where=str(shown.output or "-")), stream)


def _writer(chosen: TableFormat | None, output: Path | None, settings: Settings) -> Writer:
    """What writes the invoices of an export."""
    suffix = chosen or (output.suffix.lower().removeprefix(".") if output else Format.JSONL.value)
    if suffix not in set(Format) or suffix == Format.TABLE:
        raise typer.BadParameter("jsonl | csv | xlsx", param_hint="--format")
    if suffix == Format.XLSX and output is None:
        raise typer.BadParameter("xlsx 是二进制格式，请用 -o 指定文件 · xlsx is binary: give a file with -o")
    return writer_of(Format(suffix), settings, Form(output=output))


def _read(files: Sequence[str], settings: Settings, jobs: int, ledger: Ledger) -> Iterator[ReadResult]:
    """The results of *files*, with what the ledger knows of sellers as a witness; what can't be read is said."""
    inputs = find_inputs(files)
    if not inputs:
        raise NoDocumentsError(message("nothing", settings.language, where=", ".join(files)))
    read = read_inputs(inputs, settings, jobs, ledger=ledger.url)
    return told(documents(inputs, read, Tally(), settings.language), settings.language)


def _exit_code(tally: Tally, repeated: bool) -> int:
    """That of unread files, else whether anything was claimed before."""
    if tally.errors:
        return tally.exit_code
    return SOME_NOT_ACCEPTED if repeated else ALL_ACCEPTED


def _added(added: Added, language: str) -> str:
    name = "recorded" if added.new else "recorded_again" if added.again else "recorded_file"
    return message(name, language, entry=added.entry_id)


def _settings(language: str | None) -> Settings:
    """Settings with the language of messages alone."""
    return Settings.load(language=language or locale_language(os.environ))
