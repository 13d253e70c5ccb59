import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SWALLOWED = """
import ctypes, os, signal, time
from invoiceocr.cli.signals import stops_are_exits

@ctypes.CFUNCTYPE(ctypes.c_int)
def stopped():
    os.kill(os.getpid(), signal.{name})
    return 0

# what starts the tests in the background may have it ignored
signal.signal(signal.SIGINT, signal.default_int_handler)
with stops_are_exits():
    stopped()
    time.sleep(60)
print("went on")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", -signal.SIGINT)])
def test_a_stop_that_a_callback_of_c_code_swallows_is_asked_for_again(name: str, code: int) -> None:
    command = [sys.executable, "-c", SWALLOWED.format(name=name)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50, check=False)
    assert ran.returncode == code
    assert "went on" not in ran.stdout
    assert "Exception ignored" not in ran.stderr


def test_other_exceptions_that_are_lost_are_told() -> None:
    code = SWALLOWED.replace("os.kill(os.getpid(), signal.{name})", "raise ValueError").replace("60", "0")
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=50, check=False
    )
    assert ran.returncode == 0
    assert "ValueError" in ran.stderr
