"""What the text of a line or column says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod

import cv2
import numpy as np

from invoiceocr.geometry import Box, Quad, quad_box
from invoiceocr.ocr import columns, crop, ctc, manifest, punctuation, session
from invoiceocr.ocr.charset import charset
from invoiceocr.ocr.session import Network, normalized
from invoiceocr.page import Pixels, TextLine
from invoiceocr.settings import Settings

NARROWEST = 16  # pixels; the network's convolutions need that much
WIDTH_STEP = 8  # pixels a CTC step; widths are rounded to it
SHORT = 4.0  # times its height: shorter texts are not squeezed, single characters need every pixel
GLANCE = 0.7  # of the natural width, at which every line is read first: most are read as well with less work
CLOSE = 1.2  # of the natural width, at which doubtful lines are read again
DOUBTFUL = 0.3  # probability of the whole line under which a closer look pays
SWIFT = 1.0  # of the natural width, at which a recognizer reads that has another one behind it: it is fast anyway
SURE = 0.9  # probability of the whole line under which another recognizer is asked
APART = 1.6  # heights from the middle of a character to that of the next: there is a blank between them
WORD = re.compile("[A-Za-z]{2}")
LEGIBLE = 0.5  # mean probability of a character from which a column is text and not lines or a pattern
SLENDER = 3.5  # times as high as wide: a single digit is no more than that


@dataclass(frozen=True, slots=True)
class LineRecognizer:
    """Callable: a picture and a quad to the `TextLine` that stands there. What it is not sure of `closer` reads again,
    a slower recognizer; without one it does so itself, from closer."""

    network: Network
    charset: tuple[str, ...]
    closer: LineRecognizer | None = None
    folds: bool = False  # it knows no full-width punctuation and no blanks

    def __call__(self, pixels: Pixels, quad: Quad) -> TextLine:
        """The line, its boxes in pixels of the picture; its text is empty if nothing is legible."""
        if not crop.is_column(quad):
            return self.along(pixels, quad)
        direction, reading = max(self._column(pixels, quad), key=lambda found: _sureness(found[1]))
        return _text_line(quad, direction, reading if _sureness(reading) > LEGIBLE else ctc.NOTHING)

    def along(self, pixels: Pixels, quad: Quad) -> TextLine:
        """What runs along *quad*, even if that is higher than wide: single characters in their cells."""
        return _text_line(quad, quad, self._line(pixels, quad))

    def whole(self, pixels: Pixels, quad: Quad) -> TextLine:
        """What runs along *quad*, read once at its natural width: small networks gain nothing by a glance."""
        length, thickness = crop.size(quad)
        return _text_line(quad, quad, self._at(pixels, quad, length / max(thickness, 1.0)))

    def _line(self, pixels: Pixels, quad: Quad) -> ctc.Reading:
        """The reading of what runs along *quad*: at a glance; if that is in doubt, the surer of it and a close look."""
        length, thickness = crop.size(quad)
        aspect = length / max(thickness, 1.0)
        width, enough = (SWIFT, SURE) if self.closer else (GLANCE, DOUBTFUL)
        glance = self._at(pixels, quad, aspect * (width if aspect > SHORT else 1.0))
        unspaced = self._has_lost_blanks(glance)
        if glance.confidence >= enough and not unspaced:
            return glance
        close = self.closer._line(pixels, quad) if self.closer else self._at(pixels, quad, aspect * CLOSE)
        if unspaced and close.confidence >= DOUBTFUL:
            return close
        return max(glance, close, key=_sureness)

    def _has_lost_blanks(self, reading: ctc.Reading) -> bool:
        """Whether blanks may matter that this recognizer can't read and the one behind it can: between words of Latin
        letters, and where columns stand apart."""
        if not (self.folds and self.closer):
            return False
        steps = reading.character_steps
        widest = max((b - a for a, b in pairwise(steps)), default=0) * WIDTH_STEP / self._height
        return widest > APART or WORD.search(reading.text) is not None

    @property
    def characters(self) -> frozenset[str]:
        """The characters that it can read."""
        return frozenset("".join(self.charset)) | (self.closer.characters if self.closer else frozenset())

    def _at(self, pixels: Pixels, quad: Quad, aspect: float) -> ctc.Reading:
        """The reading of what runs along *quad*, stretched to *aspect* times its height."""
        return self._read(crop.flat(pixels, quad, self._width(aspect), self._height))

    def _column(self, pixels: Pixels, quad: Quad) -> Iterator[tuple[Quad, ctc.Reading]]:
        """Each way to read what runs down the page, with the quad along which it is read."""
        length, thickness = crop.size(quad)
        if thickness < SLENDER * length:
            yield quad, self._line(pixels, quad)
        for direction in (crop.downward(quad), crop.upward(quad)):
            yield direction, self._line(pixels, direction)
        upright = crop.flat(pixels, quad, max(1, round(length)), max(1, round(thickness)))
        row = columns.side_by_side(upright)
        size = (self._width(row.shape[1] / row.shape[0]), self._height)
        yield crop.downward(quad), self._read(np.asarray(cv2.resize(row, size, interpolation=cv2.INTER_AREA), np.uint8))

    def _read(self, flat: Pixels) -> ctc.Reading:
        reading = ctc.decode(self.network(normalized(flat, self.network)[None])[0], self.charset)
        return replace(reading, text=punctuation.restored(reading.text)) if self.folds else reading

    @property
    def _height(self) -> int:
        return self.network.entry.input_height

    def _width(self, aspect: float) -> int:
        """The input width for a line that many times longer than high."""
        return max(NARROWEST, round(aspect * self._height / WIDTH_STEP) * WIDTH_STEP)


def open_recognizer(name: str, closer: LineRecognizer | None = None) -> LineRecognizer:
    """The recognizer *name* of the manifest; ModelError if it has no such one."""
    network = session.open_network(manifest.entry(name, "recognizer"), 1)
    classes = charset(network)
    return LineRecognizer(network, classes, closer, folds="（" not in classes)


def recognizer_of(settings: Settings) -> LineRecognizer:
    """The recognizer of *settings*, behind it the one that reads again what it is not sure of."""
    alone = settings.close_recognizer in ("none", settings.recognizer)
    return open_recognizer(settings.recognizer, closer=None if alone else open_recognizer(settings.close_recognizer))


def _sureness(reading: ctc.Reading) -> float:
    """The (geometric) mean probability of a character; 0 without text."""
    sure = reading.character_confidences
    return float(prod(sure) ** (1 / len(sure))) if sure else 0.0


def _text_line(quad: Quad, direction: Quad, reading: ctc.Reading) -> TextLine:
    """The line at *quad*, its characters lying along *direction*."""
    return TextLine(
        text=reading.text,
        box=quad_box(quad),
        source="ocr",
        confidence=reading.confidence,
        quad=quad,
        character_boxes=_character_boxes(direction, reading),
        character_confidences=reading.character_confidences,
        character_steps=reading.character_steps,
        lattice=reading.lattice,
    )


def _character_boxes(quad: Quad, reading: ctc.Reading) -> tuple[Box, ...]:
    """A box a character: from halfway to its left neighbor to halfway to its right one."""
    if not reading.character_steps:
        return ()
    centers = (np.array(reading.character_steps) + 0.5) / len(reading.lattice.characters)
    middles = (centers[:-1] + centers[1:]) / 2
    half = float(np.median(np.diff(centers)) / 2) if len(centers) > 1 else 0.5
    lefts = np.concatenate(([max(0.0, centers[0] - half)], middles))
    rights = np.concatenate((middles, [min(1.0, centers[-1] + half)]))
    return tuple(crop.stretch(quad, float(a), float(b)) for a, b in zip(lefts, rights, strict=True))
