"""Kills a batch or a watched folder at random moments and counts what was lost or doubled:

    python -m bench.kills batch --times 100 --files 20000
    python -m bench.kills watch --times 100 --files 3000

Whole process groups are ended with SIGKILL; outcomes are canned, so that the time goes into what is tested. After each
kill the next run goes on; after the last one a run to the end, and every file must be there exactly once.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

LONGEST_S = 4.0  # until a kill; starting takes about one
STATES = ("done", "review", "failed")


def batch(folder: Path) -> list[str]:
    """The command of a batch."""
    return ["batch", str(folder / "in"), "--out", str(folder / "out"), "--jobs", "2", "--fake", str(folder / "plan")]


def watch(folder: Path) -> list[str]:
    """The command of a watched folder."""
    words = ["watch", str(folder / "in"), "--out", str(folder / "out"), "--once", "--jobs", "2"]
    return [*words, "--fake", str(folder / "plan")]


def batch_names(folder: Path) -> Counter[str]:
    """How often each file has a line."""
    lines = (line for path in (folder / "out").glob("results-*.jsonl") for line in path.read_bytes().splitlines())
    return Counter(Path(json.loads(line)["source"]).name for line in lines)


def watch_names(folder: Path) -> Counter[str]:
    """How often each file, with its side-car, is in a folder of outcomes."""
    paths = (path for state in STATES for path in (folder / "out" / state).glob("*.json"))
    return Counter(
        Path(json.loads(path.read_bytes())["source"]).name for path in paths if path.with_suffix("").exists()
    )


CASES: dict[str, tuple[Callable[[Path], list[str]], Callable[[Path], Counter[str]]]] = {
    "batch": (batch, batch_names),
    "watch": (watch, watch_names),
}


def start(words: list[str]) -> subprocess.Popen[bytes]:
    """The program, in a process group of its own."""
    program = [sys.executable, "-m", "invoiceocr", *words]
    return subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def main() -> None:
    """Read the options, kill, and print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=CASES)
    options.add_argument("--times", type=int, default=20)
    options.add_argument("--files", type=int, default=5000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    chance, (command, names) = random.Random(given.seed), CASES[given.what]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for part in ("in", "plan"):
            (folder / part).mkdir()
        for number in range(given.files):
            (folder / "in" / f"{number}.pdf").write_bytes(b"%PDF")
        killed = 0
        for _ in range(given.times):
            process = start(command(folder))
            time.sleep(chance.uniform(0.3, LONGEST_S))
            if process.poll() is None:
                killed += 1
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        start(command(folder)).wait()
        found = names(folder)
        doubled = found.total() - len(found)
        print(f"{killed} kills while it ran, {given.files - len(found)} lost, {doubled} doubled of {given.files}")


if __name__ == "__main__":
    main()
