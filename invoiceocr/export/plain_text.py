"""Text from an invoice made safe for a table: no character that a file format forbids, nothing that a spreadsheet
executes.

The text of an invoice was written by somebody else, so a cell must never be able to do more than show it.
"""

from __future__ import annotations

import re

# XML 1.0 allows tab, line feed, carriage return and everything from space up but surrogates and two noncharacters.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A terminal obeys C0 and C1 controls; bidirectional overrides make a name read differently than it is.
_NOT_SCREEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# What a spreadsheet takes for the start of a formula, full-width twins included (East Asian editions accept those).
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")


def xml_text(text: str) -> str:
    """*text* without the characters that XML, and so a workbook, can't hold."""
    return _NOT_XML.sub("", text)


def screen_text(text: str) -> str:
    """*text* without control characters, for a terminal: line breaks become blanks."""
    return _NOT_SCREEN.sub("", re.sub(r"[\t\r\n]+", " ", text))


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take *text* in a file for a formula, with or without leading blanks."""
    return text[:1] in FORMULA_STARTS or text.lstrip()[:1] in FORMULA_STARTS


def harmless(text: str) -> str:
    """*text* with an apostrophe before it if `is_formula`: spreadsheets then show it and don't execute it."""
    return f"'{text}" if is_formula(text) else text
