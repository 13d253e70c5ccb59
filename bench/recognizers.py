"""The recognizers that are compared line by line, and what one of them made of a line."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from invoiceocr.geometry import Box, box_quad
from invoiceocr.ocr import charset, crop, ctc, manifest
from invoiceocr.ocr.session import Network, normalized
from invoiceocr.page import Pixels
from invoiceocr.specimens.lines.alphabets import folded

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

# Signs that mean the same, and of which typefaces make the one look like the other.
ALIKE = str.maketrans({"№": "No", "ⓧ": "⊗", "Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV", "Ⅴ": "V", "Ⅵ": "VI"})

WIDTH_STEP, NARROWEST = 8, 16  # pixels
Size = Sequence[int]
HALF = (0.5, 0.5, 0.5)

# Multiply-accumulate operations of a node, from the sizes of its first two inputs and its first output. The weights
# of an LSTM are those of its input, D×4H×C; those of its state are D×4H×H.
WORK: Mapping[str, Callable[[Size, Size, Size], int]] = {
    "Conv": lambda _, weights, out: prod(weights) * prod(out[2:]),
    "MatMul": lambda x, _, out: prod(x) * out[-1],
    "Gemm": lambda x, _, out: prod(x) * out[-1],
    "LSTM": lambda x, weights, _: x[0] * prod(weights[:2]) * (weights[2] + weights[1] // 4),
}


@dataclass(frozen=True, slots=True, eq=False)
class Recognizer:
    """A recognizer to measure: its title, ONNX bytes, input height, and the file of its dictionary (None: its
    metadata)."""

    title: str
    data: bytes
    height: int
    dictionary: Path | None = None
    _opened: dict[int, Network] = field(default_factory=dict)

    def network(self, threads: int = 1) -> Network:
        """The opened network."""
        if threads not in self._opened:
            self._opened[threads] = _opened(self, threads)
        return self._opened[threads]

    def classes(self) -> tuple[str, ...]:
        """The text of each output class."""
        if self.dictionary is None:
            return charset.charset(self.network())
        lines = self.dictionary.read_text(encoding="utf-8").split("\n")
        return (charset.BLANK, *(line.removesuffix("\r") for line in lines if line != ""), " ")


def of_manifest(name: str) -> Recognizer:
    """The recognizer *name* of models/manifest.toml."""
    entry = manifest.entry(name, "recognizer")
    return Recognizer(name, entry.load(), entry.input_height)


def given(argument: str) -> Recognizer:
    """The recognizer that TITLE=FILE:HEIGHT[:DICTIONARY] names; ValueError for anything else."""
    title, sign, rest = argument.partition("=")
    parts = rest.split(":")
    if not sign or len(parts) not in (2, 3):
        raise ValueError(f"{argument!r} is no TITLE=FILE:HEIGHT[:DICTIONARY]")
    return Recognizer(title, Path(parts[0]).read_bytes(), int(parts[1]), Path(parts[2]) if len(parts) == 3 else None)


def _opened(recognizer: Recognizer, threads: int) -> Network:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(recognizer.data, options, providers=["CPUExecutionProvider"])
    entry = manifest.ModelEntry(
        recognizer.title, "recognizer", recognizer.title, "", "", "", HALF, HALF, input_height=recognizer.height
    )
    metadata = dict(session.get_modelmeta().custom_metadata_map)
    return Network(entry, metadata, session, session.get_inputs()[0].name)


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """What a recognizer made of a line: the reading, the truth and the text, both folded, and the time."""

    reading: ctc.Reading
    truth: str
    text: str
    milliseconds: float

    @property
    def right(self) -> bool:
        """Whether the whole line is right; blanks don't count."""
        return self.text == self.truth


def prepared(pixels: Pixels, height: int) -> Pixels:
    """The line at that height and its natural width, resampled as `LineRecognizer` does."""
    rows, columns = pixels.shape[:2]
    width = max(NARROWEST, round(columns / rows * height / WIDTH_STEP) * WIDTH_STEP)
    return crop.flat(pixels, box_quad(Box(0, 0, columns, rows)), width, height)


def read(recognizer: Recognizer, lines: Sequence[tuple[Pixels, str]]) -> list[Read]:
    """Each line (pixels, truth) as the recognizer reads it alone on one thread; times are those of the network."""
    cv2.setNumThreads(1)
    network, classes = recognizer.network(), recognizer.classes()
    found = []
    for pixels, truth in lines:
        batch = normalized(prepared(pixels, recognizer.height), network)[None]
        began = time.perf_counter()
        probabilities = network(batch)[0]
        took = (time.perf_counter() - began) * 1000
        if probabilities.shape[1] != len(classes):
            raise ValueError(f"{recognizer.title}: {probabilities.shape[1]} classes, {len(classes)} in its dictionary")
        reading = ctc.decode(probabilities, classes)
        found.append(Read(reading, compared(truth), compared(reading.text), took))
    return found


def compared(text: str) -> str:
    """*text* as readings are compared: without blanks, full-width forms and signs that look alike folded."""
    return folded(text).translate(ALIKE)


def milliseconds(recognizer: Recognizer, threads: int, width: int = 320, repeat: int = 60) -> float:
    """The 20th percentile of the times of a line of that width: other processes on the machine only slow it down."""
    network = recognizer.network(threads)
    batch = np.random.default_rng(1).uniform(-1, 1, (1, 3, recognizer.height, width)).astype(np.float32)
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        network(batch)
        times.append((time.perf_counter() - began) * 1000)
    return float(np.percentile(times[5:], 20))


def parameters(recognizer: Recognizer) -> int:
    """How many numbers the network holds."""
    import onnx

    model: Any = onnx.load_model_from_string(recognizer.data)
    constants = [tensor for node in model.graph.node if node.op_type == "Constant" for tensor in _tensors(node)]
    return sum(int(np.prod(tensor.dims)) for tensor in (*model.graph.initializer, *constants) if len(tensor.dims) > 0)


def multiplications(recognizer: Recognizer, width: int = 320) -> int:
    """Multiply-accumulate operations for one line of that width: of convolutions, matrix products and LSTMs."""
    import onnx

    model: Any = onnx.load_model_from_string(recognizer.data)
    counted = [node for node in model.graph.node if node.op_type in WORK]
    sizes = {each.name: tuple(each.dims) for each in model.graph.initializer}
    names = {name for node in counted for name in (*node.input[:3], node.output[0]) if name and name not in sizes}
    del model.graph.output[:]
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in sorted(names))
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    line = np.zeros((1, 3, recognizer.height, width), np.float32)
    found = session.run(sorted(names), {session.get_inputs()[0].name: line})
    sizes |= {name: value.shape for name, value in zip(sorted(names), found, strict=True)}
    return sum(WORK[node.op_type](*(sizes[name] for name in (*node.input[:2], node.output[0]))) for node in counted)


def _tensors(node: Any) -> list[Any]:
    return [attribute.t for attribute in node.attribute if attribute.name == "value"]
