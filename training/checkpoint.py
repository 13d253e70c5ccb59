"""The state of a training run, on disk: weights, their running average, optimizer, lines seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from invoiceocr.specimens.lines.alphabets import Alphabet
from training.crnn import SHAPES, Crnn, Shape
from training.exported import is_exported, load_exported
from training.tiny import TinyCrnn, warm_start
from training.widen import widen

# share of the running average of the weights that a step keeps
AVERAGE = 0.999
FILE = "checkpoint.pt"
AVERAGED = "module."  # prefix of the names of averaged weights
SEED = 1
# learning rate of new layers, as a multiple of that of borrowed ones
NEW_PACE = 4.0


@dataclass(slots=True)
class Run:
    """A training run: the network's name, weights, their average, the optimizer, lines and seconds."""

    name: str
    network: Crnn | TinyCrnn
    average: AveragedModel
    optimizer: torch.optim.Optimizer
    seen: int = 0
    seconds: float = 0.0

    @property
    def shape(self) -> Shape:
        """The network's shape."""
        return SHAPES[self.name]

    @property
    def letters(self) -> Alphabet:
        """The characters that it tells apart."""
        return self.shape.letters

    @property
    def best(self) -> nn.Module:
        """The network with averaged weights, for reading."""
        return self.average.module.eval()


def built(name: str) -> Crnn | TinyCrnn:
    """The network *name* (crnn.SHAPES) with random weights."""
    shape = SHAPES[name]
    return (Crnn if shape.stages else TinyCrnn)(shape, len(shape.letters.classes))


def start(name: str, device: str = "cpu", base: Path | None = None) -> Run:
    """A run of the network *name*: from scratch, from the weights of the file *base* (tiny.warm_start, or an export of
    the network itself), or from the state of a narrower network whose checkpoint is *base* (widen)."""
    torch.manual_seed(SEED)
    network = built(name)
    if base is None:
        return _run(name, network, device)
    if isinstance(network, TinyCrnn):
        if is_exported(base):
            load_exported(network, base)
        else:
            warm_start(network, SHAPES[name].letters, base)
        network.keep_first_layers()
        return _run(name, network, device)
    state = torch.load(base, map_location="cpu", weights_only=True)
    widen(network, {key.removeprefix(AVERAGED): value for key, value in state["average"].items()})
    run = _run(name, network, device)
    run.seen, run.seconds = state["seen"], state["seconds"]
    return run


def _run(name: str, network: Crnn | TinyCrnn, device: str) -> Run:
    # a fifth faster on a CPU
    network = network.to(device, memory_format=torch.channels_last)
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(AVERAGE), use_buffers=True)
    optimizer = torch.optim.AdamW(_paced(network), lr=1e-3, weight_decay=0.01)
    return Run(name, network, average, optimizer)


def _paced(network: nn.Module) -> list[dict[str, object]]:
    """The parameters in groups: new layers above borrowed ones learn faster than those (`pace`)."""
    new = {id(value) for layer in getattr(network, "new_layers", ()) for value in layer.parameters()}
    learning = [value for value in network.parameters() if value.requires_grad]
    borrowed = [value for value in learning if id(value) not in new]
    added = [value for value in learning if id(value) in new]
    groups = [{"params": borrowed, "pace": 1.0}, {"params": added, "pace": NEW_PACE}]
    return [group for group in groups if group["params"]]


def resume(name: str, folder: Path, device: str = "cpu", base: Path | None = None) -> Run:
    """The run that *folder* holds, or a new one (`start`) if it holds none."""
    path = folder / FILE
    if not path.exists():
        return start(name, device, base)
    state = torch.load(path, map_location=device, weights_only=True)
    network = built(name)
    _keep(network, state)
    run = _run(name, network, device)
    run.network.load_state_dict(state["network"])
    run.average.load_state_dict(state["average"])
    run.optimizer.load_state_dict(state["optimizer"])
    run.seen, run.seconds = state["seen"], state["seconds"]
    return run


def _keep(network: Crnn | TinyCrnn, state: Mapping[str, Any]) -> None:
    """Keeps those parameters from being trained that were kept when *state* was saved. Older states only say whether
    the first layers were."""
    for name in state.get("kept", ()):
        network.get_parameter(name).requires_grad_(False)
    if state.get("warm") and isinstance(network, TinyCrnn):
        network.keep_first_layers()


def save(run: Run, folder: Path) -> None:
    """Writes the run into *folder*, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        "network": run.network.state_dict(), "average": run.average.state_dict(),
        "optimizer": run.optimizer.state_dict(), "seen": run.seen, "seconds": run.seconds,
        "kept": [name for name, value in run.network.named_parameters() if not value.requires_grad],
    }  # fmt: skip
    partial = folder / (FILE + ".part")
    torch.save(state, partial)
    partial.replace(folder / FILE)
