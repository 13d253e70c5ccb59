from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoiceocr.values import confusion, organization_code, provinces, resident_id, tax_id

CHARACTERS = st.sampled_from(tax_id.ALPHABET)


@st.composite
def unified_codes(draw: st.DrawFn) -> str:
    """Unified social credit codes with both check characters right."""
    region = draw(st.sampled_from(sorted(provinces.PROVINCES))) + draw(st.from_regex(r"\A[0-9]{4}\Z"))
    body = draw(
        st.text(CHARACTERS, min_size=8, max_size=8).filter(
            lambda s: organization_code.check_character(s) in tax_id.ALPHABET
        )
    )
    first17 = "91" + region + body + organization_code.check_character(body)
    return first17 + tax_id.uscc_check(first17)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("91350100M000100Y43", "uscc"),
        ("91350100M000100Y4Z", None),
        ("91110000600037341L", "uscc"),
        ("A1110000600037341L", None),
        ("91110105MA01ABCD5F", "uscc"),
        ("9111 0105 ma01 abcd5f", "uscc"),
        ("91110105MA01ABCD5E", None),
        ("91I10105MA01ABCD5F", None),
        ("91110105MA01ABCD5", None),
        ("91110105MA01ABCD5F1", None),
        ("11010519491231002X", "resident"),
        ("110105194912310021", None),
        ("440524188001010014", None),
        ("360426199101010071", "resident"),
        ("36042619910101007101", "resident_numbered"),
        ("L36042619910101007101", "temporary"),
        ("L91110000600037341L", "temporary"),
        ("L91110000600037342L", None),
        ("110105123456788", "organization"),
        ("110105123456789", "opaque"),
        ("990105123456788", None),
        ("11010549123100201", "resident_old"),
        ("11010549133100201", None),
        ("9111010********D5F", "masked"),
        ("********", None),
        ("", None),
    ],
)
def test_check_digits_tell_the_kind_of_a_tax_id(text: str, kind: str | None) -> None:
    assert tax_id.classify(text) == kind


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        ("91110105", "uscc"),
        ("97110105", "uscc_unlisted"),
        ("91990105", "uscc_unlisted"),
        ("91100000", "uscc"),
        ("52110105", "uscc"),
        ("57110105", "uscc_unlisted"),
    ],
)
def test_a_code_of_no_known_organization_or_region_is_told_apart_though_its_check_digits_are_right(
    beginning: str, kind: str
) -> None:
    first17 = beginning + "MA01ABCD5"

    assert tax_id.classify(first17 + tax_id.uscc_check(first17)) == kind


def test_a_right_unified_code_around_a_wrong_organization_code_is_told_apart() -> None:
    first17 = "91110105MA01ABCD4"
    assert tax_id.classify(first17 + tax_id.uscc_check(first17)) == "uscc_odd_organization"


def test_a_temporary_id_is_what_stands_behind_its_letter() -> None:
    assert tax_id.classify("L36042619910101007101"[1:]) == "resident_numbered"


@pytest.mark.parametrize("text", ["91110105MA01ABCD5E", "91350100M000100Y4Z", "110105194912310021"])
def test_an_id_with_a_wrong_check_digit_still_parses_because_that_is_a_finding(text: str) -> None:
    assert tax_id.parse(text) == text
    assert not tax_id.is_valid(text)


@pytest.mark.parametrize(
    "text",
    ["", "123", "CERTIFICATEOFINSPECT", "纳税人识别号", "91110105MA01ABCD5F91110105MA01ABCD5F"],
)
def test_words_and_other_lengths_are_no_tax_id(text: str) -> None:
    assert tax_id.parse(text) is None


@settings(max_examples=200)
@given(code=unified_codes(), data=st.data())
def test_one_wrong_character_is_always_noticed(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 17))
    other = data.draw(CHARACTERS.filter(lambda character: character != code[place]))
    assert tax_id.classify(code) in ("uscc", "resident")
    assert tax_id.classify(code[:place] + other + code[place + 1 :]) != "uscc"


@settings(max_examples=200)
@given(code=unified_codes(), data=st.data())
def test_a_character_confused_with_one_outside_the_alphabet_is_repaired(code: str, data: st.DataObject) -> None:
    # given a recognizer that reads 0 as O, 1 as I, 5 as S or 2 as Z somewhere
    places = [place for place, character in enumerate(code) if character in "0152"]
    place = data.draw(st.sampled_from(places)) if places else 0
    read = code[:place] + code[place].translate(str.maketrans("0152", "OISZ")) + code[place + 1 :]
    # when what it read is mapped back, then the code is whole again
    assert confusion.repair_to("tax_id", read) == code


@pytest.mark.parametrize(("first8", "check"), [("12345678", "8"), ("M000100Y", "4")])
def test_organization_codes_end_in_their_mod_11_character(first8: str, check: str) -> None:
    assert tax_id.organization_check(first8) == check
    assert organization_code.is_valid(f"{first8}-{check}")


def test_organization_checks_ten_and_eleven_are_x_and_zero() -> None:
    checks = {organization_code.check_character(f"{number:08d}") for number in range(200)}
    assert checks == set("0123456789X")


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("360426199101010071", True),
        ("110105194912310021", False),
        ("440524188001010014", False),
        ("110105********002X", True),
        ("1101051949****0029", True),
        ("9901051949****0029", False),
        ("110105194913310029", False),
        ("1101", False),
    ],
)
def test_a_resident_id_needs_a_province_a_birthday_and_its_check_digit(text: str, valid: bool) -> None:
    assert resident_id.is_valid(text) is valid
