"""The ledger beside the records: each upload is a claim, what is said of an invoice is said there too."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
from fastapi.testclient import TestClient
from serving import BASE, PDF, Json, options

from invoiceocr.errors import LedgerError
from invoiceocr.export.sheets.columns import value_at
from invoiceocr.ledger import Ledger
from invoiceocr.ledger.entry import Claim
from invoiceocr.service.app import build_app
from invoiceocr.service.job_runner import JobRunner
from invoiceocr.service.processes.pool import Pool
from invoiceocr.service.service import Service
from invoiceocr.service.store.books import Books
from invoiceocr.service.store.entries import Reading, Record
from invoiceocr.service.store.files import Stored
from invoiceocr.service.store.jobs import MAX_ATTEMPTS, Jobs
from invoiceocr.service.store.records import Records

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


def with_a_file_taken_up(client: TestClient) -> Service:
    """The service, when the file of a job has been taken up."""
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    client.post("/v1/invoices", files={"files": ("甲.pdf", b"one")}, headers={"Prefer": "respond-async"})
    assert eventually(lambda: service.jobs.waiting(1)[0].attempts == 1)
    return service


def stop_runner(client: TestClient) -> None:
    runner: JobRunner = client.app.state.runner  # type: ignore[attr-defined]
    assert client.portal is not None
    client.portal.call(runner.stop)


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


def test_who_decided_and_who_shall_is_told_again_to_a_ledger_that_lost_the_claim(start: Make, tmp_path: Path) -> None:
    client = start()
    invoice = hand_in(client)
    address = f"/v1/invoices/{invoice['id']}"
    client.post(f"{address}/assign", json={"to": "陈会计", "by": "王会计", "reason": "出差中"})
    client.post(f"{address}/reject", json={"by": "陈会计", "reason": "抬头不符"})
    (tmp_path / "other").mkdir()
    client = start(ledger=f"sqlite:///{tmp_path / 'other' / 'fresh.db'}")
    (entry,) = books(client).entries()
    assert entry.decision == "rejected"
    told = [(event.action, event.by, event.reason) for event in books(client).history(entry.id)]
    assert told[-2:] == [("assigned", "王会计", "出差中"), ("decided", "陈会计", "抬头不符")]
    assert books(client).verify().problems == ()


def test_handing_over_is_in_both_trails_and_changes_no_revision(start: Make) -> None:
    client = start()
    first, second = hand_in(client), hand_in(client, "乙.pdf", b"two")
    address = f"/v1/invoices/{second['id']}"
    told = client.post(f"{address}/assign", json={"to": " 陈会计 ", "by": "王会计"}).json()
    assert (told["assignee"], told["revision"]) == ("陈会计", second["revision"])
    assert [one["id"] for one in client.get("/v1/invoices?assignee=陈会计").json()["invoices"]] == [second["id"]]
    assert client.post(f"{address}/assign", json={"to": ""}).json()["assignee"] is None
    trail = [one for one in client.get(f"{address}/history").json()["history"] if one["action"] == "assign"]
    assert [(one["by"], one["old"], one["new"]) for one in trail] == [
        ("王会计", None, "陈会计"),
        ("reviewer", "陈会计", None),
    ]
    events = [event for event in books(client).history(second["entry"]) if event.action == "assigned"]
    assert [event.new["assignee"] for event in events] == ["陈会计", None]
    assert books(client).history(first["entry"])[-1].action == "claimed"


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
    reading = Reading(service.readings.cached(told["sha256"], service.records.one(told["id"]).summary.settings))  # type: ignore[arg-type]
    service.records.add(stored, "s", reading)  # here the service is killed
    client = start()
    assert [one["id"] for one in client.get("/v1/invoices").json()["invoices"]] == [told["id"]]
    assert len(books(client).entry(told["entry"]).files) == 1


def test_what_was_claimed_when_the_service_was_killed_is_kept(start: Make) -> None:
    client = start()
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    told = hand_in(client)
    reading = Reading(service.readings.cached(told["sha256"], service.records.one(told["id"]).summary.settings))  # type: ignore[arg-type]
    service.books.claim(service.records.add(Stored("乙.pdf", told["sha256"]), "s", reading))  # here it is killed
    client = start()
    assert [one["entry"] for one in client.get("/v1/invoices").json()["invoices"]] == [told["entry"]] * 2
    assert len(books(client).entry(told["entry"]).files) == 2


def test_a_service_starts_while_another_program_holds_the_ledger_and_settles_later(
    start: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("invoiceocr.service.store.books.WAIT", 0.1)
    monkeypatch.setattr("invoiceocr.service.job_runner.IDLE_SECONDS", 0.05)
    client = start()
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    told = hand_in(client)
    reading = Reading(service.readings.cached(told["sha256"], service.records.one(told["id"]).summary.settings))  # type: ignore[arg-type]
    service.books.claim(service.records.add(Stored("乙.pdf", told["sha256"]), "s", reading))  # here it is killed
    with closing(sqlite3.connect(books(client).name, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        client = start()
        assert [one["id"] for one in client.get("/v1/invoices").json()["invoices"]] == [told["id"]]
    assert eventually(lambda: len(client.get("/v1/invoices").json()["invoices"]) == 2)
    assert len(books(client).entry(told["entry"]).files) == 2


def test_a_correction_made_while_the_claim_had_to_wait_is_what_is_claimed(
    start: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("invoiceocr.service.store.books.WAIT", 0.1)
    monkeypatch.setattr("invoiceocr.service.job_runner.IDLE_SECONDS", 0.05)
    client = start()
    first, second = hand_in(client), hand_in(client)
    (tmp_path / "other").mkdir()
    fresh = tmp_path / "other" / "fresh.db"
    with Ledger(fresh):  # as from a backup that is older than the claims
        pass
    with closing(sqlite3.connect(fresh, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        client = start(ledger=f"sqlite:///{fresh}")
        body = {"fields": {"remarks": "差旅"}, "by": "王会计"}
        for told in (first, second):
            path = f"/v1/invoices/{told['id']}"
            assert client.patch(path, json=body, headers={"If-Match": "1"}).status_code == 200
    assert eventually(lambda: len([file for entry in books(client).entries() for file in entry.files]) == 2)

    def seen() -> list[Json]:
        return [client.get(f"/v1/invoices/{told['id']}").json() for told in (first, second)]

    # of whichever came second when the ledger was free
    assert eventually(lambda: [f["rule"] for one in seen() for f in one["findings"]] == ["duplicate-claimed"])
    assert [one["remarks"] for one in seen()] == ["差旅", "差旅"]
    assert value_at(books(client).invoice(seen()[0]["entry"]), "remarks") == "差旅"


def test_a_correction_made_during_the_claim_is_kept_and_reaches_the_ledger(
    start: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = start()
    told = hand_in(client)
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    with service.database.writing() as connection:
        connection.execute("UPDATE records SET entry = 99")
    claim = Books.claim

    def corrected(self: Books, records: object) -> object:
        body = {"fields": {"remarks": "差旅"}}
        path = f"/v1/invoices/{told['id']}"
        assert client.patch(path, json=body, headers={"If-Match": "1"}).status_code == 200
        return claim(self, records)  # type: ignore[arg-type]

    monkeypatch.setattr(Books, "claim", corrected)
    service.claims._unsettled.append(service.records.one(told["id"]).summary.result_id)
    service.claims.settle()
    kept = client.get(f"/v1/invoices/{told['id']}").json()
    assert (kept["remarks"], kept["entry"]) == ("差旅", told["entry"])
    assert value_at(books(client).invoice(kept["entry"]), "remarks") == "差旅"


def test_a_ledger_that_does_not_answer_is_not_one_without_the_claim(
    start: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = start()
    record = client.app.state.service.records.one(hand_in(client)["id"])  # type: ignore[attr-defined]

    def fail(*_: object, **__: object) -> object:
        raise LedgerError("the server is gone")

    monkeypatch.setattr(Ledger, "_entries", fail)
    with pytest.raises(LedgerError):
        client.app.state.service.books.knows(record)  # type: ignore[attr-defined]


@pytest.mark.parametrize("error", [LedgerError("a stored invoice can't be read"), ValueError("anything else")])
def test_a_claim_that_always_fails_holds_up_no_other_claim_and_no_job(
    start: Make, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr("invoiceocr.service.job_runner.IDLE_SECONDS", 0.05)
    full: Exception = sqlite3.OperationalError("database or disk is full")
    book, errors = Records.book, {"坏.pdf": full, "好.pdf": full}

    def fail(self: Records, booked: Iterable[tuple[Record, Claim]]) -> object:
        booked = list(booked)
        if (name := booked[0][0].summary.source) in errors:
            raise errors[name]
        return book(self, booked)

    monkeypatch.setattr(Records, "book", fail)
    client = start()
    for name in ("坏.pdf", "好.pdf"):
        with pytest.raises(sqlite3.OperationalError):
            client.post("/v1/invoices", files={"files": (name, name.encode())})
    errors["坏.pdf"] = error
    del errors["好.pdf"]
    headers = {"Prefer": "respond-async"}
    job = client.post("/v1/invoices", files={"files": ("甲.pdf", b"one")}, headers=headers).json()
    assert eventually(lambda: client.get(job["status_url"]).json()["state"] == "done")
    assert eventually(lambda: "好.pdf" in [one["source"] for one in client.get("/v1/invoices").json()["invoices"]])


@pytest.fixture
def full_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often there is no room on the disk for what follows a claim."""
    monkeypatch.setattr("invoiceocr.service.job_runner.IDLE_SECONDS", 0.05)
    monkeypatch.setattr("invoiceocr.service.job_runner.PAUSE_SECONDS", 0.05)
    book, times = Records.book, [1]

    def fail(self: Records, booked: object) -> object:
        if times[0]:
            times[0] -= 1
            list(booked)  # type: ignore[call-overload]
            raise sqlite3.OperationalError("database or disk is full")
        return book(self, booked)  # type: ignore[arg-type]

    monkeypatch.setattr(Records, "book", fail)
    return times


def test_what_was_claimed_when_the_disk_was_full_shows_as_soon_as_there_is_room(
    start: Make, full_once: list[int]
) -> None:
    client = start()
    with pytest.raises(sqlite3.OperationalError):
        client.post("/v1/invoices", files={"files": ("甲.pdf", b"one")})
    assert eventually(lambda: len(client.get("/v1/invoices").json()["invoices"]) == 1)
    assert len(list(books(client).entries())) == 1


def test_a_job_ends_though_the_disk_was_full_right_after_its_claim(start: Make, full_once: list[int]) -> None:
    client = start()
    headers = {"Prefer": "respond-async"}
    job = client.post("/v1/invoices", files={"files": ("甲.pdf", b"one")}, headers=headers).json()
    assert eventually(lambda: client.get(job["status_url"]).json()["state"] == "done")
    (invoice,) = client.get(job["status_url"]).json()["results"][0]["invoices"]
    assert invoice["findings"] == []
    assert len(books(client).entry(invoice["entry"]).files) == 1


def full(monkeypatch: pytest.MonkeyPatch, name: str, times: int) -> None:
    """Have the method *name* of Jobs find no room on the disk so many *times*."""
    method, left = getattr(Jobs, name), iter(range(times))

    def fail(self: Jobs, *given: object) -> object:
        if next(left, None) is not None:
            raise sqlite3.OperationalError("database or disk is full")
        return method(self, *given)

    monkeypatch.setattr(Jobs, name, fail)


def test_a_full_disk_is_no_fault_of_the_file_of_a_job(start: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("invoiceocr.service.job_runner.PAUSE_SECONDS", 0.01)
    full(monkeypatch, "keep", MAX_ATTEMPTS + 1)
    client = start()
    headers = {"Prefer": "respond-async"}
    job = client.post("/v1/invoices", files={"files": ("甲.pdf", b"one")}, headers=headers).json()
    assert eventually(lambda: client.get(job["status_url"]).json()["state"] in ("done", "failed"))
    assert client.get(job["status_url"]).json()["results"][0]["error"] is None


def test_an_attempt_that_could_not_be_counted_takes_back_none_that_was(
    start: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("invoiceocr.service.job_runner.PAUSE_SECONDS", 0.01)
    put_back: list[object] = []
    full(monkeypatch, "begin", 2)
    monkeypatch.setattr(Jobs, "put_back", lambda _, file: put_back.append(file))
    client = start()
    headers = {"Prefer": "respond-async"}
    job = client.post("/v1/invoices", files={"files": ("甲.pdf", b"one")}, headers=headers).json()
    assert eventually(lambda: client.get(job["status_url"]).json()["state"] == "done")
    assert put_back == []


def test_a_stop_counts_no_attempt_of_a_file_that_no_worker_had_begun(
    start: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pool, "submit", lambda *_, **__: Future())  # no worker is free
    client = start()
    service = with_a_file_taken_up(client)
    stop_runner(client)
    assert service.jobs.waiting(1)[0].attempts == 0


def test_a_stop_counts_the_attempt_of_a_file_that_a_worker_has_begun(
    start: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def submit(*_: object, **__: object) -> Future[object]:
        begun: Future[object] = Future()
        begun.set_running_or_notify_cancel()
        return begun

    monkeypatch.setattr(Pool, "submit", submit)
    client = start()
    service = with_a_file_taken_up(client)
    stop_runner(client)
    assert service.jobs.waiting(1)[0].attempts == 1


def test_only_jobs_without_a_file_left_are_looked_at_again(start: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    client = start()
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    stop_runner(client)
    stored = Stored("甲.pdf", service.files.add(b"one"))
    jobs = [service.jobs.add([stored], {}, None).id for _ in range(3)]
    told = hand_in(client)
    reading = Reading(service.readings.cached(told["sha256"], service.records.one(told["id"]).summary.settings))  # type: ignore[arg-type]
    (file, *_) = service.jobs.waiting(1)
    service.claims.make([service.jobs.keep(file, "s", reading)])
    closed: list[str] = []
    close = Jobs.close

    def note(self: Jobs, job: str) -> bool:
        closed.append(job)
        return close(self, job)

    monkeypatch.setattr(Jobs, "close", note)
    assert service.jobs.close_all() == jobs[:1]
    assert closed == jobs[:1]


def test_uploads_wait_for_a_ledger_that_is_held_together_and_not_one_after_the_other(
    start: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("invoiceocr.service.store.books.WAIT", 2.0)
    client = start()
    hand_in(client)

    def refused(name: str) -> float:
        assert client.post("/v1/invoices", files={"files": (name, name.encode())}).status_code == 503
        return time.monotonic()

    with closing(sqlite3.connect(books(client).name, isolation_level=None)) as other, ThreadPoolExecutor(4) as threads:
        other.execute("BEGIN IMMEDIATE")
        moments = list(threads.map(refused, ("乙", "丙", "丁", "戊")))
    assert max(moments) - min(moments) < 4.0  # one after the other, they would wait for 2.0 each


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it holds within some seconds."""
    deadline = time.monotonic() + 20
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
