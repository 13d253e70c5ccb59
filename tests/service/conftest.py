"""A service with a real worker, shared by the tests of the room; its data lies in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from serving import Json, Read

if TYPE_CHECKING:
    from fastapi.testclient import TestClient


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    pytest.importorskip("fastapi", reason="the extra `server` is not installed")
    from fastapi.testclient import TestClient
    from serving import BASE, options

    from invoiceocr.service.app import build_app

    with TestClient(build_app(options(tmp_path_factory.mktemp("服务"))), base_url=BASE) as opened:
        yield opened


@pytest.fixture(scope="session")
def read(client: TestClient) -> Read:
    """Posts a file; its result."""

    def post(path: Path, **fields: str) -> Json:
        answer = client.post("/v1/invoices", files={"files": (path.name, path.read_bytes())}, data=fields)
        assert answer.status_code == 200, answer.text
        result: Json = answer.json()["results"][0]
        return result

    return post
