"""The detectors that are compared page by page: networks that make a text map, each at some size of its input."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from bench.tables import quantile
from invoiceocr.geometry import Box, Quad
from invoiceocr.ocr import detector, manifest
from invoiceocr.page import Pixels

# those of all PP-OCR detectors
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# how often a page is timed: other processes only slow it down
REPEAT = 2


@dataclass(frozen=True, slots=True, eq=False)
class Detector:
    """A detector to measure: its network and the longer side of the pictures that it is given, in pixels; 0: as the
    package uses it, which means another, finer look at pages of small print."""

    entry: manifest.ModelEntry
    side: int = 0
    _opened: dict[int, detector.TextDetector] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What it is called in the tables."""
        return f"{self.entry.name} at {self.side}" if self.side else self.entry.name

    def __call__(self, pixels: Pixels) -> tuple[Quad, ...]:
        """The text boxes of a picture on one thread: what a `TextReader` asks of a detector."""
        return self.boxes(pixels)

    def boxes(self, pixels: Pixels, threads: int = 1) -> tuple[Quad, ...]:
        """The text boxes of a picture, in its pixels."""
        opened = self.on(threads)
        height, width = pixels.shape[:2]
        if not self.side or self.side >= max(width, height):
            return opened(pixels)
        size = detector.input_size(width, height, self.side)
        small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
        scale = np.array((width / size[0], height / size[1]))
        return tuple(_scaled(quad, scale[0], scale[1]) for quad in opened(small))

    def near(self, pixels: Pixels, places: Iterable[Box]) -> tuple[Quad, ...]:
        """The text boxes on and around *places*, as the package's detector finds them with this network."""
        return self.on(1).near(pixels, places)

    def glance(self, pixels: Pixels) -> detector.Glance:
        """What the network tells of a page in one quick pass, if it has one."""
        return self.on(1).glance(pixels)

    def after(self, seen: detector.Glance, pixels: Pixels) -> tuple[Quad, ...]:
        """The text boxes of a page of which *seen* is known."""
        return self(pixels) if seen.quads is None else seen.quads

    def on(self, threads: int) -> detector.TextDetector:
        """The network as the package's detector."""
        if threads not in self._opened:
            self._opened[threads] = detector.open_detector(self.entry, threads)
        return self._opened[threads]


def of_manifest(name: str) -> manifest.ModelEntry:
    """The detector *name* of models/manifest.toml."""
    return manifest.entry(name, "detector")


def given(argument: str) -> manifest.ModelEntry:
    """The detector that TITLE=FILE names; ValueError for anything else."""
    title, sign, name = argument.partition("=")
    if not sign or not title or not name:
        raise ValueError(f"{argument!r} is no TITLE=FILE")
    path = Path(name).resolve()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return manifest.ModelEntry(title, "detector", str(path), digest, str(path), "", MEAN, STD)


def contenders(models: Sequence[str], others: Sequence[str], sides: Sequence[int]) -> list[Detector]:
    """The detectors that a command line names: each of the manifest and each TITLE=FILE at each of the sides."""
    entries = [*map(of_manifest, models), *map(given, others)]
    return [Detector(entry, side) for entry in entries for side in sides]


def milliseconds(one: Detector, pictures: Sequence[Pixels], threads: int) -> float:
    """The median time of a page."""
    cv2.setNumThreads(threads)
    return quantile([min(_time(one, pixels, threads) for _ in range(REPEAT)) for pixels in pictures], 0.5)


def _time(one: Detector, pixels: Pixels, threads: int) -> float:
    began = time.perf_counter()
    one.boxes(pixels, threads)
    return (time.perf_counter() - began) * 1000


def _scaled(quad: Quad, factor_x: float, factor_y: float) -> Quad:
    tl, tr, br, bl = ((x * factor_x, y * factor_y) for x, y in quad)
    return (tl, tr, br, bl)
