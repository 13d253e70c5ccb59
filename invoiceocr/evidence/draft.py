"""`Draft`: one invoice before its witnesses are weighed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import Box, Quad, Rotation
from invoiceocr.kinds import KindSpec, Registry, builtin
from invoiceocr.proof import Finding

NUMBER, CODE, TOTAL = "number", "code", "total"
# what distinguishes an invoice from others, besides its number
TELLING = ("total", "total_tax", "issue_date", "code", "buyer.name", "buyer.tax_id", "seller.name", "seller.tax_id")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What all invoices of one file share: its name, whether none of its text ever was pixels, and the findings about
    the file itself, such as its signatures."""

    source: str | None = None
    born_digital: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """One invoice before its witnesses are weighed.

    `qr_codes` are the tax codes and links in the QR codes of its file, by page, except those of other invoices
    there. `claims` are what the caller expects: they confirm or contradict. `reviewed` are the values that a person
    gives in place of what was read (None: the paper has none). `crowded` says that another paper seems to stand on
    one of its pages; `notes` are findings about its pages. `box` is the place of its paper on the page, None if it
    fills the page; `rotation` is how far it was turned clockwise. `outlines` are where the pictures end that were
    laid flat, by page. It is `unshown` if only an attachment states it, in a file whose pages show other invoices.
    """

    kind: str
    candidates: tuple[Candidate, ...]
    expected: tuple[str, ...] = ()
    page: int | None = None
    page_sizes: tuple[tuple[int, tuple[float, float]], ...] = ()
    text: str = ""
    claims: tuple[Candidate, ...] = ()
    crowded: bool = False
    reviewed: tuple[Candidate, ...] = ()
    qr_codes: tuple[tuple[int, str], ...] = ()
    file: FileFacts = FileFacts()
    registry: Registry | None = None
    notes: tuple[Finding, ...] = ()
    box: Box | None = None
    rotation: Rotation = 0
    outlines: tuple[tuple[int, Quad], ...] = ()
    unshown: bool = False

    @property
    def spec(self) -> KindSpec | None:
        """What the registry (by default the built-in one) knows about the draft's kind."""
        return (self.registry or builtin()).kinds.get(self.kind)

    def values(self, path: str) -> list[object]:
        """The candidates for *path* that have a value."""
        return [c.value for c in self.candidates if c.path == path and c.value is not None]

    @property
    def unread(self) -> tuple[Candidate, ...]:
        """The candidates whose text gave no value."""
        return tuple(candidate for candidate in self.candidates if candidate.value is None)

    def with_pages_of(self, other: Draft) -> Draft:
        """The draft with the pages of *other* behind its own."""
        return replace(
            self,
            page_sizes=(*self.page_sizes, *other.page_sizes),
            outlines=(*self.outlines, *other.outlines),
        )

    def with_witnesses(self, witnesses: Iterable[Candidate]) -> Draft:
        """The draft with more *witnesses*. Those of source `reviewer` replace what a reviewer said about the same
        fields before; all others join the claims."""
        added = tuple(witnesses)
        said = {c.path: c for c in (*self.reviewed, *added) if c.source == "reviewer"}
        others = tuple(c for c in added if c.source != "reviewer")
        return replace(self, claims=(*self.claims, *others), reviewed=tuple(said.values()))
