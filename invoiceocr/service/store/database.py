"""Access to SQLite: one connection, a lock, a schema. What a transaction wrote survives a crash of the process."""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from invoiceocr.errors import SettingsError
from invoiceocr.file_lock import lock
from invoiceocr.kinds.packing import LEVEL
from invoiceocr.ledger.database import CHECKPOINT
from invoiceocr.proof import Finding
from invoiceocr.service.store.entries import told_why

SCHEMA_VERSION = 8
# that a statement waits for another process, such as a backup
BUSY_SECONDS = 10.0
SCHEMA = """
CREATE TABLE readings (
    sha256 TEXT NOT NULL, settings TEXT NOT NULL, result BLOB NOT NULL,
    PRIMARY KEY (sha256, settings)
) WITHOUT ROWID;
CREATE TABLE options (settings TEXT PRIMARY KEY, options TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE records (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE, result_id TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL,
    settings TEXT NOT NULL, position INTEGER NOT NULL, created_at TEXT NOT NULL, revision INTEGER NOT NULL DEFAULT 1,
    state TEXT NOT NULL DEFAULT 'open', verdict TEXT, kind TEXT, code TEXT, number TEXT, issue_date TEXT,
    seller TEXT, buyer TEXT, total TEXT, doubtful INTEGER NOT NULL DEFAULT 0, search TEXT NOT NULL DEFAULT '',
    invoice BLOB, error_code TEXT, error_message TEXT
);
CREATE TABLE revisions (
    record TEXT NOT NULL, revision INTEGER NOT NULL, previous INTEGER, state TEXT NOT NULL, invoice BLOB,
    PRIMARY KEY (record, revision)
) WITHOUT ROWID;
CREATE INDEX records_identity ON records (number, code);
CREATE INDEX records_result ON records (result_id);
CREATE TABLE history (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    record TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, action TEXT NOT NULL, path TEXT,
    old TEXT, new TEXT, reason TEXT, revision INTEGER NOT NULL
);
CREATE INDEX history_record ON history (record);
CREATE TRIGGER history_is_kept BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER history_is_true BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, created_at TEXT NOT NULL, options TEXT NOT NULL, webhook TEXT
);
CREATE TABLE job_files (
    job TEXT NOT NULL, position INTEGER NOT NULL, sha256 TEXT NOT NULL, source TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, result_id TEXT,
    PRIMARY KEY (job, position)
) WITHOUT ROWID;
CREATE TABLE answers (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, created_at TEXT NOT NULL, status INTEGER, body BLOB
) WITHOUT ROWID;
"""
UPGRADES = {
    2: """
ALTER TABLE readings ADD COLUMN drafts BLOB;
ALTER TABLE records ADD COLUMN entry INTEGER;
CREATE INDEX records_entry ON records (entry);
""",
    3: """
CREATE TABLE read_invoices (
    sha256 TEXT NOT NULL, settings TEXT NOT NULL, position INTEGER NOT NULL, invoice BLOB NOT NULL, draft BLOB,
    PRIMARY KEY (sha256, settings, position)
);
INSERT INTO read_invoices
    SELECT sha256, settings, key, deflated(value), draft_of(drafts, key)
    FROM readings, json_each(json_extract(inflated(result), '$.invoices'));
ALTER TABLE readings RENAME TO whole_readings;
CREATE TABLE readings (
    sha256 TEXT NOT NULL, settings TEXT NOT NULL, result TEXT NOT NULL,
    PRIMARY KEY (sha256, settings)
) WITHOUT ROWID;
INSERT INTO readings SELECT sha256, settings, json_remove(inflated(result), '$.invoices') FROM whole_readings;
DROP TABLE whole_readings;
""",
    4: """
ALTER TABLE answers ADD COLUMN headers TEXT NOT NULL DEFAULT '{}';
""",
    5: """
ALTER TABLE records ADD COLUMN member TEXT;
""",
    6: """
CREATE INDEX records_outcome ON records (CASE WHEN state = 'open' THEN coalesce(verdict, 'unread') ELSE state END);
CREATE INDEX records_kind ON records (kind);
""",
    7: """
DROP INDEX records_outcome;
DROP INDEX records_kind;
DROP INDEX records_identity;
CREATE INDEX records_outcome ON records (CASE WHEN state = 'open' THEN coalesce(verdict, 'unread') ELSE state END)
    WHERE (entry NOTNULL OR invoice ISNULL);
CREATE INDEX records_kind ON records (kind) WHERE (entry NOTNULL OR invoice ISNULL);
CREATE INDEX records_identity ON records (number, code) WHERE (entry NOTNULL OR invoice ISNULL);
""",
    8: """
ALTER TABLE records ADD COLUMN why TEXT;
ALTER TABLE records ADD COLUMN assignee TEXT;
UPDATE records SET why = why_of(invoice) WHERE verdict IN ('review', 'reject');
CREATE INDEX records_assignee ON records (assignee) WHERE assignee NOTNULL;
""",
}
"""What leads to each version from the one before it."""


def deflated(text: str) -> bytes:
    """*text*, compressed."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), LEVEL)


def inflated(data: bytes) -> str:
    """The text that was `deflated`."""
    return zlib.decompress(data).decode("utf-8", "surrogatepass")


def _draft_of(drafts: bytes | None, position: int) -> bytes | None:
    """A draft out of the list that version 2 kept of a reading."""
    found = json.loads(zlib.decompress(drafts)) if drafts else []
    return deflated(found[position]) if position < len(found) else None


def _why_of(invoice: bytes) -> str:
    """The findings that `entries.why_of` keeps, out of an invoice as it is stored; none where that can't be understood:
    a record that is damaged, or of another version, must not keep the service from starting."""
    try:
        return told_why(filter(None, map(_finding, json.loads(zlib.decompress(invoice))["findings"])))
    except (zlib.error, ValueError, KeyError, TypeError):
        return told_why(())


def _finding(plain: object) -> Finding | None:
    """A stored finding; None for one that this version has no room for, which takes the others from nobody."""
    try:
        return Finding.model_validate(plain)
    except ValueError:
        return None


FUNCTIONS: Mapping[str, Callable[..., str | bytes | None]] = {
    "why_of": _why_of,
    "deflated": deflated,
    "inflated": inflated,
    "draft_of": _draft_of,
}
"""What upgrades use beside SQLite's own functions."""


class Database:
    """The database in a folder; only one process at a time may use it."""

    def __init__(self, folder: Path) -> None:
        self._lock_file = _locked(folder)
        self._lock = threading.RLock()
        path = folder / "service.db"
        self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        try:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
            self._migrate(path)
        except BaseException:
            self.close()
            raise

    def _migrate(self, path: Path) -> None:
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise SettingsError(
                f"{path}: written by a newer version of invoiceocr; update, or give another --data",
                zh=f"{path}：由更新的版本写成，请升级 invoiceocr，或用 --data 另给目录",
            )
        for name, function in FUNCTIONS.items():
            self._connection.create_function(name, -1, function, deterministic=True)
        for version in range(found + 1, SCHEMA_VERSION + 1):
            script = UPGRADES.get(version, SCHEMA)
            self._connection.executescript(f"BEGIN; {script} PRAGMA user_version = {version}; COMMIT;")

    @contextmanager
    def writing_through(self) -> Iterator[sqlite3.Connection]:
        """A transaction that also survives a power cut, for what exists nowhere else, such as a person's decision. One
        within another is a part of it."""
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("PRAGMA synchronous = FULL")
            try:
                with self.writing() as connection:
                    yield connection
            finally:
                self._connection.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of the block is stored or nothing, whenever the process is killed. One within another is a
        part of it."""
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """What a query finds."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        """The first row that a query finds."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def close(self) -> None:
        """Closes the connection and releases the folder for another process."""
        with self._lock:
            self._connection.close()
            self._lock_file.close()


def _locked(folder: Path) -> BinaryIO:
    """The open lock file of a data folder, which is made if there is none; SettingsError if another process holds it,
    or if nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "lock").open("ab")
    except OSError as error:
        raise SettingsError(
            f"{folder}: can't be written ({error.strerror}); give another --data",
            zh=f"{folder}：无法写入（{error.strerror}），请用 --data 另给目录",
        ) from error
    if not lock(file):
        file.close()
        raise SettingsError(
            f"{folder}: another service uses this data folder; stop it, or give another --data",
            zh=f"{folder}：另一个服务正在使用此数据目录，请先停止它，或用 --data 另给目录",
        )
    return file
