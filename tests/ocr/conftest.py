"""The networks, opened once for all tests of this folder."""

from __future__ import annotations

import pytest

from invoiceocr.ocr.engine import TextReader
from invoiceocr.settings import Settings


@pytest.fixture(scope="session")
def text_reader() -> TextReader:
    return TextReader(Settings(threads=1))
