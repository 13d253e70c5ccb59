"""The signatures of PDF files, made by keys of our own."""

import sys
from functools import partial

import pdf_signer
import pytest
import seal_builder
from hypothesis import given
from hypothesis import strategies as st
from pdf_builder import Leaf, pdf, words

from invoiceocr.settings import Settings
from invoiceocr.signature import Signature
from invoiceocr.sources.pdf.pages import open_pdf
from invoiceocr.sources.signatures.pdf import read

PLAIN = pdf(Leaf(words("Total 106.00 and more", 50, 100)))
HEX = pdf_signer.certificate().hex()
BARE = pdf_signer.by_hand("adbe.x509.rsa_sha1", pdf_signer.bare, f"/M(D:20250601101112+08'00')/Cert<{HEX}>")
WRAPPED = pdf_signer.by_hand("adbe.pkcs7.sha1", pdf_signer.wrapped)
CHINESE = pdf_signer.by_hand("adbe.pkcs7.detached", pdf_signer.chinese)
CHINESE_LISTED = pdf_signer.by_hand("adbe.pkcs7.detached", partial(pdf_signer.chinese, attributes=True))


@pytest.fixture(scope="module")
def signed() -> bytes:
    return pdf_signer.signed(PLAIN)


def only(data: bytes) -> Signature:
    (found,) = read(data, "a.pdf")
    return found


def changed(data: bytes) -> bytes:
    """The page made wider: a byte that is signed."""
    return data.replace(b"[0 0 300 200]", b"[0 0 301 200]", 1)


def test_an_intact_signature_names_its_signer_and_covers_the_whole_file(signed: bytes) -> None:
    found = only(signed)

    assert (found.digest, found.value, found.coverage, found.not_covered) == ("intact", "valid", "whole", ())
    assert (found.signer, found.organization) == (pdf_signer.SIGNER, pdf_signer.ORGANIZATION)
    assert (found.digest_algorithm, found.signature_algorithm) == ("sha256", "rsa")
    assert (found.name, found.scheme, found.source) == ("Seal", "adbe.pkcs7.detached", "a.pdf")
    assert found.signed_at is not None
    assert found.unchecked == ("certificate", "revocation", "time")


def test_a_changed_byte_breaks_the_digest_but_not_the_value(signed: bytes) -> None:
    found = only(changed(signed))

    assert (found.digest, found.value) == ("broken", "valid")


def test_an_update_after_signing_is_not_covered(signed: bytes) -> None:
    found = only(signed + b"\n5 0 obj\n<<>>\nendobj\n")

    assert (found.digest, found.coverage) == ("intact", "part")
    assert found.not_covered == (f"bytes {len(signed)}-{len(signed) + 20}",)


def test_of_two_signatures_the_later_one_covers_the_whole_file(signed: bytes) -> None:
    first, second = read(pdf_signer.signed(signed, field="Second"), "a.pdf")

    assert (first.name, first.coverage, first.digest) == ("Seal", "part", "intact")
    assert (second.name, second.coverage, second.digest) == ("Second", "whole", "intact")


def test_a_signature_of_the_newer_scheme_is_read() -> None:
    found = only(pdf_signer.signed(PLAIN, pades=True))

    assert (found.scheme, found.digest, found.value) == ("ETSI.CAdES.detached", "intact", "valid")


def test_a_bare_rsa_signature_is_read() -> None:
    found = only(BARE)

    assert (found.digest, found.value, found.digest_algorithm) == ("intact", "valid", "sha1")
    assert found.signer == pdf_signer.SIGNER
    assert found.signed_at is not None
    assert found.signed_at.isoformat() == "2025-06-01T10:11:12+08:00"


def test_a_signature_over_a_digest_is_read() -> None:
    assert (only(WRAPPED).digest, only(WRAPPED).value) == ("intact", "valid")


@pytest.mark.parametrize("data", [CHINESE, CHINESE_LISTED])
def test_an_sm2_signature_is_read(data: bytes) -> None:
    found = only(data)

    assert (found.digest, found.value) == ("intact", "valid")
    assert (found.signer, found.digest_algorithm, found.signature_algorithm) == (seal_builder.SIGNER, "sm3", "sm2")


@pytest.mark.parametrize(
    ("data", "states"),
    [
        (BARE, ("broken", "valid")),
        (WRAPPED, ("broken", "valid")),
        (CHINESE_LISTED, ("broken", "valid")),
        (CHINESE, ("unknown", "invalid")),  # nothing tells the digest from the value
    ],
)
def test_a_changed_byte_is_found_in_every_scheme(data: bytes, states: tuple[str, str]) -> None:
    found = only(changed(data))

    assert (found.digest, found.value) == states


def test_without_the_extra_the_signature_and_its_reach_are_still_told(
    signed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyhanko", None)

    found = only(signed)

    assert found.missing_extra == "signatures"
    assert (found.coverage, found.scheme, found.digest) == ("whole", "adbe.pkcs7.detached", "unknown")
    assert "digest" in found.unchecked


def test_a_file_without_signatures_has_none() -> None:
    assert read(PLAIN, "a.pdf") == ()


def test_the_document_reads_its_signatures_when_asked(signed: bytes) -> None:
    assert [found.digest for found in open_pdf(signed, "a.pdf", Settings()).signatures()] == ["intact"]


def test_contents_that_are_no_signature_are_told_as_a_problem() -> None:
    found = only(pdf_signer.by_hand("adbe.pkcs7.detached", lambda data: b"garbage"))

    assert (found.digest, found.value, found.coverage) == ("unknown", "unknown", "whole")
    assert found.problem


def test_a_signature_that_no_field_leads_to_is_still_told(signed: bytes) -> None:
    found = only(signed.replace(b"/AcroForm", b"/AcroFork"))

    assert found.problem == "no form field leads to this signature"


@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=4))
def test_whatever_is_damaged_nothing_is_raised(place: int, damage: bytes) -> None:
    at = place % len(BARE)

    found = read(BARE[:at] + damage + BARE[at + len(damage) :], "a.pdf")

    assert all(item.digest in ("intact", "broken", "unknown") for item in found)


@pytest.mark.parametrize("numbers", [b"0 1 2", b"0 " + b"9" * 5000 + b" 1 1", b"-1 5 6 7", b"0 9 3 999999"])
def test_a_byte_range_that_means_nothing_is_no_error(numbers: bytes) -> None:
    found = read(PLAIN + b"<</ByteRange[" + numbers + b"]>>", "a.pdf")

    assert all(item.digest == "unknown" for item in found)
