"""A wider CRNN that begins as a trained narrower one: it reads the same, and has room to learn more."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from training.crnn import Crnn

# blocks of the LSTM's stored weights, and blocks of the inputs of the classes
GATES, DIRECTIONS = 4, 2


def widen(network: Crnn, narrow: Mapping[str, Tensor]) -> None:
    """Gives *network* the weights of a network of the same layers with fewer channels each. New channels
    begin random, but the old ones do not use them yet, so the output is the same."""
    with torch.no_grad():
        for name, value in network.state_dict().items():
            _take(name, value, narrow[name])


def _take(name: str, value: Tensor, given: Tensor) -> None:
    if value.dim() == 0:
        value.copy_(given)
        return
    rows = _places(given.shape[0], value.shape[0], GATES if name.startswith("memory.") else 1)
    if value.dim() == 1:
        value[rows] = given
        return
    columns = _places(given.shape[1], value.shape[1], DIRECTIONS if name.startswith("classes.") else 1)
    value[rows] = 0.0
    value[rows[:, None], columns] = given


def _places(old: int, new: int, blocks: int) -> Tensor:
    """Where *old* values in so many equal blocks stand among *new* ones."""
    starts = torch.arange(blocks)[:, None] * (new // blocks)
    return (starts + torch.arange(old // blocks)).reshape(-1)
