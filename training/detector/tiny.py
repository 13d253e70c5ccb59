"""`TinyDetectorNet`: the detector for photographs, on the convolutions of PP-OCRv6 tiny (Apache-2.0).

Below and in its pyramid it is that network, of one gray channel. Its head, which drew a map of whole lines at full
size, is replaced by one that says what `DetectorNet` says, so that both are trained on the same pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.detector.net import COARSE, KERNELS
from training.tiny import Block, Gate, weights_of

# (channels in, out, halving, gated) of each block, at 1/4, 1/8, 1/16 and 1/32
STAGES = (
    ((32, 32, False, True), (32, 32, False, False)),
    ((32, 48, True, False), (48, 48, False, True), (48, 48, False, False)),
    (
        (48, 64, True, False), (64, 64, False, True), (64, 64, False, False), (64, 64, False, True),
        (64, 64, False, False),
    ),
    ((64, 160, True, False), (160, 160, False, True), (160, 160, False, False)),
)  # fmt: skip
STEM, PYRAMID, SHARE = 16, 64, 16
AFTER = (0, 1, 0, 1)  # padding of windows of two pixels
HEAD = 32  # channels of the new head
DIRECTIONS = 2
# how the borrowed network normalizes its three channels
MEANS, DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Side(nn.Module):
    """A convolution and a gate whose output is added to it."""

    def __init__(self, *convolutions: nn.Conv2d) -> None:
        super().__init__()
        self.seen = nn.Sequential(*convolutions)
        self.gate = Gate(convolutions[-1].out_channels, 0.2)

    def forward(self, x: Tensor) -> Tensor:
        """N×C×H×W to N×C'×H×W."""
        seen = self.seen(x)
        weighed: Tensor = seen * (self.gate.weights(seen) + 1)
        return weighed


class Stem(nn.Module):
    """Strokes at a quarter of the size, seen in two ways at half of it."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, STEM, 3, 2, 1)
        self.narrow, self.wide = nn.Conv2d(STEM, STEM // 2, 2), nn.Conv2d(STEM // 2, STEM, 2)
        # one convolution of both ways, in two parts, which spares the copy that joins them
        self.strongest, self.mixed = nn.Conv2d(STEM, STEM, 3, 2, 1), nn.Conv2d(STEM, STEM, 3, 2, 1, bias=False)
        self.last = nn.Conv2d(STEM, 2 * STEM, 1)

    def forward(self, x: Tensor) -> Tensor:
        """N×1×H×W to N×32×H/4×W/4."""
        x = torch.relu(self.first(x))
        around = functional.pad(x, AFTER)
        wide = torch.relu(self.wide(functional.pad(torch.relu(self.narrow(around)), AFTER)))
        strongest = functional.max_pool2d(around, 2, 1)
        seen: Tensor = self.last(torch.relu(self.strongest(strongest) + self.mixed(wide)))
        return torch.relu(seen)


class TinyDetectorNet(nn.Module):
    """N×1×H×W (H and W multiples of 32, pixels as 0..1) to N×8×H/4×W/4 logits, as `DetectorNet`."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Stem()
        self.stages = nn.ModuleList(
            nn.Sequential(*(Block(into, out, 1 + half, gated, 1 + half) for into, out, half, gated in stage))
            for stage in STAGES
        )
        outs = [stage[-1][1] for stage in STAGES]
        # from the coarsest to the finest
        self.sides = nn.ModuleList(Side(nn.Conv2d(out, PYRAMID, 1, bias=False)) for out in reversed(outs))
        self.shares = nn.ModuleList(
            Side(
                nn.Conv2d(PYRAMID, PYRAMID, 5, padding=2, groups=PYRAMID), nn.Conv2d(PYRAMID, SHARE, 1, bias=False)
            )
            for _ in outs
        )  # fmt: skip
        self.joined = nn.Conv2d(SHARE * len(outs), SHARE, 3, padding=1)
        self.head = nn.Sequential(
            nn.Conv2d(SHARE, HEAD, 1), nn.ReLU(inplace=True), nn.Conv2d(HEAD, KERNELS + COARSE - DIRECTIONS, 1)
        )
        self.direction = nn.Conv2d(PYRAMID, DIRECTIONS, 1)
        # strokes look alike everywhere, and much of the work is there
        self.stem.requires_grad_(False)
        self.stages[0].requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        """The logits of all maps."""
        x = self.stem(x)
        features: list[Tensor] = []
        for stage in self.stages:
            x = stage(x)
            features.insert(0, x)
        merged = [self.sides[0](features[0])]
        for side, feature in zip(list(self.sides)[1:], features[1:], strict=True):
            merged.append(side(feature) + functional.interpolate(merged[-1], scale_factor=2.0, mode="nearest"))
        parts = [
            functional.interpolate(share(each), scale_factor=float(2 ** (len(merged) - 1 - index)), mode="nearest")
            for index, (share, each) in enumerate(zip(self.shares, merged, strict=True))
        ]
        maps = self.head(torch.relu(self.joined(torch.cat(parts, 1))))
        coarsest = float(2 ** (len(merged) - 1))
        direction = functional.interpolate(self.direction(merged[0]), scale_factor=coarsest, mode="nearest")
        return torch.cat((maps[:, : KERNELS + 1], direction, maps[:, KERNELS + 1 :]), 1)


def take_weights(network: TinyDetectorNet, path: Path) -> None:
    """Gives *network* the weights of PP-OCRv6 tiny from its ONNX file; ValueError if that is another network."""
    import onnx

    given = [torch.from_numpy(value.copy()) for value in weights_of(onnx.load(str(path)).graph)]
    own = list(_borrowed(network))
    if [each.shape for each in given[: len(own) + 2]] != _shapes(network, own):
        raise ValueError(f"{path.name} is not PP-OCRv6 tiny")
    with torch.no_grad():
        _take_gray(network.stem.first, *given[:2])
        for target, value in zip(own, given[2:], strict=False):
            if target is network.stem.strongest.weight:
                value, other = value.split(STEM, 1)
                network.stem.mixed.weight.copy_(other)
            target.copy_(value)


def _shapes(network: TinyDetectorNet, own: list[Tensor]) -> list[torch.Size]:
    """The shapes of the borrowed weights in their file: three channels in the first, and one convolution where ours
    has two."""
    split = network.stem.strongest.weight
    joined = torch.Size((STEM, 2 * STEM, 3, 3))
    first = torch.Size((STEM, len(MEANS), 3, 3))
    return [first, torch.Size((STEM,)), *(joined if each is split else each.shape for each in own)]


def _take_gray(first: nn.Conv2d, colored: Tensor, shift: Tensor) -> None:
    """Gives *first* the weights of a convolution of three normalized channels, for one channel that is in all three."""
    assert first.bias is not None
    weights = colored / torch.tensor(DEVIATIONS)[None, :, None, None]
    first.weight.copy_(weights.sum(1, keepdim=True))
    first.bias.copy_(shift - (weights * torch.tensor(MEANS)[None, :, None, None]).sum((1, 2, 3)))


def _both(layer: nn.Conv2d) -> Iterator[Tensor]:
    yield layer.weight
    if layer.bias is not None:
        yield layer.bias


def _borrowed(network: TinyDetectorNet) -> Iterator[Tensor]:
    """The borrowed weights behind the first convolution, in the order of the file."""
    stem = network.stem
    yield from (*_both(stem.narrow), *_both(stem.wide))
    yield from (*_both(stem.strongest), *_both(stem.last))
    for block in (block for stage in network.stages for block in stage):
        yield from _both(block.look)
        if isinstance(block.gate, Gate):
            yield from (*_both(block.gate.down), *_both(block.gate.up))
        yield from (*_both(block.wide), *_both(block.mix))
    for side in (*network.sides, *network.shares):
        for layer in side.seen:
            yield from _both(layer)
        yield from (*_both(side.gate.down), *_both(side.gate.up))
    yield from _both(network.joined)
