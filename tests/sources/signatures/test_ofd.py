"""The signatures of OFD files, made by a seal of our own."""

from datetime import UTC, datetime

import pytest
import seal_builder
from ofd_builder import original_invoice, package, page, text, zipped

from invoiceocr.settings import Settings
from invoiceocr.signature import Signature
from invoiceocr.sources.ofd.pages import open_ofd
from invoiceocr.sources.signatures import sm2

CONTENT = "Doc_0/Pages/Page_0/Content.xml"
DESCRIPTION = "Doc_0/Signs/Sign_0/Signature.xml"
VALUE = "Doc_0/Signs/Sign_0/SignedValue.dat"
ATTACHED = "Doc_0/Attachs/original_invoice.xml"

pytestmark = pytest.mark.skipif(not sm2.is_available(), reason="this Python's OpenSSL has no SM3")


@pytest.fixture
def members() -> dict[str, bytes]:
    plain = package(page(text("合计 106.00", "10 10 50 5")), **{ATTACHED: original_invoice()})
    return seal_builder.sealed(plain)


def read(members: dict[str, bytes]) -> tuple[Signature, ...]:
    return open_ofd(zipped(members), "a.ofd", Settings()).signatures()


def test_an_intact_seal_names_its_signer_and_covers_the_whole_file(members: dict[str, bytes]) -> None:
    (found,) = read(members)

    assert (found.digest, found.value, found.coverage) == ("intact", "valid", "whole")
    assert (found.signer, found.organization, found.issuer) == (
        seal_builder.SIGNER,
        seal_builder.ORGANIZATION,
        seal_builder.ISSUER,
    )
    assert found.signed_at == datetime(2025, 6, 1, 10, 11, 12, tzinfo=UTC)
    assert (found.digest_algorithm, found.signature_algorithm, found.scheme) == ("sm3", "sm2", "SES_Signature 4")


def test_trust_revocation_and_time_are_said_to_be_unchecked(members: dict[str, bytes]) -> None:
    assert read(members)[0].unchecked == ("certificate", "revocation", "time")


@pytest.mark.parametrize("path", [CONTENT, ATTACHED])
def test_a_changed_member_breaks_the_digest_and_is_named(members: dict[str, bytes], path: str) -> None:
    members[path] = members[path].replace(b"106.00", b"906.00")

    (found,) = read(members)

    assert (found.digest, found.changed, found.value) == ("broken", (path,), "valid")


def test_a_removed_member_breaks_the_digest(members: dict[str, bytes]) -> None:
    del members[ATTACHED]

    assert read(members)[0].changed == (ATTACHED,)


def test_digests_that_were_renewed_without_the_seal_break_it(members: dict[str, bytes]) -> None:
    members[CONTENT] = members[CONTENT].replace(b"106.00", b"906.00")
    members[DESCRIPTION] = seal_builder.description(members, [CONTENT, ATTACHED])

    (found,) = read(members)

    assert (found.digest, found.changed) == ("broken", ())


def test_a_seal_by_another_key_has_an_invalid_value(members: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    real = seal_builder.sign
    monkeypatch.setattr(seal_builder, "sign", lambda message: real(message, private=12345))
    members[VALUE] = seal_builder.seal(members[DESCRIPTION])

    (found,) = read(members)

    assert (found.digest, found.value) == ("intact", "invalid")


def test_a_member_that_was_added_is_not_covered(members: dict[str, bytes]) -> None:
    members["Doc_0/Attachs/more.xml"] = b"<more/>"
    members["Doc_0/Signs/more.xml"] = b"<more/>"

    (found,) = read(members)

    assert (found.digest, found.coverage) == ("intact", "part")
    assert found.not_covered == ("Doc_0/Attachs/more.xml", "Doc_0/Signs/more.xml")


def test_the_seal_of_the_older_standard_is_read(members: dict[str, bytes]) -> None:
    members[VALUE] = seal_builder.old_seal(members[DESCRIPTION])

    (found,) = read(members)

    assert (found.scheme, found.digest, found.value) == ("SES_Signature 1", "intact", "valid")
    assert found.signer == seal_builder.SIGNER
    assert found.signed_at == datetime(2025, 6, 1, 10, 11, 12, tzinfo=UTC)  # the time of Signature.xml, in China


@pytest.mark.parametrize(("method", "algorithm"), [("", "md5"), ("SHA1", "sha1"), ("sha256", "sha256")])
def test_other_digests_are_computed(members: dict[str, bytes], method: str, algorithm: str) -> None:
    members[DESCRIPTION] = seal_builder.description(members, [CONTENT, ATTACHED], method=method)
    members[VALUE] = seal_builder.seal(members[DESCRIPTION])

    (found,) = read(members)

    assert (found.digest, found.digest_algorithm) == ("intact", "md5" if not method else algorithm)


def test_an_unknown_digest_leaves_the_state_unknown(members: dict[str, bytes]) -> None:
    members[DESCRIPTION] = members[DESCRIPTION].replace(seal_builder.SM3_OID.encode(), b"1.2.3.4")
    members[VALUE] = seal_builder.seal(members[DESCRIPTION])

    (found,) = read(members)

    assert (found.digest, found.digest_algorithm) == ("unknown", "1.2.3.4")
    assert "digest" in found.unchecked


@pytest.mark.parametrize("data", [b"", b"garbage", b"\x30\x80\x00\x00", b"\x30\x03\x02\x01\x04"])
def test_a_value_that_is_no_seal_is_told_as_a_problem(members: dict[str, bytes], data: bytes) -> None:
    members[VALUE] = data

    (found,) = read(members)

    assert (found.digest, found.value, found.signer) == ("unknown", "unknown", None)
    assert found.problem


def test_a_missing_description_is_told_as_a_problem(members: dict[str, bytes]) -> None:
    del members[DESCRIPTION]

    assert read(members)[0].problem == "Signature.xml is missing or malformed"


def test_signatures_that_the_entry_no_longer_names_are_still_found(members: dict[str, bytes]) -> None:
    members["OFD.xml"] = members["OFD.xml"].replace(
        b"<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>", b""
    )

    (found,) = read(members)

    assert (found.digest, found.changed) == ("broken", ("OFD.xml",))


def test_a_file_without_signatures_has_none() -> None:
    assert read({path: str(data).encode() for path, data in package(page()).items()}) == ()
