"""Needs torch and onnx, which the development extra leaves out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'invoiceocr[training]'")
onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install 'invoiceocr[training]'")

from training import checkpoint, tiny  # noqa: E402
from training.crnn import SHAPES  # noqa: E402
from training.tiny import TinyCrnn  # noqa: E402

LETTERS = SHAPES["crnn-zh"].letters
OTHERS = ("月", "￥", "Ā", *LETTERS.dictionary[:500])  # in another order, with other forms and one that ours lacks


@pytest.fixture
def borrowed() -> TinyCrnn:
    torch.manual_seed(7)
    return TinyCrnn(SHAPES["crnn-zh"], len(OTHERS) + 2).eval()


@pytest.fixture
def file(borrowed: TinyCrnn, tmp_path: Path) -> Path:
    """The weights of *borrowed* in nodes as PaddleOCR's file has them: a bias is a node of its own."""
    path = tmp_path / "tiny.onnx"
    model = onnx.helper.make_model(_graph(borrowed))
    onnx.helper.set_model_props(model, {"character": "\n".join(OTHERS)})
    onnx.save(model, str(path))
    return path


def _graph(network: TinyCrnn) -> Any:
    held = [value.detach().numpy() for value in tiny._borrowed(network)]
    held += [network.classes.weight.detach().numpy().T, network.classes.bias.detach().numpy()]
    constants = {f"w{index}": np.ascontiguousarray(value) for index, value in enumerate(held)}
    initializers = [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()]
    return onnx.helper.make_graph(list(_nodes(constants)), "tiny", [], [], initializers)


def _nodes(constants: dict[str, Any]) -> Iterator[Any]:
    names = list(constants)
    while names:
        name = names.pop(0)
        shape = constants[name].shape
        yield onnx.helper.make_node("Conv" if len(shape) == 4 else "MatMul", ["x", name], ["y"])
        following = [constants[other].shape for other in names[:4]]
        if len(following) == 4 and len({*following}) == 1:
            yield onnx.helper.make_node("BatchNormalization", ["y", *names[:4]], ["y"])
            del names[:4]
        elif following and len(following[0]) == 1:
            yield onnx.helper.make_node("Add", ["y", names.pop(0)], ["y"])


def test_a_warm_start_says_of_shared_characters_what_the_borrowed_network_says(borrowed: TinyCrnn, file: Path) -> None:
    network = checkpoint.start("crnn-zh", base=file).network.eval()
    pixels = torch.rand(1, 3, 48, 160)

    ours, theirs = network(pixels)[0], borrowed(pixels)[0]

    for char in ("月", *LETTERS.dictionary[:500]):
        place, other = LETTERS.classes.index(char), (OTHERS.index(char) + 1)
        assert torch.allclose(ours[:, place], theirs[:, other], atol=1e-4)
    assert torch.allclose(ours[:, 0], theirs[:, 0], atol=1e-4)


def age(folder: Path) -> None:
    """Makes the state in *folder* one that says, as older ones do, only whether the first layers are kept."""
    path = folder / checkpoint.FILE
    state = torch.load(path, weights_only=True)
    state["warm"] = bool(state.pop("kept"))
    torch.save(state, path)


@pytest.mark.parametrize("is_old", [False, True])
def test_the_first_layers_stay_as_they_were_borrowed_also_after_a_pause(
    is_old: bool, file: Path, tmp_path: Path
) -> None:
    run = checkpoint.start("crnn-zh", base=file)
    checkpoint.save(run, tmp_path)
    if is_old:
        age(tmp_path)

    resumed = checkpoint.resume("crnn-zh", tmp_path)

    for each in (run, resumed):
        kept = [name for name, value in each.network.named_parameters() if not value.requires_grad]
        assert {name.split(".")[0] for name in kept} == {"first", "first_norm", "second", "second_norm", "blocks"}
        assert not any(name.startswith("blocks.2") for name in kept)
        assert not each.network.train().first_norm.training


def test_full_width_forms_of_the_borrowed_dictionary_serve_for_ours() -> None:
    known = tiny._known(LETTERS, "\n".join(OTHERS))

    assert known[LETTERS.classes.index("¥")] == OTHERS.index("￥") + 1
    assert known[LETTERS.classes.index("龢")] is None


def test_another_network_is_refused(tmp_path: Path) -> None:
    weight = onnx.numpy_helper.from_array(np.zeros((3, 3, 3, 3), np.float32), "w")
    graph = onnx.helper.make_graph([onnx.helper.make_node("Conv", ["x", "w"], ["y"])], "other", [], [], [weight])
    model = onnx.helper.make_model(graph)
    onnx.helper.set_model_props(model, {"character": "a"})
    onnx.save(model, str(tmp_path / "other.onnx"))

    with pytest.raises(ValueError, match=r"other\.onnx"):
        checkpoint.start("crnn-zh", base=tmp_path / "other.onnx")
