import ctypes
import io
import os
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
import pytest
from ofd_builder import NUMBER, digital_invoice, png, zipped
from witnesses import STANDARD

import invoiceocr
from invoiceocr.adjudication.fusion import Fused
from invoiceocr.errors import CorruptFileError, SettingsError
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.invoice import Invoice, VatInvoice
from invoiceocr.page import Page
from invoiceocr.pipeline.reader import Reader
from invoiceocr.pipeline.recognition.page_recognizer import PageRecognizer
from invoiceocr.result import ReadResult
from invoiceocr.settings import Company, Settings
from invoiceocr.specimens import Format, Options, make

XML = digital_invoice().encode()
CONFLICT = "witness-conflict"


def comparable(result: ReadResult) -> str:
    """All of a result but the time that it took."""
    return result.model_copy(update={"elapsed_ms": 0.0}).model_dump_json()


# sources and results


def test_an_invoice_is_typed_proven_and_named_after_its_file(reader: Reader) -> None:
    (found,) = reader.read(XML, name="发票.xml")

    assert isinstance(found, VatInvoice)
    assert (found.number, found.source) == (NUMBER, "发票.xml")
    assert found.evidence["number"].value == NUMBER


def test_a_path_bytes_and_a_stream_are_read_alike(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(XML)

    found = [reader.read(source, name="a")[0] for source in (file, str(file), XML, io.BytesIO(XML))]

    assert all(invoice == found[0] for invoice in found)


def test_a_result_tells_source_digest_and_time(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(XML)

    result = reader.read_one(file)

    assert result.source == str(file)
    assert result.sha256 is not None
    assert len(result.sha256) == 64
    assert result.elapsed_ms > 0


def test_results_come_in_order_each_as_soon_as_it_is_asked_for(reader: Reader) -> None:
    asked: list[int] = []

    def sources() -> Iterator[bytes]:
        for index in range(3):
            asked.append(index)
            yield XML

    results = reader.read_many(sources(), names=["a", "b", "c"])

    assert (next(results).source, asked) == ("a", [0])
    assert [result.source for result in results] == ["b", "c"]


def test_an_archive_is_one_result_with_the_invoices_of_all_its_files(reader: Reader) -> None:
    data = zipped({"a.xml": XML, "b.xml": digital_invoice(number="25312000000087604321").encode()})

    result = reader.read_one(data, name="all.zip")

    assert [invoice.number for invoice in result.invoices] == [NUMBER, "25312000000087604321"]
    assert [invoice.source for invoice in result.invoices] == ["all.zip/a.xml", "all.zip/b.xml"]


def test_what_was_read_before_an_archive_s_damaged_file_is_kept_with_its_error(reader: Reader) -> None:
    result = reader.read_one(zipped({"a.xml": b"<a>", "b.xml": XML}), name="all.zip")

    assert result.error is not None
    assert (result.error.code, len(result.invoices)) == ("corrupt_xml", 1)


def test_read_raises_what_read_one_reports(reader: Reader) -> None:
    with pytest.raises(CorruptFileError):
        reader.read(b"<EInvoice>")

    result = reader.read_one(b"<EInvoice>")
    assert result.error is not None
    assert result.error.code == "corrupt_xml"


def test_a_defect_costs_one_result_and_not_the_batch(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> object:
        raise ZeroDivisionError("defect")

    monkeypatch.setattr("invoiceocr.pipeline.document_reader.drafts", fail)

    results = list(reader.read_many([XML, XML]))

    assert [result.error.code for result in results if result.error] == ["internal_error"] * 2
    assert all("ZeroDivisionError" in result.error.message for result in results if result.error)


def test_options_of_the_short_form_are_settings() -> None:
    (found,) = invoiceocr.read(XML, language="en")

    assert found.kind == "digital_ordinary"
    with pytest.raises(SettingsError, match="langage"):
        invoiceocr.read(XML, langage="en")


def test_the_bar_of_acceptance_can_be_raised(reader: Reader) -> None:
    strict = Reader(reader.settings.model_copy(update={"accept_confidence": 1.0}))

    assert reader.read(XML)[0].verdict == "accept"
    assert strict.read(XML)[0].verdict == "review"


def test_a_promised_error_rate_decides_in_place_of_the_bar() -> None:
    hopeless, match_key = (
        Reader(Settings(max_error_rate=1e-9)),
        Reader(Settings(max_error_rate=0.5, accept_confidence=1.0)),
    )

    assert (hopeless.read(XML)[0].verdict, match_key.read(XML)[0].verdict) == ("review", "accept")
    assert (hopeless.policy.review_share or 0.0) > (match_key.policy.review_share or 0.0)


def test_a_table_of_one_s_own_can_be_given(reader: Reader) -> None:
    plain = Reader(reader.settings, calibration=STANDARD.calibration)

    assert plain.read(XML)[0].evidence["number"].confidence != reader.read(XML)[0].evidence["number"].confidence


# witnesses that disagree


def edited(kind: str, seed: int, change: tuple[str, str]) -> bytes:
    """A PDF whose attached statement differs from its print by *change*."""
    document = pypdfium2.PdfDocument(make(kind, seed, format="pdf").data)
    statement = make(kind, seed, format="xml").data.decode()
    assert change[0] in statement
    document.new_attachment("invoice.xml").set_data(statement.replace(*change).encode())
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def conflicts(found: Invoice) -> dict[str, str]:
    return {finding.fields[0]: finding.message for finding in found.findings if finding.rule == CONFLICT}


def test_xml_and_print_that_disagree_are_a_finding_that_names_both_values(reader: Reader) -> None:
    truth = make("digital_ordinary", 3, format="xml").truth["invoices"][0]["fields"]
    total = truth["total"]

    (found,) = reader.read(edited("digital_ordinary", 3, (f">{total}<", ">9999999.99<")))

    message = conflicts(found)["total"]
    assert total in message
    assert "9999999.99" in message
    assert found.evidence["total"].status == "doubtful"
    assert found.verdict != "accept"


def test_xml_and_print_that_agree_are_no_finding(reader: Reader) -> None:
    (found,) = reader.read(edited("digital_ordinary", 3, ("<EInvoice", "<EInvoice")))

    assert conflicts(found) == {}
    assert {witness.source for witness in found.evidence["total"].witnesses} >= {"xml", "text_layer", "qr"}


def test_an_edited_seller_is_a_conflict_about_the_seller_alone(reader: Reader) -> None:
    truth = make("digital_ordinary", 3, format="xml").truth["invoices"][0]["fields"]

    (found,) = reader.read(edited("digital_ordinary", 3, (truth["seller"]["name"], "另一家有限公司")))

    assert set(conflicts(found)) == {"seller.name"}
    assert "另一家有限公司" in conflicts(found)["seller.name"]


def test_conflicts_are_told_in_the_language_of_the_settings(reader: Reader) -> None:
    truth = make("digital_ordinary", 3, format="xml").truth["invoices"][0]["fields"]
    data = edited("digital_ordinary", 3, (f">{truth['total']}<", ">9999999.99<"))
    english = Reader(reader.settings.model_copy(update={"language": "en"}))

    (chinese_found,), (english_found,) = reader.read(data), english.read(data)

    assert "不一致" in conflicts(chinese_found)["total"]
    assert "disagree" in conflicts(english_found)["total"]
    assert all(finding.message == finding.message_en for finding in english_found.findings)


def misreading(monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> None:
    """Lets the first recognizer read *new* where *old* is printed."""
    read = PageRecognizer.__call__

    def misread(self: PageRecognizer, page: Page) -> Page:
        seen = read(self, page)
        return replace(seen, lines=tuple(replace(line, text=line.text.replace(old, new)) for line in seen.lines))

    monkeypatch.setattr(PageRecognizer, "__call__", misread)


def test_two_recognizers_that_read_a_print_differently_are_a_finding_that_names_both(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = TRUTH["number"]
    wrong = number[:-1] + str((int(number[-1]) + 5) % 10)
    misreading(monkeypatch, number, wrong)

    (found,) = Reader(reader.settings.model_copy(update={"read_qr": False})).read(corner(3))

    (told,) = [finding for finding in found.findings if finding.rule == "readings-disagree"]
    assert (told.fields, number in told.message, wrong in told.message_en) == (("number",), True, True)
    assert found.evidence["number"].status == "doubtful"
    assert {witness.value for witness in found.evidence["number"].witnesses} == {number, wrong}


def test_without_a_second_recognizer_nobody_notices(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    number = TRUTH["number"]
    wrong = number[:-1] + str((int(number[-1]) + 5) % 10)
    misreading(monkeypatch, number, wrong)
    alone = reader.settings.model_copy(update={"read_qr": False, "verification_recognizer": "none"})

    (found,) = Reader(alone).read(corner(3))

    assert "readings-disagree" not in {finding.rule for finding in found.findings}
    assert {witness.value for witness in found.evidence["number"].witnesses} == {wrong}


# what the caller knows


TRUTH = make("digital_ordinary", 3, format="xml").truth["invoices"][0]["fields"]
PRINTED = make("digital_ordinary", 3, format="pdf").data


def test_an_expected_value_that_is_printed_verifies_it(reader: Reader) -> None:
    name = TRUTH["items"][0]["name"]

    (found,), (confirmed,) = reader.read(PRINTED), reader.read(PRINTED, expected={"items.0.name": name})

    assert (found.evidence["items.0.name"].status, confirmed.evidence["items.0.name"].status) == ("read", "verified")
    assert ("caller", True) in {(each.source, each.agrees) for each in confirmed.evidence["items.0.name"].witnesses}


def test_what_somebody_else_knows_verifies_what_is_read(reader: Reader) -> None:
    def known(fused: Mapping[str, Fused]) -> list[Candidate]:
        name = fused["items.0.name"].chosen
        return [Candidate("items.0.name", name.value, name.text, "ledger")]

    (alone,), (confirmed,) = reader.read(PRINTED), Reader(reader.settings, witnesses=known).read(PRINTED)

    assert [found.evidence["items.0.name"].status for found in (alone, confirmed)] == ["read", "verified"]
    assert confirmed.evidence["items.0.name"].witnesses[-1].source == "ledger"


def test_an_expected_value_that_is_not_printed_is_a_finding_with_both_values(reader: Reader) -> None:
    (found,) = reader.read(PRINTED, expected={"total": "1.23"})

    (finding,) = [each for each in found.findings if each.rule == "caller-disagrees"]
    assert "1.23" in finding.message
    assert TRUTH["total"] in finding.message
    assert str(found.total) == TRUTH["total"]
    assert found.verdict != "accept"


def test_an_expected_value_is_never_read_where_nothing_is_printed(reader: Reader) -> None:
    (found,) = reader.read(PRINTED, expected={"check_code": "12345678901234567890"})

    assert isinstance(found, VatInvoice)
    assert found.check_code is None


def test_an_unknown_expected_field_is_refused_before_anything_is_read(reader: Reader) -> None:
    with pytest.raises(SettingsError, match="total_tax"):
        reader.read_one(b"not an invoice", expected={"totaltax": "1.00"})
    with pytest.raises(SettingsError, match="total"):
        invoiceocr.read(XML, expected={"totl": "1.00"})


def test_each_source_of_many_has_its_own_expectations(reader: Reader) -> None:
    expected = [{"total": "1.23"}, None, {"total": TRUTH["total"]}]

    results = reader.read_many([PRINTED] * 3, expected=expected)

    told = [{each.rule for each in result.invoices[0].findings} for result in results]
    assert ["caller-disagrees" in rules for rules in told] == [True, False, False]


def test_one_s_own_company_is_a_witness_and_known_to_the_rules(reader: Reader) -> None:
    buyer = TRUTH["buyer"]
    own = Reader(Settings(companies=(Company(name=buyer["name"], tax_id=buyer["tax_id"]),)))
    other = Reader(Settings(companies=(Company(name="另外有限公司", tax_id="91110105MA01ABCD5F"),)))

    (found,), (foreign,) = own.read(PRINTED), other.read(PRINTED)

    assert found.evidence["buyer.name"].status == "verified"
    assert "buyer-name-mismatch" in {each.rule for each in foreign.findings}
    assert "buyer-name-mismatch" not in {each.rule for each in found.findings}


def test_the_day_of_the_claim_is_known_to_the_rules() -> None:
    before = Reader(Settings(claim_date=date(2000, 1, 1)))

    (found,) = before.read(PRINTED)

    assert any("2000-01-01" in finding.message for finding in found.findings)


def test_a_file_that_comes_twice_is_told(reader: Reader) -> None:
    first, second = reader.read_many([PRINTED, PRINTED])

    assert "duplicate-in-batch" not in {each.rule for each in first.invoices[0].findings}
    assert "duplicate-in-batch" in {each.rule for each in second.invoices[0].findings}


def test_the_order_of_the_sources_can_be_set() -> None:
    data = edited("digital_ordinary", 3, (f">{TRUTH['total']}<", ">9999999.99<"))
    usual, print_first = Reader(Settings()), Reader(Settings(precedence=("text_layer",)))

    assert str(usual.read(data)[0].total) == "9999999.99"
    assert str(print_first.read(data)[0].total) == TRUTH["total"]
    assert conflicts(print_first.read(data)[0]).keys() == conflicts(usual.read(data)[0]).keys()


# how an invoice came about


def test_a_trace_holds_the_invoice_that_is_read_its_witnesses_and_what_the_rules_said(reader: Reader) -> None:
    data = make("digital_ordinary", 3, format="pdf").data

    (trace,) = reader.trace_invoices(data, name="a.pdf")

    assert [trace.invoice] == reader.read(data, name="a.pdf")
    assert {candidate.source for candidate in trace.candidates("total")} == {"text_layer", "qr"}
    adds_up = next(outcome for outcome in trace.outcomes if outcome.rule == "total-adds-up")
    assert (adds_up.outcome, "total" in adds_up.reads, "total" in adds_up.supports) == ("pass", True, True)
    assert (adds_up.title, adds_up.title_en) != ("", "")


def test_a_trace_has_the_pictures_of_the_pages_that_an_invoice_stands_on(reader: Reader) -> None:
    (drawn,) = reader.trace_invoices(make("digital_ordinary", 3, format="pdf").data)
    (stated,) = reader.trace_invoices(XML)

    assert (drawn.pages, set(drawn.pictures)) == ((1,), {1})
    assert drawn.pictures[1].jpeg.startswith(b"\xff\xd8")
    assert drawn.pictures[1].width == drawn.invoice.evidence["number"].page_size[0]  # type: ignore[index]
    assert stated.pictures == {}


def test_a_member_of_an_archive_is_traced_though_another_one_is_damaged(reader: Reader) -> None:
    archive = zipped({"a.pdf": make("digital_ordinary", 3, format="pdf").data, "z.pdf": b"%PDF-1.7 broken"})

    (trace,) = reader.trace(archive, name="m.zip", member="m.zip/a.pdf")

    assert "发票号码" in "".join(line.text for line in trace.page.lines)
    for damaged in (None, "m.zip/z.pdf"):
        with pytest.raises(CorruptFileError):
            list(reader.trace(archive, name="m.zip", member=damaged))


def test_the_trace_of_a_scan_with_a_stamp_of_text_has_the_lines_of_the_scan(reader: Reader) -> None:
    scan = make("digital_ordinary", 3, format="pdf", degradation="scan", options=Options(variant="scanned"))
    document = pypdfium2.PdfDocument(scan.data)
    page = document[0]
    font = raw.FPDFText_LoadStandardFont(document, b"Helvetica")
    stamp = raw.FPDFPageObj_CreateTextObj(document, font, 8.0)
    words = "Scanned with an application\0".encode("utf-16-le")
    raw.FPDFText_SetText(stamp, ctypes.cast(ctypes.create_string_buffer(words), raw.FPDF_WIDESTRING))
    raw.FPDFPageObj_Transform(stamp, 1, 0, 0, 1, 10, 10)
    raw.FPDFPage_InsertObject(page, stamp)
    page.gen_content()
    data = io.BytesIO()
    document.save(data)

    (trace,) = reader.trace(data.getvalue())

    assert "发票号码" in "".join(line.text for line in trace.page.lines)
    assert trace.pictures


# the same each time


DOCUMENTS = [
    *(make(kind, seed, format=cast(Format, format_)).data for kind, seed, format_ in (
        ("digital_ordinary", 1, "pdf"), ("digital_special", 2, "ofd"), ("e_vat_ordinary", 3, "xml"),
        ("vat_special", 4, "pdf"), ("toll", 5, "pdf"), ("vat_ordinary", 6, "ofd"), ("digital_special", 7, "pdf"),
        ("e_vat_special", 8, "pdf"), ("digital_ordinary", 9, "ofd"),
    )),
    b"%PDF-1.7 damaged",
]  # fmt: skip


def corner(seed: int) -> np.ndarray:
    """The head of a picture of an invoice: pixels to read, but few."""
    import cv2

    pixels = np.asarray(cv2.imdecode(np.frombuffer(make("digital_ordinary", seed, format="png").data, np.uint8), 1))
    return pixels[: pixels.shape[0] // 4]


def test_four_threads_read_what_one_reads(reader: Reader) -> None:
    documents = [*DOCUMENTS, png(corner(1)), png(corner(2))]
    alone = [reader.read_one(data) for data in documents]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(reader.read_one, documents))

    assert len(documents) == 12
    assert [comparable(result) for result in together] == [comparable(result) for result in alone]


def test_the_same_bytes_give_the_same_json_from_another_reader(reader: Reader) -> None:
    other = Reader(Settings(threads=1, today=reader.settings.today))

    for data in DOCUMENTS[:4]:
        assert comparable(reader.read_one(data)) == comparable(other.read_one(data))


def test_a_document_leaves_no_trace_in_the_next_one(reader: Reader) -> None:
    first = comparable(reader.read_one(DOCUMENTS[0]))
    for data in DOCUMENTS[1:]:
        reader.read_one(data)

    assert comparable(reader.read_one(DOCUMENTS[0])) == first


# threads and processes


PHOTO = Path(__file__).parents[2] / "examples" / "e_vat_ordinary-000113-photo.jpg"


def workers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("invoiceocr-")}


def test_a_reader_ends_its_threads_when_it_is_left_and_can_be_used_again() -> None:
    before = workers()

    with Reader(Settings(threads=1)) as reader:
        first = reader.read_one(PHOTO)
        assert workers() - before
    assert not workers() - before

    assert comparable(reader.read_one(PHOTO)) == comparable(first)
    reader.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_process_forked_after_use_fails_at_once_and_still_reads_text(reader: Reader) -> None:
    assert reader.read_one(PHOTO).error is None

    child = os.fork()
    if child == 0:
        error, text = reader.read_one(PHOTO).error, reader.read_one(XML)
        os._exit(7 if error and error.code == "forked" and text.invoices else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_the_former_name_of_the_policy_works_and_warns(reader: Reader) -> None:
    with pytest.warns(DeprecationWarning, match="policy"):
        assert reader.standard is reader.policy


def test_a_damaged_member_of_an_archive_costs_itself_alone(reader: Reader) -> None:
    good = digital_invoice().encode()
    data = zipped({"a.xml": good[:80], "b.pdf": b"%PDF-1.4 broken", "c.txt": "notes", "d.xml": good})

    result = reader.read_one(data, name="all.zip")

    assert [invoice.source for invoice in result.invoices] == ["all.zip/d.xml"]
    assert [(member.source, member.code) for member in result.unread] == [
        ("all.zip/a.xml", "corrupt_xml"),
        ("all.zip/b.pdf", "corrupt_pdf"),
        ("all.zip/c.txt", "unsupported_format"),
    ]
    assert result.error is not None
    assert result.error.code == "corrupt_xml"


def test_a_member_of_a_foreign_format_is_named_and_no_error(reader: Reader) -> None:
    result = reader.read_one(zipped({"a.xml": digital_invoice(), "b.rar": b"Rar!\x1a\x07\0"}), name="all.zip")

    assert result.error is None
    assert [member.source for member in result.unread] == ["all.zip/b.rar"]


def test_reading_an_archive_gives_what_can_be_read_and_warns_of_the_rest(reader: Reader) -> None:
    with pytest.warns(UserWarning, match=r"b\.xml"):
        invoices = reader.read(zipped({"a.xml": digital_invoice(), "b.xml": "<a>"}))

    assert len(invoices) == 1


def test_a_document_of_more_rows_than_allowed_is_refused() -> None:
    rows = "<IssuItemInformation><ItemName>a</ItemName><Amount>1.00</Amount></IssuItemInformation>" * 30

    result = Reader(Settings(max_rows=10)).read_one(digital_invoice(items=rows).encode())

    assert result.error is not None
    assert result.error.code == "too_large"


@pytest.mark.parametrize("source", ["a.pdf", b"%PDF-1.7", Path("a.pdf")])
def test_a_single_source_is_not_many(reader: Reader, source: object) -> None:
    with pytest.raises(TypeError, match=r"read_many\(\[source\]\)"):
        reader.read_many(source)  # type: ignore[arg-type]


def test_several_processes_give_the_same_results_in_the_same_order(reader: Reader) -> None:
    paths = sorted((Path(__file__).parents[2] / "examples").glob("*.xml")) * 3
    told: list[str] = []
    alone = [result.invoices for result in reader.read_many(paths)]
    found = list(reader.read_many(paths, jobs=2, timeout_s=60, on_result=lambda result: told.append(result.source)))
    assert [result.invoices for result in found] == alone
    assert told == [str(path) for path in paths]
