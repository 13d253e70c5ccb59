"""A ledger in SQLite, and one in a real PostgreSQL where the machine has its programs."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from invoiceocr.ledger import Ledger

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True)
OTHER_USERS = ("postgres", "nobody")  # the server refuses to run as root


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    with Ledger(tmp_path / "台账 #1%.db") as opened:
        yield opened


@pytest.fixture(params=["ledger", "postgres"])
def any_ledger(request: pytest.FixtureRequest) -> Ledger:
    """A ledger in SQLite, then one in PostgreSQL."""
    found: Ledger = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a running PostgreSQL without its database's name."""
    if not PROGRAMS:
        pytest.skip("no PostgreSQL server in /usr/lib/postgresql: install Debian's package postgresql")
    folder = Path("/tmp") / f"invoiceocr-postgres-{uuid.uuid4().hex[:12]}"  # a socket's path must be short
    folder.mkdir(mode=0o755)
    run = Server(PROGRAMS[0].parent, folder, user_for_server())
    try:
        run.start()
        yield run.url
    finally:
        run.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(server: str) -> str:
    """The URL of a fresh database."""
    from sqlalchemy import create_engine, text

    name = f"ledger_{uuid.uuid4().hex[:8]}"
    engine = create_engine(
        f"{server}postgres".replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server + name


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Ledger]:
    """An empty ledger in PostgreSQL."""
    with Ledger(postgres_url) as opened:
        yield opened


def user_for_server() -> str | None:
    """Whom the server runs as: whoever runs the tests, unless that is root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in OTHER_USERS if name in known)


class Server:
    def __init__(self, programs: Path, folder: Path, user: str | None) -> None:
        self._programs, self._data, self._user = programs, folder / "data", user
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        if user:
            shutil.chown(folder, user)
        self.url = f"postgresql://ledger@127.0.0.1:{self._port}/"

    def start(self) -> None:
        self._run("initdb", "-D", self._data, "-U", "ledger", "--auth=trust", "--encoding=UTF8", "--locale=C")
        options = f"-p {self._port} -k {self._data.parent} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "-D", self._data, "-o", options, "-w", "-l", self._data.parent / "log", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop", check=False)

    def _run(self, program: str, *arguments: object, check: bool = True) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        done = subprocess.run(command, cwd="/", user=self._user, capture_output=True, text=True, check=False)
        if check and done.returncode:
            pytest.skip(f"PostgreSQL can't be started here: {(done.stderr or done.stdout).strip()[-300:]}")
