"""The pages as they come from the service, without a browser."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
from fastapi.testclient import TestClient
from serving import BASE, canned

from invoiceocr.service.app import build_app
from invoiceocr.service.web.rendering import money
from invoiceocr.testing import FakeReader


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A service that has seen nothing, with canned outcomes."""
    with TestClient(build_app(canned(tmp_path)), base_url=BASE) as opened:
        yield opened


def hand_in(client: TestClient, name: str, data: bytes) -> None:
    assert client.post("/v1/invoices", files={"files": (name, data)}).status_code == 200


@pytest.mark.parametrize("path", ["/results", "/ledger"])
def test_the_number_has_room_for_a_mark_only_where_an_invoice_came_twice(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200
    hand_in(client, "accepted.pdf", b"one")
    alone = client.get(path)
    assert alone.status_code == 200
    assert "has-copies" not in alone.text

    hand_in(client, "accepted.pdf", b"other bytes of the same invoice")
    assert "has-copies" in client.get(path).text


@pytest.mark.parametrize(("language", "told"), [("zh", "请重新导出，或向开票方索取原件"), ("en", "damaged")])
def test_a_file_that_could_not_be_read_is_told_in_the_language_of_the_page(
    client: TestClient, language: str, told: str
) -> None:
    hand_in(client, "corrupt.pdf", b"one")
    (record,) = client.get("/v1/invoices").json()["invoices"]
    assert told in client.get(f"/review/{record['id']}", headers={"Accept-Language": language}).text
    assert client.get(f"/review/{record['id']}/data").status_code == 404


@pytest.mark.parametrize(("language", "told"), [("zh", "没有这个页面"), ("en", "There is no such page")])
@pytest.mark.parametrize("path", ["/review/nothing", "/nowhere", "/static/nowhere.css"])
def test_a_person_who_asks_for_what_is_not_there_gets_a_page_in_words(
    client: TestClient, path: str, language: str, told: str
) -> None:
    answer = client.get(path, headers={"Accept": "text/html,*/*", "Accept-Language": language})
    assert answer.status_code == 404
    assert told in answer.text
    assert 'href="/results"' in answer.text


@pytest.mark.parametrize("path", ["/v1/invoices/nothing", "/nowhere"])
def test_a_program_that_asks_for_what_is_not_there_gets_a_problem(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html" if path.startswith("/v1") else "*/*"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/results", "/ledger?q=zzzz"])
def test_filters_that_find_nothing_can_be_cleared(client: TestClient, path: str) -> None:
    hand_in(client, "accepted.pdf", b"one")
    told = client.get(path, headers={"Accept-Language": "en"}).text
    assert "Clear filters" in told
    assert "built-in" not in told


def test_who_comes_first_is_told_the_steps_and_who_has_invoices_sees_their_counts(client: TestClient) -> None:
    first = client.get("/").text
    assert 'class="steps"' in first
    hand_in(client, "accepted.pdf", b"one")
    later = client.get("/").text
    assert 'class="tiles"' in later
    assert 'class="steps"' not in later


def test_the_page_of_the_api_leads_to_every_call(client: TestClient) -> None:
    told = client.get("/docs").text
    calls = sum(len(methods) for methods in client.get("/openapi.json").json()["paths"].values())
    assert all(f'href="#call-{number}"' in told and f'id="call-{number}"' in told for number in range(1, calls + 1))
    assert "<code>Prefer: respond-async</code>" in told
    assert "= true" in told


def test_a_sheet_tells_what_a_reviewer_decided_and_json_what_was_judged(client: TestClient) -> None:
    hand_in(client, "review.pdf", b"one")
    (listed,) = client.get("/v1/invoices").json()["invoices"]
    assert client.post(f"/v1/invoices/{listed['id']}/accept", json={"by": "王"}).status_code == 200

    sheet = client.post("/v1/export", json={"format": "csv"}).content.decode("utf-8-sig")
    (row,) = csv.DictReader(sheet.splitlines())
    assert row["verdict"] == "accept"
    (record,) = client.post("/v1/export", json={"format": "json"}).json()
    assert record["invoices"][0]["verdict"] == "review"


@pytest.mark.parametrize(("language", "told"), [("zh", "重复：发票"), ("en", "duplicate: invoice")])
def test_a_row_says_in_words_why_an_invoice_is_not_accepted(client: TestClient, language: str, told: str) -> None:
    hand_in(client, "accepted.pdf", b"one")
    hand_in(client, "accepted.pdf", b"other bytes of the same invoice")
    page = client.get("/results", headers={"Accept-Language": language}).text
    (why,) = re.findall(r'class="why" title="[^"]*">([^<]*)<', page)
    assert why.startswith(told)


def test_a_row_and_the_review_say_what_the_person_said_who_rejected_it(client: TestClient) -> None:
    hand_in(client, "review.pdf", b"one")
    (listed,) = client.get("/v1/invoices").json()["invoices"]
    assert 'class="why"' in client.get("/results").text
    client.post(f"/v1/invoices/{listed['id']}/reject", json={"by": "王", "reason": "抬头<不>符"})
    (why,) = re.findall(r'class="why" title="[^"]*">([^<]*)<', client.get("/results").text)
    assert why == "抬头&lt;不&gt;符"
    assert client.get(f"/review/{listed['id']}/data").json()["why"] == ["抬头<不>符"]


@pytest.mark.parametrize("reason", [None, "", " "])
def test_the_reason_of_an_earlier_rejection_is_not_that_of_one_without_a_reason(
    client: TestClient, reason: str | None
) -> None:
    hand_in(client, "review.pdf", b"one")
    (listed,) = client.get("/v1/invoices").json()["invoices"]
    decide = f"/v1/invoices/{listed['id']}"
    client.post(f"{decide}/reject", json={"by": "王", "reason": "抬头不符"})
    client.post(f"{decide}/reopen", json={"by": "李"})
    client.post(f"{decide}/reject", json={"by": "李", "reason": reason})
    assert client.get(f"/review/{listed['id']}/data").json()["why"] == []
    assert 'class="why"' not in client.get("/results").text


def test_what_was_handed_over_is_asked_of_its_person_and_of_who_has_no_name(client: TestClient) -> None:
    hand_in(client, "review.pdf", b"one")
    (listed,) = client.get("/v1/invoices").json()["invoices"]
    client.post(f"/v1/invoices/{listed['id']}/assign", json={"to": "陈会计"})
    asked = {who: client.get("/review", params={"who": who}).url.path for who in ("", "陈会计", "王会计")}
    assert asked == {"": f"/review/{listed['id']}", "陈会计": f"/review/{listed['id']}", "王会计": "/review"}
    page = client.get("/results").text
    assert 'data-assignee="陈会计"' in page
    assert '<option value="陈会计">' in page


@pytest.mark.parametrize("since", ["soon", "2025-13-01", "0001-01-01T00:00:00+14:00"])
def test_a_day_that_is_none_is_refused(client: TestClient, since: str) -> None:
    answer = client.get("/v1/invoices", params={"since": since})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")


def test_arrivals_are_listed_since_a_moment_in_any_zone(client: TestClient) -> None:
    hand_in(client, "accepted.pdf", b"one")
    (listed,) = client.get("/v1/invoices").json()["invoices"]
    at = datetime.fromisoformat(listed["created_at"]).astimezone(timezone(timedelta(hours=8)))
    for since, count in ((at, 1), (at + timedelta(seconds=1), 0)):
        assert len(client.get("/v1/invoices", params={"since": since.isoformat()}).json()["invoices"]) == count
    day = at.astimezone().date().isoformat()
    assert len(client.get("/v1/invoices", params={"since": day}).json()["invoices"]) == 1
    assert client.get("/export/file", params={"since": day, "format": "csv"}).text.count("\n") == 2
    assert client.get("/export/file", params={"since": "", "format": "csv"}).text.count("\n") == 2


@pytest.mark.parametrize(
    ("first", "last", "count"), [(0, 0, 1), (-1, None, 1), (None, 1, 1), (1, None, 0), (None, -1, 0), (None, None, 1)]
)
def test_invoices_are_listed_and_exported_by_their_day_of_issue(
    client: TestClient, first: int | None, last: int | None, count: int
) -> None:
    hand_in(client, "accepted.pdf", b"one")
    (listed,) = client.get("/v1/invoices").json()["invoices"]
    day = date.fromisoformat(listed["issue_date"])
    span = {"issued_from": first, "issued_until": last}
    asked = {name: (day + timedelta(days=more)).isoformat() for name, more in span.items() if more is not None}
    assert len(client.get("/v1/invoices", params=asked).json()["invoices"]) == count
    assert len(client.post("/v1/export", json={"format": "json", "filter": asked}).json()) == count
    form = {"format": "json", "issued_from": "", "issued_until": "", **asked}
    assert len(client.get("/export/file", params=form).json()) == count


@pytest.mark.parametrize(("outcome", "found"), [("accept", True), ("review", False), ("accepted", False)])
def test_the_ledger_can_be_filtered_by_what_came_of_an_invoice(client: TestClient, outcome: str, found: bool) -> None:
    hand_in(client, "accepted.pdf", b"one")
    answer = client.get("/ledger", params={"outcome": outcome})
    assert answer.status_code == 200
    assert ("accepted.pdf" in answer.text) == found


def test_the_claims_of_an_entry_show_each_its_own_paper_of_a_file(client: TestClient, tmp_path: Path) -> None:
    numbers = ("25312000000012345671", "25312000000012345672")
    review, accepted = FakeReader({"a": "review", "b": "accepted"}).read_many(["a", "b"])
    both = accepted.model_copy(
        update={
            "source": "page.pdf",
            "invoices": tuple(
                invoice.model_copy(update={"number": number})
                for number, invoice in zip(numbers, (*review.invoices, *accepted.invoices), strict=True)
            ),
        }
    )
    (tmp_path / "canned" / "page.pdf.json").write_bytes(both.model_dump_json().encode())
    hand_in(client, "page.pdf", b"one")
    hand_in(client, "page.pdf", b"two")
    for number in numbers:
        (row,) = re.findall(rf'<a href="(/ledger/entries/\d+)">{number}', client.get("/ledger").text)
        shown = client.get(row).text
        assert shown.count(f"<td>{number}</td>") == 2
        assert 'class="differs"' not in shown


@pytest.mark.parametrize(("amount", "shown"), [("479.5", "479.50"), ("1234567", "1,234,567.00"), ("1.234", "1.234")])
def test_an_amount_has_two_decimals_at_least(amount: str, shown: str) -> None:
    assert money(amount) == shown


def test_more_records_than_a_page_has_are_filtered_where_they_are(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("invoiceocr.service.web.pages.SHOWN", 2)
    for name in ("accepted-1.pdf", "corrupt.pdf", "accepted-2.pdf", "accepted-3.pdf"):
        hand_in(client, name, name.encode())
    first, found = client.get("/results").text, client.get("/results", params={"verdict": "unread"}).text
    assert "corrupt.pdf" not in first
    assert 'data-all="4"' in first
    assert "corrupt.pdf" in found
    assert "accepted-3.pdf" not in found
    assert 'id="q"' in client.get("/results", params={"q": "nothing like it"}).text
    older = re.findall(r'href="(/results\?[^"]*cursor=\d+)"', client.get("/results", params={"q": "accepted"}).text)
    assert "q=accepted" in older[0]


@pytest.mark.parametrize(("asked", "count"), [("1,234.50", 1), ("1234.50", 1), ("1,113.00", 0)])
def test_an_amount_is_found_as_the_table_prints_it(client: TestClient, asked: str, count: int) -> None:
    for name in ("accepted-1.pdf", "accepted-2.pdf"):
        hand_in(client, name, name.encode())
    first = client.get("/v1/invoices").json()["invoices"][0]["id"]
    client.patch(f"/v1/invoices/{first}", json={"fields": {"total": "1234.50"}}, headers={"If-Match": "1"})
    assert '<td class="total">1,234.50</td>' in client.get("/results").text
    assert len(client.get("/v1/invoices", params={"q": asked}).json()["invoices"]) == count


@pytest.mark.parametrize("path", ["/export/file?since=yesterday", "/results?cursor=x", "/ledger?before=-1"])
def test_a_person_whose_address_does_not_fit_sees_a_page(client: TestClient, path: str) -> None:
    seen, told = client.get(path, headers={"Accept": "text/html"}), client.get(path)
    assert (seen.status_code, told.status_code) == (422, 422)
    assert "<h1>" in seen.text
    assert told.json()["code"] == "bad_request"
