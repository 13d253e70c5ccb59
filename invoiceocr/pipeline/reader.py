"""`Reader`: files in, invoices out. It builds the stages once; calls only use them, so threads may share it."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import cast

from invoiceocr import kinds
from invoiceocr.adjudication.adjudicator import Adjudicator, Witnesses, no_witnesses
from invoiceocr.adjudication.expected import claims
from invoiceocr.adjudication.fusion import ranks
from invoiceocr.adjudication.judging.acceptance import AcceptancePolicy, acceptance_policy
from invoiceocr.adjudication.judging.calibration import Calibration
from invoiceocr.adjudication.judging.calibration import load as load_calibration
from invoiceocr.adjudication.trace import InvoiceTrace
from invoiceocr.errors import FileMissingError, InvoiceOCRError, MissingExtraError, SourceError, TooLargeError
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.invoice import AnyInvoice, Invoice
from invoiceocr.pipeline.batch_checks import Comparison
from invoiceocr.pipeline.document_reader import DocumentReader
from invoiceocr.pipeline.log import log_defect, log_result
from invoiceocr.pipeline.page_reader import PageTrace
from invoiceocr.pipeline.parallel import Request, reading_pool, requests_of, results_of
from invoiceocr.pipeline.results import Results, documents, reported
from invoiceocr.result import ReadError, ReadResult, UnreadMember
from invoiceocr.rules.context import Company, RuleContext
from invoiceocr.rules.engine import Engine
from invoiceocr.settings import Settings
from invoiceocr.signature import Signature
from invoiceocr.sources.document import Document
from invoiceocr.sources.folder import walk
from invoiceocr.sources.inputs import Source, open_source
from invoiceocr.sources.unread import Unread
from invoiceocr.sources.unread import damaged as first_damaged
from invoiceocr.workers.garbage import paused
from invoiceocr.workers.pool import processes, threads_of_each
from invoiceocr.workers.task import Limits


def _unkept(draft: Draft) -> None:
    """Does nothing: nobody asked for the drafts."""


class Reader:
    """Reads documents according to *settings*. Building one loads schemas and rules; the OCR models are loaded with the
    first page of pixels. A reader is thread-safe and deterministic, and no call changes it.

    `policy` says which fields pass without review and, with `Settings.max_error_rate`, what share has to be reviewed.
    *witnesses* confirm fields from what is known elsewhere, such as a ledger.

    As a context manager, it ends the threads that read pixels when the block is left; otherwise they end with the
    reader.
    """

    @paused()
    def __init__(
        self,
        settings: Settings | None = None,
        *,
        calibration: Calibration | None = None,
        witnesses: Witnesses = no_witnesses,
    ) -> None:
        self.settings = settings or Settings.load()
        self._calibration = calibration
        self._witnesses = witnesses
        self.policy = acceptance_policy(self.settings, calibration or load_calibration())
        self.kinds = kinds.load(self.settings.kinds)
        self._rules = Engine.load(self.settings.rules, language=self.settings.language, registry=self.kinds)
        self._read_document = DocumentReader(self.settings, self.kinds)
        trust = ranks(self.settings.precedence)
        self._adjudicate = Adjudicator(self._rules, self.policy, self.settings, trust, witnesses)
        known = tuple(Company(own.name, own.tax_id) for own in self.settings.companies)
        self._context = RuleContext(today=date.min, claim_date=self.settings.claim_date, company=known)

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Loads the models that read pixels, which otherwise wait for the first page that needs them: for programs that
        want to know at their start that they can be loaded. Raises ModelError if one can't."""
        self._read_document.pages.open()

    def close(self) -> None:
        """Ends the threads that read pixels. A closed reader can be used again: it then starts new ones."""
        self._read_document.pages.close()

    @property
    def rules(self) -> Engine:
        """The rules in use."""
        return self._rules

    @property
    def standard(self) -> AcceptancePolicy:
        """The former name of `policy`."""
        warnings.warn("Reader.standard is called Reader.policy now", DeprecationWarning, stacklevel=2)
        return self.policy

    def read(
        self, source: Source, *, name: str | None = None, expected: Mapping[str, object] | None = None
    ) -> list[AnyInvoice]:
        """The invoices of one file: a path, bytes, a file object, a numpy BGR image or a PIL image.

        What the caller *expected* (values by path: `total`, `buyer.tax_id`) confirms or contradicts what is read, and
        never becomes a value itself.

        Raises SourceError (file_not_found, corrupt_pdf, ...) if the file can't be read, and SettingsError for an
        expected field that does not exist. For an archive or mail, the first damaged member is raised only if nothing
        else was read; otherwise it is a warning. `read_one` names all of them.
        """
        claimed = claims(expected or {}, self.kinds)
        unread: list[Unread] = []
        documents = self._documents(source, name, unread)
        invoices = [typed(found) for document in documents for found in self._apart(document, claimed, unread)]
        damaged = first_damaged(unread)
        if damaged is not None and not invoices:
            raise damaged
        for member in unread if invoices else ():
            warnings.warn(f"not read: {member.error}", stacklevel=2)
        return invoices

    def read_many(
        self,
        sources: Iterable[Source],
        *,
        names: Iterable[str] | None = None,
        expected: Iterable[Mapping[str, object] | None] | None = None,
        jobs: int = 1,
        timeout_s: float | None = None,
        on_result: Callable[[ReadResult], object] | None = None,
    ) -> Results:
        """A result for each source in input order; one that fails doesn't stop the others. Each invoice is compared
        with those before it (rules about `batch`). *names* and *expected* have one entry for each source; *expected* is
        as for `read`.

        *jobs* processes read the sources (0: one per core). They are started when the first result is requested and
        ended with the iterator. `Results.cancel` ends it from any thread. A source that takes longer than *timeout_s*,
        or kills the process that reads it, is tried once more and then has the error `timed_out` or `crashed`.
        *on_result* is called with each result before it is yielded.

        Raises TypeError if *sources* is a single path or the bytes of a file.
        """
        if isinstance(sources, str | bytes | bytearray | memoryview | os.PathLike):
            raise TypeError(f"read_many takes several sources, not {type(sources).__name__}: read_many([source])")
        requests = requests_of(sources, names, expected)
        if jobs == 1 and timeout_s is None:
            results = Results(map(self._answer, requests), _nothing)
        else:
            pool = reading_pool(self.single_threaded(jobs), processes(jobs), Limits(timeout_s))
            results = Results(map(log_result, results_of(pool, requests)), pool.cancel)
        results.found = self.compared(results.found)
        results.found = results.found if on_result is None else reported(results.found, on_result)
        return results

    def read_folder(
        self,
        folder: str | os.PathLike[str],
        *,
        jobs: int = 1,
        timeout_s: float | None = None,
        on_result: Callable[[ReadResult], object] | None = None,
    ) -> Results:
        """A result for each file below *folder*, in the order of their names, without hidden files. Files whose content
        is not a document are skipped and named in `Results.skipped`. *jobs*, *timeout_s* and *on_result* are as for
        `read_many`. Raises FileMissingError if there is no such folder."""
        top = Path(folder)
        if not top.is_dir():
            raise FileMissingError(f"{top}: no such folder")
        results = self.read_many(walk(top), jobs=jobs, timeout_s=timeout_s)
        results.found = documents(results.found, results.skipped)
        results.found = results.found if on_result is None else reported(results.found, on_result)
        return results

    def _answer(self, request: Request) -> ReadResult:
        return self.read_one(request.source, name=request.name, expected=request.expected)

    def single_threaded(self, jobs: int) -> Callable[[], Reader]:
        """A function that builds this reader in one of *jobs* processes, with its share of the cores."""
        threads = self.settings.threads or threads_of_each(jobs)
        settings = self.settings.model_copy(update={"threads": threads})
        return partial(Reader, settings, calibration=self._calibration, witnesses=self._witnesses)

    def compared(self, results: Iterable[ReadResult]) -> Iterator[ReadResult]:
        """*results* with what the rules about `batch` find: each invoice is compared with those before it."""
        return map(self.comparison().result, results)

    def comparison(self) -> Comparison:
        """Compares the invoices of one run, for callers that pass invoices themselves."""
        return Comparison(self._rules, self.context(), self.policy)

    def read_one(
        self,
        source: Source,
        *,
        name: str | None = None,
        expected: Mapping[str, object] | None = None,
        on_draft: Callable[[Draft], object] = _unkept,
    ) -> ReadResult:
        """The result for one source; if it can't be read, the result has an `error`. *on_draft* is called with the
        draft of each invoice, in order; `adjudicate` accepts these drafts."""
        claimed = claims(expected or {}, self.kinds)
        start = time.perf_counter()
        digest: str | None = None
        invoices: list[Invoice] = []
        signatures: list[Signature] = []
        unread: list[Unread] = []
        error: ReadError | None = None
        try:
            for document in self._documents(source, name, unread):
                digest = digest or document.sha256
                invoices += self._apart(document, claimed, unread, on_draft)
                signatures += self._read_document.signatures(document)
            if failure := first_damaged(unread):
                error = _told(failure, name or f"{source!s:.200}")
        except Exception as failure:  # one broken file must never end a batch
            error = _told(failure, name or f"{source!s:.200}")
        # the result, complete or not
        result = ReadResult(
            source=name or _name(source),
            sha256=digest,
            invoices=tuple(map(typed, invoices)),
            unread=tuple(map(_member, unread)),
            signatures=tuple(signatures) if self.settings.check_signatures else None,
            error=error,
            elapsed_ms=round((time.perf_counter() - start) * 1000, 1),
        )
        return log_result(result)

    def _documents(self, source: Source, name: str | None, unread: list[Unread]) -> Iterator[Document]:
        """The documents of *source*; members that can't be opened are added to *unread*."""
        yield from open_source(source, name, self.settings, report=unread.append)

    def _apart(
        self,
        document: Document,
        claimed: tuple[Candidate, ...],
        unread: list[Unread],
        on_draft: Callable[[Draft], object] = _unkept,
    ) -> list[Invoice]:
        """The invoices of *document*. A member of an archive that turns out to be damaged is added to *unread*; a
        single file raises."""
        try:
            found = self._read_document(document, claimed)
            for draft in found:
                on_draft(draft)
            return self._judged(found)
        except (SourceError, MissingExtraError) as error:
            if not document.member:
                raise
            unread.append(Unread(document.source, error))
            return []

    def trace(self, source: Source, *, name: str | None = None, member: str | None = None) -> Iterator[PageTrace]:
        """Every page of *source* with what the stages made of it, of an archive or a mail only those of *member*, as
        `Invoice.source` names it, if that is given; raises the same errors as `read`, of *member* only its own."""
        unread: list[Unread] = []
        for document in open_source(source, name, self.settings, report=unread.append if member else None):
            if member is None or document.source == member:
                for page in document.pages:
                    yield self._read_document.pages.trace(page, document)
        if own := first_damaged(left for left in unread if left.source == member):
            raise own

    def trace_invoices(self, source: Source, *, name: str | None = None) -> Iterator[InvoiceTrace]:
        """Every invoice of *source* with how it came about and the pictures of its pages; raises the same errors as
        `read`."""
        for document in open_source(source, name, self.settings):
            drafts, pictures = self._read_document.illustrated(document)
            for draft in drafts:
                trace = self._adjudicate(draft, self.context())
                shown = {number: pictures[number] for number in trace.pages if number in pictures}
                yield replace(trace, pictures=shown)

    def read_drafts(
        self, source: Source, *, name: str | None = None, expected: Mapping[str, object] | None = None
    ) -> list[Draft]:
        """The invoices of one file before they are judged, for `adjudicate`. A draft contains everything that was said
        about an invoice, but none of its pixels; `evidence.draft_file` saves and loads it. Arguments and errors are
        those of `read`."""
        claimed = claims(expected or {}, self.kinds)
        documents = open_source(source, name, self.settings)
        return [draft for document in documents for draft in self._read_document(document, claimed)]

    def adjudicate(self, draft: Draft, witnesses: Iterable[Candidate] = ()) -> InvoiceTrace:
        """The invoice of *draft*, with how it came about. The result is the same as if the file were read again with
        these *witnesses* present. `adjudication.expected.reviewed` turns a person's corrections into witnesses,
        `claims` what someone expects."""
        return self._adjudicate(replace(draft.with_witnesses(witnesses), registry=self.kinds), self.context())

    def read_document(self, document: Document, claimed: tuple[Candidate, ...] = ()) -> list[Invoice]:
        """The invoices of an opened *document*, whose pages may come from elsewhere, such as another OCR engine.
        *claimed* is what the caller expects."""
        return self._judged(self._read_document(document, claimed))

    def _judged(self, found: Iterable[Draft]) -> list[Invoice]:
        context = self.context()
        return [self._adjudicate(draft, context).invoice for draft in found]

    def context(self) -> RuleContext:
        """What rules may use besides the invoice, on this day."""
        return replace(self._context, today=self.settings.today or date.today())


def typed(invoice: Invoice) -> AnyInvoice:
    """*invoice* with the type that type checkers see: that of a built-in kind, given by `kind`; one of a user's own
    kind is a `CustomInvoice`."""
    return cast("AnyInvoice", invoice)


def _nothing() -> None:
    pass


def _name(source: Source) -> str:
    """The name of a *source* without a name in its result."""
    return str(source) if isinstance(source, str | Path) else "bytes"


def _member(unread: Unread) -> UnreadMember:
    """What the result says about an *unread* member."""
    return UnreadMember(source=unread.source, code=unread.error.code, message=str(unread.error))


def _told(failure: Exception, source: str) -> ReadError:
    """Why *source* could not be read; unforeseen errors are logged as defects."""
    match failure:
        case InvoiceOCRError():
            return ReadError(code=failure.code, message=str(failure))
        case MemoryError():
            return ReadError(code=TooLargeError.code, message=f"{source}: needs more memory than there is")
    log_defect(source)
    return ReadError(code=InvoiceOCRError.code, message=f"{type(failure).__name__}: {failure}")
