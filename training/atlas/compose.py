"""Batches of lines composed from an atlas: texts come from other processes, all else happens on the device."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from torch import Tensor

from invoiceocr.specimens.lines import texts
from training.atlas import degrade
from training.atlas.chance import Chance
from training.atlas.glyphs import BASELINE, CELL_EM, HEIGHT, LEFT, WIDTH, Atlas, drawn_characters, kept
from training.background import made_elsewhere
from training.crnn import SHAPES, Shape
from training.feed import NARROWED, NARROWEST, WIDENED, WIDEST, WIDTH_STEP, steps_needed

KEPT = Path("out/training")  # folder of atlases made before
POOL = 8  # batches of texts drawn at once and sorted by length
PINS = 25.0  # dots of a pin printer an em
STRUCK = 0.2  # coverage from which a pin strikes


@dataclass(frozen=True, slots=True)
class Spelled:
    """The texts of a batch: characters of the atlas N×L (0, a space, behind the end), classes one after another,
    how many each text has, and the fewest pixels each needs."""

    characters: Tensor
    classes: Tensor
    lengths: Tensor
    needed: Tensor


# pixels N×3×H×W in -1..1, classes, lengths
Batch = tuple[Tensor, Tensor, Tensor]


def batches(name: str, seed: int, size: int, device: str, workers: int | None = None) -> Iterator[Batch]:
    """Endless batches of *size* lines from *seed* on for the network *name* (crnn.SHAPES)."""
    shape = SHAPES[name]
    glyphs = kept(shape.letters, KEPT).to(device)
    generator = torch.Generator(device).manual_seed(seed + 1)
    for spelled in _spelled_elsewhere(name, seed, size, workers or max(1, (os.cpu_count() or 2) - 2)):
        yield composed(glyphs, spelled, shape.height, generator), spelled.classes, spelled.lengths


def spellings(shape: Shape, seed: int, size: int) -> Iterator[Spelled]:
    """Endless batches of texts of about equal length, in random order."""
    letters = shape.letters
    places = {char: index for index, char in enumerate(drawn_characters(letters))}
    rng = Random(f"spellings {seed}")
    while True:
        drawn = sorted((_text(rng, shape, places) for _ in range(POOL * size)), key=len)
        groups = [drawn[start : start + size] for start in range(0, len(drawn), size)]
        rng.shuffle(groups)
        yield from (_spelled(group, shape, places) for group in groups)


def composed(glyphs: Atlas, spelled: Spelled, height: int, generator: torch.Generator) -> Tensor:
    """The pictures of the texts N×3×height×W, -1..1."""
    characters = spelled.characters.to(generator.device)
    chance = Chance(generator, len(characters))
    setting = chance.whole(glyphs.settings)
    places, row_ends = _laid(glyphs, characters, setting, chance)
    natural = height * places[:, -1] / (row_ends[:, 1] - row_ends[:, 0]) * chance.uniform(NARROWED, WIDENED)
    width = torch.maximum(natural, spelled.needed.to(chance.device)).clamp(NARROWEST, WIDEST * height)
    ink = _inked(glyphs, _Lines(characters, setting, places, row_ends, height), width, chance)
    return degrade.degraded(ink, chance)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Characters N×L, setting N, where each character begins and the last ends N×(L+1) in em, the first and last row
    of the picture N×2 in em below the baseline; the height of the pictures in pixels."""

    characters: Tensor
    setting: Tensor
    places: Tensor
    rows: Tensor
    height: int


def _laid(glyphs: Atlas, characters: Tensor, setting: Tensor, chance: Chance) -> tuple[Tensor, Tensor]:
    shown = characters > 0
    last = (shown * torch.arange(1, characters.shape[1] + 1, device=shown.device)).amax(1, keepdim=True)
    within = torch.arange(characters.shape[1], device=shown.device) < last
    advance = glyphs.advance[setting[:, None], characters] * chance.uniform(0.97, 1.05, 1)
    tracking = torch.where(chance.happens(0.25)[:, 0] > 0, chance.uniform(0.05, 0.35, 1), chance.uniform(0, 0.04, 1))
    ends = ((advance + tracking) * within).cumsum(1)
    places = torch.cat([torch.zeros_like(ends[:, :1]), ends], 1)
    extent = glyphs.extent[setting[:, None], characters]
    top = extent[..., 0].masked_fill(~shown, 1.0).amin(1)
    bottom = extent[..., 1].masked_fill(~shown, -1.0).amax(1)
    height = (bottom - top).clamp_min(0.2)
    rows = torch.stack([top - height * chance.uniform(0, 0.34), bottom + height * chance.uniform(0, 0.34)], 1)
    return places, rows


def _inked(glyphs: Atlas, lines: _Lines, width: Tensor, chance: Chance) -> Tensor:
    """The ink of all lines N×H×W, 0..1."""
    total = int(-(-float((width * 1.06).max()) // WIDTH_STEP) * WIDTH_STEP)
    scale = (lines.places[:, -1] / width)[:, None]  # em a pixel
    across = (torch.arange(total, device=width.device) + 0.5 - 0.03 * width[:, None]) * scale
    height = (lines.rows[:, 1] - lines.rows[:, 0])[:, None]
    down = lines.rows[:, :1] + (torch.arange(lines.height, device=width.device) + 0.5) / lines.height * height
    slope = chance.uniform(-0.05, 0.05, 1, 1) * height[:, :, None]
    v = down[:, :, None] + slope * torch.linspace(-0.5, 0.5, total, device=width.device)
    u = across[:, None, :].expand_as(v)
    dotted = chance.happens(0.22)
    grid = torch.stack([(torch.floor(axis * PINS) + 0.5) / PINS for axis in (u, v)])
    plain = _sampled(glyphs, lines, torch.lerp(u, grid[0], dotted), torch.lerp(v, grid[1], dotted))
    from_middle = torch.hypot(u - grid[0], v - grid[1]) * PINS
    disc = ((chance.uniform(0.5, 0.75, 1, 1) - from_middle) * 6 + 0.5).clamp(0, 1)
    return torch.lerp(plain, (plain > STRUCK) * disc, dotted)


def _sampled(glyphs: Atlas, lines: _Lines, u: Tensor, v: Tensor) -> Tensor:
    """The ink at the places (u along, v below the baseline, both in em, N×H×W), interpolated between four pixels."""
    count = lines.characters.shape[1]
    flat = u.reshape(len(u), -1).contiguous()
    index = (torch.searchsorted(lines.places.contiguous(), flat, right=True) - 1).clamp(0, count - 1)
    column = ((flat - lines.places.gather(1, index)) * CELL_EM + LEFT - 0.5).view_as(u)
    cell = lines.setting[:, None] * glyphs.ink.shape[1] + lines.characters.gather(1, index)
    row = v * CELL_EM + BASELINE - 0.5
    base, ink = cell.view_as(u) * (HEIGHT * WIDTH), glyphs.ink.view(-1)
    x, y = column.floor(), row.floor()
    total = torch.zeros_like(u)
    for dx, dy in ((0, 0), (0, 1), (1, 0), (1, 1)):
        share = (1 - (column - x - dx).abs()) * (1 - (row - y - dy).abs())
        inside = (x + dx >= 0) & (x + dx < WIDTH) & (y + dy >= 0) & (y + dy < HEIGHT)
        place = base + (y + dy).clamp(0, HEIGHT - 1).long() * WIDTH + (x + dx).clamp(0, WIDTH - 1).long()
        total += share * inside * ink[place]
    return total / 255


def _text(rng: Random, shape: Shape, places: dict[str, int]) -> str:
    while True:
        drawn = texts.draw(rng, texts.MIXES[shape.alphabet])[1].strip()
        text = "".join(" " if char.isspace() else char for char in drawn)
        fits = steps_needed(shape.letters.encoded(text)) * shape.step <= WIDEST * shape.height
        if fits and all(char in places for char in text):
            return text


def _spelled(drawn: list[str], shape: Shape, places: dict[str, int]) -> Spelled:
    longest = max(map(len, drawn))
    classes = [shape.letters.encoded(text) for text in drawn]
    return Spelled(
        torch.tensor([[places[char] for char in text] + [0] * (longest - len(text)) for text in drawn]),
        torch.tensor([place for text in classes for place in text]),
        torch.tensor([len(text) for text in classes]),
        torch.tensor([steps_needed(text) * shape.step for text in classes]),
    )


def _spelled_elsewhere(name: str, seed: int, size: int, workers: int) -> Iterator[Spelled]:
    """The batches of texts, made by other processes."""
    each = ((name, seed * 1000 + index, size) for index in range(workers))
    return (Spelled(*map(torch.from_numpy, parts)) for parts in made_elsewhere(_arrays, each))


def _arrays(name: str, seed: int, size: int) -> Iterator[tuple[object, ...]]:
    """The batches as arrays, which processes hand over without shared memory."""
    torch.set_num_threads(1)
    for spelled in spellings(SHAPES[name], seed, size):
        parts = (spelled.characters, spelled.classes, spelled.lengths, spelled.needed)
        yield tuple(part.numpy() for part in parts)
