"""A picture as it came becomes the upright, flat one that is read, with the boxes of its text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import dist
from statistics import median
from typing import TYPE_CHECKING

from invoiceocr.geometry import Quad
from invoiceocr.imaging import enhance, flatten
from invoiceocr.imaging.scale import scaled, working_size
from invoiceocr.page import PageImage
from invoiceocr.pipeline.recognition.upright import upright_of
from invoiceocr.settings import Settings

if TYPE_CHECKING:
    from invoiceocr.ocr.engine import TextReader


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """The picture of a page after each named stage, the last of which is read, and its text boxes."""

    pictures: tuple[tuple[str, PageImage], ...]
    quads: tuple[Quad, ...]

    @property
    def image(self) -> PageImage:
        """The picture that is read."""
        return self.pictures[-1][1]

    def without_stages(self) -> Prepared:
        """The same without the pictures of earlier stages, each of which takes as much memory as the last one."""
        return replace(self, pictures=self.pictures[-1:])


def prepared(image: PageImage, reader: TextReader, settings: Settings) -> Prepared:
    """*image* after each stage of `Settings.preprocess`, with the text boxes that *reader* finds."""
    return STAGES[settings.preprocess](image, reader, settings)


def as_it_is(image: PageImage, reader: TextReader, settings: Settings) -> Prepared:
    """*image*, neither turned nor flattened."""
    return Prepared((("original", image),), reader.detect(image.pixels))


def _classic(image: PageImage, reader: TextReader, settings: Settings) -> Prepared:
    """Upright and flat, then black and white."""
    flat = _auto(image, reader, settings)
    sized, quads = _of_line_height(flat, settings.line_height)
    return Prepared((*flat.pictures, ("classic", enhance.classic(sized))), quads)


def _auto(image: PageImage, reader: TextReader, settings: Settings) -> Prepared:
    """Scaled to working size, turned upright, flattened."""
    sized = working_size(image)
    upright = upright_of(sized, reader)
    is_flat = upright.drawn and flatten.is_level(upright.quads)
    flat, quads = (upright.image, upright.quads) if is_flat else flatten.flatten(upright.image, upright.quads)
    return Prepared((("original", image), ("size", sized), ("upright", upright.image), ("flat", flat)), quads)


def _of_line_height(flat: Prepared, wanted: int | None) -> tuple[PageImage, tuple[Quad, ...]]:
    """The picture of *flat* scaled so that its lines of text are *wanted* pixels high, and their boxes there."""
    if wanted is None or not flat.quads:
        return flat.image, flat.quads
    sized = scaled(flat.image, wanted / median(_height(quad) for quad in flat.quads))
    across, down = sized.width / flat.image.width, sized.height / flat.image.height
    corners = (tuple((x * across, y * down) for x, y in quad) for quad in flat.quads)
    return sized, tuple((a, b, c, d) for a, b, c, d in corners)


def _height(quad: Quad) -> float:
    """The length of the side from top left to bottom left."""
    return max(1.0, dist(quad[0], quad[3]))


STAGES = {"auto": _auto, "classic": _classic, "none": as_it_is}
