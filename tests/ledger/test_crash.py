"""kill -9 at random moments: what was acknowledged is there, once."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from child import environment

from invoiceocr.ledger import Ledger

KILLS = int(os.environ.get("INVOICEOCR_TEST_KILLS", "12"))  # CI and benchmarks ask for more
WRITER = """
import sys
from decimal import Decimal
from claimed import invoice, result
from invoiceocr.ledger import Ledger
with Ledger(sys.argv[1]) as ledger:
    index = int(sys.argv[2])
    print("ready", flush=True)
    while True:
        number = f"25112{index:015d}"
        ledger.add(result(f"{number}.pdf", invoice(number, total=Decimal(index))), by="writer")
        print(number, flush=True)  # acknowledged
        index += 1
"""


def test_what_was_acknowledged_survives_kills_at_random_moments(tmp_path: Path) -> None:
    drawn, where, acknowledged = random.Random(7), tmp_path / "账.db", list[str]()
    for turn in range(KILLS):
        # a busy machine gets nothing done in so little time: wait longer until it does
        patience = 1 if acknowledged else turn + 1
        acknowledged += written_until_killed(where, turn * 10_000, patience * drawn.uniform(0.0, 0.25))

    with Ledger(where) as ledger:
        numbers = [entry.number for entry in ledger.entries()]
        problems = ledger.verify().problems

    assert acknowledged
    assert not set(acknowledged) - set(numbers), "lost"
    assert len(numbers) == len(set(numbers)), "doubled"
    assert not problems


def written_until_killed(where: Path, start: int, seconds: float) -> list[str]:
    """The numbers that a writer said it had recorded before it was killed."""
    command = [sys.executable, "-c", WRITER, str(where), str(start)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        try:
            writer.wait(seconds)
        except subprocess.TimeoutExpired:
            os.kill(writer.pid, signal.SIGKILL)
        lines = writer.stdout.read().splitlines(keepends=True)
    return [line.strip() for line in lines if line.endswith("\n")]
