"""Help and usage errors are written as "中文 · English"; here they are told in the language that the locale names."""

from __future__ import annotations

import re
from typing import Any

BETWEEN = re.compile(r"\s*·\s+")


def spoken(text: str, language: str | None) -> str:
    """*text* in *language* ("zh" or "en"), paragraph by paragraph; unchanged where it is None.

    >>> spoken("端口 · port", "en")
    'port'
    >>> spoken("端口 · port", "zh")
    '端口'
    """
    if language is None:
        return text
    return "\n\n".join(_half(paragraph, language) for paragraph in text.split("\n\n"))


def _half(paragraph: str, language: str) -> str:
    halves = BETWEEN.split(paragraph, maxsplit=1)
    return halves[-1] if language == "en" else halves[0]


def speak(command: Any, language: str | None) -> None:
    """Put the help of *command* and its options in *language*."""
    command.help = spoken(command.help or "", language)
    for parameter in command.params:
        _speak_parameter(parameter, language)


def _speak_parameter(parameter: Any, language: str | None) -> None:
    for name in ("help", "rich_help_panel"):
        if told := getattr(parameter, name, None):
            setattr(parameter, name, spoken(told, language))


def fold_help() -> None:
    """Have help fold words that are wider than their column: Chinese has no spaces, and Typer's tables would cut it
    off."""
    from rich import columns
    from rich.table import Table
    from typer import rich_utils

    class Folding(Table):
        def add_row(self, *cells: Any, **options: Any) -> None:
            super().add_row(*cells, **options)
            for column in self.columns:
                column.overflow = "fold"

    for module in (columns, rich_utils):
        module.Table = Folding  # type: ignore[attr-defined]
