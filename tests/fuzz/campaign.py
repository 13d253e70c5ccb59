"""Cases one after another in a process of its own, so that crashes, hangs and memory are seen from outside."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from . import mutations, trial

# of processor time for a page, or a file without pages: other work on the machine makes any file slow
MAX_SECONDS = 10.0
PATIENCE = 60.0  # seconds without an answer after which the worker is asked for its processor time
MOST_PATIENCE = 3600.0  # seconds after which it counts as hanging, whatever else the machine does
MAX_BYTES = 1_000_000_000
USER_TIME = 11  # of the words behind the name in /proc/PID/stat: user time, then system time, in ticks
STACKED = (1, 1, 1, 2, 3)  # how many mutations lie over one another


@dataclass(frozen=True)
class Plan:
    """Which cases to run: those of *seed* from number *first* on, of one *kind* or all, until time or count is up."""

    seed: int
    seconds: float
    count: int = 10**9
    first: int = 0
    kind: str = ""
    keep: Path | None = None


@dataclass
class Report:
    """What came of the cases: outcomes by code, and those that failed."""

    files: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    largest: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = Counter(line.split()[1] for line in self.failed)
        counts = ", ".join(f"{name} {kinds[name]}" for name in ("crash", "hang", "memory", "internal_error"))
        outcomes = ", ".join(f"{code} {count}" for code, count in self.outcomes.most_common())
        told = "\n".join(self.failed[:40])
        extremes = f"slowest {self.slowest:.1f} s, peak {self.largest / 1e6:.0f} MB"
        return f"{told}\n{outcomes}\n{self.files} files in {self.seconds:.0f} s, {extremes}: {counts}"


def case(plan: Plan, number: int) -> tuple[str, bytes]:
    """(kind, bytes) of the case of that number."""
    from .seeds import SEEDS, built

    chance = Random(f"{plan.seed}/{number}")
    kind = plan.kind or chance.choice(list(SEEDS))
    data = chance.choice(built(kind))
    for _ in range(chance.choice(STACKED)):
        data = chance.choice(mutations.MUTATIONS[kind])(data, chance) if len(data) > 1 else data
    return kind, data


def run(plan: Plan) -> Report:
    """Run the cases of *plan* in a worker process; a new one takes over where it dies or hangs."""
    report, start = Report(), time.monotonic()
    while _left(plan, report, start):
        with _Worker(plan, plan.first + report.files) as worker:
            while _left(plan, report, start) and _answered(plan, report, worker):
                pass
    report.seconds = time.monotonic() - start
    return report


def _left(plan: Plan, report: Report, start: float) -> bool:
    return report.files < plan.count and time.monotonic() - start < plan.seconds


class _Worker:
    """A process that makes and reads the cases from number *first* on."""

    def __init__(self, plan: Plan, first: int) -> None:
        self.folder = TemporaryDirectory(prefix="fuzz")
        context = multiprocessing.get_context("spawn")
        self.answers, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=work, args=(plan, first, Path(self.folder.name), theirs), daemon=True)
        self.process.start()
        theirs.close()

    def answers_in_time(self) -> bool:
        """Whether an answer comes before the worker has used up its processor time for a file."""
        start, waited = self._processor_time(), 0.0
        while not self.answers.poll(PATIENCE):
            waited += PATIENCE
            if self._processor_time() - start > PATIENCE / 2 or waited >= MOST_PATIENCE:
                return False
        return True

    def _processor_time(self) -> float:
        """In seconds; the clock's where the system doesn't tell it."""
        try:
            told = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
        except OSError:
            return time.monotonic()
        return sum(map(int, told[USER_TIME : USER_TIME + 2])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self) -> _Worker:
        assert self.answers.recv() == "ready"
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.join()
        self.answers.close()
        self.folder.cleanup()


def _answered(plan: Plan, report: Report, worker: _Worker) -> bool:
    """Whether the worker lives on after the next case, which is noted."""
    try:
        outcome, took, peak = worker.answers.recv() if worker.answers_in_time() else ("hang", PATIENCE, 0)
    except EOFError:
        worker.process.join()
        outcome, took, peak = f"crash {worker.process.exitcode}", 0.0, 0
    _note(plan, report, outcome, (took, peak))
    return not outcome.startswith(("hang", "crash"))


def _note(plan: Plan, report: Report, outcome: str, measured: tuple[float, int]) -> None:
    took, peak = measured
    number = plan.first + report.files
    report.files += 1
    report.slowest, report.largest = max(report.slowest, took), max(report.largest, peak)
    report.outcomes[outcome.split(" ")[0]] += 1
    trouble = "memory" if peak > MAX_BYTES else "hang" if took > MAX_SECONDS else ""
    if trouble or outcome.startswith(("crash", "hang", "internal_error")):
        kind, data = case(plan, number)
        report.failed.append(f"{plan.seed}/{number} {trouble or outcome} [{kind}] {took:.1f} s {peak / 1e6:.0f} MB")
        if plan.keep:
            plan.keep.mkdir(parents=True, exist_ok=True)
            (plan.keep / f"{plan.seed}-{number}.{kind}").write_bytes(data)


def work(plan: Plan, first: int, folder: Path, answers: Connection) -> None:
    """The worker: makes each case and reads it; *folder* is its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # decoders complain there of each damaged picture
    attempt = trial.Trial(folder)
    answers.send("ready")
    number = first
    while True:
        kind, data = case(plan, number)
        start = time.process_time()
        outcome = attempt(kind, data)
        # a page whose text can't be used is recognized, which takes seconds
        answers.send((outcome, (time.process_time() - start) / max(1, attempt.pages), trial.peak()))
        number += 1
