"""What a training run has come to, on disk: weights, their running average, optimizer, lines seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from training.alphabets import Alphabet, alphabet
from training.crnn import SHAPES, Crnn

AVERAGE = 0.999  # of the running average of the weights kept a step
FILE = "checkpoint.pt"


@dataclass(slots=True)
class Run:
    """A training run: the network's name, its alphabet, weights, their average, the optimizer, lines and seconds."""

    name: str
    letters: Alphabet
    network: Crnn
    average: AveragedModel
    optimizer: torch.optim.Optimizer
    seen: int = 0
    seconds: float = 0.0

    @property
    def best(self) -> Crnn:
        """The network with averaged weights, for reading."""
        module = self.average.module
        assert isinstance(module, Crnn)
        return module.eval()


def start(name: str, device: str = "cpu", seed: int = 1) -> Run:
    """A run of the network *name* (crnn.SHAPES) from scratch."""
    torch.manual_seed(seed)
    shape = SHAPES[name]
    letters = alphabet(shape.alphabet)
    network = Crnn(shape, len(letters.classes)).to(device)
    network = network.to(memory_format=torch.channels_last)  # a fifth faster on a CPU
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(AVERAGE), use_buffers=True)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0.01)
    return Run(name, letters, network, average, optimizer)


def resume(name: str, folder: Path, device: str = "cpu") -> Run:
    """The run that *folder* holds, or a new one if it holds none."""
    run = start(name, device)
    path = folder / FILE
    if not path.exists():
        return run
    state = torch.load(path, map_location=device, weights_only=True)
    run.network.load_state_dict(state["network"])
    run.average.load_state_dict(state["average"])
    run.optimizer.load_state_dict(state["optimizer"])
    run.seen, run.seconds = state["seen"], state["seconds"]
    return run


def save(run: Run, folder: Path) -> None:
    """Writes the run into *folder*, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        "network": run.network.state_dict(), "average": run.average.state_dict(),
        "optimizer": run.optimizer.state_dict(), "seen": run.seen, "seconds": run.seconds,
    }  # fmt: skip
    partial = folder / (FILE + ".part")
    torch.save(state, partial)
    partial.replace(folder / FILE)
