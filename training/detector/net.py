"""`DetectorNet`: one channel in, text kernels at half the size and coarse maps at a quarter out."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

# channels at 1/2, 1/4, 1/8, 1/16, 1/32
WIDTHS = (16, 32, 64, 96, 128)
DEPTHS = (1, 2, 3, 3)  # residual blocks at 1/4, 1/8, 1/16, 1/32
# side of their depthwise kernels: wide ones are cheap where the maps are small
REACHES = (3, 3, 5, 5)
PYRAMID = 32  # channels of the pyramid
KERNELS, COARSE = (
    4,
    4,
)  # maps at a quarter: the four pixels of the half-size kernel map; border, lying, upside down, spare


class Block(nn.Module):
    """A depthwise residual block: *reach*×*reach* depthwise, 1×1."""

    def __init__(self, channels: int, reach: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, reach, padding=reach // 2, groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            nn.Conv2d(channels, channels, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(inplace=True),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """N×C×H×W to the same shape."""
        out: Tensor = self.body(x)
        return x + out


def _down(into: int, out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(into, into, 3, stride=2, padding=1, groups=into, bias=False), nn.BatchNorm2d(into),
        nn.Conv2d(into, out, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True),
    )  # fmt: skip


class DetectorNet(nn.Module):
    """N×1×H×W (H and W multiples of 32, pixels as 0..1) to N×8×H/4×W/4 logits."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, WIDTHS[0], 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(WIDTHS[0]),
            nn.ReLU(inplace=True),
        )
        self.stages = nn.ModuleList(
            nn.Sequential(_down(into, out), *(Block(out, reach) for _ in range(depth)))
            for into, out, depth, reach in zip(WIDTHS[:-1], WIDTHS[1:], DEPTHS, REACHES, strict=True)
        )
        self.sides = nn.ModuleList(nn.Conv2d(width, PYRAMID, 1) for width in WIDTHS[1:])
        self.smooth = nn.Sequential(
            nn.Conv2d(PYRAMID, PYRAMID, 3, padding=1, groups=PYRAMID, bias=False), nn.BatchNorm2d(PYRAMID),
            nn.Conv2d(PYRAMID, PYRAMID, 1), nn.ReLU(inplace=True),
        )  # fmt: skip
        self.head = nn.Conv2d(PYRAMID, KERNELS + COARSE, 1)

    def forward(self, x: Tensor) -> Tensor:
        """The logits of all maps."""
        x = self.stem(x)
        features = []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        merged = self.sides[-1](features[-1])
        for side, feature in zip(reversed(self.sides[:-1]), reversed(features[:-1]), strict=True):
            merged = functional.interpolate(merged, scale_factor=2.0, mode="nearest") + side(feature)
        out: Tensor = self.head(self.smooth(merged))
        return out


def kernels(logits: Tensor) -> Tensor:
    """N×1×H/2×W/2: the kernel map of *logits*, its four sub-pixels put side by side."""
    return functional.pixel_shuffle(logits[:, :KERNELS], 2)


def parameters(network: nn.Module) -> int:
    """How many numbers are learned."""
    return sum(p.numel() for p in network.parameters())


def loss(logits: Tensor, half: Tensor, coarse: Tensor) -> Tensor:
    """Balanced cross-entropy and dice of the kernels, cross-entropy of border and direction.

    *half* is N×2×H/2×W/2 (kernel, weight), *coarse* N×4×H/4×W/4 (border, lying, upside down, where they count)."""
    score, truth, weight = kernels(logits)[:, 0], half[:, 0], half[:, 1]
    each = functional.binary_cross_entropy_with_logits(score, truth, reduction="none") * weight
    text = (each * truth).sum() / truth.sum().clamp(min=1)
    # the hardest background pixels, three for one of text
    rest = (each * (1 - truth)).flatten()
    hard = rest.topk(min(rest.numel(), max(1000, int(3 * truth.sum())))).values.mean()
    chance = torch.sigmoid(score) * weight
    dice = 1 - (2 * (chance * truth).sum() + 1) / ((chance * weight).sum() + (truth * weight).sum() + 1)
    border = functional.binary_cross_entropy_with_logits(logits[:, KERNELS], coarse[:, 0])
    counts = coarse[:, 3].sum().clamp(min=1)
    turned = functional.binary_cross_entropy_with_logits(
        logits[:, KERNELS + 1 : KERNELS + 3], coarse[:, 1:3], reduction="none"
    )
    direction = (turned * coarse[:, 3:4]).sum() / counts
    return text + hard + dice + 0.5 * border + 0.25 * direction
