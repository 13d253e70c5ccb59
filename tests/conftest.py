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
