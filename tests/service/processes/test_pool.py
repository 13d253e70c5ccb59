from __future__ import annotations

import errno
import gc
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from pickle import UnpicklingError

import pytest

pytest.importorskip("fastapi")
from serving import PDF, PICTURE

from invoiceocr.ocr.manifest import ModelEntry
from invoiceocr.service.options import Limits
from invoiceocr.service.processes import worker
from invoiceocr.service.processes.pool import BusyError, Pool, _Worker
from invoiceocr.service.processes.tasks import (
    Answer,
    Failure,
    LineTask,
    Means,
    ReadAnswer,
    ReadTask,
    Reply,
    Task,
    WarmTask,
)
from invoiceocr.service.processes.worker import Desk
from invoiceocr.service.service import same
from invoiceocr.settings import Settings
from invoiceocr.specimens import Order, deliver
from invoiceocr.workers.garbage import COLLECTED

SETTINGS = Settings(threads=1)


def task(path: Path) -> ReadTask:
    return ReadTask(path, path.name, SETTINGS)


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    started = Pool(Means(SETTINGS), 1, Limits())
    started.start()
    yield started
    started.stop()


def test_a_worker_reads_a_file(pool: Pool) -> None:
    answer = pool.submit(task(PDF), same).result(60)
    assert isinstance(answer, ReadAnswer)
    assert answer.result.invoices[0].number == "24622000000721518982"


def test_a_task_without_settings_is_done_with_the_worker_s_own() -> None:
    desk = Desk(Means(Settings(threads=1, language="en", accept_confidence=1.0)))
    own, other = (desk(ReadTask(PDF, PDF.name, settings)) for settings in (None, Settings(threads=1, language="zh")))
    assert isinstance(own, ReadAnswer)
    assert isinstance(other, ReadAnswer)
    told = [[f.message for f in answer.result.invoices[0].findings] for answer in (own, other)]
    assert told[0]
    assert all(message.isascii() for message in told[0])
    assert told[0] != told[1]


def test_a_picture_is_explained_with_the_same_reading(pool: Pool) -> None:
    answer = pool.submit(task(PICTURE), same).result(60)
    assert isinstance(answer, ReadAnswer)
    assert answer.details is not None
    assert answer.details.pictures[0].jpeg[:2] == b"\xff\xd8"
    assert '"characters"' in answer.details.explanations[0]


def test_a_worker_that_is_warm_loads_no_model_with_its_first_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    loaded, load = list[str](), ModelEntry.load

    def note(entry: ModelEntry) -> bytes:
        loaded.append(entry.kind)
        return load(entry)

    monkeypatch.setattr(ModelEntry, "load", note)
    desk = Desk(Means(SETTINGS))
    assert desk(WarmTask()) is None
    assert {"detector", "recognizer", "orienter"} <= set(loaded)
    loaded.clear()
    path = tmp_path / "photo.png"
    path.write_bytes(deliver(Order("taxi", 9901, "png", "photo")).data)
    assert isinstance(desk(replace(task(path), settings=None)), ReadAnswer)
    assert loaded == []


def test_a_worker_whose_models_are_damaged_is_not_ready_but_reads_what_needs_none(
    caplog: pytest.LogCaptureFixture,
) -> None:
    started = Pool(Means(Settings(threads=1, recognizer="damaged")), 1, Limits())
    started.start()
    try:
        answer = started.submit(replace(task(PDF), settings=None), same).result(60)
        assert isinstance(answer, ReadAnswer)
        assert answer.result.invoices
        assert started.warm == 0
        assert started.trouble is not None
        assert started.trouble.code == "bad_model"
        assert "a worker can't load its models" in caplog.messages
    finally:
        started.stop()


def test_the_garbage_collector_spares_what_a_warm_worker_has_loaded_and_comes_rarely(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Pipe:
        def __init__(self) -> None:
            self.tasks = [WarmTask()]

        def recv(self) -> WarmTask:
            if not self.tasks:
                raise EOFError
            return self.tasks.pop()

        def send(self, reply: Reply) -> None:
            assert gc.get_freeze_count() == 0

    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(worker, "desk_of", lambda _: lambda task: None)
    gc.unfreeze()
    usual = gc.get_threshold()
    try:
        worker.work(Pipe(), Means(SETTINGS))  # type: ignore[arg-type]
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] == COLLECTED
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)


def test_a_worker_gets_a_file_from_who_asks_but_bytes_from_a_thread(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool.submit(task(PDF), same).result(60)
    while pool.busy or not pool._idle:
        time.sleep(0.001)
    senders: list[threading.Thread] = []
    begin = _Worker.begin

    def noted(self: _Worker, task: Task) -> None:
        senders.append(threading.current_thread())
        begin(self, task)

    monkeypatch.setattr(_Worker, "begin", noted)
    for wanted in (task(PDF), LineTask(PDF.read_bytes(), PDF.name)):
        assert not isinstance(pool.submit(wanted, same).result(60), Failure)
        while not pool._idle:
            time.sleep(0.001)
    assert [sender is threading.main_thread() for sender in senders] == [True, False]


def test_a_worker_that_dies_costs_one_task_and_is_replaced(pool: Pool) -> None:
    pool.submit(task(PDF), same).result(60)
    future, following = pool.submit(task(PICTURE), same), pool.submit(task(PDF), same)
    while not pool.busy:
        time.sleep(0.001)
    next(iter(pool._workers)).process.kill()
    failure = future.result(60)
    assert isinstance(failure, Failure)
    assert failure.code == "crashed"
    assert isinstance(following.result(60), ReadAnswer)


def test_a_task_that_takes_too_long_is_given_up(pool: Pool) -> None:
    pool.submit(task(PDF), same).result(60)
    pool._limits = replace(pool._limits, read_seconds=0.05)
    try:
        assert pool.submit(task(PICTURE), same).result(60) == Failure("timed_out", "not read within 0.05 s")
    finally:
        pool._limits = Limits()
    assert isinstance(pool.submit(task(PDF), same).result(60), ReadAnswer)


def test_an_archive_has_more_time_than_a_file(pool: Pool) -> None:
    pool.submit(task(PDF), same).result(60)
    pool._limits = replace(pool._limits, read_seconds=0.01, member_seconds=60)
    try:
        assert isinstance(pool.submit(replace(task(PICTURE), members=2), same).result(60), ReadAnswer)
    finally:
        pool._limits = Limits()


@pytest.mark.parametrize(("members", "seconds"), [(1, 120), (2, 130), (101, 1120), (65_535, 3600)])
def test_the_time_for_an_archive_grows_with_its_files_up_to_an_hour(members: int, seconds: float) -> None:
    assert Limits().seconds(members) == seconds


def test_an_operator_may_give_a_file_more_than_an_hour() -> None:
    assert [Limits(read_seconds=7200).seconds(members) for members in (1, 2, 3000)] == [7200, 7200, 7200]


def test_a_file_that_is_gone_is_a_failure_and_no_crash(pool: Pool) -> None:
    assert isinstance(pool.submit(task(Path("/nowhere.pdf")), same).result(60), Failure)


def test_more_than_the_queue_holds_is_refused_with_a_time_to_come_back() -> None:
    idle = Pool(Means(SETTINGS), 1, Limits(waiting=1))
    idle.submit(task(PDF), same)
    with pytest.raises(BusyError) as refused:
        idle.submit(task(PDF), same)
    assert refused.value.retry_after >= 1
    idle.submit(task(PDF), same, patient=True)
    assert idle.waiting == 2


def test_a_worker_reads_on_while_what_it_read_is_being_kept(pool: Pool) -> None:
    kept, read = threading.Event(), threading.Event()

    def keep(answer: Answer) -> bool:
        while not kept.wait(0.01):
            if pool.busy:
                read.set()
        return isinstance(answer, ReadAnswer)

    first, second = pool.submit(task(PDF), keep), pool.submit(task(PDF), same)
    assert read.wait(60)
    kept.set()
    assert first.result(60)
    assert isinstance(second.result(60), ReadAnswer)


def test_what_can_not_be_kept_is_told_and_ends_no_worker(pool: Pool) -> None:
    def keep(_: Answer) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="space"):
        pool.submit(task(PDF), keep).result(60)
    assert isinstance(pool.submit(task(PDF), same).result(60), ReadAnswer)


def test_what_takes_long_to_keep_holds_up_no_other_answer(pool: Pool) -> None:
    kept = threading.Event()
    slow, busy = pool.submit(task(PDF), lambda _: kept.wait(60)), pool.submit(task(PDF), same)
    try:
        assert isinstance(busy.result(60), ReadAnswer)
        idle = pool.submit(task(PDF), same)
        assert isinstance(idle.result(60), ReadAnswer)
        assert not slow.done()
    finally:
        kept.set()
    assert slow.result(60)


def test_a_pool_that_is_stopped_finishes_what_is_under_way_and_cancels_what_waits() -> None:
    pool = Pool(Means(SETTINGS), 1, Limits())
    pool.start()
    pool.submit(task(PDF), same).result(60)
    begun, waiting = pool.submit(task(PICTURE), same), pool.submit(task(PDF), same)
    while not pool.busy:
        time.sleep(0.001)
    pool.stop()
    assert isinstance(begun.result(0), ReadAnswer)
    assert waiting.cancelled()
    assert not [worker for worker in pool._workers if worker.process.is_alive()]


@pytest.fixture
def released(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Workers that read a file at once, and an archive when this is set."""
    released = threading.Event()

    class Worker:
        def __init__(self, _: Means) -> None:
            self.task: Task = WarmTask()

        def begin(self, task: Task) -> None:
            self.task = task

        def reply(self, _: float) -> Reply:
            if isinstance(self.task, ReadTask) and self.task.members > 1:
                assert released.wait(60)
            return Reply(None)

        def end(self) -> None:
            pass

    monkeypatch.setattr("invoiceocr.service.processes.pool._Worker", Worker)
    return released


@pytest.mark.parametrize("patient", [True, False])
def test_archives_leave_a_worker_to_single_files(released: threading.Event, patient: bool) -> None:
    pool = Pool(Means(SETTINGS), 2, Limits())
    pool.start()
    archives = [pool.submit(replace(task(PDF), members=9), same, patient=patient) for _ in range(3)]
    try:
        for _ in range(5):
            pool.submit(task(PDF), same, patient=True).result(60)
        assert pool.waiting == 2
    finally:
        released.set()
    assert [archive.result(60) for archive in archives] == [None, None, None]
    pool.stop()


def test_the_only_worker_reads_archives_too(released: threading.Event) -> None:
    pool = Pool(Means(SETTINGS), 1, Limits())
    pool.start()
    released.set()
    assert pool.submit(replace(task(PDF), members=9), same).result(60) is None
    pool.stop()


class Canned:
    """Stands for a worker whose replies are given; how long it takes to end is, too."""

    replies: Iterator[Reply | Failure]
    loads: list[Answer]
    errors: list[Exception]
    kept = threading.Event()

    def __init__(self, means: Means) -> None:
        if self.errors:
            raise self.errors.pop()
        self.process = self
        self.is_warm = False

    def begin(self, task: Task) -> None:
        self._is_warm = isinstance(task, WarmTask)

    def reply(self, seconds: float) -> Reply | Failure:
        if self._is_warm:
            return Reply(self.loads.pop() if self.loads else None)
        return next(self.replies)

    def end(self) -> None:
        pass

    def kill(self) -> None:
        self.kept.wait(60)


@pytest.fixture
def canned(monkeypatch: pytest.MonkeyPatch) -> type[Canned]:
    monkeypatch.setattr("invoiceocr.service.processes.pool._Worker", Canned)
    monkeypatch.setattr("invoiceocr.service.processes.pool.HIRE_PAUSE", 0.01)
    monkeypatch.setattr(Canned, "errors", [], raising=False)
    monkeypatch.setattr(Canned, "loads", [], raising=False)
    monkeypatch.setattr(Canned, "kept", threading.Event())
    monkeypatch.setattr(Canned, "replies", iter([Reply(None, 0)] * 9), raising=False)
    return Canned


def test_a_worker_is_started_as_soon_as_the_system_allows_a_process_again(canned: type[Canned]) -> None:
    canned.errors.append(OSError(errno.ENOMEM, "Cannot allocate memory"))
    pool = Pool(Means(SETTINGS), 1, Limits())
    pool.start()
    assert pool.submit(task(PDF), same).result(60) is None
    pool.stop()


@pytest.mark.parametrize(
    ("loads", "warm", "left"),
    [
        (["out_of_memory", "internal_error"], 1, 0),
        (["internal_error"] * 4, 0, 1),
        (["bad_model"] * 2, 0, 1),
    ],
    ids=["it passes", "it does not pass", "the file is damaged"],
)
def test_a_worker_whose_models_did_not_load_is_replaced_a_few_times_if_the_trouble_may_pass(
    canned: type[Canned], loads: list[str], warm: int, left: int
) -> None:
    canned.loads += [Failure(code, "it did not load") for code in loads]
    canned.kept.set()
    pool = Pool(Means(SETTINGS), 1, Limits())
    pool.start()
    assert pool.submit(task(PDF), same).result(60) is None
    assert (pool.warm, len(canned.loads)) == (warm, left)
    assert (pool.trouble is None) == bool(warm)
    pool.stop()


def test_an_answer_does_not_wait_for_the_end_of_the_process_that_failed(
    canned: type[Canned], monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = Failure("crashed", "it died")
    monkeypatch.setattr(Canned, "replies", iter([failure, Reply(None, 0)]))
    pool = Pool(Means(SETTINGS), 1, Limits())
    pool.start()
    try:
        assert pool.submit(task(PDF), same).result(5) == failure
    finally:
        canned.kept.set()
    assert pool.submit(task(PDF), same).result(60) is None
    pool.stop()


def test_a_reply_that_can_not_be_read_is_that_of_a_worker_that_crashed() -> None:
    class Pipe:
        def poll(self, seconds: float) -> bool:
            return True

        def recv(self) -> Reply:
            raise UnpicklingError("pickle data was truncated")

    worker = object.__new__(_Worker)
    worker._pipe = Pipe()  # type: ignore[assignment]
    failure = worker.reply(1)
    assert isinstance(failure, Failure)
    assert failure.code == "crashed"
