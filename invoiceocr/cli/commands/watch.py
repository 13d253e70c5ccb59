"""`invoiceocr watch`: a folder whose files are read as they arrive."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from invoiceocr.batch import factory
from invoiceocr.batch.pool import shared_settings
from invoiceocr.cli.messages import message, say, summary
from invoiceocr.cli.options import Claims, Fake, Jobs, Timeout, with_settings
from invoiceocr.cli.outputs import Form, Format, writer_of
from invoiceocr.errors import OutputError, SettingsError
from invoiceocr.export.files.output import whole_file
from invoiceocr.settings import Settings
from invoiceocr.workers.pool import processes

if TYPE_CHECKING:
    from invoiceocr.bots.watch import Mark, Watcher


class Export(StrEnum):
    """The values of `--export`."""

    XLSX = "xlsx"
    CSV = "csv"
    JSONL = "jsonl"


Inbox = Annotated[Path, typer.Argument(metavar="IN", help="要监视的目录 · the folder to watch")]
Out = Annotated[
    Path, typer.Option("--out", metavar="OUT", help="结果目录：done、review、failed · folder for files and results")
]
Once = Annotated[bool, typer.Option("--once", help="处理完现有文件即退出 · end when no file is left")]
Interval = Annotated[
    float, typer.Option("--interval", metavar="S", min=0.1, help="检查间隔（秒）· seconds between looks")
]
ExportOption = Annotated[
    Export | None, typer.Option("--export", help="汇总到 OUT/invoices.* · all results in one file")
]


@dataclass(frozen=True, slots=True)
class Watching:
    """How long and how often the folder is looked at, and what is written of all files."""

    once: Once = False
    interval: Interval = 1.0
    export: ExportOption = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read, beside the settings."""

    jobs: Jobs = 1
    timeout: Timeout = None
    ledger: Claims = None
    fake: Fake = None


@with_settings
def watch(
    inbox: Inbox,
    out: Out,
    watching: Watching,
    reading: Reading,
    *,
    settings: Settings,
) -> int:
    """监视目录：文件到齐即识别，移入 OUT/done、review 或 failed，旁附 NAME.json · Read files as they arrive and move
    them to OUT/done, review or failed with a NAME.json beside each.

    退出码同 extract · exit codes are those of extract.
    """
    from invoiceocr.bots.watch import Watcher, pool_of

    _check_folders(inbox, out)
    jobs = processes(reading.jobs)
    build = factory.reader_builder(shared_settings(settings, jobs), reading.fake, reading.ledger)
    pool = pool_of(build, jobs, reading.timeout)
    try:
        with marker(reading.ledger, settings) as mark, Watcher(inbox, out, pool, mark) as watcher:
            _watch(watcher, settings, watching.export, None if watching.once else watching.interval)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"{error.filename or out}: {error.strerror or error}; {_remedy(error)}") from error
    say(summary(watcher.tally, settings.language))
    return watcher.tally.exit_code


@contextmanager
def marker(ledger: str | None, settings: Settings) -> Iterator[Mark]:
    """What records each file in the *ledger* as a claim of its own, and adds what that finds; nothing without one."""
    from invoiceocr.bots.watch import unmarked

    if ledger is None:
        yield unmarked
        return
    with factory.open_ledger(ledger, settings) as opened:
        yield lambda result, arrival: opened.mark(result, place=arrival)


def _watch(watcher: Watcher, settings: Settings, export: Export | None, interval: float | None) -> None:
    """Watch once or for ever; what is exported is written anew whenever the folder has no more files."""
    changed = False
    try:
        for sidecar in watcher.once() if interval is None else watcher.forever(interval):
            if sidecar is not None:
                changed = True
                say(message("moved", settings.language, path=sidecar))
            elif changed:
                _write_export(watcher, export, settings)
                changed = False
    finally:
        if changed:
            _write_export(watcher, export, settings)


def _write_export(watcher: Watcher, export: Export | None, settings: Settings) -> None:
    """Write all results so far into one file, if one is wanted."""
    from invoiceocr.bots.watch import results

    if export is not None:
        with whole_file(watcher.out / f"invoices.{export}") as stream:
            writer_of(Format(export.value), settings, Form())(results(watcher.out), stream)


def _remedy(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "make room and run it again: it goes on"
    return "give folders that can be written"


def _check_folders(inbox: Path, out: Path) -> None:
    if not inbox.is_dir():
        zh = f"{inbox}：没有这个目录，请给出要监视的目录"
        raise SettingsError(f"{inbox}: no folder; give the folder to watch", zh=zh)
    if inbox.resolve() == out.resolve():
        raise typer.BadParameter("IN 和 OUT 不能相同 · IN and OUT must differ", param_hint="--out")
