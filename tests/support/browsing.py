"""A service in a process of its own, and a browser that looks at it and at nothing else."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ROOT = Path(__file__).parents[2]
PATIENCE = 60_000  # milliseconds: a loaded machine is slow


@contextmanager
def served(folder: Path, *more: str) -> Iterator[str]:
    """Where a service with the data in *folder* answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", "--port", str(port), "--data", str(folder), "--workers", "1", "--today", "2025-12-31", *more]
    process = subprocess.Popen([sys.executable, "-m", "invoiceocr", *words], cwd=ROOT, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{url}/readyz") as answer:
                if answer.status == 200:
                    break
        except OSError:
            time.sleep(0.2)
    try:
        yield url
    finally:
        process.terminate()
        process.wait(timeout=60)


@contextmanager
def opened(address: str) -> Iterator[Page]:
    """A page in Chinese; requests to anywhere else, and errors of scripts, fail the test."""
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900}, base_url=address)
        found = context.new_page()
        found.set_default_timeout(PATIENCE)
        wrong: list[str] = []
        found.on("request", lambda request: _judge(request.url, address, wrong))
        found.on("pageerror", lambda error: wrong.append(str(error)))
        yield found
        browser.close()
    assert not wrong


def _judge(url: str, address: str, wrong: list[str]) -> None:
    if not url.startswith((address, "blob:", "data:")):
        wrong.append(url)
