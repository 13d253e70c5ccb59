import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pool_tasks
import pytest
from child import environment

from invoiceocr.errors import WorkerError
from invoiceocr.workers.pool import Pool
from invoiceocr.workers.task import Done, Limits, Lost

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")
TESTS = Path(pool_tasks.__file__).parent


def answers(found: list[Done[str, str]]) -> dict[str, str | Lost]:
    return {done.task: done.answer for done in found}


def test_every_task_is_answered_in_the_order_of_the_tasks() -> None:
    tasks = ["sleep 0.5", *(f"echo {number}" for number in range(20))]
    found = list(Pool(pool_tasks.working, 2).ordered(tasks))
    assert [done.task for done in found] == tasks
    assert [done.answer for done in found] == ["slept", *map(str, range(20))]


def test_opencv_has_one_thread_in_each_of_the_processes_that_share_the_cores() -> None:
    (found,) = Pool(pool_tasks.working, 2).run(["opencv-threads"])
    assert found.answer == "1"


def test_the_garbage_collector_spares_what_a_worker_has_loaded_for_its_first_task() -> None:
    found = Pool(pool_tasks.working, 1).ordered(["spared 1", "spared 2", "spared 3"])
    assert [done.answer for done in found] == ["False", "True", "True"]


def test_answers_come_as_they_are_done_when_no_order_is_asked() -> None:
    found = list(Pool(pool_tasks.working, 2).run(["sleep 2", "echo a"]))
    assert [done.index for done in found] == [1, 0]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes may not share a clock")
def test_a_worker_goes_on_while_the_caller_looks_at_its_answer() -> None:
    run = Pool(pool_tasks.working, 1).run(["moment 1", "moment 2"])
    next(run)
    time.sleep(0.5)
    looked_at = time.monotonic()
    assert float(str(next(run).answer)) < looked_at


def test_the_time_that_the_caller_takes_is_not_counted_against_a_worker() -> None:
    found = []
    for done in Pool(pool_tasks.working, 1, Limits(timeout_s=1.0)).run(["pid 1", "pid 2"]):
        found.append(done.answer)
        time.sleep(1.5)
    assert len(set(found)) == 1


def test_a_task_that_kills_its_worker_is_tried_twice_and_costs_no_other() -> None:
    found = answers(list(Pool(pool_tasks.working, 2).run(["echo a", "die", "echo b"])))
    assert found == {"echo a": "a", "die": Lost("crashed", 2), "echo b": "b"}


def test_a_task_that_met_a_dying_worker_by_accident_is_answered(tmp_path: Path) -> None:
    (done,) = Pool(pool_tasks.working, 1).run([f"die-once {tmp_path / 'marker'}"])
    assert done.answer == "survived"


def test_a_task_that_hangs_is_given_up() -> None:
    found = answers(list(Pool(pool_tasks.working, 1, Limits(timeout_s=0.5)).run(["sleep 60", "echo a"])))
    assert found == {"sleep 60": Lost("timed_out", 2), "echo a": "a"}


@pytest.mark.skipif(sys.platform != "linux", reason="memory of other processes is read from /proc")
def test_a_task_that_takes_too_much_memory_is_given_up() -> None:
    found = answers(list(Pool(pool_tasks.working, 1, Limits(memory_bytes=300_000_000)).run(["grow 600", "echo a"])))
    assert found == {"grow 600": Lost("out_of_memory", 2), "echo a": "a"}


@pytest.mark.skipif(sys.platform != "linux", reason="memory of other processes is read from /proc")
def test_a_worker_that_has_grown_is_replaced_between_tasks() -> None:
    first, second = Pool(pool_tasks.working, 1, Limits(recycle_bytes=1)).run(["pid 1", "pid 2"])
    assert first.answer != second.answer


def test_workers_are_kept_from_run_to_run_within_a_block() -> None:
    with Pool(pool_tasks.working, 1) as pool:
        (first,), (second,) = pool.run(["pid"]), pool.run(["pid"])
    assert first.answer == second.answer


def test_what_building_or_working_raises_is_raised() -> None:
    with pytest.raises(LookupError, match="nothing to work with"):
        list(Pool(pool_tasks.broken, 1).run(["echo a"]))
    with pytest.raises(ValueError, match="no good"):
        list(Pool(pool_tasks.working, 1).run(["fail no good"]))


def test_workers_that_never_get_to_work_are_an_error_and_no_hang() -> None:
    with pytest.raises(WorkerError, match="__main__"):
        list(Pool(pool_tasks.vanishing, 2).run(["echo a", "echo b"]))


def test_a_pool_that_a_thread_started_works_after_that_thread_has_ended() -> None:
    run = Pool(pool_tasks.working, 1).run(["pid 1", "pid 2"])
    first: list[Done[str, str]] = []
    thread = threading.Thread(target=lambda: first.append(next(run)))
    thread.start()
    thread.join()
    assert [done.answer for done in run] == [first[0].answer]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
def test_workers_die_with_their_parent_however_that_dies(sign: signal.Signals) -> None:
    program = [sys.executable, str(TESTS / "pool_tasks.py")]
    with subprocess.Popen(program, env=environment(), stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = {int(parent.stdout.readline()), int(parent.stdout.readline())}
        parent.send_signal(sign)
        parent.wait(30)
    deadline = time.monotonic() + 20
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [worker for worker in workers if alive(worker)]


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits for its parent to take note of its end doesn't."""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(told.strip()) and not told.startswith("Z")
