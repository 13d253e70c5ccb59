from __future__ import annotations

import asyncio
import threading

import pytest

pytest.importorskip("fastapi")
from invoiceocr.service.event_loop import in_thread


def test_a_call_in_a_thread_gives_what_it_returns_or_raises() -> None:
    assert asyncio.run(in_thread(max, 1, 2)) == 2
    with pytest.raises(ZeroDivisionError):
        asyncio.run(in_thread(divmod, 1, 0))


def test_what_was_begun_in_a_thread_is_finished_before_a_canceled_task_ends() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(10)
        done.set()

    async def cancel() -> None:
        task = asyncio.create_task(in_thread(work))
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        asyncio.get_running_loop().call_later(0.05, go_on.set)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert done.is_set()

    asyncio.run(cancel())
