"""Batches of drawn lines for training: each at the height of the network and about its natural width."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Box, box_quad
from invoiceocr.ocr import crop
from invoiceocr.page import Pixels
from invoiceocr.specimens.lines import camera, texts
from invoiceocr.specimens.lines.conditions import WRITTEN, training_condition
from invoiceocr.specimens.lines.line import Order, draw_line
from training.background import made_elsewhere
from training.crnn import SHAPES, Shape
from training.cuts import Cut, load

WIDTH_STEP, NARROWEST = 8, 16  # pixels
WIDEST = 20  # times the height
# of the natural width, at which our networks read: narrower, thin signs vanish
NARROWED, WIDENED = 0.85, 1.2
# how often a drawn line is taken, each time at another width: drawing costs as much as learning
USES = 2
APART = 10**9  # lines between the seeds of two processes
# probability of the whole line from which a cut is an easy one, and of these so many are taken
SURE, EASY = 0.85, 0.15
# of its height, how much nearer or farther a cut is cut once more
RECUT = 0.05
RELISTED = 400  # pages of a pool after which it is looked at for new ones
# batches drawn at once and sorted by width, so that little is padded
POOL = 16


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Pictures N×H×W×3 (BGR), the classes of all texts one after another, and how many each text has."""

    pixels: NDArray[np.uint8]
    classes: NDArray[np.int64]
    lengths: NDArray[np.int64]


def natural_width(aspect: float, height: int) -> int:
    """The width in pixels for a line that is *aspect* times as long as high, as `LineRecognizer` computes it."""
    return max(NARROWEST, round(aspect * height / WIDTH_STEP) * WIDTH_STEP)


def resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """The line in that size, resampled as the recognizer does."""
    rows, columns = pixels.shape[:2]
    return crop.flat(pixels, box_quad(Box(0, 0, columns, rows)), width, height)


def samples(shape: Shape, seed: int) -> Iterator[tuple[Pixels, list[int]]]:
    """Endless lines of training from *seed* on: the picture and the classes of its text."""
    while True:
        rng = Random(f"sample {seed}")
        line = draw_line(order(shape, seed, rng), seed)
        seed += USES
        classes = shape.letters.encoded(line.text)
        for _ in range(USES):
            width = _width(line.pixels.shape[1] / line.pixels.shape[0], classes, shape, rng)
            if width <= WIDEST * shape.height:
                yield resized(line.pixels, width, shape.height), classes


def cut_samples(shape: Shape, seed: int, pool: Path) -> Iterator[tuple[Pixels, list[int]]]:
    """Endless lines of training out of a *pool* that training.cuts draws, in random order, each time in another light:
    mostly those that the recognizer was not sure of. Raises ValueError if the pool has none."""
    rng = Random(f"cuts {seed}")
    while True:
        is_empty = True
        for cut, classes, width in _fitting(shape, pool, rng):
            is_empty = False
            if cut.sure < SURE or rng.random() < EASY:
                yield _recut(cut, (width, shape.height), rng), classes
        if is_empty:
            raise ValueError(f"no line to learn from in {pool}: `python -m training.cuts {pool}` draws some")


def _fitting(shape: Shape, pool: Path, rng: Random) -> Iterator[tuple[Cut, list[int], int]]:
    """The lines of some pages of the *pool* that are not too wide, each with its classes and a width."""
    paths = sorted(pool.glob("*.npz"))
    for cut in chain.from_iterable(map(load, rng.sample(paths, min(RELISTED, len(paths))))):
        classes = shape.letters.encoded(cut.text)
        width = _width(cut.pixels.shape[1] / cut.pixels.shape[0], classes, shape, rng)
        if width <= WIDEST * shape.height:
            yield cut, classes, width


def _recut(cut: Cut, size: tuple[int, int], rng: Random) -> Pixels:
    """The picture of *cut* in that size (width, height), cut a little looser or tighter and in another light."""
    rows, columns = cut.pixels.shape[:2]
    left, top, right, bottom = (rng.uniform(-RECUT, RECUT) * rows for _ in range(4))
    picture = camera.lit(cut.pixels, rng, rng.uniform(0.7, 1.0)) if rng.random() < 0.4 else cut.pixels
    picture = camera.blurred(picture, rng.uniform(0.2, 0.6)) if rng.random() < 0.3 else picture
    picture = camera.noisy(picture, rng, rng.uniform(1, 6)) if rng.random() < 0.3 else picture
    return crop.flat(picture, box_quad(Box(left, top, columns + right, rows + bottom)), *size)


def order(shape: Shape, seed: int, rng: Random) -> Order:
    """What line of training belongs to *seed*: easy ones first, then some in handwriting."""
    if seed % APART < shape.easy:
        return Order(texts.MIXES[shape.alphabet], "mild")
    if shape.written and rng.random() < shape.written:
        return Order(texts.WRITTEN, WRITTEN)
    if shape.rare and rng.random() < shape.rare:
        return Order({texts.rare: 1.0}, training_condition(rng))
    return Order(texts.MIXES[shape.alphabet], training_condition(rng))


def _width(aspect: float, classes: list[int], shape: Shape, rng: Random) -> int:
    """A random width about the natural one, at least what CTC needs."""
    width = natural_width(aspect * rng.uniform(NARROWED, WIDENED), shape.height)
    return max(width, -(-steps_needed(classes) * shape.step // WIDTH_STEP) * WIDTH_STEP)


def steps_needed(classes: list[int]) -> int:
    """The fewest steps in which CTC can say *classes*: one each and a blank between equal ones."""
    return len(classes) + sum(a == b for a, b in pairwise(classes))


def batches(shape: Shape, seed: int, size: int, pool: Path | None = None) -> Iterator[Batch]:
    """Endless batches of *size* lines of about equal width, in random order; a third of them from the *pool*, if one is
    given."""
    lines = samples(shape, seed)
    if pool:
        lines = chain.from_iterable(zip(lines, lines, cut_samples(shape, seed, pool), strict=False))
    rng = Random(f"batches {seed}")
    while True:
        drawn = sorted(islice(lines, POOL * size), key=lambda line: line[0].shape[1])
        groups = [drawn[start : start + size] for start in range(0, len(drawn), size)]
        rng.shuffle(groups)
        yield from map(_batch, groups)


def _batch(lines: list[tuple[Pixels, list[int]]]) -> Batch:
    widest = max(pixels.shape[1] for pixels, _ in lines)
    padded = [np.pad(pixels, ((0, 0), (0, widest - pixels.shape[1]), (0, 0)), mode="edge") for pixels, _ in lines]
    classes = np.array([each for _, text in lines for each in text], np.int64)
    return Batch(np.stack(padded), classes, np.array([len(text) for _, text in lines], np.int64))


def in_background(name: str, seed: int, size: int, workers: int = 1, pool: Path | None = None) -> Iterator[Batch]:
    """The batches for the network *name* (crnn.SHAPES), from other processes; worker i begins at seed + i × APART."""
    return made_elsewhere(_drawn, ((name, seed + index * APART, size, pool) for index in range(workers)))


def _drawn(name: str, seed: int, size: int, pool: Path | None) -> Iterator[Batch]:
    cv2.setNumThreads(1)
    return batches(SHAPES[name], seed, size, pool)
