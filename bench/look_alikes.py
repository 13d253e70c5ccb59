"""`python -m bench.look_alikes --count 900`: names of companies whose characters others look like, drawn small and
read as `NameVerifier` reads them: how many both recognizers read alike and clearly, how many pass, and what was wrong.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.evidence.second_reading import clearness, rivalry
from invoiceocr.geometry import Box, Quad, box_quad
from invoiceocr.ocr import crop
from invoiceocr.ocr.recognizer import LineRecognizer, open_recognizer
from invoiceocr.page import Pixels
from invoiceocr.pipeline.verification import CLEAR, NEIGHBORHOOD, RIVALED
from invoiceocr.settings import Settings
from invoiceocr.specimens.content.words import filled, words
from invoiceocr.specimens.lines import camera
from invoiceocr.specimens.lines.alphabets import alphabet
from invoiceocr.specimens.lines.faces import EM, Glyph, faces, glyph
from invoiceocr.specimens.lines.typeset import Setting, ink_rows, typeset
from invoiceocr.specimens.raster import apply_ink
from invoiceocr.text.lines import match_key

LISTED = (
    "昊吴末未士土己已巳日曰鸟乌荼茶戍戌侯候晴睛大太天夭干千于王玉主人入八免兔刀力儿几析折今令拔拨冶治风凤圆园洁沽汨汩目自白"
    "百田由甲申辨辩辫"
)
ALIKE = 0.955  # correlation of the pixels of two glyphs
SIDE = 16  # pixels of a glyph that is compared
CELL, BASELINE = 60, 48  # pixels around a glyph of EM pixels
SIZES = (9.0, 24.0)  # pixels an em
GROUPS = ("listed", "alike", "usual")
CONDITIONS = ("clean", "screenshot", "scan")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a name: the group of its brand, what is printed and read, whether both recognizers read it alike
    and clearly, and whether it passes."""

    group: str
    printed: str
    read: str
    clear: bool
    passes: bool

    @property
    def wrong(self) -> bool:
        """Whether a clear reading is not what is printed."""
        return self.clear and match_key(self.read) != match_key(self.printed)


@lru_cache(maxsize=1)
def alike() -> str:
    """The characters of GB 2312 that another one of them looks like in a bundled face."""
    signs = [char for char in alphabet("zh").dictionary if char >= "\u4e00" and char.encode("gb2312", "ignore")]
    best = np.zeros(len(signs), np.float32)
    for face in faces()[:2]:
        table = np.stack([_features(glyph(face.path, sign)) for sign in signs])
        for start in range(0, len(signs), 512):
            likeness = table[start : start + 512] @ table.T
            likeness[np.arange(len(likeness)), np.arange(start, start + len(likeness))] = 0
            best[start : start + 512] = np.maximum(best[start : start + 512], likeness.max(axis=1))
    return "".join(sign for sign, likeness in zip(signs, best, strict=True) if likeness > ALIKE)


def _features(shape: Glyph | None) -> NDArray[np.float32]:
    """The ink of a glyph in its cell, small and blurred, without its mean and of length 1."""
    assert shape is not None, "the bundled faces have all of GB 2312"
    cell = np.zeros((CELL, CELL), np.uint8)
    top, left = BASELINE + shape.top, (CELL - EM) // 2 + shape.left
    ink = shape.ink[: CELL - top, : CELL - left]
    cell[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    small = cv2.resize(cv2.GaussianBlur(cell, (0, 0), EM / 27), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    values = small.astype(np.float32).ravel() - np.float32(small.mean())
    return np.asarray(values / np.linalg.norm(values), np.float32)


def name(group: str, rng: Random) -> str:
    """A company's name whose brand is of the characters of *group*."""
    lists = words()
    region, trade = rng.choice(lists["regions"]), rng.choice(lists["trades"])["name"]
    ending = filled(rng, rng.choice(lists["company_forms"]), city=region["city"].removesuffix("市"))
    signs = alike() if group == "alike" else {"listed": LISTED, "usual": str(lists["brand"])}[group]
    brand = "".join(rng.choices(signs, k=rng.choice((2, 3))))
    return f"{rng.choice((region['city'], region['name'], ''))}{brand}{trade}{ending}"


def picture(text: str, rng: Random) -> tuple[Pixels, Quad]:
    """*text* on paper, and where a detector sees it."""
    size = rng.uniform(*SIZES)
    ink = typeset(text, Setting((rng.choice(faces()[:2]),), tracking=rng.uniform(-0.02, 0.04)))
    first, last = ink_rows(ink)
    width, height = max(2, round(ink.shape[1] * size / EM)), max(2, round((last - first) * size / EM))
    around = round(1.5 * size)
    small = cv2.resize(ink[first:last], (width, height), interpolation=cv2.INTER_AREA)
    layer = cv2.copyMakeBorder(small, around, around, around, around, cv2.BORDER_CONSTANT, value=0)
    paper = apply_ink(np.full((*layer.shape, 3), 252, np.uint8), np.asarray(layer, np.uint8), (30, 30, 30))
    across, down = rng.uniform(0.05, 0.25) * height, rng.uniform(0.08, 0.25) * height
    box = Box(around - across, around - down, around + width + across, around + height + down)
    return _taken(paper, rng), box_quad(box)


def _taken(paper: Pixels, rng: Random) -> Pixels:
    condition = rng.choice(CONDITIONS)
    if condition == "screenshot":
        return camera.compressed(paper, rng.randint(38, 90))
    if condition == "scan":
        lit = camera.blurred(camera.lit(paper, rng, rng.uniform(0.7, 1.0)), rng.uniform(0.2, 0.9))
        return camera.compressed(camera.noisy(lit, rng, rng.uniform(1, 8)), rng.randint(50, 92))
    return paper


def outcome(seed: int, recognizers: tuple[LineRecognizer, LineRecognizer]) -> Outcome:
    """What becomes of the name that belongs to *seed*."""
    rng, group = Random(f"look-alikes {seed}"), GROUPS[seed % len(GROUPS)]
    printed = name(group, rng)
    pixels, quad = picture(printed, rng)
    length, height = crop.size(quad)
    share = NEIGHBORHOOD * height / length
    first, second = recognizers
    lines = (
        first.recognize_full_width(pixels, quad),
        second.recognize_full_width(pixels, crop.part(quad, -share, 1.0 + share)),
    )
    read = lines[0].text.strip()
    clear = all(min(clearness(line, read), default=0.0) >= CLEAR for line in lines)
    return Outcome(group, printed, read, clear, clear and rivalry(*lines) < RIVALED)


def report(found: Iterable[Outcome]) -> str:
    """The figures of each group, one a row of a table, and the names that are wrong and pass."""
    counts: Counter[tuple[str, str]] = Counter()
    passed = []
    for each in found:
        told = {"lines": True, "clear": each.clear, "wrong": each.wrong, "pass": each.passes}
        counts.update((each.group, key) for key, holds in told.items() if holds)
        passed += [each] if each.wrong and each.passes else []
    rows = ["| brand of | lines | read alike and clearly | wrong | pass | wrong |", "|---|--:|--:|--:|--:|--:|"]
    for group in GROUPS:
        cells = [counts[group, key] for key in ("lines", "clear", "wrong", "pass")]
        rows.append(f"| {group} | {' | '.join(map(str, cells))} | {sum(each.group == group for each in passed)} |")
    return "\n".join([*rows, *(f"{each.printed} read as {each.read}" for each in passed)])


def main() -> None:
    """Draws, reads and reports."""
    parser = argparse.ArgumentParser(prog="python -m bench.look_alikes", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="seed of the first name")
    parser.add_argument("--count", type=int, default=900)
    given = parser.parse_args()
    settings = Settings()
    recognizers = open_recognizer(settings.recognizer), open_recognizer(settings.fallback_recognizer)
    print(report(outcome(seed, recognizers) for seed in range(given.first, given.first + given.count)))


if __name__ == "__main__":
    main()
