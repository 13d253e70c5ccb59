from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

pytest.importorskip("fastapi")
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from serving import BASE, PDF, Read, options

from invoiceocr.service import app
from invoiceocr.service.app import build_app
from invoiceocr.service.options import Limits
from invoiceocr.service.processes.tasks import Failure
from invoiceocr.service.service import Service

TOKEN = "s3cret"


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[TestClient]:
    """A service with a token and narrow limits; its workers are not started."""
    limits = Limits(file_bytes=1000, body_bytes=5000, call_files=2)
    made = build_app(options(tmp_path, token=TOKEN, limits=limits))
    yield TestClient(made, base_url=BASE, follow_redirects=False)
    made.state.service.close()


@pytest.fixture
def admitted(guarded: TestClient) -> TestClient:
    guarded.headers["Authorization"] = f"Bearer {TOKEN}"
    return guarded


def test_without_the_token_nothing_is_told(guarded: TestClient) -> None:
    answer = guarded.get("/v1/invoices")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/healthz", "/login", "/static/style.css"])
def test_health_and_login_need_no_token(guarded: TestClient, path: str) -> None:
    assert guarded.get(path).status_code == 200


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/readyz", 503)])
def test_a_monitor_may_ask_for_the_head_of_health_alone(guarded: TestClient, path: str, status: int) -> None:
    answer = guarded.head(path)
    assert (answer.status_code, answer.content) == (status, b"")


def test_a_service_whose_workers_have_no_models_tells_anybody_so_but_no_particulars(guarded: TestClient) -> None:
    service: Service = cast("FastAPI", guarded.app).state.service
    service.pool.trouble = Failure("bad_model", "/srv/claims/crnn-zh.onnx: digest differs from manifest.toml")
    answer = guarded.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "failed", "workers": 0, "code": "bad_model"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/jobs/x"), ("PUT", "/v1/jobs/x"), ("GET", "/v1/invoices?limit=0"), ("POST", "/v1/invoices")],
)
def test_what_the_service_refuses_is_told_in_chinese_with_the_particulars(
    admitted: TestClient, method: str, path: str
) -> None:
    told = admitted.request(method, path).json()
    assert told["detail_zh"].endswith(f"：{told['detail']}")
    assert not told["detail_zh"][0].isascii()


def test_an_idle_connection_outlives_those_of_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    configs: list[uvicorn.Config] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda server, sockets: configs.append(server.config))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(app, "_log_as_json", lambda: None)
    app.run(FastAPI(), [])
    assert configs[0].timeout_keep_alive > 60


def test_a_browser_without_the_token_is_asked_for_it(guarded: TestClient) -> None:
    answer = guarded.get("/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?to=%2F")


def test_the_token_can_be_given_in_the_login_form(guarded: TestClient) -> None:
    wrong = guarded.post("/login", data={"token": "guess"})
    assert "wrong" in wrong.headers["location"]
    right = guarded.post("/login", data={"token": TOKEN})
    assert "httponly" in right.headers["set-cookie"].lower()
    assert "samesite=lax" in right.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ([b"x" * 1001], 413, "file_too_large"),
        ([b"x" * 6000], 413, "body_too_large"),
        ([b"a", b"b", b"c"], 413, "too_many_files"),
    ],
)
def test_limits_are_told_with_their_code(admitted: TestClient, files: list[bytes], status: int, code: str) -> None:
    answer = admitted.post("/v1/invoices", files=[("files", ("a.pdf", data)) for data in files])
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_another_site_can_change_nothing(client: TestClient) -> None:
    headers = {"Origin": "https://evil.example"}
    answer = client.post("/v1/invoices", files={"files": ("a.pdf", PDF.read_bytes())}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_foreign_name_for_this_machine_is_refused(client: TestClient) -> None:
    assert client.get("/v1/invoices", headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("path", ["/", "/results", "/ledger", "/export", "/docs", "/review", "/openapi.json"])
def test_no_page_may_load_anything_from_elsewhere(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (200, 303)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "http://" not in answer.text.replace("http://127.0.0.1", "").replace("http://www.w3.org", "")
    assert "https://" not in answer.text


def test_pages_speak_the_language_of_their_reader(client: TestClient) -> None:
    assert "把发票拖到这里" in client.get("/", headers={"Accept-Language": "fr"}).text
    assert "Drop invoices here" in client.get("/", headers={"Accept-Language": "en-US,en;q=0.9"}).text
    assert "Drop invoices here" in client.get("/", headers={"Accept-Language": "zh;q=0, en;q=0.1"}).text
    assert "把发票拖到这里" in client.get("/", headers={"Accept-Language": "en;q=0.5, zh-TW, *;q=x"}).text


def test_the_description_of_the_api_is_openapi_3_1(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"/ocr", "/v1/invoices", "/v1/jobs/{job_id}", "/v1/export"} <= set(document["paths"])


def test_the_log_tells_nothing_of_an_invoice(client: TestClient, read: Read, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="invoiceocr.service"):
        read(PDF)
        client.get("/v1/invoices", params={"q": "24622000000721518982"})
    told = " ".join(
        str(record.__dict__.get("fields")) for record in caplog.records if record.name.startswith("invoice")
    )
    assert "/v1/invoices" in told
    assert "24622000000721518982" not in told
    assert PDF.name not in told
