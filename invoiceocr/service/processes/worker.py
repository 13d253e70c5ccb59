"""A worker process: takes tasks from a pipe, one at a time, and sends back what came of them."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import OrderedDict
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from invoiceocr.adjudication.adjudicator import Witnesses, no_witnesses
from invoiceocr.adjudication.expected import assigned, claims
from invoiceocr.errors import InvoiceOCRError
from invoiceocr.evidence.draft_file import dumps
from invoiceocr.geometry import Box
from invoiceocr.json_text import as_json
from invoiceocr.kinds.packing import packed
from invoiceocr.service.processes.tasks import (
    Answer,
    Details,
    DetailTask,
    Failure,
    Line,
    LineAnswer,
    LineTask,
    Means,
    PagePicture,
    ReadAnswer,
    ReadTask,
    Reply,
    Task,
    WarmTask,
)
from invoiceocr.settings import Settings
from invoiceocr.workers.garbage import spare_what_is_loaded

if TYPE_CHECKING:
    from invoiceocr.adjudication.trace import InvoiceTrace
    from invoiceocr.evidence.draft import Draft
    from invoiceocr.kinds import Registry
    from invoiceocr.page import PageImage, TextLine
    from invoiceocr.pipeline.page_reader import PageTrace
    from invoiceocr.pipeline.reader import Reader
    from invoiceocr.result import ReadResult

READERS = 2  # kept per worker: each holds its own models
# height and width of the picture with which modules and models are loaded
BLANK = (64, 256)
PICTURES = frozenset({"jpeg", "png", "bmp", "tiff", "webp"})


class Canned:
    """Does the same tasks with outcomes that somebody prepared: for tests of programs that call the service."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        from invoiceocr.testing.fake_reader import FakeReader

        self._reader = FakeReader.of_folder(folder, settings)

    def __call__(self, task: Task) -> Answer:
        """The canned answer to *task*."""
        match task:
            case WarmTask():
                return None
            case ReadTask():
                return _answer(self._reader.read_one(task.path, name=task.name))
            case DetailTask():
                return Details()
            case LineTask():
                return self._lines(task)

    def _lines(self, task: LineTask) -> LineAnswer | Failure:
        """The texts of the canned fields, one below the other."""
        result = self._reader.read_one(task.name, name=task.name)
        if result.error is not None:
            return Failure(result.error.code, result.error.message)
        texts = [proof for invoice in result.invoices for proof in invoice.evidence.values() if proof.text]
        boxes = [(0.0, 40.0 * row, 20.0 * len(proof.text or ""), 40.0 * row + 32) for row, proof in enumerate(texts)]
        pairs = zip(texts, boxes, strict=True)
        return LineAnswer(tuple(Line(1, proof.text or "", proof.confidence, box) for proof, box in pairs))


def desk_of(means: Means) -> Desk | Canned:
    """What does the tasks of a worker."""
    return Desk(means) if means.fake is None else Canned(means.fake, means.settings)


def _witnesses(means: Means) -> Witnesses:
    """What the ledger knows of sellers and from the register."""
    if means.ledger is None:
        return no_witnesses
    from invoiceocr.ledger import Ledger

    return Ledger(means.ledger).witnesses


def work(connection: Connection, means: Means) -> None:
    """Serve tasks until the pipe closes; the process ends with its parent."""
    # they reach the whole group; the parent decides when workers end
    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    _end_with_parent()
    desk = desk_of(means)
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(Reply(desk(task), _peak_bytes()))
        if isinstance(task, WarmTask):
            spare_what_is_loaded()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _peak_bytes() -> int:
    try:
        import resource
    except ImportError:  # not on Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


class Desk:
    """Does tasks with readers that are built when first needed."""

    def __init__(self, means: Means) -> None:
        self._settings = means.settings
        self._witnesses = _witnesses(means)
        # None: the settings of its own
        self._readers: OrderedDict[Settings | None, Reader] = OrderedDict()

    def __call__(self, task: Task) -> Answer:
        """The answer to *task*; nothing that a file does to the reader goes beyond a `Failure`."""
        try:
            match task:
                case WarmTask():
                    warm_up(self._reader(None))
                    return None
                case ReadTask():
                    return self._read(task)
                case DetailTask():
                    return self._explained(task)
                case LineTask():
                    return self._lines(task)
        except InvoiceOCRError as error:
            return Failure(error.code, str(error))
        except Exception as error:  # one broken file must not end the worker
            return Failure(InvoiceOCRError.code, f"{type(error).__name__}: {error}")

    def _reader(self, settings: Settings | None) -> Reader:
        from invoiceocr.pipeline.reader import Reader

        reader = self._readers.pop(settings, None) or Reader(settings or self._settings, witnesses=self._witnesses)
        self._readers[settings] = reader
        if len(self._readers) > READERS:
            self._readers.pop(next(known for known in self._readers if known is not None))
        return reader

    def _read(self, task: ReadTask) -> ReadAnswer:
        reader = self._reader(task.settings)
        data = task.path.read_bytes()
        if not _is_picture(data) or task.expected or reader.settings.check_signatures:
            drafts: list[Draft] = []
            result = reader.read_one(data, name=task.name, expected=task.expected, on_draft=drafts.append)
            return _answer(result, tuple(map(dumps, drafts)))
        return _read_traced(reader, data, task.name)

    def _explained(self, task: DetailTask) -> Details:
        """What came of every invoice of a file; what the caller expects of one is heard as it was then."""
        reader = self._reader(task.settings)
        traces = list(reader.trace_invoices(task.path, name=task.name))
        if not task.expected:
            return _details(traces, reader.kinds)
        found = assigned([trace.draft for trace in traces if trace.draft], claims(task.expected, reader.kinds))
        told = [reader.adjudicate(draft) for draft in found]
        return _details([replace(a, pictures=b.pictures) for a, b in zip(told, traces, strict=True)], reader.kinds)

    def _lines(self, task: LineTask) -> LineAnswer:
        reader = self._reader(task.settings)
        traces = reader.trace(task.source, name=task.name, member=task.member)
        return LineAnswer(tuple(line for trace in traces for line in _lines_of(trace, task.original)))


def warm_up(reader: Reader) -> None:
    """Loads all that reading needs: modules with an empty page, and the models that only other pages ask for."""
    reader.read_one(np.full((*BLANK, 3), 255, np.uint8))
    reader.open()


def _is_picture(data: bytes) -> bool:
    from invoiceocr.sources import sniff

    return sniff.detect(data) in PICTURES


def _read_traced(reader: Reader, data: bytes, name: str) -> ReadAnswer:
    """What `read_one` says of a picture, and for the time of one reading how it came about and what was looked at."""
    from invoiceocr.result import ReadError, ReadResult

    start = time.perf_counter()
    traces, error = [], None
    try:
        traces = list(reader.trace_invoices(data, name=name))
    except InvoiceOCRError as failure:
        error = ReadError(code=failure.code, message=str(failure))
    result = ReadResult(
        source=name,
        sha256=hashlib.sha256(data).hexdigest(),
        invoices=tuple(trace.invoice for trace in traces),  # type: ignore[misc]
        error=error,
        elapsed_ms=round((time.perf_counter() - start) * 1000, 1),
    )
    details = _details(traces, reader.kinds)
    return _answer(result, details.drafts, details)


def _answer(result: ReadResult, drafts: tuple[str, ...] = (), details: Details | None = None) -> ReadAnswer:
    return ReadAnswer(result, tuple(map(packed, result.invoices)), drafts, details)


def _details(traces: list[InvoiceTrace], kinds: Registry) -> Details:
    from invoiceocr.export.explanation.build import explain
    from invoiceocr.export.explanation.plain import as_plain

    told = tuple(as_json(as_plain(explain(trace, registry=kinds))).decode() for trace in traces)
    names = list(dict.fromkeys(trace.invoice.source for trace in traces))
    members = tuple(names.index(trace.invoice.source) for trace in traces)
    drawn = {
        # every member of an archive has a first page
        (member, number): PagePicture(number, picture.width, picture.height, picture.jpeg, member)
        for member, trace in zip(members, traces, strict=True)
        for number, picture in trace.pictures.items()
    }
    pictures = tuple(picture for _, picture in sorted(drawn.items(), key=itemgetter(0)))
    return Details(told, pictures, tuple(dumps(trace.draft) for trace in traces if trace.draft), members)


def _lines_of(trace: PageTrace, original: bool) -> list[Line]:
    lines = (line for line in trace.page.lines if line.text.strip())
    return [_line(trace.number, line, _sent(line, trace) if original else line.box) for line in lines]


def _line(page: int, line: TextLine, box: Box) -> Line:
    edges = (round(float(edge), 1) for edge in box.as_tuple())
    return Line(page, line.text, round(float(line.confidence), 4), (*edges,))  # type: ignore[arg-type]


def _sent(line: TextLine, trace: PageTrace) -> Box:
    """Where *line* stands on the page as it was sent."""
    if not trace.pictures:
        return line.box.turned_back(trace.page.turn, trace.page.width, trace.page.height)
    first, last = trace.pictures[0][1], trace.pictures[-1][1]
    return Box(*_mapped_back(line, last)).turned_back(trace.page.turn, first.width, first.height)


def _mapped_back(line: TextLine, image: PageImage) -> tuple[float, float, float, float]:
    """The box around *line* in the picture that *image* was made from."""
    box = line.box
    corners = np.array([(box.x0, box.y0, 1), (box.x1, box.y0, 1), (box.x1, box.y1, 1), (box.x0, box.y1, 1)])
    points = corners @ image.transform.T
    points = points[:, :2] / points[:, 2:]
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)
