"""`FakeReader`: the methods of a `Reader`, with canned outcomes instead of reading."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import repeat
from pathlib import Path

from pydantic import ValidationError

from invoiceocr import errors
from invoiceocr.errors import InvoiceOCRError, SettingsError
from invoiceocr.invoice import AnyInvoice
from invoiceocr.pipeline.results import Results
from invoiceocr.result import ReadError, ReadResult
from invoiceocr.settings import Settings
from invoiceocr.sources.folder import walk
from invoiceocr.testing.outcomes import OUTCOMES, Outcome, result

PLAN = "outcomes.json"


class FakeReader:
    """A reader with canned outcomes: `FakeReader({"a.pdf": "accepted", "scan-*.jpg": "review"})`. The keys are file
    names or patterns, and the first one that fits counts. The values are outcomes (`accepted`, `review`, `rejected`,
    `duplicate`, `corrupt`, `timeout`) or complete results. A file that fits none has the outcome that its name contains
    (`my-corrupt.pdf`), or else *default*. Files need not exist and are never opened."""

    def __init__(
        self,
        outcomes: Mapping[str, Outcome | ReadResult] | None = None,
        *,
        default: Outcome = "accepted",
        settings: Settings | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self._outcomes = dict(outcomes or {})
        self._default = default
        for outcome in (*self._outcomes.values(), default):
            if isinstance(outcome, str) and outcome not in OUTCOMES:
                near = difflib.get_close_matches(outcome, OUTCOMES, n=1, cutoff=0)[0]
                known = ", ".join(OUTCOMES)
                raise SettingsError(
                    f"no outcome {outcome}, did you mean {near}? {known}",
                    zh=f"没有预设结果 {outcome}，是不是 {near}？可用的有：{known}",
                )

    @classmethod
    def of_folder(cls, folder: Path, settings: Settings | None = None) -> FakeReader:
        """A reader by *folder*: its outcomes.json maps names to outcomes, and NAME.json is the complete result of NAME,
        such as a line of `extract --format jsonl`. Raises SettingsError if something in it is neither."""
        if not folder.is_dir():
            raise SettingsError(
                f"{folder}: no folder; give one with {PLAN} or a NAME.json a file",
                zh=f"{folder}：没有这个目录；应含 {PLAN}，或每个文件一个 NAME.json",
            )
        outcomes: dict[str, Outcome | ReadResult] = {}
        for path in sorted(folder.glob("*.json")):
            try:
                data = json.loads(path.read_text(encoding="utf-8"))
                outcomes |= data if path.name == PLAN else {path.name[:-5]: ReadResult.model_validate(data)}
            except (OSError, ValueError, TypeError) as error:
                why = "" if isinstance(error, ValidationError) else f" ({error})"
                raise SettingsError(
                    f"{path}: no result of a file{why}; outcomes by name belong in {PLAN}",
                    zh=f"{path}：不是识别结果{why}；按文件名给出的预设结果应写在 {PLAN} 中",
                ) from error
        return cls(outcomes, settings=settings)

    def read(
        self, source: object, *, name: str | None = None, expected: Mapping[str, object] | None = None
    ) -> list[AnyInvoice]:
        """The invoices of the canned outcome; raises the error of one that can't be read, as `Reader.read` does."""
        found = self.read_one(source, name=name, expected=expected)
        if found.error is not None:
            raise _error_of(found.error)
        return list(found.invoices)

    def read_one(
        self, source: object, *, name: str | None = None, expected: Mapping[str, object] | None = None
    ) -> ReadResult:
        """The canned result of *source*, under its name or *name*."""
        title = name or (os.fspath(source) if isinstance(source, str | os.PathLike) else "bytes")
        outcome = self._outcome(Path(title).name)
        if isinstance(outcome, str):
            return result(outcome, title)
        invoices = tuple(invoice.model_copy(update={"source": title}) for invoice in outcome.invoices)
        return outcome.model_copy(update={"source": title, "invoices": invoices})

    def read_many(
        self,
        sources: Iterable[object],
        *,
        names: Iterable[str] | None = None,
        expected: Iterable[Mapping[str, object] | None] | None = None,
        **options: object,
    ) -> Results:
        """A canned result for each source, in order; *options* of the real reader, such as jobs, have no effect."""
        if isinstance(sources, str | bytes | os.PathLike):
            raise TypeError(f"read_many takes several sources, not {type(sources).__name__}: read_many([source])")
        named = zip(sources, names, strict=True) if names is not None else zip(sources, repeat(None))
        return Results((self.read_one(source, name=name) for source, name in named), _nothing)

    def read_folder(self, folder: str | os.PathLike[str], **options: object) -> Results:
        """A canned result for each file below *folder*, in the order of their names."""
        return self.read_many(walk(Path(folder)))

    def compared(self, results: Iterable[ReadResult]) -> Iterator[ReadResult]:
        """*results* unchanged: duplicates are canned, too."""
        return iter(results)

    def _outcome(self, name: str) -> Outcome | ReadResult:
        fits = (outcome for pattern, outcome in self._outcomes.items() if name == pattern or fnmatchcase(name, pattern))
        if (found := next(fits, None)) is not None:
            return found
        return next((outcome for outcome in OUTCOMES if outcome in name), self._default)


def _nothing() -> None:
    pass


def _error_of(error: ReadError) -> InvoiceOCRError:
    """The exception that the code of an error stands for."""
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, InvoiceOCRError)]
    exact = (kind for kind in classes if kind.code == error.code)
    kind = next(exact, errors.CorruptFileError if error.code.startswith("corrupt_") else errors.SourceError)
    return kind(error.message, code=error.code)
