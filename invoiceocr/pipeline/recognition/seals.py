"""Print that a seal covers or was found as one with, read again without the ink of the seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from invoiceocr.geometry import Box, Quad, box_quad, quad_box, union
from invoiceocr.imaging import seal
from invoiceocr.page import Page, PageImage, TextLine
from invoiceocr.pipeline.recognition.places import read_near
from invoiceocr.pipeline.recognition.same_print import CERTAIN, is_misread, is_piece, is_print, meet, over, with_found
from invoiceocr.text.lines import is_clear, mean_confidence

if TYPE_CHECKING:
    from invoiceocr.ocr.engine import TextReader

# share of the ink at a place that has the color of seals, so that a seal may hide what stands there
STAMPED = 0.1
# share of the height of the print in which its title stands
HEAD = 0.4
# in heights of usual lines: a level one that is higher, and some of whose ink has the color of seals, joins print and
# the round seal over it
TALL, REDDISH = 2.5, 0.05
FEW = 4  # characters under a seal; less may be what the seal left of a caption


def parted(
    reader: TextReader, image: PageImage, quads: Sequence[Quad], lines: tuple[TextLine, ...]
) -> tuple[TextLine, ...]:
    """*lines*, with the print that the detector joined with the round seal over it, such as a remark, in place of
    what was read in the box around both."""
    places = _of_seals(image, quads)
    if not places:
        return lines
    rest = [line for line in lines if line.box not in places]
    read = read_near(reader, seal.lifted(image, places), places)
    found = [line for line in read if is_clear(line) and _is_new(line, rest)]
    old = (line for line in lines if not any(is_piece(line, new) for new in found))
    return (*(line for line in old if line.box not in places or not _is_tangle(line, found)), *found)


def _of_seals(image: PageImage, quads: Sequence[Quad]) -> list[Box]:
    """The boxes of those *quads* that are level, and much higher than usual lines because of the ink of seals."""
    boxes = [quad_box(quad) for quad in quads]
    usual = median(box.height for box in boxes) if boxes else 0.0
    high = (box for box in boxes if TALL * usual < box.height < box.width)
    return [box for box in high if seal.red_share(image, box) > REDDISH]


def _is_new(line: TextLine, known: Sequence[TextLine]) -> bool:
    """Whether *line* is print of some length, of which at most pieces are *known*."""
    met = (other for other in known if meet(line.box, other.box))
    return is_print(line) and len(line.text) >= FEW and all(is_piece(other, line) for other in met)


def _is_tangle(line: TextLine, found: Sequence[TextLine]) -> bool:
    """Whether *line* is only the print *found* at its place, tangled with a seal. What is surely read and says
    something else is large red print, and no seal."""
    return any(mean_confidence(line) < CERTAIN or new.text in line.text for new in over(line, found))


def cleared(reader: TextReader, image: PageImage, lines: tuple[TextLine, ...]) -> tuple[TextLine, ...]:
    """*lines*, with those that a seal makes unclear read without it where that is clear. What the seal made of the
    same print is dropped."""
    unclear = [line for line in lines if _is_covered(line)]
    if not unclear:
        return lines
    lifted = seal.lifted(image, [line.box for line in unclear])
    read = reader.read(lifted, tuple(line.quad or box_quad(line.box) for line in unclear))
    new = [replace(line, red=seal.red_share(image, line.box)) for line in _surer(read, unclear)]
    return (*(line for line in lines if not any(is_misread(line, each) for each in new)), *new)


def _is_covered(line: TextLine) -> bool:
    """Whether *line* is print of some length that is unclear, perhaps because a seal runs through it."""
    return line.red > REDDISH and len(line.text) >= FEW and mean_confidence(line) < CERTAIN


def _surer(read: Sequence[TextLine], unclear: Sequence[TextLine]) -> list[TextLine]:
    """Those of the lines *read* that are clear, where one of the *unclear* ones is a misreading of them."""
    clear = (line for line in read if mean_confidence(line) >= CERTAIN)
    return [line for line in clear if any(is_misread(old, line) for old in unclear)]


def with_head(reader: TextReader, page: Page, image: PageImage) -> Page:
    """*page* with the clear print that the seals over its head cover, such as a title; itself if there are none."""
    stamped = _stamped_head(page)
    if not stamped:
        return page
    covered = union(line.box for line in stamped)
    paper = page.area or Box(0.0, 0.0, float(image.width), float(image.height))
    band = Box(paper.x0, max(paper.y0, covered.y0), paper.x1, covered.y1)
    read = read_near(reader, seal.lifted(image, [band]), [band])
    return with_found(page, [line for line in read if is_clear(line) and paper.contains(line.box.cx, line.box.cy)])


def _stamped_head(page: Page) -> list[TextLine]:
    """The lines at the head of the print on *page* that seals cover or consist of."""
    if not page.lines:
        return []
    area = union(line.box for line in page.lines)
    bottom = area.y0 + HEAD * area.height
    return [line for line in page.lines if line.red > STAMPED and line.box.cy < bottom]
