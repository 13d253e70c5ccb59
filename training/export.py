"""Writes a trained recognizer to models/: `python -m training.export crnn-id [--int8]`.

The averaged weights of the checkpoint become an ONNX file with the dictionary in its metadata; the manifest's entry
gets its digest, size, what it saw and how it reads. `--int8` quantizes the convolutions (static, per channel), which
is kept only where validation loses no more than LOSS.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import nn

from invoiceocr.specimens.lines.alphabets import Alphabet
from invoiceocr.specimens.lines.conditions import VALIDATION
from training import checkpoint, feed, reading
from training.checkpoint import Run
from training.crnn import SHAPES, Reader, Shape, multiplications, parameters
from training.reading import Score

MODELS = Path(__file__).resolve().parents[1] / "models"
OPSET = 17
CALIBRATION_SEED = 700_050_000
# lines that the ranges of an INT8 network are taken from
CALIBRATION = 200
LOSS = 0.002  # of the lines of a condition that INT8 may lose


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("model", choices=tuple(SHAPES))
    parser.add_argument("--folder", type=Path, help="of the run; out/training/MODEL if not given")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of the file and of manifest.toml")
    parser.add_argument("--lines", type=int, default=500, help="lines of validation of each condition")
    parser.add_argument("--int8", action="store_true", help="quantize, if that costs no accuracy")
    given = parser.parse_args()
    torch.set_num_threads(1)
    run = checkpoint.resume(given.model, given.folder or Path("out/training") / given.model)
    path = given.models / f"{given.model}.onnx"
    write(run.best, run.shape, path)
    if given.int8:
        replace_by_int8(path, run, given.lines)
    figures = reading.scores(run.best, run.shape, given.lines)
    add_entry(given.models / "manifest.toml", given.model, entry(run, path, figures))
    print(f"{path}: {path.stat().st_size:,} bytes; {_told(figures)}")


def write(network: nn.Module, shape: Shape, path: Path) -> None:
    """Writes *network* as ONNX: N×3×H×W pixels in -1..1 (BGR) in, N×T×classes probabilities out."""
    example = torch.zeros(1, 3, shape.height, 320)
    axes = {"pixels": {0: "lines", 3: "width"}, "probabilities": {0: "lines", 1: "steps"}}
    with warnings.catch_warnings():
        # the exporter warns of LSTMs whose batch varies; ours start from zeros
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Reader(network.cpu()).eval(), (example,), str(path), input_names=["pixels"],
            output_names=["probabilities"], dynamic_axes=axes, opset_version=OPSET, dynamo=False,
        )  # fmt: skip
    _label(path, shape.letters)


def _label(path: Path, letters: Alphabet) -> None:
    """Puts the dictionary where `invoiceocr.ocr.charset` looks for it."""
    model = onnx.load(str(path))
    onnx.helper.set_model_props(model, {"character": letters.metadata})
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def replace_by_int8(path: Path, run: Run, lines: int) -> None:
    """Replaces the network at *path* by one with 8-bit convolutions, if that reads as well."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / path.name
        quantize(path, small, run.shape)
        before, after = (onnx_scores(each, run.shape, lines) for each in (path, small))
        lost = max(before[name].share - after[name].share for name in before)
        print(f"INT8: {small.stat().st_size:,} bytes, {_told(after)}; float: {_told(before)}")
        if lost <= LOSS:
            path.write_bytes(small.read_bytes())


def quantize(path: Path, target: Path, shape: Shape) -> None:
    """Writes the network at *path* with 8-bit convolutions (QDQ, per channel) to *target*."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Drawn(CalibrationDataReader):
        """Lines of training, one after another."""

        def __init__(self) -> None:
            self._lines = _calibration(shape)

        def get_next(self) -> dict[str, object] | None:
            """The next input, None after the last."""
            return next(self._lines, None)

    prepared = target.with_suffix(".prepared.onnx")
    quant_pre_process(str(path), str(prepared))
    quantize_static(
        str(prepared), str(target), Drawn(), per_channel=True, op_types_to_quantize=["Conv"],
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
    )  # fmt: skip
    prepared.unlink()
    _label(target, shape.letters)


def _calibration(shape: Shape) -> Iterator[dict[str, object]]:
    drawn = feed.samples(shape, CALIBRATION_SEED)
    for _, (pixels, _) in zip(range(CALIBRATION), drawn, strict=False):
        yield {"pixels": reading.normalized(pixels[None]).numpy()}


def onnx_scores(path: Path, shape: Shape, lines: int) -> dict[str, Score]:
    """The scores of an exported network, like those that `reading.scores` gives for one in training."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def right(condition: str) -> Score:
        found = reading.validation_lines(shape.letters, condition, lines)
        read = [reading.greedy(_classes(session, line.pixels, shape.height), shape.letters) for line in found]
        return Score(lines, reading.right(read, found, shape.letters))

    return {condition: right(condition) for condition in VALIDATION}


def _classes(session: Any, line: Any, height: int) -> list[int]:
    width = feed.natural_width(line.shape[1] / line.shape[0], height)
    batch = reading.normalized(feed.resized(line, width, height)[None]).numpy()
    best: list[int] = np.asarray(session.run(None, {"pixels": batch})[0])[0].argmax(-1).tolist()
    return best


def entry(run: Run, path: Path, figures: Mapping[str, Score]) -> dict[str, Any]:
    """The manifest's entry of the network at *path*."""
    work = multiplications(run.best, run.shape.height)
    size = f"{parameters(run.network) / 1e6:.3f} M parameters, {work / 1e9:.3f} GMAC at width 320"
    begun = "from scratch" if run.shape.stages else "on from the convolutions of PP-OCRv6 tiny (Apache-2.0)"
    notes = (
        f"CTC over {len(run.letters.classes)} classes of the alphabet {run.shape.alphabet} (charsets.toml), "
        f"{size}; trained {begun} on {run.seen:,} samples of drawn lines until {datetime.now(UTC).date()}; "
        f"lines of held-out faces and texts read right: {_told(figures)}"
    )
    return {
        "kind": "recognizer", "file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "source": "training/ of this repository", "license": "Apache-2.0", "input_height": run.shape.height,
        "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "notes": notes,
    }  # fmt: skip


def add_entry(manifest: Path, name: str, values: Mapping[str, object]) -> None:
    """Writes the entry *name* into *manifest*, in the place of an older one."""
    text = manifest.read_text(encoding="utf-8")
    body = f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
    head, found, rest = text.partition(f"[{name}]\n")
    after = "\n[" + rest.partition("\n[")[2] if found and "\n[" in rest else ""
    manifest.write_text(f"{head if found else text.rstrip() + chr(10) * 2}{body}{after}", encoding="utf-8")


def _told(figures: Mapping[str, Score]) -> str:
    return ", ".join(f"{name} {100 * score.share:.1f} %" for name, score in figures.items())


if __name__ == "__main__":
    main()
