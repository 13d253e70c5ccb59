from __future__ import annotations

import threading

import pytest

from invoiceocr.service.processes.threads import Threads

SECONDS = 10


def refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the system start no more threads."""

    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)


def test_a_call_waits_for_another_thread_where_none_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    threads, go_on, made = Threads(2), threading.Event(), threading.Event()
    begun = threading.Event()

    def wait() -> None:
        begun.set()
        go_on.wait(SECONDS)

    threads.do(wait)
    assert begun.wait(SECONDS)
    with monkeypatch.context() as context:
        refuse(context)
        threads.do(made.set)
    go_on.set()
    assert made.wait(SECONDS)
    threads.end()


def test_a_call_is_refused_and_not_kept_where_there_is_no_thread_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    threads, made, lost = Threads(2), threading.Event(), threading.Event()
    with monkeypatch.context() as context:
        refuse(context)
        with pytest.raises(RuntimeError):
            threads.do(lost.set)
    threads.do(made.set)
    assert made.wait(SECONDS)
    threads.end()
    assert not lost.is_set()


def test_a_call_that_fails_ends_no_thread() -> None:
    threads, made = Threads(1), threading.Event()

    def fail() -> None:
        raise ValueError("anything")

    threads.do(fail)
    threads.do(made.set)
    assert made.wait(SECONDS)
    threads.end()
