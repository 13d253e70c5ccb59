import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX closes them")


def ran(tmp_path: Path, words: str, closed: str) -> subprocess.CompletedProcess[str]:
    """The command line with these words, started by a shell that closes a stream."""
    (tmp_path / "empty").mkdir()
    command = f'cd "$1" && exec "$2" -m invoiceocr {words} {closed}'
    return subprocess.run(
        ["sh", "-c", command, "sh", tmp_path, sys.executable],
        env={"PYTHONPATH": str(ROOT), "LANG": "en_US.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_results_for_a_closed_standard_output_are_refused_before_any_work(tmp_path: Path) -> None:
    done = ran(tmp_path, "schema", ">&-")

    assert done.returncode == 2
    assert "standard output: it is closed" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_runs_without_standard_error(tmp_path: Path) -> None:
    done = ran(tmp_path, "batch empty --out out", "2>&-")

    assert done.returncode == ran(tmp_path / "empty", "batch empty --out out", "").returncode


def test_a_closed_standard_input_is_an_empty_file(tmp_path: Path) -> None:
    done = ran(tmp_path, "extract - --format jsonl", "<&-")

    assert done.returncode == 3
    assert '"empty_file"' in done.stdout
