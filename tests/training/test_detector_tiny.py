"""Needs torch and onnx, which the development extra leaves out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from training.detector import tiny  # noqa: E402
from training.detector.net import DetectorNet  # noqa: E402
from training.detector.tiny import TinyDetectorNet, take_weights  # noqa: E402


def borrowed_file(network: TinyDetectorNet, path: Path) -> Path:
    """A file of PP-OCRv6 tiny whose weights are those of *network*: three channels, each with a third of the weight,
    the two halves of one convolution together, and a bias as a node of its own."""
    first = network.stem.first.weight.detach().repeat(1, 3, 1, 1) / 3
    joined = torch.cat((network.stem.strongest.weight, network.stem.mixed.weight), 1)
    rest = [joined if each is network.stem.strongest.weight else each for each in tiny._borrowed(network)]
    # what a pixel of 0..1 is after the normalization of the borrowed network
    spread = torch.tensor(tiny.DEVIATIONS)[None, :, None, None]
    shift = network.stem.first.bias + (first * torch.tensor(tiny.MEANS)[None, :, None, None]).sum((1, 2, 3))
    held = [(first * spread).detach(), shift.detach(), *(each.detach() for each in rest)]
    weights = {f"w{index}": each.numpy() for index, each in enumerate(held)}
    nodes = [
        onnx.helper.make_node("Conv" if value.ndim == 4 else "Add", ["x", name], ["x"])
        for name, value in weights.items()
    ]
    initializers = [onnx.numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in weights.items()]
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph(nodes, "tiny", [], [], initializers)), str(path))
    return path


def pictures() -> Any:
    return torch.from_numpy(np.random.default_rng(7).random((1, 1, 64, 96), np.float32))


def test_a_training_begins_with_what_the_borrowed_network_sees(tmp_path: Path) -> None:
    torch.manual_seed(3)
    theirs, ours = TinyDetectorNet().eval(), TinyDetectorNet().eval()
    file = borrowed_file(theirs, tmp_path / "tiny.onnx")

    take_weights(ours, file)

    seen: list[Any] = []
    for network in (theirs, ours):
        network.joined.register_forward_hook(lambda module, given, out: seen.append(out))
        network(pictures())
    assert torch.allclose(*seen, atol=1e-5)


def test_it_says_what_the_small_detector_says() -> None:
    assert TinyDetectorNet()(pictures()).shape == DetectorNet()(pictures()).shape


def test_strokes_are_not_trained() -> None:
    network = TinyDetectorNet()

    kept = [name for name, value in network.named_parameters() if not value.requires_grad]

    assert {name.split(".")[0] for name in kept} == {"stem", "stages"}
    assert not any(name.startswith("stages.1") for name in kept)


def test_another_network_is_refused(tmp_path: Path) -> None:
    weight = onnx.numpy_helper.from_array(np.zeros((16, 3, 5, 5), np.float32), "w")
    shift = onnx.numpy_helper.from_array(np.zeros(16, np.float32), "b")
    nodes = [onnx.helper.make_node("Conv", ["x", "w"], ["y"]), onnx.helper.make_node("Add", ["y", "b"], ["z"])]
    onnx.save(
        onnx.helper.make_model(onnx.helper.make_graph(nodes, "other", [], [], [weight, shift])),
        str(tmp_path / "other.onnx"),
    )

    with pytest.raises(ValueError, match=r"other\.onnx"):
        take_weights(TinyDetectorNet(), tmp_path / "other.onnx")


def test_the_exported_file_says_what_the_trained_network_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import onnxruntime

    from training.detector import export
    from training.detector.train import Run

    torch.manual_seed(5)
    run = Run(tmp_path, TinyDetectorNet())
    run.save(0.0)
    out = tmp_path / "tiny.onnx"
    monkeypatch.setattr("sys.argv", ["export", str(tmp_path / "last.pt"), str(out), "--network", "tiny"])

    export.main()

    (said, _) = onnxruntime.InferenceSession(str(out)).run(None, {"gray": pictures().numpy()})
    with torch.no_grad():
        trained, _ = export.Exported(run.network.eval())(pictures())
    assert said == pytest.approx(trained.numpy(), abs=1e-5)
    assert not [node for node in onnx.load(str(out)).graph.node if node.op_type == "Pad"]
