"""What holds for all tests."""

from __future__ import annotations

from datetime import date

import hypothesis
import pytest

from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings

# No deadline: a loaded machine is slow, and that is no failure. Derandomized, so that a red run can be repeated.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.load_profile("house")

TODAY = date(2025, 12, 31)  # later than any specimen


@pytest.fixture(scope="session")
def reader() -> Reader:
    """One reader for all tests that read files: its models are loaded once."""
    return Reader(Settings(threads=1, today=TODAY))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests that take minutes too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out, reason = ("short", "--long runs all of it") if config.getoption("--long") else ("long", "takes minutes")
    for item in items:
        if left_out in item.keywords:
            item.add_marker(pytest.mark.skip(reason=reason))
