"""A service in a process of its own that is killed without warning."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("requests")
import requests
from serving import PDF, PICTURE, XML

ROOT = Path(__file__).parents[2]


def serve(folder: Path, *words: str) -> tuple[subprocess.Popen[bytes], str]:
    """A service that is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "invoiceocr", "serve", "--port", str(port), "--data", str(folder), *words]
    process = subprocess.Popen([*command, "--workers", "1"], cwd=ROOT, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            if requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                return process, f"http://127.0.0.1:{port}"
        except requests.RequestException:
            pass
        assert process.poll() is None
        time.sleep(0.1)
    raise AssertionError("the service does not get ready")


def _part(path: Path) -> tuple[str, tuple[str, bytes]]:
    """The file at *path* as a part of a form."""
    return "files", (path.name, path.read_bytes())


def children(process: subprocess.Popen[bytes]) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True).stdout
    return [int(word) for word in found.split()]


def is_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to look at processes")
def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    process, address = serve(tmp_path)
    workers = children(process)
    kept = requests.post(f"{address}/v1/invoices", files=[_part(PDF)], timeout=60).json()["results"][0]
    many = [_part(path) for path in (PICTURE, XML, PICTURE, PDF)]
    job = requests.post(f"{address}/v1/invoices", files=many, headers={"Prefer": "respond-async"}, timeout=60).json()
    process.kill()
    process.wait()
    time.sleep(2)
    assert not [worker for worker in workers if is_alive(worker)]

    process, address = serve(tmp_path)
    assert requests.get(f"{address}/v1/invoices/{kept['id']}", timeout=60).json()["number"] == "24622000000721518982"
    for _ in range(600):
        state = requests.get(f"{address}{job['status_url']}", timeout=60).json()
        if state["state"] == "done":
            break
        time.sleep(0.1)
    assert [result["source"] for result in state["results"]] == [PICTURE.name, XML.name, PICTURE.name, PDF.name]
    process.terminate()
    assert process.wait(timeout=60) == 0


def test_other_machines_are_not_let_in_without_a_word(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "invoiceocr", "serve", "--host", "0.0.0.0", "--data", str(tmp_path)]
    environment = {name: value for name, value in os.environ.items() if name != "INVOICEOCR_TOKEN"}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert "--token" in ended.stderr
