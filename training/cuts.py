"""Lines as the pipeline cuts them out of drawn pages: `python -m training.cuts FOLDER --count 1000`.

A page is drawn, the detector finds its texts, and what it cuts out is labeled by what the drawing says there. A cut of
which that is not certain (half a text, two texts over each other) is left out. The pool is one file a page.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Quad
from invoiceocr.ocr import crop
from invoiceocr.ocr.detector import DetectorCascade, TextDetector, detector_of
from invoiceocr.ocr.recognizer import LineRecognizer, open_recognizer
from invoiceocr.page import Pixels
from invoiceocr.settings import Settings
from invoiceocr.specimens.lines import camera
from invoiceocr.specimens.lines.alphabets import GAP, alphabet, folded
from invoiceocr.text.folding import edits
from invoiceocr.values import chinese_amount
from training.detector.pages import SORTS, Quads

# pixels: cuts are kept no higher, because no network reads them higher
HIGHEST = 64
# seeds of pages that no training sees begin here
VALIDATION = 900_000
SORT_WEIGHTS = {"specimen": 0.5, "ticket": 0.35, "sheet": 0.15}
# of a text's height: how much of it must lie in the cut for it to be read, and how little for it not to be
READ, UNREAD = 0.75, 0.3
# heights of a cut that a text may reach beyond its ends, or into another text
SLACK = 0.25
# heights between two texts, from which they are two words, or stand in two columns
WORD_GAP, COLUMN_GAP = 0.15, 1.4
# of the characters that may be misread in print that is legible, and characters of texts that are too short to tell
MISREAD, SHORT = 0.75, 3
# of the pages are cut as they are; each is also made small and photographed once more, so that its rows are so many
# pixels high
WHOLE, SMALL = 0.2, (11.0, 21.0)


# stands before an amount in words, drawn with ovals and lines and so no text of the drawing
CROSSED = "ⓧ⊗"
# texts and their places
Lines = list[tuple[str, Quads]]


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A cut-out line (H×W×3 BGR), what it says, and how sure the recognizer is of it: 0 where it reads it wrong."""

    pixels: Pixels
    text: str
    sure: float


@dataclass(frozen=True, slots=True)
class Cutter:
    """What cuts and reads: a detector and the recognizer that is to be trained."""

    detector: TextDetector | DetectorCascade
    recognizer: LineRecognizer

    def cuts(self, seed: int) -> Iterator[Cut]:
        """The labeled cuts of the page that belongs to *seed*."""
        rng = Random(f"cut page {seed}")
        drawn = page(rng, seed)
        for pixels, lines in (drawn if rng.random() < WHOLE else _smaller(rng, *drawn), _smaller(rng, *drawn)):
            yield from self._cuts(pixels, lines)

    def _cuts(self, pixels: Pixels, lines: Lines) -> Iterator[Cut]:
        for quad in self.detector(pixels):
            text = None if crop.is_column(quad) else said(quad, lines)
            if text is None:
                continue
            found = self.recognizer.recognize_full_width(pixels, quad)
            text = with_circle(text, found.text)
            if is_legible(text, found.text):
                yield Cut(_flat(pixels, quad), text, found.confidence if _misread(text, found.text) == 0 else 0.0)


def cutter() -> Cutter:
    """The detector and the recognizer that invoiceocr uses by default."""
    settings = Settings(threads=1)
    return Cutter(detector_of(settings), open_recognizer(settings.recognizer))


def page(rng: Random, seed: int) -> tuple[Pixels, Lines]:
    """A page, upright, and its texts."""
    sort = rng.choices(tuple(SORT_WEIGHTS), tuple(SORT_WEIGHTS.values()))[0]
    pixels, lines, turned = SORTS[sort](rng, 10_000_000 + seed)
    for _ in range(turned // 90 % 4):
        height = pixels.shape[0]
        pixels = np.ascontiguousarray(np.rot90(pixels, -1))
        lines = [(text, np.stack((height - quad[:, 1], quad[:, 0]), 1)) for text, quad in lines]
    return pixels, lines


def _smaller(rng: Random, pixels: Pixels, lines: Lines) -> tuple[Pixels, Lines]:
    """The page in low resolution: blurred, with noise, compressed."""
    heights = [float(np.linalg.norm(quad[3] - quad[0])) for _, quad in lines]
    factor = min(1.0, rng.uniform(*SMALL) / max(median(heights or [SMALL[1]]), 1.0))
    small = np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    small = camera.noisy(camera.blurred(small, rng.uniform(0.1, 0.8)), rng, rng.uniform(1, 11))
    return camera.compressed(small, rng.randint(35, 90)), [(text, quad * np.float32(factor)) for text, quad in lines]


def said(quad: Quad, lines: Lines) -> str | None:
    """What *lines* say in *quad*; None if that is not certain."""
    length, height = crop.size(quad)
    if height < 1:
        return None
    corners = np.array([[0, 0], [length / height, 0], [length / height, 1], [0, 1]], np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(np.array(quad, np.float32), corners), np.float64)
    placed = [(text, *_extent(other, matrix)) for text, other in lines]
    meeting = [each for each in placed if _meets(each[1], each[2], length / height)]
    if not meeting or not all(_within(low, high, length / height) for _, low, high in meeting):
        return None
    return _joined(sorted(meeting, key=lambda each: float(each[1][0])))


def with_circle(text: str, read: str) -> str:
    """*text*, or where it is an amount in words and a crossed circle was *read* before it, both."""
    return read[0] + text if read[:1] in tuple(CROSSED) and text[:1] in chinese_amount.WRITTEN else text


def is_legible(text: str, read: str) -> bool:
    """Whether so much of *text* was read that the rest may be learned: of what is worn away or covered, nothing is."""
    return len(folded(text)) < SHORT or _misread(text, read) <= MISREAD * len(folded(text))


def _misread(text: str, read: str) -> int:
    return edits(folded(read), folded(alphabet("zh").spelled(text)))


def _extent(quad: Quads, matrix: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The corners of lowest and highest coordinates of *quad*, in heights of the cut."""
    corners = cv2.perspectiveTransform(quad[None].astype(np.float32), matrix)[0]
    return corners.min(0), corners.max(0)


def _meets(low: NDArray[np.float32], high: NDArray[np.float32], length: float) -> bool:
    """Whether a text may be seen in a cut of that length."""
    across = min(float(high[0]), length) - max(float(low[0]), 0.0)
    return across > SLACK / 2 and _share(low, high) > UNREAD


def _within(low: NDArray[np.float32], high: NDArray[np.float32], length: float) -> bool:
    """Whether a text lies wholly in a cut of that length and is its only row."""
    inside = float(low[0]) >= -SLACK and float(high[0]) <= length + SLACK
    return inside and _share(low, high) >= READ and float(high[1] - low[1]) > READ / 2


def _share(low: NDArray[np.float32], high: NDArray[np.float32]) -> float:
    """How much of a text's height lies in the cut."""
    return (min(float(high[1]), 1.0) - max(float(low[1]), 0.0)) / max(float(high[1] - low[1]), 1e-6)


def _joined(texts: Sequence[tuple[str, NDArray[np.float32], NDArray[np.float32]]]) -> str | None:
    """The *texts* from left to right as one; None where two stand over each other, or where nothing tells whether a
    blank within one is wide."""
    line = texts[0][0]
    for (_, _, end), (text, start, _) in pairwise(texts):
        gap = float(start[0] - end[0])
        if gap < -SLACK:
            return None
        line += " " * (3 if gap > COLUMN_GAP else gap > WORD_GAP) + text
    vague = any(" " in GAP.sub("", text) for text, _, _ in texts)
    return None if vague else line


def _flat(pixels: Pixels, quad: Quad) -> Pixels:
    length, height = crop.size(quad)
    factor = min(1.0, HIGHEST / height)
    return crop.flat(pixels, quad, max(4, round(length * factor)), max(4, round(height * factor)))


def save(cuts: Iterable[Cut], path: Path) -> None:
    """Writes the cuts of a page as one file of the pool, whole or not at all: a training may be reading there."""
    found = list(cuts)
    pictures = [cv2.imencode(".png", cut.pixels)[1] for cut in found]
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(
            file,
            pictures=np.concatenate([np.zeros(0, np.uint8), *pictures]),
            ends=np.cumsum([len(picture) for picture in pictures]),
            texts=np.array(json.dumps([cut.text for cut in found])),
            sure=np.array([cut.sure for cut in found], np.float32),
        )
    part.replace(path)


def load(path: Path) -> list[Cut]:
    """The cuts of a page of the pool."""
    with np.load(path) as data:
        pictures = np.split(data["pictures"], data["ends"][:-1]) if len(data["ends"]) else []
        texts = json.loads(str(data["texts"]))
        decoded = (np.asarray(cv2.imdecode(each, cv2.IMREAD_COLOR), np.uint8) for each in pictures)
        return [Cut(*each) for each in zip(decoded, texts, data["sure"].tolist(), strict=True)]


def main() -> None:
    """Draws pages and cuts them."""
    options = argparse.ArgumentParser(prog="python -m training.cuts", description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--count", type=int, default=1000)
    given = options.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    own = cutter()
    for seed in range(given.first, given.first + given.count):
        path = given.folder / f"{seed:07d}.npz"
        if not path.exists():
            save(own.cuts(seed), path)


if __name__ == "__main__":
    main()
