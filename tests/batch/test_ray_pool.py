import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import pool_tasks
import pytest
from child import environment

from invoiceocr.batch.factory import build_fake_reader
from invoiceocr.batch.inputs import Input
from invoiceocr.batch.journal import Journal
from invoiceocr.batch.ray_pool import RayPool
from invoiceocr.batch.run import Batch, Engine, on_ray, on_this_machine
from invoiceocr.errors import MissingExtraError, SettingsError
from invoiceocr.settings import Settings
from invoiceocr.workers.task import NO_LIMITS, Done, Limits, Lost

if TYPE_CHECKING:
    from ray.cluster_utils import Cluster

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def cluster() -> Iterator["Cluster"]:
    """A cluster of two raylets on this machine, whose workers can import the tasks of tests."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_worker_niceness", "0")  # by default workers yield to whatever else runs
        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
        made.add_node(num_cpus=1)
        yield made
        made.shutdown()


def done(cluster: "Cluster", *tasks: str, limits: Limits = NO_LIMITS) -> dict[str, str | Lost]:
    pool: RayPool[str, str] = RayPool(pool_tasks.working, 2, limits, cluster.address)
    return {found.task: found.answer for found in pool.run(tasks)}


def wanted_until(reached: Callable[[], bool], *, more: int) -> Iterator[int]:
    """Numbers until something is reached, and some more after it."""
    numbers = count()
    yield from takewhile(lambda _: not reached(), numbers)
    yield from islice(numbers, more)


def names(folder: Path) -> list[str]:
    return sorted(line.split('"source": "')[1].split('"')[0] for line in results(folder))


def results(folder: Path) -> list[str]:
    return [line for path in folder.glob("results-*.jsonl") for line in path.read_text().splitlines()]


def run(folder: Path, inputs: list[Input], engine: Engine) -> int:
    batch = Batch(partial(build_fake_reader, Settings(), folder.parent / "plan"), 2, NO_LIMITS, engine)
    with Journal(folder) as journal:
        return len(list(batch.run(inputs, journal)))


def test_every_task_is_answered(cluster: "Cluster") -> None:
    tasks = [f"echo {number}" for number in range(20)]
    assert done(cluster, *tasks) == {task: task.split()[1] for task in tasks}


def test_all_nodes_work_and_a_lost_one_loses_no_task_and_counts_against_none(cluster: "Cluster") -> None:
    node = cluster.add_node(num_cpus=1)
    pool: RayPool[str, str] = RayPool(pool_tasks.working, 3, NO_LIMITS, cluster.address)
    workers: set[str | Lost] = set()
    found: list[Done[str, str]] = []
    for done in pool.run(f"pid-after 0.2 {number}" for number in wanted_until(lambda: len(workers) >= 3, more=20)):
        if len(workers) < 3 and len(workers | {done.answer}) == 3:
            cluster.remove_node(node, allow_graceful=False)
        workers.add(done.answer)
        found.append(done)
    assert sorted(done.index for done in found) == list(range(len(found)))
    assert not [done for done in found if isinstance(done.answer, Lost)]


def test_a_task_that_kills_or_hangs_its_worker_is_tried_twice_and_costs_no_other(cluster: "Cluster") -> None:
    found = done(cluster, "echo a", "die", "sleep 60", "echo b", limits=Limits(timeout_s=2.0))
    assert found == {"echo a": "a", "die": Lost("crashed", 2), "sleep 60": Lost("timed_out", 2), "echo b": "b"}


def test_the_time_that_the_caller_takes_is_not_counted_against_a_worker(cluster: "Cluster") -> None:
    pool: RayPool[str, str] = RayPool(pool_tasks.working, 1, Limits(timeout_s=0.5), cluster.address)
    found = []
    for answered in pool.run(f"pid {number}" for number in range(4)):
        found.append(answered.answer)
        time.sleep(1.0)
    assert len(set(found)) == 1


def test_a_task_that_takes_too_much_memory_is_given_up(cluster: "Cluster") -> None:
    assert done(cluster, "grow 900", limits=Limits(memory_bytes=600_000_000)) == {"grow 900": Lost("out_of_memory", 2)}


def test_a_worker_that_has_grown_is_replaced_between_tasks(cluster: "Cluster") -> None:
    pool: RayPool[str, str] = RayPool(pool_tasks.working, 1, Limits(recycle_bytes=1), cluster.address)
    first, second = (found.answer for found in pool.run(["pid 1", "pid 2"]))
    assert first != second


def test_what_the_work_raises_is_raised(cluster: "Cluster") -> None:
    with pytest.raises(ValueError, match="no good"):
        done(cluster, "fail no good")


def test_a_batch_that_began_on_this_machine_goes_on_on_the_cluster_and_back(cluster: "Cluster", tmp_path: Path) -> None:
    inputs = [Input(tmp_path / f"{number}.pdf") for number in range(9)]
    for item in inputs:
        assert isinstance(item.source, Path)
        item.source.write_bytes(b"%PDF")
    (tmp_path / "plan").mkdir()
    engines = [on_this_machine, on_ray(cluster.address), on_this_machine]
    counts = [run(tmp_path / "out", inputs[: 3 * step], engine) for step, engine in enumerate(engines, start=1)]
    assert counts == [3, 3, 3]
    assert names(tmp_path / "out") == sorted(str(item.source) for item in inputs)
    with Journal(tmp_path / "out") as journal:
        assert len(journal) == 9


def test_the_command_reads_on_the_cluster(cluster: "Cluster", tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(4):
        (tmp_path / "in" / f"{number}.pdf").write_bytes(b"%PDF")
    (tmp_path / "plan").mkdir()
    words = ["batch", "in", "--out", "out", "--fake", str(tmp_path / "plan"), "--engine", "ray"]
    program = [sys.executable, "-m", "invoiceocr", *words, "--address", cluster.address]
    subprocess.run(program, cwd=tmp_path, env=environment(), check=False, timeout=120)
    assert len(results(tmp_path / "out")) == 4


def test_a_cluster_that_does_not_answer_is_an_error_in_words() -> None:
    with pytest.raises(SettingsError, match=r"127\.0\.0\.1:1"):
        list(RayPool(pool_tasks.working, 1, NO_LIMITS, "127.0.0.1:1").run(["echo a"]))


def test_without_ray_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"invoiceocr\[ray\]"):
        list(RayPool(pool_tasks.working, 1).run(["echo a"]))
