"""Random tensors from one generator."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Chance:
    """A source of random tensors of *lines* values each, on its device."""

    generator: torch.Generator
    lines: int

    @property
    def device(self) -> torch.device:
        """Where the tensors lie."""
        return self.generator.device

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """Uniform values, one a line, or of *shape* a line."""
        values = torch.rand((self.lines, *shape), generator=self.generator, device=self.device)
        return low + (high - low) * values

    def whole(self, count: int) -> Tensor:
        """A number from 0 to count - 1 for each line."""
        return torch.randint(count, (self.lines,), generator=self.generator, device=self.device)

    def happens(self, odds: float) -> Tensor:
        """1.0 where it happens, else 0.0, N×1×1."""
        return (self.uniform(0, 1, 1, 1) < odds).float()

    def normal(self, *shape: int) -> Tensor:
        """Normal values of *shape* a line."""
        return torch.randn((self.lines, *shape), generator=self.generator, device=self.device)
