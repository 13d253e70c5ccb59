from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

pytest.importorskip("fastapi")
from fastapi import FastAPI
from fastapi.testclient import TestClient
from serving import BASE, DOUBTFUL, XML, Json, Read, options

from invoiceocr.errors import LedgerError
from invoiceocr.service.app import build_app
from invoiceocr.service.store.books import Books


@pytest.fixture
def doubtful(client: TestClient, read: Read) -> Json:
    """A fresh invoice that wants a look."""
    invoice: Json = client.get(f"/v1/invoices/{read(DOUBTFUL)['id']}").json()
    return invoice


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[TestClient]:
    """A service that has seen nothing: what comes twice is a duplicate, and stays for review."""
    with TestClient(build_app(options(tmp_path)), base_url=BASE) as opened:
        yield opened


def patch(client: TestClient, invoice: Json, fields: Json, **more: object) -> Json:
    headers = {"If-Match": f'"{invoice["revision"]}"'}
    answer = client.patch(f"/v1/invoices/{invoice['id']}", json={"fields": fields, **more}, headers=headers)
    assert answer.status_code == 200, answer.text
    judged: Json = answer.json()
    return judged


def test_a_correction_judges_the_invoice_anew(client: TestClient, doubtful: Json) -> None:
    assert "line-tax" in {finding["rule"] for finding in doubtful["findings"]}
    judged = patch(client, doubtful, {"items.0.tax_amount": "44.43"})
    assert judged["items"][0]["tax_amount"] == "44.43"
    assert judged["revision"] == doubtful["revision"] + 1
    assert "line-tax" not in {finding["rule"] for finding in judged["findings"]}
    assert judged["evidence"]["items.0.tax_rate"]["status"] == "read"
    witness = judged["evidence"]["items.0.tax_amount"]["witnesses"][0]
    assert witness == {"source": "reviewer", "value": "44.43", "agrees": True}


def test_an_invoice_is_accepted_once_its_doubts_are_settled(alone: TestClient) -> None:
    answer = alone.post("/v1/invoices", files={"files": (DOUBTFUL.name, DOUBTFUL.read_bytes())})
    doubtful, client = answer.json()["results"][0]["invoices"][0], alone
    name = doubtful["seller"]["name"]
    judged = patch(client, doubtful, {"items.0.tax_amount": "44.43", "seller.name": name})
    assert (doubtful["verdict"], judged["verdict"]) == ("review", "accept")


def test_a_decision_that_the_ledger_did_not_take_is_not_kept_and_can_be_repeated(
    client: TestClient, doubtful: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise LedgerError("database is locked")

    place = f"/v1/invoices/{doubtful['id']}"
    with monkeypatch.context() as busy:
        busy.setattr(Books, "decided", locked)
        refused = client.post(f"{place}/reject", json={"reason": "twice"})
    kept = client.get(place).json()
    repeated = client.post(f"{place}/reject", json={"reason": "twice"})

    assert (refused.status_code, kept["revision"]) == (503, doubtful["revision"])
    assert (repeated.status_code, repeated.json()["state"]) == (200, "rejected")


def test_a_field_that_is_not_printed_is_null(client: TestClient, doubtful: Json) -> None:
    judged = patch(client, doubtful, {"remarks": None})
    assert judged["remarks"] is None
    assert judged["evidence"]["remarks"]["status"] == "verified"


def test_a_stale_revision_is_refused(client: TestClient, doubtful: Json) -> None:
    patch(client, doubtful, {"remarks": "x"})
    answer = client.patch(
        f"/v1/invoices/{doubtful['id']}", json={"fields": {"remarks": "y"}}, headers={"If-Match": '"1"'}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_revision")


def test_a_correction_names_the_revision_that_was_looked_at(client: TestClient, doubtful: Json) -> None:
    answer = client.patch(f"/v1/invoices/{doubtful['id']}", json={"fields": {"remarks": "y"}})
    assert (answer.status_code, answer.json()["code"]) == (428, "no_revision")


@pytest.mark.parametrize("fields", [{"nonsense": "1"}, {"total": "much"}, {"items.9.amount": "1.00"}, {"kind": "taxi"}])
def test_a_correction_that_is_no_value_of_the_field_is_refused(
    client: TestClient, doubtful: Json, fields: dict[str, str]
) -> None:
    headers = {"If-Match": str(doubtful["revision"])}
    answer = client.patch(f"/v1/invoices/{doubtful['id']}", json={"fields": fields}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_correction")
    assert next(iter(fields)) in answer.json()["detail"]
    assert not re.search("[A-Za-z]{3}", answer.json()["detail_zh"].replace(*fields.values(), ""))


def test_every_change_is_in_the_audit_trail(client: TestClient, doubtful: Json) -> None:
    judged = patch(client, doubtful, {"total": "600.00"}, by="王会计", reason="看过原件")
    client.post(f"/v1/invoices/{doubtful['id']}/accept", json={"by": "李主管"})
    trail = client.get(f"/v1/invoices/{doubtful['id']}/history").json()["history"]
    assert [change["action"] for change in trail] == ["read", "correct", "accept"]
    change = trail[1]
    assert (change["by"], change["path"], change["old"], change["new"], change["reason"], change["revision"]) == (
        "王会计", "total", "572.18", "600.00", "看过原件", judged["revision"],
    )  # fmt: skip


def test_the_audit_trail_cannot_be_changed(client: TestClient, doubtful: Json) -> None:
    import sqlite3

    database = cast("FastAPI", client.app).state.service.database
    for sql in ("DELETE FROM history", "UPDATE history SET by = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"), database.writing() as connection:
            connection.execute(sql)


def test_a_change_can_be_undone_step_by_step(client: TestClient, doubtful: Json) -> None:
    second = patch(client, doubtful, {"total": "600.00"})
    patch(client, second, {"total": "700.00"})
    totals = [client.post(f"/v1/invoices/{doubtful['id']}/undo").json()["total"] for _ in range(3)]
    assert totals == ["600.00", "572.18", "572.18"]


def test_what_another_person_changed_meanwhile_is_not_undone(client: TestClient, doubtful: Json) -> None:
    address = f"/v1/invoices/{doubtful['id']}"
    accepted = client.post(f"{address}/accept").json()
    reopened = client.post(f"{address}/reopen").json()
    refused = client.post(f"{address}/undo", headers={"If-Match": f'"{accepted["revision"]}"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "stale_revision")
    assert client.get(address).json()["revision"] == reopened["revision"]
    undone = client.post(f"{address}/undo", headers={"If-Match": f'"{reopened["revision"]}"'})
    assert (undone.status_code, undone.json()["state"]) == (200, "accepted")


def test_a_decision_holds_until_it_is_taken_back(client: TestClient, doubtful: Json) -> None:
    address = f"/v1/invoices/{doubtful['id']}"
    assert client.post(f"{address}/reject", json={"reason": "抬头不对"}).json()["state"] == "rejected"
    listed = client.get("/v1/invoices", params={"verdict": "rejected"}).json()["invoices"]
    assert doubtful["id"] in {invoice["id"] for invoice in listed}
    assert client.post(f"{address}/reopen").json()["state"] == "open"


def test_what_was_decided_is_not_asked_again(client: TestClient, read: Read) -> None:
    older, newer = read(DOUBTFUL)["id"], read(DOUBTFUL)["id"]
    client.post(f"/v1/invoices/{newer}/accept")
    answer = client.get("/review", follow_redirects=False)
    assert answer.headers["location"] == f"/review/{older}"


def test_the_field_that_settles_most_is_asked_first(client: TestClient, doubtful: Json) -> None:
    sheet = client.get(f"/review/{doubtful['id']}/data").json()
    first = next(field for field in sheet["fields"] if field["path"] == sheet["queue"][0])
    assert first["path"] == "items.0.tax_amount"
    assert first["choices"][0]["value"] == "44.43"
    assert first["choices"][0]["settles"] >= 1
    assert any("44" in reason for reason in first["reasons"])


def test_a_finding_that_no_field_can_settle_is_left_to_the_reviewer(client: TestClient, read: Read) -> None:
    sheet = client.get(f"/review/{read(XML)['id']}/data").json()
    assert (sheet["queue"], sheet["pages"]) == ([], [])
    assert "error" in [finding["severity"] for finding in sheet["findings"]]
