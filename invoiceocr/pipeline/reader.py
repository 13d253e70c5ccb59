"""`Reader`: files in, invoices out. Builds the stages once; calls only read them, so threads may share it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType

from invoiceocr import kinds
from invoiceocr.adjudication import signature_findings
from invoiceocr.adjudication.acceptance import AcceptancePolicy, acceptance_policy
from invoiceocr.adjudication.adjudicator import Adjudicator, Witnesses, no_witnesses
from invoiceocr.adjudication.calibration import Calibration
from invoiceocr.adjudication.calibration import load as load_calibration
from invoiceocr.adjudication.expected import assigned, claims
from invoiceocr.adjudication.trace import InvoiceTrace, Picture
from invoiceocr.errors import InvoiceOCRError
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft, FileFacts, drafts, with_codes
from invoiceocr.evidence.reading import Reading
from invoiceocr.imaging import jpeg
from invoiceocr.invoice import Invoice
from invoiceocr.page import Page
from invoiceocr.pipeline.batch_checks import compared
from invoiceocr.pipeline.page_reader import PageReader, PageTrace, without_image
from invoiceocr.pipeline.render_check import RenderCheck
from invoiceocr.result import ReadError, ReadResult
from invoiceocr.rules.context import Company, RuleContext
from invoiceocr.rules.engine import Engine
from invoiceocr.settings import Settings
from invoiceocr.signature import Signature
from invoiceocr.sources.document import Document
from invoiceocr.sources.inputs import Source, open_source

STDIN_NAME = "-"


class Reader:
    """Reads documents by *settings*. Building one loads schemas and rules; the OCR models are loaded with the
    first page of pixels. Thread-safe and deterministic; no call leaves anything behind. `policy` tells which fields
    pass without review, and with `Settings.max_error_rate` which share that leaves to be reviewed. *witnesses* confirm
    fields from what is known elsewhere, such as a ledger.

    A context manager: leaving it ends the threads that read pixels. Without one they end with the reader.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        calibration: Calibration | None = None,
        witnesses: Witnesses = no_witnesses,
    ) -> None:
        self.settings = settings or Settings.load()
        self.policy = acceptance_policy(self.settings, calibration or load_calibration())
        self.kinds = kinds.load(self.settings.kinds)
        self._rules = Engine.load(self.settings.rules, language=self.settings.language, registry=self.kinds)
        self._read_page = PageReader(self.settings, self.kinds)
        self._adjudicate = Adjudicator(self._rules, self.policy, self.settings, witnesses)
        known = tuple(Company(own.name, own.tax_id) for own in self.settings.companies)
        self._context = RuleContext(today=date.min, claim_date=self.settings.claim_date, company=known)
        self._signatures = _signatures if self.settings.check_signatures else _unasked
        compare = RenderCheck(self._read_page.drawn, self._read_page.recognize.is_known, self.settings.render_dpi)
        self._compare = compare if self.settings.check_pixels else _as_read

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the threads that read pixels. A closed reader can be used again: it then starts new ones."""
        self._read_page.close()

    @property
    def standard(self) -> AcceptancePolicy:
        """The former name of `policy`."""
        warnings.warn("Reader.standard is called Reader.policy now", DeprecationWarning, stacklevel=2)
        return self.policy

    def read(
        self, source: Source, *, name: str | None = None, expected: Mapping[str, object] | None = None
    ) -> list[Invoice]:
        """The invoices of one file: path, bytes, file object, numpy BGR image or PIL image. What the caller *expected*
        (values by path: `total`, `buyer.tax_id`) confirms or contradicts what is read, and is never a value itself.

        Raises SourceError (file_not_found, corrupt_pdf, ...) if it can't be read, SettingsError for an expected field
        that there is none.
        """
        claimed = claims(expected or {}, self.kinds)
        documents = open_source(source, name, self.settings)
        return [found for document in documents for found in self.read_document(document, claimed)]

    def read_many(
        self,
        sources: Iterable[Source],
        *,
        names: Iterable[str] | None = None,
        expected: Iterable[Mapping[str, object] | None] | None = None,
    ) -> Iterator[ReadResult]:
        """A result for each source in input order; one that fails doesn't stop the others. Invoices are compared with
        those before them (rules about `batch`); *names* and what is *expected* of each source are as for `read`."""
        named = zip(sources, names, strict=True) if names is not None else ((source, None) for source in sources)
        asked = zip(named, expected, strict=True) if expected is not None else ((pair, None) for pair in named)
        return self.compared(self.read_one(source, name=name, expected=wanted) for (source, name), wanted in asked)

    def compared(self, results: Iterable[ReadResult]) -> Iterator[ReadResult]:
        """*results* with what rules about `batch` find: each invoice is compared with those before it."""
        return compared(results, self._rules, self._today(), self.policy)

    def read_one(
        self, source: Source, *, name: str | None = None, expected: Mapping[str, object] | None = None
    ) -> ReadResult:
        """The result for one source; what keeps it from being read is its `error`."""
        claimed = claims(expected or {}, self.kinds)
        start = time.perf_counter()
        digest: str | None = None
        invoices: list[Invoice] = []
        signatures: list[Signature] = []
        error: ReadError | None = None
        try:
            for document in open_source(source, name, self.settings):
                digest = digest or document.sha256
                invoices += self.read_document(document, claimed)
                signatures += self._signatures(document)
        except InvoiceOCRError as failure:
            error = ReadError(code=failure.code, message=str(failure))
        except Exception as failure:  # one broken file must never end a batch
            error = ReadError(code=InvoiceOCRError.code, message=f"{type(failure).__name__}: {failure}")
        return ReadResult(
            source=name or (str(source) if isinstance(source, str | Path) else "bytes"),
            sha256=digest,
            invoices=tuple(invoices),  # type: ignore[arg-type]
            signatures=tuple(signatures) if self.settings.check_signatures else None,
            error=error,
            elapsed_ms=round((time.perf_counter() - start) * 1000, 1),
        )

    def trace(self, source: Source, *, name: str | None = None) -> Iterator[PageTrace]:
        """Every page of *source* with what the stages made of it; raises as `read` does."""
        for document in open_source(source, name, self.settings):
            for page in document.pages:
                yield self._read_page.trace(page)

    def trace_invoices(self, source: Source, *, name: str | None = None) -> Iterator[InvoiceTrace]:
        """Every invoice of *source* with how it came about and the pictures of its pages; raises as `read` does."""
        for document in open_source(source, name, self.settings):
            readings, pictures = [], {}
            for page in document.pages:
                found = [self._compare(reading, document) for reading in self._read_page(page)]
                if picture := _picture(found[0].page, document):
                    pictures[page.number] = picture
                readings += [without_image(reading) for reading in found]
            for draft in self._drafts(document, readings):
                trace = self._adjudicate(draft, self._today())
                shown = {number: pictures[number] for number in trace.pages if number in pictures}
                yield replace(trace, pictures=shown)

    def read_drafts(
        self, source: Source, *, name: str | None = None, expected: Mapping[str, object] | None = None
    ) -> list[Draft]:
        """The invoices of one file before anyone judged them: what `adjudicate` takes. A draft holds all that was said
        of an invoice and none of its pixels; `evidence.draft_file` saves and loads it. Arguments and errors are those
        of `read`."""
        claimed = claims(expected or {}, self.kinds)
        documents = open_source(source, name, self.settings)
        return [draft for document in documents for draft in self._document_drafts(document, claimed)]

    def adjudicate(self, draft: Draft, witnesses: Iterable[Candidate] = ()) -> InvoiceTrace:
        """The invoice of *draft*, with how it came about: what reading the file again would give, if *witnesses* had
        spoken then. `adjudication.expected.reviewed` makes witnesses of a person's corrections, `claims` of what
        someone expects."""
        return self._adjudicate(replace(draft.with_witnesses(witnesses), registry=self.kinds), self._today())

    def read_document(self, document: Document, claimed: tuple[Candidate, ...] = ()) -> list[Invoice]:
        """The invoices of an opened *document*, whose pages may come from elsewhere, such as another OCR engine; what
        the caller expects is *claimed*."""
        context = self._today()
        return [self._adjudicate(draft, context).invoice for draft in self._document_drafts(document, claimed)]

    def _document_drafts(self, document: Document, claimed: tuple[Candidate, ...] = ()) -> list[Draft]:
        readings = [
            without_image(self._compare(reading, document))
            for page in document.pages
            for reading in self._read_page(page)
        ]
        return self._drafts(document, readings, claimed)

    def _drafts(
        self, document: Document, readings: Sequence[Reading], claimed: tuple[Candidate, ...] = ()
    ) -> list[Draft]:
        """The drafts of a read *document*, each with what is known of the file and with what the caller *claimed*."""
        file = FileFacts(
            source=document.source,
            born_digital=all(line.source != "ocr" for reading in readings for line in reading.page.lines),
            findings=signature_findings.findings(self._signatures(document), self.settings.language),
        )
        codes = [(reading.page.number, text) for reading in readings for text in reading.page.qr_payloads]
        found = with_codes(drafts(readings, document.facts, self.kinds), codes)
        return assigned([replace(draft, file=file) for draft in found], claimed)

    def _today(self) -> RuleContext:
        """What rules may know beside the invoice, on this day."""
        return replace(self._context, today=self.settings.today or date.today())


def read(source: Source, *, expected: Mapping[str, object] | None = None, **options: object) -> list[Invoice]:
    """The invoices of one file, with `Settings` given as keywords; for many files build one `Reader`. *expected* is as
    for `Reader.read`.

    Raises SourceError if the file can't be read, SettingsError for an unknown option or expected field.
    """
    with Reader(Settings.load(**options)) as reader:  # type: ignore[arg-type]
        return reader.read(source, expected=expected)


def _signatures(document: Document) -> tuple[Signature, ...]:
    return document.signatures()


def _as_read(reading: Reading, document: Document) -> Reading:
    return reading


def _unasked(document: Document) -> tuple[Signature, ...]:
    return ()


def _picture(page: Page, document: Document) -> Picture | None:
    """*page* as a picture: the one that was read, else as the document draws it; None where it can't be drawn."""
    image = page.image or (document.draw(page.number) if document.draw else None)
    return Picture(page.number, page.width, page.height, jpeg.encode(image.pixels)) if image else None
