"""How a page is turned, from cheap evidence: the shapes of the text boxes, the appearance of a few lines and, if these
suggest that the page stands on its head or it lay, how confidently the lines read either way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np

from invoiceocr.geometry import Quad, quad_box
from invoiceocr.page import PageImage

# a box this many times longer than thick shows the direction of its text
LONG = 2.0
MIN_BOXES = 4  # fewer long boxes show nothing
# share of the length of the long boxes that must run the other way for a quarter turn
UPRIGHT_SHARE = 0.5
# length of a line that is read as a probe, in heights
HANDY = 7.0
PROBES = 7  # how many boxes are read in both directions
GAIN = 0.15  # how much surer the other direction must be
LITTLE = 0.05  # the same if most probes look upside down: figures read as figures upside down, too
MOST = 0.5  # share of the probes
# share of the probes that must look upside down before any of them is read
SUSPECT = 0.3


class Reads(Protocol):
    """What orientation needs from the text reader."""

    def upside_down_ratio(self, image: PageImage, quads: tuple[Quad, ...], /) -> float:
        """The share of the lines at *quads* that seem to be upside down."""

    def mean_confidence(self, image: PageImage, quads: tuple[Quad, ...], /) -> float:
        """The mean probability of a character at *quads*."""


_TURNS = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}


def turn(image: PageImage, quarters: int) -> PageImage:
    """*image* turned clockwise by *quarters* quarter turns."""
    quarters %= 4
    if quarters == 0:
        return image
    w, h = image.width, image.height
    # the turned picture's coordinates → those of *image*
    back = {
        1: np.array([[0, 1, 0], [-1, 0, h - 1], [0, 0, 1]], float),
        2: np.array([[-1, 0, w - 1], [0, -1, h - 1], [0, 0, 1]], float),
        3: np.array([[0, -1, w - 1], [1, 0, 0], [0, 0, 1]], float),
    }[quarters]
    pixels = np.asarray(cv2.rotate(image.pixels, _TURNS[quarters]), np.uint8)
    return replace(image, pixels=pixels, transform=image.transform @ back)


def lies(quads: Sequence[Quad]) -> bool:
    """Whether the text at *quads* runs down the page, or up."""
    return (_lying_share(quads) or 0.0) > UPRIGHT_SHARE


def is_upside_down(image: PageImage, quads: Sequence[Quad], reader: Reads) -> bool:
    """Whether a page whose text runs across it, at *quads*, stands on its head, as hardly any page does."""
    if _lying_share(quads) is None:
        return False
    probes = _probes(quads)
    turned = reader.upside_down_ratio(image, probes)
    return turned >= SUSPECT and _reads_better_turned(image, probes, reader, LITTLE if turned > MOST else GAIN)


def was_stood_on_head(image: PageImage, quads: Sequence[Quad], reader: Reads) -> bool:
    """Whether a page that lay, and whose text runs across it, at *quads*, was turned the wrong way: as likely as not,
    so both ways are read, whatever the lines look like, and any gain tells."""
    return _reads_better_turned(image, _probes(quads), reader, 0.0)


def _reads_better_turned(image: PageImage, probes: tuple[Quad, ...], reader: Reads, gain: float) -> bool:
    """Whether *probes* are read more confidently after a half turn, by more than *gain*."""
    upright = reader.mean_confidence(image, probes)
    opposite = tuple(_half_turned(quad, image) for quad in probes)
    return reader.mean_confidence(turn(image, 2), opposite) > upright + gain


def _lying_share(quads: Sequence[Quad]) -> float | None:
    """The share of the text's length that runs down the page; None if there are not enough long boxes."""
    boxes = [quad_box(quad) for quad in quads]
    across = [box.width for box in boxes if box.width > LONG * box.height]
    down = [box.height for box in boxes if box.height > LONG * box.width]
    if len(across) + len(down) < MIN_BOXES:
        return None
    return sum(down) / (sum(across) + sum(down))


def _probes(quads: Sequence[Quad]) -> tuple[Quad, ...]:
    """Lines of a suitable length: long enough to be conclusive, short enough to be read in a few milliseconds."""

    def off(quad: Quad) -> float:
        box = quad_box(quad)
        return abs(box.width / max(box.height, 1.0) - HANDY)

    return tuple(sorted(quads, key=off)[:PROBES])


def _half_turned(quad: Quad, image: PageImage) -> Quad:
    """*quad* in the picture turned by half, with its first corner again at the top left of the text."""
    w, h = image.width - 1, image.height - 1
    tl, tr, br, bl = ((w - x, h - y) for x, y in quad)
    return (br, bl, tl, tr)
