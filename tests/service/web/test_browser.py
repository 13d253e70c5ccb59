"""The pages in a real browser, from the drop to the workbook; skipped where Chromium or Playwright is missing."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

pytest.importorskip("fastapi")
pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from browsing import CHROMIUM, opened, served
from playwright.sync_api import FilePayload, Page
from serving import DOUBTFUL, PDF, XML

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: apt-get install chromium")
HOSTILE = '<img src=x onerror="window.hacked=1">'


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service in a process of its own."""
    with served(tmp_path_factory.mktemp("data")) as url:
        yield url


@pytest.fixture
def untouched(tmp_path: Path) -> Iterator[str]:
    """A service that has seen nothing yet."""
    with served(tmp_path / "data") as url:
        yield url


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    """A page in Chinese; requests to anywhere else, and errors of scripts, fail the test."""
    with opened(address) as found:
        yield found


@pytest.fixture
def first_page(untouched: str) -> Iterator[Page]:
    """The same, of a service that has seen nothing yet."""
    with opened(untouched) as found:
        yield found


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


def test_from_the_drop_over_review_to_the_workbook(first_page: Page) -> None:
    page = first_page
    drop(page, PDF, XML, DOUBTFUL)
    assert page.locator(".files li").count() == 3
    page.click("#go-review")
    for _ in range(9):  # what the review asks is confirmed as it is offered, then accepted
        page.wait_for_load_state()
        if page.locator(".tick-art").count():
            break
        page.wait_for_selector("#foot .button")
        while page.locator(".choice").count():
            press(page, "1")
        with page.expect_navigation():
            page.keyboard.press("a")
    page.goto("/results")
    assert page.locator(".chip.accepted").count() == 2
    with page.expect_download() as download:
        page.click("#export")
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    cells = {str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert "24622000000721518982" in cells
    assert "44.43" in cells


def test_a_second_claim_is_named_and_both_stand_side_by_side(first_page: Page, tmp_path: Path) -> None:
    page, again = first_page, tmp_path / "再次报销.pdf"
    again.write_bytes(PDF.read_bytes())
    drop(page, PDF)
    drop(page, again)
    assert PDF.name in page.inner_text("#list .what")
    page.goto("/ledger")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    told = page.inner_text("main")
    assert (PDF.name in told, "再次报销.pdf" in told, "已登记 2 次" in told) == (True, True, True)
    assert page.locator(".timeline li").count() == 2
    page.goto("/ledger/duplicates")
    assert page.locator(".compare thead th").count() == 2


def test_entries_are_found_by_number_company_and_outcome(page: Page) -> None:
    drop(page, PDF)
    page.goto("/ledger")
    page.keyboard.press("/")
    page.keyboard.type("24622000000721518982")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("#entries tbody tr").count() == 1
    page.goto("/ledger?q=没有这家公司")
    assert "没有符合条件的发票" in page.inner_text("main")


def test_a_register_is_compared_field_by_field(first_page: Page, tmp_path: Path) -> None:
    page, register = first_page, tmp_path / "全量发票查询.xlsx"
    drop(page, PDF)
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["数电发票号码", "销方名称", "开票日期", "价税合计", "发票状态"])
    sheet.append(["24622000000721518982", "另一家公司", "2024-01-17", "1.00", "正常"])
    sheet.append(["25312000000099999999", "样例软件有限公司", "2024-05-06", "113.00", "正常"])
    book.save(register)
    page.goto("/ledger/reconciliation")
    page.set_input_files("#register", str(register))
    assert page.inner_text("#register-name") == register.name
    page.click("#compare")
    page.wait_for_selector("#lines")
    assert page.locator(".chip.only_theirs").count() == 1
    page.click(".filter.only_theirs")
    assert page.locator("#lines tbody tr:not([hidden])").count() == 1
    with page.expect_download() as download:
        page.click("text=导出 Excel")
    assert Path(download.value.path()).read_bytes().startswith(b"PK")


def test_a_file_that_is_no_register_is_refused_in_words(page: Page, tmp_path: Path) -> None:
    (tmp_path / "照片.xlsx").write_bytes(b"no workbook")
    page.goto("/ledger/reconciliation")
    page.set_input_files("#register", str(tmp_path / "照片.xlsx"))
    page.click("#compare")
    page.wait_for_selector("[role=alert]")
    assert "不能用来对账" in page.inner_text("[role=alert]")


def test_the_language_can_be_switched(page: Page) -> None:
    page.goto("/ledger")
    page.click("text=English")
    page.wait_for_selector("text=Ledger")
    assert page.get_attribute("html", "lang") == "en"


@pytest.mark.parametrize("path", ["/", "/results", "/ledger", "/ledger/duplicates", "/ledger/reconciliation"])
def test_every_control_has_a_name_and_no_page_is_wider_than_a_phone(page: Page, path: str) -> None:
    drop(page, PDF)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], input:not([type=hidden]), select')].filter((one) =>
        one.checkVisibility() && !(one.innerText?.trim() || one.getAttribute('aria-label') || one.labels?.length ||
        one.querySelector('[aria-label], title'))).map((one) => one.outerHTML)"""
    )
    assert nameless == []


def test_a_file_that_is_no_invoice_is_named_and_not_sent(page: Page, tmp_path: Path) -> None:
    (tmp_path / "报告.docx").write_bytes(b"PK")
    page.goto("/")
    page.set_input_files("#files", str(tmp_path / "报告.docx"))
    assert "报告.docx" in page.inner_text("#list")
    assert "没有发送\n跳过" in page.inner_text("#list")


def test_an_invoice_is_reviewed_with_three_keys(first_page: Page) -> None:
    page = first_page
    open_doubtful(page)
    assert "税额" in page.inner_text("#ask h2")
    press(page, "1")
    press(page, "Enter")
    assert page.locator("#head .chip.accept").count() == 1
    with page.expect_navigation():
        page.keyboard.press("a")


def test_an_archive_is_read_as_a_job_and_told_like_a_file(first_page: Page, tmp_path: Path) -> None:
    page = first_page
    with zipfile.ZipFile(tmp_path / "2024年1月.zip", "w") as archive:
        for path in (PDF, XML):
            archive.write(path, path.name)
    with page.expect_response("**/v1/invoices") as sent:
        page.goto("/")
        page.set_input_files("#files", str(tmp_path / "2024年1月.zip"))
    assert sent.value.status == 202
    page.wait_for_selector("#after:not([hidden])")
    assert "2 张发票" in page.inner_text("#list .what")


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_file_that_is_pasted_or_dragged_onto_the_page_is_read(reviewed_page: Page, way: str) -> None:
    page = reviewed_page
    page.goto("/")
    page.evaluate(
        """way => { const carried = new DataTransfer(); carried.items.add(new File(["x"], "a.pdf"));
        const told = way === "paste" ? new ClipboardEvent(way, { clipboardData: carried, bubbles: true })
          : new DragEvent(way, { dataTransfer: carried, bubbles: true, cancelable: true });
        document.querySelector(".drop").dispatchEvent(told); }""",
        way,
    )
    page.wait_for_selector("#after:not([hidden])")
    told = page.inner_text(".files")
    assert "a.pdf" in told
    assert "复核" in told


def test_a_job_that_was_canceled_is_told_as_canceled_and_can_be_sent_again(reviewed_page: Page, tmp_path: Path) -> None:
    page = reviewed_page
    (tmp_path / "a.zip").write_bytes(b"")
    page.route("**/v1/jobs/*", lambda route: route.fulfill(json={"state": "canceled", "results": []}))
    drop(page, tmp_path / "a.zip")
    assert page.inner_text("#list .what") == "任务已取消，文件没有读"
    page.unroute("**/v1/jobs/*")
    page.click("#list button")
    page.wait_for_selector("#list .chip.review")


def test_a_decision_is_undone_from_the_page_that_comes_next(first_page: Page) -> None:
    page = first_page
    open_doubtful(page)
    here = page.url
    for undo in ("u", ""):
        with page.expect_navigation():
            page.keyboard.press("a")
        page.wait_for_selector("#toast.on button")
        assert "已通过" in page.inner_text("#toast")
        with page.expect_navigation(url=here):
            page.keyboard.press(undo) if undo else page.click("#toast button")
        page.wait_for_selector("#foot .button")
        assert page.locator("#head .chip.review").count() == 1
    page.goto("/results")
    assert page.locator("#toast.on").count() == 0


@pytest.fixture
def reviewed_page(tmp_path: Path) -> Iterator[Page]:
    """A page of a service where every invoice wants a look, whatever its file holds."""
    (canned := tmp_path / "canned").mkdir()
    (canned / "outcomes.json").write_text('{"*": "review"}')
    with served(tmp_path / "data", "--fake", str(canned)) as url, opened(url) as found:
        yield found


def hand_in(page: Page, name: str) -> str:
    """The address of a new invoice in the API."""
    file: FilePayload = {"name": name, "mimeType": "application/pdf", "buffer": name.encode()}
    told = page.request.post("/v1/invoices", multipart={"files": file}).json()
    return f"/v1/invoices/{told['results'][0]['id']}"


def correct(page: Page, invoice: str) -> None:
    headers = {"If-Match": str(page.request.get(invoice).json()["revision"])}
    assert page.request.patch(invoice, data={"fields": {"remarks": "x"}}, headers=headers).ok


def accept_at(page: Page, invoice: str) -> None:
    """Accept an invoice with the key; the next page offers to undo that."""
    page.goto(invoice.replace("/v1/invoices", "/review"))
    page.wait_for_selector("#foot .button")
    with page.expect_navigation():
        page.keyboard.press("a")
    page.wait_for_selector("#toast.on button")


def actions(page: Page, invoice: str) -> list[str]:
    return [change["action"] for change in page.request.get(f"{invoice}/history").json()["history"]]


def test_the_key_undoes_what_the_page_offers_to_undo_and_nothing_else(reviewed_page: Page) -> None:
    page = reviewed_page
    following, invoice = hand_in(page, "b.pdf"), hand_in(page, "a.pdf")
    for one in (following, invoice):
        correct(page, one)
    accept_at(page, invoice)
    assert page.url.endswith(following.rpartition("/")[2])
    with page.expect_navigation():
        page.keyboard.press("u")
        page.keyboard.press("u")
    page.wait_for_selector("#foot .button")
    assert actions(page, following) == ["read", "correct"]
    assert actions(page, invoice) == ["read", "correct", "accept", "undo"]


def test_after_the_offer_has_gone_the_key_undoes_the_last_change_of_the_page(reviewed_page: Page) -> None:
    page = reviewed_page
    following, invoice = hand_in(page, "b.pdf"), hand_in(page, "a.pdf")
    correct(page, following)
    accept_at(page, invoice)
    page.evaluate("async () => (await import('/static/shell.js')).toast('saved')")
    press(page, "u")
    assert actions(page, following) == ["read", "correct", "undo"]
    assert actions(page, invoice) == ["read", "accept"]


def test_a_decision_that_another_person_has_gone_on_from_is_not_undone(reviewed_page: Page) -> None:
    page = reviewed_page
    hand_in(page, "b.pdf")
    accept_at(page, invoice := hand_in(page, "a.pdf"))
    assert page.request.post(f"{invoice}/reopen").ok
    with page.expect_response("**/undo") as refused:
        page.keyboard.press("u")
    assert refused.value.status == 409
    assert actions(page, invoice) == ["read", "accept", "reopen"]


def test_what_is_chosen_and_has_no_doubts_is_accepted_at_once(first_page: Page) -> None:
    page = first_page
    drop(page, DOUBTFUL, PDF)
    page.goto("/results")
    assert page.locator("#accept").is_hidden()
    page.check("#all")
    assert page.inner_text("#accept") == "通过已选 1 张"
    with page.expect_navigation():
        page.click("#accept")
    page.wait_for_selector("#shown:not(:empty)")
    assert page.locator("tr[data-verdict=accepted]").count() == 1
    assert page.locator("tr[data-verdict=review]").count() == 1


def test_the_name_of_the_reviewer_is_kept_and_stands_in_the_history(first_page: Page) -> None:
    page = first_page
    open_doubtful(page)
    page.fill(".reviewer", "王会计")
    page.keyboard.press("Enter")
    press(page, "1")
    page.reload()
    page.wait_for_selector("#foot .button")
    assert page.input_value(".reviewer") == "王会计"
    page.click("#fields summary")
    assert "王会计" in page.inner_text(".history")
    page.goto("/export")
    assert page.input_value("input[name=by]") == "王会计"
    page.goto("/results")
    assert "by=%E7%8E%8B%E4%BC%9A%E8%AE%A1" in (page.get_attribute("#export", "href") or "")


def test_the_workbook_of_an_import_holds_all_that_was_dropped(first_page: Page) -> None:
    page = first_page
    drop(page, PDF, XML)
    assert page.inner_text(".tiles").split()[0] == "1"
    with page.expect_download() as download:
        page.click("#go-export")
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert sum(row[1].value is not None for row in book["发票"].iter_rows(min_row=2)) == 2


def test_after_sorting_the_keys_mark_one_row_alone(first_page: Page) -> None:
    page = first_page
    drop(page, PDF, XML)
    page.goto("/results")
    page.keyboard.press("j")
    page.click("[data-sort=total]")
    page.click("[data-sort=total]")
    page.keyboard.press("j")
    assert page.locator("#table tr.at").count() == 1


def test_what_is_selected_is_summed_and_counted_on_the_button(first_page: Page) -> None:
    page = first_page
    drop(page, PDF, XML)
    page.goto("/results")
    whole = page.inner_text("#sum")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.inner_text("#export") == "导出已选 1 张"
    assert page.inner_text("#sum") == page.inner_text("#table tr.at td.total")
    page.keyboard.press("x")
    assert (page.inner_text("#export"), page.inner_text("#sum")) == ("导出 Excel", whole)


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_no_number_and_no_state_is_cut_off(first_page: Page, tmp_path: Path, width: int) -> None:
    page = first_page
    (again := tmp_path / "again.pdf").write_bytes(PDF.read_bytes())
    drop(page, PDF, XML, again)
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/results", "/ledger"):
        page.goto(path)
        cut = "found => found.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.innerText)"
        assert page.locator("tbody td.number").count() >= 2
        assert page.locator("tbody td.number, tbody td.verdict").evaluate_all(cut) == []


def test_on_a_phone_the_claims_of_an_entry_stand_side_by_side_without_scrolling(
    first_page: Page, tmp_path: Path
) -> None:
    page = first_page
    (again := tmp_path / "again.pdf").write_bytes(PDF.read_bytes())
    drop(page, PDF, again)
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto("/ledger/entries/1")
    assert page.locator(".compare thead th").count() == 2
    beyond = "found => found.filter((one) => one.scrollWidth > one.clientWidth).length"
    assert page.locator(".table-scroll").evaluate_all(beyond) == 0


def test_on_a_phone_every_answer_to_the_question_is_in_sight(first_page: Page) -> None:
    page = first_page
    page.set_viewport_size({"width": 390, "height": 844})
    open_doubtful(page)
    answer, foot = page.locator(".choice").last.bounding_box(), page.locator("#foot").bounding_box()
    assert answer
    assert foot
    assert answer["y"] + answer["height"] <= foot["y"]


def test_an_invoice_that_came_twice_counts_once_in_the_sum(first_page: Page, tmp_path: Path) -> None:
    page = first_page
    drop(page, PDF, XML)
    page.goto("/results")
    once = page.inner_text("#sum")

    (again := tmp_path / "again.pdf").write_bytes(PDF.read_bytes())
    page.goto("/")
    drop(page, again)
    page.goto("/results")

    assert page.locator("#table tbody tr").count() == 3
    assert page.inner_text("#sum") == once


def test_a_limit_that_a_file_exceeds_is_named_in_chinese_too(page: Page) -> None:
    page.goto("/")

    told = page.evaluate(
        """async () => (await import("/static/shell.js")).unread(
            { code: "too_many_pages", message: "a.pdf: 90 pages, more than max_pages=50" })"""
    )

    assert told == "页数过多，超过上限 max_pages=50，可放宽"


def test_a_change_is_undone_with_a_key(page: Page) -> None:
    open_doubtful(page)
    press(page, "1")
    press(page, "u")
    assert page.locator("#head .chip.review").count() == 1
    assert "44" in page.inner_text("#ask .value")


def test_the_review_goes_on_after_the_service_could_not_be_reached(page: Page) -> None:
    open_doubtful(page)
    page.route("**/review/*/data", lambda route: route.abort())
    page.keyboard.press("1")
    page.get_by_text("服务没有响应").wait_for()
    page.wait_for_selector(".panel:not([aria-busy])")
    page.unroute("**/review/*/data")
    press(page, "1")
    assert page.locator(".panel[aria-busy]").count() == 0


def test_a_field_and_its_place_light_up_together(page: Page) -> None:
    open_doubtful(page)
    page.locator('.field[data-path="number"]').click()
    assert page.locator("rect.at").count() == 1
    assert page.inner_text("#ask h2 span:first-child") == "发票号码"
    page.locator("rect.verified:not(.at)").last.dispatch_event("click")  # a click would race the glide of the page
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


def test_rows_that_the_service_found_are_shown_though_their_own_text_lacks_the_query(page: Page) -> None:
    drop(page, PDF)
    page.goto("/results")
    page.evaluate(
        """() => { document.getElementById('table').dataset.all = '2000';
        document.getElementById('q').defaultValue = 'only-in-the-database'; }"""
    )
    page.add_script_tag(url="/static/table.js?partial", type="module")
    page.locator("#shown", has_text="2000").wait_for()
    rows = page.locator("#table tbody tr:not([hidden])")
    assert rows.count() > 0
    page.fill("#q", "something-else")
    assert rows.count() == 0


def test_below_a_path_of_another_site_every_request_stays_there(tmp_path: Path) -> None:
    with served(tmp_path, "--root-path", "/invoices") as address, opened(f"{address}/invoices") as page:
        page.goto(f"{address}/invoices/")
        page.set_input_files("#files", str(PDF))
        page.wait_for_selector("#after:not([hidden])")
        page.click(".files a")
        page.wait_for_selector("#foot .button")
        with page.expect_navigation():
            page.keyboard.press("a")
        page.goto(f"{address}/invoices/results")
        with page.expect_download():
            page.click("#export")
        page.click("nav >> text=台账")
        page.click("#entries tbody tr td.seller")
        page.wait_for_selector(".timeline")


def test_what_is_decided_is_not_asked_for_again_by_a_key(first_page: Page) -> None:
    page = first_page
    drop(page, PDF)
    address = page.get_attribute(".files a", "href") or ""
    page.goto(address)
    assert page.inner_text("#said")
    with page.expect_navigation():
        page.keyboard.press("a")
    page.goto(address)
    page.wait_for_selector("#foot .button")
    page.keyboard.press("x")
    assert page.locator("dialog:visible").count() == 0
    assert "请决定" not in page.inner_text("#ask")


def test_on_a_phone_a_file_that_could_not_be_read_has_its_name(first_page: Page, tmp_path: Path) -> None:
    page = first_page
    (tmp_path / "坏了.pdf").write_bytes(b"%PDF-1.4")
    drop(page, tmp_path / "坏了.pdf")
    assert page.locator(".steps").count() == 0
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/results")
    assert page.locator("#table tbody tr >> text=坏了.pdf").first.is_visible()
