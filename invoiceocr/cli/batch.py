"""`invoiceocr batch`: many files, resumable; `invoiceocr batch merge`: its results, sorted and exported."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from invoiceocr.batch import factory, manifest
from invoiceocr.batch.inputs import STANDARD_INPUT, each_input
from invoiceocr.batch.manifest import Manifest
from invoiceocr.batch.pool import shared_settings
from invoiceocr.batch.tally import ALL_ACCEPTED, INTERNAL, SOME_NOT_ACCEPTED, SOME_UNREAD, Tally
from invoiceocr.cli.batch_progress import Reporter
from invoiceocr.cli.extract import Fake, FormatOption, Output, check_suffix, default_format, writer
from invoiceocr.cli.ledger_output import Where
from invoiceocr.cli.messages import message, say, summary
from invoiceocr.cli.options import with_settings
from invoiceocr.cli.outputs import Format
from invoiceocr.cli.streams import output_stream
from invoiceocr.errors import NoDocumentsError, SettingsError
from invoiceocr.settings import Settings
from invoiceocr.workers.pool import processes

if TYPE_CHECKING:
    from invoiceocr.batch.journal import Journal
    from invoiceocr.batch.line import Line

MEGABYTE = 1_000_000


class Engine(StrEnum):
    """The values of `--engine`."""

    LOCAL = "local"


Files = Annotated[
    list[str], typer.Argument(metavar="IN...", help="文件、目录、通配符 · files, folders, patterns", show_default=False)
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="结果目录 · folder of the results")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=0, help="进程数，0 为全部核心 · processes, 0 for all cores")]
EngineOption = Annotated[Engine, typer.Option("--engine", help="本机 · on this machine")]
Timeout = Annotated[
    float | None,
    typer.Option("--timeout", metavar="S", min=0.001, help="单个文件的时限（秒），缺省 300 · seconds a file may take"),
]
Memory = Annotated[
    int | None, typer.Option("--memory", metavar="MB", min=1, help="单个进程的内存上限（MB）· a process may take")
]
Resume = Annotated[
    bool, typer.Option("--resume", help="版本或设置变了也续跑 · go on even with another version or other settings")
]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="batch 的结果目录 · the folder of a batch")]


@with_settings
def batch(
    files: Files,
    out: Out,
    jobs: Jobs = 0,
    engine: EngineOption = Engine.LOCAL,
    timeout: Timeout = None,
    memory: Memory = None,
    resume: Resume = False,
    ledger: Where = None,
    fake: Fake = None,
    *,
    settings: Settings,
) -> int:
    """批量识别，可断点续跑 · Read many files; a run that was killed goes on where it was.

    DIR 中：results-*.jsonl 每个文件一行，failed.jsonl 读不了的，manifest.json 进度。
    合并导出 · sorted and exported: invoiceocr batch merge DIR -o OUT
    退出码同 extract · exit codes as of extract.
    """
    from invoiceocr.batch.journal import Journal
    from invoiceocr.batch.run import Batch, limits_of

    if STANDARD_INPUT in files:
        raise typer.BadParameter("batch 不读标准输入 · a batch can't go on with standard input")
    plan = _planned(out, files, settings, resume)
    jobs = processes(jobs)
    build = factory.reader_builder(shared_settings(settings, jobs), fake, ledger)
    if ledger is not None:
        factory.open_ledger(ledger, settings).close()  # what is wrong with it must show now
        build = partial(factory.build_marking_reader, build, settings, ledger)
    work = Batch(build, jobs, limits_of(jobs, timeout, memory * MEGABYTE if memory else None))
    with Journal(out) as journal, _manifest_kept(plan, journal, out):
        total = sum(1 for _ in each_input(files, leave_out=out))
        if not total:
            raise NoDocumentsError(message("nothing", settings.language, where=", ".join(files)))
        _report(work.run(each_input(files, leave_out=out), journal), journal, total, settings.language)
        return _exit_code(journal)


def _planned(out: Path, files: list[str], settings: Settings, resume: bool) -> Manifest:
    """The manifest to go on with; SettingsError where the results there were read otherwise and nobody said that
    they may stand side by side."""
    from invoiceocr import __version__

    plan, former = Manifest.begin(__version__, settings, files), manifest.load(out)
    if former is None:
        return plan
    if not (resume or former.same_reading(plan)):
        raise SettingsError(
            f"{out}: its results were read by version {former.version} with other settings or another version; "
            "give another folder, or --resume to go on regardless"
        )
    return plan.model_copy(update={"started": former.started})


@contextlib.contextmanager
def _manifest_kept(plan: Manifest, journal: Journal, out: Path) -> Iterator[None]:
    """The manifest says while the block runs, and after it, how far the batch is."""
    plan.at(journal.states, "running").write(out)
    try:
        yield
    except BaseException:
        plan.at(journal.states, "interrupted").write(out)
        raise
    plan.at(journal.states, "done").write(out)


def _report(lines: Iterable[Line], journal: Journal, total: int, language: str) -> None:
    reporter = Reporter(total, len(journal), language)
    for _ in lines:
        reporter.show(journal.states)
    reporter.finish(journal.states)


def _exit_code(journal: Journal) -> int:
    from invoiceocr.batch.line import State

    codes = {State.INTERNAL: INTERNAL, State.UNREAD: SOME_UNREAD, State.REVIEW: SOME_NOT_ACCEPTED}
    return next((code for state, code in codes.items() if journal.states[state]), ALL_ACCEPTED)


@with_settings
def batch_merge(
    folder: Folder, output_format: FormatOption = None, output: Output = None, *, settings: Settings
) -> int:
    """合并 batch 的结果：按文件名排序，查同批重复，导出 · The results of a batch, sorted by file, compared with one
    another and exported."""
    from invoiceocr.batch.merge import merged

    check_suffix(output, output_format)
    tally = Tally()
    results = factory.build_reader(settings).compared(merged(folder))
    with output_stream(output) as stream:
        chosen: Format = output_format or default_format(output, stream)
        writer(chosen, stream, settings)(tally.counted(results), stream)
    say(summary(tally, settings.language))
    return tally.exit_code
