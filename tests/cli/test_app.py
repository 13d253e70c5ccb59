import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from child import environment

import invoiceocr
from invoiceocr.cli.app import run

Capture = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[2]


def test_the_version_is_that_of_the_package(capsys: Capture) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"invoiceocr {invoiceocr.__version__}\n"


def test_the_package_can_be_run_as_a_module() -> None:
    ran = subprocess.run([sys.executable, "-m", "invoiceocr", "--version"], cwd=ROOT, capture_output=True, check=True)
    assert ran.stdout.startswith(b"invoiceocr ")


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["debug"]])
def test_an_unknown_command_is_a_usage_error(arguments: list[str]) -> None:
    assert run(arguments) == 2


@pytest.mark.parametrize("word", ["claim.pdf", "./box", "*.jpg"])
def test_a_file_in_place_of_a_command_is_answered_with_the_command_for_it(word: str, capsys: Capture) -> None:
    assert run([word]) == 2
    assert f"invoiceocr extract {word}" in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_the_schema_is_printed_for_a_line_and_for_a_kind(capsys: Capture) -> None:
    assert run(["schema"]) == 0
    assert set(json.loads(capsys.readouterr().out)["properties"]) >= {"source", "invoices", "error"}
    assert run(["schema", "--kind", "digital_ordinary"]) == 0
    assert "check_code" in json.loads(capsys.readouterr().out)["properties"]


def test_an_unknown_kind_is_told_with_the_known_ones(capsys: Capture) -> None:
    assert run(["schema", "--kind", "digital"]) == 2
    assert "digital_ordinary" in capsys.readouterr().err


def test_a_defect_shows_where_it_happened(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("defect")
    assert run(["extract", str(tmp_path / "a.pdf")]) == 4
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert "internal_error" in told


def test_starting_the_command_line_loads_neither_models_nor_opencv() -> None:
    code = "import sys, invoiceocr.cli; print({'cv2', 'onnxruntime'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True).stdout == b"set()\n"


def test_the_command_line_looks_for_no_plugins_of_pydantic() -> None:
    # given: what is said after the import comes too late
    code = "import os, sys, invoiceocr.cli; early = 'pydantic' in sys.modules\n"
    code += "try: invoiceocr.cli.main(['--version'])\n"
    code += "except SystemExit: print(early, os.environ['PYDANTIC_DISABLE_PLUGINS'])"
    clean = {key: value for key, value in os.environ.items() if key != "PYDANTIC_DISABLE_PLUGINS"}

    # when
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=clean, capture_output=True, check=True)

    # then
    assert said.stdout.split()[-2:] == [b"False", b"__all__"]


def test_a_bar_shows_progress_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("accept")
    code = "import fake_reader, invoiceocr.batch.factory as f; f.build_reader = fake_reader.FakeReader\n"
    code += "from invoiceocr.cli import main; main(['extract', 'a.pdf', '-o', 'out.csv'])"
    screen, terminal = pty.openpty()
    surroundings = environment(TERM="xterm", COLUMNS="100")
    process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env=surroundings, stderr=terminal)
    assert process.wait(timeout=60) == 0
    shown = os.read(screen, 100_000).decode("utf-8", "replace")
    assert "1/1" in shown
    assert "\x1b[" in shown
