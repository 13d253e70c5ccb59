import json
from collections.abc import Callable
from pathlib import Path

import cv2
import drawn
import numpy as np
import pytest

from invoiceocr.batch import factory
from invoiceocr.cli.app import run
from invoiceocr.geometry import Box, Quad
from invoiceocr.page import Lattice, Pixels, TextLine
from invoiceocr.settings import Settings

Capture = pytest.CaptureFixture[bytes]
Draw = Callable[..., Path]
BLANK_STEP = ("", " ", "")


def records(capture: Capture) -> list[dict[str, object]]:
    return [json.loads(line) for line in capture.readouterr().out.decode().splitlines()]


@pytest.fixture
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Writes a picture of a line into the current folder."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, text: str) -> Path:
        width, height = drawn.extent(text) if text else (60, 24)
        pixels = drawn.paper(round(width) + 16, round(height) + 10, [(8, 2, text)])
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
        return path

    return write


@pytest.fixture
def doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recognizer that holds an 8 to be a B as well, and either with or without a blank before it."""
    lattice = Lattice((("1", "", ""), BLANK_STEP, ("8", "B", "")), np.array([[1, 0, 0], [0.6, 0.4, 0], [0.7, 0.3, 0]]))
    line = TextLine("18", Box(0, 0, 9, 9), "ocr", 0.7, lattice=lattice)

    def read(pixels: Pixels, quad: Quad) -> TextLine:
        return line

    monkeypatch.setattr(factory, "build_recognizer", lambda settings: read)


def test_each_picture_gives_a_record_with_its_text(picture: Draw, capfdbinary: Capture) -> None:
    picture("b.png", "2024年03月05日")
    picture("a.png", "¥1,234.56")
    assert run(["lines", "b.png", "a.png"]) == 0
    found = records(capfdbinary)
    assert [(line["source"], line["text"]) for line in found] == [("b.png", "2024年03月05日"), ("a.png", "¥1,234.56")]
    assert set(found[0]) == {"source", "text", "confidence", "alternatives"}
    assert found[0]["confidence"] == pytest.approx(1.0, abs=0.1)


@pytest.mark.usefixtures("doubtful")
def test_other_texts_are_told_once_however_blanks_fall(picture: Draw, capfdbinary: Capture) -> None:
    picture("a.png", "18")
    run(["lines", "a.png"])
    assert records(capfdbinary)[0]["alternatives"] == [{"text": "1B", "confidence": 0.3}]


@pytest.mark.usefixtures("doubtful")
def test_text_format_is_a_file_and_its_text_a_line(picture: Draw, capfdbinary: Capture) -> None:
    picture("a.png", "18")
    run(["lines", "a.png", "--format", "text"])
    assert capfdbinary.readouterr().out == b"a.png\t18\n"


def test_a_picture_without_text_needs_a_look(picture: Draw, capfdbinary: Capture) -> None:
    picture("a.png", "")
    assert run(["lines", "a.png"]) == 1
    assert records(capfdbinary)[0]["text"] == ""


@pytest.mark.usefixtures("doubtful")
def test_what_can_not_be_read_gives_its_error_and_the_rest_goes_on(picture: Draw, capfdbinary: Capture) -> None:
    picture("a.png", "18")
    Path("empty.png").write_bytes(b"")
    Path("letter.txt").write_text("18")
    assert run(["lines", "none.png", "empty.png", "letter.txt", "a.png"]) == 3
    found = records(capfdbinary)
    codes = [line["error"]["code"] if "error" in line else None for line in found]  # type: ignore[index]
    assert codes == ["file_not_found", "empty_file", "unsupported_format", None]
    assert found[-1]["text"] == "18"


@pytest.mark.usefixtures("doubtful")
def test_a_folder_is_walked_for_pictures_only(picture: Draw, capfdbinary: Capture) -> None:
    picture("crops/a.png", "18")
    Path("crops/notes.txt").write_text("18")
    assert run(["lines", "crops"]) == 0
    assert [line["source"] for line in records(capfdbinary)] == ["crops/a.png"]


@pytest.mark.usefixtures("doubtful")
@pytest.mark.parametrize("shape", [(2, 500), (500, 2)])
def test_a_thread_of_pixels_is_no_line(shape: tuple[int, int], picture: Draw, capfdbinary: Capture) -> None:
    path = picture("a.png", "18")
    path.write_bytes(cv2.imencode(".png", np.full(shape, 255, np.uint8))[1].tobytes())
    assert run(["lines", "a.png"]) == 3
    assert records(capfdbinary)[0]["error"]["code"] == "too_large"  # type: ignore[index]


def test_an_unknown_recognizer_is_an_error_of_the_models(picture: Draw) -> None:
    picture("a.png", "18")
    assert run(["lines", "a.png", "--recognizer", "none"]) == 4


def test_the_recognizer_reads_at_the_height_of_its_manifest_entry() -> None:
    recognizer = factory.build_recognizer(Settings(threads=1))
    assert recognizer.network.entry.input_height == 48
