"""Whether a paper shows signs of a second one that could not be separated from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from invoiceocr.extraction.match_spec import Weighted
from invoiceocr.geometry import Box
from invoiceocr.page import Page
from invoiceocr.text.lines import match_key

# in heights: how far apart the same caption of two papers is; a copy in the margin is nearer
APART = 6.0
# characters, such as those of a province, that may stand beside a title
ONLY = 4
SEVERAL = 2
KNOWN_TEXTS = 4096  # the number of texts that are remembered to be titles or none


def shows_several(page: Page, once: Iterable[Iterable[str]], titles: Sequence[Weighted]) -> bool:
    """Whether each caption of a group that a paper has only *once* appears several times on *page*, or a line that is
    nothing but one of *titles* does."""
    groups = [any(_is_repeated(_places(page, name)) for name in group) for group in once]
    return (bool(groups) and all(groups)) or _is_repeated(_titles(page, tuple(titles)))


def _places(page: Page, name: str) -> list[Box]:
    return [label.box for label in page.labels if label.id == name and label.exact]


def _titles(page: Page, titles: tuple[Weighted, ...]) -> list[Box]:
    """The places of lines that are nothing but a title."""
    return [line.box for line in page.lines if _is_title(match_key(line.text), titles)]


# forms print the same captions on every page
@lru_cache(maxsize=KNOWN_TEXTS)
def _is_title(text: str, titles: tuple[Weighted, ...]) -> bool:
    near = (title for title in titles if len(text) <= len(title.name) + ONLY)
    return any(title.pattern.search(text) for title in near)


def _is_repeated(boxes: Sequence[Box]) -> bool:
    return sum(1 for _ in _distinct(boxes)) >= SEVERAL


def _distinct(boxes: Iterable[Box]) -> Iterable[Box]:
    """Those of *boxes* that are apart from those before."""
    seen: list[Box] = []
    for box in boxes:
        if all(max(abs(box.cx - old.cx), abs(box.cy - old.cy)) > APART * old.height for old in seen):
            seen.append(box)
            yield box
