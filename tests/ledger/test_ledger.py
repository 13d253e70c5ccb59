import pickle
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import samples
from claimed import BUYER, NUMBER, SELLER, invoice, paper, result
from serving import weigh_bill
from sqlalchemy import text

from invoiceocr.adjudication.build import build
from invoiceocr.errors import LedgerError
from invoiceocr.invoice import LineItem, Party, VatInvoice
from invoiceocr.kinds import load
from invoiceocr.kinds.packing import packed
from invoiceocr.ledger import Filter, Ledger
from invoiceocr.proof import Witness
from invoiceocr.result import ReadResult

# one legal invoice, one entry


def test_an_invoice_in_four_formats_is_one_entry_with_four_files(any_ledger: Ledger) -> None:
    names = ["a.pdf", "a.ofd", "a.xml", "照片.jpg"]

    for name in names:
        any_ledger.add(result(name), by="alice")

    (entry,) = any_ledger.entries()
    assert [file.name for file in entry.files] == names
    assert (entry.number, entry.total, entry.added_by) == (NUMBER, Decimal("113.00"), "alice")


def test_the_same_file_is_recorded_once(any_ledger: Ledger) -> None:
    first, second = any_ledger.add(result("a.pdf")), any_ledger.add(result("a.pdf"))

    assert (first[0].new, second[0].again) == (True, True)
    assert len(any_ledger.history()) == 1


def test_the_same_bytes_under_another_name_are_one_entry_and_a_duplicate(ledger: Ledger) -> None:
    ledger.add(result("a.pdf", sha256="ab" * 32))

    marked = ledger.mark(result("b copy.pdf", sha256="ab" * 32))

    assert len(list(ledger.entries())) == 1
    assert [finding.rule for finding in marked.invoices[0].findings] == ["duplicate-claimed"]


def test_the_same_number_under_another_code_is_another_invoice(ledger: Ledger) -> None:
    ledger.add(result("a.pdf", paper(code="031001900104")))
    ledger.add(result("b.pdf", paper(code="031001900204")))

    assert len(list(ledger.entries())) == 2


def test_without_a_number_seller_day_and_total_identify_it(ledger: Ledger) -> None:
    ledger.add(result("a.jpg", invoice(None)))
    ledger.add(result("b.jpg", invoice(None)))

    assert len(list(ledger.entries())) == 1


def test_what_nothing_identifies_is_an_entry_by_its_file(ledger: Ledger) -> None:
    blank = invoice(None, seller=None, issue_date=None, total=None)

    ledger.add(result("a.jpg", blank))
    ledger.add(result("b.jpg", blank))

    assert len(list(ledger.entries())) == 2


def test_the_same_bytes_are_a_duplicate_though_nothing_could_be_read(ledger: Ledger) -> None:
    blank = invoice(None, seller=None, issue_date=None, total=None)
    ledger.add(result("a.jpg", blank, sha256="ab" * 32))

    assert ledger.check(blank, sha256="ab" * 32).claimed
    assert not ledger.check(blank, sha256="cd" * 32).claimed


def test_a_better_reading_takes_the_place_of_a_worse_one(ledger: Ledger) -> None:
    ledger.add(result("photo.jpg", invoice(status="read", total_tax=None)))

    ledger.add(result("a.xml"))

    assert ledger.invoice(1).total_tax == Decimal("13.00")  # type: ignore[attr-defined]
    assert ledger.entry(1).proven


def test_a_worse_reading_changes_nothing(ledger: Ledger) -> None:
    ledger.add(result("a.xml"))

    ledger.add(result("photo.jpg", invoice(status="read", total_tax=None)))

    assert ledger.invoice(1).total_tax == Decimal("13.00")  # type: ignore[attr-defined]


def test_an_unread_file_is_no_entry(ledger: Ledger) -> None:
    assert ledger.add(ReadResult(source="a.pdf")) == ()


# duplicates


def test_a_check_names_the_file_and_the_day(any_ledger: Ledger) -> None:
    any_ledger.add(result("a.pdf"), by="alice")

    (finding,) = any_ledger.check(invoice()).findings

    assert finding.rule == "duplicate-claimed"
    assert all(
        part in finding.message
        for part in ("重复", "a.pdf", "alice", any_ledger.entry(1).added_at.astimezone().strftime("%Y-%m-%d"))
    )
    assert "a.pdf" in finding.message_en


def test_a_misread_digit_is_a_near_duplicate(any_ledger: Ledger) -> None:
    any_ledger.add(result("a.pdf"))

    check = any_ledger.check(invoice("25112000000012345878", status="read"))

    assert [(match.nearness, match.differing) for match in check.claimed] == [("likely", ("number",))]
    assert [finding.rule for finding in check.findings] == ["duplicate-likely"]


def test_an_unreadable_number_is_a_near_duplicate_by_seller_day_and_total(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))

    assert ledger.check(invoice(None)).claimed


def test_another_proven_number_is_another_invoice(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))

    check = ledger.check(invoice("25112000000012346878"))

    assert not check.claimed
    assert [finding.rule for finding in check.findings] == ["duplicate-suspect"]


def test_the_next_number_of_the_seller_is_another_invoice_though_it_looks_alike(ledger: Ledger) -> None:
    ledger.add(result("a.pdf", invoice("25112000000012345676", status="read")))

    assert not ledger.check(invoice("25112000000012345679", status="read")).claimed


def test_a_duplicate_is_for_review(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))

    (marked,) = ledger.mark(result("b.pdf")).invoices

    assert marked.verdict == "review"


def test_what_the_caller_has_packed_is_stored_as_it_is(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    read = result("a.pdf")
    data = [packed(read.invoices[0])]
    monkeypatch.setattr("invoiceocr.ledger.papers.packed", None)

    (claim,) = ledger.claim(read, packed=data)

    assert claim.invoice is read.invoices[0]
    assert ledger.invoice(1) == read.invoices[0]
    assert not ledger.verify().problems


def test_what_was_packed_before_the_ledger_was_asked_does_not_hide_what_it_finds(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))
    other = result("b.pdf", invoice("25112000000099999999", total=Decimal("5.00"), seller=OTHER_ACCOUNT))

    (claim,) = ledger.claim(other, packed=[packed(other.invoices[0])])

    assert [finding.rule for finding in claim.invoice.findings] == ["new-bank-account"]
    assert ledger.invoice(claim.added.entry_id).findings == claim.invoice.findings


def test_reading_again_finds_the_same(ledger: Ledger) -> None:
    once = [ledger.mark(result(name)).invoices[0].findings for name in ("a.pdf", "b.pdf")]

    again = [ledger.mark(result(name)).invoices[0].findings for name in ("a.pdf", "b.pdf")]

    assert once == again
    assert [len(findings) for findings in once] == [0, 1]


def test_a_new_entry_keeps_what_the_ledger_found(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))

    ledger.add(result("red.pdf", reversal()))

    assert ledger.entry(2).verdict == "review"
    assert [finding.rule for finding in ledger.invoice(2).findings] == ["red-letter-of-claimed"]


def test_the_same_number_over_another_total_is_an_altered_copy(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))

    rules = [finding.rule for finding in ledger.check(invoice(total=Decimal("999.00"))).findings]

    assert rules == ["duplicate-claimed", "altered-copy"]


FAR = NUMBER.replace("45678", "49678")


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, ["duplicate-suspect", "altered-copy"]),
        ({"number": NUMBER.replace("45678", "49679")}, ["duplicate-suspect"]),  # two digits
        ({"number": NUMBER.replace("45678", "45698")}, ["duplicate-suspect"]),  # twenty invoices later
        ({"buyer": SELLER}, ["duplicate-suspect"]),
        ({"buyer": None}, ["duplicate-suspect"]),
        ({"kind": "digital_special"}, ["duplicate-suspect"]),
        ({"remarks": "1203 号房"}, ["duplicate-suspect"]),
        ({"items": (LineItem(name="*住宿服务*房费"),)}, ["duplicate-suspect"]),
        ({"total_tax": Decimal("1.12"), "total_excluding_tax": Decimal("111.88")}, ["duplicate-suspect"]),
    ],
)
def test_one_digit_of_a_far_number_is_all_that_an_altered_copy_changes(
    ledger: Ledger, change: dict[str, Any], rules: list[str]
) -> None:
    ledger.add(result("a.pdf", without_qr(invoice())))

    altered = without_qr(invoice(**({"number": FAR} | change)))
    marked = ledger.mark(result("b.pdf", altered.model_copy(update={"box": (0, 0, 9, 9)})))

    assert [finding.rule for finding in marked.invoices[0].findings] == rules
    assert marked.invoices[0].verdict == ("review" if "altered-copy" in rules else "accept")


def test_numbers_that_are_not_verified_are_no_altered_ones(ledger: Ledger) -> None:
    first, second = (invoice(number, status="read") for number in (NUMBER, NUMBER.replace("45678", "45278")))
    ledger.add(result("a.pdf", first))

    assert [finding.rule for finding in ledger.check(second).findings] == ["duplicate-suspect"]


def test_equal_invoices_whose_numbers_are_in_their_qr_codes_too_are_not_sent_to_review(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))

    (marked,) = ledger.mark(result("b.pdf", invoice(FAR))).invoices

    assert [(f.rule, f.severity) for f in marked.findings][1:] == [("altered-copy", "warning")]
    assert marked.verdict == "accept"


def without_qr(invoice: VatInvoice) -> VatInvoice:
    """*invoice* with a number that its text and a file of data state."""
    stated = (Witness(source=source, value=invoice.number, agrees=True) for source in ("text_layer", "xml"))
    proof = samples.verified(invoice.number).model_copy(update={"witnesses": tuple(stated)})
    return invoice.model_copy(update={"evidence": invoice.evidence | {"number": proof}})


def test_a_place_whose_name_is_no_text_is_recorded(any_ledger: Ledger) -> None:
    place = "/in/\udcb7\udca2.pdf#1"

    any_ledger.mark(result("a.pdf"), place=place)

    marked = any_ledger.mark(result("a.pdf"), place=place)  # read again after a crash: the same claim
    assert marked.invoices[0].findings == ()


# neighbors, red letters, accounts


def test_three_numbers_in_a_row_are_told(ledger: Ledger) -> None:
    for number in ("12345677", "12345679"):
        ledger.add(result(f"{number}.jpg", paper(number, total=Decimal(number))))

    rules = [finding.rule for finding in ledger.check(paper("12345678")).findings]

    assert rules == ["consecutive-numbers"]


def test_numbers_in_a_row_of_sellers_that_differ_or_are_unknown_are_no_run(ledger: Ledger) -> None:
    names = "北京甲商贸有限公司", "上海乙贸易有限公司", None, "广州丙科技有限公司"
    papers = [
        invoice(f"2511200000001234567{place}", seller=Party(name=name), total=Decimal(place + 1))
        for place, name in enumerate(names)
    ]
    for place, one in enumerate(papers[:3]):
        ledger.add(result(f"{place}.jpg", one))

    assert ledger.check(papers[3]).findings == ()


@pytest.mark.parametrize(
    ("seller", "rules"),
    [(SELLER, ["red-letter-of-claimed"]), (Party(name="别的公司", tax_id="91350100M000100Y43"), [])],
)
def test_the_short_number_of_another_seller_is_not_the_original(
    ledger: Ledger, seller: Party, rules: list[str]
) -> None:
    original = paper("12345678", seller=seller)
    remarks = "对应正数发票代码：031001900104 发票号码：12345678"
    red = paper("76543210", total=Decimal("-113.00"), is_red_letter=True, remarks=remarks)
    ledger.add(result("a.pdf", original))

    assert [finding.rule for finding in ledger.check(red).findings] == rules
    ledger.add(result("red.pdf", red))
    found = {finding.rule for finding in ledger.check(original).findings} - {"duplicate-claimed"}
    assert found == ({"reversed-by-red-letter"} if rules else set())


@pytest.mark.parametrize("code", ["031001900104", "031001900999"])
def test_the_number_of_another_code_is_not_the_original(ledger: Ledger, code: str) -> None:
    original = paper("12345678", code=code)
    remarks = "对应正数发票代码：031001900104 发票号码：12345678"
    red = paper("76543210", total=Decimal("-113.00"), is_red_letter=True, remarks=remarks)
    is_pair = code in remarks
    ledger.add(result("a.pdf", original))

    assert [finding.rule for finding in ledger.check(red).findings] == ["red-letter-of-claimed"] * is_pair
    ledger.add(result("red.pdf", red))
    found = {finding.rule for finding in ledger.check(original).findings} - {"duplicate-claimed"}
    assert found == ({"reversed-by-red-letter"} if is_pair else set())


@pytest.mark.parametrize(
    "remarks",
    [
        f"原蓝票号码:{NUMBER}",
        f"冲销发票号码{NUMBER}",
        f"蓝字发票 号 码 ：{NUMBER}",
        f"对应的蓝字电子发票（数电票）号码为{NUMBER}",
    ],
)
def test_a_red_invoice_may_name_its_original_in_other_words(ledger: Ledger, remarks: str) -> None:
    ledger.add(result("a.pdf"))

    assert [found.rule for found in ledger.check(reversal(remarks)).findings] == ["red-letter-of-claimed"]


def test_a_red_invoice_is_paired_with_its_claimed_original(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))
    red = invoice(
        "25112000000086420975",
        total=Decimal("-113.00"),
        is_red_letter=True,
        remarks=f"被红冲蓝字数电发票号码：{NUMBER}",
    )

    (finding,) = ledger.check(red).findings

    assert finding.rule == "red-letter-of-claimed"
    assert "a.pdf" in finding.message


def test_an_original_that_was_reversed_says_so(ledger: Ledger) -> None:
    red = invoice(
        "25112000000086420975",
        total=Decimal("-113.00"),
        is_red_letter=True,
        remarks=f"被红冲蓝字数电发票号码：{NUMBER}",
    )
    ledger.add(result("red.pdf", red))

    assert [finding.rule for finding in ledger.check(invoice()).findings] == ["reversed-by-red-letter"]


def reversal(remarks: str = f"被红冲蓝字数电发票号码：{NUMBER}") -> VatInvoice:
    return invoice("25112000000086420975", total=Decimal("-113.00"), is_red_letter=True, remarks=remarks)


OTHER_ACCOUNT = SELLER.model_copy(update={"bank_account": "另一银行 99998888777766"})


def test_a_new_account_of_a_known_seller_is_a_warning(any_ledger: Ledger) -> None:
    any_ledger.add(result("a.pdf"))

    (finding,) = any_ledger.check(invoice("25112000000099999999", total=Decimal("5.00"), seller=OTHER_ACCOUNT)).findings

    assert (finding.rule, finding.severity) == ("new-bank-account", "warning")
    assert "11012345678901" in finding.message


def test_a_misread_account_is_no_new_one(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))
    misread = SELLER.model_copy(update={"bank_account": "某某银行北京分行 11012345618901"})

    assert not ledger.check(invoice("25112000000099999999", total=Decimal("5.00"), seller=misread)).findings


def test_a_new_account_stays_new_until_somebody_accepts_an_invoice_with_it(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))
    ledger.add(result("b.pdf", invoice("25112000000099999999", total=Decimal("5.00"), seller=OTHER_ACCOUNT)))
    third = invoice("25112000000033333333", total=Decimal("7.00"), seller=OTHER_ACCOUNT)

    before = ledger.check(third).findings
    ledger.decide(2, "accepted", by="boss")

    assert [finding.rule for finding in before] == ["new-bank-account"]
    assert not ledger.check(third).findings


def test_an_earlier_account_does_not_become_new_by_a_later_one(ledger: Ledger) -> None:
    ledger.mark(result("a.pdf"))
    ledger.mark(result("b.pdf", invoice("25112000000099999999", total=Decimal("5.00"), seller=OTHER_ACCOUNT)))
    ledger.decide(2, "accepted", by="boss")

    assert ledger.mark(result("a.pdf")).invoices[0].findings == ()


def test_a_seller_is_known_once_a_person_accepted_its_invoice(ledger: Ledger) -> None:
    ledger.add(result("a.jpg", invoice(status="read")))
    other = invoice("25112000000099999999", total=Decimal("5.00"), seller=OTHER_ACCOUNT)

    before = ledger.check(other).findings
    ledger.decide(1, "accepted", by="boss")

    assert not before
    assert [finding.rule for finding in ledger.check(other).findings] == ["new-bank-account"]


# changes


def test_a_correction_keeps_old_new_who_and_why(any_ledger: Ledger) -> None:
    any_ledger.add(result("a.pdf"))

    any_ledger.correct(1, {"buyer.name": "另一公司", "total": "115.00"}, by="carol", reason="see paper")

    event = any_ledger.history(1)[-1]
    assert (event.action, event.by, event.reason) == ("corrected", "carol", "see paper")
    assert event.old["values"] == {"buyer.name": BUYER.name, "total": "113.00"}
    assert event.new["values"] == {"buyer.name": "另一公司", "total": "115.00"}
    assert any_ledger.entry(1).total == Decimal("115.00")


def test_a_corrected_value_is_verified_by_the_reviewer(ledger: Ledger) -> None:
    ledger.add(result("a.pdf", invoice(status="read")))

    proof = ledger.correct(1, {"number": "25112000000012345679"}, by="carol").evidence["number"]

    assert (proof.status, proof.witnesses[-1].source) == ("verified", "reviewer")


def test_what_a_reviewer_set_is_not_overwritten_by_another_file(ledger: Ledger) -> None:
    ledger.add(result("photo.jpg", invoice(status="read")))
    ledger.correct(1, {"buyer.name": "另一公司"}, by="carol")

    ledger.add(result("a.xml"))

    assert ledger.entry(1).buyer_name == "另一公司"


def test_a_field_of_a_user_s_kind_is_corrected_with_the_registry_that_has_it(ledger: Ledger, tmp_path: Path) -> None:
    kinds = load(weigh_bill(tmp_path))
    bill = build("weigh_bill", {"number": "1", "load": Decimal("2")}, "", kinds)
    ledger.add(ReadResult(source="a.png", invoices=(bill,)))  # type: ignore[arg-type]

    corrected = ledger.correct(1, {"load": "3.5"}, by="carol", kinds=kinds)

    assert corrected.load == Decimal("3.5")  # type: ignore[attr-defined]


@pytest.mark.parametrize("fields", [{"totl": "1"}, {"total": "abc"}, {"items.3.amount": "1.00"}])
def test_a_correction_that_can_not_be_is_refused(ledger: Ledger, fields: dict[str, object]) -> None:
    ledger.add(result("a.pdf"))

    with pytest.raises(LedgerError):
        ledger.correct(1, fields, by="carol")


def test_a_decision_is_recorded(any_ledger: Ledger) -> None:
    any_ledger.add(result("a.pdf"))

    any_ledger.decide(1, "rejected", by="boss", reason="private")

    assert any_ledger.entry(1).decision == "rejected"
    assert any_ledger.history(1)[-1].reason == "private"


def test_an_export_is_recorded(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))

    results = list(ledger.export(by="dave", where="out.xlsx"))

    assert [found.source for found in results] == ["a.pdf"]
    event = ledger.history()[-1]
    assert (event.action, event.by, event.new) == ("exported", "dave", {"where": "out.xlsx", "entries": [1]})


def test_an_entry_that_is_not_there_is_an_error(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="no entry 7"):
        ledger.history(7)


# lists


def test_entries_can_be_filtered_and_paged(any_ledger: Ledger) -> None:
    for index in range(5):
        any_ledger.add(result(f"{index}.pdf", invoice(f"2511200000001234{index}000", total=Decimal(index + 1))))

    assert [entry.id for entry in any_ledger.entries(Filter(after=2, limit=2))] == [3, 4]
    assert [entry.id for entry in any_ledger.entries(Filter(text="12344"))] == [5]
    assert not list(any_ledger.entries(Filter(verdict="reject")))
    assert not list(any_ledger.entries(Filter(text="100%")))


@pytest.mark.parametrize("text", ["1234.5", "¥1,234.50", "1234.50元"])
def test_entries_are_found_by_their_amount_however_it_is_written(any_ledger: Ledger, text: str) -> None:
    for index, total in enumerate(("1234.50", "-1234.50", "12345.00")):
        any_ledger.add(result(f"{index}.pdf", invoice(f"2511200000001234{index}000", total=Decimal(total))))

    assert [entry.id for entry in any_ledger.entries(Filter(text=text))] == [1, 2]


# many at once, many threads, other processes


def test_many_results_are_loaded_as_if_added(any_ledger: Ledger) -> None:
    any_ledger.add(result("old.pdf"))

    many = [result("new.pdf"), result("a.pdf", paper()), result("b.ofd", paper()), result("a.pdf", paper())]

    done = any_ledger.load(many)

    assert (done.new, done.files, done.again) == (1, 2, 1)
    assert [len(entry.files) for entry in any_ledger.entries()] == [2, 2]
    assert not any_ledger.verify().problems
    assert any_ledger.check(paper()).claimed


def test_postgresql_plans_with_what_was_loaded_at_once(postgres: Ledger) -> None:
    postgres.load([result("a.pdf"), result("b.pdf", paper())])

    with postgres._database.reading() as connection:
        known = connection.execute(text("SELECT DISTINCT tablename FROM pg_stats")).scalars()
        assert {"entries", "contents", "files", "events"} <= set(known)


def test_threads_share_a_ledger(any_ledger: Ledger) -> None:
    def record(name: str) -> None:
        for index in range(10):
            any_ledger.add(
                result(f"{name}{index}.pdf", invoice(f"2511200000000000{index}000", total=Decimal(index + 1)))
            )

    threads = [threading.Thread(target=record, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(entry.files) for entry in any_ledger.entries()] == [4] * 10
    assert not any_ledger.verify().problems


def test_a_ledger_opens_again_in_another_process(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))

    with pickle.loads(pickle.dumps(ledger)) as opened:
        assert opened.check(invoice()).claimed


def test_a_ledger_keeps_its_language_in_another_process(tmp_path: Path) -> None:
    with Ledger(tmp_path, language="en") as ledger:
        ledger.add(result("a.pdf"))
        (told,) = ledger.check(invoice()).findings

        with pickle.loads(pickle.dumps(ledger)) as opened:
            (again,) = opened.check(invoice()).findings

    assert opened.language == "en"
    assert again.message == told.message


def test_a_ledger_survives_as_much_in_another_process(tmp_path: Path) -> None:
    with (
        Ledger(tmp_path, survives="crash") as ledger,
        pickle.loads(pickle.dumps(ledger)) as opened,
        opened._database.reading() as connection,
    ):
        (synchronous,) = connection.exec_driver_sql("PRAGMA synchronous").one()

    assert synchronous == 1  # NORMAL: less is written than for a power cut


def test_a_folder_means_the_usual_file_in_it(tmp_path: Path) -> None:
    with Ledger(tmp_path):
        pass

    assert (tmp_path / "invoiceocr.db").is_file()


@pytest.mark.parametrize("where", ["mysql://host/db", "sqlite:////no/such/folder/l.db", "://"])
def test_what_can_not_be_opened_says_what_to_do(where: str) -> None:
    with pytest.raises(LedgerError):
        Ledger(where)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database at all, but a text" * 50)

    with pytest.raises(LedgerError):
        Ledger(tmp_path / "notes.txt")

    assert (tmp_path / "notes.txt").read_text().startswith("no database")


def test_those_who_wait_for_another_program_give_up_together(tmp_path: Path) -> None:
    def wait_in_vain(name: str, delay: float) -> float:
        time.sleep(delay)
        with pytest.raises(LedgerError):
            ledger.add(result(name))
        return time.monotonic()

    with Ledger(tmp_path / "l.db", wait=2.0) as ledger, closing(sqlite3.connect(tmp_path / "l.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(2) as threads:
            first, second = list(threads.map(wait_in_vain, ("a.pdf", "b.pdf"), (0.0, 0.7)))
        other.rollback()
        assert ledger.add(result("a.pdf"))[0].new
    assert second - first < 1.5  # and not 2.0, which the second would wait after the first


def test_a_writer_who_has_not_waited_leaves_the_patience_of_its_connection_alone(tmp_path: Path) -> None:
    said: list[str] = []
    with Ledger(tmp_path / "l.db") as opened:
        with opened._database.writing() as connection:
            connection.connection.driver_connection.set_trace_callback(said.append)
        opened.add(result("a.pdf"))
    assert any(one.startswith("BEGIN") for one in said)
    assert not [one for one in said if "busy_timeout" in one]


def test_who_reads_after_a_writer_that_had_to_wait_waits_as_usual(tmp_path: Path) -> None:
    begun = threading.Event()
    with Ledger(tmp_path / "l.db", wait=5.0) as opened:

        def hold() -> None:
            with opened._database.writing():
                begun.set()
                time.sleep(0.2)

        with ThreadPoolExecutor(1) as threads:
            held = threads.submit(hold)
            assert begun.wait(10)
            opened.add(result("a.pdf"))
            held.result(10)
        with opened._database.reading() as connection:
            assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 5000
