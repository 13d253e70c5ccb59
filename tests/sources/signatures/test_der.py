"""DER values and certificates."""

import pytest
import seal_builder
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.sources.signatures import certificate, der


@given(st.binary(max_size=400))
def test_a_value_keeps_its_content_at_any_length(content: bytes) -> None:
    found = der.parse(seal_builder.value(4, content))

    assert (found.tag, found.content) == (4, content)


@given(st.integers(0, 2**256))
def test_an_integer_comes_back(number: int) -> None:
    assert der.parse(seal_builder.integer(number)).number == number


@pytest.mark.parametrize("dotted", ["1.2.156.10197.1.501", "2.5.4.3", "2.16.840.1.101.3.4.2.1", "0.9.2342"])
def test_an_object_identifier_comes_back(dotted: str) -> None:
    assert der.parse(seal_builder.identifier(dotted)).oid == dotted


@given(st.binary(max_size=60))
def test_whatever_the_bytes_nothing_but_value_error_is_raised(data: bytes) -> None:
    try:
        found = der.parse(data)
        found.part(0, der.SEQUENCE)
        certificate.read(data)
    except ValueError:
        return
    assert found.raw == data[: len(found.raw)]


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x05\x02\x01", b"\x30\x80\x00\x00", b"\x1f\x22\x00", b"\x04\x85"])
def test_values_that_are_cut_off_or_of_another_encoding_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="DER"):
        der.parse(data)


def test_a_certificate_says_whose_it_is_and_who_issued_it() -> None:
    found = certificate.read(seal_builder.certificate())

    assert (found.name, found.organization) == (seal_builder.SIGNER, seal_builder.ORGANIZATION)
    assert found.issuer == seal_builder.ISSUER
    assert found.public_key == seal_builder.public_key()
