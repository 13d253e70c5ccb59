from pathlib import Path

from bench import stages
from invoiceocr import Reader
from invoiceocr.ocr.session import Network
from invoiceocr.settings import Settings
from invoiceocr.specimens import Order, deliver


def written(folder: Path, form: str) -> Path:
    file = folder / f"发票.{form}"
    file.write_bytes(deliver(Order("digital_ordinary", 12, form)).data)  # type: ignore[arg-type]
    return file


def test_each_stage_of_a_pdf_is_counted_with_its_time(tmp_path: Path) -> None:
    # given
    file = written(tmp_path, "pdf")

    # when
    spent = stages.measured(Reader(Settings(threads=1)), [file])

    # then
    assert spent.calls["whole file"] == spent.calls["PDF page to characters"] == 1
    assert 0 < spent.processor["fields"] < spent.processor["whole file"]
    assert not [name for name in spent.calls if name.startswith("network")]


def test_networks_are_counted_by_their_file_as_long_as_it_is_measured(tmp_path: Path) -> None:
    # given
    file, before = written(tmp_path, "png"), Network.outputs

    # when
    spent = stages.measured(Reader(Settings(threads=1)), [file])

    # then
    assert spent.calls["network kernel-det"] == 1
    assert spent.calls["network crnn-zh"] > 20
    assert Network.outputs is before
