"""Threads with an owner, and processes that were forked."""

import os
import threading

import pytest

from invoiceocr.errors import ForkError
from invoiceocr.ocr.workers import Birthplace, Workers

NAME = "invoiceocr-test"


def alive(name: str) -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(name)]


def test_work_is_done_in_order() -> None:
    assert Workers(3, NAME).map(lambda item: item * 2, range(50)) == [item * 2 for item in range(50)]


def test_closing_ends_the_threads_and_new_work_starts_new_ones() -> None:
    workers = Workers(2, "invoiceocr-closed")
    workers.map(str, range(4))
    assert alive("invoiceocr-closed")

    workers.close()
    assert not alive("invoiceocr-closed")

    assert workers.map(str, range(2)) == ["0", "1"]
    workers.close()


def test_closing_twice_or_before_any_work_does_nothing() -> None:
    workers = Workers(2, NAME)

    workers.close()
    workers.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_process_that_was_forked_since_is_refused() -> None:
    made = Birthplace()
    made.check()

    child = os.fork()
    if child == 0:
        try:
            made.check()
        except ForkError as error:
            os._exit(7 if error.code == "forked" else 1)
        os._exit(0)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
