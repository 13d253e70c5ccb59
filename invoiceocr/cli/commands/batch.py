"""`invoiceocr batch`: many files, resumable; `invoiceocr batch merge`: its results, sorted and exported."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from invoiceocr.batch import factory, manifest
from invoiceocr.batch.inputs import STANDARD_INPUT, Input, each_input, each_member, listed_in
from invoiceocr.batch.manifest import Manifest
from invoiceocr.batch.pool import shared_settings
from invoiceocr.batch.tally import ALL_ACCEPTED, INTERNAL, SOME_NOT_ACCEPTED, SOME_UNREAD, Tally
from invoiceocr.cli.batch_progress import Reporter
from invoiceocr.cli.commands.extract import FormatOption, check_suffix, default_format, writer
from invoiceocr.cli.messages import message, say, summary
from invoiceocr.cli.options import Claims, Fake, Jobs, Output, Timeout, with_settings
from invoiceocr.cli.outputs import Format
from invoiceocr.cli.streams import output_stream
from invoiceocr.errors import NoDocumentsError, SettingsError
from invoiceocr.settings import Settings
from invoiceocr.workers.pool import processes

if TYPE_CHECKING:
    from invoiceocr.batch.journal import Journal
    from invoiceocr.batch.line import Line
    from invoiceocr.batch.run import Batch
    from invoiceocr.pipeline.parallel import Build

MEGABYTE = 1_000_000


class Engine(StrEnum):
    """The values of `--engine`."""

    LOCAL = "local"
    RAY = "ray"


Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="IN...", help="文件、目录、通配符、URL · files, folders, patterns, URLs", show_default=False
    ),
]
FilesFrom = Annotated[
    list[Path] | None,
    typer.Option("--files-from", metavar="LIST", help="文件清单，每行一个路径 · a list of paths, one per line"),
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="结果目录 · folder of the results")]
EngineOption = Annotated[Engine, typer.Option("--engine", help="本机或 Ray 集群 · this machine or a Ray cluster")]
Address = Annotated[
    str | None,
    typer.Option("--address", metavar="ADDR", help="Ray 集群地址 · address of the Ray cluster, host:port or auto"),
]
Memory = Annotated[
    int | None, typer.Option("--memory", metavar="MB", min=1, help="单个进程的内存上限（MB）· a process may take")
]
Resume = Annotated[
    bool, typer.Option("--resume", help="版本或设置变了也续跑 · continue despite another version or settings")
]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="batch 的结果目录 · folder with the results of a batch")]


@dataclass(frozen=True, slots=True)
class Running:
    """On what a batch runs, within which limits."""

    jobs: Jobs = 0
    engine: EngineOption = Engine.LOCAL
    address: Address = None
    timeout: Timeout = None
    memory: Memory = None
    resume: Resume = False

    @property
    def memory_bytes(self) -> int | None:
        """What a process may take; None where nobody said."""
        return self.memory * MEGABYTE if self.memory else None


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read, beside the settings."""

    ledger: Claims = None
    fake: Fake = None


@with_settings
def batch(
    out: Out, files: Files = None, files_from: FilesFrom = None, *, how: Running, reading: Reading, settings: Settings
) -> int:
    """批量识别，可断点续跑 · Read many files; a run that was killed can be continued.

    DIR 中：results-*.jsonl 每个文件一行，failed.jsonl 读不了的，manifest.json 进度 ·
    in DIR: results-*.jsonl with one line per file, failed.jsonl with those that could not be read, manifest.json.

    合并导出：invoiceocr batch merge DIR -o OUT · to sort and export: invoiceocr batch merge DIR -o OUT

    退出码同 extract · exit codes are those of extract.
    """
    from invoiceocr.batch.journal import Journal
    from invoiceocr.batch.line import input_key

    named, lists = files or [], files_from or []
    _check_arguments(named, lists, how)
    plan = _planned(out, [*named, *map(str, lists)], settings, how.resume)
    work = _work(settings, reading, how)

    def inputs() -> Iterator[Input]:
        return each_member(each_input(chain(named, listed_in(lists)), leave_out=out))

    with Journal(out) as journal, _manifest_kept(plan, journal, out):
        fresh = [input_key(item) not in journal for item in inputs()]
        if not fresh:
            raise NoDocumentsError(message("nothing", settings.language, where=", ".join(plan.inputs)))
        _report(work.run(inputs(), journal), journal, sum(fresh), settings.language)
        return _exit_code(journal)


def _check_arguments(named: list[str], lists: list[Path], how: Running) -> None:
    if not named and not lists:
        raise typer.BadParameter("请给出 IN 或 --files-from · give IN or --files-from")
    if STANDARD_INPUT in named:
        raise typer.BadParameter("batch 不读标准输入 · a batch does not read standard input")
    if how.address is not None and how.engine is not Engine.RAY:
        raise typer.BadParameter("--address 只用于 --engine ray · --address is for --engine ray")


def _work(settings: Settings, reading: Reading, how: Running) -> Batch:
    """The batch that the options ask for. On a cluster a worker has one processor, and 0 jobs are all of them."""
    from invoiceocr.batch.run import Batch, limits_of, on_ray, share_of_memory

    if how.engine is Engine.RAY:
        build = _builder(settings.model_copy(update={"threads": settings.threads or 1}), settings, reading)
        return Batch(build, how.jobs, limits_of(how.timeout, how.memory_bytes), on_ray(how.address))
    jobs = processes(how.jobs)
    build = _builder(shared_settings(settings, jobs), settings, reading)
    return Batch(build, jobs, limits_of(how.timeout, how.memory_bytes or share_of_memory(jobs)))


def _builder(of_worker: Settings, settings: Settings, reading: Reading) -> Build:
    build = factory.reader_builder(of_worker, reading.fake, reading.ledger)
    if reading.ledger is None:
        return build
    factory.open_ledger(reading.ledger, settings).close()  # what is wrong with it must show now
    return partial(factory.build_marking_reader, build, settings, reading.ledger)


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
            "give another folder, or --resume to go on regardless",
            zh=f"{out}：其中的结果由版本 {former.version} 或以其他设置读成，请另给目录，或用 --resume 接着做",
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


def _report(lines: Iterable[Line], journal: Journal, fresh: int, language: str) -> None:
    reporter = Reporter(fresh, len(journal), language)
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
    """合并 batch 的结果：按文件名排序，查同批重复，导出 · Sort the results of a batch by file, compare them with one
    another, and export them."""
    from invoiceocr.batch.merge import merged, write_merged_jsonl

    check_suffix(output, output_format)
    tally, reader = Tally(), factory.build_reader(settings)
    with output_stream(output) as stream:
        chosen: Format = output_format or default_format(output, stream)
        if chosen is Format.JSONL:
            write_merged_jsonl(folder, stream, reader.comparison(), tally)
        else:
            results = reader.compared(merged(folder))
            writer(chosen, stream, settings)(tally.counted(results), stream)
    say(summary(tally, settings.language))
    return tally.exit_code
