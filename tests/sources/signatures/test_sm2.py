"""SM2 signatures, against the example of the standard."""

import pytest
import seal_builder
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.sources.signatures import sm2

PUBLIC_KEY = bytes.fromhex(
    "04"
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
MESSAGE = b"message digest"

pytestmark = pytest.mark.skipif(not sm2.is_available(), reason="this Python's OpenSSL has no SM3")


def signature(r: int = R, s: int = S) -> bytes:
    return seal_builder.value(0x30, seal_builder.integer(r), seal_builder.integer(s))


def test_the_example_of_the_standard_is_valid() -> None:
    assert sm2.verify(PUBLIC_KEY, MESSAGE, signature())


def test_the_signature_is_none_of_another_message() -> None:
    assert not sm2.verify(PUBLIC_KEY, b"message digest.", signature())


@pytest.mark.parametrize(("r", "s"), [(R + 1, S), (R, S + 1), (0, S), (R, 0), (sm2.N, S), (R, sm2.N - R)])
def test_other_numbers_are_no_signature_of_the_message(r: int, s: int) -> None:
    assert not sm2.verify(PUBLIC_KEY, MESSAGE, signature(r, s))


@given(st.integers(1, sm2.N - 2), st.binary(max_size=40))
def test_what_a_key_signs_is_valid_for_that_key_alone(private: int, message: bytes) -> None:
    made = seal_builder.sign(message, private)

    assert sm2.verify(seal_builder.public_key(private), message, made)
    assert not sm2.verify(seal_builder.public_key(private + 1), message, made)


@pytest.mark.parametrize("key", [b"", PUBLIC_KEY[:-1], b"\2" + PUBLIC_KEY[1:], PUBLIC_KEY[:-1] + b"\x14"])
def test_a_key_that_is_no_point_of_the_curve_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="point"):
        sm2.verify(key, MESSAGE, signature())
