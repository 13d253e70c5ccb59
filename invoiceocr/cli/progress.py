"""A progress bar on a terminal, nothing elsewhere: logs of scheduled runs stay clean."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from invoiceocr.cli.messages import message
from invoiceocr.result import ReadResult


def shown(results: Iterable[ReadResult], total: int, language: str) -> Iterator[ReadResult]:
    """The same results, with a bar of *total* steps on standard error while they pass, if that is a terminal."""
    if not sys.stderr.isatty():
        yield from results
        return
    from invoiceocr.cli.progress_bar import bar_of  # what draws on terminals takes longer to load than a file to read

    with bar_of(language) as bar:
        task = bar.add_task(message("reading", language), total=total)
        for result in results:
            bar.advance(task)
            yield result
