"""Where text stands on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np

from invoiceocr.errors import ModelError
from invoiceocr.geometry import Box, Quad, overlap, union
from invoiceocr.ocr import crop, kernel_map, manifest, textmap
from invoiceocr.ocr.session import Floats, LateNetwork, Network, normalized, open_network
from invoiceocr.page import Pixels
from invoiceocr.settings import Settings

# pixels of the network's input: at 960 text recall is as good, but fields and rows are lost
LONGEST_SIDE = 1280
FINEST_SIDE = 1920  # pixels; for pages of small print
# pixels of the input: least median height of text boxes
SMALL_PRINT = 9.0
# the same of a drawn page, such as an invoice on a telephone's screen, in the quick detector's larger boxes: below,
# print in neighboring cells is joined. Such a page costs little more
SMALL_DRAWN_PRINT = 16.0
# in heights: what the network must see around a place to recognize text there
SURROUNDINGS = 1.5
# uncertain pixels for each sure one (`kernel_map.uncertainty`) up to which a page counts as crisp print
CERTAIN = 0.255
# share of the pixels (`_evenness`) from which a page counts as drawn rather than scanned or photographed
EVEN = 0.5
MIDDLE = 1400  # pixels: side of the part of a page that is examined for this
# mean logits from which a direction is sure
LYING_SURE, UPSIDE_DOWN_SURE = 3.5, 3.0
STRIDE = 32  # the network halves its input five times


@dataclass(frozen=True, slots=True)
class Glance:
    """What one quick pass says about a page."""

    quads: tuple[Quad, ...] | None
    """Where text stands; None where the network is not certain of it."""
    lying: bool | None
    """Whether the text runs down the page, or up; None where that is not sure."""
    upside_down: bool | None
    """Whether the page stands on its head, and a lying one so once it is turned clockwise; None where not sure."""
    leans_over: bool = False
    """Whether the page rather stands on its head than not, sure or not."""

    @property
    def quarters(self) -> int | None:
        """How many clockwise quarter turns bring the page upright; None if that is not sure."""
        if self.lying is None or self.upside_down is None:
            return None
        return int(self.lying) + 2 * int(self.upside_down)


@dataclass(frozen=True, slots=True)
class TextDetector:
    """Callable: pixels to the quads of the text lines, in pixels of the picture."""

    network: Network | LateNetwork

    def open(self) -> None:
        """Loads the network now; ModelError if it can't be loaded."""
        self.network.open()

    def __call__(self, pixels: Pixels) -> tuple[Quad, ...]:
        """The quads, clockwise from the top left of the text, in reading order (top to bottom); small print takes
        a second, finer pass."""
        longest = max(pixels.shape[:2])
        side = min(LONGEST_SIDE, longest)
        found = self._at(pixels, side)
        finer = finer_side(found, longest, side, SMALL_PRINT)
        return self._at(pixels, finer) if finer > side else found

    def near(self, pixels: Pixels, places: Iterable[Box]) -> tuple[Quad, ...]:
        """The quads on and around *places*, at the resolution of the whole page but for the cost of those parts
        only."""
        scale = min(1.0, LONGEST_SIDE / max(pixels.shape[:2]))
        found: list[Quad] = []
        for window in windows(places, pixels.shape[1], pixels.shape[0]):
            part = pixels[int(window.y0) : int(window.y1), int(window.x0) : int(window.x1)]
            quads = self._at(part, max(1, round(scale * max(part.shape[:2]))))
            found += [_shifted(quad, int(window.x0), int(window.y0)) for quad in quads]
        return tuple(found)

    def glance(self, pixels: Pixels) -> Glance:
        """An empty glance: this network has no quick pass and doesn't determine how a page is turned."""
        return Glance(None, None, None)

    def after(self, seen: Glance, pixels: Pixels) -> tuple[Quad, ...]:
        """The quads of a page of which *seen* is already known, so that nothing is done twice."""
        return self(pixels) if seen.quads is None else seen.quads

    def _at(self, pixels: Pixels, side: int) -> tuple[Quad, ...]:
        """The quads found with the longer side scaled to *side* pixels."""
        small = _resized(pixels, side)
        text_map = self.network(normalized(small, self.network)[None])[0, 0]
        return _on_page(textmap.quads(text_map), pixels, (small.shape[1], small.shape[0]))


@dataclass(frozen=True, slots=True)
class KernelDetector(TextDetector):
    """Our own detector: one gray channel in; the kernels of texts and the direction of the page out."""

    def glance(self, pixels: Pixels) -> Glance:
        """The text of a drawn page if the network is certain of it, and the direction of any page; fine print takes a
        second, finer pass."""
        kernels, maps = self._maps(pixels, min(LONGEST_SIDE, max(pixels.shape[:2])))
        coarse = np.asarray(cv2.resize(kernels, (maps.shape[2], maps.shape[1])), np.float32)
        votes = kernel_map.direction(maps, coarse)
        lying, upside_down = (None, None) if votes is None else map(_sure, votes, (LYING_SURE, UPSIDE_DOWN_SURE))
        leans_over = votes is not None and votes[1] > 0
        return Glance(self._drawn(kernels, pixels), lying, upside_down, leans_over)

    def _drawn(self, kernels: Floats, pixels: Pixels) -> tuple[Quad, ...] | None:
        """The quads of a drawn page, of whose small print a finer pass is more certain; None if the page has grain or
        the network is not certain."""
        if _evenness(pixels) < EVEN:
            return None
        longest = max(pixels.shape[:2])
        side = min(LONGEST_SIDE, longest)
        quads = self._quads(kernels, pixels)
        finer = finer_side(quads, longest, side, SMALL_DRAWN_PRINT)
        if finer > side:
            kernels = self._maps(pixels, finer)[0]
            quads = self._quads(kernels, pixels)
        return None if kernel_map.uncertainty(kernels) > CERTAIN else quads

    def _at(self, pixels: Pixels, side: int) -> tuple[Quad, ...]:
        return self._quads(self._maps(pixels, side)[0], pixels)

    def _maps(self, pixels: Pixels, side: int) -> tuple[Floats, Floats]:
        """The kernel map (H/2×W/2) and the direction maps (2×H/4×W/4) of the picture with *side* as its longer side."""
        gray = cv2.cvtColor(_resized(pixels, side), cv2.COLOR_BGR2GRAY)
        kernels, direction = self.network.outputs(np.asarray(gray[None, None], np.float32) / np.float32(255))
        return kernels[0, 0], direction[0]

    def _quads(self, kernels: Floats, pixels: Pixels) -> tuple[Quad, ...]:
        return _on_page(kernel_map.quads(kernels), pixels, (kernels.shape[1], kernels.shape[0]))


@dataclass(frozen=True, slots=True)
class DetectorCascade:
    """Callable like a `TextDetector`: a quick detector for the pages of which it is certain, a thorough one for the
    rest."""

    quick: KernelDetector
    thorough: TextDetector

    def open(self) -> None:
        """Loads the networks now; ModelError if one can't be loaded."""
        self.quick.open()
        self.thorough.open()

    def __call__(self, pixels: Pixels) -> tuple[Quad, ...]:
        """The quads, clockwise from the top left of the text, in reading order (top to bottom)."""
        return self.after(self.glance(pixels), pixels)

    def after(self, seen: Glance, pixels: Pixels) -> tuple[Quad, ...]:
        """The quads of a page of which *seen* is already known, so that nothing is done twice."""
        return self.thorough.after(seen, pixels)

    def glance(self, pixels: Pixels) -> Glance:
        """What the quick detector says about a page."""
        return self.quick.glance(pixels)

    def near(self, pixels: Pixels, places: Iterable[Box]) -> tuple[Quad, ...]:
        """The quads on and around *places*, found by the thorough detector, because this is needed where print is hard
        to read."""
        return self.thorough.near(pixels, places)


def _evenness(pixels: Pixels) -> float:
    """The share of the pixels in the middle of a page that differ from all their neighbors by at most one level: over
    0.6 on drawn pages, mostly under 0.4 on scanned paper, which has a grain."""
    height, width = pixels.shape[:2]
    top, left = max(0, (height - MIDDLE) // 2), max(0, (width - MIDDLE) // 2)
    gray = cv2.cvtColor(pixels[top : top + MIDDLE, left : left + MIDDLE], cv2.COLOR_BGR2GRAY)
    around = np.ones((3, 3), np.uint8)
    return float((cv2.subtract(cv2.dilate(gray, around), cv2.erode(gray, around)) <= 1).mean())


def _sure(logit: float, bound: float) -> bool | None:
    return logit > 0 if abs(logit) >= bound else None


def detector_of(settings: Settings) -> TextDetector | DetectorCascade:
    """The detector of *settings*, preceded by the quick one, which handles pages of crisp print."""
    entry = manifest.entry(settings.detector, "detector")
    if settings.quick_detector in ("none", settings.detector):
        return open_detector(entry, settings.threads)
    quick = open_detector(manifest.entry(settings.quick_detector, "detector"), settings.threads)
    if not isinstance(quick, KernelDetector):
        raise ModelError(f"{settings.quick_detector} does not tell how certain it is, so it can't be quick_detector")
    return DetectorCascade(quick, _detector(LateNetwork(entry, settings.threads)))


def open_detector(entry: manifest.ModelEntry, threads: int) -> TextDetector:
    """The detector of a manifest *entry*, on *threads* cores: ours if it has one channel."""
    return _detector(open_network(entry, threads))


def _detector(network: Network | LateNetwork) -> TextDetector:
    return KernelDetector(network) if len(network.entry.mean) == 1 else TextDetector(network)


def _resized(pixels: Pixels, side: int) -> Pixels:
    height, width = pixels.shape[:2]
    return np.asarray(cv2.resize(pixels, input_size(width, height, side), interpolation=cv2.INTER_AREA), np.uint8)


def _on_page(quads: Iterable[Quad], pixels: Pixels, size: tuple[int, int]) -> tuple[Quad, ...]:
    """*quads* of a map of *size* (width, height) in pixels of the picture, top to bottom."""
    factor_x, factor_y = pixels.shape[1] / size[0], pixels.shape[0] / size[1]
    found = (_scaled(quad, factor_x, factor_y) for quad in quads)
    return tuple(sorted(found, key=lambda quad: (quad[0][1], quad[0][0])))


def input_size(width: int, height: int, side: int) -> tuple[int, int]:
    """(width, height) of the network's input for a picture of that size: the longer side is *side*, and both are
    multiples of the stride."""
    factor = side / max(width, height)
    across, down = (max(STRIDE, round(length * factor / STRIDE) * STRIDE) for length in (width, height))
    return across, down


def windows(places: Iterable[Box], width: int, height: int) -> tuple[Box, ...]:
    """The parts of a page of that size around *places*; overlapping ones are joined, and none is empty."""
    apart: list[Box] = []
    for place in places:
        margin = SURROUNDINGS * place.height
        window = Box(
            max(0.0, place.x0 - margin),
            max(0.0, place.y0 - margin),
            min(float(width), place.x1 + margin),
            min(float(height), place.y1 + margin),
        )
        while meeting := [other for other in apart if overlap(window, other)]:
            apart = [other for other in apart if other not in meeting]
            window = union([window, *meeting])
        apart.append(window)
    return tuple(window for window in apart if window.width >= 1 and window.height >= 1)


def finer_side(quads: tuple[Quad, ...], longest: int, side: int, small: float) -> int:
    """The input side at which the print of *quads*, found at *side* in a picture of *longest*, is higher than *small*
    pixels, as far as the picture has so many."""
    if not quads:
        return side
    height = median(min(crop.size(quad)) for quad in quads) * side / longest
    return side if height >= small else min(FINEST_SIDE, longest, round(side * 1.5 * small / max(height, 1.0)))


def _scaled(quad: Quad, factor_x: float, factor_y: float) -> Quad:
    tl, tr, br, bl = ((x * factor_x, y * factor_y) for x, y in quad)
    return (tl, tr, br, bl)


def _shifted(quad: Quad, right: float, down: float) -> Quad:
    tl, tr, br, bl = ((x + right, y + down) for x, y in quad)
    return (tl, tr, br, bl)
