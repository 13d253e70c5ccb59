import pytest

from invoiceocr.workers.task import NO_LIMITS, Limits, Loss, Lost, Task


def unasked() -> int:
    raise AssertionError("the size was asked though nothing limits it")


def test_a_task_is_given_up_when_it_loses_its_worker_again() -> None:
    task = Task(0, "a.pdf")
    assert task.given_up("crashed") is None
    assert task.given_up("timed_out") == Lost("timed_out", 2)


@pytest.mark.parametrize(
    ("seconds", "size", "excess"), [(5.0, 100, None), (5.1, 101, "timed_out"), (5.0, 101, "out_of_memory")]
)
def test_a_task_has_too_much_only_beyond_a_limit(seconds: float, size: int, excess: Loss | None) -> None:
    assert Limits(timeout_s=5.0, memory_bytes=100).excess(seconds, lambda: size) == excess


def test_the_size_of_a_worker_is_asked_only_where_it_is_limited() -> None:
    assert NO_LIMITS.excess(1e9, unasked) is None
    assert not NO_LIMITS.is_outgrown(unasked)


def test_a_worker_is_outgrown_beyond_its_limit() -> None:
    limits = Limits(recycle_bytes=100)
    assert [limits.is_outgrown(lambda size=size: size) for size in (100, 101)] == [False, True]  # type: ignore[misc]
