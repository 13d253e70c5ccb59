"""The actor of a Ray cluster that answers tasks, see `invoiceocr.batch.ray_pool`."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Generic, TypeVar

import ray
from ray.actor import ActorClass

from invoiceocr import __version__
from invoiceocr.errors import SettingsError
from invoiceocr.workers.memory import resident_bytes

T = TypeVar("T")
R = TypeVar("R")

# the thread of an actor in which `resident` answers while a task is worked on
WATCH = "watch"


class Worker(Generic[T, R]):
    """Builds what works once, then answers task by task."""

    def __init__(self, build: Callable[[], Callable[[T], R]], version: str) -> None:
        self._build, self._version = build, version
        self._work: Callable[[T], R] | None = None

    def start(self) -> str:
        """Build, and return the id of the node. SettingsError where the node has another version installed."""
        if self._version != __version__:
            raise SettingsError(
                f"a node of the cluster has invoiceocr {__version__}, this machine {self._version}",
                zh=f"集群中有节点的 invoiceocr 版本为 {__version__}，本机为 {self._version}，请统一版本",
            )
        self._work = self._build()
        return str(ray.get_runtime_context().get_node_id())

    def answer(self, task: T) -> tuple[R, int]:
        """What the work makes of *task*, and the resident bytes of this process after it."""
        assert self._work is not None
        return self._work(task), resident_bytes(os.getpid())

    @ray.method(concurrency_group=WATCH)  # type: ignore[untyped-decorator]
    def resident(self) -> int:
        """The resident bytes of this process; answered beside the work."""
        return resident_bytes(os.getpid())


@cache
def actor_class() -> ActorClass:
    """The actor: one processor, never restarted by Ray, since the driver decides what becomes of its task."""
    made: ActorClass = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0, concurrency_groups={WATCH: 1})(Worker)
    return made
