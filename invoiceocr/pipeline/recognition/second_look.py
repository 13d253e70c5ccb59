"""A second look at places of a page where its form says that something should stand and nothing was read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from invoiceocr.geometry import Box, box_quad, union
from invoiceocr.imaging import seal
from invoiceocr.page import Page, PageImage, TextLine
from invoiceocr.pipeline.recognition.same_print import CERTAIN, SURE, is_known, is_piece, is_print, meet, with_found
from invoiceocr.pipeline.recognition.seals import STAMPED
from invoiceocr.text.lines import CLEAR, cut, mean_confidence

if TYPE_CHECKING:
    from invoiceocr.ocr.engine import TextReader


def at_cells(reader: TextReader, page: Page, image: PageImage, cells: Sequence[Box]) -> Page:
    """*page* with new text that a second look at *cells* found, if it is surely read: without the seals over it if
    possible. Pieces of it that were read before are no longer lines of their own, and misread lines in its place
    are dropped."""
    stamped = [cell for cell in cells if seal.red_share(image, cell) > STAMPED]
    seen = map(_without_doubtful_ends, reader.recognize_cells(image, cells))
    pieces = [line for line in seen if is_print(line)]
    new = [line for line in pieces if not is_known(line, page)]
    rest = [cell for cell in cells if cell not in stamped and not any(meet(line.box, cell) for line in new)]
    whole = [line for line in _whole(reader, image, rest, CERTAIN) if _tells_more(line, pieces, page)]
    longer = _longer(reader, image, [cell for cell in cells if cell not in rest], new)
    found = _each_once([*_under_seals(reader, image, stamped), *longer, *new, *whole])
    return with_found(page, found)


def _longer(reader: TextReader, image: PageImage, cells: Sequence[Box], pieces: Sequence[TextLine]) -> list[TextLine]:
    """The contents of those *cells* whose print goes on behind one of the *pieces* that were read in them."""
    whole = _whole(reader, image, cells, CERTAIN) if pieces else []
    return [line for line in whole if any(_goes_on(line, piece) for piece in pieces)]


def _under_seals(reader: TextReader, image: PageImage, cells: Sequence[Box]) -> list[TextLine]:
    """What the seals over *cells* cover, if it is clear; whole cells are read, since the ink may be faint."""
    return _whole(reader, seal.lifted(image, cells), cells, CLEAR) if cells else []


def _whole(reader: TextReader, image: PageImage, cells: Sequence[Box], least: float) -> list[TextLine]:
    """The contents of *cells* of *image*, each read as one line, if the mean probability of its characters is at
    least *least*."""
    read = reader.read(image, tuple(box_quad(cell) for cell in cells))
    return [_closely(line) for line in map(_without_doubtful_ends, read) if mean_confidence(line) >= least]


def _without_doubtful_ends(line: TextLine) -> TextLine:
    """*line* from its first sure character to its last: pieces of what is beside a cell stand at its ends."""
    sure = [index for index, confidence in enumerate(line.character_confidences) if confidence >= SURE]
    return cut(line, sure[0], sure[-1] + 1) if sure else line


def _closely(line: TextLine) -> TextLine:
    """*line* in the box of its characters instead of that of its cell."""
    return replace(line, box=union(line.character_boxes), quad=None) if line.character_boxes else line


def _each_once(lines: Iterable[TextLine]) -> list[TextLine]:
    """The first of the *lines* at each place."""
    found: list[TextLine] = []
    for line in lines:
        if not any(meet(line.box, other.box) for other in found):
            found.append(line)
    return found


def _tells_more(line: TextLine, pieces: Sequence[TextLine], page: Page) -> bool:
    """Whether nothing was read at the place of *line*, or *line* says more than the *pieces* of one print on *page*."""
    is_alone = not any(meet(line.box, piece.box) for piece in pieces)
    return is_alone or any(is_piece(known, line) for known in page.lines)


def _goes_on(line: TextLine, piece: TextLine) -> bool:
    """Whether *line* says *piece* and more words, such as those under the ring of a seal. Ruled lines and specks, which
    the contents of a whole cell include, are read as figures and signs, but not as words."""
    more = line.text.removeprefix(piece.text)
    return is_piece(piece, line) and line.text.startswith(piece.text) and more.isalpha() and not more.isascii()
