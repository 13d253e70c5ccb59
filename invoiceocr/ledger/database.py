"""The database of a ledger by its URL: SQLite or PostgreSQL, with its tables migrated, and durable transactions."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from invoiceocr.errors import LedgerError, MissingExtraError

FILE_NAME = "invoiceocr.db"
VERSION = "0003"  # the newest migration
WRITES = "ledger_writes"
WAIT = 60.0  # seconds that a writer usually waits for another one
# the advisory lock of PostgreSQL: one writer at a time, since events form a chain
LOCK = 0x696E766F
MIGRATIONS = Path(__file__).parent / "migrations"
DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
# KiB: indexes of a large ledger are read and written at random
CACHE = 32_768
# pages of 4 KiB in the write-ahead log before they are moved into the file: the more, the fewer times a page is written
CHECKPOINT = 4000
Survives = Literal["power cut", "crash"]
# What a power cut must not lose is on the disk before a commit returns.
SYNCHRONOUS: dict[Survives, str] = {"power cut": "synchronous=FULL", "crash": "synchronous=NORMAL"}
PRAGMAS = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    f"cache_size=-{CACHE}",
    f"wal_autocheckpoint={CHECKPOINT}",
)


def url_of(where: str | Path | None) -> URL:
    """The database that *where* refers to: a URL (`sqlite:///...`, `postgresql://...`), the path of a file, a folder,
    or None for `invoiceocr.db` in the current folder. LedgerError for another kind of database."""
    if where is None or isinstance(where, Path) or "://" not in where:
        path = Path(where or FILE_NAME)
        return URL.create(DRIVERS["sqlite"], database=str(path / FILE_NAME if path.is_dir() else path))
    try:
        url = make_url(where)
    except ArgumentError as error:
        raise LedgerError(
            f"{where}: no URL of a database; give sqlite:///FILE or postgresql://...",
            zh=f"{where}：不是数据库地址，应为 sqlite:///文件 或 postgresql://...",
        ) from error
    name = url.drivername.partition("+")[0]
    if name not in DRIVERS:
        raise LedgerError(
            f"{name}: unknown database; give sqlite:///FILE or postgresql://...",
            zh=f"{name}：不支持的数据库，应为 sqlite:///文件 或 postgresql://...",
        )
    return url.set(drivername=DRIVERS[name])


class Database:
    """An open database with up-to-date tables. It is thread-safe: each transaction has its own connection. What was
    written survives a power cut or, in SQLite, if that is sufficient, a crash. A writer waits *wait* seconds
    for others before it gives up with a LedgerError."""

    def __init__(self, url: URL, survives: Survives = "power cut", wait: float = WAIT) -> None:
        self.url, self._wait = url, wait
        self.engine = _engine(url, (SYNCHRONOUS[survives], f"busy_timeout={int(wait * 1000)}"))
        # of what is given straight to the driver (`Prepared`)
        self._driver_error: type[BaseException] = self.engine.dialect.loaded_dbapi.Error
        self._writers = self.engine.execution_options(**{WRITES: True})
        self._lock = threading.Lock()
        try:
            self._bring_up_to_date()
        except SQLAlchemyError as error:
            self.close()
            zh = f"{self.name}：打不开（{_cause(error)}），请检查路径、权限和服务器"
            raise LedgerError(f"{self.name}: {_cause(error)}; check path, rights and server", zh=zh) from error
        except LedgerError:
            self.close()
            raise

    @property
    def name(self) -> str:
        """The path of the file, or the URL without its password."""
        return str(self.url.database) if self.is_sqlite else self.url.render_as_string(hide_password=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a file of SQLite."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the ledger."""
        with self._told(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is durable when the block ends; no other one writes meanwhile."""
        with (
            self._told(),
            self._turn() as left,
            self._writers.connect() as connection,
            self._patience(connection, left),
            connection.begin(),
        ):
            if not self.is_sqlite:
                connection.execute(text(f"SET LOCAL lock_timeout = {left}"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield connection

    @contextmanager
    def _patience(self, connection: Connection, left: int) -> Iterator[None]:
        """Has SQLite wait *left* milliseconds for other processes, and as usual for who has the connection next."""
        usual = int(self._wait * 1000)
        if not self.is_sqlite or left >= usual:
            yield
            return
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={left}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout={usual}")

    @contextmanager
    def _turn(self) -> Iterator[int]:
        """The turn of one writer of this process, and the milliseconds that it may still wait for other processes: the
        writers who wait for the same one give up together, not one after the other."""
        began = time.monotonic()
        if not self._lock.acquire(timeout=self._wait):
            raise LedgerError(
                f"{self.name}: others have written to it for more than {self._wait:g} s",
                zh=f"{self.name}：被占用已超过 {self._wait:g} 秒",
            )
        try:
            yield max(round(1000 * (self._wait - time.monotonic() + began)), 1)  # 0 would be forever in PostgreSQL
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, self._driver_error) as error:
            zh = f"{self.name}：数据库出错（{_cause(error)}）"
            raise LedgerError(f"{self.name}: {_cause(error)}", zh=zh) from error

    def _bring_up_to_date(self) -> None:
        with self.reading() as connection:
            if _version(connection) == VERSION:
                return
        with self.writing() as connection:
            found = _version(connection)
            if found is not None and found > VERSION:
                zh = f"{self.name}：由更新的版本（{found}）写成，请升级 invoiceocr"
                raise LedgerError(f"{self.name}: made by a newer version ({found}); update invoiceocr", zh=zh)
            migrate(connection)


def migrate(connection: Connection, version: str = "head") -> None:
    """Migrates the tables of *connection* to *version*, within its transaction."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    # a folder may have any other separator in its name
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None


def _engine(url: URL, pragmas: Sequence[str]) -> Engine:
    try:
        engine = create_engine(url)
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"PostgreSQL needs {error.name}: pip install 'invoiceocr[postgres]'") from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", partial(_set_up, pragmas=(*PRAGMAS, *pragmas)))
        event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: object, _: ConnectionPoolEntry, pragmas: Sequence[str]) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # transactions begin where `_begin` says
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.connection.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _cause(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
