"""One worker process and the ends of its pipes that the parent holds."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from invoiceocr.workers import worker

# not forked: the threads of onnxruntime do not survive a fork
SPAWN = multiprocessing.get_context("spawn")
PATIENCE_S = 5.0  # for a worker without a task to end by itself


@dataclass(frozen=True, slots=True)
class Process:
    """A started worker: tasks and answers go over `connection`; it ends when `lifeline` is closed."""

    process: SpawnProcess
    connection: Connection
    lifeline: Connection

    @classmethod
    def start(cls, build: Callable[[], Callable[..., object]]) -> Process:
        """Start a worker. From the main thread the kernel is asked to end it with its parent; from any other one it
        would end with that thread."""
        ours, theirs = SPAWN.Pipe()
        watched, lifeline = SPAWN.Pipe(duplex=False)
        parent = os.getpid() if threading.current_thread() is threading.main_thread() else 0
        process = SPAWN.Process(target=worker.main, args=(build, theirs, watched, parent), daemon=True)
        process.start()
        theirs.close()
        watched.close()
        return cls(process, ours, lifeline)

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self.process.pid or 0

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self.process.kill()

    def end(self) -> None:
        """Close its pipes, upon which it ends, and wait for that; one that doesn't is killed."""
        self.connection.close()
        self.lifeline.close()
        self.process.join(PATIENCE_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()
