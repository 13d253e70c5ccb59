"""Patterns in rules: a subset of regular expressions without the constructs that make matching explode.

Refused when loaded: backreferences, look-around, inline flags, a repeat of a repeat, large counts. What remains can
still be polynomial on malicious text, so every match runs against the time that the frame has left for patterns.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import regex

from invoiceocr.rules.language.evaluation import Evaluation, Stopped, Value
from invoiceocr.rules.language.node import Run

MAX_PATTERN = 200  # characters
# the largest {n,m}: identifiers and remarks need no more
MAX_COUNT = 64
# characters; longer text is not searched, its outcome is unknown
MAX_SUBJECT = 5000
# steps that take no longer than to start a clock: about as many as a text has characters, times that for each choice
QUICK_STEPS = 40_000
OPENING = ("(", "(?:")
REPEATS = ("*", "+", "{")
_REFERENCE = regex.compile(r"\\[1-9gkGKL]")
_REPEATED_GROUP = regex.compile(r"\)[*+{]")
_DIGITS = regex.compile(r"\d+")
_TOKEN = regex.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\(\?|\(|\)|[*+?]|\{\d*(?:,\d*)?\}|.", regex.DOTALL)


def check(pattern: str) -> str | None:
    """What is wrong with *pattern*; None if rules may use it."""
    if len(pattern) > MAX_PATTERN:
        return f"the pattern is longer than {MAX_PATTERN} characters"
    problem = _refused(pattern)
    if problem:
        return problem
    try:
        regex.compile(pattern)
    except regex.error as error:
        return f"not a pattern: {error}"
    return None


def _refused(pattern: str) -> str | None:
    """Walks through the tokens; `repeats[-1]` says whether the current group already contains a repeat."""
    repeats = [False]
    # whether the last token closed a group that holds a repeat
    closed = False
    for token in _TOKEN.findall(pattern):
        problem = _problem(token, closed)
        if problem:
            return problem
        closed = False
        if token in OPENING:
            repeats.append(False)
        elif token == ")" and len(repeats) > 1:
            closed = repeats.pop()
            repeats[-1] |= closed
        elif token[0] in REPEATS:
            repeats[-1] = True
    return None


def _problem(token: str, closed: bool) -> str | None:
    if token == "(?" or _REFERENCE.fullmatch(token):
        return f"{token} is not part of the pattern language"
    if token[0] == "{" and any(int(count) > MAX_COUNT for count in _DIGITS.findall(token)):
        return f"a pattern can't repeat more than {MAX_COUNT} times"
    if closed and token[0] in REPEATS:
        return "a pattern can't repeat a group that repeats itself"
    return None


def matcher(pattern: str, *, whole: bool) -> Callable[[Run], Run]:
    """From a part that gives a text to one that tells whether *pattern* matches it, whole or anywhere."""
    compiled = regex.compile(pattern)
    find: Callable[..., Value] = compiled.fullmatch if whole else compiled.search
    quick = 0 if _may_explode(pattern) else int(QUICK_STEPS ** (1 / (1 + _choices(pattern))))

    def over(subject: Run) -> Run:
        def run(frame: Evaluation) -> bool | None:
            text = subject(frame)
            if text is None or len(text) > MAX_SUBJECT:
                return None
            if len(text) <= quick:
                return find(text) is not None
            return _timed(find, text, frame)

        return run

    return over


def _may_explode(pattern: str) -> bool:
    """Whether a group of *pattern* that has alternatives may repeat: the steps may double with each character."""
    return bool(_REPEATED_GROUP.search(pattern)) and ("|" in pattern or "?" in _TOKEN.findall(pattern))


def _choices(pattern: str) -> int:
    """How many parts of *pattern* can match in more than one way: those that can repeat or be absent, and groups, if
    any part has alternatives."""
    tokens = _TOKEN.findall(pattern)
    groups = sum(token in OPENING for token in tokens) if "|" in pattern else 0
    return groups + sum(token[0] in "*+?{" for token in tokens)


def _timed(find: Callable[..., Value], text: str, frame: Evaluation) -> bool:
    start = time.perf_counter()
    try:
        return find(text, timeout=max(frame.pattern_seconds, 0.001)) is not None
    except TimeoutError:
        raise Stopped from None
    finally:
        frame.pattern_seconds -= time.perf_counter() - start
