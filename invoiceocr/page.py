"""What the stages pass on: pictures, text lines with their lattices, pages.

Frozen dataclasses; a change is a new value (`dataclasses.replace`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Box, Quad, Rotation

Pixels = NDArray[np.uint8]  # H×W×3, BGR
# stands in a line's text for a character that is shown and can't be decoded
UNREAD = "\ufffd"
TextSource = Literal["ocr", "text_layer", "ofd", "xml"]


@dataclass(frozen=True, slots=True, eq=False)
class PageImage:
    """A picture of a page: pixels H×W×3 uint8 BGR, the resolution in dots per inch if it is known, and the 3×3
    homography that maps its pixel coordinates back to the page of which it was made."""

    pixels: Pixels
    dpi: float | None = None
    transform: NDArray[np.float64] = field(default_factory=lambda: np.eye(3))

    @property
    def width(self) -> int:
        """Pixels along x."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels along y."""
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """The recognizer's own alternatives: for each CTC step the best k characters ("" is the CTC blank) and their
    probabilities, T×k float32, best first."""

    characters: tuple[tuple[str, ...], ...]
    probabilities: NDArray[np.float32]

    def steps(self, start: int, stop: int) -> Lattice:
        """The lattice of the steps start..stop-1."""
        return Lattice(self.characters[start:stop], self.probabilities[start:stop])


@dataclass(frozen=True, slots=True, eq=False)
class TextLine:
    """A segment of text on one line. `confidence` is the probability that the whole text is right (1.0 for text
    layers). `character_confidences` and `character_boxes` are as long as `text`, or empty. `character_steps` are the
    lattice steps at which each character was emitted. `red` is the share of its ink that has the color of seals.
    `seams` are the characters with which another text object of the file begins."""

    text: str
    box: Box
    source: TextSource
    confidence: float = 1.0
    quad: Quad | None = None
    character_boxes: tuple[Box, ...] = ()
    character_confidences: tuple[float, ...] = ()
    character_steps: tuple[int, ...] = ()
    lattice: Lattice | None = None
    red: float = 0.0
    seams: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight printed line, horizontal or vertical."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def horizontal(self) -> bool:
        """Whether it runs along x."""
        return abs(self.x1 - self.x0) >= abs(self.y1 - self.y0)


@dataclass(frozen=True, slots=True)
class KeyPhrase:
    """A vocabulary entry: its id, one printed form (folded), where in a line it may stand (`starts`: only at the start;
    `ends`: only a separator may follow), whether it can be vertical, whether `figures` and never words follow it, and
    whether one that `starts` may also stand inside a line, not behind a Chinese character and before a colon
    (`inline`), because several pairs of one row are often read as one line."""

    id: str
    form: str
    starts: bool = False
    ends: bool = False
    vertical: bool = False
    figures: bool = False
    inline: bool = False


@dataclass(frozen=True, slots=True)
class KeyMatch:
    """A printed caption found on the page: the id of its vocabulary entry, its place, what was read, and whether every
    character of the caption was seen."""

    id: str
    box: Box
    text: str
    exact: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page: its text lines, printed lines and QR payloads. A page whose pixels must be read has an `image` and no
    lines yet; a page with a usable text layer has lines and no image.

    Layout adds `labels` and `segments`, which is what remains of the lines without the labels. `area` is the part that
    this paper takes up on a page with several papers, None if it has the page to itself. `hidden` are lines that the
    file states and the page doesn't show, `pictured` is the share of the page that pictures take up, and `turned` is
    the number of characters that are sideways or upside down and in no line. `ambiguous` says that programs show the
    page differently, `turn` how far the file's page was turned clockwise, since all its print lies on its side.
    `outline` is where the picture ends of which a page of pixels was made, None if it fills the page.
    """

    number: int
    width: float
    height: float
    lines: tuple[TextLine, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    qr_payloads: tuple[str, ...] = ()
    image: PageImage | None = None
    labels: tuple[KeyMatch, ...] = ()
    segments: tuple[TextLine, ...] = ()
    area: Box | None = None
    hidden: tuple[TextLine, ...] = ()
    pictured: float = 0.0
    turned: int = 0
    ambiguous: bool = False
    turn: Rotation = 0
    outline: Quad | None = None
