"""Takes pictures of a printed page: paper, light, desk, lens, sensor, file.

Each step takes a `Shot` and a source of chance and returns a changed shot; its `transforms` always tell where the
page's millimeters lie.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.page import Pixels
from invoiceocr.specimens.drawing import Layer

Matrix = NDArray[np.float64]
Field = NDArray[np.float32]
MIN_SIDE = 420  # pixels; no step makes the shorter side smaller
# RGB
TINTS = ((255, 255, 255), (252, 250, 244), (250, 246, 238), (246, 240, 246), (242, 232, 238), (240, 244, 246))
DESKS = ((96, 84, 72), (150, 128, 100), (188, 182, 172), (70, 74, 80), (210, 208, 204), (120, 78, 52), (60, 84, 70))
SHEETS = ((246, 244, 240), (240, 214, 224), (226, 236, 246), (250, 248, 236))


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A picture of a page: its pixels; for each layer of the drawing, the 3×3 matrix from its mm to pixels; by how many
    degrees it must be turned clockwise to stand upright; how well it can be read ("good", "fair", "poor"); the boxes,
    in pixels, of what its last step laid over it; and the fields that nobody could read on the page itself."""

    pixels: Pixels
    transforms: dict[Layer, Matrix]
    rotation: int = 0
    quality: str = "good"
    hidden: tuple[tuple[float, float, float, float], ...] = ()
    unread: frozenset[str] = frozenset()

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


CameraStep = Callable[[Shot, Random], Shot]


def paper(shot: Shot, rng: Random) -> Shot:
    """Tints the paper and gives it a texture."""
    tint = [channel / 255 for channel in rng.choice(TINTS)]
    return _lit(shot, 1.0 - 0.05 * _clouds(shot, rng, 120) - 0.02 * _noise(shot, rng), tint)


def crease(shot: Shot, rng: Random) -> Shot:
    """Folds the sheet once or twice: light and dark lines across it."""
    light = np.ones(shot.pixels.shape[:2], np.float32)
    columns = np.arange(shot.size[0], dtype=np.float32)
    for _ in range(rng.randint(1, 2)):
        place, depth, reach = rng.uniform(0.2, 0.8) * shot.size[0], rng.uniform(0.08, 0.22), rng.uniform(4, 30)
        light *= 1.0 - depth * np.exp(-((columns - place) ** 2) / (2 * reach**2))[None, :]
    return _lit(shot, light)


def angle(shot: Shot, rng: Random) -> Shot:
    """Turns the sheet by at most 4° on a white or dark scanner lid."""
    width, height = shot.size
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-4, 4), 1.0), [0, 0, 1]])
    corners = _mapped(_corners(shot), turn)
    low, high = corners.min(axis=0), corners.max(axis=0)
    turn = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ turn
    lid = rng.choice(((255, 255, 255), (250, 250, 250), (40, 40, 44)))
    size = (round(high[0] - low[0]), round(high[1] - low[1]))
    pixels = cv2.warpPerspective(shot.pixels, turn, size, flags=cv2.INTER_LINEAR, borderValue=lid)
    return _moved(shot, pixels, turn)


def desk(shot: Shot, rng: Random) -> Shot:
    """Lays the sheet on a desk among other sheets and looks at it from an oblique angle."""
    width, height = shot.size
    frame = (round(width * rng.uniform(1.05, 1.35)), round(height * rng.uniform(1.08, 1.6)))
    background = _desk(frame, rng)
    for _ in range(rng.choice((0, 1, 2, 3))):
        background = _other_sheet(background, (width, height), rng)
    view = _view(shot, frame, rng)
    background = _shade_edge(background, _mapped(_corners(shot), view))
    pixels = cv2.warpPerspective(
        shot.pixels, view, frame, dst=background, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
    )
    return _moved(shot, pixels, view)


def quarter(shot: Shot, rng: Random) -> Shot:
    """Turns the picture by 90, 180 or 270 degrees."""
    width, height = shot.size
    turns = rng.choice((1, 2, 3))
    matrices = {
        1: [[0, -1, height], [1, 0, 0], [0, 0, 1]],
        2: [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        3: [[0, 1, 0], [-1, 0, width], [0, 0, 1]],
    }
    pixels = np.ascontiguousarray(np.rot90(shot.pixels, -turns))
    turned = _moved(shot, pixels, np.array(matrices[turns], np.float64))
    return replace(turned, rotation=(shot.rotation - 90 * turns) % 360)


def shadow(shot: Shot, rng: Random) -> Shot:
    """Casts the shadow of a hand or phone over a part of the picture."""
    width, height = shot.size
    mask = np.zeros((height, width), np.float32)
    center, reach = (rng.uniform(0, width), rng.uniform(0, height)), rng.uniform(0.25, 0.7) * width
    points = [
        (center[0] + reach * rng.uniform(0.5, 1) * math.cos(t), center[1] + reach * rng.uniform(0.5, 1) * math.sin(t))
        for t in np.linspace(0, 2 * math.pi, 8)[:-1]
    ]
    cv2.fillPoly(mask, [np.array(points, np.int32)], 1.0)
    soft = cv2.resize(mask, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(soft, (0, 0), rng.uniform(2, 10))
    mask = np.asarray(cv2.resize(soft, (width, height)), np.float32)
    return _lit(shot, np.asarray(1 - rng.uniform(0.2, 0.5) * mask, np.float32))


def light(shot: Shot, rng: Random) -> Shot:
    """Lights the picture unevenly, with a color cast."""
    width, height = shot.size
    x, y = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    slope = rng.uniform(-0.16, 0.16) * x[None, :] + rng.uniform(-0.16, 0.16) * y[:, None]
    cast = [rng.uniform(0.9, 1.04) for _ in range(3)]
    return _lit(shot, np.asarray(rng.uniform(0.78, 1.0) + slope, np.float32), cast)


def resolution(shot: Shot, rng: Random) -> Shot:
    """Makes the picture smaller."""
    factor = max(rng.uniform(0.42, 0.85), MIN_SIDE / min(shot.size))
    if factor >= 1:
        return shot
    pixels = cv2.resize(shot.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return _moved(shot, pixels, np.diag([factor, factor, 1.0]))


def blur(shot: Shot, rng: Random) -> Shot:
    """Defocuses the picture a little."""
    sigma = rng.uniform(0.4, 1.3) * shot.size[0] / 1900
    return replace(shot, pixels=_pixels(cv2.GaussianBlur(shot.pixels, (0, 0), max(sigma, 0.3))))


def motion(shot: Shot, rng: Random) -> Shot:
    """Shakes the camera."""
    length = max(3, round(rng.uniform(3, 7) * shot.size[0] / 1900))
    kernel = np.zeros((length, length), np.float32)
    direction = rng.uniform(0, math.pi)
    for step in np.linspace(-1, 1, 4 * length):
        x, y = (round((1 + step * f(direction)) * (length - 1) / 2) for f in (math.cos, math.sin))
        kernel[y, x] = 1.0
    shaken = cv2.filter2D(shot.pixels, -1, kernel / kernel.sum())
    return replace(shot, pixels=_pixels(shaken))


def noise(shot: Shot, rng: Random) -> Shot:
    """Adds the sensor's noise."""
    grain = (_noise(shot, rng) * rng.uniform(1.5, 7)).astype(np.int16)
    return replace(shot, pixels=_pixels(cv2.add(shot.pixels, cv2.merge([grain] * 3), dtype=cv2.CV_8U)))


def grey(shot: Shot, rng: Random) -> Shot:
    """Takes the colors away, as office scanners do."""
    single = cv2.cvtColor(shot.pixels, cv2.COLOR_BGR2GRAY)
    return replace(shot, pixels=_pixels(cv2.cvtColor(single, cv2.COLOR_GRAY2BGR)))


def pale(shot: Shot, rng: Random) -> Shot:
    """Copies with little contrast."""
    contrast = rng.uniform(0.45, 0.75)
    return replace(shot, pixels=_pixels(255 - (255.0 - shot.pixels) * contrast))


def jpeg(shot: Shot, rng: Random) -> Shot:
    """Saves the picture once as a JPEG of low quality."""
    _, data = cv2.imencode(".jpg", shot.pixels, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(38, 82)])
    return replace(shot, pixels=_pixels(cv2.imdecode(data, cv2.IMREAD_COLOR)))


STEPS: dict[str, CameraStep] = {
    "paper": paper, "crease": crease, "angle": angle, "desk": desk, "quarter": quarter, "shadow": shadow,
    "light": light, "resolution": resolution, "blur": blur, "motion": motion, "noise": noise, "grey": grey,
    "pale": pale, "jpeg": jpeg,
}  # fmt: skip


def _lit(shot: Shot, gain: Field, tint: Sequence[float] = (1.0, 1.0, 1.0)) -> Shot:
    """The shot with each pixel's light multiplied by *gain* and by *tint* (red, green, blue)."""
    gains = cv2.merge([gain * channel for channel in reversed(tint)])
    return replace(shot, pixels=_pixels(cv2.multiply(shot.pixels, gains, dtype=cv2.CV_8U)))


def _moved(shot: Shot, pixels: object, move: Matrix) -> Shot:
    transforms = {layer: move @ matrix for layer, matrix in shot.transforms.items()}
    return replace(shot, pixels=_pixels(pixels), transforms=transforms)


def _pixels(values: object) -> Pixels:
    array = np.asarray(values)
    return array if array.dtype == np.uint8 else np.clip(array, 0, 255).astype(np.uint8)


def _corners(shot: Shot) -> Matrix:
    width, height = shot.size
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)


def _mapped(points: Matrix, move: Matrix) -> Matrix:
    homogeneous = np.hstack([points, np.ones((len(points), 1))]) @ move.T
    return np.asarray(homogeneous[:, :2] / homogeneous[:, 2:])


def _view(shot: Shot, frame: tuple[int, int], rng: Random) -> Matrix:
    """The homography from the sheet to the picture: turned, tilted, the whole sheet inside."""
    corners = _corners(shot)
    center = corners.mean(axis=0)
    turn = math.radians(rng.uniform(-6, 6))
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    seen = (corners - center) @ rotation.T
    seen *= 1 + np.array([[rng.uniform(-0.05, 0.05), rng.uniform(-0.05, 0.05)] for _ in range(4)])
    low, high = seen.min(axis=0), seen.max(axis=0)
    fit = min(1.0, *(np.array(frame) * 0.985 / (high - low)))
    room = np.array(frame) - (high - low) * fit
    seen = (seen - low) * fit + room * np.array([rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9)])
    return np.asarray(cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32)), np.float64)


def _desk(frame: tuple[int, int], rng: Random) -> Pixels:
    """A desk top: one color with grain along it."""
    width, height = frame
    numbers = np.random.default_rng(rng.getrandbits(32))
    base = np.array(rng.choice(DESKS)[::-1], np.float32)
    grain = numbers.normal(0, rng.uniform(2, 12), (height // 3 + 2, width // 60 + 2)).astype(np.float32)
    rough = _pixels(base + grain[..., None])
    return _pixels(cv2.resize(rough, frame, interpolation=cv2.INTER_CUBIC))


def _other_sheet(background: Pixels, size: tuple[int, int], rng: Random) -> Pixels:
    """Another sheet of about the same size, partly out of the picture, with a few ruled lines on it."""
    height, width = background.shape[:2]
    sheet = np.full((size[1], size[0], 3), rng.choice(SHEETS)[::-1], np.uint8)
    for _ in range(rng.randint(2, 7)):
        y = rng.randrange(size[1])
        cv2.line(sheet, (round(size[0] * 0.05), y), (round(size[0] * 0.95), y), (150, 140, 150), 1 + size[0] // 1500)
    turn = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), rng.uniform(-14, 14), 1.0)
    turn[:, 2] += (rng.uniform(-0.5, 0.5) * width, rng.uniform(-0.5, 0.5) * height)
    laid = cv2.warpAffine(sheet, turn, (width, height), dst=background, borderMode=cv2.BORDER_TRANSPARENT)
    return _pixels(laid)


def _shade_edge(background: Pixels, corners: Matrix) -> Pixels:
    """The desk, darker beside the sheet: the sheet's own soft shadow."""
    small = np.zeros((background.shape[0] // 4 + 1, background.shape[1] // 4 + 1), np.float32)
    cv2.fillConvexPoly(small, ((corners + 6) / 4).astype(np.int32), 1.0)
    soft = 1 - 0.45 * cv2.GaussianBlur(small, (0, 0), 2.5)
    full = cv2.resize(cv2.merge([soft] * 3), (background.shape[1], background.shape[0]))
    return _pixels(cv2.multiply(background, full, dtype=cv2.CV_8U))


def _clouds(shot: Shot, rng: Random, cell: int) -> Field:
    """Smooth random values 0..1 that change over *cell* pixels."""
    width, height = shot.size
    numbers = np.random.default_rng(rng.getrandbits(32))
    coarse = numbers.random((height // cell + 2, width // cell + 2), np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _noise(shot: Shot, rng: Random) -> Field:
    """Independent random values about 0 for each pixel, quickly made from a tile."""
    width, height = shot.size
    numbers = np.random.default_rng(rng.getrandbits(32))
    tile = numbers.normal(0, 1, (257, 263)).astype(np.float32)
    repeats = (height // 257 + 1, width // 263 + 1)
    return np.asarray(np.tile(tile, repeats)[:height, :width], np.float32)
