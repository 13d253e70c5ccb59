"""`PageRecognizer`: turns a page of pixels into text lines: prepares and recognizes it, and finds its QR codes and
ruled lines.

Whatever handles pixels is imported with the first picture; files with their own characters need none of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from math import dist
from statistics import median
from typing import TYPE_CHECKING

from invoiceocr.geometry import Box, Quad, box_quad, overlap_share, overlap_x, quad_box, union
from invoiceocr.page import Page, PageImage, TextLine
from invoiceocr.settings import Settings
from invoiceocr.text.lines import CLEAR, cut, is_clear, join, match_key, mean_confidence

if TYPE_CHECKING:
    from invoiceocr.ocr.engine import TextReader
    from invoiceocr.ocr.recognizer import LineRecognizer
    from invoiceocr.ocr.workers import Item, Result

# least probability of a text found by a second look: specks in an empty cell read as something, but never surely
SURE = 0.6
# least mean probability of a character, if it has this many: specks are not that long
LEGIBLE, LONG = 0.9, 8
# share of the ink in a cell that has the color of seals, so that a seal may hide what stands there
STAMPED = 0.1
# share of the height of the print in which its title stands
HEAD = 0.4
# pixels: in smaller pictures the ink of print has no distinct color
INK_SIDE = 1200
# least mean probability of a character, as `CLEAR` for a line of one ink that replaces the tangle: for a cell without a
# seal in which single inks gave nothing new. It may contain its surroundings, too
WHOLE = 0.95
# in heights of usual lines: a level one that is higher, and some of whose ink has the color of seals, joins print and
# the round seal over it
TALL, REDDISH = 2.5, 0.05
FEW = 4  # characters under a seal; less may be what the seal left of a caption
# share of an overlapping line's characters that its parts must have together
KEPT = 0.4
# share of the smaller area that a text box has in common with an overlapping line
MEET = 0.3
# mean probability of a character below which a line is a tangle of print and seal
BAD = 0.6
# share of a tangle's width that the print read instead of it must take up
MOST = 0.7
# share of the characters of a misreading that the print read in its place has at least: a part explains it no better
FEWEST = 0.5
# share of the characters of the shorter one that a print and its misreading have in common
ALIKE = 0.5
# how far the middle of a piece may lie off that of its print, in heights of the piece
ON_LEVEL = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """The picture of a page after each named stage, the last of which is read, and its text boxes."""

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
        """*page*, whose image was drawn rather than photographed, with its lines: neither turned nor flattened."""
        assert page.image is not None
        return self.read(page, self._plain(page.image))

    def under(self, image: PageImage, quads: tuple[Quad, ...]) -> tuple[TextLine, ...]:
        """The lines of *image* at *quads*; lines without text are left out."""
        return self._text_reader().read(image, quads)

    def alone(self) -> tuple[LineRecognizer, ...]:
        """The recognizer of lines and the fallback, each by itself; none if there is only one."""
        return self._text_reader().alone

    def each(self, work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """The result of *work* for each of *items*, in order, on the threads that read lines."""
        return self._text_reader().each(work, items)

    def is_known(self, text: str) -> bool:
        """Whether the recognizer knows all characters of *text*: it can only misread others."""
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
        lines = self._parted_from_seals(image, prepared.quads, lines)
        lines = self._cleared_of_seals(image, lines)
        codes = self._codes(page.image, image) if self._settings.read_qr else ()
        return replace(page, width=image.width, height=image.height, lines=lines, qr_payloads=codes, image=image)

    def _codes(self, original: PageImage, image: PageImage) -> tuple[str, ...]:
        """The QR codes of the original picture, or else of the flattened one."""
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
        """Scaled to working size, turned upright, flattened."""
        from invoiceocr.imaging import flatten
        from invoiceocr.imaging.scale import working_size

        sized = working_size(image)
        upright, quads, drawn = self._upright(sized)
        flat, quads = (upright, quads) if drawn and flatten.is_level(quads) else flatten.flatten(upright, quads)
        return Prepared((("original", image), ("size", sized), ("upright", upright), ("flat", flat)), quads)

    def _upright(self, image: PageImage) -> tuple[PageImage, tuple[Quad, ...], bool]:
        """*image* turned upright, its text boxes, and whether a glance saw a drawn page. A glance decides if it is
        enough, otherwise the lines do."""
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
        """*lines*, with those in which print and form run through each other read again ink by ink."""
        from invoiceocr.imaging import ink_layers

        inks = ink_layers.separate(image)
        overlapping = [line for line in lines if inks is not None and inks.overlapping(line.box)]
        if inks is None or not overlapping:
            return lines
        # one layer at a time: each takes as much memory as the page
        places = [line.box for line in overlapping]
        printed = self._read_under(inks.print, places)
        formed = self._read_under(inks.form, places)
        kept: list[TextLine] = [line for line in lines if line not in overlapping]
        for line in overlapping:
            parts = _apart(line, _over(line, printed), _over(line, formed))
            kept += [part for part in parts if not any(_same(part, other) for other in kept)]
        return tuple(kept)

    def _parted_from_seals(
        self, image: PageImage, quads: Sequence[Quad], lines: tuple[TextLine, ...]
    ) -> tuple[TextLine, ...]:
        """*lines*, with the print that the detector joined with the round seal over it, such as a remark, in place of
        what was read in the box around both."""
        from invoiceocr.imaging import seal

        places = _of_seals(image, quads)
        if not places:
            return lines
        rest = [line for line in lines if line.box not in places]
        read = self._read_under(seal.lifted(image, places), places)
        found = [line for line in read if is_clear(line) and _is_new(line, rest)]
        old = (line for line in lines if not any(_is_piece(line, new) for new in found))
        return (*(line for line in old if line.box not in places or not _is_tangle(line, found)), *found)

    def _cleared_of_seals(self, image: PageImage, lines: tuple[TextLine, ...]) -> tuple[TextLine, ...]:
        """*lines*, with those that a seal makes unclear read without it where that is clear. What the seal made of the
        same print is dropped."""
        from invoiceocr.imaging import seal

        unclear = [line for line in lines if _is_covered(line)]
        if not unclear:
            return lines
        lifted = seal.lifted(image, [line.box for line in unclear])
        read = self._text_reader().read(lifted, tuple(line.quad or box_quad(line.box) for line in unclear))
        new = [replace(line, red=seal.red_share(image, line.box)) for line in _surer(read, unclear)]
        return (*(line for line in lines if not any(_is_misread(line, each) for each in new)), *new)

    def _read_under(self, layer: PageImage, places: Sequence[Box]) -> tuple[TextLine, ...]:
        """The text of *layer* at *places*."""
        reader = self._text_reader()
        quads = reader.detect.near(layer.pixels, places)
        return reader.read(layer, tuple(q for q in quads if any(_meet(quad_box(q), place) for place in places)))

    def recognize_cells(self, page: Page, cells: Sequence[Box]) -> Page:
        """*page* with new text that a second look at *cells* found, if it is surely read: without the seals over it if
        possible. Pieces of it that were read before are no longer lines of their own, and misread lines in its place
        are dropped."""
        from invoiceocr.imaging import seal

        if page.image is None or not cells:
            return page
        reader = self._text_reader()
        stamped = [cell for cell in cells if seal.red_share(page.image, cell) > STAMPED]
        seen = map(_without_doubtful_ends, reader.recognize_cells(page.image, cells))
        pieces = [line for line in seen if _is_print(line)]
        new = [line for line in pieces if not _is_known(line, page)]
        rest = [cell for cell in cells if cell not in stamped and not any(_meet(line.box, cell) for line in new)]
        whole = [line for line in self._whole(page.image, rest, WHOLE) if _tells_more(line, pieces, page)]
        longer = self._longer(page.image, [cell for cell in cells if cell not in rest], new)
        found = _each_once([*self._under_seals(page.image, stamped), *longer, *new, *whole])
        return _with_found(page, found)

    def _longer(self, image: PageImage, cells: Sequence[Box], pieces: Sequence[TextLine]) -> list[TextLine]:
        """The contents of those *cells* whose print goes on behind one of the *pieces* that were read in them."""
        whole = self._whole(image, cells, WHOLE) if pieces else []
        return [line for line in whole if any(_goes_on(line, piece) for piece in pieces)]

    def _under_seals(self, image: PageImage, cells: Sequence[Box]) -> list[TextLine]:
        """What the seals over *cells* cover, if it is clear; whole cells are read, since the ink may be faint."""
        from invoiceocr.imaging import seal

        return self._whole(seal.lifted(image, cells), cells, CLEAR) if cells else []

    def _whole(self, image: PageImage, cells: Sequence[Box], least: float) -> list[TextLine]:
        """The contents of *cells* of *image*, each read as one line, if the mean probability of its characters is at
        least *least*."""
        read = self._text_reader().read(image, tuple(box_quad(cell) for cell in cells))
        return [_closely(line) for line in map(_without_doubtful_ends, read) if mean_confidence(line) >= least]

    def uncover_head(self, page: Page) -> Page:
        """*page* with the clear print that the seals over its head cover, such as a title; itself if there are none."""
        from invoiceocr.imaging import seal

        stamped = _stamped_head(page)
        if page.image is None or not stamped:
            return page
        reader = self._text_reader()
        covered = union(line.box for line in stamped)
        paper = page.area or Box(0.0, 0.0, float(page.image.width), float(page.image.height))
        band = Box(paper.x0, max(paper.y0, covered.y0), paper.x1, covered.y1)
        lifted = seal.lifted(page.image, [band])
        quads = (quad for quad in reader.detect.near(lifted.pixels, [band]) if _meet(quad_box(quad), band))
        read = reader.read(lifted, tuple(quads))
        return _with_found(page, [line for line in read if is_clear(line) and paper.contains(line.box.cx, line.box.cy)])

    def open(self) -> None:
        """Loads the models now; ModelError if one can't be loaded."""
        self._text_reader().open()

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


def _of_seals(image: PageImage, quads: Sequence[Quad]) -> list[Box]:
    """The boxes of those *quads* that are level, and much higher than usual lines because of the ink of seals."""
    from invoiceocr.imaging import seal

    boxes = [quad_box(quad) for quad in quads]
    usual = median(box.height for box in boxes) if boxes else 0.0
    high = (box for box in boxes if TALL * usual < box.height < box.width)
    return [box for box in high if seal.red_share(image, box) > REDDISH]


def _is_covered(line: TextLine) -> bool:
    """Whether *line* is print of some length that is unclear, perhaps because a seal runs through it."""
    return line.red > REDDISH and len(line.text) >= FEW and mean_confidence(line) < WHOLE


def _surer(read: Sequence[TextLine], unclear: Sequence[TextLine]) -> list[TextLine]:
    """Those of the lines *read* that are clear, where one of the *unclear* ones is a misreading of them."""
    clear = (line for line in read if mean_confidence(line) >= WHOLE)
    return [line for line in clear if any(_is_misread(old, line) for old in unclear)]


def _is_new(line: TextLine, known: Sequence[TextLine]) -> bool:
    """Whether *line* is print of some length, of which at most pieces are *known*."""
    met = (other for other in known if _meet(line.box, other.box))
    return _is_print(line) and len(line.text) >= FEW and all(_is_piece(other, line) for other in met)


def _is_tangle(line: TextLine, found: Sequence[TextLine]) -> bool:
    """Whether *line* is only the print *found* at its place, tangled with a seal. What is surely read and says
    something else is large red print, and no seal."""
    return any(mean_confidence(line) < WHOLE or new.text in line.text for new in _over(line, found))


def _with_found(page: Page, found: Iterable[TextLine]) -> Page:
    """*page* with those *found* lines that it lacks, which replace their pieces and what was misread there."""
    new = [line for line in found if not _is_known(line, page)]
    kept = [line for line in page.lines if not any(_is_piece(line, each) or _is_misread(line, each) for each in new)]
    return replace(page, lines=(*kept, *new))


def _stamped_head(page: Page) -> list[TextLine]:
    """The lines at the head of the print on *page* that seals cover or consist of."""
    if not page.lines:
        return []
    area = union(line.box for line in page.lines)
    bottom = area.y0 + HEAD * area.height
    return [line for line in page.lines if line.red > STAMPED and line.box.cy < bottom]


def _last(prepared: Prepared) -> Prepared:
    """*prepared* without the pictures of earlier stages, each of which takes as much memory as the last one."""
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
    """The length of the side from top left to bottom left."""
    return max(1.0, dist(quad[0], quad[3]))


def _meet(a: Box, b: Box) -> bool:
    return overlap_share(a, b) > MEET


def _over(line: TextLine, found: Sequence[TextLine]) -> list[TextLine]:
    """The well-read lines of *found* at the place of *line*."""
    return [new for new in found if new.text and is_clear(new) and _meet(new.box, line.box)]


def _apart(line: TextLine, printed: list[TextLine], formed: list[TextLine]) -> list[TextLine]:
    """The texts that overlap in *line*. It is *line* itself if the inks say the same, if they say too little between
    them, if they are no surer, or if only one says anything and that is a part of a clear line, or no surer."""
    parts = [*printed, *formed]
    if len(_text(parts)) < KEPT * len(line.text):
        return [line]
    if printed and formed:
        same = set(_text(printed)) & set(_text(formed))
        is_alike = 2 * len(same) >= min(len(_text(printed)), len(_text(formed)))
        return [line] if is_alike or _is_clearer(line, parts, join(formed)) else parts
    return [line] if _explains(line, parts) else parts


def _explains(line: TextLine, parts: Sequence[TextLine]) -> bool:
    """Whether *line* is no worse than its *parts*, which one ink says: it is clear and says more than they do, so that
    the other ink was too faint, or they are no surer."""
    if mean_confidence(line) >= WHOLE and match_key(_text(parts)) in match_key(line.text):
        return True
    return max(map(mean_confidence, parts), default=0.0) <= mean_confidence(line)


def _is_clearer(line: TextLine, parts: Sequence[TextLine], form: TextLine) -> bool:
    """Whether *line* was read clearly, no worse than its *parts*, and the *form* says no words that run through it. A
    scrap of one ink may have been taken for the other: then each by itself lacks pieces of characters."""
    sure = mean_confidence(line) >= max(WHOLE, mean_confidence(join(parts)))
    return sure and not _runs_through(match_key(form.text), match_key(line.text))


def _runs_through(form: str, line: str) -> bool:
    """Whether the words of a *form* run through the text of a *line*: they are more than its beginning. A single
    character that is not in the line is a scrap of its print."""
    words = [character for character in form if not character.isascii()]
    return not line.startswith(form) and (len(words) > 1 or any(word in line for word in words))


def _without_doubtful_ends(line: TextLine) -> TextLine:
    """*line* from its first sure character to its last: pieces of what is beside a cell stand at its ends."""
    sure = [index for index, confidence in enumerate(line.character_confidences) if confidence >= SURE]
    return cut(line, sure[0], sure[-1] + 1) if sure else line


def _is_print(line: TextLine) -> bool:
    """Whether *line*, which a second look found, is print rather than specks or a piece of other print."""
    return line.confidence >= SURE or (len(line.text) >= LONG and mean_confidence(line) >= LEGIBLE)


def _closely(line: TextLine) -> TextLine:
    """*line* in the box of its characters instead of that of its cell."""
    return replace(line, box=union(line.character_boxes), quad=None) if line.character_boxes else line


def _each_once(lines: Iterable[TextLine]) -> list[TextLine]:
    """The first of the *lines* at each place."""
    found: list[TextLine] = []
    for line in lines:
        if not any(_meet(line.box, other.box) for other in found):
            found.append(line)
    return found


def _is_piece(line: TextLine, whole: TextLine) -> bool:
    """Whether *line* is a part of the print that *whole* is: at its level, and not in the next row that a cell reaches
    into."""
    is_level = abs(line.box.cy - whole.box.cy) < ON_LEVEL * line.box.height
    return is_level and line.text in whole.text and whole.box.contains(line.box.cx, line.box.cy)


def _is_misread(line: TextLine, better: TextLine) -> bool:
    """Whether *line* is only a misreading of the print *better* with a seal over it: a bad one, or one less sure that
    has many of its characters."""
    covered = overlap_x(line.box, better.box) > MOST * line.box.width
    is_there = line.box.contains(better.box.cx, better.box.cy) and covered
    says_enough = len(better.text) >= FEWEST * len(line.text)
    return is_there and says_enough and is_clear(better) and (mean_confidence(line) < BAD or _resembles(line, better))


def _resembles(line: TextLine, better: TextLine) -> bool:
    """Whether *line* is less sure than *better* and has many of its characters, in the same order."""
    blocks = SequenceMatcher(None, line.text, better.text, autojunk=False).get_matching_blocks()
    alike = sum(block.size for block in blocks)
    return mean_confidence(line) < mean_confidence(better) and alike >= ALIKE * min(len(line.text), len(better.text))


def _tells_more(line: TextLine, pieces: Sequence[TextLine], page: Page) -> bool:
    """Whether nothing was read at the place of *line*, or *line* says more than the *pieces* of one print on *page*."""
    is_alone = not any(_meet(line.box, piece.box) for piece in pieces)
    return is_alone or any(_is_piece(known, line) for known in page.lines)


def _goes_on(line: TextLine, piece: TextLine) -> bool:
    """Whether *line* says *piece* and more words, such as those under the ring of a seal. Ruled lines and specks, which
    the contents of a whole cell include, are read as figures and signs, but not as words."""
    more = line.text.removeprefix(piece.text)
    return _is_piece(piece, line) and line.text.startswith(piece.text) and more.isalpha() and not more.isascii()


def _is_known(line: TextLine, page: Page) -> bool:
    return any(_same(line, known) for known in page.lines)


def _same(a: TextLine, b: TextLine) -> bool:
    return a is b or (a.text == b.text and _meet(a.box, b.box))


def _text(lines: Sequence[TextLine]) -> str:
    return "".join(line.text for line in lines)
