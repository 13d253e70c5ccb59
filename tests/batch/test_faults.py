import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from child import environment

FILES = 12
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of files and signals")

LIMITED = (
    "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); "
    "from invoiceocr.cli import main; main()"
)
IN_THE_PAST = (
    "import time; began = time.time(); time.time = lambda: began - 1e9; from invoiceocr.cli import main; main()"
)
AS_ALWAYS = "from invoiceocr.cli import main; main()"


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A folder of files, of which canned outcomes are read."""
    for part in ("in", "plan"):
        (tmp_path / part).mkdir()
    for number in range(FILES):
        (tmp_path / "in" / f"{number}.pdf").write_bytes(b"%PDF")
    return tmp_path


def run(box: Path, program: str) -> subprocess.CompletedProcess[str]:
    words = ["batch", "in", "--out", "out", "--jobs", "1", "--fake", "plan"]
    command, english = [sys.executable, "-c", program, *words], environment(LANG="en_US.UTF-8")
    return subprocess.run(command, cwd=box, env=english, check=False, timeout=120, capture_output=True, text=True)


def sources(box: Path) -> list[str]:
    lines = [line for path in (box / "out").glob("results-*.jsonl") for line in path.read_text().splitlines()]
    return sorted(Path(json.loads(line)["source"]).name for line in lines)


def everything(box: Path) -> list[str]:
    return sorted(path.name for path in (box / "in").iterdir())


def test_a_disk_that_is_full_ends_the_batch_in_words_and_the_next_run_completes_it(box: Path) -> None:
    full = run(box, LIMITED)
    assert (full.returncode, "Traceback" in full.stderr) == (2, False)
    assert 0 < len(sources(box)) < FILES

    run(box, AS_ALWAYS)
    assert sources(box) == everything(box)


def test_a_clock_that_jumped_decades_back_loses_and_doubles_nothing(box: Path) -> None:
    (box / "in" / "0.pdf").rename(box / "later.pdf")
    run(box, AS_ALWAYS)
    (box / "later.pdf").rename(box / "in" / "0.pdf")
    assert "Traceback" not in run(box, IN_THE_PAST).stderr
    assert sources(box) == everything(box)


@pytest.mark.parametrize("name", ["out", "out/.lock"])
def test_an_output_folder_that_cannot_be_written_is_an_error_in_words(box: Path, name: str) -> None:
    """A file where a folder has to be, and a folder where a file has to be: root may write what is read-only."""
    if name == "out":
        (box / "out").write_bytes(b"")
    else:
        (box / name).mkdir(parents=True)
    refused = run(box, AS_ALWAYS)
    assert (refused.returncode, "Traceback" in refused.stderr) == (2, False)
    assert "--out" in refused.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write what is read-only")
def test_a_folder_that_is_read_only_is_an_error_in_words(box: Path) -> None:
    (box / "out").mkdir(mode=0o500)
    assert run(box, AS_ALWAYS).returncode == 2
