"""`PageSigns`: the signs of its kind that a page shows, each found when it is first needed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache

import regex

from invoiceocr.geometry import Box
from invoiceocr.layout.form import FormLayout, lay_out
from invoiceocr.page import Page, TextLine
from invoiceocr.text.lines import KNOWN_TEXTS, match_key, rows
from invoiceocr.values import invoice_code, qr_payload

HEAD = 0.35  # share of the printed area's height in which titles stand
# share of the median text height: smaller print is no title
LARGE = 0.9
LARGER = 1.15  # the same: print that stands out, wherever it is
# signs of a sentence; no title is one
PROSE = regex.compile(r"\p{Han} ?[,，;；。!！] ?\p{Han}")


class PageSigns:
    """The signs of one page, whose key phrases have been found."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._heads: dict[frozenset[str], tuple[str, ...]] = {}
        self._head_rows: dict[frozenset[str], tuple[str, ...]] = {}
        self._found: dict[tuple[str, ...], bool] = {}

    @cached_property
    def is_recognized(self) -> bool:
        """Whether the page was read from pixels, where seals and blots may hide a title."""
        return any(line.source == "ocr" for line in self.page.lines)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The folded text of each line."""
        return tuple(match_key(line.text) for line in self.page.lines)

    @cached_property
    def downward(self) -> tuple[str, ...]:
        """The folded text beside the labels, a segment each, from the top of the page to its foot."""
        segments = self.page.segments or self.page.lines
        return tuple(match_key(segment.text) for segment in sorted(segments, key=lambda one: one.box.cy))

    @cached_property
    def text(self) -> str:
        """All text of the page."""
        return "\n".join(self.lines)

    @cached_property
    def labels(self) -> frozenset[str]:
        """The ids of the key phrases for which all pages are searched."""
        return frozenset(label.id for label in self.page.labels)

    @cached_property
    def codes(self) -> frozenset[str | None]:
        """The kinds to which the structure of the codes on the page points."""
        texts = dict.fromkeys((*self.lines, *(match_key(segment.text) for segment in self.page.segments)))
        # most texts begin with a word
        figures = (text for text in texts if text.lstrip("-")[:1].isdigit())
        return frozenset(invoice_code.kind(text) for text in figures if invoice_code.is_valid(text))

    @cached_property
    def has_qr(self) -> bool:
        """Whether the page has a tax QR code."""
        return any(qr_payload.parse(text) for text in self.page.qr_payloads)

    @cached_property
    def qr(self) -> frozenset[str]:
        """The types of the tax QR codes on the page."""
        payloads = (payload for text in self.page.qr_payloads if (payload := qr_payload.parse(text)))
        return frozenset(payload.type for payload in payloads if payload.type)

    @cached_property
    def aspect(self) -> float:
        """The width of the printed area divided by its height."""
        return self._area.width / max(self._area.height, 1e-6)

    @cached_property
    def large_head(self) -> tuple[str, ...]:
        """The lines at the head of the page in print at least as large as its text, and its rows, since seals break
        titles."""
        form, area = self._form, self._area
        bottom = area.y0 + HEAD * area.height
        large = (line for line in self.page.lines if line.box.height > LARGE * form.size)
        lines = [line for line in large if form.project(line.box).cy < bottom]
        return (*(match_key(line.text) for line in lines), *_joined(form.rows(lines)))

    def head(self, above: frozenset[str]) -> tuple[str, ...]:
        """The lines above all of the key phrases *above*, without those of a sentence; on recognized pages also their
        rows."""
        if above not in self._heads:
            joined = self.head_rows(above) if self.is_recognized else ()
            self._heads[above] = (*(match_key(line.text) for line in self._above(above)), *joined)
        return self._heads[above]

    def head_rows(self, above: frozenset[str]) -> tuple[str, ...]:
        """The rows of several lines each above all of the key phrases *above*."""
        if above not in self._head_rows:
            self._head_rows[above] = tuple(_joined(rows(self._above(above))))
        return self._head_rows[above]

    def finds(self, patterns: Sequence[regex.Pattern[str]], texts: Sequence[str]) -> bool:
        """Whether one of *patterns*, which several kinds may share, is found in *texts* of this page."""
        key = (*(pattern.pattern for pattern in patterns), str(id(texts)))
        if key not in self._found:
            self._found[key] = any(pattern.search(text) for text in texts for pattern in patterns)
        return self._found[key]

    @cached_property
    def everywhere(self) -> tuple[str, ...]:
        """All lines and rows except those of a sentence."""
        return (*(match_key(line.text) for line in self._unprosaic), *_joined(self._rows))

    def sharing_pairs(self, title: str) -> list[str]:
        """The texts of `everywhere` that contain two neighboring characters of *title*."""
        wanted = pairs_of(title)
        return [text for text, pairs in self._pairs if not wanted.isdisjoint(pairs)]

    @cached_property
    def _pairs(self) -> list[tuple[str, frozenset[str]]]:
        return [(text, pairs_of(text)) for text in self.everywhere]

    @cached_property
    def large_everywhere(self) -> tuple[str, ...]:
        """The lines of `everywhere` in print larger than the text, and the rows that contain some."""
        least = LARGER * self._form.size
        grouped = [row for row in self._rows if any(line.box.height > least for line in row)]
        return (*(match_key(line.text) for line in self._unprosaic if line.box.height > least), *_joined(grouped))

    def _above(self, phrases: frozenset[str]) -> list[TextLine]:
        end = min((label.box.y0 for label in self.page.labels if label.id in phrases), default=math.inf)
        return [line for line in self._unprosaic if line.box.cy < end]

    @cached_property
    def _unprosaic(self) -> list[TextLine]:
        """The lines that are no part of a sentence, which may name an invoice without being its title."""
        return [line for line in self.page.lines if not PROSE.search(line.text)]

    @cached_property
    def _rows(self) -> list[list[TextLine]]:
        return rows(self._unprosaic)

    @cached_property
    def _form(self) -> FormLayout:
        return lay_out(self.page)

    @cached_property
    def _area(self) -> Box:
        return self._form.area


@lru_cache(maxsize=KNOWN_TEXTS)
def pairs_of(text: str) -> frozenset[str]:
    """The pairs of neighboring characters of *text*."""
    return frozenset(map(str.__add__, text, text[1:]))


def _joined(grouped: Iterable[Sequence[TextLine]]) -> Iterator[str]:
    """The rows of several lines as one text each, since a seal may break a title."""
    return (match_key("".join(line.text for line in row)) for row in grouped if len(row) > 1)
