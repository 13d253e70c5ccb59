"""Jobs: files that are read when there is time. They are rows of the database, so a restart continues with them."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from invoiceocr.service.store.database import Database
from invoiceocr.service.store.entries import Reading, Record, UnknownRecordError, now
from invoiceocr.service.store.files import Stored
from invoiceocr.service.store.record_rows import insert
from invoiceocr.service.store.records import FINAL

# a file that took the whole service down so often is not tried again
MAX_ATTEMPTS = 3
OPEN = ("queued", "running")
# the files of a job, each with its first record once that is final
FILES = f"FROM job_files LEFT JOIN records ON records.id = job_files.result_id AND {FINAL} WHERE job = ?"
# the files to be read, the next ones first, by the last job of before this start
WAITING = (
    "jobs.rowid <= ? AND attempts = 0 ORDER BY jobs.rowid, position",
    "jobs.rowid <= ? AND attempts > 0 ORDER BY attempts, jobs.rowid, position",
    "jobs.rowid > ? ORDER BY jobs.rowid, position",
)


@dataclass(frozen=True, slots=True)
class Job:
    """A job and its progress; `results` are the ids of what was read, in the order of its files."""

    id: str
    state: str
    created_at: str
    total: int
    results: tuple[str, ...]
    webhook: str | None = None

    @property
    def done(self) -> int:
        """The files that are read and claimed."""
        return len(self.results)


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file of a job that is to be read, with the options that the caller chose."""

    job: str
    position: int
    stored: Stored
    options: Mapping[str, str]
    attempts: int


class Jobs:
    """The jobs in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # the last job of before this start
        (self._latest,) = database.rows("SELECT coalesce(max(rowid), 0) FROM jobs")[0]

    def add(self, files: Sequence[Stored], options: Mapping[str, str], webhook: str | None) -> Job:
        """Stores a new job; it is acknowledged when this returns."""
        job = secrets.token_hex(8)
        with self._database.writing_through() as connection:
            row = (job, "queued", now(), json.dumps(dict(options)), webhook)
            connection.execute("INSERT INTO jobs VALUES (?, ?, ?, ?, ?)", row)
            rows = [(job, position, file.sha256, file.name) for position, file in enumerate(files)]
            connection.executemany("INSERT INTO job_files (job, position, sha256, source) VALUES (?, ?, ?, ?)", rows)
        return self.one(job)

    def one(self, job_id: str) -> Job:
        """The job of that id; raises UnknownRecordError."""
        row = self._database.row("SELECT * FROM jobs WHERE id = ?", job_id)
        if row is None:
            raise UnknownRecordError(f"no job {job_id}")
        files = self._database.rows(f"SELECT records.id {FILES} ORDER BY job_files.position", job_id)
        results = tuple(file["id"] for file in files if file["id"])
        return Job(row["id"], row["state"], row["created_at"], len(files), results, row["webhook"])

    def cancel(self, job_id: str) -> Job:
        """The job, whose files are no longer read; one that is finished stays as it is."""
        with self._database.writing() as connection:
            connection.execute("UPDATE jobs SET state = 'canceled' WHERE id = ? AND state IN (?, ?)", (job_id, *OPEN))
        return self.one(job_id)

    def waiting(self, limit: int) -> list[JobFile]:
        """The next files to be read, oldest job first. Of the jobs of before this start, those that were under way when
        the service ended come last: the oldest would be there at each end, and would be given up for ends that they did
        not cause. No later job delays them."""
        found: list[JobFile] = []
        for which in WAITING:
            if len(found) < limit:
                found += self._waiting(which, limit - len(found))
        return found

    def _waiting(self, which: str, limit: int) -> list[JobFile]:
        # CROSS JOIN: files are looked up by open jobs, never all that were ever stored
        sql = f"""SELECT job, position, sha256, source, options, attempts
                  FROM jobs CROSS JOIN job_files ON job = jobs.id
                  WHERE state IN (?, ?) AND result_id IS NULL AND {which} LIMIT ?"""
        return [
            JobFile(job, position, Stored(source, sha256), json.loads(options), attempts)
            for job, position, sha256, source, options, attempts in self._database.rows(sql, *OPEN, self._latest, limit)
        ]

    def begin(self, file: JobFile) -> None:
        """Records that *file* is about to be read."""
        where = (file.job, file.position)
        with self._database.writing() as connection:
            connection.execute("UPDATE jobs SET state = 'running' WHERE id = ? AND state = 'queued'", (file.job,))
            connection.execute("UPDATE job_files SET attempts = attempts + 1 WHERE job = ? AND position = ?", where)

    def put_back(self, file: JobFile) -> None:
        """Records that *file* was not to blame for an attempt that failed."""
        with self._database.writing() as connection:
            sql = "UPDATE job_files SET attempts = attempts - 1 WHERE job = ? AND position = ? AND attempts > 0"
            connection.execute(sql, (file.job, file.position))

    def keep(self, file: JobFile, settings: str, reading: Reading) -> list[Record]:
        """The records of the result of *file*, stored once; none if it was stored before or nobody wants it any
        more."""
        where = (file.job, file.position)
        with self._database.writing() as connection:
            if not _is_open(connection, file):
                return []
            records = insert(connection, file.stored, settings, reading)
            sql = "UPDATE job_files SET result_id = ? WHERE job = ? AND position = ?"
            connection.execute(sql, (records[0].summary.result_id, *where))
            return records

    def close(self, job_id: str) -> bool:
        """Marks a job that has been read as done, or as failed if no file could be read; returns whether it was marked
        now."""
        with self._database.writing() as connection:
            return _close(connection, job_id)

    def close_all(self) -> list[str]:
        """Marks the jobs that have no file left, as `close` does; those that were marked now."""
        left = f"SELECT 1 {FILES.replace('?', 'jobs.id')} AND records.id IS NULL"
        sql = f"SELECT id FROM jobs WHERE state IN (?, ?) AND NOT EXISTS ({left})"
        return [row[0] for row in self._database.rows(sql, *OPEN) if self.close(row[0])]

    def by_state(self) -> dict[str, int]:
        """How many jobs there are in each state."""
        return dict(tuple(row) for row in self._database.rows("SELECT state, count(*) FROM jobs GROUP BY state"))


def _is_open(connection: sqlite3.Connection, file: JobFile) -> bool:
    sql = """SELECT 1 FROM job_files JOIN jobs ON jobs.id = job
             WHERE job = ? AND position = ? AND result_id IS NULL AND state IN (?, ?)"""
    return connection.execute(sql, (file.job, file.position, *OPEN)).fetchone() is not None


def _close(connection: sqlite3.Connection, job: str) -> bool:
    """Marks the job as done, or as failed if no file could be read, once no file is left to read or claim; returns
    whether it was marked."""
    sql = f"SELECT count(*) - count(records.id), sum(invoice IS NOT NULL) {FILES}"
    left, read = connection.execute(sql, (job,)).fetchone()
    if left:
        return False
    sql = "UPDATE jobs SET state = ? WHERE id = ? AND state IN (?, ?)"
    return connection.execute(sql, ("done" if read else "failed", job, *OPEN)).rowcount > 0
