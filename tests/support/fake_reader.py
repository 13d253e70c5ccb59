"""A reader that obeys the first word of a file instead of reading an invoice, so that tests need no models."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import samples
from witnesses import STANDARD

from invoiceocr.batch.streamed import Streamed
from invoiceocr.errors import ModelError, UnsupportedFormatError
from invoiceocr.geometry import Box
from invoiceocr.page import Page, PageImage, TextLine
from invoiceocr.pipeline.batch_checks import Comparison
from invoiceocr.result import ReadError, ReadResult
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.engine import Engine
from invoiceocr.settings import Settings


class FakeReader:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        if settings.recognizer == "missing":
            raise ModelError("models/missing.onnx: not there; reinstall the package")

    def read_many(
        self, sources: Iterable[Path | bytes], *, names: Iterable[str], expected: Iterable[object]
    ) -> Iterator[ReadResult]:
        for source, name, _ in zip(sources, names, expected, strict=True):
            yield self.read_one(source, name=name)

    def compared(self, results: Iterator[ReadResult]) -> Iterator[ReadResult]:
        yield from results

    def comparison(self) -> Comparison:
        return Comparison(Engine([]), RuleContext(today=date(2025, 6, 1)), STANDARD)

    def read_one(self, source: Path | bytes | Streamed, *, name: str, expected: object = None) -> ReadResult:
        if isinstance(source, Path) and not source.exists():
            return samples.unread(name, "file_not_found")
        words = content(source).split()
        return ANSWERS[words[0]](name)

    def trace(self, source: Path) -> Iterator[object]:
        yield FakeTrace()


def content(source: Path | bytes | Streamed) -> bytes:
    if isinstance(source, bytes):
        return source
    return source.read_bytes() if isinstance(source, Path) else source.read()


class FakeTrace:
    number = 1
    pictures = (("original", PageImage(np.full((200, 300, 3), 255, np.uint8))),)
    page = Page(1, 300.0, 200.0, lines=(TextLine("发票号码：01234567", Box(20, 30, 200, 50), "ocr"),))
    pairs = ((Box(20, 30, 200, 50), "number: 01234567"),)
    cells = ((Box(10, 10, 290, 190), ""),)
    fields = ((Box(100, 30, 200, 50), "number 01234567"),)
    rows = ((Box(20, 30, 200, 50), "20 发票号码：01234567"),)
    blocks = ((Box(100, 30, 200, 50), "key_value: number = 01234567"),)


def crash(name: str) -> ReadResult:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError(name)


def defect(name: str) -> ReadResult:
    raise ZeroDivisionError(name)


def interrupt(name: str) -> ReadResult:
    raise KeyboardInterrupt


def slow(name: str) -> ReadResult:
    time.sleep(60)
    return samples.accepted(name)


def pause(name: str) -> ReadResult:
    time.sleep(0.1)
    return samples.accepted(name)


ANSWERS: dict[bytes, Callable[[str], ReadResult]] = {
    b"accept": samples.accepted,
    b"review": samples.reviewed,
    b"broken": samples.unread,
    b"alien": lambda name: ReadResult(source=name, error=ReadError(code=UnsupportedFormatError.code, message=name)),
    b"internal": lambda name: samples.unread(name, "internal_error"),
    b"blank": lambda name: ReadResult(source=name),
    b"crash": crash,
    b"defect": defect,
    b"interrupt": interrupt,
    b"slow": slow,
    b"pause": pause,
}
