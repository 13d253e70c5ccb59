from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

pytest.importorskip("fastapi")
import samples
from serving import weigh_bill

from invoiceocr.adjudication.build import build
from invoiceocr.errors import SettingsError
from invoiceocr.invoice import AnyInvoice
from invoiceocr.kinds import builtin, load
from invoiceocr.kinds.packing import packed
from invoiceocr.ledger.entry import Added, Claim
from invoiceocr.result import ReadResult
from invoiceocr.service.http.problems import RequestError
from invoiceocr.service.processes.tasks import Details, PagePicture
from invoiceocr.service.store.answers import Answered, Answers
from invoiceocr.service.store.database import FUNCTIONS, SCHEMA, UPGRADES, Database
from invoiceocr.service.store.entries import Filter, Reading, Record, Revision, StaleError, UnknownRecordError
from invoiceocr.service.store.files import FileStore, Stored
from invoiceocr.service.store.jobs import MAX_ATTEMPTS, Jobs
from invoiceocr.service.store.readings import Readings
from invoiceocr.service.store.records import COUNTS, KINDS, REPEATED, Records


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "数据")
    yield database
    database.close()


def claimed(records: Records, stored: Stored, reading: Reading) -> list[Record]:
    """The records of a file that the ledger did not know."""
    return records.book((record, _claim(record)) for record in records.add(stored, "s", reading))


def test_only_one_service_may_have_a_folder(database: Database, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="another service"):
        Database(tmp_path / "数据")
    database.close()
    Database(tmp_path / "数据").close()


def test_a_folder_of_a_newer_version_is_refused_and_let_go(database: Database, tmp_path: Path) -> None:
    with database.writing() as connection:
        connection.execute("PRAGMA user_version = 999")
    database.close()

    for _ in range(2):
        with pytest.raises(SettingsError, match="newer version"):
            Database(tmp_path / "数据")


def test_what_version_2_kept_of_a_reading_is_found_again(tmp_path: Path) -> None:
    # given
    result, drafts = samples.accepted(), ['{"page": 1}']
    with closing(sqlite3.connect(tmp_path / "service.db")) as old:
        old.executescript(f"{SCHEMA} {UPGRADES[2]} PRAGMA user_version = 2;")
        kept = [zlib.compress(text.encode()) for text in (result.model_dump_json(), json.dumps(drafts))]
        old.execute("INSERT INTO readings VALUES ('ab', 's', ?, ?)", kept)
        old.execute("INSERT INTO readings VALUES ('cd', 's', ?, NULL)", kept[:1])
        old.commit()
    # when
    with closing(Database(tmp_path)) as database:
        readings, records = Readings(database, builtin()), Records(database, builtin())
        found = [readings.cached(digest, "s") for digest in ("ab", "cd")]
        summaries = [records.add(Stored("a.pdf", digest), "s", Reading(result))[0].summary for digest in ("ab", "cd")]
        told = [readings.draft(summary) for summary in summaries]
    # then
    assert found == [result, result]
    assert told == [drafts[0], None]


def version_7(folder: Path, verdict: str | None, invoice: bytes) -> None:
    """A database of version 7 with one record, "a"."""
    with closing(sqlite3.connect(folder / "service.db")) as old:
        for name, function in FUNCTIONS.items():
            old.create_function(name, -1, function, deterministic=True)
        for version in range(1, 8):
            old.executescript(UPGRADES.get(version, SCHEMA))
        names = "id, result_id, source, sha256, settings, position, created_at, verdict, entry, invoice"
        row = ("a", "a", "a.pdf", "ab", "s", 0, "2025", verdict, 1, invoice)
        old.execute(f"INSERT INTO records ({names}) VALUES (?,?,?,?,?,?,?,?,?,?)", row)
        old.execute("PRAGMA user_version = 7")
        old.commit()


def test_records_of_version_7_are_given_their_reasons(tmp_path: Path) -> None:
    invoice = samples.reviewed().invoices[0]
    version_7(tmp_path, invoice.verdict, packed(invoice))
    with closing(Database(tmp_path)) as database:
        summary = Records(database, builtin()).one("a").summary
    assert summary.reasons
    assert set(summary.reasons) <= set(invoice.findings)


def test_a_finding_of_another_version_takes_no_reason_from_an_older_record(tmp_path: Path) -> None:
    findings = [{"rule": rule, "severity": grade, "message": rule} for rule, grade in (("a", "fatal"), ("b", "error"))]
    version_7(tmp_path, "review", zlib.compress(json.dumps({"findings": findings}).encode()))
    with closing(Database(tmp_path)) as database:
        assert [why.rule for why in Records(database, builtin()).one("a").summary.reasons] == ["b"]


@pytest.mark.parametrize(
    "invoice",
    [
        b"damaged",
        zlib.compress(b"no JSON"),
        zlib.compress(b'{"kind": "taxi"}'),
        zlib.compress(b'{"findings": null}'),
        zlib.compress(b'{"findings": [{"rule": "a", "severity": "fatal", "message": "of another version"}]}'),
    ],
    ids=["damaged", "no JSON", "no findings", "null", "another severity"],
)
def test_a_record_that_is_damaged_does_not_keep_the_service_from_starting(tmp_path: Path, invoice: bytes) -> None:
    version_7(tmp_path, "review", invoice)
    with closing(Database(tmp_path)) as database:
        assert Records(database, builtin()).one("a").summary.reasons == ()


def test_the_first_reading_of_a_file_is_the_one_that_is_known(database: Database) -> None:
    readings, records = Readings(database, builtin()), Records(database, builtin())
    for result, draft in ((samples.accepted(), "first"), (samples.reviewed(), "second")):
        (record,) = records.add(Stored("a.pdf", "ab"), "s", Reading(result, (draft,)))
    assert readings.cached("ab", "s") == samples.accepted()
    assert readings.draft(record.summary) == "first"


def test_what_a_worker_packed_is_kept_as_it_is(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    records, result = Records(database, builtin()), samples.accepted()
    data = packed(result.invoices[0])
    monkeypatch.setattr("invoiceocr.service.store.entries.packed", None)
    (record,) = claimed(records, Stored("a.pdf", "ab"), Reading(result, packed=(data,)))
    assert records.one(record.summary.id).packed == record.packed == data


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError), database.writing() as connection:
        connection.executemany("INSERT INTO options VALUES (?, ?)", [("a", "b"), ("a", "c")])
    assert database.rows("SELECT * FROM options") == []


def test_a_result_is_there_after_the_next_start(database: Database, tmp_path: Path) -> None:
    (record,) = claimed(Records(database, builtin()), Stored("a.pdf", "ab" * 32), Reading(samples.accepted()))
    database.close()
    with closing(Database(tmp_path / "数据")) as reopened:
        kept = Records(reopened, builtin()).one(record.summary.id).invoice
        cached = Readings(reopened, builtin()).cached("ab" * 32, "s")
    assert kept is not None
    assert kept.model_dump_json() == samples.accepted().invoices[0].model_dump_json()
    assert cached is not None
    assert cached.invoices[0].number == samples.NUMBER


def test_an_invoice_of_a_user_s_kind_comes_back_in_its_own_model(database: Database, tmp_path: Path) -> None:
    registry = load(weigh_bill(tmp_path))
    invoice = cast("AnyInvoice", build("weigh_bill", {"load": Decimal("12.5")}, "", registry))
    result = ReadResult(source="a.pdf", invoices=(invoice,))

    (added,) = claimed(Records(database, registry), Stored("a.pdf", "ab" * 32), Reading(result))

    assert Records(database, registry).one(added.summary.id).invoice == invoice


def test_a_file_that_could_not_be_read_has_a_record(database: Database) -> None:
    records = Records(database, builtin())
    (record,) = records.add(Stored("broken.pdf", "00"), "s", Reading(samples.unread()))
    assert (record.summary.outcome, record.summary.error_code) == ("unread", "corrupt_pdf")
    assert Readings(database, builtin()).cached("00", "s") is None


def test_a_name_with_lone_surrogates_can_be_kept(database: Database) -> None:
    (record,) = claimed(Records(database, builtin()), Stored("a\udcff.pdf", "00"), Reading(samples.accepted()))
    assert record.summary.source == "a?.pdf"


def test_words_are_searched_in_names_numbers_and_companies(database: Database) -> None:
    records = Records(database, builtin())
    claimed(records, Stored("差旅.pdf", "00"), Reading(samples.accepted()))
    for words in ("差旅", "样例软件 113.00", samples.NUMBER[-6:]):
        assert len(records.listed(Filter(q=words))) == 1
    assert records.listed(Filter(q="别的")) == []


def test_a_revision_that_is_not_the_newest_is_refused(database: Database) -> None:
    records = Records(database, builtin())
    (record,) = claimed(records, Stored("a.pdf", "00"), Reading(samples.accepted()))
    records.revise(Revision(record.summary.id, 1, "x", "accepted", record.invoice))
    with pytest.raises(StaleError):
        records.revise(Revision(record.summary.id, 1, "y", "rejected", record.invoice))


def test_an_unknown_record_is_named(database: Database) -> None:
    with pytest.raises(UnknownRecordError, match="nothing"):
        Records(database, builtin()).one("nothing")


def test_a_file_of_a_job_is_finished_once(database: Database) -> None:
    jobs = Jobs(database)
    job = jobs.add([Stored("a.pdf", "00")], {}, None)
    (file,) = jobs.waiting(9)
    assert jobs.keep(file, "s", Reading(samples.unread()))
    assert not jobs.keep(file, "s", Reading(samples.unread()))
    assert jobs.close(job.id)
    assert not jobs.close(job.id)
    assert (jobs.one(job.id).state, jobs.one(job.id).done) == ("failed", 1)


def test_a_job_is_not_done_with_a_file_whose_claim_is_pending(database: Database) -> None:
    jobs = Jobs(database)
    job = jobs.add([Stored("a.pdf", "00"), Stored("b.pdf", "01")], {}, None)
    unread, pending = jobs.waiting(9)
    jobs.keep(unread, "s", Reading(samples.unread()))
    records = jobs.keep(pending, "s", Reading(samples.accepted()))
    assert not jobs.close(job.id)
    assert (jobs.one(job.id).done, jobs.one(job.id).total) == (1, 2)
    Records(database, builtin()).book((record, _claim(record)) for record in records)
    assert jobs.close(job.id)
    assert (jobs.one(job.id).state, jobs.one(job.id).done) == ("done", 2)


def test_a_record_that_was_withdrawn_leaves_no_trace(database: Database) -> None:
    records = Records(database, builtin())
    records.withdraw(records.add(Stored("a.pdf", "00"), "s", Reading(samples.accepted())))
    assert database.rows("SELECT record FROM history UNION SELECT id FROM records") == []


def test_an_invoice_arrives_once_however_often_it_is_claimed(database: Database) -> None:
    records = Records(database, builtin())
    (record,) = records.add(Stored("a.pdf", "00"), "s", Reading(samples.accepted()))
    for _ in range(2):
        (record,) = records.book([(record, _claim(record))])
    assert [change.action for change in records.history(record.summary.id)] == ["read"]


def _claim(record: Record) -> Claim:
    """What the ledger gives for an invoice that is new to it."""
    assert record.invoice is not None
    return Claim(Added(entry_id=1, new=True), record.invoice)


def test_a_job_that_was_begun_waits_again_after_a_restart(database: Database, tmp_path: Path) -> None:
    jobs = Jobs(database)
    jobs.add([Stored("a.pdf", "00"), Stored("b.pdf", "01")], {"language": "en"}, None)
    jobs.begin(jobs.waiting(1)[0])
    database.close()
    with closing(Database(tmp_path / "数据")) as reopened:
        waiting = Jobs(reopened).waiting(9)
    assert [(file.stored.name, file.attempts) for file in waiting] == [("b.pdf", 0), ("a.pdf", 1)]
    assert waiting[1].options == {"language": "en"}


def test_files_that_were_under_way_at_an_end_of_the_service_come_last(database: Database) -> None:
    Jobs(database).add([Stored(name, name) for name in "abcd"], {}, None)
    under_way = list[str]()
    for _ in range(2 * MAX_ATTEMPTS):  # the service ends again and again before anything is read
        jobs = Jobs(database)
        for file in jobs.waiting(1):
            jobs.begin(file)
            under_way.append(file.stored.name)
    assert under_way == ["a", "b", "c", "d", "a", "b"]
    assert max(file.attempts for file in Jobs(database).waiting(4)) == 2


def test_a_file_that_was_under_way_is_not_put_off_by_the_jobs_that_keep_coming(database: Database) -> None:
    jobs = Jobs(database)
    jobs.add([Stored("under way", "00"), Stored("untried", "01")], {}, None)
    jobs.begin(jobs.waiting(1)[0])
    jobs = Jobs(database)
    for name in ("new", "newer"):
        jobs.add([Stored(name, name)], {}, None)
    assert [file.stored.name for file in jobs.waiting(9)] == ["untried", "under way", "new", "newer"]
    assert [file.stored.name for file in jobs.waiting(2)] == ["untried", "under way"]


def test_the_files_of_jobs_that_are_done_cost_no_time(database: Database) -> None:
    def instructions() -> int:
        """Those of SQLite's machine, in steps of ten."""
        count = 0

        def note() -> None:
            nonlocal count
            count += 1

        with database.writing() as connection:
            connection.set_progress_handler(note, 10)
            assert len(jobs.waiting(5)) == 1
            connection.set_progress_handler(None, 0)
        return count

    jobs = Jobs(database)
    jobs.add([Stored("a.pdf", "00")], {}, None)
    before = instructions()
    done = jobs.add([Stored("b.pdf", str(number)) for number in range(1000)], {}, None)
    with database.writing() as connection:
        connection.execute("UPDATE jobs SET state = 'done' WHERE id = ?", (done.id,))
        connection.execute("UPDATE job_files SET result_id = 'x' WHERE job = ?", (done.id,))
    assert instructions() < before + 50


def test_a_job_of_which_nothing_could_be_read_has_failed(database: Database) -> None:
    jobs = Jobs(database)
    job = jobs.add([Stored("a.pdf", "00")], {}, None)
    jobs.keep(jobs.waiting(1)[0], "s", Reading(samples.unread()))
    jobs.close(job.id)
    assert jobs.one(job.id).state == "failed"


def test_an_answer_is_given_again_to_the_same_request_only(database: Database) -> None:
    answers = Answers(database)
    assert answers.begin("k", "f") is None
    with pytest.raises(RequestError, match="under way"):
        answers.begin("k", "f")
    answers.finish("k", Answered(200, b"{}"))
    assert answers.begin("k", "f") == Answered(200, b"{}")
    with pytest.raises(RequestError, match="another request"):
        answers.begin("k", "g")


def test_a_file_lies_under_its_digest_whole(tmp_path: Path) -> None:
    files = FileStore(tmp_path)
    digest = files.add(b"abc")
    assert files.path(digest).read_bytes() == b"abc"
    assert files.add(b"abc") == digest
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_details_come_back_without_the_bytes_of_their_pictures(tmp_path: Path) -> None:
    store, told = FileStore(tmp_path), (json.dumps({"fields": ["价税合计"]}), json.dumps({"fields": []}))

    pages = (PagePicture(1, 595.3, 842.0, b"jpeg"), PagePicture(1, 100.0, 50.0, b"another", member=1))
    store.keep_details("ab" * 32, "s", Details(told, pages, ("草稿",), (0, 1)))

    found = store.details("ab" * 32, "s")
    assert found == Details(told, tuple(replace(page, jpeg=b"") for page in pages), ("草稿",), (0, 1))
    assert [store.picture("ab" * 32, "s", 1, member) for member in (0, 1)] == [b"jpeg", b"another"]
    assert found.pages_of(1)[0].width == 100.0
    assert store.details("ab" * 32, "another") is None


@pytest.mark.parametrize(
    ("query", "index"), [(COUNTS, "records_outcome"), (KINDS, "records_kind"), (REPEATED, "records_identity")]
)
def test_what_every_page_counts_is_counted_in_an_index(query: str, index: str, database: Database) -> None:
    (plan, *_) = database.rows(f"EXPLAIN QUERY PLAN {query}")
    assert f"INDEX {index}" in plan["detail"]
    # a partial one: what is pending is told apart without a look at the records
    assert database.row("SELECT 1 FROM pragma_index_list('records') WHERE name = ? AND partial", index)


def test_an_invoice_whose_claim_is_pending_is_counted_nowhere(database: Database) -> None:
    records, pending = Records(database, builtin()), list[Record]()
    for _ in range(2):
        pending += records.add(Stored("a.pdf", "00"), "s", Reading(samples.accepted()))
    shown = (records.counts(), records.kinds(), records.repeated(), records.of_result(pending[0].summary.result_id))
    assert shown == ({}, [], {}, [])

    records.book((record, _claim(record)) for record in pending)
    assert records.counts() == {"accept": 2}
    assert records.kinds() == [samples.accepted().invoices[0].kind]
    assert list(records.repeated().values()) == [2]
    assert len(records.of_result(pending[0].summary.result_id)) == 1
