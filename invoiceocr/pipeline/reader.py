"""`Reader`: files in, invoices out. Builds the stages once; calls only read them, so threads may share it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from invoiceocr import resources
from invoiceocr.adjudication import companies, signature_findings
from invoiceocr.adjudication.acceptance import standard_of
from invoiceocr.adjudication.build import build
from invoiceocr.adjudication.calibration import Calibration
from invoiceocr.adjudication.calibration import load as load_calibration
from invoiceocr.adjudication.correction import corrected
from invoiceocr.adjudication.expected import assigned, claims, joined
from invoiceocr.adjudication.fusion import Fused, fuse, ranks
from invoiceocr.adjudication.judge import judge
from invoiceocr.adjudication.judgment import judgment_of
from invoiceocr.adjudication.outcomes import outcome
from invoiceocr.adjudication.repair import Case, repair
from invoiceocr.adjudication.trace import InvoiceTrace, Picture
from invoiceocr.errors import InvoiceOCRError
from invoiceocr.evidence import qr_witness
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft, drafts
from invoiceocr.evidence.reading import Reading
from invoiceocr.extraction import schema
from invoiceocr.extraction.extractor import Extractor
from invoiceocr.geometry import Box
from invoiceocr.imaging import jpeg
from invoiceocr.invoice import Invoice
from invoiceocr.layout import papers
from invoiceocr.layout.key_phrases import KeyPhraseFinder
from invoiceocr.page import Page, PageImage
from invoiceocr.pipeline.batch_checks import compared
from invoiceocr.pipeline.parallel import read_in_processes, reported, requests_of
from invoiceocr.pipeline.recognition import PageRecognizer
from invoiceocr.pipeline.render_check import RenderCheck
from invoiceocr.pipeline.verification import FieldVerifier
from invoiceocr.proof import Finding
from invoiceocr.result import ReadError, ReadResult
from invoiceocr.rules.context import Company, RuleContext
from invoiceocr.rules.engine import Engine, RuleReport
from invoiceocr.settings import Settings
from invoiceocr.signature import Signature
from invoiceocr.sources.document import Document
from invoiceocr.sources.inputs import Source, open_source
from invoiceocr.values.qr_payload import QrPayload
from invoiceocr.workers.pool import Limits, processes

STDIN_NAME = "-"
Witnesses = Callable[[Mapping[str, Fused]], Sequence[Candidate]]
"""What somebody else, such as a ledger, says of the fields as they were read: candidates that agree with them."""


@dataclass(frozen=True, slots=True, eq=False)
class PageTrace:
    """What every stage saw of one page: the pictures by stage, the page with its lines, and boxes with a text
    for label–value pairs, ruled lines or cells, and fields, all in units of `page`."""

    number: int
    pictures: tuple[tuple[str, PageImage], ...]
    page: Page
    cells: tuple[tuple[Box, str], ...]
    pairs: tuple[tuple[Box, str], ...]
    fields: tuple[tuple[Box, str], ...]


class Reader:
    """Reads documents by *settings*. Building one loads schemas and rules; the OCR models are loaded with the
    first page of pixels. Thread-safe and deterministic; no call leaves anything behind. `standard` is what fields must
    come up to, and with `Settings.max_error_rate` tells which share of fields that leaves to be reviewed. *witnesses*
    confirm fields from what is known elsewhere: `Ledger.witnesses`."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        calibration: Calibration | None = None,
        witnesses: Witnesses | None = None,
    ) -> None:
        self.settings = settings or Settings.load()
        self._calibration = calibration
        self.standard = standard_of(self.settings, calibration or load_calibration())
        schemas = schema.load(resources.folder("schemas"))
        self._find_labels = KeyPhraseFinder(schemas.captions)
        self._extract = Extractor(schemas)
        self._rules = Engine.load(self.settings.rules, language=self.settings.language)
        self._pixels = PageRecognizer(self.settings)
        self._read_again = _once if self.settings.verification_recognizer == "none" else FieldVerifier(self.settings)
        self._trust = ranks(self.settings.precedence)
        known = tuple(Company(own.name, own.tax_id) for own in self.settings.companies)
        self._context = RuleContext(today=date.min, claim_date=self.settings.claim_date, company=known)
        self._witnesses = witnesses or _silent
        self._signatures = _signatures if self.settings.check_signatures else _unasked
        compare = RenderCheck(self._drawn, self._pixels.is_known, self.settings.render_dpi)
        self._compare = compare if self.settings.check_pixels else _as_read

    def read(
        self, source: Source, *, name: str | None = None, expected: Mapping[str, object] | None = None
    ) -> list[Invoice]:
        """The invoices of one file: path, bytes, file object, numpy BGR image or PIL image. What the caller *expected*
        (values by path: `total`, `buyer.tax_id`) confirms or contradicts what is read, and is never a value itself.

        Raises SourceError (file_not_found, corrupt_pdf, ...) if it can't be read, SettingsError for an expected field
        that there is none.
        """
        claimed = claims(expected or {})
        documents = open_source(source, name, self.settings)
        return [found for document in documents for found in self.read_document(document, claimed)]

    def read_many(
        self,
        sources: Iterable[Source],
        *,
        names: Iterable[str] | None = None,
        expected: Iterable[Mapping[str, object] | None] | None = None,
        jobs: int = 1,
        timeout_s: float | None = None,
        on_result: Callable[[ReadResult], object] | None = None,
    ) -> Iterator[ReadResult]:
        """A result for each source in input order; one that fails doesn't stop the others. Invoices are compared with
        those before them (rules about `batch`); *names* and what is *expected* of each source are as for `read`.

        *jobs* processes read (0: one a core), started when the first result is asked for and ended with the iterator:
        closing it cancels what is left. A source that takes longer than *timeout_s*, or kills the process that reads
        it, is tried once more and then has the error `timed_out` or `crashed`. *on_result* is called with each result
        before it is yielded. Raises TypeError if *sources* is a single path or the bytes of a file.
        """
        if isinstance(sources, str | bytes | bytearray | memoryview | os.PathLike):
            raise TypeError(f"read_many takes several sources, not {type(sources).__name__}: read_many([source])")
        requests = requests_of(sources, names, expected)
        found: Iterator[ReadResult]
        if jobs == 1 and timeout_s is None:
            found = (self.read_one(one.source, name=one.name, expected=one.expected) for one in requests)
        else:
            found = read_in_processes(self.single_threaded(jobs), requests, jobs, Limits(timeout_s))
        return self.compared(found) if on_result is None else reported(self.compared(found), on_result)

    def single_threaded(self, jobs: int) -> Callable[[], Reader]:
        """What builds this reader in one of *jobs* processes, with its share of the cores."""
        share = max(1, (os.cpu_count() or 1) // processes(jobs))
        settings = self.settings.model_copy(update={"threads": self.settings.threads or share})
        return partial(Reader, settings, calibration=self._calibration, witnesses=self._witnesses)

    def compared(self, results: Iterable[ReadResult]) -> Iterator[ReadResult]:
        """*results* with what rules about `batch` find: each invoice is compared with those before it."""
        context = replace(self._context, today=self.settings.today or date.today())
        return compared(results, self._rules, context, self.standard)

    def read_one(
        self, source: Source, *, name: str | None = None, expected: Mapping[str, object] | None = None
    ) -> ReadResult:
        """The result for one source; what keeps it from being read is its `error`."""
        claimed = claims(expected or {})
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
                yield self._trace(page)

    def trace_invoices(self, source: Source, *, name: str | None = None) -> Iterator[InvoiceTrace]:
        """Every invoice of *source* with how it came about and the pictures of its pages; raises as `read` does."""
        for document in open_source(source, name, self.settings):
            readings, pictures = [], {}
            for page in document.pages:
                found = [self._compare(reading, document) for reading in self._seen(page)]
                if picture := _picture(found[0].page, document):
                    pictures[page.number] = picture
                readings += [replace_image(reading) for reading in found]
            for trace in self._traces(document, readings):
                shown = {number: pictures[number] for number in trace.pages if number in pictures}
                yield replace(trace, pictures=shown)

    def _trace(self, page: Page) -> PageTrace:
        pictures: tuple[tuple[str, PageImage], ...] = ()
        if page.image is not None:
            prepared = self._pixels.prepare(page.image)
            pictures = prepared.pictures
            page = self._pixels.read(page, prepared)
        labeled = self._find_labels(page)
        reading = self._extract(labeled)
        return PageTrace(
            number=page.number,
            pictures=pictures,
            page=labeled,
            cells=tuple((cell, "blank") for cell in reading.empty_cells),
            pairs=tuple((label.box, f"{label.id}: {label.text}") for label in labeled.labels),
            fields=tuple((c.box, f"{c.path} {c.text}") for c in reading.candidates if c.box is not None),
        )

    def read_document(self, document: Document, claimed: tuple[Candidate, ...] = ()) -> list[Invoice]:
        """The invoices of an opened *document*, whose pages may come from elsewhere, such as another OCR engine; what
        the caller expects is *claimed*."""
        readings = [
            replace_image(self._compare(reading, document)) for page in document.pages for reading in self._seen(page)
        ]
        return [trace.invoice for trace in self._traces(document, readings, claimed)]

    def _traces(
        self, document: Document, readings: Sequence[Reading], claimed: tuple[Candidate, ...] = ()
    ) -> Iterator[InvoiceTrace]:
        codes = qr_witness.payloads(text for reading in readings for text in reading.page.qr_payloads)
        born_digital = all(line.source != "ocr" for reading in readings for line in reading.page.lines)
        told = signature_findings.findings(self._signatures(document), self.settings.language)
        for draft in assigned(drafts(readings, document.facts), claimed):
            found = self._invoice(draft, codes, born_digital, told)
            yield replace(found, invoice=found.invoice.model_copy(update={"source": document.source}))

    def _drawn(self, page: Page) -> Reading:
        """One page by its drawn picture alone."""
        return self._extract(self._find_labels(self._pixels.drawn(page)))

    def _seen(self, page: Page) -> list[Reading]:
        """The papers on one page: pixels to lines where needed, then each paper by itself."""
        read = self._pixels(page) if page.image is not None else page
        return [self._paper(paper) for paper in papers.parted(self._find_labels(read), self._find_labels)]

    def _paper(self, paper: Page) -> Reading:
        """One labeled paper: fields, figures a second time."""
        reading = self._extract(paper)
        if reading.empty_cells:
            reading = self._extract(self._find_labels(self._pixels.look(paper, reading.empty_cells)))
        return self._read_again(reading)

    def _invoice(
        self, draft: Draft, codes: list[QrPayload], born_digital: bool, told: tuple[Finding, ...]
    ) -> InvoiceTrace:
        """Witnesses fused, rules applied, misreadings repaired, judged; *told* is what was found in the file."""
        own = next((code for code in codes if qr_witness.belongs(code, draft.candidates)), None)
        if own is not None and draft.kind != "other":
            draft = replace(draft, candidates=(*draft.candidates, *qr_witness.candidates(own, draft.page or 1)))
        context = replace(
            self._context,
            today=self.settings.today or date.today(),
            qr=own,
            title_kind=draft.kind,
            born_digital=born_digital,
        )
        fused = fuse(draft.candidates, self._trust)
        invoice, report = self._checked(draft, fused, context)
        repairs = repair(Case(fused, draft.unread, invoice, report, self._rules, context))
        fused = corrected(fused, draft.unread, repairs.corrections)
        titles = companies.corrections(fused, self.settings.companies)
        fused = corrected(fused, (), titles)
        if repairs.corrections or titles:
            repairs = replace(repairs, corrections={**repairs.corrections, **titles})
            invoice, report = self._checked(draft, fused, context)
        known = companies.witnesses(fused, self.settings.companies)
        fused = joined(fused, (*draft.claims, *known, *self._witnesses(fused)))
        judgment = judgment_of(report, repairs, self.settings.language)
        judgment = replace(judgment, findings=(*told, *judgment.findings))
        judged = judge(draft, fused, invoice, judgment, self.standard)
        outcomes = tuple(outcome(result, self._rules) for result in report.results if result.outcome != "skip")
        pages = tuple(number for number, _ in draft.page_sizes)
        return InvoiceTrace(judged, fused, draft.unread, outcomes, judgment.corrections, pages)

    def _checked(self, draft: Draft, fused: Mapping[str, Fused], context: RuleContext) -> tuple[Invoice, RuleReport]:
        """The typed invoice and what the rules say of it."""
        invoice = build(draft.kind, {path: field.chosen.value for path, field in fused.items()}, draft.text)
        return invoice, self._rules.check(invoice, context)


def read(source: Source, *, expected: Mapping[str, object] | None = None, **options: object) -> list[Invoice]:
    """The invoices of one file, with `Settings` given as keywords; for many files build one `Reader`. *expected* is as
    for `Reader.read`.

    Raises SourceError if the file can't be read, SettingsError for an unknown option or expected field.
    """
    return Reader(Settings.load(**options)).read(source, expected=expected)  # type: ignore[arg-type]


def replace_image(reading: Reading) -> Reading:
    """*reading* without the picture: a long scan's pages must not lie in memory together."""
    return replace(reading, page=replace(reading.page, image=None))


def _signatures(document: Document) -> tuple[Signature, ...]:
    return document.signatures()


def _as_read(reading: Reading, document: Document) -> Reading:
    return reading


def _once(reading: Reading) -> Reading:
    return reading


def _silent(fused: Mapping[str, Fused]) -> tuple[Candidate, ...]:
    return ()


def _unasked(document: Document) -> tuple[Signature, ...]:
    return ()


def _picture(page: Page, document: Document) -> Picture | None:
    """*page* as a picture: the one that was read, else as the document draws it; None where it can't be drawn."""
    image = page.image or (document.draw(page.number) if document.draw else None)
    return Picture(page.number, page.width, page.height, jpeg.encode(image.pixels)) if image else None
