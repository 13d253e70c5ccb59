"""Needs torch and onnx, which the development extra leaves out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'invoiceocr[training]'")
pytest.importorskip("onnx", reason="onnx is not installed: pip install 'invoiceocr[training]'")

from invoiceocr.ocr import manifest, session  # noqa: E402
from training import checkpoint, export  # noqa: E402
from training.crnn import SHAPES  # noqa: E402
from training.exported import load_exported  # noqa: E402
from training.tiny import TinyCrnn  # noqa: E402

SHIPPED = Path(__file__).parents[2] / "models" / "crnn-zh.onnx"


def line() -> Any:
    return np.random.default_rng(5).uniform(-1, 1, (1, 3, 48, 320)).astype(np.float32)


def said(network: Any) -> Any:
    with torch.inference_mode():
        return network(torch.from_numpy(line())).softmax(-1).numpy()


def test_a_training_begins_with_what_the_shipped_recognizer_says() -> None:
    run = checkpoint.start("crnn-zh", base=SHIPPED)
    shipped = session.open_network(manifest.entry("crnn-zh", "recognizer"), 1)
    assert said(run.best) == pytest.approx(shipped(line()), abs=1e-4)


def test_it_says_the_same_of_a_line_whatever_the_other_lines_of_a_batch_are_also_after_a_pause(tmp_path: Path) -> None:
    run = checkpoint.start("crnn-zh", base=SHIPPED)
    checkpoint.save(run, tmp_path)
    for each in (run, checkpoint.resume("crnn-zh", tmp_path)):
        network = each.network.train()
        network.drop.eval()
        before = said(network)
        network(torch.rand(4, 3, 48, 320))
        assert said(network) == pytest.approx(before, abs=1e-6)


def test_what_was_trained_further_can_be_exported_and_loaded_again(tmp_path: Path) -> None:
    run = checkpoint.start("crnn-zh", base=SHIPPED)
    with torch.no_grad():
        for value in run.network.parameters():
            value.add_(torch.randn_like(value), alpha=1e-3)
    export.write(run.network, run.shape, tmp_path / "further.onnx")

    again = checkpoint.start("crnn-zh", base=tmp_path / "further.onnx")

    assert said(again.network.eval()) == pytest.approx(said(run.network.eval()), abs=1e-5)


def test_a_network_of_another_alphabet_is_refused(tmp_path: Path) -> None:
    export.write(
        TinyCrnn(SHAPES["crnn-zh"], len(SHAPES["crnn-zh"].letters.classes)).eval(),
        SHAPES["crnn-zh"],
        tmp_path / "a.onnx",
    )
    with pytest.raises(ValueError, match="7232 classes, not 12"):
        load_exported(TinyCrnn(SHAPES["crnn-zh"], 12), tmp_path / "a.onnx")
