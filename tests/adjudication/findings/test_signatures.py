"""Signatures as findings."""

import pytest

from invoiceocr.adjudication.findings.signatures import findings
from invoiceocr.signature import Signature


def signature(**fields: object) -> Signature:
    intact = {
        "source": "a",
        "format": "ofd",
        "signer": "某某",
        "coverage": "whole",
        "digest": "intact",
        "value": "valid",
    }
    return Signature.model_validate({**intact, **fields})


@pytest.mark.parametrize(
    ("fields", "rule", "severity"),
    [
        ({}, "signature-intact", "info"),
        ({"digest": "broken"}, "signature-broken", "error"),
        ({"value": "invalid"}, "signature-broken", "error"),
        ({"digest": "unknown", "value": "invalid"}, "signature-broken", "error"),
        ({"coverage": "part", "not_covered": ("Doc_0/Attachs/x.xml",)}, "signature-partial", "warning"),
        ({"coverage": "part", "not_covered": ("OFD.xml",)}, "signature-intact", "info"),
        ({"digest": "unknown", "value": "unknown"}, "signature-unread", "info"),
        ({"digest": "unknown", "missing_extra": "signatures"}, "signature-unread", "info"),
    ],
)
def test_a_signature_is_told_as_grave_as_it_is(fields: dict[str, object], rule: str, severity: str) -> None:
    (found,) = findings([signature(**fields)])

    assert (found.rule, found.severity, found.fields) == (rule, severity, ())


def test_what_one_signature_leaves_out_is_no_warning_where_another_covers_it() -> None:
    first = signature(coverage="part", not_covered=("bytes 900-990",))

    assert [found.severity for found in findings([first, signature()])] == ["info", "info"]
    assert [found.severity for found in findings([first, signature(digest="broken")])] == ["warning", "error"]
    assert [found.severity for found in findings([first, signature(source="b")])] == ["warning", "info"]


def test_the_message_says_what_was_changed_and_who_signed() -> None:
    (found,) = findings([signature(digest="broken", changed=("Doc_0/a.xml", "Doc_0/b.xml"))])

    assert found.message == "某某 的签名无效：签名后被改动：Doc_0/a.xml、Doc_0/b.xml"
    assert found.message_en == "the signature of 某某 is broken: changed after signing: Doc_0/a.xml, Doc_0/b.xml"


def test_an_intact_signature_is_not_said_to_be_trusted() -> None:
    (found,) = findings([signature()])

    assert "未核验" in found.message
    assert "not checked" in found.message_en


def test_a_missing_extra_is_named() -> None:
    (found,) = findings([signature(digest="unknown", missing_extra="signatures")])

    assert "invoiceocr[signatures]" in found.message
