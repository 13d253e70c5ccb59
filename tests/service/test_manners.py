"""What programs expect of any service over HTTP, with canned outcomes."""

from __future__ import annotations

import errno
import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest

pytest.importorskip("fastapi")
from fastapi import FastAPI
from fastapi.testclient import TestClient
from serving import BASE, Json, canned, options

from invoiceocr.errors import LedgerError, SettingsError
from invoiceocr.invoice import Invoice
from invoiceocr.ledger import Ledger, findings
from invoiceocr.service.app import bound, build_app
from invoiceocr.service.job_runner import JobRunner
from invoiceocr.service.store.books import WAIT, Books
from invoiceocr.service.store.database import Database
from invoiceocr.service.store.entries import Filter
from invoiceocr.service.store.files import FileStore, Stored
from invoiceocr.service.store.records import Records


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    made = build_app(canned(tmp_path, token="t"))
    headers = {"Authorization": "Bearer t"}
    with TestClient(made, base_url=BASE, headers=headers, raise_server_exceptions=False) as opened:
        yield opened


def hand_in(client: TestClient, name: str = "accepted.pdf", **fields: object) -> Json:
    answer = client.post("/v1/invoices", files={"files": (name, name.encode())}, **fields)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    result: Json = answer.json()["results"][0]["invoices"][0]
    return result


def patch(client: TestClient, invoice: Json, body: object, **headers: str) -> Json:
    told = {"If-Match": f'"{invoice["revision"]}"', **headers}
    answer = client.patch(f"/v1/invoices/{invoice['id']}", json=body, headers=told)
    plain: Json = answer.json()
    return plain | {"status": answer.status_code, "replayed": "idempotent-replayed" in answer.headers}


@pytest.mark.parametrize("path", ["/", "/v1/invoices", "/v1/capabilities", "/static/style.css", "/results"])
def test_the_head_of_whatever_can_be_fetched_can_be_asked_for(client: TestClient, path: str) -> None:
    head, whole = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/invoices", "GET, HEAD, POST, OPTIONS"),
        ("/ocr", "POST, OPTIONS"),
        ("/v1/jobs/x", "GET, HEAD, DELETE, OPTIONS"),
        ("/static/style.css", "GET, HEAD, OPTIONS"),
    ],
)
def test_whoever_asks_or_uses_another_method_is_told_all_of_a_path(client: TestClient, path: str, methods: str) -> None:
    asked, wrong = client.options(path), client.put(path)
    assert (asked.status_code, asked.headers["allow"]) == (204, methods)
    assert (wrong.status_code, wrong.headers["allow"]) == (405, methods)


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [("GET", {}, 405), ("POST", {"Authorization": "Bearer guess"}, 401), ("POST", {"Origin": "http://a.b"}, 403)],
)
def test_every_failure_of_the_ocr_call_has_the_members_that_its_clients_look_for(
    client: TestClient, method: str, headers: dict[str, str], status: int
) -> None:
    answer = client.request(method, "/ocr", headers=headers)
    assert answer.status_code == status
    assert answer.json()["success"] is False
    assert answer.json()["error"]


@pytest.mark.parametrize("headers", [{"Origin": "http://["}, {"Origin": "http://]a["}])
def test_a_header_that_names_no_host_is_the_caller_s_mistake(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/v1/invoices", headers=headers).status_code == 422


def test_a_host_that_is_none_is_the_caller_s_mistake(tmp_path: Path) -> None:
    with TestClient(build_app(options(tmp_path, fake=tmp_path)), base_url=BASE) as open_to_all:
        assert open_to_all.get("/", headers={"Host": "["}).status_code == 422


def test_expected_values_that_are_nested_too_deeply_are_no_defect(client: TestClient) -> None:
    answer = client.post("/v1/invoices", files={"files": ("a.pdf", b"a")}, data={"expected": "[" * 90_000})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")


@pytest.mark.parametrize("prefer", ["Respond-Async", "wait=5, respond-async", "respond-async; x=1"])
def test_a_preference_is_understood_however_it_is_written(client: TestClient, prefer: str) -> None:
    answer = client.post("/v1/invoices", files={"files": ("a.pdf", b"a")}, headers={"Prefer": prefer})
    assert answer.status_code == 202


def test_a_job_keeps_what_its_caller_expects(client: TestClient) -> None:
    def post(expected: str) -> tuple[int, Json]:
        data, headers = {"expected": expected}, {"Prefer": "respond-async"}
        answer = client.post("/v1/invoices", files={"files": ("accepted.pdf", b"a")}, data=data, headers=headers)
        return answer.status_code, answer.json()

    assert post('{"nothing": "1"}')[0] == 422
    _, told = post('{"total": "1.00"}')
    while client.get(told["status_url"]).json()["state"] != "done":
        time.sleep(0.02)
    service = cast("FastAPI", client.app).state.service
    (summary,) = service.records.listed(Filter())
    assert service.order_of(summary.settings).expected == {"total": "1.00"}


@pytest.mark.parametrize("path", ["/v1/invoices", "/ocr"])
@pytest.mark.parametrize(
    "disposition",
    [
        'filename="发票.pdf"'.encode(),
        'filename="发票.pdf"'.encode("gbk"),
        b"filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf",
        b"filename=\"=?utf-8?B?5Y+R56Wo?=\"; filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf",
        b"filename*=GBK''%B7%A2%C6%B1.pdf; filename=x.pdf",
        "filename=\"发票.pdf\"; filename*=undefined''x".encode(),
        "filename=\"发票.pdf\"; filename*=utf-7''+2AA-".encode(),
        "filename=\"发票.pdf\"; filename*=utf-8''%FF".encode(),
    ],
)
def test_the_name_of_a_file_is_understood_however_its_sender_writes_it(
    client: TestClient, disposition: bytes, path: str
) -> None:
    field = b"image" if path == "/ocr" else b"files"
    head = b'--B\r\nContent-Disposition: form-data; name="' + field + b'"; ' + disposition
    body = head + b"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--B--\r\n"
    answer = client.post(path, content=body, headers={"Content-Type": "multipart/form-data; boundary=B"})
    assert answer.status_code == 200
    if path != "/ocr":
        assert answer.json()["results"][0]["source"] == "发票.pdf"


def test_a_webhook_to_a_host_that_is_not_listed_is_refused_in_every_call(client: TestClient) -> None:
    data = {"webhook": "http://169.254.169.254/latest"}
    answer = client.post("/v1/invoices", files={"files": ("a.pdf", b"a")}, data=data)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert client.get("/v1/invoices").json()["invoices"] == []


@pytest.mark.parametrize("url", ["http://[", "http://127.0.0.1:port/"])
def test_a_webhook_that_is_no_url_is_the_caller_s_mistake(client: TestClient, url: str) -> None:
    answer = client.post("/v1/invoices", files={"files": ("a.pdf", b"a")}, data={"webhook": url})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")


@pytest.mark.parametrize("charset", ["undefined", "idna", "utf-16", "none"])
def test_a_charset_that_the_text_of_a_form_is_not_in_is_no_defect(client: TestClient, charset: str) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="expected"\r\n\r\n{"a": "\xff"}x\r\n--b--\r\n'
    headers = {"Content-Type": f"multipart/form-data; boundary=b; charset={charset}"}
    assert 400 <= client.post("/v1/invoices", content=body, headers=headers).status_code < 500


def exports(client: TestClient) -> int:
    """How many exports the audit trail has."""
    ledger = cast("FastAPI", client.app).state.service.books.ledger
    return sum(event.action == "exported" for event in ledger.history())


def test_the_head_of_an_export_is_refused_and_records_nothing(client: TestClient) -> None:
    hand_in(client)
    answer = client.head("/export/file?format=csv")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, OPTIONS")
    assert exports(client) == 0


def test_a_link_on_another_site_exports_nothing(client: TestClient) -> None:
    def export(site: str) -> int:
        return client.get("/export/file?format=csv", headers={"Sec-Fetch-Site": site}).status_code

    hand_in(client)
    assert (export("cross-site"), export("same-site"), exports(client)) == (403, 403, 0)
    assert (export("same-origin"), export("none"), exports(client)) == (200, 200, 2)


def test_a_repeated_request_gets_the_headers_of_the_first_answer_too(client: TestClient) -> None:
    headers = {"Prefer": "respond-async", "Idempotency-Key": "k"}
    first, second = (client.post("/v1/invoices", files={"files": ("a.pdf", b"a")}, headers=headers) for _ in range(2))
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["retry-after"] == first.headers["retry-after"]


def test_a_correction_and_an_undoing_with_a_key_are_done_once(client: TestClient) -> None:
    invoice = hand_in(client)
    first, second = (patch(client, invoice, {"fields": {"total": "9.00"}}, **{"Idempotency-Key": "p"}) for _ in "12")
    assert (first["revision"], second["revision"]) == (2, 2)
    assert second["replayed"]
    address = f"/v1/invoices/{invoice['id']}"
    for _ in range(2):
        undone = client.post(f"{address}/undo", headers={"Idempotency-Key": "u"}).json()
        assert (undone["revision"], undone["total"]) == (3, invoice["total"])
    assert client.get(address).json()["revision"] == 3
    again = client.post(f"{address}/accept", headers={"Idempotency-Key": "u"})
    assert (again.status_code, again.json()["code"]) == (422, "key_reused")


def test_a_correction_may_be_a_number_of_json(client: TestClient) -> None:
    judged = patch(client, hand_in(client), {"fields": {"total": 9.5}})
    assert (judged["status"], judged["total"]) == (200, "9.5")


@pytest.mark.parametrize(
    ("path", "body"),
    [("/v1/export", {"filters": {"verdict": "accept"}}), ("/v1/export", {"filter": {"verdicts": "accept"}})],
)
def test_a_misspelled_member_is_refused_and_exports_nothing(client: TestClient, path: str, body: Json) -> None:
    answer = client.post(path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")


def test_a_body_that_is_not_sent_as_json_is_told_so(client: TestClient) -> None:
    answer = client.post("/v1/export", content=b'{"format": "csv"}', headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422
    assert "Content-Type: application/json" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 507, "disk_full"),
        (RuntimeError("a value of an invoice"), 500, "internal_error"),
    ],
)
def test_a_defect_and_a_full_disk_are_told_counted_and_guarded(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def fail(*_: object) -> str:
        raise error

    monkeypatch.setattr(FileStore, "add", fail)
    answer = client.post("/v1/invoices", files={"files": ("a.pdf", b"a")})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "content-security-policy" in answer.headers
    assert f'route="/v1/invoices",status="{status}"' in client.get("/metrics").text


def full() -> sqlite3.Error:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


def test_a_database_without_room_is_a_full_disk(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise full()

    monkeypatch.setattr(Database, "writing", fail)
    answer = client.post("/v1/invoices", files={"files": ("a.pdf", b"a")})
    assert answer.status_code == 507
    assert int(answer.headers["retry-after"]) > 0
    assert not re.search("[a-z]", answer.json()["detail_zh"])


def test_a_misuse_of_the_database_is_a_defect_and_no_full_disk(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.ProgrammingError("Cannot operate on a closed database.")

    monkeypatch.setattr(Database, "writing", fail)
    answer = client.post("/v1/invoices", files={"files": ("a.pdf", b"a")})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")


def test_a_person_sees_a_page_where_something_failed(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("invoiceocr.service.store.records.Records.repeated", fail)
    answer = client.get("/results", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert answer.status_code == 500
    assert "<h1>" in answer.text


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The times that the ledger will fail to answer."""
    times, claim = [0], Ledger.claim_all

    def fail(self: Ledger, *given: object, **named: object) -> object:
        if times[0]:
            times[0] -= 1
            raise LedgerError("database is locked")
        return claim(self, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Ledger, "claim_all", fail)
    return times


def test_a_ledger_that_does_not_answer_leaves_nothing_that_would_repeat_the_claim(
    client: TestClient, locked: list[int]
) -> None:
    locked[0] = 1
    answer = client.post("/v1/invoices", files={"files": ("accepted.pdf", b"a")})
    assert (answer.status_code, answer.json()["code"]) == (503, "bad_ledger")
    assert int(answer.headers["retry-after"]) > 0
    assert client.get("/v1/invoices").json()["invoices"] == []
    assert hand_in(client)["findings"] == []


def test_files_of_one_call_are_all_kept_or_none(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    check = findings.check

    def fail(connection: object, invoice: Invoice, *given: object, **named: object) -> object:
        if invoice.source == "rejected.pdf":
            raise full()
        return check(connection, invoice, *given, **named)  # type: ignore[arg-type]

    files = [("files", (name, name.encode())) for name in ("accepted.pdf", "rejected.pdf", "reviewed.pdf")]
    with monkeypatch.context() as patch:
        patch.setattr(findings, "check", fail)
        answer = client.post("/v1/invoices", files=files)
    assert (answer.status_code, answer.json()["code"]) == (503, "bad_ledger")
    assert client.get("/v1/invoices").json()["invoices"] == []
    again = client.post("/v1/invoices", files=files).json()["results"]
    found = [finding["rule"] for result in again for finding in result["invoices"][0]["findings"]]
    assert "duplicate-claimed" not in found


def test_a_disk_that_fills_up_between_the_files_of_a_call_keeps_none(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = Records.add

    def fail(self: Records, stored: Stored, *given: object) -> object:
        if stored.name == "rejected.pdf":
            raise full()
        return add(self, stored, *given)  # type: ignore[arg-type]

    files = [("files", (name, name.encode())) for name in ("accepted.pdf", "rejected.pdf")]
    with monkeypatch.context() as patch:
        patch.setattr(Records, "add", fail)
        assert client.post("/v1/invoices", files=files).status_code == 507
    assert client.get("/v1/invoices").json()["invoices"] == []
    assert hand_in(client)["findings"] == []


def test_an_invoice_is_not_shown_while_its_claim_is_pending(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_all, seen = Ledger.claim_all, []

    def look(self: Ledger, *given: object, **named: object) -> object:
        ((name,),) = client.app.state.service.database.rows("SELECT id FROM records")  # type: ignore[attr-defined]
        seen.append((client.get("/v1/invoices").json()["invoices"], client.get(f"/v1/invoices/{name}").status_code))
        return claim_all(self, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Ledger, "claim_all", look)
    assert hand_in(client)["entry"] == 1
    assert seen == [([], 404)]
    assert len(client.get("/v1/invoices").json()["invoices"]) == 1


def test_a_ledger_that_another_program_holds_is_told_with_a_time_to_come_back(client: TestClient) -> None:
    hand_in(client)
    books: Books = client.app.state.service.books  # type: ignore[attr-defined]
    books.ledger.close()
    books.ledger = Ledger(books.ledger.name, wait=0.2)
    with closing(sqlite3.connect(books.ledger.name, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = client.post("/v1/invoices", files={"files": ("reviewed.pdf", b"b")})
    assert (answer.status_code, answer.json()["code"]) == (503, "bad_ledger")
    assert int(answer.headers["retry-after"]) > 0
    assert WAIT <= 10


def test_a_job_goes_on_when_the_ledger_answers_again(
    client: TestClient, locked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("invoiceocr.service.job_runner.PAUSE_SECONDS", 0.01)
    locked[0] = 5
    files = {"files": ("accepted.pdf", b"a")}
    told = client.post("/v1/invoices", files=files, headers={"Prefer": "respond-async"}).json()
    while (job := client.get(told["status_url"]).json())["state"] != "done":
        time.sleep(0.02)
    (invoice,) = job["results"][0]["invoices"]
    assert invoice["findings"] == []
    assert invoice["entry"] == 1


def test_a_file_that_fails_again_and_again_waits_longer_each_time_up_to_a_minute(client: TestClient) -> None:
    runner = JobRunner(client.app.state.service)  # type: ignore[attr-defined]
    pauses = [runner._pause(("job", 0)) for _ in range(2000)]
    assert pauses[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert pauses[-1] == 60
    assert runner._pause(("job", 1)) == 1


def test_what_does_not_fit_on_the_disk_leaves_nothing_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, data: bytes) -> int:
        with path.open("wb") as stream:
            stream.write(data[:1])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="space"):
        FileStore(tmp_path).add(b"ab")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_port_that_is_taken_is_told_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(SettingsError, match="--port"):
        bound("127.0.0.1", other.getsockname()[1])


def test_any_free_port_can_be_asked_for() -> None:
    (opened,) = bound("127.0.0.1", 0)
    with opened:
        assert opened.getsockname()[1] > 0


def test_a_host_that_is_not_this_machine_is_told() -> None:
    with pytest.raises(SettingsError, match=r"256\.1\.1\.1"):
        bound("256.1.1.1", 0)
    with pytest.raises(SettingsError, match=r"a\.\.b"):
        bound("a..b", 0)


OURS, FOREIGN = ("127.0.0.1", 0), ("192.0.2.1", 0)  # one is an address of documents, which no machine has


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: tuple[str, int]) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)


def test_an_address_that_the_system_lists_twice_is_bound_once(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, OURS, OURS)
    (opened,) = bound("localhost", 0)
    opened.close()


def test_an_address_that_the_machine_lacks_is_left_out_unless_it_is_the_only_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolve_to(monkeypatch, FOREIGN, OURS)
    (opened,) = bound("localhost", 0)
    opened.close()
    resolve_to(monkeypatch, FOREIGN)
    with pytest.raises(SettingsError, match="localhost"):
        bound("localhost", 0)


def test_a_family_that_the_machine_lacks_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_ipv6(family: int, *given: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        return real(family, *given)

    real = socket.socket
    rows = [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0)), (socket.AF_INET, 1, 6, "", OURS)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
    monkeypatch.setattr(socket, "socket", without_ipv6)
    (opened,) = bound("localhost", 0)
    opened.close()


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SettingsError, match="--data"):
        Database(tmp_path / "file" / "data")
