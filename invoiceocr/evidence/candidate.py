"""`Candidate`: what one witness says about one field, with its place on the page."""

from __future__ import annotations

from dataclasses import dataclass

from invoiceocr.geometry import Box
from invoiceocr.page import Lattice
from invoiceocr.proof import WitnessSource

PRINTED: frozenset[WitnessSource] = frozenset({"text_layer", "ofd"})
"""Sources of print in exact characters."""
IN_CHARACTERS: frozenset[WitnessSource] = PRINTED | {"xml"}
"""Sources of exact characters, printed or stated, that were never pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A typed *value* for the field at *path* (fields.md), the *text* from which it was read, its source, and the
    probability that the source really contains this value. `box` is in page units of page number `page`. The value is
    None if the text gives none: a misreading, which only `rules.repair` can use.

    `placed` says that it is certain to which field the value belongs: check digits prove characters, not whose they
    are. `confirmed` says of recognized pixels that a second look at the print said the same and ruled out what is
    stated elsewhere. `unseen` says of characters that the page shows nothing in their place. `second` marks the reading
    of the same print by a second recognizer, `whole` that this one saw no more print beyond its ends. `vouches` says
    whether it may verify what another source says. `place` is the probability that the print belongs to the
    field, which no second reading of the same print can raise.
    """

    path: str
    value: object
    text: str
    source: WitnessSource
    confidence: float = 1.0
    page: int = 1
    box: Box | None = None
    lattice: Lattice | None = None
    placed: bool = True
    confirmed: bool = False
    unseen: bool = False
    second: bool = False
    whole: bool = False
    vouches: bool = True
    place: float = 1.0


@dataclass(frozen=True, slots=True)
class EmbeddedRecord:
    """The fields of one invoice that an attachment or a list of tags states directly; `page` if it is known. The kind,
    if stated, is the candidate with path `kind`."""

    candidates: tuple[Candidate, ...]
    page: int | None = None
