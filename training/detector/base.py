"""Begins a training with the weights of an exported detector, whose normalizations are folded into its convolutions."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.detector.net import DetectorNet

M = TypeVar("M", bound=nn.Module)


def load_exported(network: DetectorNet, file: Path, pictures: Tensor) -> None:
    """Gives *network* the weights of the exported *file*, and its normalizations the statistics that they have on
    *pictures* (N×1×H×W, 0..1). What the network says stays the same; ValueError if the file is another network."""
    graph = onnx.load(file).graph
    folded = [node for node in graph.node if node.op_type == "Conv"]
    weights = {each.name: torch.tensor(numpy_helper.to_array(each).copy()) for each in graph.initializer}
    convolutions = [module for module, _ in _used(network, nn.Conv2d, pictures[:1])]
    if len(convolutions) != len(folded):
        raise ValueError(f"{file} has {len(folded)} convolutions, not {len(convolutions)}")
    normalizations = _followers(network)
    with torch.no_grad():
        for convolution, node in zip(convolutions, folded, strict=True):
            kernel, bias = weights[node.input[1]], weights[node.input[2]]
            if kernel.shape != convolution.weight.shape:
                raise ValueError(f"{file}: {node.name} is {tuple(kernel.shape)}, not {tuple(convolution.weight.shape)}")
            convolution.weight.copy_(kernel)
            if convolution.bias is not None:
                convolution.bias.copy_(bias)
            else:
                _neutral(normalizations[convolution], bias)
    _measure(network, pictures)


def _used(network: nn.Module, sort: type[M], pictures: Tensor) -> list[tuple[M, Tensor]]:
    """The modules of a *sort*, each with its input, in the order in which they run on *pictures*, which is that of the
    nodes of an export."""
    seen: list[tuple[M, Tensor]] = []
    hooks = [
        module.register_forward_pre_hook(lambda module, given: seen.append((module, given[0])))
        for module in network.modules()
        if isinstance(module, sort)
    ]
    network.eval()
    with torch.no_grad():
        network(pictures)
    network.train()
    for hook in hooks:
        hook.remove()
    return seen


def _followers(network: nn.Module) -> dict[nn.Module, nn.BatchNorm2d]:
    """Each convolution's normalization: the module after it."""
    pairs = pairwise(network.modules())
    return {before: after for before, after in pairs if isinstance(after, nn.BatchNorm2d)}


def _neutral(normalization: nn.BatchNorm2d, bias: Tensor) -> None:
    """Makes *normalization* add *bias* and no more."""
    normalization.reset_parameters()
    normalization.bias.copy_(bias)


def _measure(network: nn.Module, pictures: Tensor) -> None:
    """Gives neutral normalizations the mean and variance of their inputs, without changing their outputs."""
    with torch.no_grad():
        for module, given in _used(network, nn.BatchNorm2d, pictures):
            mean, variance = given.mean((0, 2, 3)), given.var((0, 2, 3), unbiased=False)
            module.get_buffer("running_mean").copy_(mean)
            module.get_buffer("running_var").copy_(variance)
            module.weight.copy_((variance + module.eps).sqrt())
            module.bias.add_(mean)
