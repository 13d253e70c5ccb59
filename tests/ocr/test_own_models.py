"""The recognizers trained here agree with their manifest and with their alphabets."""

import tomllib

import numpy as np
import pytest

from invoiceocr import resources
from invoiceocr.ocr import manifest, session
from invoiceocr.ocr.charset import charset
from invoiceocr.specimens.lines.alphabets import alphabet

OWN = {
    name: values
    for name, values in tomllib.loads(
        (resources.folder("models") / "manifest.toml").read_text(encoding="utf-8")
    ).items()
    if values["source"].startswith("training/") and values["kind"] == "recognizer"
}
ALPHABETS = {"crnn-id": "id", "crnn-zh": "zh"}
LARGEST = {"crnn-id": 1.5e6, "crnn-zh": 10e6}  # bytes
STEPS = {"crnn-id": 4, "crnn-zh": 8}  # pixels of width each


def test_recognizers_of_our_own_are_there() -> None:
    assert set(OWN) == {"crnn-id", "crnn-zh"}


@pytest.mark.parametrize("name", list(OWN))
def test_the_file_is_the_one_of_the_manifest_and_small(name: str) -> None:
    data = manifest.entry(name, "recognizer").load()  # checks the digest
    assert len(data) <= LARGEST[name]


@pytest.mark.parametrize("name", list(OWN))
def test_classes_dictionary_and_alphabet_agree(name: str) -> None:
    network = session.open_network(manifest.entry(name, "recognizer"), 1)
    classes = charset(network)
    assert classes == alphabet(ALPHABETS[name]).classes
    for width in (16, 320):
        probabilities = network(np.zeros((1, 3, network.entry.input_height, width), np.float32))
        assert probabilities.shape == (1, width // STEPS[name], len(classes))
        assert probabilities.sum(axis=-1) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("name", list(OWN))
def test_the_manifest_says_what_a_network_saw_and_how_well_it_reads(name: str) -> None:
    notes = manifest.entry(name, "recognizer").notes
    for word in ("parameters", "GMAC", "drawn lines", "light20", "hard16", str(len(alphabet(ALPHABETS[name]).classes))):
        assert word in notes


def test_the_detector_of_our_own_tells_texts_and_direction() -> None:
    network = session.open_network(manifest.entry("kernel-det", "detector"), 1)

    kernels, direction = network.outputs(np.ones((1, 1, 64, 96), np.float32))

    assert (kernels.shape, direction.shape) == ((1, 1, 32, 48), (1, 2, 16, 24))
    assert float(kernels.max()) < 0.5
