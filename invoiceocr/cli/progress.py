"""A progress bar on a terminal, nothing elsewhere: logs of scheduled runs stay clean."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from invoiceocr.cli.messages import message
from invoiceocr.result import ReadResult


def shown(results: Iterable[ReadResult], total: int, language: str) -> Iterator[ReadResult]:
    """The same results, with a bar of *total* steps on standard error while they pass, if that is a terminal."""
    if not sys.stderr.isatty():
        yield from results
        return
    with _bar(language) as bar:
        task = bar.add_task(message("reading", language), total=total)
        for result in results:
            bar.advance(task)
            yield result


def _bar(language: str) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(language),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


class _Rate(ProgressColumn):
    """Files a second."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def render(self, task: Task) -> Text:
        """The rate, blank until it is known."""
        return Text(message("rate", self._language, rate=task.speed) if task.speed else "")
