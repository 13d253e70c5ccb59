"""Writes the trained detector as ONNX, with its entry for models/manifest.toml printed.

python -m training.detector.export work/detector/last.pt models/kernel-det.onnx
"""

from __future__ import annotations

import argparse
import hashlib
import warnings
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from training.checkpoint import AVERAGED
from training.detector.net import KERNELS, kernels, parameters
from training.detector.tiny import AFTER
from training.detector.train import NETWORKS, Detector

ENTRY = """[{name}]
kind = "detector"
file = "{file}"
sha256 = "{digest}"
source = "training/detector of this repository"
license = "Apache-2.0"
mean = [0.0]
std = [1.0]
notes = "kernel map at half the size, direction maps at a quarter; {size}; {seen:,} windows of drawn pages"
"""


class Exported(nn.Module):
    """What runs at read time: probabilities of the kernels, logits of lying and upside down."""

    def __init__(self, network: Detector) -> None:
        super().__init__()
        self.network = network

    def forward(self, gray: Tensor) -> tuple[Tensor, Tensor]:
        """N×1×H×W (0..1) to kernels N×1×H/2×W/2 (0..1) and direction N×2×H/4×W/4."""
        logits = self.network(gray)
        return torch.sigmoid(kernels(logits)), logits[:, KERNELS + 1 : KERNELS + 3]


def join_padding(model: onnx.ModelProto) -> None:
    """Lets convolutions and maxima pad by themselves, which spares a copy of their largest input."""
    pads = {node.output[0]: node for node in model.graph.node if node.op_type == "Pad"}
    for node in model.graph.node:
        if node.input and node.input[0] in pads:
            node.input[0] = pads[node.input[0]].input[0]
            others = [each for each in node.attribute if each.name not in ("pads", "auto_pad")]
            # rows above, columns to the left, rows below, columns to the right
            given = onnx.helper.make_attribute("pads", [AFTER[2], AFTER[0], AFTER[3], AFTER[1]])
            del node.attribute[:]
            node.attribute.extend([*others, given])
    for pad in pads.values():
        model.graph.node.remove(pad)


def main() -> None:
    """Exports a checkpoint."""
    options = argparse.ArgumentParser(prog="python -m training.detector.export")
    options.add_argument("checkpoint", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--network", choices=tuple(NETWORKS), default="small")
    given = options.parse_args()
    saved = torch.load(given.checkpoint, weights_only=True)
    network = NETWORKS[given.network]()
    # the mean of the last weights, which reads better than the last ones
    weights = saved["averaged"].items()
    network.load_state_dict({key.removeprefix(AVERAGED): value for key, value in weights if key != "n_averaged"})
    network.eval()
    sides = {2: "height", 3: "width"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Exported(network), (torch.zeros(1, 1, 64, 64),), str(given.out), input_names=["gray"],
            output_names=["kernels", "direction"], dynamic_axes={"gray": sides, "kernels": sides, "direction": sides},
            opset_version=17, dynamo=False,
        )  # fmt: skip
    model = onnx.load(str(given.out))
    join_padding(model)
    onnx.save(model, str(given.out))
    digest = hashlib.sha256(given.out.read_bytes()).hexdigest()
    size = f"{parameters(network) / 1e6:.3f} M parameters"
    print(ENTRY.format(name=given.out.stem, file=given.out.name, digest=digest, size=size, seen=saved["step"] * 6))


if __name__ == "__main__":
    main()
