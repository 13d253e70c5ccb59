"""Pages to learn from: pictures of specimens, random sheets and tickets with the quad of every text, kept in a pool."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.page import Pixels
from invoiceocr.specimens import KINDS, SLIPS, Options, Order, deliver, truth
from invoiceocr.specimens.fonts import STYLES
from invoiceocr.specimens.pictures.degrade import RECIPES, develop
from invoiceocr.specimens.pictures.press import PIN_REACHES, Plate
from training.detector.sheets import draw_sheet
from training.detector.tickets import draw_ticket

# pixels of a pooled page: print of 1280-pixel pages and finer
LONGEST_SIDE = 1700
# of its height: a text whose characters are at least this far apart is split into characters
SPREAD = 1.9
# of the tickets are small pictures, as chats and forms of expense systems keep them
SMALL_SHARE = 0.4
SMALL_SIDE = (220, 800)  # pixels of the longer side of those
# N×4×2, clockwise from the top left of the text
Quads = NDArray[np.float32]
# a picture, its texts, its clockwise degrees
Printed = tuple[Pixels, list[tuple[str, Quads]], int]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPage:
    """A picture, gray (H×W uint8), the quads of its texts, and by how many quarter turns clockwise it must be turned
    to stand upright."""

    gray: NDArray[np.uint8]
    quads: Quads
    quarters: int


def draw(seed: int, sort: str | None = None) -> DrawnPage:
    """The page of *seed*, of one *sort* (a name of `SORTS`) or any: the same seed gives the same page."""
    rng = Random(f"detector page {seed}")
    pixels, lines, turned = SORTS[sort or rng.choice(tuple(SORTS))](rng, seed)
    quads = [quad for text, quad in lines for quad in parted(text, quad)]
    gray = _gray(pixels, rng)
    factor = min(1.0, LONGEST_SIDE / max(gray.shape))
    if factor < 1.0:
        gray = np.asarray(cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    return DrawnPage(gray, np.array(quads, np.float32).reshape(-1, 4, 2) * factor, turned // 90)


def parted(text: str, quad: Quads) -> Iterator[Quads]:
    """*quad* itself, or where its characters stand far apart (合    计) the quad of each."""
    characters = max(len("".join(text.split())), 1)
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    pitch = float(np.linalg.norm(across)) / max(characters - 0.5, 0.5)
    height = float(np.linalg.norm(down))
    if characters < 2 or pitch < SPREAD * height or characters > 4:
        yield quad
        return
    share = height / max(float(np.linalg.norm(across)), 1e-6)
    for index in range(characters):
        start = index * (1 - share) / (characters - 1)
        left, right = quad[0] + across * start, quad[0] + across * (start + share)
        yield np.array([left, right, right + down, left + down], np.float32)


def _specimen(rng: Random, seed: int) -> Printed:
    """A paper of any kind, mostly photographed or scanned; tickets also as small pictures."""
    kind = rng.choice(rng.choice((KINDS, SLIPS)))
    options = Options(faces=rng.choice(("bundled", "installed")))
    degradation = rng.choice((None, *RECIPES, "slip_photo", "hard_photo", "photo", "photo"))
    made = deliver(Order(kind, 60_000_000 + seed, "png", degradation, options))
    pixels = np.asarray(cv2.imdecode(np.frombuffer(made.data, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    printed = pixels, _lines(made.truth["pages"][0]["lines"]), made.truth["rotation"]
    return _small(rng, printed) if kind in SLIPS else printed


def _sheet(rng: Random, seed: int) -> Printed:
    plate = Plate(draw_sheet(rng, tuple(STYLES)), rng.choice((150.0, 200.0, 200.0)), impact=rng.random() < 0.4)
    return _developed(plate, rng, rng.choice((None, *RECIPES, "hard_photo")))


def _ticket(rng: Random, seed: int) -> Printed:
    """A ticket, mostly struck by pins, often with a worn ribbon, and often a small picture."""
    drawing = draw_ticket(rng, tuple(STYLES))
    faded = rng.choice((0.0, 0.3, 0.6, 0.8))
    plate = Plate(drawing, 200.0, "bundled", True, rng.choice((0, 9, 9, 24)), rng.choice(PIN_REACHES), faded)
    return _small(rng, _developed(plate, rng, rng.choice((None, "photo", "photo", "hard_photo", "grey", "pale"))))


def _small(rng: Random, printed: Printed) -> Printed:
    """*printed*, or a small copy of it."""
    pixels, lines, turned = printed
    factor = min(1.0, rng.uniform(*SMALL_SIDE) / max(pixels.shape[:2])) if rng.random() < SMALL_SHARE else 1.0
    if factor == 1.0:
        return printed
    small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), [(text, quad * np.float32(factor)) for text, quad in lines], turned


def _developed(plate: Plate, rng: Random, degradation: str | None) -> Printed:
    shot = develop(plate, degradation, rng)
    return shot.pixels, _lines(truth.page(plate.drawing, 1, shot.transforms, shot.size)["lines"]), shot.rotation


SORTS: dict[str, Callable[[Random, int], Printed]] = {"specimen": _specimen, "sheet": _sheet, "ticket": _ticket}


def _lines(lines: list[truth.TruthLine]) -> list[tuple[str, Quads]]:
    return [(line["text"], np.array(line["quad"], np.float32)) for line in lines]


def _gray(pixels: Pixels, rng: Random) -> NDArray[np.uint8]:
    """One channel: luminance mostly, sometimes with other weights, so that colors of ink vary in darkness."""
    weights = np.array([0.114, 0.587, 0.299], np.float32)
    if rng.random() < 0.5:
        weights = np.array([rng.random() + 0.1, rng.random() + 0.1, rng.random() + 0.1], np.float32)
        weights /= weights.sum()
    return np.clip(pixels @ weights, 0, 255).astype(np.uint8)


def save(page: DrawnPage, path: Path) -> None:
    """Writes *page* as one file of the pool, whole or not at all: a training may be reading there."""
    _, data = cv2.imencode(".png", page.gray, [cv2.IMWRITE_PNG_COMPRESSION, 2])
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, gray=data, quads=page.quads, quarters=page.quarters)
    part.replace(path)


def load(path: Path) -> DrawnPage:
    """A page of the pool."""
    with np.load(path) as data:
        gray = np.asarray(cv2.imdecode(data["gray"], cv2.IMREAD_GRAYSCALE), np.uint8)
        return DrawnPage(gray, data["quads"], int(data["quarters"]))


def main() -> None:
    """Draws pages into a pool."""
    options = argparse.ArgumentParser(prog="python -m training.detector.pages")
    options.add_argument("folder", type=Path)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--sort", choices=tuple(SORTS), help="only pages of this sort")
    given = options.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for seed in range(given.first, given.first + given.count):
        path = given.folder / f"{seed:07d}.npz"
        if not path.exists():
            save(draw(seed, given.sort), path)


if __name__ == "__main__":
    main()
