"""A CRNN for lines: convolutions that reduce the height to 1, one bidirectional LSTM, a class for each step (CTC)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from invoiceocr.specimens.lines.alphabets import Alphabet, alphabet


@dataclass(frozen=True, slots=True)
class Stage:
    """Convolutions of one resolution: *channels* out, strides (down, along) of the first, how many in all."""

    channels: int
    down: int = 1
    along: int = 1
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a CRNN is. It takes lines `height` pixels high and outputs a class every `step` pixels of width. The
    stages divide the height to `rows` and the width by `step`; without stages the convolutions are those of
    PP-OCRv6 tiny (training/tiny.py). `easy` is how many lines at the beginning of a training from scratch are all in
    a mild condition: CTC finds its alignment sooner. `written` is the share of lines in handwriting, `rare`
    that of characters of the alphabet that all come equally often."""

    alphabet: str
    stages: tuple[Stage, ...]
    hidden: int
    rows: int = 2
    dropout: float = 0.1
    height: int = 32
    step: int = 4
    easy: int = 40_000
    written: float = 0.0
    rare: float = 0.0

    @property
    def letters(self) -> Alphabet:
        """The characters that it tells apart."""
        return alphabet(self.alphabet)


SHAPES: dict[str, Shape] = {
    "crnn-id-narrow": Shape(
        "id", (Stage(16, 2, 2), Stage(24, 2, 2), Stage(48, 2, 1), Stage(72, 2, 1), Stage(72)), hidden=40
    ),
    "crnn-id": Shape(
        "id", (Stage(16, 2, 2), Stage(32, 2, 2), Stage(64, 2, 1), Stage(96, 2, 1), Stage(96)), hidden=56
    ),
    "crnn-zh": Shape("zh", (), hidden=96, height=48, step=8, easy=0, written=0.06, rare=0.12),
}  # fmt: skip


class Crnn(nn.Module):
    """N×3×H×W pixels in -1..1 to logits N×(W/step)×classes. The blocks are convolution, normalization, ReLU6: their
    range is bounded, which keeps 8-bit quantization possible."""

    def __init__(self, shape: Shape, classes: int) -> None:
        super().__init__()
        self.features = nn.Sequential(*_convolutions(shape))
        channels = shape.stages[-1].channels
        self.fold = nn.Sequential(
            nn.Conv2d(channels, channels, (shape.rows, 1), bias=False), nn.BatchNorm2d(channels), nn.ReLU6()
        )
        self.memory = nn.LSTM(channels, shape.hidden, bidirectional=True)
        width = 2 * shape.hidden
        self.drop = nn.Dropout(shape.dropout)
        self.classes = nn.Linear(width, classes)

    def forward(self, pixels: Tensor) -> Tensor:
        """The logits of each step."""
        columns = self.fold(self.features(pixels)).squeeze(2).permute(2, 0, 1)
        seen, _ = self.memory(columns)
        logits: Tensor = self.classes(self.drop(seen))
        return logits.permute(1, 0, 2)


class Reader(nn.Module):
    """A trained CRNN as it is exported: probabilities instead of logits."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        """N×T×classes probabilities."""
        probabilities: Tensor = self.network(pixels).softmax(-1)
        return probabilities


def _convolutions(shape: Shape) -> list[nn.Module]:
    layers: list[nn.Module] = []
    channels = 3
    for stage in shape.stages:
        for index in range(stage.depth):
            stride = (stage.down, stage.along) if index == 0 else (1, 1)
            layers += [
                nn.Conv2d(channels, stage.channels, 3, stride, 1, bias=False),
                nn.BatchNorm2d(stage.channels),
                nn.ReLU6(),
            ]
            channels = stage.channels
    return layers


def parameters(network: nn.Module) -> int:
    """How many trained numbers the network has."""
    return sum(value.numel() for value in network.parameters())


def multiplications(network: nn.Module, height: int, width: int = 320) -> int:
    """Multiply-accumulate operations for one line of that size."""
    counted: list[int] = []

    def convolution(layer: nn.Module, _: object, out: Tensor) -> None:
        assert isinstance(layer, nn.Conv2d)
        counted.append(layer.weight.numel() * out.shape[2] * out.shape[3])

    hooks = [layer.register_forward_hook(convolution) for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    steps = network.eval()(torch.zeros(1, 3, height, width)).shape[1]
    for hook in hooks:
        hook.remove()
    linear = [layer for layer in network.modules() if isinstance(layer, nn.LSTM | nn.Linear)]
    matrices = sum(value.numel() for layer in linear for value in layer.parameters() if value.dim() == 2)
    return sum(counted) + steps * matrices
