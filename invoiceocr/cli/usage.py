"""Typer's own words in Chinese: what it says of wrong usage, and what frames its help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer

from invoiceocr.cli.bilingual import spoken

UsageError: Any = typer.BadParameter.__mro__[1]
"""The base of all errors of usage, which newer versions of Typer no longer take from click."""
SAID = (
    (r"^Invalid value for (.+?): ", r"\1 有误："),
    (r"^Invalid value: ", "参数有误："),
    (r"^Missing (?:option|argument|parameter) (.+?)\.(?=$| Choose)", r"缺少 \1。"),
    (r"^Missing command\.", "缺少命令。"),
    (r"^No such option: (\S+)", r"没有选项 \1"),
    (r"^No such command ('.+?')", r"没有命令 \1"),
    (r" \(Possible options: (.+)\)$", r"，是不是 \1？"),
    (r"\.? Did you mean (.+)\?$", r"，是不是 \1？"),
    (r"^Got unexpected extra arguments?(?:\(s\))? \((.+)\)$", r"多余的参数：\1"),
    (r"^Option ('.+?') requires an argument\.$", r"选项 \1 后面要有值"),
    (r"^Option ('.+?') does not take a value\.$", r"选项 \1 不带值"),
    (r"Value error, ", ""),
    (r"('[^']*') is not one of (.+?)\.?$", r"没有 \1，可选 \2"),
    (r" Choose from:\s*", " 可选："),
    (r"Input should be a valid integer.*|('[^']*') is not a valid int(?:eger)?(?: range)?\.$", "应为整数"),
    (r"Input should be a valid number.*|('[^']*') is not a valid float(?: range)?\.$", "应为数字"),
    (r"Input should be greater than or equal to (\S+)$", r"不能小于 \1"),
    (r"Input should be less than or equal to (\S+)$", r"不能大于 \1"),
    (r"('[^']*') does not match the formats? '%Y-%m-%d'\.$", r"\1 不是日期，应如 2025-12-31"),
    (r"(\S+) is not in the range (.+?)\.$", r"\1 超出范围 \2"),
)
"""Patterns of what wrong usage is told by, and what that is in Chinese; compiled only where it is told."""
FRAME: Mapping[str, tuple[str, str]] = {
    "ARGUMENTS_PANEL_TITLE": ("Arguments", "参数"),
    "OPTIONS_PANEL_TITLE": ("Options", "选项"),
    "COMMANDS_PANEL_TITLE": ("Commands", "命令"),
    "ERRORS_PANEL_TITLE": ("Error", "错误"),
    "DEFAULT_STRING": ("[default: {}]", "[缺省 {}]"),
    "ENVVAR_STRING": ("[env var: {}]", "[环境变量 {}]"),
    "REQUIRED_LONG_STRING": ("[required]", "[必填]"),
    "RICH_HELP": (
        "Try [blue]'{command_path} {help_option}'[/] for help.",
        "用法详见 [blue]{command_path} {help_option}[/]",
    ),
}
"""The titles and remarks of Typer's help by the names of its constants, in English and Chinese."""
STANDARD_HELP: Mapping[str, str] = {
    "Show this message and exit.": "显示此说明",
    "Install completion for the current shell.": "为当前 shell 安装命令补全",
    "Show completion for the current shell, to copy it or customize the installation.": "显示补全脚本，供复制",
}
"""The help of options that Typer adds by itself."""


def in_chinese(told: str) -> str:
    """What Typer says of wrong usage, in Chinese; what it says otherwise stays.

    >>> in_chinese("Invalid value for '--jobs' / '-j': Input should be a valid integer, unable to parse string")
    "'--jobs' / '-j' 有误：应为整数"
    """
    for pattern, zh in SAID:
        told = re.sub(pattern, zh, told, flags=re.DOTALL)
    return told


@contextmanager
def told_in(language: str | None) -> Iterator[None]:
    """What is wrong with the arguments is told in *language* ("zh" or "en"), in both where it is None."""
    try:
        yield
    except UsageError as error:
        if type(error).__name__ != "NoArgsIsHelpError":
            error.message = spoken(error.message, language)
            frame_help(language)
            if language == "zh":
                told = in_chinese(error.format_message())
                error.format_message = lambda: told
        raise


def frame_help(language: str | None) -> None:
    """Put the titles and remarks of help and errors in *language*; English where it is None."""
    from typer import rich_utils

    for name, titles in FRAME.items():
        setattr(rich_utils, name, titles[language == "zh"])


def speak_usage(command: Any) -> None:
    """Put in Chinese what Typer itself adds to the help of *command*."""
    usage, help_option = command.get_usage, command.get_help_option
    command.get_usage = lambda ctx: usage(ctx).replace("Usage: ", "用法：", 1)
    command.get_help_option = lambda ctx: _spoken(help_option(ctx))
    for parameter in command.params:
        _spoken(parameter)


def _spoken(option: Any) -> Any:
    """The same option with its standard help in Chinese."""
    if (told := STANDARD_HELP.get(getattr(option, "help", None) or "")) is not None:
        option.help = told
    return option
