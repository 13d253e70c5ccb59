"""`invoiceocr organize`: files copied or moved to names made of what they say."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from invoiceocr import kinds
from invoiceocr.batch.inputs import Input, find_inputs
from invoiceocr.batch.pool import read_inputs
from invoiceocr.batch.streamed import is_url
from invoiceocr.batch.tally import ALL_ACCEPTED, SOME_NOT_ACCEPTED, Tally
from invoiceocr.cli.commands.extract import documents, told
from invoiceocr.cli.messages import message, say
from invoiceocr.cli.options import Jobs, with_settings
from invoiceocr.errors import NoDocumentsError
from invoiceocr.export.files.filing import COPY, MOVE, Filed, carried_out, planned, undone
from invoiceocr.export.files.naming import pattern
from invoiceocr.export.plain_text import screen_text
from invoiceocr.export.titles import Title, in_language
from invoiceocr.settings import Settings

NAME = "{issue_date}_{seller.name}_{total}_{number}"
REASONS = {
    "unread": Title("无法读取", "could not be read"),
    "no_invoice": Title("没有发票", "holds no invoice"),
    "several": Title("含多张发票", "holds several invoices"),
    "doubtful": Title("命名所用字段存疑或缺失：{fields}", "fields of the name are in doubt: {fields}"),
    "no_file": Title("不是本地文件", "is no file here"),
    "there": Title("已在目标位置", "is there already"),
}
Files = Annotated[
    list[str] | None, typer.Argument(metavar="[FILE]...", help="文件、目录、通配符 · files, folders, patterns")
]
To = Annotated[Path | None, typer.Option("--to", metavar="DIR", help="目标目录 · target folder")]
Name = Annotated[
    str, typer.Option("--name", metavar="PATTERN", help="文件名，/ 分目录 · file name; / separates folders")
]
Move = Annotated[bool, typer.Option("--move", help="移动而不复制 · move files instead of copying them")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只列出，不动文件 · show what would be done, change nothing")]
Log = Annotated[
    Path | None,
    typer.Option("--log", metavar="FILE", help="撤销日志 · log for --undo, by default in DIR"),
]
Undo = Annotated[Path | None, typer.Option("--undo", metavar="LOG", help="按日志撤销 · undo what the log records")]


@dataclass(frozen=True, slots=True)
class Filing:
    """Where files go, under which name, and how."""

    to: To = None
    name: Name = NAME
    move: Move = False
    dry_run: DryRun = False
    log: Log = None


@with_settings
def organize(filing: Filing, files: Files = None, undo: Undo = None, jobs: Jobs = 1, *, settings: Settings) -> int:
    """按发票内容命名归档 · Copy or move files to names made from their fields; never overwrites a file.

    退出码：0 全部归档，1 有文件未归档，3 有文件读不了 ·
    exit codes: 0 all filed, 1 some stayed, 3 some could not be read.
    """
    if undo is not None:
        return _undo(undo, settings.language)
    if filing.to is None or not files:
        raise typer.BadParameter("请给出 FILE 和 --to DIR · give FILE and --to DIR")
    registry = kinds.load(settings.kinds)
    names = pattern(filing.name, registry)
    inputs = _inputs(files, filing.to, settings.language)
    tally = Tally()
    known = documents(inputs, read_inputs(inputs, settings, jobs), tally, settings.language)
    results = told(tally.counted(known), settings.language)
    stayed = _filed(planned(results, filing.to, names, registry), filing, filing.to, settings.language)
    if tally.errors:
        return tally.exit_code
    return SOME_NOT_ACCEPTED if stayed else ALL_ACCEPTED


def _inputs(files: Sequence[str], to: Path, language: str) -> Sequence[Input]:
    """The files to organize; an error where one is none of this machine's, or there is none."""
    if any(map(is_url, files)):
        raise typer.BadParameter("只整理本机文件 · only files of this machine can be organized")
    inputs = _outside(find_inputs(files), files, to)
    if not inputs:
        raise NoDocumentsError(message("nothing", language, where=", ".join(files)))
    return inputs


def _filed(plan: Iterator[Filed], filing: Filing, to: Path, language: str) -> int:
    """Carry out the *plan*, or only show it; how many stayed for a reason that a person should see to."""
    if filing.dry_run:
        return _shown(plan, language)
    log = filing.log or to / f"organize-{datetime.now():%Y%m%d-%H%M%S-%f}.jsonl"
    stayed = _shown(carried_out(plan, log, MOVE if filing.move else COPY), language)
    say(message("undo_log", language, log=log))
    return stayed


def _outside(inputs: Sequence[Input], files: Sequence[str], to: Path) -> Sequence[Input]:
    """The inputs without those that lie under *to* and were only met on a walk from above it."""
    root = os.path.realpath(to)
    if any(os.path.realpath(file) == root or _is_under(file, root) for file in files):
        return inputs
    return [item for item in inputs if not isinstance(item.source, Path) or not _is_under(item.source, root)]


def _is_under(path: str | Path, root: str) -> bool:
    return os.path.realpath(path).startswith(root + os.sep)


def _shown(filed: Iterator[Filed], language: str) -> int:
    """Print one line per file; how many stayed for a reason that a person should see to."""
    stayed = 0
    for item in filed:
        if item.reason is None:
            typer.echo(screen_text(f"{item.source} → {item.target}"))
        else:
            stayed += item.reason != "there"
            words = in_language(REASONS[item.reason], language).format(fields="、".join(item.fields))
            typer.echo(screen_text(f"{item.source}: {words}"))
    return stayed


def _undo(log: Path, language: str) -> int:
    failed = 0
    for done, was_undone in undone(log):
        failed += not was_undone
        name = "undone" if was_undone else "not_undone"
        typer.echo(message(name, language, source=done.source, target=done.target))
    return SOME_NOT_ACCEPTED if failed else ALL_ACCEPTED
