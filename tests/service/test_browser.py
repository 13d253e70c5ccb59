"""The pages in a real browser, from the drop to the workbook; skipped where Chromium or Playwright is missing."""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

pytest.importorskip("fastapi")
pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import Page, sync_playwright
from serving import DOUBTFUL, PDF, XML

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: apt-get install chromium")
ROOT = Path(__file__).parents[2]
HOSTILE = '<img src=x onerror="window.hacked=1">'
PATIENCE = 60_000  # milliseconds: a loaded machine is slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", "--port", str(port), "--data", str(tmp_path_factory.mktemp("data")), "--workers", "1"]
    words += ["--today", "2025-12-31"]
    process = subprocess.Popen([sys.executable, "-m", "invoiceocr", *words], cwd=ROOT, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            if urllib.request.urlopen(f"{url}/readyz").status == 200:
                break
        except OSError:
            time.sleep(0.2)
    yield url
    process.terminate()
    process.wait(timeout=60)


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    """A page in Chinese; requests to anywhere else, and errors of scripts, fail the test."""
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900}, base_url=address)
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        wrong: list[str] = []
        opened.on("request", lambda request: _judge(request.url, address, wrong))
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        yield opened
        browser.close()
    assert not wrong


def _judge(url: str, address: str, wrong: list[str]) -> None:
    if not url.startswith((address, "blob:", "data:")):
        wrong.append(url)


def drop(page: Page, *paths: Path) -> None:
    page.goto("/")
    page.set_input_files("#files", [str(path) for path in paths])
    page.wait_for_selector("#after:not([hidden])")


def open_doubtful(page: Page) -> None:
    drop(page, DOUBTFUL)
    page.locator(".files a").first.click()
    page.wait_for_selector(".choice")


def press(page: Page, key: str) -> None:
    """Press a key and wait until the answer of the service is drawn."""
    with page.expect_response(lambda answer: answer.url.endswith("/data")):
        page.keyboard.press(key)
    page.wait_for_timeout(200)


def test_from_the_drop_over_review_to_the_workbook(page: Page, tmp_path: Path) -> None:
    drop(page, PDF, XML, DOUBTFUL)
    assert page.locator(".files li").count() == 3
    page.click("#go-review")
    page.wait_for_selector("#foot .button")
    page.goto("/results")
    assert page.locator("#table tbody tr").count() >= 3
    with page.expect_download() as download:
        page.click("#export")
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert "24622000000721518982" in {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row}


def test_a_file_that_is_no_invoice_is_named_and_not_sent(page: Page, tmp_path: Path) -> None:
    (tmp_path / "报告.docx").write_bytes(b"PK")
    page.goto("/")
    page.set_input_files("#files", str(tmp_path / "报告.docx"))
    assert "报告.docx" in page.inner_text("#list")
    assert "已跳过" in page.inner_text("#list")


def test_an_invoice_is_reviewed_with_three_keys(page: Page) -> None:
    open_doubtful(page)
    assert "税额" in page.inner_text("#ask h2")
    press(page, "1")
    press(page, "Enter")
    assert page.locator("#head .chip.accept").count() == 1
    with page.expect_navigation():
        page.keyboard.press("a")


def test_a_change_is_undone_with_a_key(page: Page) -> None:
    open_doubtful(page)
    press(page, "1")
    press(page, "u")
    assert page.locator("#head .chip.review").count() == 1
    assert "44" in page.inner_text("#ask .value")


def test_a_field_and_its_place_light_up_together(page: Page) -> None:
    open_doubtful(page)
    page.locator('.field[data-path="number"]').click()
    assert page.locator("rect.at").count() == 1
    assert page.inner_text("#ask h2 span:first-child") == "发票号码"
    page.locator("rect.verified:not(.at)").last.click(force=True)
    assert page.inner_text("#ask h2 span:first-child") != "发票号码"


def test_text_of_the_page_is_taken_over_with_a_click(page: Page) -> None:
    open_doubtful(page)
    page.keyboard.press("t")
    page.wait_for_selector("rect.line")
    line = page.locator("rect.line", has=page.locator("title", has_text="18.98")).first
    line.dispatch_event("click")
    assert page.locator(".editor input").input_value() == "18.98"


def test_a_document_without_a_page_is_laid_out_from_its_fields(page: Page) -> None:
    drop(page, XML)
    page.locator(".files a").first.click()
    page.wait_for_selector(".paper-sheet")
    assert "衡代石设计院" in page.inner_text(".paper-sheet")


def test_hostile_text_stays_text(page: Page) -> None:
    drop(page, XML)
    page.locator(".files a").first.click()
    page.wait_for_selector(".paper-sheet")
    page.locator('.field[data-path="remarks"]').click()
    page.keyboard.press("e")
    page.fill(".editor input", HOSTILE)
    press(page, "Enter")
    assert HOSTILE in page.inner_text(".paper-sheet")
    for path in ("/results", "/ledger"):
        page.goto(path)
        page.wait_for_load_state()
        assert page.evaluate("window.hacked") is None


def test_a_thousand_invoices_are_filtered_in_a_tenth_of_a_second(page: Page) -> None:
    drop(page, PDF)
    page.goto("/results")
    page.evaluate(
        """() => { const body = document.querySelector('#table tbody'); const row = body.rows[0];
        for (let i = body.rows.length; i < 1000; i++) { const copy = row.cloneNode(true);
        copy.querySelector('.seller').textContent = `公司${i}`; body.append(copy); } }"""
    )
    page.add_script_tag(url="/static/table.js?again", type="module")
    page.wait_for_function("document.getElementById('shown').textContent.includes('1000')")
    took = page.evaluate(
        """() => new Promise((give) => { const field = document.getElementById('q'); const began = performance.now();
        field.value = '公司77'; field.dispatchEvent(new Event('input'));
        requestAnimationFrame(() => setTimeout(() => give(performance.now() - began))); })"""
    )
    assert page.locator("#table tbody tr:not([hidden])").count() == 11
    loaded = os.getloadavg()[0] / (os.cpu_count() or 1)
    assert took < 100 * max(1.0, 2 * loaded)
