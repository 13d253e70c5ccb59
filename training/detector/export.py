"""Writes the trained detector as ONNX, with its entry for models/manifest.toml printed.

python -m training.detector.export work/detector/last.pt models/kernel-det.onnx
"""

from __future__ import annotations

import argparse
import hashlib
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from training.checkpoint import AVERAGED
from training.detector.net import KERNELS, DetectorNet, kernels, parameters

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

    def __init__(self, network: DetectorNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, gray: Tensor) -> tuple[Tensor, Tensor]:
        """N×1×H×W (0..1) to kernels N×1×H/2×W/2 (0..1) and direction N×2×H/4×W/4."""
        logits = self.network(gray)
        return torch.sigmoid(kernels(logits)), logits[:, KERNELS + 1 : KERNELS + 3]


def main() -> None:
    """Exports a checkpoint."""
    options = argparse.ArgumentParser(prog="python -m training.detector.export")
    options.add_argument("checkpoint", type=Path)
    options.add_argument("out", type=Path)
    given = options.parse_args()
    saved = torch.load(given.checkpoint, weights_only=True)
    network = DetectorNet()
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
    digest = hashlib.sha256(given.out.read_bytes()).hexdigest()
    size = f"{parameters(network) / 1e6:.3f} M parameters"
    print(ENTRY.format(name=given.out.stem, file=given.out.name, digest=digest, size=size, seen=saved["step"] * 6))


if __name__ == "__main__":
    main()
