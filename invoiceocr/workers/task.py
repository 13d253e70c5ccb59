"""A task and what may become of it: it is answered, or given up when it has lost its worker twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
R = TypeVar("R")
Loss = Literal["crashed", "timed_out", "out_of_memory"]

# a file that loses its worker may have met it at a bad moment; at the second time it is the file
TRIES = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take, and the size at which a worker is replaced between tasks; None is no limit."""

    timeout_s: float | None = None
    memory_bytes: int | None = None
    recycle_bytes: int | None = None

    def excess(self, seconds: float, resident_bytes: Callable[[], int]) -> Loss | None:
        """What a task that has taken *seconds*, and whose worker holds so many bytes, has too much of. The size is
        asked only where it is limited."""
        if self.timeout_s is not None and seconds > self.timeout_s:
            return "timed_out"
        if self.memory_bytes is not None and resident_bytes() > self.memory_bytes:
            return "out_of_memory"
        return None

    def is_outgrown(self, resident_bytes: Callable[[], int]) -> bool:
        """Whether a worker of that size makes way for a fresh one."""
        return self.recycle_bytes is not None and resident_bytes() > self.recycle_bytes


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Lost:
    """A task was given up: what became of its worker, twice."""

    reason: Loss
    tries: int


@dataclass(frozen=True, slots=True)
class Done(Generic[T, R]):
    """A task, its place in the input, and its answer or how it was lost."""

    index: int
    task: T
    answer: R | Lost


@dataclass(slots=True)
class Task(Generic[T]):
    """A task, its place in the input, and how often its worker was lost."""

    index: int
    task: T
    losses: int = 0

    def given_up(self, reason: Loss) -> Lost | None:
        """Count the loss of a worker. How the task is lost with it; None while it is to be tried again."""
        self.losses += 1
        return Lost(reason, self.losses) if self.losses >= TRIES else None
