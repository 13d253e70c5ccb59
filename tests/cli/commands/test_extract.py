import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import samples
from child import environment
from fake_reader import FakeReader

from invoiceocr.cli.app import run

Capture = pytest.CaptureFixture[bytes]
Write = Callable[..., None]
FAKED = "import fake_reader, invoiceocr.batch.factory as f, sys; f.build_reader = fake_reader.FakeReader; "
# tests that run in the background of a shell inherit that Ctrl-C is ignored
HEEDING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
MAIN = "from invoiceocr.cli import main; main()"


def output(capture: Capture) -> str:
    return capture.readouterr().out.decode()


def sources(text: str) -> list[str]:
    return [json.loads(line)["source"] for line in text.splitlines()]


def start(code: str, *arguments: str, **options: object) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-c", FAKED + code, *arguments]
    return subprocess.Popen(program, env=environment(), stderr=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["accept"], 0),
        (["accept", "review"], 1),
        (["blank"], 1),
        (["accept", "review", "broken"], 3),
        (["broken", "internal"], 4),
        (["defect"], 4),
    ],
)
def test_the_exit_code_tells_the_gravest_that_happened(claims: Write, words: list[str], code: int) -> None:
    claims(**{f"{index}.pdf": word for index, word in enumerate(words)})
    assert run(["extract", ".", "--format", "jsonl"]) == code


@pytest.mark.parametrize(
    "arguments",
    [
        ["extract"],
        ["extract", "a.pdf", "--no-such-option"],
        ["extract", "a.pdf", "--expect", "total"],
        ["extract", "a.pdf", "--expect", "totl=113.00"],
        ["extract", "a.pdf", "--expect", "total=viel"],
        ["extract", "a.pdf", "b.pdf", "--expect", "total=113.00"],
        ["extract", "a.pdf", "--company", "=91110105MA01ABCD5F"],
        ["extract", "a.pdf", "--precedence", "xlm"],
        ["extract", "a.pdf", "--max-error-rate", "0"],
        ["extract", "a.pdf", "--format", "docx"],
        ["extract", "a.pdf", "--threads", "many"],
        ["extract", "a.pdf", "--preprocess", "magic"],
        ["extract", "a.pdf", "--jobs", "-1"],
        ["extract", "a.pdf", "-o", "no-such-folder/out.csv"],
        ["extract", "a.pdf", "-o", "."],
        ["extract", "a.pdf", "-o", "out.docx"],
        ["extract", "a.pdf", "-o", "out.xlsx", "--format", "csv"],
        ["extract", "a.pdf", "-o", "out.xls", "--format", "xlsx"],
        ["extract", "a.pdf", "--fake", "none"],
        ["schema", "--kind", "nonsense"],
    ],
)
def test_a_wrong_call_is_a_usage_error(claims: Write, arguments: list[str]) -> None:
    claims(**{"a.pdf": "accept"})
    assert run(arguments) == 2


def test_a_wrong_setting_is_named(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"a.pdf": "accept"})
    run(["extract", "a.pdf", "--threads", "many"])
    assert b"setting threads" in capsysbinary.readouterr().err


def test_a_missing_model_is_an_internal_error_and_leaves_no_output(claims: Write, tmp_path: Path) -> None:
    claims(**{"a.pdf": "accept"})
    assert run(["extract", "a.pdf", "--recognizer", "missing", "-o", "out.csv"]) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


def test_jsonl_is_one_line_a_file_in_the_order_of_the_arguments(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"b.pdf": "accept", "a.pdf": "review", "c.pdf": "broken"})
    run(["extract", "b.pdf", "c.pdf", "a.pdf", "--format", "jsonl"])
    lines = [json.loads(line) for line in output(capsysbinary).splitlines()]
    assert [line["source"] for line in lines] == ["b.pdf", "c.pdf", "a.pdf"]
    assert lines[0]["invoices"][0]["number"] == samples.NUMBER
    assert lines[1]["error"]["code"] == "corrupt_pdf"


def test_folders_are_walked_in_order_without_hidden_and_foreign_files(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"box/b.pdf": "accept", "box/a/c.ofd": "accept", "box/.git/x": "accept", "box/.x": "accept"})
    claims(**{"box/notes.txt": "alien", "box/broken.pdf": "broken"})
    assert run(["extract", "box", "--format", "jsonl"]) == 3
    assert sources(output(capsysbinary)) == ["box/b.pdf", "box/broken.pdf", "box/a/c.ofd"]


def test_a_file_of_a_folder_that_is_passed_over_is_named_and_counted(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"box/a.pdf": "accept", "box/notes.txt": "alien"})
    assert run(["extract", "box", "--format", "jsonl"]) == 0
    told = capsysbinary.readouterr().err.decode()
    assert "box/notes.txt" in told
    assert "skipped 1" in told or "跳过 1" in told


def test_a_foreign_file_that_is_named_gives_an_error_record(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"notes.txt": "alien"})
    assert run(["extract", "notes.txt", "--format", "jsonl"]) == 3
    assert json.loads(output(capsysbinary))["error"]["code"] == "unsupported_format"


def test_patterns_are_expanded_and_each_file_is_read_once(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"b.pdf": "accept", "a.pdf": "accept", "deep/c.pdf": "accept", "[1].pdf": "accept"})
    run(["extract", "[1].pdf", "**/*.pdf", "./a.pdf", "--format", "jsonl"])
    assert sources(output(capsysbinary)) == ["[1].pdf", "a.pdf", "b.pdf", "deep/c.pdf"]


def test_a_missing_file_gives_an_error_record_and_the_batch_goes_on(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"a.pdf": "accept"})
    assert run(["extract", "gone.pdf", "none*.pdf", "a.pdf", "--format", "jsonl"]) == 3
    lines = [json.loads(line) for line in output(capsysbinary).splitlines()]
    assert [line["error"]["code"] if line["error"] else None for line in lines] == ["file_not_found"] * 2 + [None]


def test_a_folder_with_nothing_to_read_is_unreadable(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"box/notes.txt": "alien"})
    assert run(["extract", "box", "-o", "out.jsonl"]) == 3
    assert not Path("out.jsonl").exists()
    assert b"(no_documents): box: found no file" in capsysbinary.readouterr().err


def test_standard_input_is_read_under_the_name_dash(claims: Write) -> None:
    claims()
    process = start(
        "from invoiceocr.cli import main; main()", "extract", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    out, _ = process.communicate(b"accept", timeout=60)
    record = json.loads(out)
    assert (record["source"], record["invoices"][0]["source"]) == ("-", "-")


def test_data_goes_to_standard_output_and_messages_to_standard_error(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"a.pdf": "accept", "b.pdf": "broken"})
    run(["extract", ".", "--format", "json"])
    captured = capsysbinary.readouterr()
    assert [record["source"] for record in json.loads(captured.out)] == ["a.pdf", "b.pdf"]
    assert captured.err.decode().splitlines() == [
        "not read: damaged PDF (corrupt_pdf): b.pdf: cut off; get the file again",
        "files 2, invoices 1: accept 1, not read 1",
    ]


def test_messages_are_chinese_when_asked(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"a.pdf": "accept", "b.pdf": "broken"})
    run(["extract", ".", "--format", "json", "--language", "zh"])
    assert (
        "未读：PDF 已损坏（corrupt_pdf）：b.pdf（请重新导出，或向开票方索取原件）"
        in capsysbinary.readouterr().err.decode()
    )


@pytest.mark.parametrize("suffix", ["json", "jsonl", "csv", "xlsx"])
def test_the_suffix_of_the_output_chooses_the_format(claims: Write, suffix: str) -> None:
    claims(**{"a.pdf": "accept"})
    assert run(["extract", "a.pdf", "-o", f"out.{suffix.upper()}"]) == 0
    starts = {"json": b"[\n{", "jsonl": b'{"source": "a.pdf"', "csv": b"\xef\xbb\xbfsource,", "xlsx": b"PK"}
    assert Path(f"out.{suffix.upper()}").read_bytes().startswith(starts[suffix])


def test_the_format_given_goes_over_the_suffix(claims: Write) -> None:
    claims(**{"a.pdf": "accept"})
    run(["extract", "a.pdf", "-o", "out.txt", "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(Path("out.txt").read_bytes().decode("utf-8-sig"))))
    assert rows[0]["number"] == samples.NUMBER


def test_the_output_is_never_an_input(claims: Write) -> None:
    claims(**{"a.pdf": "accept", "out.jsonl": "accept"})
    assert run(["extract", ".", "-o", "out.jsonl"]) == 0
    assert sources(Path("out.jsonl").read_text()) == ["a.pdf"]
    assert run(["extract", "a.pdf", "-o", "a.pdf"]) == 2
    assert Path("a.pdf").read_text() == "accept"


def test_an_interrupt_leaves_the_old_output_and_no_draft(claims: Write, tmp_path: Path) -> None:
    claims(**{"a.pdf": "accept", "b.pdf": "interrupt", "out.csv": "old"})
    assert run(["extract", "a.pdf", "b.pdf", "-o", "out.csv"]) == 130
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "b.pdf", "out.csv"]
    assert Path("out.csv").read_text() == "old"


def test_verified_only_leaves_out_what_nothing_confirms(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"a.pdf": "accept"})
    run(["extract", "a.pdf", "--format", "jsonl", "--verified-only"])
    invoice = json.loads(output(capsysbinary))["invoices"][0]
    assert (invoice["total"], invoice["buyer"]["name"], invoice["drawer"]) == ("113.00", None, None)


def test_a_table_shows_a_row_an_invoice_and_what_is_wrong(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"a.pdf": "accept", "b.jpg": "review", "c.pdf": "broken"})
    run(["extract", ".", "--format", "table"])
    shown = output(capsysbinary)
    assert samples.NUMBER in shown
    assert "b.jpg: [total-adds-up] 100.00 + 6.00 is not 186.00" in shown
    assert "damaged PDF" in shown


def test_several_processes_give_the_same_records_in_the_same_order(claims: Write, capsysbinary: Capture) -> None:
    claims(**{f"{index}.pdf": "review" if index % 3 else "accept" for index in range(7)})
    run(["extract", ".", "--format", "jsonl"])
    alone = output(capsysbinary)
    process = start(MAIN, "extract", ".", "--jobs", "2", stdout=subprocess.PIPE)
    assert process.communicate(timeout=120)[0].decode() == alone


def test_a_file_that_kills_its_process_costs_only_its_own_result(claims: Write) -> None:
    claims(**{"0.pdf": "accept", "1.pdf": "crash", "2.pdf": "accept", "3.pdf": "review"})
    process = start(MAIN, "extract", ".", "--jobs", "2", stdout=subprocess.PIPE)
    records = [json.loads(line) for line in process.communicate(timeout=120)[0].splitlines()]
    assert [record["source"] for record in records] == ["0.pdf", "1.pdf", "2.pdf", "3.pdf"]
    assert [bool(record["error"]) for record in records] == [False, True, False, False]
    assert process.returncode == 4


def test_control_c_ends_the_worker_processes_too(claims: Write) -> None:
    claims(**{f"{index}.pdf": "slow" for index in range(4)})
    process = start(HEEDING + MAIN, "extract", ".", "--jobs", "2", "-o", "out.csv", start_new_session=True)
    while not any("out" in path.name for path in Path().iterdir()):  # reading has begun
        time.sleep(0.1)
    time.sleep(2)  # the workers are reading, or still starting: both must end
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - began < 20
    assert "interrupted" in told.decode()
    assert [path.name for path in Path().iterdir() if "out" in path.name] == []


def test_a_closed_pipe_ends_the_run_quietly(claims: Write) -> None:
    claims(**{f"{index}.pdf": "accept" for index in range(300)})
    process = start(MAIN, "extract", ".", stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as told:
        assert b"Traceback" not in told.read()
    assert process.wait(timeout=60) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_behind_standard_output_is_told_without_a_traceback(claims: Write) -> None:
    claims(**{"a.pdf": "accept"})
    with Path("/dev/full").open("wb") as full:
        process = start(MAIN, "extract", "a.pdf", "--format", "json", stdout=full)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"No space left" in told
    assert b"Traceback" not in told
    assert b"Exception ignored" not in told


def test_a_request_to_end_leaves_no_draft_and_no_worker(claims: Write) -> None:
    claims(**{f"{index}.pdf": "slow" for index in range(4)})
    process = start(MAIN, "extract", ".", "--jobs", "2", "-o", "out.csv")
    while not any("out" in path.name for path in Path().iterdir()):
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 143
    assert "interrupted" in told.decode()
    assert [path.name for path in Path().iterdir() if "out" in path.name] == []


@pytest.mark.parametrize(
    ("outcome", "code"),
    [("accepted", 0), ("review", 1), ("rejected", 1), ("duplicate", 1), ("corrupt", 3), ("timeout", 3)],
)
def test_canned_outcomes_end_with_the_exit_codes_of_real_ones(claims: Write, outcome: str, code: int) -> None:
    claims(**{"a.pdf": "", "plan/outcomes.json": json.dumps({"a.pdf": outcome})})
    assert run(["extract", "a.pdf", "--format", "jsonl", "--fake", "plan"]) == code


def test_a_progress_bar_is_shown_on_a_terminal_only(claims: Write) -> None:
    claims(**{"a.pdf": "accept"})
    process = start(MAIN, "extract", "a.pdf", "-o", "out.csv")
    assert b"\x1b" not in process.communicate(timeout=60)[1]


def test_what_is_expected_reaches_the_reader(
    claims: Write, monkeypatch: pytest.MonkeyPatch, capfdbinary: Capture
) -> None:
    claims(**{"a.pdf": "accept"})
    asked: list[object] = []
    read_many = FakeReader.read_many

    def noted(self: FakeReader, sources: object, *, names: object, expected: list[object]) -> object:
        asked.extend(expected)
        return read_many(self, sources, names=names, expected=expected)  # type: ignore[arg-type]

    monkeypatch.setattr(FakeReader, "read_many", noted)

    assert run(["extract", "a.pdf", "--expect", "total=113.00", "--expect", "buyer.name=a=b"]) == 0
    assert asked == [{"total": "113.00", "buyer.name": "a=b"}]


def test_what_a_promised_error_rate_costs_is_said(claims: Write, capfdbinary: Capture) -> None:
    claims(**{"a.pdf": "accept"})

    assert run(["extract", "a.pdf", "--max-error-rate", "0.001"]) == 0
    assert "error rate at most 0.001: by the calibration" in capfdbinary.readouterr().err.decode()


def test_accepted_only_leaves_out_the_others_but_not_their_exit_code(
    claims: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    claims(**{"a.pdf": "accept", "b.pdf": "review"})

    assert run(["extract", "a.pdf", "b.pdf", "--accepted-only", "--flat"]) == 1

    assert [json.loads(line)["source"] for line in capsys.readouterr().out.splitlines()] == ["a.pdf"]


def test_columns_of_a_settings_file_are_those_of_the_ledger_sheet(claims: Write, tmp_path: Path) -> None:
    claims(**{"a.pdf": "accept", "settings.toml": 'columns = ["no", "number=票号", "total"]'})

    run(["extract", "a.pdf", "-o", "a.xlsx", "--config", "settings.toml"])

    heads = [cell.value for cell in openpyxl.load_workbook("a.xlsx")["台账"][1]]
    assert [head.splitlines()[0] for head in heads] == ["序号", "票号", "价税合计"]


def test_columns_are_chosen_for_csv_too(claims: Write, tmp_path: Path) -> None:
    claims(**{"a.pdf": "accept"})

    run(["extract", "a.pdf", "-o", "a.csv", "--columns", "total,kind"])

    assert Path("a.csv").read_text("utf-8-sig").splitlines()[0] == "total,kind"


def test_what_a_folder_walk_skips_stands_in_the_workbook(claims: Write) -> None:
    claims(**{"in/a.pdf": "accept", "in/notes.txt": "alien"})

    run(["extract", "in", "-o", "a.xlsx"])

    assert openpyxl.load_workbook("a.xlsx")["跳过的文件"]["A2"].value == str(Path("in/notes.txt"))


def test_a_template_is_filled(claims: Write) -> None:
    claims(**{"a.pdf": "accept", "b.pdf": "accept"})
    book = openpyxl.Workbook()
    book.active["A1"] = "{{total}}"
    book.save("form.xlsx")

    run(["extract", "a.pdf", "b.pdf", "-o", "out.xlsx", "--template", "form.xlsx"])

    assert [cell.value for cell in openpyxl.load_workbook("out.xlsx").active["A"]] == [113, 113]


@pytest.mark.parametrize(
    "options", [["--flat", "-o", "a.xlsx"], ["--template", "x.xlsx", "-o", "a.csv"], ["--columns", "numbr"]]
)
def test_options_that_go_with_another_format_are_refused_before_anything_is_read(
    claims: Write, options: list[str]
) -> None:
    claims(**{"a.pdf": "defect"})

    assert run(["extract", "a.pdf", *options]) == 2
