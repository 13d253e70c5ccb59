"""The service below a path of another site, as a proxy shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
from fastapi.testclient import TestClient
from serving import BASE, canned

from invoiceocr.service.app import build_app

ROOT = "/invoices"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    made = build_app(canned(tmp_path, root_path=ROOT, token="t"))
    with TestClient(made, base_url=BASE, follow_redirects=False) as opened:
        assert opened.post(f"{ROOT}/login", data={"token": "t"}).headers["location"] == f"{ROOT}/"
        yield opened


@pytest.mark.parametrize("prefix", [ROOT, ""])
def test_a_proxy_may_strip_the_prefix_or_leave_it(client: TestClient, prefix: str) -> None:
    headers = {"Authorization": "Bearer t"}
    assert client.get(f"{prefix}/v1/invoices", headers=headers).status_code == 200
    assert client.get(f"{prefix}/static/style.css").status_code == 200


@pytest.mark.parametrize("path", ["/", "/results", "/ledger", "/ledger/duplicates", "/export", "/docs", "/login"])
def test_every_link_of_every_page_stays_below_the_prefix(client: TestClient, path: str) -> None:
    client.post("/v1/invoices", files={"files": ("accepted.pdf", b"a")})
    client.post("/v1/invoices", files={"files": ("accepted.pdf", b"b")})
    text = client.get(f"{ROOT}{path}").text
    links = re.findall(r'(?:href|src|action)="(/[^"]*)"', text)
    assert links
    assert [link for link in links if not link.startswith(f"{ROOT}/")] == []
    assert f'data-root="{ROOT}"' in text


@pytest.mark.parametrize("path", ["/nowhere", "/static/nowhere.css"])
def test_the_page_about_what_is_not_there_has_links_below_the_prefix_alone(client: TestClient, path: str) -> None:
    client.cookies.set("invoiceocr_language", "en")
    answer = client.get(f"{ROOT}{path}", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert f'data-root="{ROOT}"' in answer.text
    assert f'href="{ROOT}/results"' in answer.text


def test_a_job_is_found_at_the_address_that_is_told(client: TestClient) -> None:
    files, headers = {"files": ("a.pdf", b"a")}, {"Prefer": "respond-async"}
    told = client.post(f"{ROOT}/v1/invoices", files=files, headers=headers)
    assert told.headers["location"].startswith(f"{ROOT}/v1/jobs/")
    assert client.get(told.headers["location"]).status_code == 200


def test_who_is_sent_to_the_token_comes_back_to_the_page_that_was_wanted(client: TestClient) -> None:
    client.cookies.clear()
    wanted = f"{ROOT}/ledger?q=a%20b"
    asked = client.get(wanted, headers={"Accept": "text/html"})
    assert asked.headers["location"].startswith(f"{ROOT}/login?")
    (to,) = re.findall(r'name="to" value="([^"]*)"', client.get(asked.headers["location"]).text)
    assert to == wanted
    assert client.post(f"{ROOT}/login", data={"token": "t", "to": to}).headers["location"] == wanted
    elsewhere = client.post(f"{ROOT}/login", data={"token": "t", "to": "//evil.example"})
    assert elsewhere.headers["location"] == f"{ROOT}/"


def test_the_page_is_the_same_one_after_its_language_was_changed(client: TestClient) -> None:
    shown = client.get(f"{ROOT}/ledger?q=a&outcome=review").text
    (back,) = re.findall(r'name="back" value="([^"]*)"', shown)
    answer = client.post(f"{ROOT}/language", data={"back": back.replace("&amp;", "&")})
    assert answer.headers["location"] == f"{ROOT}/ledger?q=a&outcome=review"
    assert f"Path={ROOT}/" in answer.headers["set-cookie"]
