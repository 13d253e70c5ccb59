"""What the service asks of its workers."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

pytest.importorskip("fastapi")
from fastapi import FastAPI
from fastapi.testclient import TestClient
from serving import BASE, canned

from invoiceocr.service.app import build_app
from invoiceocr.service.processes.pool import Pool
from invoiceocr.service.processes.tasks import Details, DetailTask, ReadTask, Task
from invoiceocr.service.service import Service


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A service with canned outcomes."""
    with TestClient(build_app(canned(tmp_path)), base_url=BASE) as opened:
        yield opened


@pytest.fixture
def service(client: TestClient) -> Service:
    return cast("Service", cast("FastAPI", client.app).state.service)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Task]:
    """The tasks that workers were given."""
    tasks, submit = [], Pool.submit

    def note(self: Pool, task: Task, *given: object, **named: object) -> object:
        tasks.append(task)
        return submit(self, task, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Pool, "submit", note)
    return tasks


def archive(*names: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        for name in names:
            made.writestr(name, b"%PDF")
    return kept.getvalue()


def hand_in(client: TestClient, name: str, data: bytes) -> str:
    told = client.post("/v1/invoices", files={"files": (name, data)}).json()
    return cast("str", told["results"][0]["id"])


def test_an_archive_has_time_for_the_files_in_it_and_an_ofd_file_is_one(client: TestClient, asked: list[Task]) -> None:
    for name, parts in (("a.zip", ("a.pdf", "b.pdf")), ("b.ofd", ("OFD.xml", "Doc_0/Document.xml"))):
        address = f"/v1/invoices/{hand_in(client, name, archive(*parts))}"
        client.get(f"{address}/pages/1.jpg")
    members = [task.members for task in asked if isinstance(task, ReadTask | DetailTask)]
    assert members == [2, 2, 1, 1]


def test_all_who_look_at_a_file_at_the_same_time_have_it_read_once(
    client: TestClient, service: Service, asked: list[Task]
) -> None:
    record = service.records.one(hand_in(client, "a.zip", archive("a.pdf", "b.pdf")))

    async def look() -> list[Details]:
        return await asyncio.gather(*(service.details(record) for _ in range(4)))

    assert asyncio.run(look()) == [Details()] * 4
    assert len([task for task in asked if isinstance(task, DetailTask)]) == 1


def test_who_goes_away_leaves_the_reading_to_those_who_wait_for_it_too(client: TestClient, service: Service) -> None:
    record = service.records.one(hand_in(client, "a.pdf", b"a"))

    async def look() -> Details:
        first, second = (asyncio.ensure_future(service.details(record)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(look()) == Details()
