"""`PageRecognizer`: a page of pixels to text lines: prepared, recognized, its QR codes and ruled lines found.

What handles pixels is imported with the first picture: files with their own characters need none of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import dist
from statistics import median
from typing import TYPE_CHECKING

from invoiceocr.geometry import Box, Quad, box_quad, overlap_share, overlap_x, quad_box, union
from invoiceocr.page import Page, PageImage, TextLine
from invoiceocr.settings import Settings
from invoiceocr.text.lines import cut, match_key, mean_confidence

if TYPE_CHECKING:
    from invoiceocr.ocr.engine import TextReader
    from invoiceocr.ocr.recognizer import LineRecognizer
    from invoiceocr.ocr.workers import Item, Result

# of a text found by a second look: an empty cell's specks read as something, but never surely
SURE = 0.6
# of the ink in a cell that has the color of seals: a seal may hide what stands there
STAMPED = 0.1
# pixels: in smaller pictures print has no color of its own any more
INK_SIDE = 1200
# mean probability of a character that a line of one ink must reach to replace the tangle
CLEAR = 0.85
# the same, of a cell without a seal in which ink by itself told nothing new: it holds whatever stands around, too
WHOLE = 0.95
# of a overlapping line's characters that its parts hold together at least
KEPT = 0.4
# of the smaller area that a text box shares with a overlapping line
MEET = 0.3
# mean probability of a character: less is a tangle of print and seal
BAD = 0.6
# of a tangle's width that the print takes that was read instead
MOST = 0.7
# of a piece's height: how far its middle may lie off that of the print that it is a piece of
ON_LEVEL = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A page's picture after each named stage, the last one to be read, and the text boxes there."""

    pictures: tuple[tuple[str, PageImage], ...]
    quads: tuple[Quad, ...]

    @property
    def image(self) -> PageImage:
        """The picture that is read."""
        return self.pictures[-1][1]


class PageRecognizer:
    """Reads pages of pixels; the models are loaded once, with the first page."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._reader: TextReader | None = None
        self._prepare = {"auto": self._auto, "classic": self._classic, "none": self._plain}[settings.preprocess]
        self._separates = settings.preprocess == "auto"

    def __call__(self, page: Page) -> Page:
        """*page*, which must have an image, with its lines and QR payloads in coordinates of the prepared image."""
        assert page.image is not None
        return self.read(page, _last(self.prepare(page.image)))

    def drawn(self, page: Page) -> Page:
        """*page*, whose image was drawn and not taken, with its lines: neither turned nor flattened."""
        assert page.image is not None
        return self.read(page, self._plain(page.image))

    def under(self, image: PageImage, quads: tuple[Quad, ...]) -> tuple[TextLine, ...]:
        """The lines of *image* under *quads*; one without text is left out."""
        return self._text_reader().read(image, quads)

    def alone(self) -> tuple[LineRecognizer, ...]:
        """The recognizer of lines and the one behind it, each without the other; none where there is only one."""
        return self._text_reader().alone

    def each(self, work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """What *work* makes of each of *items*, in their order, on the threads that read lines."""
        return self._text_reader().each(work, items)

    def is_known(self, text: str) -> bool:
        """Whether the recognizer has all characters of *text*: others it can only misread."""
        return set(match_key(text)) <= self._text_reader().characters

    def prepare(self, image: PageImage) -> Prepared:
        """The stages of `Settings.preprocess` applied to *image*."""
        return self._prepare(image)

    def read(self, page: Page, prepared: Prepared) -> Page:
        """*page* with what is read on its prepared picture."""
        from invoiceocr.imaging import seal

        assert page.image is not None
        image = prepared.image
        lines = self._text_reader().read(image, prepared.quads)
        if self._separates and max(page.image.width, page.image.height) >= INK_SIDE:
            lines = self._separated(image, lines)
        lines = tuple(replace(line, red=seal.red_share(image, line.box)) for line in lines)
        codes = self._codes(page.image, image) if self._settings.read_qr else ()
        return replace(page, width=image.width, height=image.height, lines=lines, qr_payloads=codes, image=image)

    def _codes(self, original: PageImage, image: PageImage) -> tuple[str, ...]:
        """The QR codes of the picture as it came, else of the flat one."""
        from invoiceocr.sources import qr

        found = qr.decode(original.pixels)
        return found if found or image.pixels is original.pixels else qr.decode(image.pixels)

    def _plain(self, image: PageImage) -> Prepared:
        return Prepared((("original", image),), self._text_reader().detect(image.pixels))

    def _classic(self, image: PageImage) -> Prepared:
        """Upright and flat, then black and white."""
        from invoiceocr.imaging import enhance

        flat = self._auto(image)
        sized, quads = _of_line_height(flat, self._settings.line_height)
        return Prepared((*flat.pictures, ("classic", enhance.classic(sized))), quads)

    def _auto(self, image: PageImage) -> Prepared:
        """Of working size, upright, flat."""
        from invoiceocr.imaging import flatten
        from invoiceocr.imaging.scale import working_size

        sized = working_size(image)
        upright, quads, drawn = self._upright(sized)
        flat, quads = (upright, quads) if drawn and flatten.is_level(quads) else flatten.flatten(upright, quads)
        return Prepared((("original", image), ("size", sized), ("upright", upright), ("flat", flat)), quads)

    def _upright(self, image: PageImage) -> tuple[PageImage, tuple[Quad, ...], bool]:
        """*image* turned upright, where its text stands, by a glance where that is enough, else by its lines, and
        whether that glance saw a drawn page."""
        from invoiceocr.imaging import orientation

        reader = self._text_reader()
        seen = reader.detect.glance(image.pixels)
        if seen.quarters:
            quarters = seen.quarters
        elif seen.lying:
            quarters = orientation.quarters_of_lying(image, reader)
        else:
            quads = reader.detect.after(seen, image.pixels)
            quarters = 0 if seen.quarters == 0 else orientation.quarters_needed(image, quads, reader)
            if quarters == 0:
                return image, quads, seen.quads is not None
        upright = orientation.turn(image, quarters)
        return upright, reader.detect(upright.pixels), seen.quads is not None

    def _separated(self, image: PageImage, lines: tuple[TextLine, ...]) -> tuple[TextLine, ...]:
        """*lines* with those read again, ink by ink, in which print and form run through each other."""
        from invoiceocr.imaging import ink_layers

        inks = ink_layers.separate(image)
        overlapping = [line for line in lines if inks is not None and inks.overlapping(line.box)]
        if inks is None or not overlapping:
            return lines
        # one layer after the other: each takes as much memory as the page
        printed = self._read_under(inks.print, overlapping)
        formed = self._read_under(inks.form, overlapping)
        kept: list[TextLine] = [line for line in lines if line not in overlapping]
        for line in overlapping:
            parts = _apart(line, _over(line, printed), _over(line, formed))
            kept += [part for part in parts if not any(_same(part, other) for other in kept)]
        return tuple(kept)

    def _read_under(self, layer: PageImage, lines: Sequence[TextLine]) -> tuple[TextLine, ...]:
        """The text of *layer* where *lines* stand."""
        reader = self._text_reader()
        quads = reader.detect.near(layer.pixels, [line.box for line in lines])
        return reader.read(layer, tuple(q for q in quads if any(_meet(quad_box(q), line.box) for line in lines)))

    def recognize_cells(self, page: Page, cells: Sequence[Box]) -> Page:
        """*page* with what a second look at *cells* found new, if it is surely read: without the seals over it, else
        with them. Pieces of it that were read before are no lines of their own any more, nor is what was misread
        there."""
        from invoiceocr.imaging import seal

        if page.image is None or not cells:
            return page
        reader = self._text_reader()
        stamped = [cell for cell in cells if seal.red_share(page.image, cell) > STAMPED]
        seen = map(_without_doubtful_ends, reader.recognize_cells(page.image, cells))
        pieces = [line for line in seen if line.confidence >= SURE]
        new = [line for line in pieces if not _is_known(line, page)]
        rest = [cell for cell in cells if cell not in stamped and not any(_meet(line.box, cell) for line in new)]
        whole = [line for line in self._whole(page.image, rest, WHOLE) if _tells_more(line, pieces, page)]
        found = _each_once([*self._under_seals(page.image, stamped), *new, *whole])
        return _with_found(page, found)

    def _under_seals(self, image: PageImage, cells: Sequence[Box]) -> list[TextLine]:
        """What the seals over *cells* cover, as far as it is clear; by the whole cells, since its ink may be faint."""
        from invoiceocr.imaging import seal

        return self._whole(seal.lifted(image), cells, CLEAR) if cells else []

    def _whole(self, image: PageImage, cells: Sequence[Box], least: float) -> list[TextLine]:
        """What *cells* of *image* hold, each read as one line, as far as the mean of its characters is *least* sure."""
        read = self._text_reader().read(image, tuple(box_quad(cell) for cell in cells))
        return [_closely(line) for line in map(_without_doubtful_ends, read) if mean_confidence(line) >= least]

    def close(self) -> None:
        """Ends the threads that read lines; new work starts new ones."""
        with self._lock:
            reader = self._reader
        if reader is not None:
            reader.close()

    def _text_reader(self) -> TextReader:
        from invoiceocr.ocr.engine import TextReader

        with self._lock:
            if self._reader is None:
                self._reader = TextReader(self._settings)
            return self._reader


def _with_found(page: Page, found: Iterable[TextLine]) -> Page:
    """*page* with the lines *found* that it lacks, in place of their pieces and of what was misread there."""
    new = [line for line in found if not _is_known(line, page)]
    kept = [line for line in page.lines if not any(_is_piece(line, each) or _is_misread(line, each) for each in new)]
    return replace(page, lines=(*kept, *new))


def _last(prepared: Prepared) -> Prepared:
    """*prepared* without the pictures of its stages, which take as much memory as the last one each."""
    return replace(prepared, pictures=prepared.pictures[-1:])


def _of_line_height(flat: Prepared, wanted: int | None) -> tuple[PageImage, tuple[Quad, ...]]:
    """The picture of *flat* scaled so that its lines of text are *wanted* pixels high, and their boxes there."""
    if wanted is None or not flat.quads:
        return flat.image, flat.quads
    from invoiceocr.imaging.scale import scaled

    sized = scaled(flat.image, wanted / median(_height(quad) for quad in flat.quads))
    across, down = sized.width / flat.image.width, sized.height / flat.image.height
    corners = (tuple((x * across, y * down) for x, y in quad) for quad in flat.quads)
    return sized, tuple((a, b, c, d) for a, b, c, d in corners)


def _height(quad: Quad) -> float:
    """The length of the side from the top left to the bottom left."""
    return max(1.0, dist(quad[0], quad[3]))


def _meet(a: Box, b: Box) -> bool:
    return overlap_share(a, b) > MEET


def _over(line: TextLine, found: Sequence[TextLine]) -> list[TextLine]:
    """The well read lines of *found* that stand where *line* stands."""
    return [new for new in found if new.text and mean_confidence(new) >= CLEAR and _meet(new.box, line.box)]


def _apart(line: TextLine, printed: list[TextLine], formed: list[TextLine]) -> list[TextLine]:
    """The texts that stand over each other in *line*, or *line* itself: where the inks say the same, or too little
    between them, or only one says anything, and not more surely."""
    if len(_text(printed)) + len(_text(formed)) < KEPT * len(line.text):
        return [line]
    if printed and formed:
        same = set(_text(printed)) & set(_text(formed))
        return [*printed, *formed] if 2 * len(same) < min(len(_text(printed)), len(_text(formed))) else [line]
    most_confident = max(printed + formed, key=mean_confidence, default=line)
    return printed + formed if mean_confidence(most_confident) > mean_confidence(line) else [line]


def _without_doubtful_ends(line: TextLine) -> TextLine:
    """*line* from its first sure character to its last: at the ends of a cell stand pieces of what is beside it."""
    sure = [index for index, confidence in enumerate(line.character_confidences) if confidence >= SURE]
    return cut(line, sure[0], sure[-1] + 1) if sure else line


def _closely(line: TextLine) -> TextLine:
    """*line* in the box of its characters, not in that of its cell."""
    return replace(line, box=union(line.character_boxes), quad=None) if line.character_boxes else line


def _each_once(lines: Iterable[TextLine]) -> list[TextLine]:
    """Of *lines* that stand at one place the first."""
    found: list[TextLine] = []
    for line in lines:
        if not any(_meet(line.box, other.box) for other in found):
            found.append(line)
    return found


def _is_piece(line: TextLine, whole: TextLine) -> bool:
    """Whether *line* is a part of the print that *whole* is: on its level, not in the next row that a cell reaches
    into."""
    is_level = abs(line.box.cy - whole.box.cy) < ON_LEVEL * line.box.height
    return is_level and line.text in whole.text and whole.box.contains(line.box.cx, line.box.cy)


def _is_misread(line: TextLine, better: TextLine) -> bool:
    """Whether *line*, badly read over the height of a seal, is nothing but the print that *better* is."""
    covered = overlap_x(line.box, better.box) > MOST * line.box.width
    is_there = line.box.contains(better.box.cx, better.box.cy) and covered
    return is_there and mean_confidence(line) < BAD and mean_confidence(better) >= CLEAR


def _tells_more(line: TextLine, pieces: Sequence[TextLine], page: Page) -> bool:
    """Whether none of *pieces* was read where *line* is, or it is more than what *page* has of one print."""
    is_alone = not any(_meet(line.box, piece.box) for piece in pieces)
    return is_alone or any(_is_piece(known, line) for known in page.lines)


def _is_known(line: TextLine, page: Page) -> bool:
    return any(_same(line, known) for known in page.lines)


def _same(a: TextLine, b: TextLine) -> bool:
    return a is b or (a.text == b.text and _meet(a.box, b.box))


def _text(lines: Sequence[TextLine]) -> str:
    return "".join(line.text for line in lines)
