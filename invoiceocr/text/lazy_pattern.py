"""Regular expressions that are compiled at their first use, for patterns that are known to be valid."""

from __future__ import annotations

from typing import Any, cast

import regex

# the name of a group, (?<name>...) or (?P<name>...)
_NAMED = regex.compile(r"(?<!\\)\(\?P?<([^\W\d]\w*)>")


class _LazyPattern:
    """Behaves like `regex.compile(text)`, which is called when the first of its attributes is requested."""

    def __init__(self, text: str) -> None:
        self.pattern = text

    def __getattr__(self, name: str) -> Any:
        compiled = regex.compile(self.pattern)
        for method in ("search", "match", "fullmatch", "finditer", "sub"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def group_names(pattern: regex.Pattern[str]) -> list[str]:
    """The names of the groups of *pattern*, by its spelling.

    >>> group_names(lazily("(?P<date>[0-9]+)(?P<time>.*)"))
    ['date', 'time']
    """
    return list(dict.fromkeys(_NAMED.findall(pattern.pattern)))


def lazily(text: str) -> regex.Pattern[str]:
    """The regular expression *text*, compiled with its first use: of the hundreds that the built-in kinds have, a
    document needs a few, and compiling all takes longer than reading it.

    >>> lazily("[0-9]+").search("a12").group()
    '12'
    """
    return cast(regex.Pattern[str], _LazyPattern(text))
