"""Further training that forgets less: of lines that the network read well before, it is to say what it said then."""

from __future__ import annotations

import copy
import math
from typing import TypeVar

import torch
from torch import Tensor, nn

from training import ctc

Network = TypeVar("Network", bound=nn.Module)
# probability of the whole line from which the earlier network read it well
SURE = 0.85


def frozen(network: Network) -> Network:
    """A copy of *network* as it is now, which learns nothing."""
    return copy.deepcopy(network).requires_grad_(False).eval()


def drift(before: Tensor, after: Tensor, classes: Tensor, lengths: Tensor) -> Tensor:
    """How far the logits (N×T×C) of each line have moved: the Kullback-Leibler divergence from *before* to *after*,
    summed over the steps. 0 for a line of which the earlier network was not sure: that one is to be learned."""
    losses = ctc.loss(before, classes, lengths)
    # 0 is a text that is too long for its steps
    sure = (losses > 0) & (losses <= -math.log(SURE))
    told, tells = before.float().log_softmax(-1), after.float().log_softmax(-1)
    moved = nn.functional.kl_div(tells, told, reduction="none", log_target=True).sum((1, 2))
    return torch.where(sure.to(moved.device), moved, torch.zeros_like(moved))
