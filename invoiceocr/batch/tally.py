"""The result of a run: how many files and invoices, with which verdicts and errors, and the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from invoiceocr.errors import InvoiceOCRError
from invoiceocr.result import Outline, ReadResult

ALL_ACCEPTED = 0
SOME_NOT_ACCEPTED = 1
SOME_UNREAD = 3
INTERNAL = 4


@dataclass(slots=True)
class Tally:
    """Counts that grow as results pass by."""

    files: int = 0
    # met in folders and archives, of a format that can't hold an invoice
    skipped: int = 0
    # read without an error, yet no invoice in them
    empty: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    def counted(self, results: Iterable[ReadResult]) -> Iterator[ReadResult]:
        """The same results, counted as they pass."""
        for result in results:
            self.count(result)
            yield result

    def count(self, result: ReadResult | Outline) -> None:
        """Count one more file."""
        self.files += 1
        self.verdicts.update(invoice.verdict for invoice in result.invoices)
        self.errors.update([result.error.code] if result.error else [])
        self.skipped += len(result.unread)
        self.empty += not (result.error or result.invoices)

    @property
    def exit_code(self) -> int:
        """The most severe of what happened, as the output contract numbers it."""
        if internal_codes() & self.errors.keys():
            return INTERNAL
        if self.errors:
            return SOME_UNREAD
        accepted = self.verdicts["accept"] == self.verdicts.total() and not self.empty
        return ALL_ACCEPTED if accepted else SOME_NOT_ACCEPTED


def internal_codes() -> frozenset[str]:
    """The error codes that are no fault of the file: a damaged installation, a defect of ours."""
    return frozenset(error.code for error in _tree(InvoiceOCRError) if error.exit_code == INTERNAL)


def _tree(root: type[InvoiceOCRError]) -> Iterator[type[InvoiceOCRError]]:
    yield root
    for child in root.__subclasses__():
        yield from _tree(child)
