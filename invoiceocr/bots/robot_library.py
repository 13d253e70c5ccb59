"""Keywords for Robot Framework: `Library    invoiceocr.bots.RobotLibrary`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from robot.api import logger
from robot.api.deco import keyword, library

from invoiceocr import __version__
from invoiceocr.batch import factory
from invoiceocr.export.excel import write_excel
from invoiceocr.export.explanation.paths import is_known, nearest_path
from invoiceocr.export.files.output import whole_file
from invoiceocr.export.sheets.columns import value_at
from invoiceocr.export.tabular import write_csv, write_json, write_jsonl
from invoiceocr.export.verified import verified_result
from invoiceocr.invoice import Invoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.proof import Evidence
from invoiceocr.result import ReadResult
from invoiceocr.settings import Settings
from invoiceocr.testing.fake_reader import FakeReader


@library(scope="SUITE", version=__version__, doc_format="ROBOT")
class RobotLibrary:
    """Reads Chinese tax invoices (发票) from pictures, PDF, OFD and XML, and checks what was read.

    ``Read Invoice`` makes an invoice the current one; the keywords that check or fetch fields mean that one unless
    another is given as ``invoice``. Fields are named by their path: ``number``, ``total``, ``buyer.tax_id``,
    ``items.0.amount``.

    = Example =
    | *** Settings ***
    | Library    invoiceocr.bots.RobotLibrary
    |
    | *** Test Cases ***
    | Claim
    |     ${invoice}=    `Read Invoice`    claim.pdf
    |     `Invoice Should Be Accepted`
    |     `Field Should Be Verified`    total
    |     `Field Should Be`    total    113.00
    |     Log    ${invoice.number}

    A value that nothing independent confirms is not verified, however sure its reading is.
    """

    def __init__(self, fake: str | None = None, **settings: object) -> None:
        """``fake`` is a folder with canned outcomes: nothing is read, for tests of the robot itself. All other
        arguments are settings of the reader by name, such as ``language=en`` or ``check_pixels=true``."""
        loaded = Settings.load(**settings)  # type: ignore[arg-type]
        # not the one of our commands: it tells the garbage collector to spare what the process has loaded
        self._reader: Reader | FakeReader = factory.build_fake_reader(loaded, Path(fake)) if fake else Reader(loaded)
        self._current: Invoice | None = None
        self._results: list[ReadResult] = []

    @keyword
    def read_invoice(self, path: str) -> Invoice:
        """Returns the one invoice of the file at ``path`` and makes it the current one.

        Fails if the file can't be read, and if it holds no invoice or several: use `Read Invoices` for such.
        """
        invoices = self._read(path)
        if len(invoices) != 1:
            raise AssertionError(f"{path}: holds {len(invoices)} invoices, not one; use Read Invoices")
        return invoices[0]

    @keyword
    def read_invoices(self, *paths: str) -> list[Invoice]:
        """Returns all invoices of the files at ``paths``, in order; the last one becomes the current one.

        Fails if a file can't be read.
        """
        return [invoice for path in paths for invoice in self._read(path)]

    @keyword
    def invoice_field(self, path: str, invoice: Invoice | None = None) -> object:
        """Returns the value of a field: text, Decimal or date; ``None`` if it was not found.

        ``path`` names the field, such as ``total``, ``buyer.tax_id`` or ``items.0.amount``.
        """
        _check(path)
        try:
            return value_at(self._meant(invoice), path)
        except IndexError:
            return None

    @keyword
    def field_should_be_verified(self, path: str, invoice: Invoice | None = None) -> None:
        """Fails unless something independent of the reading confirms the field at ``path``."""
        proof = self._meant(invoice).evidence.get(path, Evidence())
        if proof.status != "verified":
            _check(path)
            value = self.invoice_field(path, invoice)
            raise AssertionError(f"{path} is {proof.status}, not verified: {value!s} ({proof.confidence:.1%})")

    @keyword
    def field_should_be(self, path: str, expected: str, invoice: Invoice | None = None) -> None:
        """Fails unless the field at ``path`` equals ``expected``: amounts as numbers, dates as ``2025-03-05``."""
        value = self.invoice_field(path, invoice)
        if not _equal(value, expected):
            raise AssertionError(f"{path} is {value!s}, not {expected}")

    @keyword
    def invoice_should_be_accepted(self, invoice: Invoice | None = None) -> None:
        """Fails unless the verdict is ``accept``, and says which findings and fields are the reason."""
        meant = self._meant(invoice)
        if meant.verdict != "accept":
            doubtful = [path for path, proof in meant.evidence.items() if proof.status == "doubtful"]
            reasons = [finding.message for finding in meant.findings] + [f"doubtful: {path}" for path in doubtful]
            raise AssertionError(f"verdict {meant.verdict}: {'; '.join(reasons) or 'no field is sure enough'}")

    @keyword
    def invoice_should_have_no_errors(self, invoice: Invoice | None = None) -> None:
        """Fails if a rule found an error on the invoice; warnings are logged."""
        findings = self._meant(invoice).findings
        for finding in findings:
            if finding.severity == "warning":
                logger.warn(f"[{finding.rule}] {finding.message}")
        errors = [f"[{finding.rule}] {finding.message}" for finding in findings if finding.severity == "error"]
        if errors:
            raise AssertionError("; ".join(errors))

    @keyword
    def export_verified_fields(self, path: str) -> str:
        """Writes what was read so far to ``path``, values that nothing independent confirms left empty, and returns
        the path. The suffix is the format: ``.xlsx``, ``.csv``, ``.json`` or ``.jsonl``."""
        writer = _WRITERS.get(Path(path).suffix.lower())
        if writer is None:
            raise ValueError(f"{path}: give a name that ends with {', '.join(_WRITERS)}")
        with whole_file(Path(path)) as stream:
            writer(map(verified_result, self._results), stream)
        return path

    def _read(self, path: str) -> Sequence[Invoice]:
        result = self._reader.read_one(Path(path), name=path)
        if result.error is not None:
            raise AssertionError(f"{result.error.code}: {result.error.message}")
        self._results.append(result)
        self._current = result.invoices[-1] if result.invoices else self._current
        return result.invoices

    def _meant(self, invoice: Invoice | None) -> Invoice:
        meant = invoice or self._current
        if meant is None:
            raise AssertionError("no invoice yet: use Read Invoice first")
        return meant


def _check(path: str) -> None:
    """Raises ValueError for a field that no kind has."""
    if not is_known(path):
        raise ValueError(f"no field {path}, did you mean {nearest_path(path)}?")


def _equal(value: object, expected: str) -> bool:
    if isinstance(value, Decimal):
        try:
            return value == Decimal(expected.replace(",", "").lstrip("¥￥"))
        except InvalidOperation:
            return False
    return str(value) == expected


_WRITERS = {".xlsx": write_excel, ".csv": write_csv, ".json": write_json, ".jsonl": write_jsonl}
