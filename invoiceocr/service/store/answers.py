"""Requests with an `Idempotency-Key`: the second one gets the answer of the first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from invoiceocr.service.http.problems import RequestError
from invoiceocr.service.store.database import Database
from invoiceocr.service.store.entries import now, plain_moment

KEPT = timedelta(hours=24)
MAX_KEY = 255  # characters


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was given: its status, body and headers."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Answers:
    """The answers in a database, for a day."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # what was under way when the process ended will never be answered
        with database.writing() as connection:
            connection.execute("DELETE FROM answers WHERE status IS NULL")

    def begin(self, key: str, fingerprint: str) -> Answered | None:
        """The answer that *key* got before; None if the request is to be handled now. RequestError while the first one
        is being handled, and for a key that came with another request."""
        if not 0 < len(key) <= MAX_KEY:
            raise RequestError(f"Idempotency-Key: 1 to {MAX_KEY} characters")
        with self._database.writing() as connection:
            old = plain_moment(datetime.now(UTC) - KEPT)
            connection.execute("DELETE FROM answers WHERE created_at < ?", (old,))
            row = connection.execute("SELECT * FROM answers WHERE key = ?", (key,)).fetchone()
            if row is None:
                values = (key, fingerprint, now())
                connection.execute("INSERT INTO answers (key, fingerprint, created_at) VALUES (?, ?, ?)", values)
                return None
        if row["fingerprint"] != fingerprint:
            raise RequestError("Idempotency-Key: used before for another request", code="key_reused")
        if row["status"] is None:
            raise RequestError("Idempotency-Key: the first request is under way", code="key_in_use")
        return Answered(row["status"], row["body"], json.loads(row["headers"]))

    def finish(self, key: str, answered: Answered) -> None:
        """Stores the answer for repeated requests."""
        with self._database.writing() as connection:
            sql = "UPDATE answers SET status = ?, body = ?, headers = ? WHERE key = ?"
            connection.execute(sql, (answered.status, answered.body, json.dumps(dict(answered.headers)), key))

    def drop(self, key: str) -> None:
        """Forget a request that failed, so that it can be repeated."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM answers WHERE key = ? AND status IS NULL", (key,))
