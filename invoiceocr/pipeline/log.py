"""What a reader logs under the name `invoiceocr`: files and counts. Messages of exceptions are logged at DEBUG only,
since they may quote the contents of a file."""

from __future__ import annotations

import logging

from invoiceocr.result import ReadResult

_log = logging.getLogger("invoiceocr")
# a library logs nothing until its user sets up logging
_log.addHandler(logging.NullHandler())


def log_result(result: ReadResult) -> ReadResult:
    """*result*, logged: what was read at INFO, what could not be read at WARNING."""
    if result.error:
        _log.warning("%s: %s (%.0f ms)", result.source, result.error.code, result.elapsed_ms)
        _log.debug("%s: %s", result.source, result.error.message)
    else:
        verdicts = " ".join(invoice.verdict for invoice in result.invoices) or "no invoice"
        _log.info("%s: %s (%.0f ms)", result.source, verdicts, result.elapsed_ms)
    for member in result.unread:
        _log.info("%s: %s", member.source, member.code)
    return result


def log_skipped(result: ReadResult) -> None:
    """Logs a file of a folder that is not a document."""
    _log.info("%s: skipped, no document", result.source)


def log_defect(source: str) -> None:
    """Logs an exception that no file should cause, with its traceback at DEBUG."""
    _log.error("%s: internal error; please report this file", source)
    _log.debug("%s", source, exc_info=True)
