import dataclasses
import hashlib
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from invoiceocr.errors import ForkError, ModelError
from invoiceocr.ocr import manifest, session, workers
from invoiceocr.ocr.manifest import ModelEntry
from invoiceocr.ocr.session import Network


@pytest.fixture(scope="module")
def network() -> Network:
    return session.open_network(manifest.entry("ppocr-line-cls", "orienter"), 1)


def test_a_network_is_a_function_of_arrays(network: Network) -> None:
    output = network(np.zeros((1, 3, 48, 192), np.float32))

    assert output.shape == (1, 2)
    assert output.sum() == pytest.approx(1.0, abs=1e-4)


def test_a_network_does_not_keep_the_file_that_it_was_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    data = manifest.entry("crnn-id", "recognizer").load()
    monkeypatch.setattr(ModelEntry, "load", lambda entry: data)
    held = sys.getrefcount(data)

    opened = session.open_network(manifest.entry("crnn-id", "recognizer"), 1)

    assert opened.entry.name == "crnn-id"
    assert sys.getrefcount(data) == held


def test_a_network_never_begins_again_on_another_provider_for_want_of_its_file(network: Network) -> None:
    assert not network._session._enable_fallback


def test_a_file_that_is_no_network_is_a_model_error(tmp_path: Path) -> None:
    data = b"not a network"
    (tmp_path / "broken.onnx").write_bytes(data)
    entry = dataclasses.replace(
        manifest.entry("ppocr-line-cls", "orienter"),
        package="",
        file=str(tmp_path / "broken.onnx"),
        sha256=hashlib.sha256(data).hexdigest(),
    )

    with pytest.raises(ModelError, match="onnxruntime can't open it"):
        session.open_network(entry, 1)


def test_pixels_are_scaled_shifted_and_laid_out_by_channel(network: Network) -> None:
    pixels = np.zeros((2, 5, 3), np.uint8)
    pixels[:, :, 2] = 255

    planes = session.normalized(pixels, network)  # mean and deviation of this network are 0.5

    assert planes.shape == (3, 2, 5)
    assert [float(plane.mean()) for plane in planes] == pytest.approx([-1.0, -1.0, 1.0])


def test_each_channel_has_its_own_mean_and_deviation(network: Network) -> None:
    entry = dataclasses.replace(network.entry, mean=(0.2, 0.4, 0.6), std=(0.1, 0.2, 0.5))
    gray = np.full((1, 1, 3), 204, np.uint8)  # 0.8

    planes = session.normalized(gray, dataclasses.replace(network, entry=entry))

    assert planes.ravel().tolist() == pytest.approx([6.0, 2.0, 0.4], abs=1e-5)


def test_threads_are_as_many_as_asked_for_or_all_there_are() -> None:
    assert workers.cores(3) == 3
    assert workers.cores(0) >= 1


def test_a_late_network_is_opened_by_its_first_call_alone(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    # given
    opened: list[str] = []

    def open_network(entry: ModelEntry, _: int) -> Network:
        opened.append(entry.name)
        return network

    monkeypatch.setattr(session, "open_network", open_network)
    late = session.LateNetwork(network.entry, 1)
    batch = np.zeros((1, 3, 48, 192), np.float32)

    # when
    before = list(opened)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(late, [batch] * 8))

    # then
    assert before == []
    assert opened == [network.entry.name]
    assert all((output == network(batch)).all() for output in found)


def test_a_late_network_that_was_opened_is_asked_without_being_loaded(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = session.LateNetwork(network.entry, 1)
    opened = late.open()
    monkeypatch.setattr(session, "open_network", None)

    assert late.open() is opened
    assert late(np.zeros((1, 3, 48, 192), np.float32)).shape[0] == 1


def test_a_late_network_refuses_a_process_that_was_forked_since(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = session.LateNetwork(network.entry, 1)
    monkeypatch.setattr("os.getpid", lambda: -1)

    with pytest.raises(ForkError):
        late(np.zeros((1, 3, 48, 192), np.float32))
