"""`FieldVerifier` reads the prints of identifiers, dates and amounts once more, with a recognizer of different make.
`NameVerifier` reads the names of parties with both recognizers of the page, each by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from invoiceocr.evidence import second_reading
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.reading import Reading
from invoiceocr.geometry import Box, Quad, box_quad, overlap
from invoiceocr.kinds import KindSpec, Registry, builtin
from invoiceocr.ocr.workers import Workers, cores
from invoiceocr.page import PageImage, TextLine
from invoiceocr.pipeline.rereading import Recognizers
from invoiceocr.settings import Settings

if TYPE_CHECKING:  # loaded with the first print, as the model is
    from invoiceocr.ocr.recognizer import LineRecognizer

MARGIN = 0.15  # in heights, on both sides of a value cut out of a longer line; with 0.3 its neighbors are read, too
WIDER = (0.5, 1.0, 2.0)  # in heights, on both sides of a sum of which a part may have been cut off
END = 0.6  # in heights, beyond the ends of a line: room for a digit that the detector lost
NEIGHBORHOOD = 0.5  # in heights, on both sides of a name: what its box has cut off, or the colon of its caption
BOTH = 2  # recognizers
CLEAR = 0.9  # probability of each character of a name in both readings
# the product of both doubts of a character, at most: that of two readings with `CLEAR`
DOUBT = (1 - CLEAR) ** 2
LEGIBLE = 0.5  # probability of each character of a name that both read alike, if one of them reads it clearly
# product of the probabilities that both give to another character in its place; see docs/confidence.md
RIVALED = 5e-7
ALONE = 0.49  # what is left of the confidence of a name that the two read differently; 3 of 104 were wrong
HELD = 0.5  # share of a box's area that lies in the line from which it was cut

Print = tuple[Candidate, Box]
"""A candidate and where it stands."""
Name = tuple[Candidate, Quad]
"""A name and where it stands."""
Each = Callable[[Callable[[Name], tuple[Candidate, ...]], Iterable[Name]], Iterable[tuple[Candidate, ...]]]
"""Does a work for each of some names."""


class FieldVerifier:
    """Reads prints a second time; the model is loaded once, with the first print."""

    def __init__(self, settings: Settings, kinds: Registry | None = None) -> None:
        self._settings = settings
        self._kinds = kinds or builtin()
        self._lock = threading.Lock()
        self._recognize: LineRecognizer | None = None
        self._workers = Workers(cores(settings.threads), "invoiceocr-second")

    def __call__(self, reading: Reading) -> Reading:
        """*reading* with one more candidate for each print of a checked field that the second recognizer can read."""
        image = reading.page.image
        spec = self._kinds.kinds.get(reading.kind)
        prints = [(c, c.box) for c in reading.candidates if c.box is not None and second_reading.is_checked(c, spec)]
        if image is None or not prints:
            return reading
        lines = self._lines(image, reading, prints, spec)
        found = [(box, c, second_reading.second(c, lines[box], spec)) for c, box in prints]
        seconds = [(box, first, again) for box, first, again in found if again is not None]
        alike = (box for box, first, again in seconds if second_reading.may_be_certain(first, again, spec))
        beyond = self._beyond(image, {box: _longer(box, reading.page.lines) for box in alike})
        checked = [_checked(again, beyond.get(box)) for box, _, again in seconds]
        return replace(reading, candidates=(*reading.candidates, *checked))

    def _beyond(self, image: PageImage, longer: Mapping[Box, _Longer]) -> dict[Box, TextLine]:
        """What *longer* cuts show of prints whose characters may be certain."""
        shown = self._read(image, {box: cut.quad for box, cut in longer.items()})
        return {box: _without_imagined(line, image, longer[box]) for box, line in shown.items()}

    def _lines(
        self, image: PageImage, reading: Reading, prints: Sequence[Print], spec: KindSpec | None
    ) -> dict[Box, TextLine]:
        """The lines at each of the *prints*; those whose ends may be cut off are read again, with more room."""
        places = {box: _place(box, reading.page.lines) for box in dict.fromkeys(box for _, box in prints)}
        lines = self._read(image, places)
        torn = {box: places[box] for candidate, box in prints if second_reading.is_torn(candidate, lines[box], spec)}
        return lines | self._read_wider(image, torn, lines)

    def open(self) -> None:
        """Loads the recognizer now; ModelError if it can't be loaded."""
        self._recognizer()

    def close(self) -> None:
        """Ends the threads; new work starts new ones."""
        self._workers.close()

    def _read(self, image: PageImage, places: Mapping[Box, Quad]) -> dict[Box, TextLine]:
        recognize = self._recognizer()
        lines = self._workers.map(lambda quad: recognize.recognize_full_width(image.pixels, quad), places.values())
        return dict(zip(places, lines, strict=True))

    def _read_wider(
        self, image: PageImage, torn: Mapping[Box, Quad], lines: Mapping[Box, TextLine]
    ) -> dict[Box, TextLine]:
        """The most confident reading of each *torn* print: the one in *lines*, or one of wider cuts."""
        wider = [self._read(image, {box: _widened(quad, by) for box, quad in torn.items()}) for by in WIDER]
        return {box: second_reading.most_confident(lines[box], [cuts[box] for cuts in wider]) for box in torn}

    def _recognizer(self) -> LineRecognizer:
        from invoiceocr.ocr.recognizer import open_recognizer

        with self._lock:
            if self._recognize is None:
                self._recognize = open_recognizer(self._settings.verification_recognizer)
            return self._recognize


class NameVerifier:
    """Reads the names of parties whose tax id has correct check digits again, with each of two *recognizers* alone, the
    second with some of the surroundings. If there is only one recognizer, names stay as they are.

    Recognizers mistake rare characters for frequent ones that look alike (昊 for 吴, 荼 for 茶). Both make the same
    mistake, each surely and at any size of print. But then both also see the right character, however faintly.
    """

    def __init__(self, recognizers: Recognizers, kinds: Registry, each: Each = map) -> None:
        """*each* runs on several cores if there are any."""
        self._recognizers = recognizers
        self._kinds = kinds
        self._each = each

    def __call__(self, reading: Reading) -> Reading:
        """*reading* with one more candidate for each name that both recognizers clearly read as it was read; other
        names become less sure."""
        image = reading.page.image
        names = second_reading.names_to_read(reading.candidates, self._kinds.kinds.get(reading.kind))
        if image is None or not names:
            return reading
        placed = [(name, _place(name.box, reading.page.lines)) for name in names if name.box is not None]
        read = self._each(lambda pair: self._said(pair[0], image, pair[1]), placed)
        said = {id(name): candidates for (name, _), candidates in zip(placed, read, strict=True)}
        candidates = (candidate for c in reading.candidates for candidate in said.get(id(c), (c,)))
        return replace(reading, candidates=tuple(candidates))

    def _said(self, name: Candidate, image: PageImage, quad: Quad) -> tuple[Candidate, ...]:
        """*name* and, if both clearly say the same and see no other character in the place of one, their second
        reading. It stays as it was if both say the same and one makes up for the other's doubt; otherwise it becomes
        less sure."""
        recognizers, lines, said = self._recognizers(), list[TextLine](), list[tuple[float, ...]]()
        for recognizer, place in zip(recognizers, (quad, _widened(quad, NEIGHBORHOOD)), strict=False):
            lines.append(recognizer.recognize_full_width(image.pixels, place))
            said.append(second_reading.clearness(lines[-1], str(name.value)))
            if min(said[-1], default=0.0) < LEGIBLE:
                return (replace(name, confidence=ALONE * name.confidence),)
        if len(said) < BOTH:
            return (name,)
        sure = min(min(each) for each in said)
        if sure >= CLEAR:
            again = replace(name, confidence=sure, lattice=None, second=True)
            return (name,) if second_reading.rivalry(*lines) >= RIVALED else (name, again)
        doubt = max((1 - first) * (1 - second) for first, second in zip(*said, strict=False))
        alike = len(said[0]) == len(said[1]) and doubt <= DOUBT
        return (name if alike else replace(name, confidence=ALONE * name.confidence),)


def _place(box: Box, lines: Iterable[TextLine]) -> Quad:
    """The area of the print in *box*: its part of the line from which it was cut, with the slant of the line."""
    from invoiceocr.ocr import crop

    line = max(lines, key=lambda line: overlap(line.box, box), default=None)
    if line is None or line.quad is None or overlap(line.box, box) < HELD * box.width * box.height:
        return box_quad(box)
    margin, width = MARGIN * box.height, max(line.box.width, 1.0)
    start, stop = (box.x0 - margin - line.box.x0) / width, (box.x1 + margin - line.box.x0) / width
    return crop.part(line.quad, max(0.0, start), min(1.0, stop))


def _checked(again: Candidate, beyond: TextLine | None) -> Candidate:
    """The second reading, combined with what a longer cut shows."""
    return replace(again, whole=True) if beyond and second_reading.is_whole(again, beyond) else again


def _without_imagined(line: TextLine, image: PageImage, cut: _Longer) -> TextLine:
    """*line*, the reading of a longer *cut*, without what it only imagines on blank paper."""
    from invoiceocr.ocr import ink

    before, behind = (
        end is not None and ink.is_blank(image.pixels, end, cut.place) for end in (cut.before, cut.behind)
    )
    return second_reading.without_imagined(line, before, behind)


@dataclass(frozen=True, slots=True)
class _Longer:
    """A longer cut of the print at *place*, and the paper that it adds before and behind it, if any."""

    place: Quad
    quad: Quad
    before: Quad | None
    behind: Quad | None


def _longer(box: Box, lines: Iterable[TextLine]) -> _Longer:
    """The print in *box*, extended where it begins or ends its line; inside a line, the first reading shows what stands
    beside it."""
    from invoiceocr.ocr import crop

    place = _place(box, lines)
    line = max(lines, key=lambda line: overlap(line.box, box), default=None)
    around = line.box if line else box
    length, height = crop.size(place)
    share = END * height / max(length, 1.0)
    before = share if box.x0 - around.x0 < END * box.height else 0.0
    behind = share if around.x1 - box.x1 < END * box.height else 0.0
    return _Longer(
        place,
        crop.part(place, -before, 1.0 + behind),
        crop.part(place, -before, 0.0) if before else None,
        crop.part(place, 1.0, 1.0 + behind) if behind else None,
    )


def _widened(quad: Quad, by: float) -> Quad:
    """*quad*, extended at both ends *by* times its height."""
    from invoiceocr.ocr import crop

    length, height = crop.size(quad)
    share = by * height / max(length, 1.0)
    return crop.part(quad, -share, 1.0 + share)
