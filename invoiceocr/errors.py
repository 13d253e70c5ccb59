"""Every exception of the SDK, in one tree.

    InvoiceOCRError            code and exit_code on every class
    ├── SourceError            the document can't be read: unreadable, file_changed (exit 3)
    │   ├── FileMissingError        file_not_found, not_a_file
    │   ├── EmptyFileError          empty_file
    │   ├── UnsupportedFormatError  unsupported_format
    │   ├── CorruptFileError        corrupt_image, corrupt_pdf, corrupt_ofd, corrupt_xml, corrupt_archive, corrupt_mail
    │   ├── EncryptedFileError      encrypted_pdf, encrypted_archive
    │   ├── UnsafeFileError         unsafe_xml, unsafe_archive
    │   ├── TooLargeError           too_large, too_many_pages, too_complex
    │   ├── NoDocumentsError        no_documents, no_pages
    │   ├── TimedOutError           timed_out
    │   └── MemoryLimitError        out_of_memory
    ├── CrashedError           a file ended the process that read it: crashed (exit 4)
    ├── WorkerError            worker processes can't be started: no_workers (exit 4)
    ├── OutputError            the result can't be written: output_not_writable (exit 2)
    ├── SettingsError          a setting is unknown or out of range: bad_settings (exit 2)
    ├── MissingExtraError      an optional package is not installed: missing_extra (exit 2)
    ├── LedgerError            the ledger can't be opened or written: bad_ledger (exit 2)
    ├── RegisterError          a register export can't be read: bad_register (exit 2)
    ├── DraftError             a saved draft can't be loaded: bad_draft (exit 2)
    ├── PackError              a rule pack doesn't load: bad_rules (exit 2)
    ├── SchemaError            a document schema doesn't load: bad_schema (exit 4)
    ├── ModelError             a model file is missing or differs from its manifest: bad_model (exit 4)
    └── ForkError              the process was forked after its models were used: forked (exit 4)

`code` is stable: programs may switch on it. `str(error)` says what, where and what to do.
"""

from __future__ import annotations

# the code of what is no regular file: a device, a pipe, a folder
NOT_A_FILE = "not_a_file"


class InvoiceOCRError(Exception):
    """The root of all errors that are raised on purpose. `code` is stable, `exit_code` is that of the command line.
    `zh` is the message in Chinese, if the code and the English message don't suffice to tell a user what to do."""

    code = "internal_error"
    exit_code = 4

    def __init__(self, message: str, *, code: str | None = None, zh: str | None = None) -> None:
        super().__init__(message)
        self.zh = zh
        if code is not None:
            self.code = code


class SourceError(InvoiceOCRError):
    """A document that can't be read."""

    code = "unreadable"
    exit_code = 3


class FileMissingError(SourceError):
    """The path doesn't exist or is not readable."""

    code = "file_not_found"


class EmptyFileError(SourceError):
    """The file has no bytes."""

    code = "empty_file"


class UnsupportedFormatError(SourceError):
    """The format of the bytes can't hold an invoice."""

    code = "unsupported_format"


class CorruptFileError(SourceError):
    """The format is known but the bytes are damaged or cut off; `code` names the format."""

    code = "corrupt_file"


class EncryptedFileError(SourceError):
    """The file needs a password."""

    code = "encrypted_pdf"


class UnsafeFileError(SourceError):
    """The file attempts something that no invoice needs: entity declarations, members outside the archive."""

    code = "unsafe_file"


class TooLargeError(SourceError):
    """The file exceeds a limit of `Settings` (pixels, pages, bytes after unpacking)."""

    code = "too_large"


class NoDocumentsError(SourceError):
    """A folder, archive or PDF that contains no page at all."""

    code = "no_documents"


class TimedOutError(SourceError):
    """Reading the file took longer than allowed, twice."""

    code = "timed_out"


class MemoryLimitError(SourceError):
    """Reading the file took more memory than allowed, twice."""

    code = "out_of_memory"


class CrashedError(InvoiceOCRError):
    """The process that read the file died, twice: a defect in native code."""

    code = "crashed"


class WorkerError(InvoiceOCRError):
    """Worker processes end before they begin to work."""

    code = "no_workers"


class OutputError(InvoiceOCRError):
    """The output path can't be written."""

    code = "output_not_writable"
    exit_code = 2


class SettingsError(InvoiceOCRError):
    """A setting is unknown, malformed or out of range."""

    code = "bad_settings"
    exit_code = 2


class MissingExtraError(InvoiceOCRError):
    """An optional package is not installed; the message names the extra."""

    code = "missing_extra"
    exit_code = 2


class LedgerError(InvoiceOCRError):
    """The ledger can't be opened or has no such entry; the message says which and what to do."""

    code = "bad_ledger"
    exit_code = 2


class RegisterError(InvoiceOCRError):
    """A register export has no row of known captions or can't be read at all."""

    code = "bad_register"
    exit_code = 2


class DraftError(InvoiceOCRError):
    """A saved draft is damaged, or of a version that this one doesn't know."""

    code = "bad_draft"
    exit_code = 2


class PackError(InvoiceOCRError):
    """A rule pack can't be loaded; the message contains the file, line, column and nearest valid name."""

    code = "bad_rules"
    exit_code = 2


class SchemaError(InvoiceOCRError):
    """A document schema can't be loaded; the message contains the file, line and nearest valid name."""

    code = "bad_schema"


class ModelError(InvoiceOCRError):
    """A model file is missing or its digest differs from models/manifest.toml."""

    code = "bad_model"


class ForkError(InvoiceOCRError):
    """The process was forked after its models had been used: their threads exist only in the parent. Build a new
    `Reader` in each process, or fork before the first picture is read."""

    code = "forked"
