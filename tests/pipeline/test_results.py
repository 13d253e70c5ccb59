import logging
import os
import threading
import time
from pathlib import Path

import pytest
from ofd_builder import digital_invoice

import invoiceocr
from invoiceocr.errors import FileMissingError
from invoiceocr.pipeline.document_reader import DocumentReader
from invoiceocr.pipeline.reader import Reader

XML = digital_invoice().encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two invoices, one of them deeper, a file that is no document and a hidden one."""
    (tmp_path / "later").mkdir()
    (tmp_path / "a.xml").write_bytes(XML)
    (tmp_path / "later" / "b.xml").write_bytes(XML)
    (tmp_path / "notes.txt").write_text("lunch at noon")
    (tmp_path / ".hidden.xml").write_bytes(XML)
    return tmp_path


def test_a_folder_is_read_in_the_order_of_names_without_what_is_no_document(reader: Reader, folder: Path) -> None:
    told: list[str] = []
    results = reader.read_folder(folder, on_result=lambda result: told.append(result.source))
    assert [result.source for result in results] == [str(folder / "a.xml"), str(folder / "later" / "b.xml")]
    assert results.skipped == [str(folder / "notes.txt")]
    assert told == [str(folder / "a.xml"), str(folder / "later" / "b.xml")]


def test_a_folder_that_is_not_there_is_an_error_at_once(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(FileMissingError):
        reader.read_folder(tmp_path / "gone")


def test_the_package_reads_a_folder_with_settings_as_keywords(folder: Path) -> None:
    results = list(invoiceocr.read_folder(folder, language="en"))
    assert [len(result.invoices) for result in results] == [1, 1]


def test_a_canceled_iteration_gives_nothing_more(reader: Reader) -> None:
    results = reader.read_many([XML] * 5)
    next(results)
    results.cancel()
    assert list(results) == []
    assert results.canceled


def test_another_thread_cancels_what_worker_processes_read(reader: Reader) -> None:
    results = reader.read_many([XML] * 2000, jobs=2)
    next(results)
    threading.Timer(0.2, results.cancel).start()
    began = time.monotonic()
    rest = list(results)
    assert len(rest) < 1999
    assert time.monotonic() - began < 20


def test_leaving_the_block_ends_the_worker_processes(reader: Reader) -> None:
    with reader.read_many([XML] * 50, jobs=1, timeout_s=60) as results:
        next(results)
    assert list(results) == []


def test_reading_is_logged_without_what_the_file_holds(
    reader: Reader, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="invoiceocr")
    (result,) = (result for result in reader.read_folder(folder) if result.source.endswith("a.xml"))
    text = "\n".join(record.getMessage() for record in caplog.records)
    (invoice,) = result.invoices
    assert {record.name for record in caplog.records} == {"invoiceocr"}
    assert str(folder / "a.xml") in text
    assert invoice.number is not None
    assert invoice.number not in text


def test_an_internal_error_is_logged_with_its_traceback_at_debug_only(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("张三 is a secret")

    monkeypatch.setattr(DocumentReader, "__call__", broken)
    caplog.set_level(logging.DEBUG, logger="invoiceocr")
    reader.read_one(XML)
    above = [record for record in caplog.records if record.levelno > logging.DEBUG]
    assert "张三" not in "\n".join(record.getMessage() for record in above)
    assert any(record.exc_info for record in caplog.records if record.levelno == logging.DEBUG)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_process_forked_after_reading_text_still_reads_text(reader: Reader) -> None:
    reader.read(XML)
    child = os.fork()
    if child == 0:
        os._exit(7 if reader.read_one(XML).invoices else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
