"""The throughput of a Ray cluster against a model of it, with raylets on this machine:

    python -m bench.cluster --raylets 1 2 4 --tasks 400 --task-ms 100
    python -m bench.cluster --raylets 1 2 --read examples/digital_special-000102.pdf --tasks 400

Tasks that only wait show what the driver and the cluster cost, whatever the number of cores of this machine; --read
reads a file instead, on one processor a raylet, beside the same work in as many local processes. The model: W workers
of one processor each do W / (t + h) files a second, t being the time of a file and h that of handing it over, but never
more than the driver can hand out, 1 / d. h and d are fitted to the run with one raylet.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.machine import ROOT
from invoiceocr import Reader, Settings
from invoiceocr.batch.ray_pool import USAGE_REPORTS, RayPool
from invoiceocr.workers.pool import Pool
from invoiceocr.workers.task import Lost

if TYPE_CHECKING:
    from ray.cluster_utils import Cluster

# tasks a worker before the clock starts: actors start and load
WARM = 4


class Answer(NamedTuple):
    """That a task was done: by which process, and how many seconds of processor time that had used by then."""

    task: int
    process: int
    used: float

    @classmethod
    def now(cls, task: int) -> Answer:
        """The answer of this process to *task*."""
        return cls(task, os.getpid(), time.process_time())


@dataclass(frozen=True, slots=True)
class Waits:
    """A task that takes so many seconds and no processor time."""

    seconds: float

    def __call__(self) -> Callable[[int], Answer]:
        """What a worker does."""

        def wait(task: int) -> Answer:
            time.sleep(self.seconds)
            return Answer.now(task)

        return wait


@dataclass(frozen=True, slots=True)
class Reads:
    """A task that reads a file, on one thread."""

    path: Path

    def __call__(self) -> Callable[[int], Answer]:
        """What a worker does."""
        reader = Reader(Settings(threads=1))

        def read(task: int) -> Answer:
            return Answer.now(task if reader.read_one(self.path).error is None else -1)

        return read


@contextmanager
def cluster_of(raylets: int) -> Iterator[Cluster]:
    """A cluster of so many raylets with a processor each, on this machine."""
    from ray.cluster_utils import Cluster

    os.environ.setdefault(USAGE_REPORTS, "0")
    os.environ["PYTHONPATH"] = str(ROOT)
    os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112  as local processes: by default workers yield to whatever else runs
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    for _ in range(raylets - 1):
        cluster.add_node(num_cpus=1)
    try:
        yield cluster
    finally:
        cluster.shutdown()


class Rate(NamedTuple):
    """Tasks a second, and the milliseconds of processor time that a worker used for one, with taking and answering it:
    the latter says the same on a machine that does other work."""

    a_second: float
    worker_ms: float


def rate(pool: Pool[int, Answer] | RayPool[int, Answer], workers: int, tasks: int) -> Rate:
    """How fast tasks are done, after the first few of each worker; all must be answered."""
    warm, began, answers = WARM * workers, 0.0, []
    for number, done in enumerate(pool.run(range(warm + tasks)), start=1):
        if isinstance(done.answer, Lost):
            raise SystemExit(f"task {done.task} was lost: {done.answer.reason}")
        answers.append(done.answer)
        if number == warm:
            began = time.perf_counter()
    if {answer.task for answer in answers} != set(range(warm + tasks)):
        raise SystemExit("tasks were lost")
    return Rate(tasks / (time.perf_counter() - began), worker_ms(answers[warm:]))


def worker_ms(answers: list[Answer]) -> float:
    """The processor time of a worker from one answer to its next."""
    spent, count = 0.0, 0
    for process in {answer.process for answer in answers}:
        used = sorted(answer.used for answer in answers if answer.process == process)
        spent, count = spent + used[-1] - used[0], count + len(used) - 1
    return 1000 * spent / max(count, 1)


def main() -> None:
    """Read the options and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--raylets", type=int, nargs="+", default=[1, 2, 4])
    options.add_argument("--tasks", type=int, default=400, help="a raylet")
    options.add_argument("--task-ms", type=float, default=100.0)
    options.add_argument("--read", type=Path)
    given = options.parse_args()
    build = Reads(given.read.resolve()) if given.read else Waits(given.task_ms / 1000)
    first = 0.0
    for raylets in given.raylets:
        with cluster_of(raylets) as cluster:
            pool: RayPool[int, Answer] = RayPool(build, raylets, address=cluster.address)
            found = rate(pool, raylets, given.tasks * raylets)
        first = first or found.a_second / raylets
        local = rate(Pool(build, raylets), raylets, given.tasks * raylets)
        print(
            f"{raylets} raylets: {found.a_second:.1f} files a second, {found.a_second / raylets / first:.1%} of the "
            f"model of {raylets * first:.1f}; {local.a_second:.1f} in local processes, of which Ray has "
            f"{found.a_second / local.a_second:.1%}; a worker has {found.worker_ms:.2f} ms of processor time a file, "
            f"a local process {local.worker_ms:.2f} ms",
            flush=True,
        )


if __name__ == "__main__":
    main()
