"""What the pages of the ledger do with whatever stands in an address."""

from __future__ import annotations

import io
import re
import zipfile
from typing import cast

import pytest

pytest.importorskip("fastapi")
from fastapi import FastAPI
from fastapi.testclient import TestClient
from serving import PDF, XML, Read

from invoiceocr.service.service import Service
from invoiceocr.service.web import ledger_pages

MOST = 2**62


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ledger?q=%00%25_'\"", 200),
        ("/ledger?outcome=nonsense&since=x&until=2024-13-99", 200),
        (f"/ledger?before={MOST}", 200),
        (f"/ledger?before={MOST * 100}", 422),
        ("/ledger/entries/999999", 404),
        (f"/ledger/entries/{MOST * 100}", 422),
        ("/ledger/duplicates", 200),
        ("/ledger/verify", 200),
        ("/ledger/reconciliation", 200),
        (f"/results?cursor={MOST * 100}", 422),
    ],
)
def test_any_address_has_an_answer(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize("number", ["nonsense", "..%2f..%2fservice", "20250101T000000-00000000"])
def test_a_reconciliation_that_there_is_not_leads_to_the_form(client: TestClient, number: str) -> None:
    for path in (f"/ledger/reconciliation/{number}", f"/ledger/reconciliation/{number}/invoices.xlsx"):
        assert client.get(path, follow_redirects=False).status_code in (303, 404)


def test_an_entry_shows_its_file_and_its_history(client: TestClient, read: Read) -> None:
    entry = read(PDF)["invoices"][0]["entry"]
    page = client.get(f"/ledger/entries/{entry}").text
    assert PDF.name in page
    assert "登记" in page


def test_a_register_without_known_captions_is_refused_in_words(client: TestClient) -> None:
    answer = client.post("/ledger/reconciliation", files={"register": ("清单.csv", "甲,乙\n1,2\n".encode())})
    assert answer.status_code == 422
    assert "不能用来对账" in answer.text


def test_a_form_without_a_file_asks_for_one(client: TestClient) -> None:
    answer = client.post("/ledger/reconciliation", data={"x": "1"}, files={"other": ("", b"")})
    assert answer.status_code == 422
    assert "请先选择" in answer.text


def test_all_that_was_claimed_twice_is_shown_page_by_page(
    client: TestClient, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_pages, "REPEATED", 1)
    for path in (PDF, XML, PDF, XML):
        read(path)
    shown, address = list[str](), "/ledger/duplicates"
    while address:
        page = client.get(address).text
        shown += re.findall(r'<h2><a class="mono" href="/ledger/entries/(\d+)"', page)
        (address,) = re.findall(r'id="older" href="([^"]+)"', page) or [""]
    assert shown == [str(entry.id) for entry in service_of(client).books.ledger.repeated(1000)]
    assert len(shown) > 1
    assert "没有发现重复" not in page


def service_of(client: TestClient) -> Service:
    return cast("Service", cast("FastAPI", client.app).state.service)


def test_a_file_of_an_archive_is_named_with_its_place_in_it(client: TestClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(PDF, "三月/b.pdf")
    answer = client.post("/v1/invoices", files={"files": ("claims.zip", packed.getvalue())})
    (invoice,) = answer.json()["results"][0]["invoices"]
    assert "claims.zip/三月/b.pdf" in client.get("/results").text
    assert client.get(f"/review/{invoice['id']}/data").json()["source"] == "claims.zip/三月/b.pdf"
