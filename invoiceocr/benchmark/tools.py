"""The tools that are measured: this one, RapidOCR with this one's layout, ofdkit, any other by a command line."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Protocol

from invoiceocr.errors import MissingExtraError, SettingsError
from invoiceocr.geometry import Box
from invoiceocr.kinds import builtin
from invoiceocr.page import Page, TextLine
from invoiceocr.pipeline.reader import Reader
from invoiceocr.scoring.documents import Fields
from invoiceocr.settings import Settings
from invoiceocr.sources.document import Document
from invoiceocr.sources.inputs import open_source

FILE = "{file}"  # stands for the path in a command
PATIENCE_S = 120.0  # that a command may take for a file
OFDKIT_NAMES = {
    "invoice_number": "number",
    "invoice_code": "code",
    "amount_without_tax": "total_excluding_tax",
    "tax_amount": "total_tax",
    "total_amount": "total",
    "issuer": "drawer",
    "note": "remarks",
}
"""The names that fields have here by those of ofdkit; the others are the same, those of items among them."""


class Tool(Protocol):
    """What reads files: its name with its version, and the invoices of a file as nested fields (docs/fields.md), each
    with `evidence` by path (`confidence`, `status`) if it knows how sure it is. Raises what it likes for a file that it
    can't read: that counts as nothing read."""

    @property
    def name(self) -> str:
        """What the report calls it."""

    def __call__(self, path: Path) -> list[Fields]:
        """The invoices of the file."""


@dataclass(frozen=True)
class Ours:
    """This tool, as it comes."""

    reader: Reader
    name: str

    def __call__(self, path: Path) -> list[Fields]:
        """The invoices of the file."""
        return [invoice.model_dump(mode="json") for invoice in self.reader.read(path)]


@dataclass(frozen=True)
class OtherLines:
    """Another recognizer's text lines, made to invoices by our layout, rules and judgment."""

    reader: Reader
    recognize: Callable[[object], Iterator[TextLine]]
    name: str

    def __call__(self, path: Path) -> list[Fields]:
        """The invoices of the file; pages with a text layer are drawn."""
        (document,) = open_source(path, None, self.reader.settings)
        pages = iter([self._page(page, document) for page in document.pages])
        read = self.reader.read_document(Document(document.source, document.sha256, "image", pages))
        return [invoice.model_dump(mode="json") for invoice in read]

    def _page(self, page: Page, document: Document) -> Page:
        image = page.image or (document.draw(page.number, 200.0) if document.draw else None)
        if image is None:
            return Page(page.number, page.width, page.height)
        return Page(page.number, image.width, image.height, lines=tuple(self.recognize(image.pixels)))


@dataclass(frozen=True)
class Command:
    """Any other tool: a command that prints JSON for a file. See docs/bench.md for what it prints."""

    words: tuple[str, ...]
    name: str

    def __call__(self, path: Path) -> list[Fields]:
        """The invoices that the command prints."""
        words = [word.replace(FILE, str(path)) for word in self.words]
        done = subprocess.run(words, capture_output=True, timeout=PATIENCE_S, check=False)
        return list(printed(done.stdout.decode("utf-8", "replace")))


@dataclass(frozen=True)
class Renamed:
    """A library that reads the one invoice of a file, and the names that fields have here by those that it gives
    them; what it calls otherwise than we do and nobody has listed is left as it is."""

    read: Callable[[Path], Fields | None]
    names: Mapping[str, str]
    name: str

    def __call__(self, path: Path) -> list[Fields]:
        """The invoice of the file."""
        found = self.read(path)
        return [] if found is None else [{self.names.get(name, name): value for name, value in found.items()}]


def printed(text: str) -> Iterator[Fields]:
    """The invoices in what a command printed: one JSON value or a line each; an object with `invoices`, a list of
    invoices, or an invoice. `confidence` by path is taken as evidence."""
    for value in _values(text):
        found = value.get("invoices") if isinstance(value, dict) and "invoices" in value else value
        for invoice in found if isinstance(found, list) else [found]:
            if isinstance(invoice, dict):
                yield _with_evidence(invoice)


def _values(text: str) -> Iterator[object]:
    try:
        yield json.loads(text)
    except ValueError:
        for line in text.splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue


def _with_evidence(invoice: Fields) -> Fields:
    stated = invoice.get("confidence")
    if not isinstance(stated, dict) or "evidence" in invoice:
        return invoice
    return {**invoice, "evidence": {path: {"confidence": value} for path, value in stated.items()}}


def ours(settings: Settings, _: str | None) -> Tool:
    """This tool."""
    return Ours(Reader(settings), f"invoiceocr {metadata.version('invoiceocr')}")


def rapidocr(settings: Settings, _: str | None) -> Tool:
    """RapidOCR's lines with our layout; MissingExtraError where its package is not installed."""
    try:
        from rapidocr import RapidOCR
    except ModuleNotFoundError as error:
        raise MissingExtraError("RapidOCR is not installed: pip install rapidocr") from error
    engine = RapidOCR(params={"Global.log_level": "error"})

    def recognize(pixels: object) -> Iterator[TextLine]:
        result = engine(pixels)
        found = zip(result.txts, result.scores, result.boxes, strict=True) if result.boxes is not None else ()
        for text, score, corners in found:
            xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
            yield TextLine(text, Box(min(xs), min(ys), max(xs), max(ys)), "ocr", confidence=float(score))

    return OtherLines(Reader(settings), recognize, f"RapidOCR {metadata.version('rapidocr')} + our layout")


def kind_called(title: str) -> str | None:
    """The kind of the document that is headed *title*: the one whose own title is the longest part of it."""
    titles = {spec.title.zh: name for name, spec in builtin().kinds.items() if spec.title.zh in title}
    return titles[max(titles, key=len)] if titles else None


def ofdkit(_: Settings, __: str | None) -> Tool:
    """ofdkit, which reads OFD files alone; MissingExtraError where its package is not installed."""
    try:
        import ofdkit as library
    except ModuleNotFoundError as error:
        raise MissingExtraError("ofdkit is not installed: pip install ofdkit") from error

    def read(path: Path) -> Fields | None:
        with library.open(path) as document:
            found = document.invoice()
        return found.to_dict() | {"kind": kind_called(found.invoice_type or "")} if found is not None else None

    return Renamed(read, OFDKIT_NAMES, f"ofdkit {metadata.version('ofdkit')}")


def command(_: Settings, words: str | None) -> Tool:
    """The tool that a command line is; SettingsError where it has no place for the file."""
    if not words or FILE not in words:
        raise SettingsError(f"--command: give a command with {FILE} where the path goes")
    parts = tuple(shlex.split(words))
    return Command(parts, Path(parts[0]).name)


TOOLS: dict[str, Callable[[Settings, str | None], Tool]] = {
    "ours": ours,
    "rapidocr": rapidocr,
    "ofdkit": ofdkit,
    "command": command,
}
