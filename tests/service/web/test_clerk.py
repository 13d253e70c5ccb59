"""Ten tasks of a clerk in a real browser, and the steps that each takes: clicks, keys, texts, files that are chosen.

All that a task needs is done by the `Clerk`, who counts; what is done with the page itself was there before the task.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from browsing import CHROMIUM, opened, served
from playwright.sync_api import Page
from serving import DOUBTFUL, PDF, XML

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: apt-get install chromium")
STEPS = {
    "drop the ZIP of a month": 1,
    "find an invoice by its amount": 3,
    "accept all that is in no doubt": 5,
    "correct a name": 5,
    "hand an invoice over": 3,
    "see why an invoice was rejected": 2,
    "undo a decision": 3,
    "find a duplicate": 2,
    "reconcile a register": 4,
    "export a month": 4,
}
NUMBER = "24622000000721518982"  # of PDF


class Clerk:
    """A person at a page, whose steps are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.steps = page, 0

    def opens(self, path: str) -> None:
        """A page of the menu that is always in sight."""
        self.steps += 1
        self.page.goto(path)

    def click(self, selector: str) -> None:
        self.steps += 1
        self.page.locator(selector).first.click()

    def press(self, key: str) -> None:
        self.steps += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.steps += 1
        self.page.keyboard.insert_text(text)

    def choose(self, selector: str, path: Path) -> None:
        self.steps += 1
        self.page.set_input_files(selector, str(path))

    def fill(self, selector: str, text: str) -> None:
        self.steps += 1
        self.page.fill(selector, text)


@pytest.fixture
def clerk(tmp_path: Path) -> Iterator[Clerk]:
    with served(tmp_path / "data") as address, opened(address) as page:
        page.add_init_script("localStorage.setItem('reviewer', '王会计')")
        yield Clerk(page)


def rows(page: Page) -> list[str]:
    return page.locator("#table tbody tr:visible td.number > a:first-child").all_inner_texts()


def test_ten_tasks_of_a_clerk_take_few_steps(clerk: Clerk, tmp_path: Path) -> None:
    page, taken = clerk.page, dict[str, int]()

    def done(task: str) -> None:
        taken[task] = clerk.steps
        clerk.steps = 0

    with zipfile.ZipFile(tmp_path / "2024年1月.zip", "w") as month:
        for path in (PDF, XML, DOUBTFUL):
            month.write(path, path.name)
    page.goto("/")
    clerk.choose("#files", tmp_path / "2024年1月.zip")
    page.wait_for_selector("#after:not([hidden])")
    done("drop the ZIP of a month")

    clerk.opens("/results")
    row = page.locator("#table tbody tr", has_text=NUMBER)
    amount, day = row.locator("td.total").inner_text(), row.locator("td.issue_date").inner_text()
    clerk.press("/")
    clerk.type(amount)
    assert rows(page) == [NUMBER]
    done("find an invoice by its amount")

    clerk.press("Escape")
    clerk.fill("#q", "")
    clerk.click('.filter[data-verdict="accept"]')
    clerk.click("#all")
    sure = len(rows(page))
    with page.expect_navigation():
        clerk.click("#accept")
    assert page.locator(".chip.accepted").count() == sure > 0
    done("accept all that is in no doubt")

    clerk.opens("/review")
    page.wait_for_selector("#foot .button")
    clerk.click('[data-path="buyer.name"]')
    clerk.press("e")
    page.wait_for_selector(".editor input:focus")
    clerk.type("样例采购有限公司")
    clerk.press("Enter")
    page.locator('[data-path="buyer.name"] .v', has_text="样例采购有限公司").wait_for()
    done("correct a name")

    handed_over = page.url
    clerk.press("h")
    page.wait_for_selector("#assign-dialog[open]")
    clerk.type("陈会计")
    with page.expect_navigation():
        clerk.press("Enter")
    assert page.url != handed_over  # it is no longer asked of me
    page.goto("/results")
    assert "→ 陈会计" in page.inner_text("#table")
    done("hand an invoice over")

    page.select_option("#assignee", "陈会计")
    (handed,) = rows(page)
    page.locator("#table tbody tr:visible td.number > a:first-child").click()
    page.wait_for_selector("#foot .button")
    page.keyboard.press("x")
    page.wait_for_selector("#reject-dialog[open]")
    page.fill("#reject-dialog textarea", "抬头不符")
    with page.expect_navigation():
        page.locator("#reject-dialog .danger").click()
    clerk.opens("/results")
    clerk.click('.filter[data-verdict="rejected"]')
    assert rows(page) == [handed]
    assert page.inner_text("#table tbody tr:visible .why").endswith("抬头不符")
    done("see why an invoice was rejected")

    clerk.opens("/results")
    clerk.click(f'#table tbody tr:has-text("{NUMBER}") a')
    page.wait_for_selector("#foot .button")
    clerk.press("u")
    page.wait_for_selector("#foot .good")
    done("undo a decision")

    page.goto("/")
    page.set_input_files("#files", {"name": "再次.pdf", "mimeType": "application/pdf", "buffer": PDF.read_bytes()})
    page.wait_for_selector("#after:not([hidden])")
    clerk.opens("/ledger")
    clerk.click('a[href="/ledger/duplicates"]')
    assert NUMBER in page.inner_text("main")
    assert "再次.pdf" in page.inner_text("main")
    done("find a duplicate")

    register, columns = tmp_path / "全量发票.csv", "数电发票号码,开票日期,价税合计,发票状态,是否正数发票"
    register.write_text(f"{columns}\n{NUMBER},{day},{amount.replace(',', '')},正常,是\n", encoding="utf-8")
    clerk.opens("/ledger")
    clerk.click('a[href="/ledger/reconciliation"]')
    clerk.choose("#register", register)
    clerk.click("#compare")
    page.wait_for_selector("#lines")
    assert page.locator(".chip.both").count() == 1
    done("reconcile a register")

    clerk.opens("/export")
    clerk.fill("input[name=issued_from]", "2024-01-01")
    clerk.fill("input[name=issued_until]", "2024-01-31")
    with page.expect_download() as download:
        clerk.click("main button:has-text('下载')")
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert NUMBER in {str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    done("export a month")

    assert taken == STEPS
