"""The files in archives and mails, however deeply nested; everything by content, in order.

A member that is damaged, of an unknown format or nested too deeply affects only itself: it is reported and the others
follow. Everything that is unpacked counts toward one budget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from invoiceocr.errors import NoDocumentsError, SourceError, TooLargeError, UnsafeFileError, UnsupportedFormatError
from invoiceocr.settings import Settings
from invoiceocr.sources import sniff
from invoiceocr.sources.containers import mail, ole_mail, safe_zip
from invoiceocr.sources.containers.budget import Budget
from invoiceocr.sources.folder import is_ignored
from invoiceocr.sources.unread import Report, Unread

Load = Callable[[], bytes]
Entries = Iterator[tuple[str, Load]]
"""The names of a container's files and what reads each."""


def _zipped(data: bytes, name: str, budget: Budget) -> Entries:
    package = safe_zip.open_package(data, name, budget.settings, budget=budget)
    for path in package.names():
        if not is_ignored(path):
            yield path, lambda path=path: package.read(path)  # type: ignore[misc]


def _listed(files: Callable[[bytes, str, Budget], Iterator[tuple[str, bytes]]]) -> Callable[..., Entries]:
    """The entries of a container whose files are read as they are reached."""

    def entries(data: bytes, name: str, budget: Budget) -> Entries:
        for path, content in files(data, name, budget):
            budget.spend_members(1, name)
            budget.spend_bytes(len(content), name)
            yield path, lambda content=content: content  # type: ignore[misc]

    return entries


CONTAINERS: dict[str, Callable[[bytes, str, Budget], Entries]] = {
    "zip": _zipped,
    "eml": _listed(mail.files),
    "mbox": _listed(mail.messages),
    "msg": _listed(ole_mail.files),
}


@dataclass(slots=True)
class _Walk:
    """The way through the containers of one file."""

    budget: Budget
    report: Report
    met: int = field(default=0)

    def files(self, data: bytes, name: str, kind: str, depth: int) -> Iterator[tuple[str, bytes]]:
        """(name, bytes) of each file in the container *data* and in those nested in it."""
        for path, load in CONTAINERS[kind](data, name, self.budget):
            self.met += 1
            yield from self._member(f"{name}/{path}", load, depth)

    def _member(self, name: str, load: Load, depth: int) -> Iterator[tuple[str, bytes]]:
        try:
            data = load()
            kind = sniff.detect(data)
            if kind not in CONTAINERS:
                sniff.refuse_unknown(kind, name)
                yield name, data
                return
            if depth >= self.budget.settings.max_depth:
                raise UnsafeFileError(f"{name}: nested deeper than max_depth={depth}", code="unsafe_archive")
            yield from self.files(data, name, kind, depth + 1)
        except TooLargeError:
            raise  # the budget is that of the whole file
        except SourceError as error:
            self.report(Unread(name, error))


def members(
    data: bytes, name: str, settings: Settings, *, kind: str = "zip", report: Report | None = None
) -> Iterator[tuple[str, bytes]]:
    """(container/path, bytes) of each file of a known format in the container *data* of format *kind*; those that can't
    be read are passed to *report*. Raises as `safe_zip.open_package`, TooLargeError if all together exceed the limits,
    and NoDocumentsError if there is no file of a known format and none was damaged."""
    refused: list[Unread] = []

    def told(unread: Unread) -> None:
        refused.append(unread)
        if report:
            report(unread)

    walk, given = _Walk(Budget.of(settings), told), 0
    for member in walk.files(data, name, kind, 1):
        given += 1
        yield member
    if not given and all(isinstance(unread.error, UnsupportedFormatError) for unread in refused):
        raise NoDocumentsError(f"{name}: holds no picture, PDF, OFD or XML{_named(refused)}")


def _named(refused: list[Unread]) -> str:
    """The names of what was found instead."""
    names = [unread.source for unread in refused]
    return f", but {', '.join(names[:3])}{' and more' if len(names) > 3 else ''}" if names else ""
