"""`Candidate`: what one witness says about one field, with its way back to the page."""

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
    """A typed *value* for the field at *path* (fields.md), the *text* it was read from, who says so, and the
    probability that the value is what that source holds. `box` is in page units of page number `page`. The value is
    None where the text makes none: a misreading, of use only to `rules.repair`. `placed` tells whether it is sure
    which field the value belongs to: check digits prove characters, not whose they are. `confirmed` tells of
    recognized pixels that a second look at the print said the same and ruled out what is stated elsewhere; `unseen`
    of characters where the page shows nothing; `second` of what a second recognizer made of the same print, `whole`
    that it saw no more of it beyond its ends. `vouches` tells whether it may verify what another source says."""

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


@dataclass(frozen=True, slots=True)
class EmbeddedRecord:
    """The fields of one invoice that an attachment or tag list states outright; `page` if it is known.
    The kind, where stated, is the candidate with path `kind`."""

    candidates: tuple[Candidate, ...]
    page: int | None = None
