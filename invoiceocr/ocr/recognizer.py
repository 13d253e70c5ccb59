"""Reads the text of a line or column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from invoiceocr.geometry import Box, Quad, box_quad, quad_box
from invoiceocr.ocr import columns, crop, ctc, look_alikes, manifest, punctuation, session
from invoiceocr.ocr.charset import charset
from invoiceocr.ocr.session import Network, normalized
from invoiceocr.ocr.stretches import MARGIN, Stretch, joined, stretches, within
from invoiceocr.page import Pixels, TextLine
from invoiceocr.settings import Settings
from invoiceocr.text.lines import mean_confidence
from invoiceocr.values import chinese_amount

# pixels; the network's convolutions need that much
NARROWEST = 16
WIDTH_STEP = 8  # pixels for each CTC step; widths are rounded to it
# times its height: shorter texts are not compressed, because single characters need every pixel
SHORT = 4.0
# times the natural width to which doubtful lines are stretched before they are read again
WIDER = 1.2
# probability of the whole line below which a second reading is worthwhile
DOUBTFUL = 0.3
# times its height: a line this long costs much to read again,
LONG = 10.0
# and with this mean probability of a character it is hardly ever read differently
CLEAR = 0.8
# probability of the whole line below which another recognizer reads it
SURE = 0.85
# probability of the whole line from which it is enough to read its doubtful stretches again
SPANS_SUFFICE = 0.6
# probability of the whole text from which a column is not read in other ways
CERTAIN = 0.98
# mean probability of a character from which a column is text rather than lines or a pattern
LEGIBLE = 0.5
# a row of the cipher area: of figures and signs, so long, with so many signs of so many kinds, of so much of it
CIPHER_FIGURES, CIPHER_SIGNS = frozenset("0123456789-"), frozenset("<>*+/")
MIN_CIPHER, MIN_SIGNS, MIN_KINDS, CIPHER_SHARE = 20, 4, 3, 0.9
# a long number: figures, and their share of the text
MIN_FIGURES, FIGURES = 8, 0.6
# an amount in words: its characters, how many show that a text is one, and how many more than another reading has
IN_WORDS = chinese_amount.WRITTEN | {"元"}
MIN_WORDS, MORE_WORDS = 5, 2
# times as high as wide: a single digit is no more than that
SLENDER = 3.5


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """A way to read a column: the direction of its text on the page, and the quad of a picture in which the text runs
    to the right."""

    direction: Quad
    pixels: Pixels
    quad: Quad


@dataclass(frozen=True, slots=True)
class LineRecognizer:
    """Callable: a picture and a quad to the `TextLine` in it. What it is not sure of is read once more: by
    `fallback`, a slower recognizer, or without one by itself, stretched wider."""

    network: Network
    charset: tuple[str, ...]
    fallback: LineRecognizer | None = None
    folds: bool = False  # it knows no full-width punctuation

    def __call__(self, pixels: Pixels, quad: Quad) -> TextLine:
        """The line, with boxes in pixels of the picture; its text is empty if nothing is legible."""
        return (
            self._recognize_vertical(pixels, quad) if crop.is_column(quad) else self.recognize_horizontal(pixels, quad)
        )

    def recognize_horizontal(self, pixels: Pixels, quad: Quad) -> TextLine:
        """The text that runs along *quad*, even if that is higher than wide: single characters in their cells."""
        return _text_line(quad, quad, self._refined(pixels, quad, self._fast_pass(pixels, quad)))

    def recognize_full_width(self, pixels: Pixels, quad: Quad) -> TextLine:
        """The text that runs along *quad*, read once at its natural width: with small networks, a fast pass saves
        nothing."""
        return _text_line(quad, quad, self._at(pixels, quad, _aspect(quad)))

    def _recognize_vertical(self, pixels: Pixels, quad: Quad) -> TextLine:
        """The text that runs down *quad*, read in the first of its `_ways` of which a fast pass is certain, or else in
        the best one."""
        tried: list[tuple[_Way, ctc.Reading]] = []
        for way in _ways(pixels, quad):
            tried.append((way, self._fast_pass(way.pixels, way.quad)))
            if tried[-1][1].confidence > CERTAIN:
                break
        way, fast_pass = max(tried, key=lambda found: mean_confidence(found[1]))
        reading = self._refined(way.pixels, way.quad, fast_pass)
        return _text_line(quad, way.direction, reading if mean_confidence(reading) > LEGIBLE else ctc.NOTHING)

    def _fast_pass(self, pixels: Pixels, quad: Quad) -> ctc.Reading:
        """A first reading of what runs along *quad*."""
        aspect = _aspect(quad)
        return self._at(pixels, quad, aspect * self.network.entry.fast_pass if aspect > SHORT else aspect)

    def _refined(self, pixels: Pixels, quad: Quad, fast_pass: ctc.Reading) -> ctc.Reading:
        """The reading of a *fast_pass* along *quad*, or a more confident one that takes more time."""
        if fast_pass.confidence >= (SURE if self.fallback else DOUBTFUL):
            return fast_pass
        if self.fallback and is_cipher(fast_pass.text):
            return fast_pass
        if not self.fallback:
            return self._reread_wider(pixels, quad, fast_pass)
        reread = self._with_spans_reread(pixels, quad, fast_pass)
        if reread and reread.confidence >= SPANS_SUFFICE:
            return reread
        best = max(reread or fast_pass, self._from_fallback(pixels, quad), key=mean_confidence)
        return fast_pass if is_worded(fast_pass.text, best.text) else best

    def _reread_wider(self, pixels: Pixels, quad: Quad, fast_pass: ctc.Reading) -> ctc.Reading:
        """The more confident one of the *fast_pass* and a reading of the line stretched wider; the *fast_pass* for a
        long line that is mostly clear."""
        aspect = _aspect(quad)
        if aspect >= LONG and mean_confidence(fast_pass) >= CLEAR:
            return fast_pass
        return max(fast_pass, self._at(pixels, quad, aspect * WIDER), key=mean_confidence)

    def _with_spans_reread(self, pixels: Pixels, quad: Quad, fast_pass: ctc.Reading) -> ctc.Reading | None:
        """The *fast_pass* with its doubtful stretches read again by the fallback; each is taken from the more confident
        reading. None if splitting the line would save no time."""
        assert self.fallback is not None
        if self.fallback._height != self._height:
            return None
        parts = stretches(fast_pass)
        if not parts:
            return None
        flat = crop.flat(pixels, quad, WIDTH_STEP * len(fast_pass.lattice.characters), self._height)
        return joined([self._stretch(flat, fast_pass, part) for part in parts])

    def _stretch(self, flat: Pixels, fast_pass: ctc.Reading, part: Stretch) -> ctc.Reading:
        """The reading of *part* of the line in the picture *flat*; both recognizers have a step every WIDTH_STEP
        pixels."""
        own = within(fast_pass, part.start, part.stop)
        if not part.doubtful:
            return own
        assert self.fallback is not None
        first = max(0, part.start - MARGIN)
        other = self.fallback._read(flat[:, WIDTH_STEP * first : WIDTH_STEP * (part.stop + MARGIN)])
        return max(own, within(other, part.start - first, part.stop - first), key=mean_confidence)

    def _from_fallback(self, pixels: Pixels, quad: Quad) -> ctc.Reading:
        """What the fallback recognizer reads: a fast pass, and more only for a number, which no words correct."""
        assert self.fallback is not None
        other = self.fallback._fast_pass(pixels, quad)
        return self.fallback._refined(pixels, quad, other) if is_number(other.text) else other

    @property
    def characters(self) -> frozenset[str]:
        """The characters that it can read."""
        return frozenset("".join(self.charset)) | (self.fallback.characters if self.fallback else frozenset())

    def _at(self, pixels: Pixels, quad: Quad, aspect: float) -> ctc.Reading:
        """The reading of the text along *quad*, stretched to *aspect* times its height."""
        return self._read(crop.flat(pixels, quad, self._width(aspect), self._height))

    def _read(self, flat: Pixels) -> ctc.Reading:
        reading = ctc.decode(self.network(normalized(flat, self.network)[None])[0], self.charset)
        text = look_alikes.told_apart(reading.text)
        return replace(reading, text=punctuation.restored(text) if self.folds else text)

    @property
    def _height(self) -> int:
        return self.network.entry.input_height

    def _width(self, aspect: float) -> int:
        """The input width for a line that is this many times longer than high."""
        return max(NARROWEST, round(aspect * self._height / WIDTH_STEP) * WIDTH_STEP)


def is_cipher(text: str) -> bool:
    """Whether *text* is a row of the cipher area (密码区), with at most one in ten characters misread. The form is
    found by it, but its text is not returned, and its rows are the longest of the page.

    >>> is_cipher("0+*5773872527/94>69*<698543"), is_cipher("0+*57738725z7/94>69*<6口8543")
    (True, True)
    >>> is_cipher("6222021001116245702"), is_cipher("2025/01/01-2025/12/31")
    (False, False)
    """
    signs = [character for character in text if character in CIPHER_SIGNS]
    figures = sum(character in CIPHER_FIGURES for character in text)
    mixed = len(signs) >= MIN_SIGNS and len(set(signs)) >= MIN_KINDS
    return len(text) >= MIN_CIPHER and mixed and len(signs) + figures >= CIPHER_SHARE * len(text)


def is_number(text: str) -> bool:
    """Whether *text* is a long number, alone or behind a caption.

    >>> is_number("校验码 51233 09921 27841"), is_number("91310000MA1FL00001"), is_number("地址：示例路12号")
    (True, True, False)
    """
    return sum(character.isdecimal() for character in text) >= max(MIN_FIGURES, FIGURES * len(text))


def is_worded(text: str, other: str) -> bool:
    """Whether *text* is an amount in words and *other*, another reading of the same print, is less of one. A recognizer
    for everything that is printed takes worn words for other characters, and is surer of these.

    >>> is_worded("壹佰柒拾肆元贰角赔分", "查佰柴检肆元的治路分"), is_worded("贰拾元整", "式拾元整")
    (True, False)
    """
    words, others = (sum(character in IN_WORDS for character in each) for each in (text, other))
    return words >= MIN_WORDS and words - others >= MORE_WORDS


def open_recognizer(name: str, fallback: LineRecognizer | None = None) -> LineRecognizer:
    """The recognizer *name* of the manifest; ModelError if it has none with that name."""
    network = session.open_network(manifest.entry(name, "recognizer"), 1)
    classes = charset(network)
    return LineRecognizer(network, classes, fallback, folds="（" not in classes)


def recognizer_of(settings: Settings) -> LineRecognizer:
    """The recognizer of *settings*, followed by the one that reads again what it is not sure of."""
    alone = settings.fallback_recognizer in ("none", settings.recognizer)
    return open_recognizer(
        settings.recognizer, fallback=None if alone else open_recognizer(settings.fallback_recognizer)
    )


def _ways(pixels: Pixels, quad: Quad) -> Iterator[_Way]:
    """Each way in which the text in *quad* may run down the page: not at all, because it is a slender character; with
    upright characters one below another; or turned to either side."""
    length, thickness = crop.size(quad)
    if thickness < SLENDER * length:
        yield _Way(quad, pixels, quad)
    row = columns.side_by_side(crop.flat(pixels, quad, max(1, round(length)), max(1, round(thickness))))
    yield _Way(crop.downward(quad), row, box_quad(Box(0.0, 0.0, row.shape[1], row.shape[0])))
    for direction in (crop.downward(quad), crop.upward(quad)):
        yield _Way(direction, pixels, direction)


def _aspect(quad: Quad) -> float:
    length, thickness = crop.size(quad)
    return length / max(thickness, 1.0)


def _text_line(quad: Quad, direction: Quad, reading: ctc.Reading) -> TextLine:
    """The line at *quad*, with its characters along *direction*."""
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
    """A box for each character: from halfway to its left neighbor to halfway to its right one."""
    if not reading.character_steps:
        return ()
    centers = (np.array(reading.character_steps) + 0.5) / len(reading.lattice.characters)
    middles = (centers[:-1] + centers[1:]) / 2
    half = float(np.median(np.diff(centers)) / 2) if len(centers) > 1 else 0.5
    lefts = np.concatenate(([max(0.0, centers[0] - half)], middles))
    rights = np.concatenate((middles, [min(1.0, centers[-1] + half)]))
    return tuple(crop.stretch(quad, float(a), float(b)) for a, b in zip(lefts, rights, strict=True))
