"""Whether a paper shows signs of a second one, which could not be parted from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from invoiceocr.extraction.schema import Schemas
from invoiceocr.geometry import Box
from invoiceocr.page import Page
from invoiceocr.text.lines import match_key

SUMS, HEADS = ("words", "total"), ("number", "issue_date", "sum")
APART = 6.0  # of the height: the same caption of two papers stands that far apart; a copy in the margin is nearer
ONLY = 4  # characters, such as those of a province, that may stand beside a title
SEVERAL = 2


def shows_several(page: Page, schemas: Schemas) -> bool:
    """Whether the captions of the sums and another one, or an invoice's title, stand on *page* more than once."""
    repeated = {name for name in (*SUMS, *HEADS) if _is_repeated(_places(page, name))}
    is_summed_twice = bool(repeated & set(SUMS)) and bool(repeated & set(HEADS))
    return is_summed_twice or _is_repeated(_titles(page, schemas))


def _places(page: Page, name: str) -> list[Box]:
    return [label.box for label in page.labels if label.id == name and label.exact]


def _titles(page: Page, schemas: Schemas) -> list[Box]:
    """Where lines stand that are nothing but the title of an invoice."""
    titles = [(rule.title, len(rule.name or "")) for rule in schemas.kinds if rule.form and rule.name]
    texts = ((match_key(line.text), line.box) for line in page.lines)
    return [
        box for text, box in texts if any(len(text) <= length + ONLY and title.search(text) for title, length in titles)
    ]


def _is_repeated(boxes: Sequence[Box]) -> bool:
    return sum(1 for _ in _distinct(boxes)) >= SEVERAL


def _distinct(boxes: Iterable[Box]) -> Iterable[Box]:
    """Those of *boxes* that stand apart from those before."""
    seen: list[Box] = []
    for box in boxes:
        if all(max(abs(box.cx - old.cx), abs(box.cy - old.cy)) > APART * old.height for old in seen):
            seen.append(box)
            yield box
