"""How the progress bar looks."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from invoiceocr.cli.messages import message


def bar_of(language: str) -> Progress:
    """A bar on standard error that leaves nothing behind."""
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
