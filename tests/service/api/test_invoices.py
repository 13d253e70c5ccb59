from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

pytest.importorskip("fastapi")
from fastapi.testclient import TestClient
from serving import PDF, PICTURE, XML, Json, Read

from invoiceocr.service.service import Service


def wait_for(client: TestClient, job: str) -> Json:
    for _ in range(600):
        body: Json = client.get(f"/v1/jobs/{job}").json()
        if body["state"] not in ("queued", "running"):
            return body
        time.sleep(0.1)
    raise AssertionError("the job does not end")


def files(*paths: Path) -> list[tuple[str, tuple[str, bytes]]]:
    return [("files", (path.name, path.read_bytes())) for path in paths]


def test_a_file_comes_back_as_a_result_with_an_id(client: TestClient, read: Read) -> None:
    result = read(PDF)
    (invoice,) = result["invoices"]
    assert (result["source"], result["error"], len(result["sha256"])) == (PDF.name, None, 64)
    assert invoice["number"] == "24622000000721518982"
    assert client.get(f"/v1/invoices/{invoice['id']}").json()["evidence"]["total"]["status"] == "verified"


def test_an_answer_has_each_member_once_and_all_of_the_invoice(client: TestClient, read: Read) -> None:
    # given
    (posted,) = read(PDF)["invoices"]
    names: list[str] = []

    def once(members: list[tuple[str, object]]) -> dict[str, object]:
        assert len({name for name, _ in members}) == len(members)
        names[:] = [name for name, _ in members]
        return dict(members)

    # when
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    record = service.records.one(posted["id"])
    told = json.loads(client.get(f"/v1/invoices/{posted['id']}").content, object_pairs_hook=once)
    # then
    assert record.invoice is not None
    whole = record.invoice.model_dump(mode="json")
    assert {name: told[name] for name in whole} == whole == {name: posted[name] for name in whole}
    kept = {"id", "result_id", "revision", "state", "assignee", "created_at", "entry", "sha256", "error"}
    assert set(names) - set(whole) == kept


def test_asking_for_a_job_decodes_no_invoice(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.post("/v1/invoices", files=files(PDF, XML), headers={"Prefer": "respond-async"})
    done = wait_for(client, answer.json()["job"])
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    monkeypatch.setattr(service.records, "_unpacked", None)
    monkeypatch.setattr(service.readings, "_unpacked", None)
    assert client.get(answer.json()["status_url"]).json() == done
    assert [len(result["invoices"]) for result in done["results"]] == [1, 1]


def test_results_stand_in_the_order_of_the_files(client: TestClient) -> None:
    answer = client.post("/v1/invoices", files=files(PICTURE, XML, PDF))
    assert [result["source"] for result in answer.json()["results"]] == [PICTURE.name, XML.name, PDF.name]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(client: TestClient) -> None:
    answer = client.post("/v1/invoices", files=[("files", ("bad.pdf", b"%PDF-1.4 cut")), *files(PDF)])
    bad, good = answer.json()["results"]
    assert (answer.status_code, bad["error"]["code"], bad["invoices"]) == (200, "corrupt_pdf", [])
    assert good["invoices"]
    assert client.get(f"/v1/invoices/{bad['id']}").json()["error"]["code"] == "corrupt_pdf"


def test_what_an_archive_holds_that_is_not_read_is_named_at_once_and_in_a_job(client: TestClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.pdf", PDF.read_bytes())
        archive.writestr("b.pdf", PDF.read_bytes()[:2000])
    sent = [("files", ("票.zip", packed.getvalue()))]
    result = client.post("/v1/invoices", files=sent).json()["results"][0]
    assert [member["source"] for member in result["unread"]] == ["票.zip/b.pdf"]

    job = client.post("/v1/invoices", files=sent, headers={"Prefer": "respond-async"}).json()["job"]
    (later,) = wait_for(client, job)["results"]
    assert later["unread"] == result["unread"]


def test_the_same_bytes_are_read_once(client: TestClient, read: Read) -> None:
    first, second = read(PDF), read(PDF)
    assert first["id"] != second["id"]
    assert first["elapsed_ms"] == second["elapsed_ms"]
    assert "invoiceocr_cache_hits_total" in client.get("/metrics").text


def test_what_the_caller_expects_is_a_witness(read: Read) -> None:
    result = read(PDF, expected='{"total": "1.00"}')
    witnesses = result["invoices"][0]["evidence"]["total"]["witnesses"]
    assert {"source": "caller", "value": "1.00", "agrees": False} in witnesses


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"threads": "4"}, "bad_settings"),
        ({"accept_confidence": "2"}, "bad_settings"),
        ({"expected": "["}, "bad_request"),
        ({"expected": '{"nonsense": "1"}'}, "bad_settings"),
    ],
)
def test_an_option_that_is_not_the_callers_or_out_of_range_is_a_problem(
    client: TestClient, fields: dict[str, str], code: str
) -> None:
    answer = client.post("/v1/invoices", files=files(PDF), data=fields)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_call_without_files_is_a_problem(client: TestClient) -> None:
    assert client.post("/v1/invoices", data={"a": "b"}).status_code == 422


def test_an_idempotency_key_gets_the_first_answer_again(client: TestClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first, second = (client.post("/v1/invoices", files=files(PDF), headers=headers) for _ in range(2))
    assert first.content == second.content
    assert second.headers["idempotent-replayed"] == "true"
    other = client.post("/v1/invoices", files=files(XML), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


@pytest.mark.parametrize("prefer", [{"Prefer": "respond-async"}, {}])
def test_many_files_or_a_patient_caller_make_a_job(client: TestClient, prefer: dict[str, str]) -> None:
    paths = [PDF] if prefer else [PDF, XML, PDF, XML]
    answer = client.post("/v1/invoices", files=files(*paths), headers=prefer)
    assert answer.status_code == 202
    assert answer.headers["location"] == answer.json()["status_url"]
    job = wait_for(client, answer.json()["job"])
    assert (job["state"], job["done"], job["total"]) == ("done", len(paths), len(paths))
    assert [result["source"] for result in job["results"]] == [path.name for path in paths]


def test_a_canceled_job_stays_canceled(client: TestClient) -> None:
    many = files(*[PICTURE] * 4)
    job = client.post("/v1/invoices", files=many, data={"accept_confidence": "0.91"}).json()["job"]
    assert client.delete(f"/v1/jobs/{job}").json()["state"] == "canceled"
    assert client.get(f"/v1/jobs/{job}").json()["state"] == "canceled"


def test_a_webhook_goes_to_listed_hosts_only(client: TestClient) -> None:
    data = {"webhook": "http://169.254.169.254/latest"}
    answer = client.post("/v1/invoices", files=files(PDF), data=data, headers={"Prefer": "respond-async"})
    assert (answer.status_code, answer.json()["code"]) == (422, "forbidden") or answer.status_code == 403


def test_the_list_is_filtered_and_paged(client: TestClient, read: Read) -> None:
    ids = [read(PDF)["id"], read(XML)["id"], read(PDF)["id"]]
    first = client.get("/v1/invoices", params={"limit": 2}).json()
    assert [invoice["id"] for invoice in first["invoices"]] == ids[:0:-1]
    rest = client.get("/v1/invoices", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert rest["invoices"][0]["id"] == ids[0]
    found = client.get("/v1/invoices", params={"q": "衡代石", "verdict": "review", "kind": "digital_special"}).json()
    assert {invoice["source"] for invoice in found["invoices"]} == {XML.name}
    assert "evidence" not in found["invoices"][0]


@pytest.mark.parametrize("path", ["/v1/invoices/none", "/v1/jobs/none", "/v1/invoices/none/history", "/nonsense"])
def test_what_is_not_there_is_a_problem(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_pages_and_fields_are_pictures(client: TestClient, read: Read) -> None:
    invoice = read(PDF)["id"]
    page = client.get(f"/v1/invoices/{invoice}/pages/1.png")
    field = client.get(f"/v1/invoices/{invoice}/fields/total.png")
    assert page.content[:4] == field.content[:4] == b"\x89PNG"
    assert len(field.content) < len(page.content)


def test_an_invoice_of_an_archive_has_the_pages_of_its_own_file(client: TestClient, read: Read, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "两张.zip", "w") as archive:
        for path in (PDF, PICTURE):
            archive.write(path, path.name)

    def pages(*paths: Path) -> list[bytes]:
        ids = [one["id"] for path in paths for one in read(path)["invoices"]]
        return [client.get(f"/v1/invoices/{one}/pages/1.png").content for one in ids]

    alone, within = pages(PDF, PICTURE), pages(tmp_path / "两张.zip")
    assert alone == within
    assert len(set(within)) == 2


def test_text_of_a_page_is_that_of_the_file_in_the_archive_and_the_file_keeps_its_name(
    client: TestClient, read: Read, tmp_path: Path
) -> None:
    for name in ("三月.zip", "四月.zip"):  # the second time nothing is read
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for path in (PDF, PICTURE):
                archive.writestr(zipfile.ZipInfo(path.name), path.read_bytes())
        invoices = read(tmp_path / name)["invoices"]
        assert [one["source"] for one in invoices] == [f"{name}/{PDF.name}", f"{name}/{PICTURE.name}"]
        for one in invoices:
            lines = client.get(f"/v1/invoices/{one['id']}/pages/1/lines").json()["lines"]
            others = {other["number"] for other in invoices} - {one["number"]}
            assert any(one["number"] in line["text"] for line in lines)
            assert not any(other in line["text"] for line in lines for other in others)


def test_a_file_without_pages_has_no_pictures(client: TestClient, read: Read) -> None:
    assert client.get(f"/v1/invoices/{read(XML)['id']}/pages/1.png").status_code == 404


def test_an_export_holds_the_invoices_that_were_asked_for(client: TestClient, read: Read) -> None:
    body = {"ids": [read(PDF)["id"], read(XML)["id"]], "format": "xlsx"}
    book = openpyxl.load_workbook(io.BytesIO(client.post("/v1/export", json=body).content))
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert "24622000000721518982" in cells
    assert book["发票"].max_row == 3


@pytest.mark.parametrize("name", ["csv", "json", "jsonl"])
def test_an_export_has_the_format_that_was_asked_for(client: TestClient, read: Read, name: str) -> None:
    answer = client.post("/v1/export", json={"ids": [read(PDF)["id"]], "format": name, "verified_only": True})
    assert "24622000000721518982" in answer.text
