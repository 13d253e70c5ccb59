"""Flat records: what a bot takes without knowing anything of evidence."""

import io
import json
from typing import Any

import samples

from invoiceocr.adjudication.build import build
from invoiceocr.export.flat import flat_records, write_flat_json, write_flat_jsonl
from invoiceocr.result import ReadResult


def test_a_record_has_one_level_and_no_evidence() -> None:
    for record in flat_records([samples.accepted(), samples.reviewed(), samples.unread()]):
        assert not [value for value in record.values() if isinstance(value, dict | list)]
        assert "evidence" not in record


def test_a_record_names_the_fields_with_underscores() -> None:
    (record,) = flat_records([samples.accepted()])

    assert (record["seller_tax_id"], record["total"], record["issue_date"], record["tax_rate"]) == (
        "91310000MA1FL00002",
        "113.00",
        "2025-03-05",
        "13%",
    )


def test_a_record_for_review_says_why() -> None:
    (record,) = flat_records([samples.reviewed()])

    assert record["verdict"] == "review"
    assert record["reasons"] == "100.00 + 6.00 ≠ 186.00; 存疑：价税合计; 缺失：校验码"


def test_the_fields_of_a_ticket_are_there_beside_the_usual_ones() -> None:
    ticket = build("train", {"train_number": "G1234"}, "")

    (record,) = flat_records([ReadResult(source="a.pdf", invoices=(ticket,))])  # type: ignore[arg-type]

    assert record["train_number"] == "G1234"
    assert record["seller_tax_id"] is None


def test_an_unread_file_has_a_record_with_its_error() -> None:
    (record,) = flat_records([samples.unread()])

    assert (record["source"], record["error_code"]) == ("broken.pdf", "corrupt_pdf")


def test_chosen_columns_alone_make_the_record_in_their_order() -> None:
    (record,) = flat_records([samples.accepted()], columns=("total", "buyer.name"))

    assert list(record.items()) == [("total", "113.00"), ("buyer_name", "测试采购有限公司")]


def written(write: Any, *results: ReadResult) -> bytes:
    stream = io.BytesIO()
    write(results, stream)
    return stream.getvalue()


def test_lines_and_array_say_the_same() -> None:
    results = (samples.accepted(), samples.unread())
    lines = [json.loads(line) for line in written(write_flat_jsonl, *results).splitlines()]

    assert json.loads(written(write_flat_json, *results)) == lines
    assert written(write_flat_json) == b"[]\n"
