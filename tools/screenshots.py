"""Takes the screenshots of the documents, of examples/ alone: the workbook, the printed list, pages of the service.

python -m tools.screenshots      needs LibreOffice, chromium, the extras server and dev
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pypdfium2

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
# from ROOT, so that no picture shows where that lies
EXAMPLES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "examples").glob("*.*") if path.suffix != ".md")
PORT = 18765
WIDTH, HEIGHT = 1280, 800
PATIENCE_S = 120
COLORS = 128  # of the PNG files: print and flat colors need no more


def main() -> None:
    """Write all pictures anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        invoiceocr("extract", *EXAMPLES, "-o", str(home / "claims.xlsx"), "--crops")
        invoiceocr("print", *EXAMPLES, "-o", str(home / "claims.pdf"))
        office = ["soffice", f"-env:UserInstallation=file://{home}/office", "--headless", "--convert-to", "pdf"]
        subprocess.run([*office, "--outdir", str(home / "office"), str(home / "claims.xlsx")], check=True)
        page(home / "office" / "claims.pdf", 0, "workbook.png", 1.2)
        page(home / "office" / "claims.pdf", 1, "workbook-crops.png", 1.2)
        page(home / "claims.pdf", 0, "print-list.png", 0.9)
        page(home / "claims.pdf", 1, "print-sheet.png", 0.9)
        with service(home / "data"):
            web(home)


def invoiceocr(*arguments: str) -> None:
    """Run a command; invoices that want a review are no failure."""
    done = subprocess.run([sys.executable, "-m", "invoiceocr", *arguments], cwd=ROOT, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.returncode)


def page(file: Path, number: int, name: str, scale: float) -> None:
    """A page of a PDF as a picture of the documents."""
    pixels = pypdfium2.PdfDocument(file)[number].render(scale=scale).to_numpy()
    save(np.ascontiguousarray(pixels[:, :, :3]), name)


def save(pixels: np.ndarray, name: str) -> None:
    """Write a small PNG: few colors, best compression."""
    step = 256 // 16
    flat = (pixels // step * step + step // 2).clip(0, 255).astype(np.uint8)
    flat[pixels > 245] = 255
    cv2.imwrite(str(FOLDER / name), flat, [cv2.IMWRITE_PNG_COMPRESSION, 9])


@contextmanager
def service(data: Path) -> Iterator[None]:
    """The service, running."""
    command = [sys.executable, "-m", "invoiceocr", "serve", "--data", str(data), "--port", str(PORT), "--workers", "1"]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        await_ready()
        yield
    finally:
        process.terminate()
        process.wait(30)


def await_ready() -> None:
    """Wait until the models are loaded."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the service did not become ready")


def web(home: Path) -> None:
    """The pages of the service with the examples in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN")
        tab.goto(f"http://127.0.0.1:{PORT}/")
        tab.set_input_files("input[type=file]", [str(ROOT / example) for example in EXAMPLES])
        tab.wait_for_selector("#after:not([hidden])", timeout=PATIENCE_S * 1000)  # all are read
        for path, name in (("results", "web-results.png"), ("review", "web-review.png")):
            tab.goto(f"http://127.0.0.1:{PORT}/{path}")
            time.sleep(4)
            shot = home / name
            tab.screenshot(path=str(shot))
            pixels = cv2.imread(str(shot))
            assert pixels is not None
            save(pixels, name)
        browser.close()


if __name__ == "__main__":
    main()
