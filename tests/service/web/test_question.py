"""The question of the review page in a real browser; skipped where Chromium or Playwright is missing."""

from pathlib import Path

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from browsing import CHROMIUM, opened, served
from serving import DOUBTFUL

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: apt-get install chromium")


def test_a_reason_of_the_question_is_not_told_again_below_it(tmp_path: Path) -> None:
    with served(tmp_path) as url, opened(url) as page:
        page.goto("/")
        page.set_input_files("#files", [str(DOUBTFUL)])
        page.wait_for_selector("#after:not([hidden])")
        page.locator(".files a").first.click()
        page.wait_for_selector(".choice")

        reason = page.locator(".ask .reasons li").first.inner_text()
        below = page.locator("#fields .note-list").get_by_text(reason, exact=True)
        assert below.count() == 0
        page.locator("#fields .field.verified").first.click()
        below.wait_for()
