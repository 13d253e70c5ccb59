import dataclasses
from typing import Any

import pytest

from invoiceocr.errors import ModelError
from invoiceocr.ocr import manifest

DIGEST = "0" * 64
COMPLETE = f"""
[tiny]
kind = "detector"
file = "tiny.onnx"
sha256 = "{DIGEST}"
source = "https://example.com"
license = "Apache-2.0"
mean = [0.5, 0.5, 0.5]
std = [0.5, 0.5, 0.5]
"""


@pytest.mark.parametrize(
    ("name", "kind"),
    [("ppocrv6-small-det", "detector"), ("ppocrv6-small-rec", "recognizer"), ("ppocr-line-cls", "orienter")],
)
def test_the_networks_of_the_manifest_have_the_bytes_it_says(name: str, kind: manifest.Kind) -> None:
    assert len(manifest.entry(name, kind).load()) > 100_000


def test_every_network_says_where_it_comes_from_and_under_which_license() -> None:
    entry = manifest.entry("ppocrv6-small-rec", "recognizer")

    assert entry.source.startswith("https://")
    assert entry.license == "Apache-2.0"
    assert entry.input_height == 48


def test_a_name_that_is_not_in_the_manifest_is_answered_with_those_that_are() -> None:
    with pytest.raises(ModelError, match="ppocrv6-small-rec") as refused:
        manifest.entry("ppocrv7", "recognizer")

    assert refused.value.code == "bad_model"


def test_a_detector_is_no_recognizer() -> None:
    with pytest.raises(ModelError):
        manifest.entry("ppocrv6-small-det", "recognizer")


def test_changed_bytes_are_refused() -> None:
    changed = dataclasses.replace(manifest.entry("ppocr-line-cls", "orienter"), sha256=DIGEST)

    with pytest.raises(ModelError, match="digest differs"):
        changed.load()


@pytest.mark.parametrize("missing", [{"file": "models/none.onnx"}, {"package": "no_such_package"}])
def test_a_file_that_is_missing_is_a_model_error(missing: dict[str, Any]) -> None:
    entry = dataclasses.replace(manifest.entry("ppocr-line-cls", "orienter"), **missing)

    with pytest.raises(ModelError, match="reinstall"):
        entry.load()


def test_a_file_beside_the_manifest_needs_no_package() -> None:
    entry = manifest.parse(COMPLETE)["tiny"]

    with pytest.raises(ModelError, match=r"tiny\.onnx"):
        entry.load()


@pytest.mark.parametrize("key", ["kind", "file", "sha256", "source", "license", "mean", "std"])
def test_an_entry_without_a_key_is_refused_by_name(key: str) -> None:
    without = "\n".join(line for line in COMPLETE.splitlines() if not line.startswith(key))

    with pytest.raises(ModelError, match=f"tiny lacks {key}"):
        manifest.parse(without)


@pytest.mark.parametrize("text", ["[tiny", COMPLETE + "color = 1\n"])
def test_a_malformed_manifest_is_a_model_error(text: str) -> None:
    with pytest.raises(ModelError, match=r"models/manifest\.toml"):
        manifest.parse(text)
