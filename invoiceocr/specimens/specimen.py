"""What can be ordered and what is delivered: `Order`, `Options`, `Specimen`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from invoiceocr.specimens.content.invoices import Content, draw_content
from invoiceocr.specimens.fonts import Faces
from invoiceocr.specimens.truth import Truth

Format = Literal["png", "jpg", "pdf", "ofd", "xml"]
# added to the seed for the second invoice of one file
SECOND = 1_000_003


@dataclass(frozen=True, slots=True)
class Options:
    """What may be chosen of a specimen beside kind, seed and format. `traits` (traits.TRAITS) are drawn at random
    where None; `variant` is one of the format's variants (documents.VARIANTS); `dpi` is that of pictures before they
    are degraded, `jpeg_quality` that of the file; `faces` "installed" uses look-alike fonts of this machine."""

    traits: frozenset[str] | None = None
    variant: str | None = None
    dpi: float = 200.0
    jpeg_quality: int = 88
    faces: Faces = "bundled"


@dataclass(frozen=True, slots=True)
class Order:
    """A specimen to make: the same order gives the same bytes."""

    kind: str
    seed: int
    format: Format
    degradation: str | None = None
    options: Options = field(default_factory=Options)

    @property
    def name(self) -> str:
        """The file name: kind, seed, what is special, format."""
        special = [part.replace("+", "-") for part in (self.options.variant, self.degradation) if part]
        return f"{'-'.join([self.kind, f'{self.seed:06d}', *special])}.{self.format}"

    def content(self, number: int = 0) -> Content:
        """The invoice to draw; *number* 1 is the second one of the same file."""
        return draw_content(self.kind, self.seed + number * SECOND, self.options.traits)


@dataclass(frozen=True, slots=True)
class Specimen:
    """A synthetic document: its bytes, its label (shared label format; "pages" holds every printed line and its
    place), and a file name."""

    data: bytes
    truth: Truth
    name: str
