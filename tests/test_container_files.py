"""What of the container files can be told without a container engine: whether they fit one another and the service."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
from invoiceocr.service.app import STOP_SECONDS
from invoiceocr.service.gate import OPEN_PATHS
from invoiceocr.service.options import Limits

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
SERVICE_BYTES = 1_000_000_000  # that the process which answers may hold, beside its workers
_, BUILD, IMAGE = DOCKERFILE.split("\nFROM ")


def words(name: str) -> list[str]:
    """The words of the last instruction of that name in the image."""
    found: list[str] = json.loads(re.findall(rf"^{name} (\[.*\])$", IMAGE, re.MULTILINE)[-1])
    return found


def test_what_the_image_is_built_from_exists_and_is_sent_to_the_builder() -> None:
    sent = [
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    ]
    copied = [name for line in re.findall(r"^COPY (.*) \S+$", BUILD, re.MULTILINE) for name in line.split()]
    assert len(copied) > 5
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert [name for name in copied if not any(fnmatch(name, pattern) for pattern in sent)] == []


def test_what_the_image_checks_is_what_the_service_answers_without_a_token() -> None:
    port, path = re.findall(r"127\.0\.0\.1:(\d+)(/\w+)", IMAGE)[0]
    command = words("CMD")
    assert path in OPEN_PATHS
    assert port == command[command.index("--port") + 1] == re.findall(r"^EXPOSE (\d+)$", IMAGE, re.MULTILINE)[0]


def test_the_command_of_the_image_has_only_options_of_ours() -> None:
    reference = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    assert [*words("ENTRYPOINT"), words("CMD")[0]] == ["invoiceocr", "serve"]
    assert [word for word in words("CMD") if word.startswith("--") and f"`{word}" not in reference] == []


def test_the_image_runs_as_nobody_and_writes_only_its_data() -> None:
    (user,) = re.findall(r"^USER (\S+)$", IMAGE, re.MULTILINE)
    command = words("CMD")
    assert int(user) > 1000
    assert re.findall(r"^VOLUME (\S+)$", IMAGE, re.MULTILINE) == [command[command.index("--data") + 1]]
    for line in ("read_only: true", "cap_drop: [ALL]", "- /tmp"):
        assert line in COMPOSE


def test_compose_gives_the_memory_that_its_workers_may_hold_and_runs_the_command_of_the_image() -> None:
    command: list[str] = json.loads(re.findall(r"^    command: (\[.*\])$", COMPOSE, re.MULTILINE)[0])
    (gibibytes,) = re.findall(r"mem_limit: (\d+)g$", COMPOSE, re.MULTILINE)
    assert command[:-2] == words("CMD")
    assert command[-2] == "--workers"
    assert int(gibibytes) * 2**30 >= int(command[-1]) * Limits().worker_bytes + SERVICE_BYTES


def test_compose_lets_nobody_in_from_outside_and_leaves_time_to_finish_requests() -> None:
    published = re.findall(r'- "([\d.]+):(\d+):(\d+)"', COMPOSE)
    assert published == [("127.0.0.1", "8080", "8080")]
    (grace,) = re.findall(r"stop_grace_period: (\d+)s", COMPOSE)
    assert int(grace) > STOP_SECONDS
    # neither has a default that somebody could forget to change
    assert {name for name, _ in re.findall(r"\$\{(\w+):\?([^}]+)\}", COMPOSE)} == {
        "INVOICEOCR_TOKEN",
        "POSTGRES_PASSWORD",
    }
    assert "${" not in re.sub(r"\$\{\w+:\?[^}]+\}", "", COMPOSE)
