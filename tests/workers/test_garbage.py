"""What a process does about the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from invoiceocr import Reader
from invoiceocr.adjudication.judging.calibration import Calibration, load
from invoiceocr.batch import factory
from invoiceocr.settings import Settings
from invoiceocr.workers.garbage import loading, paused


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The collector as it was, with nothing kept from it."""
    gc.unfreeze()
    yield
    gc.unfreeze()
    gc.enable()


def test_a_pause_ends_also_where_something_fails() -> None:
    enabled = []

    @paused()
    def fail() -> None:
        enabled.append(gc.isenabled())
        raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        fail()
    assert [*enabled, gc.isenabled()] == [False, True]


def test_a_pause_leaves_a_collector_off_that_was_off() -> None:
    gc.disable()

    with paused():
        pass

    assert not gc.isenabled()


def test_what_is_loaded_for_good_is_left_alone() -> None:
    with loading():
        assert gc.get_freeze_count() == 0

    assert gc.get_freeze_count() > 0
    assert gc.isenabled()


def test_a_reader_is_built_without_collecting_and_keeps_nothing_from_the_collector_of_its_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enabled: list[bool] = []

    def noted() -> Calibration:
        enabled.append(gc.isenabled())
        return load()

    monkeypatch.setattr("invoiceocr.pipeline.reader.load_calibration", noted)

    Reader()

    assert enabled == [False]
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_the_reader_of_a_command_is_kept_from_the_collector() -> None:
    factory.build_reader(Settings.load())

    assert gc.get_freeze_count() > 0
