import gc
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("robot")
from invoiceocr.bots import RobotLibrary

SUITE = Path(__file__).with_name("keywords.robot")
KEYWORDS = (
    "Read Invoice",
    "Read Invoices",
    "Invoice Field",
    "Field Should Be Verified",
    "Field Should Be",
    "Invoice Should Be Accepted",
    "Invoice Should Have No Errors",
    "Export Verified Fields",
)


def test_the_example_suite_passes(tmp_path: Path) -> None:
    fake = tmp_path / "plan"
    fake.mkdir()
    arguments = ["--outputdir", str(tmp_path), "--variable", f"FAKE:{fake}", str(SUITE)]
    done = subprocess.run([sys.executable, "-m", "robot", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "verified.csv").read_bytes().startswith(b"\xef\xbb\xbfsource")


def test_libdoc_tells_every_keyword_of_the_contract() -> None:
    arguments = ["-m", "robot.libdoc", "invoiceocr.bots.RobotLibrary", "list"]
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    assert set(done.stdout.splitlines()) == set(KEYWORDS)


def test_the_garbage_of_the_robot_s_process_is_still_collected() -> None:
    before = gc.get_freeze_count()
    RobotLibrary()
    assert gc.get_freeze_count() == before
