"""A CRNN on the convolutions of PP-OCRv6 tiny (Apache-2.0): a bidirectional LSTM and classes of our own above them.

The LSTM adds to the output of the convolutions, and adds nothing at first. With the weights of PP-OCRv6 tiny, the
network therefore begins as good as that one, and then learns what that one lacks: long context, our characters, our
papers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from invoiceocr.specimens.lines.alphabets import Alphabet, folded
from training.crnn import Shape

# (channels in, out, stride down, gated) of each block
BLOCKS = (
    (48, 48, 1, True), (48, 48, 1, False), (48, 96, 2, False), (96, 96, 1, True), (96, 96, 1, False),
    (96, 160, 2, False), (160, 160, 1, True), (160, 160, 1, False), (160, 160, 1, False),
)  # fmt: skip
STEM, FEATURES, NARROW = 24, 160, 80
# the first blocks, like the stem, are not trained: strokes look alike everywhere, and half the work is there
KEPT = 2
# logits of the characters that PP-OCRv6 tiny doesn't know begin so much lower
UNSEEN = -4.0
WEIGHTED = {"Conv", "BatchNormalization", "MatMul"}


class Gate(nn.Module):
    """Weighs the channels by their means over the whole line (squeeze and excitation)."""

    def __init__(self, channels: int, slope: float = 1 / 6) -> None:
        super().__init__()
        self.slope = slope
        self.down, self.up = nn.Conv2d(channels, channels // 4, 1), nn.Conv2d(channels // 4, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """The weighed channels."""
        return x * self.weights(x)

    def weights(self, x: Tensor) -> Tensor:
        """N×C×1×1: the weights of the channels of *x*, 0..1."""
        mean = nn.functional.adaptive_avg_pool2d(x, 1)
        return (self.up(torch.relu(self.down(mean))) * self.slope + 0.5).clamp(0, 1)


class Block(nn.Module):
    """A convolution in each channel, then a mix of the channels, which is added to it where the size stays."""

    def __init__(self, channels: int, out: int, down: int, gated: bool, across: int = 1) -> None:
        super().__init__()
        self.look = nn.Conv2d(channels, channels, 3, (down, across), 1, groups=channels)
        self.gate = Gate(channels) if gated else nn.Identity()
        self.wide, self.mix = nn.Conv2d(channels, 2 * channels, 1), nn.Conv2d(2 * channels, out, 1)
        self.adds = down == 1

    def forward(self, x: Tensor) -> Tensor:
        """N×C×H×W to N×C'×(H or H/2)×(W or W/2)."""
        seen = self.gate(self.look(x))
        mixed: Tensor = self.mix(nn.functional.gelu(self.wide(seen)))
        return seen + mixed if self.adds else mixed


class TinyCrnn(nn.Module):
    """N×3×48×W pixels in -1..1 to logits N×(W/8)×classes."""

    def __init__(self, shape: Shape, classes: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, STEM, 3, 2, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(STEM)
        self.second = nn.Conv2d(STEM, BLOCKS[0][0], 3, 2, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(BLOCKS[0][0])
        self.blocks = nn.Sequential(*(Block(*block) for block in BLOCKS))
        self.around = nn.Conv2d(FEATURES, FEATURES, (1, 5), padding=(0, 2), groups=FEATURES, bias=False)
        self.around_norm = nn.BatchNorm2d(FEATURES)
        self.mixed = nn.Conv2d(FEATURES, FEATURES, 1, bias=False)
        self.mixed_norm = nn.BatchNorm2d(FEATURES)
        self.narrow = nn.Linear(FEATURES, NARROW)
        self.classes = nn.Linear(NARROW, classes)
        self.memory = nn.LSTM(FEATURES, shape.hidden, bidirectional=True)
        self.remembered = nn.Linear(2 * shape.hidden, NARROW, bias=False)
        self.drop = nn.Dropout(shape.dropout)
        nn.init.zeros_(self.remembered.weight)

    def _strokes(self, pixels: Tensor) -> Tensor:
        """What the borrowed first layers see."""
        x = nn.functional.gelu(self.first_norm(self.first(pixels)))
        seen: Tensor = self.blocks[:KEPT](self.second_norm(self.second(x)))
        return seen

    def keep_first_layers(self) -> None:
        """Keeps the stem and the first blocks from being trained."""
        for layer in (self.first, self.first_norm, self.second, self.second_norm, self.blocks[:KEPT]):
            layer.requires_grad_(False)

    def train(self, mode: bool = True) -> TinyCrnn:
        """Training mode, except for normalizations that are kept."""
        super().train(mode)
        for norm in (self.first_norm, self.second_norm, self.around_norm, self.mixed_norm):
            norm.train(mode and norm.weight.requires_grad)
        return self

    @property
    def new_layers(self) -> tuple[nn.Module, ...]:
        """The layers that are not borrowed."""
        return (self.memory, self.remembered)

    def forward(self, pixels: Tensor) -> Tensor:
        """The logits of each step."""
        x = self.blocks[KEPT:](self._strokes(pixels))
        x = nn.functional.avg_pool2d(x, (3, 2))
        x = nn.functional.hardswish(self.around_norm(self.around(x)))
        x = nn.functional.hardswish(self.mixed_norm(self.mixed(x)))
        columns = x.squeeze(2).permute(2, 0, 1)
        seen, _ = self.memory(columns)
        logits: Tensor = self.classes(self.narrow(columns) + self.remembered(self.drop(seen)))
        return logits.permute(1, 0, 2)


def warm_start(network: TinyCrnn, letters: Alphabet, path: Path) -> None:
    """Gives *network* the weights of PP-OCRv6 tiny from its ONNX file; ValueError if that is another network.
    Characters that it lacks begin as the mean of all others, a little apart."""
    import onnx

    model = onnx.load(str(path))
    (metadata,) = (entry.value for entry in model.metadata_props if entry.key == "character")
    given = list(weights_of(model.graph))
    own = list(_borrowed(network))
    if [tuple(value.shape) for value in own] != [value.shape for value in given[:-2]]:
        raise ValueError(f"{path.name} is not PP-OCRv6 tiny")
    with torch.no_grad():
        for target, value in zip(own, given[:-2], strict=True):
            target.copy_(torch.from_numpy(value))
        _take_classes(network.classes, _known(letters, metadata), *given[-2:])


def _borrowed(network: TinyCrnn) -> Iterator[Tensor]:
    """The borrowed weights of *network* but for the classes, in the order of the file."""
    yield from _convolution(network.first, network.first_norm)
    yield from _convolution(network.second, network.second_norm)
    for block in network.blocks:
        assert isinstance(block, Block)
        yield from _both(block.look)
        if isinstance(block.gate, Gate):
            yield from (*_both(block.gate.down), *_both(block.gate.up))
        yield from (*_both(block.wide), *_both(block.mix))
    yield from _convolution(network.around, network.around_norm)
    yield from _convolution(network.mixed, network.mixed_norm)
    yield from (network.narrow.weight.T, network.narrow.bias)


def _both(layer: nn.Conv2d) -> Iterator[Tensor]:
    assert layer.bias is not None
    yield from (layer.weight, layer.bias)


def _convolution(layer: nn.Conv2d, norm: nn.BatchNorm2d) -> Iterator[Tensor]:
    assert norm.running_mean is not None
    assert norm.running_var is not None
    yield from (layer.weight, norm.weight, norm.bias, norm.running_mean, norm.running_var)


def weights_of(graph: Any) -> Iterator[NDArray[np.float32]]:
    """All weights of the graph as its nodes use them, one after another. Weights stored as bytes are a product of
    bytes and scale; a bias is added by the node after the one that it belongs to."""
    from onnx import numpy_helper

    constants = {each.name: numpy_helper.to_array(each).astype(np.float32) for each in graph.initializer}
    weighted = False
    for node in graph.node:
        inputs = [constants.get(name) for name in node.input]
        held = [value for value in inputs if value is not None]
        if node.op_type in ("Cast", "Identity") and held:
            constants[node.output[0]] = held[0]
        elif node.op_type == "Mul" and len(held) == len(inputs):
            constants[node.output[0]] = np.asarray(held[0] * held[1])
        elif node.op_type in WEIGHTED:
            yield from held
        elif node.op_type == "Add" and weighted:
            yield from (value.reshape(-1) for value in held)
        weighted = node.op_type in WEIGHTED


def _known(letters: Alphabet, dictionary: str) -> list[int | None]:
    """For each class of *letters* the class of the other network, None where that one has none."""
    places: dict[str, int] = {}
    for index, char in enumerate(dictionary.split("\n"), 1):
        places.setdefault(char, index)
        places.setdefault(folded(char), index)
    blank, space = 0, len(dictionary.split("\n")) + 1
    return [blank, *(places.get(char) for char in letters.dictionary), space]


def _take_classes(
    layer: nn.Linear, known: list[int | None], table: NDArray[np.float32], bias: NDArray[np.float32]
) -> None:
    weight, offset = torch.from_numpy(table.T.copy()), torch.from_numpy(bias)
    mean, spread = weight[1:].mean(0), weight[1:].std(0)
    for place, other in enumerate(known):
        if other is None:
            layer.weight[place] = mean + 0.3 * spread * torch.randn_like(mean)
            layer.bias[place] = offset[1:].mean() + UNSEEN
        else:
            layer.weight[place], layer.bias[place] = weight[other], offset[other]
