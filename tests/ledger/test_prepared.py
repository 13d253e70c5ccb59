"""`Prepared` beside what SQLAlchemy makes of the same statement, in both databases."""

from __future__ import annotations

import pytest
from claimed import result
from sqlalchemy import bindparam, select

from invoiceocr.errors import LedgerError
from invoiceocr.ledger import Ledger
from invoiceocr.ledger.prepared import Prepared
from invoiceocr.ledger.store import HOLDER
from invoiceocr.ledger.tables import ENTRIES, REGISTER

LISTED = select(REGISTER).where(REGISTER.c.key == bindparam("key")).limit(5)
ROW = {"key": "D:%1:a", "alias": None, "data": "{}", "updated_at": "2025"}


def test_a_prepared_query_finds_what_sqlalchemy_finds(any_ledger: Ledger) -> None:
    any_ledger.add(result("a.pdf"))
    query = select(ENTRIES).order_by(ENTRIES.c.id).limit(1)
    with any_ledger._database.reading() as connection:
        found = Prepared(query).rows(connection, {})
        assert found == [dict(row) for row in connection.execute(query).mappings()]
        assert HOLDER.first(connection, {"key": found[0]["key"]}) == {"id": found[0]["id"]}


def test_a_prepared_write_is_undone_with_its_transaction(any_ledger: Ledger) -> None:
    write, read = Prepared(REGISTER.insert()), Prepared(LISTED)
    with any_ledger._database.writing() as connection:
        write.run(connection, [ROW])
        assert read.rows(connection, {"key": ROW["key"]}) == [ROW]
        connection.rollback()
    with any_ledger._database.reading() as connection:
        assert read.first(connection, {"key": ROW["key"]}) is None


def test_what_the_driver_refuses_is_an_error_of_the_ledger(any_ledger: Ledger) -> None:
    write = Prepared(REGISTER.insert())
    with pytest.raises(LedgerError), any_ledger._database.writing() as connection:
        write.run(connection, [ROW, ROW])


def test_a_statement_is_made_into_sql_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Prepared(LISTED)
    with ledger._database.reading() as connection:
        read.rows(connection, {"key": "a"})
        monkeypatch.setattr(read, "_statement", None)
        assert read.rows(connection, {"key": "b"}) == []
