"""Nothing leaves the machine: no telemetry, no look-ups, no file but those asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VARIABLE = "ORT_DISABLE_TELEMETRY"
WATCH = f"""
import os, sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "onnxruntime":
            print(os.environ.get("{VARIABLE}"))

sys.meta_path.insert(0, Watch())
from invoiceocr.ocr import manifest, session

session.open_network(manifest.entry("crnn-id", "recognizer"), 1)
"""
READ = """
import sys, time
from invoiceocr import Reader

reader, start = Reader(), time.time()
while True:
    assert reader.read_one(sys.argv[1]).error is None
    if time.time() - start > float(sys.argv[2]):
        break
    time.sleep(1)
"""
CALLS = "trace=connect,sendto,sendmsg,sendmmsg"
SHORT, LONG = 15, 65  # seconds: onnxruntime's telemetry begins some nine seconds after its import


def environment(home: Path) -> dict[str, str]:
    """The environment of a user whose home is *home* and who never heard of the variable."""
    kept = {name: value for name, value in os.environ.items() if name != VARIABLE}
    return {**kept, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.mark.parametrize("before", [None, "0"])
def test_telemetry_is_off_before_onnxruntime_is_imported(tmp_path: Path, before: str | None) -> None:
    given = environment(tmp_path) | ({VARIABLE: before} if before else {})

    command = [sys.executable, "-c", WATCH]
    seen = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=True)

    assert seen.stdout.split()[:1] == ["1"]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(
    "seconds", [pytest.param(SHORT, marks=pytest.mark.short), pytest.param(LONG, marks=pytest.mark.long)]
)
def test_reading_opens_no_connection_and_leaves_no_file(tmp_path: Path, seconds: int) -> None:
    picture, log, home = next((ROOT / "examples").glob("*.jpg")), tmp_path / "calls", tmp_path / "home"
    home.mkdir()
    watched = ["strace", "-f", "-qq", "-e", CALLS, "-o", str(log), sys.executable, "-c", READ]

    done = subprocess.run([*watched, str(picture), str(seconds)], cwd=ROOT, env=environment(home), capture_output=True)

    if b"PTRACE" in done.stderr or b"ptrace" in done.stderr:
        pytest.skip("processes may not be traced here")
    assert done.returncode == 0, done.stderr.decode()
    assert [line for line in log.read_text().splitlines() if "AF_INET" in line or "send" in line] == []
    assert [path for path in home.rglob("*") if path.is_file()] == []
