"""From ink to a photographed line, all lines of a batch at once: paper, form, seal, light, lens, sensor, JPEG."""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional

from training.atlas.chance import Chance

# of the height of 32 pixels: lines 11 pixels high
COARSEST = 0.34
KERNEL = 7  # pixels of the blur's kernel
LUMINANCE = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
"""The quantization table of ITU-T T.81, annex K."""


def degraded(ink: Tensor, chance: Chance) -> Tensor:
    """Pictures N×3×32×W in -1..1 of lines whose ink (N×32×W, 0..1) was printed and photographed."""
    picture = _printed(_worn(ink, chance), chance)
    picture = _sealed(picture, chance)
    picture = _lit(picture, chance)
    picture = _coarsened(_blurred(picture, chance), chance)
    picture = picture + chance.normal(*picture.shape[1:]) * chance.uniform(0, 0.06, 1, 1, 1)
    return _compressed(picture.clamp(0, 1), chance).clamp(0, 1) * 2 - 1


def _worn(ink: Tensor, chance: Chance) -> Tensor:
    """Strokes thicker or thinner, the ribbon worn in patches."""
    thick = functional.max_pool2d(ink[:, None], 3, 1, 1)[:, 0]
    ink = torch.lerp(ink, thick, chance.happens(0.15) * chance.uniform(0.2, 0.8, 1, 1))
    ink = ink ** chance.uniform(0.7, 1.4, 1, 1)
    patches = functional.interpolate(chance.uniform(0, 1, 1, 3, 12), ink.shape[1:], mode="bicubic")[:, 0]
    return ink * (1 - chance.happens(0.15) * chance.uniform(0.2, 0.8, 1, 1) * patches.clamp(0, 1))


def _printed(ink: Tensor, chance: Chance) -> Tensor:
    """Ink on paper with form lines and the edge of a neighboring line."""
    paper = chance.uniform(0.86, 1.0, 3, 1, 1)
    dark = chance.uniform(0.0, 0.2, 1, 1, 1).expand(-1, 3, 1, 1)
    colored = torch.where(chance.happens(0.3)[:, None] > 0, chance.uniform(0.05, 0.75, 3, 1, 1), dark)
    neighbor = ink.roll(1, 0).roll(27, 1) * chance.happens(0.18)
    rows = torch.arange(ink.shape[1], device=ink.device)[:, None]
    neighbor = neighbor * (rows > ink.shape[1] - 1 - chance.uniform(1, 5, 1, 1))
    form = torch.maximum(_rules(ink, chance), neighbor)
    picture = paper * (1 - form[:, None] * (1 - chance.uniform(0.1, 0.7, 3, 1, 1)))
    return picture * (1 - ink[:, None] * (1 - colored))


def _rules(ink: Tensor, chance: Chance) -> Tensor:
    """A level and an upright form line."""
    rows, columns = (torch.arange(size, device=ink.device).float() for size in ink.shape[1:])
    level = (1.2 - (rows[:, None] - chance.uniform(-2, 34, 1, 1)).abs()).clamp(0, 1) * chance.happens(0.16)
    places = chance.uniform(0, 1, 1, 1) * len(columns)
    upright = (1.2 - (columns - places).abs()).clamp(0, 1) * chance.happens(0.1)
    return torch.maximum(level.expand_as(ink), upright.expand_as(ink)) * chance.uniform(0.4, 1, 1, 1)


def _sealed(picture: Tensor, chance: Chance) -> Tensor:
    """The ring of a red seal over the line."""
    rows = torch.arange(picture.shape[2], device=picture.device)[:, None]
    columns = torch.arange(picture.shape[3], device=picture.device)
    radius = chance.uniform(70, 170, 1, 1)
    middle = chance.uniform(0, 1, 1, 1) * picture.shape[3], chance.uniform(-1, 1, 1, 1) * radius + 16
    distance = torch.hypot(columns - middle[0], rows - middle[1])
    ring = (chance.uniform(1.5, 5, 1, 1) - (distance - radius).abs()).clamp(0, 1) * chance.happens(0.1)
    # BGR
    red = torch.tensor([0.3, 0.25, 0.85], device=picture.device)[:, None, None]
    return picture * (1 - ring[:, None] * chance.uniform(0.4, 0.95, 1, 1, 1) * (1 - red))


def _lit(picture: Tensor, chance: Chance) -> Tensor:
    """Contrast, a slope of light and a color cast; some pictures without color."""
    picture = 1 - (1 - picture) * chance.uniform(0.4, 1, 1, 1, 1)
    slope = torch.linspace(0, 1, picture.shape[3], device=picture.device) * chance.uniform(-0.15, 0.15, 1, 1, 1)
    picture = picture * ((chance.uniform(0.72, 1.0, 1, 1, 1) + slope) * chance.uniform(0.92, 1.04, 3, 1, 1))
    gray = picture.mean(1, keepdim=True).expand_as(picture)
    return torch.lerp(picture, gray, chance.happens(0.2)[:, None])


def _blurred(picture: Tensor, chance: Chance) -> Tensor:
    """Each line, blurred by an amount of its own."""
    places = torch.arange(KERNEL, device=picture.device) - KERNEL // 2
    kernel = torch.exp(-(places**2) / (2 * chance.uniform(0.2, 1.3, 1) ** 2))
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(3, 0)
    lines, _, rows, columns = picture.shape
    flat = picture.reshape(1, lines * 3, rows, columns)
    flat = functional.pad(flat, (KERNEL // 2,) * 4, mode="replicate")
    flat = functional.conv2d(flat, kernel[:, None, None, :], groups=lines * 3)
    return functional.conv2d(flat, kernel[:, None, :, None], groups=lines * 3).view_as(picture)


def _coarsened(picture: Tensor, chance: Chance) -> Tensor:
    """The batch at a lower resolution and back: all its lines share one resolution, which keeps it fast."""
    share = torch.rand((), generator=chance.generator, device=chance.device).item()
    factor = COARSEST ** max(0.0, 1.4 * share - 0.4)
    size = [max(8, round(length * factor)) for length in picture.shape[2:]]
    if factor == 1.0:
        return picture
    return functional.interpolate(
        functional.interpolate(picture, size, mode="area"), picture.shape[2:], mode="bilinear"
    )


def _compressed(picture: Tensor, chance: Chance) -> Tensor:
    """Each line after a JPEG's rounding of the 8×8 blocks of all three channels, at a quality of its own."""
    lines, channels, rows, columns = picture.shape
    cosines = _cosines(picture.device)
    blocks = picture.view(lines, channels, rows // 8, 8, columns // 8, 8).transpose(3, 4)
    waves = cosines @ (blocks - 0.5) @ cosines.T
    quality = chance.uniform(30, 98)
    strength = torch.where(quality < 50, 50 / quality, 2 - quality / 50).clamp_min(0.02)
    table = torch.tensor(LUMINANCE, device=picture.device).view(8, 8) / 255
    steps = table * strength.view(-1, 1, 1, 1, 1, 1)
    rounded = cosines.T @ (torch.round(waves / steps) * steps) @ cosines + 0.5
    return rounded.transpose(3, 4).reshape(picture.shape)


@lru_cache(maxsize=4)
def _cosines(device: torch.device) -> Tensor:
    """The orthonormal 8×8 matrix of the discrete cosine transform."""
    waves, places = torch.arange(8)[:, None], torch.arange(8)[None, :]
    matrix = torch.cos((2 * places + 1) * waves * math.pi / 16) * 0.5
    matrix[0] /= math.sqrt(2)
    return matrix.to(device)
