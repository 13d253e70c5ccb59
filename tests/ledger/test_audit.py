import random
import shutil
from pathlib import Path

import pytest
import sqlalchemy
from claimed import invoice, paper, result
from sqlalchemy import text

from invoiceocr.errors import LedgerError
from invoiceocr.ledger import Ledger, database
from invoiceocr.ledger.database import Database, url_of
from invoiceocr.ledger.search import ALIKE_PLACES


@pytest.fixture(params=["ledger", "postgres"])
def any_ledger(request: pytest.FixtureRequest) -> Ledger:
    """A ledger in SQLite, then one in PostgreSQL, with an entry that was corrected."""
    found: Ledger = request.getfixturevalue(request.param)
    found.add(result("a.pdf"), by="alice")
    found.add(result("a.ofd"), by="alice")
    found.add(result("b.jpg", paper()), by="alice")
    found.correct(1, {"buyer.name": "另一公司"}, by="carol")
    return found


def change(ledger: Ledger, *statements: str) -> None:
    with ledger._database.writing() as connection:
        for statement in statements:
            connection.execute(text(statement))


def unlocked(ledger: Ledger) -> tuple[str, ...]:
    """What somebody with the database's own tools does first."""
    if ledger._database.is_sqlite:
        return "DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete"
    return ("DROP TRIGGER events_append_only ON events",)


def test_an_unchanged_past_is_verified(any_ledger: Ledger) -> None:
    found = any_ledger.verify()

    assert (found.events, found.problems) == (4, ())


@pytest.mark.parametrize("statement", ["UPDATE events SET by = 'mallory'", "DELETE FROM events"])
def test_events_can_not_be_changed_or_deleted(any_ledger: Ledger, statement: str) -> None:
    statement = statement.replace(" by ", ' "by" ')

    with pytest.raises(LedgerError, match="append-only"):
        change(any_ledger, statement)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE events SET \"by\" = 'mallory' WHERE seq = 2", "event 2 was changed"),
        ("UPDATE events SET \"at\" = '2020-01-01T00:00:00+00:00' WHERE seq = 1", "event 1 was changed"),
        ("DELETE FROM events WHERE seq = 2", "event 2 is missing"),
        ("UPDATE entries SET cents = 1 WHERE id = 1", "entry 1"),
        ("UPDATE entries SET decision = 'accepted' WHERE id = 1", "entry 1"),
        ("UPDATE files SET name = 'other.pdf' WHERE id = 1", "entry 1"),
        ("DELETE FROM files WHERE id = 2", "entry 1"),
        ("UPDATE contents SET data = (SELECT data FROM contents WHERE entry_id = 2) WHERE entry_id = 1", "entry 1"),
    ],
)
def test_a_changed_past_shows(any_ledger: Ledger, statement: str, problem: str) -> None:
    change(any_ledger, *unlocked(any_ledger), statement)

    assert any(problem in told for told in any_ledger.verify().problems)


def test_an_entry_that_was_removed_shows(any_ledger: Ledger) -> None:
    tables = ("files", "contents")
    change(
        any_ledger, *(f"DELETE FROM {name} WHERE entry_id = 2" for name in tables), "DELETE FROM entries WHERE id = 2"
    )

    found = any_ledger.verify()
    assert (found.problems, found.problems_zh) == (("entry 2 is missing",), ("台账 2 缺失",))


def test_a_trail_that_was_cut_off_shows_by_the_hash_noted_earlier(any_ledger: Ledger) -> None:
    noted = any_ledger.verify().head
    change(any_ledger, *unlocked(any_ledger), "DELETE FROM events WHERE seq = 4")

    assert any("cut off" in told for told in any_ledger.verify(noted).problems)


def test_a_hash_noted_earlier_is_found_again(any_ledger: Ledger) -> None:
    noted = any_ledger.verify().head
    any_ledger.add(result("c.pdf", invoice("25112000000099999999")))

    assert not any_ledger.verify(noted).problems


# migrations


# such an index is not compared in SQLite, but in PostgreSQL
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_migrations_make_the_tables_that_the_code_uses(tmp_path: Path, postgres_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from invoiceocr.ledger.tables import METADATA

    for where in (tmp_path / "l.db", postgres_url):
        database = Database(url_of(where))
        with database.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        database.close()


def test_a_ledger_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'l.db'}")
    with engine.begin() as connection:
        database.migrate(connection, "0001")
    engine.dispose()
    with Ledger(tmp_path / "l.db") as opened:
        assert opened.add(result("a.pdf"))[0].new
        with opened._database.reading() as connection:
            indexes = sqlalchemy.inspect(connection).get_indexes("entries")
    assert ["issue_date", "cents", "id"] in [index["column_names"] for index in indexes]


def test_the_latest_entries_of_a_key_are_found_without_sorting_all_of_them() -> None:
    from invoiceocr.ledger.search import BLOCKS
    from invoiceocr.ledger.tables import ENTRIES

    indexes = {tuple(column.name for column in index.columns) for index in ENTRIES.indexes}
    assert {(*names, "id") for names in BLOCKS if len(names) > 1} <= indexes


def test_the_files_of_a_place_are_found_in_an_index(ledger: Ledger) -> None:
    with ledger._database.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {ALIKE_PLACES.compile(connection)}", ("x",)).one()
    assert "files_location" in plan.detail


def test_a_path_that_is_longer_than_a_row_of_an_index_is_recorded(any_ledger: Ledger) -> None:
    # random: PostgreSQL compresses what repeats itself
    long = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=6000))
    any_ledger.claim(result("a.pdf"), place=long)
    assert any_ledger.has_file(long)
    assert not any_ledger.has_file(f"{long}x")
    assert not any_ledger.has_file(long[:200])


def test_a_ledger_of_a_newer_version_is_refused(ledger: Ledger) -> None:
    change(ledger, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(LedgerError, match="newer"):
        Ledger(ledger.url)


def test_commits_are_on_the_disk_when_they_return(ledger: Ledger) -> None:
    with ledger._database.reading() as connection:
        found = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]

    assert found == ["wal", 2]


def test_migrations_run_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "程序 %s 目录:a;b"
    shutil.copytree(database.MIGRATIONS, folder)
    monkeypatch.setattr(database, "MIGRATIONS", folder)

    with Ledger(tmp_path / "l.db") as made:
        assert made.verify().problems == ()
