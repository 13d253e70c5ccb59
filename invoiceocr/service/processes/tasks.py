"""What the service asks of a worker process and what it answers: plain values that travel through a pipe. A task
without settings is done with the worker's own, which need not be sent each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from invoiceocr.result import ReadResult
from invoiceocr.settings import Settings


@dataclass(frozen=True, slots=True)
class Means:
    """What a worker reads with: its own settings, the URL of the ledger that it asks, the folder of canned outcomes."""

    settings: Settings
    ledger: str | None = None
    fake: Path | None = None


@dataclass(frozen=True, slots=True)
class WarmTask:
    """Load the models."""


@dataclass(frozen=True, slots=True)
class InvoiceTask:
    """What is asked of the invoices in the file at `path`, which the caller calls `name` and expects values of; an
    archive has `members`."""

    path: Path
    name: str
    settings: Settings | None = None
    expected: Mapping[str, str] = field(default_factory=dict)
    members: int = 1


@dataclass(frozen=True, slots=True)
class ReadTask(InvoiceTask):
    """Read the file."""


@dataclass(frozen=True, slots=True)
class DetailTask(InvoiceTask):
    """Explain every field of the file, and draw its pages."""


@dataclass(frozen=True, slots=True)
class LineTask:
    """Find the lines of text of a file; boxes in the picture as it came where `original`, else in the upright and
    flat picture that fields refer to. Of an archive only those of `member`, if that is given."""

    source: Path | bytes
    name: str
    settings: Settings | None = None
    original: bool = True
    member: str | None = None


Task = WarmTask | ReadTask | DetailTask | LineTask


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as a JPEG file; `width` and `height` are in the units of its boxes. Each `member` of an archive has pages
    of its own."""

    number: int
    width: float
    height: float
    jpeg: bytes
    member: int = 0


@dataclass(frozen=True, slots=True)
class Details:
    """The explanations of a file's invoices as JSON text, in their order, the pictures of its pages, and the drafts
    that they were judged from; `members` says of each invoice from which file of an archive it is."""

    explanations: tuple[str, ...] = ()
    pictures: tuple[PagePicture, ...] = ()
    drafts: tuple[str, ...] = ()
    members: tuple[int, ...] = ()

    def member_of(self, position: int) -> int:
        """The number of the file that holds the invoice at *position*."""
        return self.members[position] if position < len(self.members) else 0

    def pages_of(self, position: int) -> tuple[PagePicture, ...]:
        """The pages of the file that holds the invoice at *position*."""
        return tuple(picture for picture in self.pictures if picture.member == self.member_of(position))


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """A result, its invoices as they are kept, and their drafts; `details` where they cost nothing more."""

    result: ReadResult
    packed: tuple[bytes, ...]
    drafts: tuple[str, ...] = ()
    details: Details | None = None


class Line(NamedTuple):
    """A line of text with the probability that it is right and its box: x0, y0, x1, y1. A page has many: a tuple goes
    through the pipe in a third of the time."""

    page: int
    text: str
    confidence: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """The lines of a file in reading order."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task could not be done: a stable code, that of errors.py where the library raised it, and a message."""

    code: str
    message: str


Answer = None | ReadAnswer | Details | LineAnswer | Failure


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer and the most memory in bytes that the worker has held so far."""

    answer: Answer
    peak_bytes: int = 0
