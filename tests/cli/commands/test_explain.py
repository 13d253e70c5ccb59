import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from explained import misread_tax_id, trace_of
from fake_reader import FakeReader

from invoiceocr.adjudication.trace import InvoiceTrace
from invoiceocr.cli.app import run
from invoiceocr.errors import CorruptFileError, FileMissingError
from invoiceocr.invoice import OtherDocument

Write = Callable[..., None]
Capture = pytest.CaptureFixture[bytes]


def accepted() -> InvoiceTrace:
    trace = trace_of(misread_tax_id())
    return InvoiceTrace(trace.invoice.model_copy(update={"verdict": "accept"}), trace.fused, outcomes=trace.outcomes)


TRACES: dict[bytes, list[Callable[[], InvoiceTrace]]] = {
    b"review": [lambda: trace_of(misread_tax_id())],
    b"accept": [accepted],
    b"both": [accepted, lambda: trace_of()],
    b"truncated": [accepted],
    b"other": [lambda: InvoiceTrace(OtherDocument(source="a.png"), {})],
    b"blank": [],
    b"broken": [],
}


def trace_invoices(self: FakeReader, source: Path | bytes, *, name: str) -> Iterator[InvoiceTrace]:
    if isinstance(source, Path) and not source.exists():
        raise FileMissingError(f"{name}: no such file")
    word = source if isinstance(source, bytes) else source.read_bytes()
    for build in TRACES[word]:
        yield build()
    if word in (b"truncated", b"broken"):
        raise CorruptFileError(f"{name}: damaged", code="corrupt_pdf")


@pytest.fixture(autouse=True)
def traced(fake_reader: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake reader tells what a word in the file stands for."""
    monkeypatch.setattr(FakeReader, "trace_invoices", trace_invoices, raising=False)


def explained(capture: Capture, *arguments: str) -> str:
    run(["explain", *arguments])
    return capture.readouterr().out.decode()


def as_json(capture: Capture, *arguments: str) -> Any:
    return json.loads(explained(capture, *arguments, "--format", "json"))


# formats


def test_text_is_the_default_in_the_language_of_the_locale_or_of_the_option(
    claims: Write, capsysbinary: Capture
) -> None:
    claims(**{"a.png": "review"})

    assert "seller tax id seller.tax_id: " in explained(capsysbinary, "a.png")
    assert "销售方税号 seller.tax_id：" in explained(capsysbinary, "a.png", "--language", "zh")


def test_messages_are_in_both_languages_whatever_is_asked_for(
    claims: Write, capsysbinary: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    languages: list[str] = []
    monkeypatch.setattr(
        FakeReader, "__init__", lambda self, settings: languages.append(settings.language), raising=True
    )
    claims(**{"a.png": "review"})

    explained(capsysbinary, "a.png", "--language", "en")

    assert languages == ["zh"]


def test_the_suffix_of_the_output_tells_the_format(claims: Write) -> None:
    claims(**{"发票 一.png": "review"})

    run(["explain", "发票 一.png", "-o", "说明.html"])
    run(["explain", "发票 一.png", "-o", "说明.json"])
    run(["explain", "发票 一.png", "-o", "说明.txt"])

    assert Path("说明.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert json.loads(Path("说明.json").read_text(encoding="utf-8"))["source"] == "发票 一.png"
    assert Path("说明.txt").read_text(encoding="utf-8").startswith("a.png · ")


def test_what_was_written_is_told_where_people_read(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"a.png": "review"})

    run(["explain", "a.png", "-o", "out.json", "--language", "en"])
    told = capsysbinary.readouterr()

    assert (told.out, told.err.decode().splitlines()) == (b"", ["wrote out.json"])


def test_json_holds_every_invoice_and_the_error_that_ended_them(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"a.zip": "both", "b.zip": "truncated"})

    whole, truncated = as_json(capsysbinary, "a.zip"), as_json(capsysbinary, "b.zip")

    assert ([told["verdict"] for told in whole["invoices"]], whole["error"]) == (["accept", "review"], None)
    assert (len(truncated["invoices"]), truncated["error"]["code"]) == (1, "corrupt_pdf")


def test_standard_input_is_read(capsysbinary: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        class buffer:
            read = staticmethod(lambda: b"accept")

    monkeypatch.setattr("sys.stdin", Input)

    assert as_json(capsysbinary, "-")["source"] == "-"


# fields


def test_one_field_is_told_where_one_is_asked_for(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"a.zip": "both"})

    told = as_json(capsysbinary, "a.zip", "--field", "seller.tax_id")

    assert [[field["path"] for field in invoice["fields"]] for invoice in told["invoices"]] == [["seller.tax_id"]] * 2


def test_an_unknown_field_is_a_usage_error_that_names_the_nearest(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"a.png": "review"})

    assert run(["explain", "a.png", "--field", "seler.tax_id", "-o", "out.html"]) == 2

    assert b"seller.tax_id" in capsysbinary.readouterr().err
    assert not Path("out.html").exists()


# ends


@pytest.mark.parametrize(
    ("word", "code"),
    [("accept", 0), ("review", 1), ("both", 1), ("other", 1), ("blank", 1), ("truncated", 3), ("broken", 3)],
)
def test_the_exit_code_is_that_of_the_output_contract(
    claims: Write, word: str, code: int, capsysbinary: Capture
) -> None:
    claims(**{"a.png": word})

    assert run(["explain", "a.png"]) == code


def test_a_file_that_can_not_be_read_leaves_no_output(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"a.pdf": "broken"})

    assert run(["explain", "a.pdf", "-o", "out.html"]) == 3
    assert run(["explain", "gone.pdf", "-o", "out.html"]) == 3
    assert b"corrupt_pdf" in capsysbinary.readouterr().err
    assert not Path("out.html").exists()


def test_what_was_read_before_a_damaged_member_is_written(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"a.zip": "truncated"})

    assert run(["explain", "a.zip", "-o", "out.html"]) == 3
    assert Path("out.html").exists()
    assert b"corrupt_pdf" in capsysbinary.readouterr().err


def test_the_input_is_never_replaced(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"a.png": "review"})

    assert run(["explain", "a.png", "-o", "./a.png"]) == 2
    assert Path("a.png").read_text() == "review"


def test_an_output_that_can_not_be_written_is_a_usage_error(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"a.png": "review"})

    assert run(["explain", "a.png", "-o", "nowhere/a.html"]) == 2
