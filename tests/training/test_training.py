"""Needs torch, which the development extra leaves out."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'invoiceocr[training]'")
pytest.importorskip("onnx", reason="onnx is not installed: pip install 'invoiceocr[training]'")

from torch import nn  # noqa: E402

from invoiceocr.ocr import charset, manifest, session  # noqa: E402
from invoiceocr.specimens.lines import texts  # noqa: E402
from invoiceocr.specimens.lines.alphabets import alphabet  # noqa: E402
from training import background, checkpoint, export, feed, reading, train  # noqa: E402
from training.atlas import compose  # noqa: E402
from training.atlas.glyphs import kept  # noqa: E402
from training.crnn import SHAPES, parameters  # noqa: E402
from training.cuts import Cut, save  # noqa: E402


def untrained(name: str) -> nn.Module:
    torch.manual_seed(1)
    return checkpoint.built(name).eval()


def taught(batch: feed.Batch) -> train.Taught:
    pixels = reading.normalized(batch.pixels)
    return train.Taught(pixels, torch.from_numpy(batch.classes), torch.from_numpy(batch.lengths))


@pytest.mark.parametrize(("name", "most"), [("crnn-id", 1.5e6), ("crnn-zh", 10e6)])
def test_an_exported_network_says_what_it_said_in_torch(name: str, most: float, tmp_path: Path) -> None:
    network, shape, path = untrained(name), SHAPES[name], tmp_path / f"{name}.onnx"
    export.write(network, shape, path)
    assert path.stat().st_size < most
    entry = manifest.ModelEntry(name, "recognizer", path.name, "", "", "", (), (), input_height=shape.height)
    opened = session.Network(entry, *_session(path))
    for width in (64, 320):
        pixels = np.random.default_rng(width).uniform(-1, 1, (1, 3, shape.height, width)).astype(np.float32)
        with torch.inference_mode():
            expected = network(torch.from_numpy(pixels)).softmax(-1).numpy()
        assert opened(pixels) == pytest.approx(expected, rel=1e-3, abs=1e-7)
    assert charset.charset(opened) == shape.letters.classes


def _session(path: Path) -> tuple[dict[str, str], object, str]:
    import onnxruntime

    opened = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return dict(opened.get_modelmeta().custom_metadata_map), opened, opened.get_inputs()[0].name


def test_training_lowers_the_loss_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    run = checkpoint.start("crnn-id")
    batches = feed.batches(run.shape, 0, 8)
    losses = [train.step(run, taught(next(batches)), 2e-3) for _ in range(60)]
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])
    run.seen = 480
    checkpoint.save(run, tmp_path)
    resumed = checkpoint.resume("crnn-id", tmp_path)
    assert resumed.seen == 480
    pixels = torch.zeros(1, 3, 32, 64)
    assert torch.equal(resumed.best(pixels), run.best(pixels))


def test_a_run_ends_with_its_schedule_and_leaves_a_checkpoint_and_a_curve(tmp_path: Path) -> None:
    run = checkpoint.start("crnn-id")
    batches = map(taught, feed.batches(run.shape, 0, 4))
    train.train(run, train.Plan(lines=16, every=8, validation=1), batches, tmp_path)
    assert run.seen == 16
    assert checkpoint.resume("crnn-id", tmp_path).seen == 16
    assert "light20" in (tmp_path / "curve.csv").read_text()


def test_the_learning_rate_rises_and_falls_once() -> None:
    plan = train.Plan(lines=1000)
    rates = [train.rate(plan, seen) for seen in range(0, 1001, 20)]
    top = rates.index(max(rates))
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[-1] < rates[0] < max(rates)


def test_greedy_decoding_joins_repeats_and_drops_blanks() -> None:
    letters = alphabet("id")
    one, two = letters.encoded("12")
    assert reading.greedy([0, one, one, 0, one, two, two, 0], letters) == "112"


@pytest.mark.parametrize("name", ["crnn-id", "crnn-zh"])
def test_drawn_samples_are_wide_enough_for_their_text(name: str) -> None:
    shape = SHAPES[name]
    for _, (pixels, classes) in zip(range(60), feed.samples(shape, 10**6), strict=False):
        assert pixels.shape[0] == shape.height
        assert pixels.shape[1] // shape.step >= feed.steps_needed(classes)


def test_a_third_of_the_lines_come_from_a_pool_and_mostly_those_that_were_not_sure(tmp_path: Path) -> None:
    shape = SHAPES["crnn-zh"]
    gray = np.full((24, 120, 3), 128, np.uint8)
    save([Cut(gray, "税额", 0.99), Cut(gray, "金额", 0.3)] * 20, tmp_path / "1.npz")

    drawn = [classes for _, (pixels, classes) in zip(range(200), feed.cut_samples(shape, 1, tmp_path), strict=False)]
    batch = next(feed.batches(shape, 1, 16, tmp_path))

    unsure = sum(classes == shape.letters.encoded("金额") for classes in drawn)
    assert 0.7 * len(drawn) < unsure < len(drawn)
    assert all(len(classes) == 2 for classes in drawn)
    assert len(batch.lengths) == 16


def test_two_drawn_lines_come_for_each_of_the_pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "POOL", 1)
    save([Cut(np.full((24, 120, 3), 128, np.uint8), "税额税额税额税额", 0.1)], tmp_path / "1.npz")
    shape = SHAPES["crnn-zh"]

    batch = next(feed.batches(shape, 1, 30, tmp_path))

    texts_of_batch = np.split(batch.classes, np.cumsum(batch.lengths)[:-1])
    assert sum(text.tolist() == shape.letters.encoded("税额税额税额税额") for text in texts_of_batch) == 10


@pytest.mark.parametrize("folder", [".", "missing"])
def test_a_pool_without_a_line_that_fits_is_told_instead_of_searched_for_ever(folder: str, tmp_path: Path) -> None:
    save([Cut(np.full((20, 2000, 3), 128, np.uint8), "税额", 0.1)], tmp_path / "1.npz")

    with pytest.raises(ValueError, match="no line to learn from"):
        next(feed.cut_samples(SHAPES["crnn-zh"], 1, tmp_path / folder))


def test_processes_that_can_make_no_batch_are_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(background, "WAIT", 0.2)

    with pytest.raises(RuntimeError, match="have ended"):
        next(feed.in_background("crnn-zh", 1, 4, pool=tmp_path))

    assert "no line to learn from" in capfd.readouterr().err


def test_a_pool_of_lines_that_are_all_easy_is_taken_as_it_is(tmp_path: Path) -> None:
    save([Cut(np.full((24, 120, 3), 128, np.uint8), "税额", 0.99)], tmp_path / "1.npz")

    drawn = islice(feed.cut_samples(SHAPES["crnn-zh"], 1, tmp_path), 5)

    assert len(list(drawn)) == 5


def test_a_cut_is_another_picture_each_time_of_the_height_of_the_network(tmp_path: Path) -> None:
    shape = SHAPES["crnn-zh"]
    pixels = np.random.default_rng(2).integers(0, 255, (24, 120, 3)).astype(np.uint8)
    save([Cut(pixels, "税额", 0.1)], tmp_path / "1.npz")

    found = [each for _, (each, _) in zip(range(8), feed.cut_samples(shape, 1, tmp_path), strict=False)]

    assert {each.shape[0] for each in found} == {48}
    assert len({each.tobytes() for each in found}) > 4


def test_a_share_of_the_lines_of_training_is_written_by_hand() -> None:
    shape = replace(SHAPES["crnn-zh"], written=0.25)
    orders = [feed.order(shape, seed, Random(seed)) for seed in range(400)]
    assert 70 < sum(order.condition == "written" for order in orders) < 130
    assert all((order.kinds is texts.WRITTEN) == (order.condition == "written") for order in orders)


def test_a_share_of_the_lines_of_training_has_characters_that_all_come_equally_often() -> None:
    shape = replace(SHAPES["crnn-zh"], written=0.0, rare=0.25)
    orders = [feed.order(shape, seed, Random(seed)) for seed in range(400)]
    assert 70 < sum(set(order.kinds) == {texts.rare} for order in orders) < 130


def test_composed_lines_are_pictures_and_the_same_for_the_same_seed(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    shape = SHAPES["crnn-id"]
    spelled = next(compose.spellings(shape, 1, 6))
    glyphs = kept(shape.letters, tmp_path)
    assert torch.equal(kept(shape.letters, tmp_path).ink, glyphs.ink)
    first, second = (compose.composed(glyphs, spelled, 32, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(first, second)
    assert first.shape[:3] == (6, 3, 32)
    assert first.shape[3] % 8 == 0
    assert first.shape[3] >= int(spelled.needed.max())
    assert -1 <= float(first.min()) < float(first.max()) <= 1
    assert int(spelled.lengths.sum()) == len(spelled.classes)


def test_a_manifest_entry_is_added_and_later_replaced(tmp_path: Path) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text('# networks\n\n[a]\nfile = "a.onnx"\n\n[z]\nfile = "z.onnx"\n', encoding="utf-8")
    export.add_entry(path, "crnn-id", {"file": "old.onnx"})
    export.add_entry(path, "a", {"file": "new.onnx", "mean": [0.5]})
    export.add_entry(path, "crnn-id", {"file": "own.onnx"})
    import tomllib

    found = tomllib.loads(path.read_text(encoding="utf-8"))
    assert found == {
        "a": {"file": "new.onnx", "mean": [0.5]}, "z": {"file": "z.onnx"}, "crnn-id": {"file": "own.onnx"}
    }  # fmt: skip
    assert path.read_text(encoding="utf-8").startswith("# networks\n\n[a]")


def test_the_shapes_are_as_small_as_planned() -> None:
    assert parameters(untrained("crnn-id")) < 0.3e6
    assert parameters(untrained("crnn-zh")) < 2.5e6


@pytest.mark.parametrize("source", ["drawn", "atlas"])
def test_the_lines_of_either_source_begin_with_the_first_that_was_asked_for(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[int] = []

    def noted(name: str, seed: int, *rest: object) -> Iterator[object]:
        seeds.append(seed)
        return iter(())

    monkeypatch.setattr("training.feed.in_background", noted)
    monkeypatch.setattr("training.atlas.compose.batches", noted)
    given = SimpleNamespace(source=source, first=700, batch=4, workers=1, pool=None, device="cpu")
    assert list(train.source(SimpleNamespace(name="crnn-id", seen=50), given)) == []  # type: ignore[arg-type]
    assert seeds == [750]
