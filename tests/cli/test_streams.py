import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAIN = "from invoiceocr.cli import main; main()"
# what a library says in the middle of writing, on the stream that a program has by this number
TALKING = """
import os
from invoiceocr.cli import app

def run(arguments):
    with open("result", "w") as stream:
        os.write(2, b"a warning")
        stream.write("done")
    return 0

app.run = run
app.main()
"""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX closes them")


def ran(tmp_path: Path, words: str, closed: str, program: str = MAIN) -> subprocess.CompletedProcess[str]:
    """The command line with these words, started by a shell that closes a stream."""
    (tmp_path / "empty").mkdir()
    command = f'cd "$1" && exec "$2" -c "$3" {words} {closed}'
    return subprocess.run(
        ["sh", "-c", command, "sh", tmp_path, sys.executable, program],
        env={"PYTHONPATH": str(ROOT), "LANG": "en_US.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("words", ["schema", "mcp"])
def test_results_for_a_closed_standard_output_are_refused_before_any_work(tmp_path: Path, words: str) -> None:
    done = ran(tmp_path, words, ">&-")

    assert done.returncode == 2
    assert "standard output: it is closed" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_said_without_standard_error_does_not_end_in_a_file(tmp_path: Path) -> None:
    done = ran(tmp_path, "schema", "2>&-", TALKING)

    assert done.returncode == 0
    assert (tmp_path / "result").read_text() == "done"


def test_a_closed_standard_input_is_an_empty_file(tmp_path: Path) -> None:
    done = ran(tmp_path, "extract - --format jsonl", "<&-")

    assert done.returncode == 3
    assert '"empty_file"' in done.stdout
