"""Where on a page some of its texts may be hidden, so that it is worth drawing it with and without them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import accumulate, chain, pairwise

import numpy as np

from invoiceocr.geometry import Box, common, meet, union
from invoiceocr.sources.pdf.covers import Cover, Layout
from invoiceocr.sources.pdf.text import Run

MAX_REGIONS = 6  # drawn one by one; more are drawn in as many bands across the page
MAX_SUSPICIONS = 60  # if there are more, they are not compared but divided into bands
# of a text and a cover that are compared; where there are more, all texts are looked at
MAX_PAIRS = 200_000
LINES_A_COVER = 10  # that take as long to compare as one cover
STRIPED = 0.4  # of a text's height: lines that together take up as much may hide it


@dataclass(frozen=True, slots=True)
class Text:
    """A text object that is painted: when, the box of its characters, and the indexes of those that are no blanks."""

    run: Run
    time: int
    box: Box
    indexes: Sequence[int]


Texts = Mapping[int, Text]
"""The texts of a page by their addresses."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A part of the page where some texts, by their addresses, may be hidden."""

    region: Box
    texts: frozenset[int]


def hiding(layout: Layout, texts: Texts, doubtful: Collection[int]) -> Iterator[Suspicion]:
    """Where the page may hide some of its texts, including those that are *doubtful* by themselves. If there is too
    much to compare, this is the whole page."""
    if max(len(layout.covers), len(layout.lines) // LINES_A_COVER) * len(texts) > MAX_PAIRS:
        yield _everywhere(texts)
        return
    apart = (*doubtful, *_striped(layout, texts))
    yield from by_themselves(texts[address] for address in dict.fromkeys(apart))
    yield from _merged(chain(_covered(layout.covers, texts), _on_grounds(layout, texts)))


def erasing(layout: Layout, texts: Texts) -> list[Suspicion]:
    """Where an eraser may take away parts of *texts*."""
    too_many = len(layout.erasers) * len(texts) > MAX_PAIRS
    return [_everywhere(texts)] if too_many else _merged(_covered(layout.erasers, texts))


def by_themselves(texts: Iterable[Text]) -> list[Suspicion]:
    """The places of *texts*, whatever stands around them."""
    return _merged(Suspicion(text.box, frozenset({text.run.address})) for text in texts)


def _merged(suspicions: Iterable[Suspicion]) -> list[Suspicion]:
    """*suspicions*, with those united whose regions meet."""
    apart: list[Suspicion] = []
    several = list(suspicions)
    if len(several) > MAX_SUSPICIONS:
        return [_united(band) for band in _bands(several)]
    for one in several:
        meeting = [other for other in apart if meet(one.region, other.region)]
        apart = [other for other in apart if other not in meeting]
        apart.append(_united([one, *meeting]))
    return [_united(band) for band in _bands(apart)] if len(apart) > MAX_REGIONS else apart


def _everywhere(texts: Texts) -> Suspicion:
    """All *texts*, where there is too much to compare."""
    return Suspicion(union(text.box for text in texts.values()), frozenset(texts))


def _striped(layout: Layout, texts: Texts) -> list[int]:
    """The texts under so many thin lines that these may hide them together, though none of them does alone."""
    if not layout.lines or not texts:
        return []
    lines = np.array([box.as_tuple() for box in layout.lines])[:, None]
    boxes = np.array([text.box.as_tuple() for text in texts.values()])
    shared = np.minimum(lines[..., 2:], boxes[:, 2:]) - np.maximum(lines[..., :2], boxes[:, :2])
    covered = shared.min(axis=2).clip(0.0).sum(axis=0)
    size = (boxes[:, 2:] - boxes[:, :2]).min(axis=1)
    return [address for address, much in zip(texts, covered >= STRIPED * size, strict=True) if much]


def _covered(covers: Iterable[Cover], texts: Texts) -> Iterator[Suspicion]:
    """The texts over which one of *covers* is painted later."""
    first = min((text.time for text in texts.values()), default=0)
    for cover in covers:
        under = texts.values() if cover.time > first else ()
        yield from _met(cover, [text for text in under if text.time < cover.time])


def _on_grounds(layout: Layout, texts: Texts) -> Iterator[Suspicion]:
    """The texts that are painted onto something of about their own color."""
    shades = {text.run.grays for text in texts.values()}
    for cover in layout.covers:
        swallowed = {shade for shade in shades if any(map(cover.may_swallow, shade))}
        over = texts.values() if swallowed else ()
        yield from _met(cover, [text for text in over if text.time > cover.time and text.run.grays in swallowed])


def _met(cover: Cover, texts: Iterable[Text]) -> Iterator[Suspicion]:
    """The part of the page where *cover* meets any of the *texts*."""
    met = {text.run.address: common(text.box, cover.box) for text in texts if meet(text.box, cover.box)}
    if met:
        yield Suspicion(union(met.values()), frozenset(met))


def _bands(suspicions: Iterable[Suspicion]) -> list[list[Suspicion]]:
    """*suspicions* in MAX_REGIONS bands across the page, separated at the widest gaps between them."""
    ordered = sorted(suspicions, key=lambda one: one.region.y0)
    lowest = list(accumulate((one.region.y1 for one in ordered), max))
    gaps = [(after.region.y0 - low, i) for i, (low, after) in enumerate(zip(lowest, ordered[1:], strict=False), 1)]
    cuts = [0, *sorted(i for _, i in nlargest(MAX_REGIONS - 1, gaps)), len(ordered)]
    return [ordered[start:stop] for start, stop in pairwise(cuts)]


def _united(suspicions: Sequence[Suspicion]) -> Suspicion:
    texts = frozenset[int]().union(*(one.texts for one in suspicions))
    return Suspicion(union(one.region for one in suspicions), texts)
