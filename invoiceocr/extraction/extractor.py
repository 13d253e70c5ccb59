"""`Extractor`: turns a page with its labels and segments into its kind and the candidates of its fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from operator import or_

from invoiceocr.evidence.reading import Reading
from invoiceocr.extraction import by_hand
from invoiceocr.extraction.kind_match import continues, weigh
from invoiceocr.extraction.kind_reader import KindReader
from invoiceocr.extraction.match_spec import KindMatch, compile_match
from invoiceocr.extraction.page_signs import PageSigns
from invoiceocr.extraction.schema import Schemas
from invoiceocr.extraction.several import shows_several, shows_two_papers
from invoiceocr.extraction.stacked import stacked
from invoiceocr.geometry import Box, union
from invoiceocr.kinds import Registry, builtin
from invoiceocr.layout.form import lay_out
from invoiceocr.layout.plan import PaperPlan
from invoiceocr.page import Page

TABLES = ("ruled_table", "table")  # blocks that read rows
SAME_WIDTH = 0.02  # share of a page's width by which those of one document may differ
Mark = tuple[Box, str]


class Extractor:
    """Reads the fields of a page by its schema. It is built once and shared by threads. `papers` are the key phrases of
    all kinds that distinguish papers on one page."""

    def __init__(self, schemas: Schemas, kinds: Registry | None = None) -> None:
        """SchemaError with the file, the line and the nearest valid name if the blocks of a kind can't work."""
        self._readers = _readers(kinds or builtin(), schemas)
        self._matches = tuple(compile_match(reader) for reader in self._readers.values() if reader.spec.match)
        self._by_hand = {match.kind: match.by_hand for match in self._matches if match.by_hand.titles}
        self.papers = reduce(or_, (reader.scope.plan.papers for reader in self._readers.values()), PaperPlan())
        self._titles = tuple(title for match in self._matches for title in match.titles if title.name)

    def __call__(self, page: Page) -> Reading:
        """The reading of *page*, on which the key phrases shared by all kinds have been found."""
        # texts of unknown elements, whose meaning no layout defines
        if any(line.source == "xml" for line in page.lines):
            return Reading(page, "other", ())
        signs = PageSigns(page)
        continued = continues(signs, self._matches)
        return self._rows(page, continued) if continued is not None else self._by_blocks(page, signs)

    def parted(self, page: Page, find_labels: Callable[[Page], Page]) -> list[Page]:
        """The papers of different kinds that are stacked on a labeled *page*; most pages hold one."""
        return stacked(page, self._matches, self.papers, find_labels)

    def _rows(self, page: Page, match: KindMatch) -> Reading:
        """The reading of a page that only continues the rows of an invoice."""
        form = match.reader.lay_out(page)
        tables = (step for step in match.reader.steps if step.name in TABLES)
        said = (candidate for step in tables for candidate in step.reading.candidates(form))
        return Reading(page, "other", tuple(said), is_list=True)

    def continued(self, page: Page, above: Reading) -> Reading | None:
        """The reading of a *page* of no kind that continues the rows of the page *above* without headers of its own;
        None if it doesn't."""
        reader = self._readers.get(above.kind)
        if reader is None or abs(page.width - above.page.width) > SAME_WIDTH * page.width:
            return None
        labeled = reader.find_phrases(page)
        form, over = reader.lay_out(labeled), reader.lay_out(above.page)
        rows = [candidate for step in reader.steps for candidate in step.reading.read_on(form, over)]
        if not rows:
            return None
        names = {candidate.path.partition(".")[0] for candidate in rows}
        said = reader.whole(page).candidates
        others = (candidate for candidate in said if candidate.path.partition(".")[0] not in names)
        return replace(above, page=labeled, candidates=(*others, *rows), empty_cells=(), notes=(), box=None)

    def _by_blocks(self, page: Page, signs: PageSigns) -> Reading:
        """The reading of a page by the blocks of its likeliest kind."""
        best = weigh(signs, self._matches)[0]
        reader = self._readers.get(best.read_by or best.kind)
        if reader is None:
            return Reading(page, best.kind, kind_confidence=best.probability)
        read = reader.whole(page)
        once = reader.scope.plan.once
        found = Reading(
            page=read.page,
            kind=best.kind,
            candidates=read.candidates,
            expected=reader.spec.expected,
            empty_cells=read.empty_cells,
            crowded=shows_several(page, once, self._titles) if once else shows_two_papers(read.page),
            kind_confidence=best.probability,
        )
        form = self._by_hand.get(best.kind)
        return by_hand.noted(found, form, signs.large_head) if form else found

    def marks(self, reading: Reading) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
        """What the blocks saw of the page of *reading*: its rows, and each candidate with the block that gave it."""
        reader = self._readers.get(reading.kind)
        form = reader.lay_out(reading.page) if reader else lay_out(reading.page)
        rows = tuple((union(s.box for s in row), f"{form.size:.0f} {row[0].text}") for row in form.rows())
        steps = reader.read(form) if reader is not None else ()
        said = ((name, candidate) for name, candidates in steps for candidate in candidates)
        return rows, tuple((c.box, f"{name}: {c.path} = {c.value}") for name, c in said if c.box is not None)


def _readers(registry: Registry, schemas: Schemas) -> dict[str, KindReader]:
    """The readers of the kinds that can be read from a page, by kind."""
    specs = [spec for spec in registry if spec.match or spec.blocks]
    readers = {spec.kind: KindReader(spec, schemas) for spec in specs}
    # our own kinds are known to work
    if registry is not builtin():
        for reader in readers.values():
            reader.check()
    return readers
