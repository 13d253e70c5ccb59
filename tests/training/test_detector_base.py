from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from invoiceocr.ocr import manifest, session  # noqa: E402
from training.detector.base import load_exported  # noqa: E402
from training.detector.net import DetectorNet, kernels  # noqa: E402

SHIPPED = Path(__file__).parents[2] / "models" / "kernel-det.onnx"


def pictures() -> Any:
    return torch.from_numpy(np.random.default_rng(7).random((2, 1, 64, 96), np.float32))


def test_a_training_begins_with_what_an_exported_detector_says() -> None:
    network = DetectorNet()

    load_exported(network, SHIPPED, pictures())

    network.eval()
    with torch.no_grad():
        begun = torch.sigmoid(kernels(network(pictures())))
    shipped, _ = session.open_network(manifest.entry("kernel-det", "detector"), 1).outputs(pictures().numpy()[:1])
    assert begun.numpy()[:1] == pytest.approx(shipped, abs=1e-4)


def test_another_network_is_refused() -> None:
    with pytest.raises(ValueError, match="convolutions"):
        load_exported(DetectorNet(), SHIPPED.with_name("crnn-id.onnx"), pictures())
