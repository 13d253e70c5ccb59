"""All glyphs of the faces of training in one tensor."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

import cv2
import numpy as np
import torch
from torch import Tensor

from invoiceocr.specimens.lines import texts
from invoiceocr.specimens.lines.alphabets import Alphabet
from invoiceocr.specimens.lines.faces import EM, Face, glyph, usable
from invoiceocr.specimens.lines.typeset import BOTTOM, SPACE, TOP

CELL_EM = 32  # pixels per em in the atlas
HEIGHT = round((TOP + BOTTOM) * CELL_EM / EM)  # rows of a cell
# columns before the left end of a character's own cell, and in all
LEFT, WIDTH = 8, 56
BASELINE = TOP * CELL_EM / EM  # row
# texts whose characters are drawn besides those of the alphabet
SAMPLE = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """Glyphs by setting and character: ink S×C×HEIGHT×WIDTH (bytes), advance S×C (em), and the first and last row of
    ink above (negative) or below the baseline, S×C×2 (em). A setting is a face, with a Chinese one for what it lacks.
    Character 0 is the space."""

    characters: tuple[str, ...]
    ink: Tensor
    advance: Tensor
    extent: Tensor

    @property
    def settings(self) -> int:
        """How many settings there are."""
        return int(self.ink.shape[0])

    def to(self, device: str) -> Atlas:
        """The atlas on that device."""
        return Atlas(self.characters, self.ink.to(device), self.advance.to(device), self.extent.to(device))


@lru_cache(maxsize=2)
def atlas(letters: Alphabet) -> Atlas:
    """The atlas of the characters that texts for *letters* hold, in every face of training."""
    known = drawn_characters(letters)
    chinese, latin = usable(False)
    settings = [(face, chinese[0]) for face in chinese]
    settings += [(face, chinese[index % len(chinese)]) for index, face in enumerate(latin)]
    cells = [[_cell(char, faces) for char in known] for faces in settings]
    return Atlas(
        known,
        torch.from_numpy(np.stack([np.stack([ink for ink, _, _ in row]) for row in cells])),
        torch.tensor([[advance for _, advance, _ in row] for row in cells]),
        torch.tensor([[extent for _, _, extent in row] for row in cells]),
    )


def kept(letters: Alphabet, folder: Path) -> Atlas:
    """The atlas, from *folder* if it was made before for the same characters and faces: a large one takes minutes."""
    names = [face.name for faces in usable(False) for face in faces]
    key = zlib.crc32("".join((*drawn_characters(letters), *names)).encode())
    path = folder / f"atlas-{letters.name}-{key:08x}.pt"
    if not path.exists():
        made = atlas(letters)
        folder.mkdir(parents=True, exist_ok=True)
        torch.save((made.ink, made.advance, made.extent), path)
        return made
    return Atlas(drawn_characters(letters), *torch.load(path, weights_only=True))


@lru_cache(maxsize=4)
def drawn_characters(letters: Alphabet) -> tuple[str, ...]:
    """The characters of the atlas: the space, then the alphabet and what else texts hold."""
    rng = Random("atlas")
    drawn = (texts.draw(rng, texts.MIXES[letters.name])[1] for _ in range(SAMPLE))
    found = {char for text in drawn for char in text if not char.isspace()}
    return (" ", *sorted(found | set(letters.dictionary)))


def _cell(char: str, faces: Sequence[Face]) -> tuple[np.ndarray, float, tuple[float, float]]:
    """(ink, advance, extent) of a character; as good as blank if no face has it."""
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    shape = None if char == " " else next((g for g in (glyph(face.path, char) for face in faces) if g), None)
    if shape is None or not shape.ink.size:
        return ink, SPACE, (0.0, 0.0)
    canvas = np.zeros((TOP + BOTTOM, WIDTH * EM // CELL_EM), np.uint8)
    top, left = max(0, TOP + shape.top), max(0, LEFT * EM // CELL_EM + shape.left)
    part = canvas[top : top + shape.ink.shape[0], left : left + shape.ink.shape[1]]
    part[:] = shape.ink[: part.shape[0], : part.shape[1]]
    extent = (shape.top / EM, (shape.top + shape.ink.shape[0]) / EM)
    return np.asarray(cv2.resize(canvas, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)), shape.advance, extent
