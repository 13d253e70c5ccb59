"""How the words after `invoiceocr` find their command: `batch merge`, and a hint where a file stands for one."""

from __future__ import annotations

import os

import typer
from typer.core import TyperGroup

TWO_WORDS: dict[tuple[str, ...], str] = {("batch", "merge"): "batch-merge"}
"""Commands of two words whose first one is a command too, with the names they are registered under."""


class Commands(TyperGroup):
    """The group of all commands."""

    def resolve_command(self, ctx: typer.Context, args: list[str]):  # type: ignore[no-untyped-def,override]
        """The command that *args* begin with and the rest of them; a usage error that says what was meant if none."""
        if (name := TWO_WORDS.get(tuple(args[:2]))) is not None:
            return super().resolve_command(ctx, [name, *args[2:]])
        if self.get_command(ctx, args[0]) is None and _is_file(args[0]):
            told = f"没有命令 {args[0]}；识别文件请用 · no such command; to read a file: invoiceocr extract {args[0]}"
            raise typer.BadParameter(told, param_hint="COMMAND")
        return super().resolve_command(ctx, args)


def _is_file(word: str) -> bool:
    """Whether *word* looks like a file, a folder or a pattern: no command has such a name."""
    return os.path.lexists(word) or any(sign in word for sign in ("/", "\\", ".", "*", "?"))
