"""What keeps the event loop free: calls in threads of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

Value = TypeVar("Value")
# as many as may wait for others (a webhook, a disk) while requests go on
THREADS = ThreadPoolExecutor(40)


async def in_thread(function: Callable[..., Value], *arguments: object) -> Value:
    """What *function* returns, called in a thread so that other requests go on; it is waited for even by a task that is
    canceled, since what was begun is finished before the store is closed."""
    done = asyncio.get_running_loop().run_in_executor(THREADS, partial(function, *arguments))
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        await asyncio.wait([done])
        raise
