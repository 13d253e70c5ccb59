"""How much work a page is, counted instead of timed: calls of networks, parts of pages drawn, modules at start."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from counting import functions_called

from invoiceocr import Reader
from invoiceocr.extraction import kind_reader
from invoiceocr.ocr.manifest import ModelEntry
from invoiceocr.ocr.session import Floats, Network
from invoiceocr.sources.pdf import drawing as pdf_drawing
from invoiceocr.sources.pdf import ink as pdf_ink
from invoiceocr.specimens import Order, deliver

FIRST_LOOK, DETECTOR, LINES, FALLBACK = "kernel-det", "ppocrv6_det", "crnn-zh", "ppocrv6_rec"
HEAVY = ("cv2", "zxingcpp", "onnxruntime", "pypdfium2", "ruamel", "typer", "rich", "sqlalchemy", "fastapi", "openpyxl")


@contextmanager
def counted_networks() -> Iterator[Counter[str]]:
    """How often each network is asked, by its file."""
    calls: Counter[str] = Counter()
    ask = Network.outputs

    def outputs(network: Network, batch: Floats) -> list[Floats]:
        calls[Path(network.entry.file).stem] += 1
        return ask(network, batch)

    with patch.object(Network, "outputs", outputs):
        yield calls


@contextmanager
def counted_drawings() -> Iterator[Counter[str]]:
    """How often parts of a PDF page are drawn: in color to be read, in gray to see what shows."""
    calls: Counter[str] = Counter()

    def counted(work: Callable[..., Any], name: str) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            calls[name] += 1
            return work(*given)

        return run

    with (
        patch.object(pdf_drawing, "_rendered", counted(pdf_drawing._rendered, "color")),
        patch.object(pdf_ink.Canvas, "_gray", counted(pdf_ink.Canvas._gray, "gray")),
    ):
        yield calls


def made(kind: str, form: str, degradation: str | None = None) -> bytes:
    return deliver(Order(kind, 4711, form, degradation)).data  # type: ignore[arg-type]


def modules_after(code: str) -> set[str]:
    """The names of all modules that a Python process has loaded after *code*."""
    told = f"{code}\nimport sys; print(' '.join(sys.modules))"
    said = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout
    return set(said.split())


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        yield opened


def test_a_clean_page_is_searched_for_text_once_and_its_lines_are_read_once(reader: Reader) -> None:
    # given
    data = made("digital_ordinary", "png")

    # when
    with counted_networks() as calls:
        (invoice,) = reader.read(data)

    # then
    assert invoice.kind == "digital_ordinary"
    # crisp print needs no second look
    assert (calls[FIRST_LOOK], calls[DETECTOR]) == (1, 0)
    assert calls[LINES] <= 90  # the form has some 60 texts, a few of which are read in parts
    assert calls[FALLBACK] <= 0.25 * calls[LINES]


def test_a_photographed_page_asks_the_slow_recognizer_for_less_than_half_of_its_lines(reader: Reader) -> None:
    # given
    data = made("e_vat_ordinary", "png", "photo")

    # when
    with counted_networks() as calls:
        reader.read(data)

    # then
    assert calls[DETECTOR] <= 4  # once for the page, and near print that runs through the form
    assert calls[LINES] <= 150
    assert calls[FALLBACK] <= 0.5 * calls[LINES]


def test_of_a_clean_page_only_the_networks_that_it_needs_are_loaded() -> None:
    # given
    data, loaded = made("digital_ordinary", "png"), []
    load = ModelEntry.load

    def noted(entry: ModelEntry) -> bytes:
        loaded.append(entry.kind)
        return load(entry)

    # when
    with Reader() as fresh, patch.object(ModelEntry, "load", noted):
        fresh.read(data)

    # then: the quick detector, two recognizers of texts and one of numbers
    assert sorted(loaded) == ["detector", "recognizer", "recognizer", "recognizer"]


def test_a_pdf_with_text_asks_no_network(reader: Reader) -> None:
    with counted_networks() as calls:
        (invoice,) = reader.read(made("digital_ordinary", "pdf"))

    assert invoice.kind == "digital_ordinary"
    assert not calls


@pytest.mark.parametrize(("form", "most"), [("pdf", 54_500), ("ofd", 73_200), ("xml", 16_000)])
def test_a_file_with_its_own_characters_is_read_with_few_calls(reader: Reader, form: str, most: int) -> None:
    # given: what all files share is loaded and compiled
    data = made("digital_ordinary", form)
    reader.read(data)

    # when
    calls = functions_called(lambda: reader.read(data))

    # then: a tenth more than at the last look
    assert calls <= most


def test_of_a_pdf_with_text_only_the_corner_of_the_code_is_drawn(reader: Reader) -> None:
    with counted_drawings() as calls:
        reader.read(made("digital_ordinary", "pdf"))

    assert calls["color"] <= 1
    assert calls["gray"] <= 8  # two for each place where text may be hidden, four where a part of it may be


def test_importing_the_reader_loads_nothing_that_handles_pixels_or_commands() -> None:
    loaded = modules_after("from invoiceocr import Reader")

    assert not [name for name in HEAVY if name in loaded]


def test_reading_an_ofd_loads_no_network(tmp_path: Path) -> None:
    # given
    file = tmp_path / "发票.ofd"
    file.write_bytes(made("digital_ordinary", "ofd"))

    # when
    loaded = modules_after(f"import invoiceocr; invoiceocr.read({str(file)!r})")

    # then
    # PDFium draws what the seal may hide
    assert not [name for name in ("onnxruntime", "ruamel") if name in loaded]


def test_reading_a_pdf_loads_nothing_that_looks_at_signatures(tmp_path: Path) -> None:
    # given
    file = tmp_path / "发票.pdf"
    file.write_bytes(made("digital_ordinary", "pdf"))

    # when
    loaded = modules_after(f"import invoiceocr; invoiceocr.read({str(file)!r})")

    # then
    assert "invoiceocr.sources.pdf.pages" in loaded
    assert not [name for name in loaded if name.startswith("invoiceocr.sources.signatures")]


def test_a_page_has_the_blocks_of_no_other_kind_compiled() -> None:
    with Reader() as fresh, patch.object(kind_reader, "_step", wraps=kind_reader._step) as compiled:
        before = compiled.call_count
        fresh.read(made("digital_ordinary", "pdf"))

        assert before == 0 < compiled.call_count <= len(fresh.kinds.kinds["digital_ordinary"].blocks)


def test_reading_one_file_on_the_command_line_loads_no_other_command() -> None:
    loaded = modules_after("from invoiceocr.cli import app\nassert app.run(['extract', 'nothing.pdf']) == 3")

    others = {"invoiceocr.cli.commands.ledger", "invoiceocr.cli.commands.serve", "sqlalchemy"}
    assert not others.intersection(loaded)


def test_reading_one_pdf_on_the_command_line_makes_few_classes(tmp_path: Path) -> None:
    # given
    file = tmp_path / "发票.pdf"
    file.write_bytes(made("digital_ordinary", "pdf"))
    count = """
import sys
from dataclasses import is_dataclass
from pydantic import BaseModel
ours = [module for name, module in sys.modules.items() if name.startswith("invoiceocr")]
classes = {kind for module in ours for kind in vars(module).values() if isinstance(kind, type)}
classes = {kind for kind in classes if kind.__module__.startswith("invoiceocr")}
print(len(ours), sum(map(is_dataclass, classes)), sum(issubclass(kind, BaseModel) for kind in classes))
"""

    # when
    read = f"from invoiceocr.cli import app\napp.run(['extract', {str(file)!r}, '-o', {str(tmp_path / 'o.json')!r}])"
    said = subprocess.run([sys.executable, "-c", read + count], capture_output=True, text=True, check=True).stdout
    modules, dataclasses, models = map(int, said.split())

    # then: a few more than at the last look; each class takes half a millisecond of the start, each model one
    assert modules <= 325
    assert dataclasses <= 208
    assert models <= 41


def test_a_kind_has_only_the_modules_of_its_own_block_types_loaded(tmp_path: Path) -> None:
    file = tmp_path / "发票.pdf"
    file.write_bytes(made("digital_ordinary", "pdf"))

    loaded = modules_after(f"import invoiceocr; invoiceocr.read({str(file)!r})")

    assert "invoiceocr.extraction.blocks.ruled_table" in loaded
    assert not {"invoiceocr.extraction.blocks.legs", "invoiceocr.extraction.blocks.ordered_rows"} & loaded
    # the shape of packs is checked for those of the user
    assert "invoiceocr.rules.packs.schema" not in loaded
