"""`Extractor`: a page with its labels and segments to the kind and the candidates of its fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from invoiceocr.evidence.reading import Reading
from invoiceocr.extraction.classify import Classified, FormCaptions, classify
from invoiceocr.extraction.kind_match import classify as weigh
from invoiceocr.extraction.kind_match import compile_match
from invoiceocr.extraction.kind_reader import KindReader
from invoiceocr.extraction.schema import KindRule, Schemas
from invoiceocr.extraction.several import shows_several
from invoiceocr.geometry import Box, union
from invoiceocr.kinds import OTHER, Registry, builtin
from invoiceocr.layout.form import lay_out
from invoiceocr.page import Page

SURE = 0.9  # probability of a kind that tells it from a form whose title is illegible
TABLE, LISTED = "ruled_table", "vat_special"  # a list continues the table of such an invoice
Mark = tuple[Box, str]


class Extractor:
    """Reads the fields of a page by its schema; built once, shared by threads."""

    def __init__(self, schemas: Schemas, kinds: Registry | None = None) -> None:
        """SchemaError with file, line and the nearest valid name where a kind's blocks can't work."""
        self._schemas = schemas
        specs = [spec for spec in kinds or builtin() if spec.match or spec.blocks]
        self._readers = {spec.kind: KindReader(spec, schemas) for spec in specs}
        self._forms = form_captions(schemas.kinds, self._readers)
        self._matches = tuple(compile_match(reader) for reader in self._readers.values() if reader.spec.match)

    def __call__(self, page: Page) -> Reading:
        """The reading of *page*, whose key phrases of the VAT family are found."""
        if any(line.source == "xml" for line in page.lines):  # texts of unknown elements: no layout says what they mean
            return Reading(page, "other", ())
        found = classify(page, self._schemas, self._forms)
        if found.is_list:
            return self._continued(page)
        weighed = found.read_by is None or (found.untitled and self._is_titled_otherwise(page))
        return self._by_blocks(page) if weighed else self._by_form(page, found)

    def _continued(self, page: Page) -> Reading:
        """The reading of a page that continues an invoice."""
        reader = self._readers[LISTED]
        form = reader.lay_out(page)
        said = (c for step in reader.steps if step.name == TABLE for c in step.reading.candidates(form))
        return Reading(page, "other", tuple(said), is_list=True)

    def _by_form(self, page: Page, found: Classified) -> Reading:
        """The reading of an invoice of the VAT family, by the blocks of its kind, or of another kind whose form the
        page has."""
        reader = self._readers[found.read_by or found.kind]
        read = reader.whole(page)
        crowded = shows_several(page, self._schemas)
        return Reading(
            read.page, found.kind, read.candidates, reader.spec.expected, empty_cells=read.empty_cells, crowded=crowded
        )

    def _is_titled_otherwise(self, page: Page) -> bool:
        """Whether a page laid out like an invoice of the VAT family is surely of another kind."""
        best = weigh(page, self._matches)[0]
        laid_out = {rule.kind for rule in self._schemas.kinds if rule.form}
        return best.kind not in (*laid_out, OTHER) and best.probability > SURE

    def _by_blocks(self, page: Page) -> Reading:
        """The reading of a page by the blocks of the kind that it most likely is."""
        best = weigh(page, self._matches)[0]
        reader = self._readers.get(best.kind)
        if reader is None:
            return Reading(page, best.kind, kind_confidence=best.probability)
        read = reader.whole(page)
        return Reading(
            read.page,
            best.kind,
            read.candidates,
            reader.spec.expected,
            empty_cells=read.empty_cells,
            kind_confidence=best.probability,
        )

    def marks(self, reading: Reading) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
        """What the blocks saw of the page of *reading*: its rows, and each candidate with the block that gave it."""
        reader = self._readers.get(reading.kind)
        form = reader.lay_out(reading.page) if reader else lay_out(reading.page)
        rows = tuple((union(s.box for s in row), f"{form.size:.0f} {row[0].text}") for row in form.rows())
        steps = reader.read(form) if reader is not None else ()
        said = ((name, candidate) for name, candidates in steps for candidate in candidates)
        return rows, tuple((c.box, f"{name}: {c.path} = {c.value}") for name, c in said if c.box is not None)


def form_captions(rules: Iterable[KindRule], readers: Mapping[str, KindReader]) -> dict[str, FormCaptions]:
    """The captions of each form that *rules* name, as the blocks of the first kind that has it name them."""
    kinds = {rule.form: rule.kind for rule in reversed(list(rules)) if rule.form}
    return {
        form: FormCaptions(readers[kind].labels("captioned", TABLE), readers[kind].labels("parties"))
        for form, kind in kinds.items()
        if kind in readers
    }
