"""How the words after `invoiceocr` find their command: `batch merge`, and a hint where a file stands for one.

A command is imported when it is called for, or when the help lists all of them: reading one file loads neither the
ledger nor the service.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from invoiceocr.cli.bilingual import fold_help, speak
from invoiceocr.cli.usage import frame_help, speak_usage, told_in
from invoiceocr.workers.garbage import loading

TWO_WORDS: dict[tuple[str, ...], str] = {("batch", "merge"): "batch-merge"}
"""Commands of two words whose first one is a command too, with the names they are registered under."""
HELP = frozenset({"-h", "--help"})


@dataclass(frozen=True, slots=True)
class Home:
    """Where a command is: a module of `cli.commands`, and the function or, for a group, the Typer app in it."""

    module: str
    name: str
    hidden: bool = False


HOMES: dict[str, Home] = {
    "extract": Home("extract", "extract"),
    "explain": Home("explain", "explain"),
    "debug": Home("debug", "debug"),
    "batch": Home("batch", "batch"),
    "batch-merge": Home("batch", "batch_merge", hidden=True),
    "lines": Home("lines", "lines"),
    "organize": Home("organize", "organize"),
    "print": Home("print", "print_"),
    "schema": Home("schema", "schema"),
    "serve": Home("serve", "serve"),
    "watch": Home("watch", "watch"),
    "mcp": Home("mcp", "mcp"),
    "rules": Home("rules", "app"),
    "ledger": Home("ledger", "app"),
}
"""The commands in the order in which the help lists them."""


class Commands(TyperGroup):
    """The group of all commands. The object of its context is the language to speak, None for both."""

    def make_context(self, info_name, args, parent=None, **extra):  # type: ignore[no-untyped-def]
        """The context of a call, with its help in the language of `extra["obj"]`."""
        language = extra.get("obj")
        _speak(self, language)
        if len(args) < 2 or HELP.intersection(args):
            fold_help()
            frame_help(language)
        with told_in(language):
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx):  # type: ignore[no-untyped-def]
        """What the command returns; what is wrong with its arguments is told in one language."""
        with told_in(ctx.obj):
            return super().invoke(ctx)

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """The names of all commands."""
        return list(HOMES)

    def get_command(self, ctx: typer.Context, cmd_name: str):  # type: ignore[no-untyped-def,override]
        """The command called *cmd_name*, None if there is none."""
        home = HOMES.get(cmd_name)
        if home is None:
            return None
        if cmd_name not in self.commands:
            with loading():
                self.commands[cmd_name] = _imported(cmd_name, home)
            _speak(self.commands[cmd_name], ctx.obj)
        return self.commands[cmd_name]

    def resolve_command(self, ctx: typer.Context, args: list[str]):  # type: ignore[no-untyped-def,override]
        """The command that *args* begin with and the rest of them; a usage error that says what was meant if none."""
        if (name := TWO_WORDS.get(tuple(args[:2]))) is not None:
            return super().resolve_command(ctx, [name, *args[2:]])
        if args[0] not in HOMES:
            if _is_file(args[0]):
                way = f"invoiceocr extract {args[0]}"
                told = f"没有命令 {args[0]}；识别文件请用 {way} · no command {args[0]}; to read a file: {way}"
                raise typer.BadParameter(told, param_hint="COMMAND")
            # the error names those that are spelled alike
            for known in HOMES:
                self.get_command(ctx, known)
        return super().resolve_command(ctx, args)


def _speak(command: Any, language: str | None) -> None:
    """Put the help of *command* and its subcommands in *language*."""
    speak(command, language)
    if language == "zh":
        speak_usage(command)
    for inner in getattr(command, "commands", {}).values():
        _speak(inner, language)


def _imported(name: str, home: Home) -> Any:
    found = getattr(import_module(f"invoiceocr.cli.commands.{home.module}"), home.name)
    if isinstance(found, typer.Typer):
        command: Any = typer.main.get_group(found)
    else:
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(name, hidden=home.hidden)(found)
        command = typer.main.get_command(alone)
    command.name = name
    return command


def _is_file(word: str) -> bool:
    """Whether *word* looks like a file, a folder or a pattern: no command has such a name."""
    return os.path.lexists(word) or any(sign in word for sign in ("/", "\\", ".", "*", "?"))
