from pathlib import Path

import pypdfium2
import pytest

from invoiceocr.batch import factory
from invoiceocr.cli.app import run
from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens import make


@pytest.fixture(autouse=True)
def real_reader(fake_reader: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real files are read here."""
    monkeypatch.setattr(factory, "build_reader", Reader)


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    folder = tmp_path / "报销 单据"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(make("digital_ordinary", seed=7, format="pdf").data)
    (folder / "b.ofd").write_bytes(make("digital_ordinary", seed=7, format="ofd").data)
    (folder / "c.pdf").write_bytes(make("toll", seed=7, format="pdf").data)
    return folder


def test_a_folder_is_printed_each_invoice_once(claims: Path, capfd: pytest.CaptureFixture[str]) -> None:
    output = claims / "打印.pdf"
    assert run(["print", str(claims), "-o", str(output), "--language", "zh"]) in (0, 1)
    assert len(pypdfium2.PdfDocument(output)) == 2
    assert "只打印一次" in capfd.readouterr().err


def test_the_output_must_be_called_pdf(claims: Path) -> None:
    assert run(["print", str(claims), "-o", str(claims / "out.xlsx")]) == 2


def test_nothing_to_print_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("lunch")
    assert run(["print", str(tmp_path), "-o", str(tmp_path / "out.pdf")]) == 3
    assert not (tmp_path / "out.pdf").exists()
