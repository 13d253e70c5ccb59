"""Characters in recognized text that only their neighbors distinguish."""

from __future__ import annotations

import re

SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    # a Chinese dash is two characters wide
    (re.compile(r"—一|一—"), "——"),
    # a word begins with a letter
    (re.compile(r"(?<![0-9A-Za-z.,])0(?=[a-z]{3})"), "O"),
    (re.compile(r"(?<=[0-9]m)1(?![0-9A-Za-z.])"), "l"),  # 10ml
)


def told_apart(text: str) -> str:
    """*text* with the look-alikes that its other characters ask for, character for character.

    >>> told_apart("概论—一原理"), told_apart("0cean 1001"), told_apart("10m1*15支")
    ('概论——原理', 'Ocean 1001', '10ml*15支')
    >>> told_apart("一对一"), told_apart("20mm"), told_apart("5m12")
    ('一对一', '20mm', '5m12')
    """
    for pattern, spelled in SPELLINGS:
        text = pattern.sub(spelled, text)
    return text
