"""Goes on with an exported recognizer whose checkpoint is lost: its weights back into torch.

The normalizations are folded into the convolutions of the file. They become neutral and stay so; of them, the offset
that they add learns.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.tiny import TinyCrnn

# ONNX keeps the gates of an LSTM as input, output, forget, cell; torch as input, forget, cell, output
GATES = (0, 2, 3, 1)
Floats = NDArray[np.float32]
Weights = dict[str, Floats]


def is_exported(file: Path) -> bool:
    """Whether *file* is a `TinyCrnn` that training.export wrote."""
    import onnx

    return any(each.name == "network.narrow.bias" for each in onnx.load(str(file)).graph.initializer)


def load_exported(network: TinyCrnn, file: Path) -> None:
    """Gives *network* the weights of the exported *file*, so that it says the same; ValueError if its alphabet is
    another one."""
    import onnx

    graph = onnx.load(str(file)).graph
    weights = {each.name: onnx.numpy_helper.to_array(each) for each in graph.initializer}
    named = {name.removeprefix("network."): value for name, value in weights.items() if name.startswith("network.")}
    if named["classes.bias"].shape != network.classes.bias.shape:
        raise ValueError(f"{file.name} has {len(named['classes.bias'])} classes, not {len(network.classes.bias)}")
    with torch.no_grad():
        for name, value in named.items():
            network.get_parameter(name).copy_(torch.tensor(value))
        _take_convolutions(network, graph, weights)
        _take_memory(network.memory, *_inputs_of(graph, weights, "LSTM")[0])
        layers = (network.narrow, network.remembered, network.classes)
        for layer, (value,) in zip(layers, _inputs_of(graph, weights, "MatMul"), strict=True):
            layer.weight.copy_(torch.tensor(value.T))


def _inputs_of(graph: Any, weights: Weights, sort: str) -> list[list[Floats]]:
    """The weights of each node of a *sort*, in the order of the nodes."""
    return [[weights[name] for name in node.input if name in weights] for node in graph.node if node.op_type == sort]


def _take_convolutions(network: TinyCrnn, graph: Any, weights: Weights) -> None:
    """The convolutions that a normalization follows: those without a name of their own."""
    folded = [
        [weights[name] for name in node.input[1:]]
        for node in graph.node
        if node.op_type == "Conv" and not node.input[1].startswith("network.")
    ]
    pairs = (
        (network.first, network.first_norm), (network.second, network.second_norm),
        (network.around, network.around_norm), (network.mixed, network.mixed_norm),
    )  # fmt: skip
    for (layer, norm), (kernel, bias) in zip(pairs, folded, strict=True):
        layer.weight.copy_(torch.tensor(kernel))
        _settle(norm, torch.tensor(bias))


def _settle(norm: nn.BatchNorm2d, bias: torch.Tensor) -> None:
    """Makes *norm* add *bias* and no more, whatever the batch."""
    norm.reset_parameters()
    norm.get_buffer("running_var").fill_(1.0 - norm.eps)
    norm.bias.copy_(bias)
    norm.weight.requires_grad_(False)


def _take_memory(memory: nn.LSTM, given: Floats, kept: Floats, bias: Floats) -> None:
    for way, ending in enumerate(("", "_reverse")):
        memory.get_parameter(f"weight_ih_l0{ending}").copy_(_gates(given[way]))
        memory.get_parameter(f"weight_hh_l0{ending}").copy_(_gates(kept[way]))
        of_input, of_state = np.split(bias[way], 2)
        memory.get_parameter(f"bias_ih_l0{ending}").copy_(_gates(of_input))
        memory.get_parameter(f"bias_hh_l0{ending}").copy_(_gates(of_state))


def _gates(value: Floats) -> torch.Tensor:
    """*value* with its gates in the order of torch."""
    parts = np.split(value, 4)
    return torch.tensor(np.concatenate([parts[place] for place in GATES]))
