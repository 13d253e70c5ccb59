"""File names made from the fields of an invoice, safe on Windows, macOS and Linux."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from string import Formatter

from invoiceocr.errors import SettingsError
from invoiceocr.export.sheets.ledger_columns import LedgerColumn, Listed, ledger_columns
from invoiceocr.kinds import Registry
from invoiceocr.kinds.field_titles import path_title

# of one name in UTF-8: file systems hold 255, and a counter and a suffix must fit too
LONGEST_BYTES = 180
# devices of Windows
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+')
# what a column of the ledger stands for
SUMMED_UP = {"item": "items.0.name", "tax_rate": "items.0.tax_rate"}
# columns that no evidence is about
ROOTLESS = {"no", "source", "page", "verdict", "review", "duplicate"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern such as `{issue_date:%Y-%m}/{seller.name}_{total}`: its literal texts and fields in order; `/`
    separates folders."""

    parts: tuple[tuple[str, str, str], ...]
    columns: dict[str, LedgerColumn]

    def doubts(self, listed: Listed) -> tuple[str, ...]:
        """The titles of those fields of the pattern that are empty or in doubt; a name must not be built from them."""
        spec = listed.registry.kinds.get(listed.invoice.kind)
        return tuple(
            path_title(name, spec).zh for name in self.columns if _is_doubted(name, self.columns[name], listed)
        )

    def path(self, listed: Listed) -> tuple[str, ...]:
        """The names of the folders and of the file, without a suffix."""
        text = "".join(literal + self._told(name, form, listed) for literal, name, form in self.parts)
        return tuple(safe_name(part) for part in text.split("/"))

    def _told(self, name: str, form: str, listed: Listed) -> str:
        if not name:
            return ""
        value = self.columns[name].cell(listed).value
        dated = isinstance(value, date | datetime)
        return safe_characters(value.strftime(form) if form and dated else str(value))


def pattern(text: str, registry: Registry) -> Pattern:
    """The pattern in *text*; SettingsError if it is malformed or names an unknown field."""
    try:
        parsed = [(literal, name or "", form or "") for literal, name, form, _ in Formatter().parse(text)]
    except ValueError as error:
        zh = f"--name {text}：写法有误，应如 {{number}} 或 {{issue_date:%Y-%m}}"
        raise SettingsError(f"--name {text}: {error}; write {{field}} or {{issue_date:%Y-%m}}", zh=zh) from error
    names = tuple(dict.fromkeys(name for _, name, _ in parsed if name))
    if not names or not all(part.strip(" .") for part in text.split("/")):
        zh = f"--name {text}：应为相对路径，且至少含一个 {{字段}}"
        raise SettingsError(f"--name {text}: give a relative name with at least one {{field}}", zh=zh)
    return Pattern(tuple(parsed), dict(zip(names, ledger_columns(names, registry), strict=True)))


def safe_characters(text: str) -> str:
    """*text* without what a file system or a screen takes for more than a letter; `/` becomes `_` too."""
    return _UNSAFE.sub("_", unicodedata.normalize("NFC", " ".join(text.split())))


def safe_name(text: str) -> str:
    """*text* as the name of a file or folder that every system takes.

    >>> safe_name("a:b?.pdf "), safe_name("CON"), safe_name("..")
    ('a_b_.pdf', '_CON', '_')
    """
    name = safe_characters(text)
    while len(name.encode()) > LONGEST_BYTES:
        name = name[:-1]
    name = name.strip(" ").rstrip(" .") or "_"
    return f"_{name}" if RESERVED.fullmatch(name) or name.startswith(".") else name


def _is_doubted(name: str, column: LedgerColumn, listed: Listed) -> bool:
    if column.cell(listed).value in (None, ""):
        return True
    if name in ROOTLESS:
        return False
    proof = listed.invoice.evidence.get(SUMMED_UP.get(name, name))
    return proof is not None and proof.status in ("doubtful", "missing")
