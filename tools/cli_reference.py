"""Writes docs/reference/cli.md: every command with its options, from the commands themselves.

python -m tools.cli_reference
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from invoiceocr.cli.app import app
from invoiceocr.settings import Settings

FILE = Path(__file__).parents[1] / "docs" / "reference" / "cli.md"
HEAD = """# Command line, all options

This page is generated from the commands by `python -m tools.cli_reference`. [cli.md](../cli.md) explains the commands
by example.
"""
SETTINGS = """
## Settings

Every command that reads takes these as options, as `INVOICEOCR_NAME` in the environment and as keys of `--config FILE`;
see [cli.md](../cli.md#settings).

| setting | option | default |
|---|---|---|
"""


def reference() -> str:
    """The text of the page."""
    group = typer.main.get_command(app)
    settings = "\n".join(_settings(_inside(group)["extract"]))
    return "\n".join([HEAD, *_commands(group, "invoiceocr")]) + SETTINGS + settings + "\n"


def _commands(group: Any, name: str) -> Iterator[str]:
    """A section a command, those of groups behind their group."""
    for word, command in sorted(_inside(group).items()):
        if command.hidden:
            continue
        full = f"{name} {word}"
        if _inside(command):
            yield f"## {full}\n\n{_help(command)}\n"
            yield from _commands(command, full)
        else:
            yield _command(command, full)


def _inside(group: Any) -> dict[str, Any]:
    """The commands of a group by name; none for a command."""
    if not hasattr(group, "list_commands"):
        return {}
    context = typer.Context(group)
    return {name: group.get_command(context, name) for name in group.list_commands(context)}


def _command(command: object, name: str) -> str:
    parameters = [one for one in command.params if not getattr(one, "hidden", False)]  # type: ignore[attr-defined]
    arguments = [one for one in parameters if one.param_type_name == "argument"]
    options = [one for one in parameters if one.param_type_name == "option" and one.name not in _known()]
    usage = " ".join([name, *map(_metavar, arguments)])
    rows = "\n".join(_row(one) for one in options)
    table = f"\n| option | meaning |\n|---|---|\n{rows}\n" if rows else ""
    return f"## {name}\n\n```text\n{usage} [OPTIONS]\n```\n\n{_help(command)}\n{table}"


def _metavar(argument: object) -> str:
    return str(getattr(argument, "metavar", None) or str(getattr(argument, "name", "")).upper())


def _row(option: object) -> str:
    names = ", ".join(f"`{name}`" for name in option.opts)  # type: ignore[attr-defined]
    return f"| {names} | {_cell(getattr(option, 'help', '') or '')} |"


def _help(command: object) -> str:
    return inspect.cleandoc(getattr(command, "help", "") or "")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _known() -> frozenset[str]:
    """The names of options that are settings: they have a table of their own."""
    return frozenset(Settings.model_fields) | {"config"}


def _settings(extract: Any) -> Iterator[str]:
    options = {one.name: one.opts[0] for one in extract.params}
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = (
            "" if default in (None, ()) else f"`{default}`" if not isinstance(default, tuple) else ", ".join(default)
        )
        yield f"| `{name}` | `{options[name]}` | {shown} |"


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(reference(), encoding="utf-8")
