"""A CRNN for lines: convolutions that fold the height away, one bidirectional LSTM, a class for each step (CTC)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

HEIGHT = 32  # pixels of the input
STEP = 4  # pixels of width a CTC step


@dataclass(frozen=True, slots=True)
class Stage:
    """Convolutions of one resolution: *channels* out, strides (down, along) of the first, how many in all."""

    channels: int
    down: int = 1
    along: int = 1
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a CRNN is. The stages divide the height by 32 / `rows` in all and the width by 4; `narrow` is the
    width of the layer before the classes (0: none), which keeps a large character set small."""

    alphabet: str
    stages: tuple[Stage, ...]
    hidden: int
    rows: int = 2
    narrow: int = 0
    dropout: float = 0.1

    def as_dict(self) -> dict[str, Any]:
        """The shape as plain values, for checkpoints."""
        return asdict(self)


SHAPES: dict[str, Shape] = {
    "crnn-id": Shape(
        "id", (Stage(16, 2, 2), Stage(24, 2, 2), Stage(48, 2, 1), Stage(72, 2, 1), Stage(72)), hidden=40
    ),
    "crnn-words": Shape(
        "words", (Stage(16, 2, 2), Stage(32, 2, 2), Stage(64, 1, 1), Stage(80, 2, 1), Stage(96, 2, 1)), hidden=48
    ),
    "crnn-zh": Shape(
        "zh",
        (Stage(24, 2, 2), Stage(48, 1, 1), Stage(64, 2, 2), Stage(96, 1, 1, 2), Stage(160, 2, 1, 2), Stage(224, 2, 1)),
        hidden=128,
        narrow=128,
    ),
}  # fmt: skip


class Crnn(nn.Module):
    """N×3×32×W pixels in -1..1 to logits N×(W/4)×classes. The blocks are convolution, normalization, ReLU6: their
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
        self.narrow = nn.Linear(width, shape.narrow) if shape.narrow else nn.Identity()
        self.classes = nn.Linear(shape.narrow or width, classes)

    def forward(self, pixels: Tensor) -> Tensor:
        """The logits of each step."""
        columns = self.fold(self.features(pixels)).squeeze(2).permute(2, 0, 1)
        seen, _ = self.memory(columns)
        logits: Tensor = self.classes(self.narrow(self.drop(seen)))
        return logits.permute(1, 0, 2)


class Reader(nn.Module):
    """A trained CRNN as it is exported: probabilities instead of logits."""

    def __init__(self, network: Crnn) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        """N×T×classes probabilities."""
        return self.network(pixels).softmax(-1)


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


def multiplications(network: Crnn, width: int = 320) -> int:
    """Multiply-accumulate operations for one line of that width."""
    counted: list[int] = []

    def convolution(layer: nn.Module, _: Any, out: Tensor) -> None:
        assert isinstance(layer, nn.Conv2d)
        counted.append(layer.weight.numel() * out.shape[2] * out.shape[3])

    hooks = [layer.register_forward_hook(convolution) for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    steps = network.eval()(torch.zeros(1, 3, HEIGHT, width)).shape[1]
    for hook in hooks:
        hook.remove()
    linear = [layer for layer in network.modules() if isinstance(layer, nn.LSTM | nn.Linear)]
    matrices = sum(value.numel() for layer in linear for value in layer.parameters() if value.dim() == 2)
    return sum(counted) + steps * matrices
