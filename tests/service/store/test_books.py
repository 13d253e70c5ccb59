"""The ledger beside the records: each upload is a claim, what is said of an invoice is said there too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
from fastapi.testclient import TestClient
from serving import BASE, PDF, Json, options

from invoiceocr.export.sheets.columns import value_at
from invoiceocr.ledger import Ledger
from invoiceocr.service.app import build_app
from invoiceocr.service.service import Service
from invoiceocr.service.store.entries import Reading
from invoiceocr.service.store.files import Stored

Make = Callable[..., TestClient]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Make]:
    """Starts services whose outcomes are canned, one after the other, in the same folder."""
    canned = tmp_path / "canned"
    canned.mkdir()
    (canned / "outcomes.json").write_text(json.dumps({"*": "accepted"}))
    running: list[TestClient] = []

    def make(**changes: object) -> TestClient:
        while running:
            running.pop().__exit__(None, None, None)
        running.append(TestClient(build_app(options(tmp_path / "data", fake=canned, **changes)), base_url=BASE))
        return running[0].__enter__()

    yield make
    while running:
        running.pop().__exit__(None, None, None)


def hand_in(client: TestClient, name: str = "甲.pdf", data: bytes = b"one") -> Json:
    answer = client.post("/v1/invoices", files={"files": (name, data)})
    assert answer.status_code == 200, answer.text
    invoice: Json = answer.json()["results"][0]["invoices"][0]
    return invoice


def books(client: TestClient) -> Ledger:
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    return service.books.ledger


def test_what_was_claimed_before_is_named_with_file_and_day(start: Make) -> None:
    client = start()
    first, second = hand_in(client), hand_in(client)
    assert (first["verdict"], first["findings"]) == ("accept", [])
    assert second["verdict"] == "review"
    (finding,) = second["findings"]
    assert finding["rule"] == "duplicate-claimed"
    assert "甲.pdf" in finding["message"]
    assert first["created_at"][:4] in finding["message"]


def test_a_claim_is_an_entry_with_each_of_its_files(start: Make) -> None:
    client = start()
    first, second = hand_in(client), hand_in(client)
    assert first["entry"] == second["entry"]
    assert len(books(client).entry(first["entry"]).files) == 2


def test_a_decision_and_a_correction_are_in_the_ledger_too(start: Make) -> None:
    client = start()
    invoice = hand_in(client)
    body = {"fields": {"remarks": "差旅"}, "by": "王会计"}
    client.patch(f"/v1/invoices/{invoice['id']}", json=body, headers={"If-Match": "1"})
    client.post(f"/v1/invoices/{invoice['id']}/accept", json={"by": "李主管"})
    entry = books(client).entry(invoice["entry"])
    assert entry.decision == "accepted"
    assert value_at(books(client).invoice(entry.id), "remarks") == "差旅"
    assert [event.by for event in books(client).history(entry.id)] == ["系统", "王会计", "李主管"]


def test_a_decision_that_is_taken_back_is_none(start: Make) -> None:
    client = start()
    invoice = hand_in(client)
    client.post(f"/v1/invoices/{invoice['id']}/accept")
    client.post(f"/v1/invoices/{invoice['id']}/undo")
    assert books(client).entry(invoice["entry"]).decision is None
    assert books(client).verify().problems == ()


def test_rejecting_a_duplicate_does_not_reject_what_it_repeats(start: Make) -> None:
    client = start()
    first, second = hand_in(client), hand_in(client)
    client.post(f"/v1/invoices/{second['id']}/reject", json={"reason": "重复"})
    assert books(client).entry(first["entry"]).decision is None


def test_a_corrected_number_shows_the_duplicate_that_a_misreading_hid(start: Make) -> None:
    client = start()
    first, second = hand_in(client), hand_in(client, "乙.pdf", b"two")
    assert second["verdict"] == "accept"
    body = {"fields": {"number": first["number"]}}
    judged = client.patch(f"/v1/invoices/{second['id']}", json=body, headers={"If-Match": "1"}).json()
    assert "duplicate-claimed" in [finding["rule"] for finding in judged["findings"]]


def test_claims_that_a_crash_took_from_the_ledger_are_made_again(start: Make, tmp_path: Path) -> None:
    client = start()
    invoice = hand_in(client)
    (tmp_path / "other").mkdir()
    client = start(ledger=f"sqlite:///{tmp_path / 'other' / 'fresh.db'}")
    assert [entry.number for entry in books(client).entries()] == [invoice["number"]]
    assert hand_in(client)["verdict"] == "review"


def test_the_ledger_is_checked_for_what_jobs_read(start: Make) -> None:
    client = start()
    hand_in(client)
    headers = {"Prefer": "respond-async"}
    job = client.post("/v1/invoices", files={"files": ("甲.pdf", b"one")}, headers=headers).json()
    for _ in range(200):
        state = client.get(job["status_url"]).json()
        if state["state"] == "done":
            break
    assert state["results"][0]["invoices"][0]["verdict"] == "review"


def test_a_seller_that_was_verified_before_is_a_witness(tmp_path: Path) -> None:
    with TestClient(build_app(options(tmp_path)), base_url=BASE) as client:
        hand_in(client, PDF.name, PDF.read_bytes())
        data = PDF.read_bytes() + b"\n%"
        again = hand_in(client, "again.pdf", data)
        invoice = client.get(f"/v1/invoices/{again['id']}").json()
    sources = {witness["source"] for witness in invoice["evidence"]["seller.tax_id"]["witnesses"]}
    assert "ledger" not in sources  # nobody is his own witness
    assert again["verdict"] == "review"


def test_who_took_which_invoices_away_is_in_the_trail(start: Make) -> None:
    client = start()
    invoice = hand_in(client)
    wanted = {"ids": [invoice["id"]], "format": "csv", "by": "王会计"}
    assert client.post("/v1/export", json=wanted).status_code == 200
    assert client.get("/export/file?format=xlsx").status_code == 200

    first, second = [event for event in books(client).history() if event.action == "exported"]
    assert (first.by, first.new) == ("王会计", {"where": "invoices.csv", "entries": [invoice["entry"]]})
    assert (second.by, second.new["entries"]) == ("系统", [invoice["entry"]])


def test_what_nobody_was_told_of_and_nobody_claimed_is_gone_after_a_crash(start: Make) -> None:
    client = start()
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    told = hand_in(client)
    stored = Stored("乙.pdf", service.files.add(b"two"))
    reading = Reading(service.records.cached(told["sha256"], service.records.one(told["id"]).summary.settings))  # type: ignore[arg-type]
    service.records.add(stored, "s", reading)  # here the service is killed
    client = start()
    assert [one["id"] for one in client.get("/v1/invoices").json()["invoices"]] == [told["id"]]
    assert len(books(client).entry(told["entry"]).files) == 1


def test_what_was_claimed_when_the_service_was_killed_is_kept(start: Make) -> None:
    client = start()
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    told = hand_in(client)
    reading = Reading(service.records.cached(told["sha256"], service.records.one(told["id"]).summary.settings))  # type: ignore[arg-type]
    service.books.claim(service.records.add(Stored("乙.pdf", told["sha256"]), "s", reading))  # here it is killed
    client = start()
    assert [one["entry"] for one in client.get("/v1/invoices").json()["invoices"]] == [told["entry"]] * 2
    assert len(books(client).entry(told["entry"]).files) == 2
