"""Text recall: which of the labeled key values can be found in the text that an engine read.

No extraction is involved, so it is an upper bound for what any extractor can make of the text, and it compares
engines that know nothing of invoices on equal terms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from invoiceocr.scoring.documents import Labeled, leaves

KEY_VALUES = frozenset(
    (
        "code", "number", "check_code", "issue_date", "total", "total_excluding_tax", "total_tax", "total_in_words",
        "buyer.name", "buyer.tax_id", "seller.name", "seller.tax_id", "ticket_number", "train_number",
        "departure_station", "arrival_station", "plate_number",
    )
)  # fmt: skip
MONEY = frozenset({"total", "total_excluding_tax", "total_tax"})
DATE_FORMS = (
    "{0:04}年{1:02}月{2:02}日", "{0:04}{1:02}{2:02}", "{0:04}-{1:02}-{2:02}", "{0:04}/{1:02}/{2:02}",
    "{0:04}.{1:02}.{2:02}", "{0}年{1}月{2}日", "{0}-{1}-{2}", "{0}/{1}/{2}", "{0}.{1}.{2}",
)  # fmt: skip
DROPPED = re.compile(r"[\s,，·]")
SAME = str.maketrans({"圓": "元", "圆": "元"})


@dataclass(frozen=True, slots=True)
class Recall:
    """How many of the labeled values were found."""

    found: int = 0
    labeled: int = 0

    def __add__(self, other: Recall) -> Recall:
        return Recall(self.found + other.found, self.labeled + other.labeled)


def recall(document: Labeled, texts: Iterable[str]) -> Recall:
    """How many key values of *document* stand in the text lines *texts*, given in reading order."""
    lines = [folded(text) for text in texts]
    wanted = list(_wanted(document))
    return Recall(sum(is_found(path, value, lines) for path, value in wanted), len(wanted))


def is_found(path: str, value: object, lines: list[str]) -> bool:
    """Whether *value* stands in the folded *lines*. Text may run on from line to line; an amount must stand in one
    line and not within a longer number, or 6.00 would be found in every 16.00."""
    if path in MONEY:
        amount = re.compile(rf"(?<![\d.]){re.escape(folded(str(value)))}(?!\d)")
        return any(amount.search(line) for line in lines)
    text = "".join(lines)
    return any(form in text for form in spellings(path, str(value)))


def spellings(path: str, value: str) -> set[str]:
    """The folded forms in which *value* may be printed: a date has several."""
    if path != "issue_date":
        return {folded(value)}
    parts = [int(part) for part in value.split("-")]
    return {form.format(*parts) for form in DATE_FORMS}


def folded(text: str) -> str:
    """*text* in one form: NFKC, upper case, without blanks, thousands separators and the dots of number plates."""
    return DROPPED.sub("", unicodedata.normalize("NFKC", text)).translate(SAME).upper()


def _wanted(document: Labeled) -> Iterator[tuple[str, object]]:
    for fields in document.invoices:
        for path, value in leaves(fields):
            if path in KEY_VALUES and value not in (None, "") and path not in document.unsure:
                yield path, value
