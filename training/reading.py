"""How well a network in training reads: greedy decoding and the score on lines of validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from invoiceocr.page import Pixels
from invoiceocr.specimens.lines import texts
from invoiceocr.specimens.lines.alphabets import Alphabet, folded
from invoiceocr.specimens.lines.conditions import VALIDATION
from invoiceocr.specimens.lines.line import Line, Order, draw_line
from training.crnn import Shape
from training.feed import natural_width, resized

KINDS = {"id": dict.fromkeys(texts.IDENTIFIERS, 1.0), "zh": texts.MIXES["zh"]}


@dataclass(frozen=True, slots=True)
class Score:
    """How many lines of one condition there are, and how many of them were read without any error."""

    lines: int
    right: int

    @property
    def share(self) -> float:
        """The share read right, 0..1."""
        return self.right / max(self.lines, 1)


def validation_lines(letters: Alphabet, condition: str, count: int) -> list[Line]:
    """Lines of faces and texts that training never sees, of kinds that the alphabet is for."""
    order = Order(KINDS[letters.name], condition, validation=True)
    return [draw_line(order, number) for number in range(count)]


def normalized(pixels: NDArray[np.uint8]) -> torch.Tensor:
    """N×H×W×3 bytes as the network's N×3×H×W input, -1..1."""
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)


def read(network: nn.Module, shape: Shape, lines: Sequence[Pixels], device: str = "cpu") -> list[str]:
    """The text of each line, read alone at its natural width."""
    return [_read(network, shape, line, device) for line in lines]


def scores(network: nn.Module, shape: Shape, count: int, device: str = "cpu") -> dict[str, Score]:
    """The score of each condition of validation on *count* lines."""
    network.eval()
    return {condition: _score(network, shape, condition, count, device) for condition in VALIDATION}


def greedy(classes: Sequence[int], letters: Alphabet) -> str:
    """The text of the best class of each step: repeats are one character, blanks none."""
    names = letters.classes
    changes = (place for index, place in enumerate(classes) if index == 0 or classes[index - 1] != place)
    return "".join(names[place] for place in changes)


def _score(network: nn.Module, shape: Shape, condition: str, count: int, device: str) -> Score:
    lines = validation_lines(shape.letters, condition, count)
    found = read(network, shape, [line.pixels for line in lines], device)
    return Score(count, right(found, lines, shape.letters))


def right(found: Sequence[str], lines: Sequence[Line], letters: Alphabet) -> int:
    """How many of *lines* were read right, blanks aside."""
    pairs = zip(found, lines, strict=True)
    return sum(folded(text) == folded(letters.spelled(line.text)) for text, line in pairs)


def _read(network: nn.Module, shape: Shape, line: Pixels, device: str) -> str:
    width = natural_width(line.shape[1] / line.shape[0], shape.height)
    with torch.inference_mode():
        logits = network(normalized(resized(line, width, shape.height)[None]).to(device))
    best: list[int] = logits[0].argmax(-1).tolist()
    return greedy(best, shape.letters)
