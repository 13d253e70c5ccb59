import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lattices import lattice

from invoiceocr.decoding.grammars import UNIFIED_CODE, has_plausible_value, passing_share, spelling
from invoiceocr.decoding.nbest import decode_nbest
from invoiceocr.values import organization_code, tax_id

CODE = "91110105MA01ABCD5F"
DIGITS, LETTERS = "0123456789", "".join(c for c in tax_id.ALPHABET if not c.isdigit())

UNIFIED = ("uscc", "uscc_unlisted")


@st.composite
def unified_codes(draw: st.DrawFn) -> str:
    region = "".join(draw(st.lists(st.sampled_from(DIGITS), min_size=6, max_size=6)))
    body = "".join(draw(st.lists(st.sampled_from(tax_id.ALPHABET), min_size=8, max_size=8)))
    check = organization_code.check_character(body)
    first17 = f"91{region}{body}{check}"
    return first17 + tax_id.uscc_check(first17)


def accepts(text: str) -> bool:
    state = UNIFIED_CODE.walk(UNIFIED_CODE.start, text)
    return state is not None and UNIFIED_CODE.accept(state)


@given(unified_codes())
def test_the_grammar_accepts_every_code_with_both_checks_right(code: str) -> None:
    assert tax_id.classify(code) in UNIFIED
    assert accepts(code)


@given(unified_codes(), st.integers(0, 17), st.sampled_from(tax_id.ALPHABET))
def test_the_grammar_refuses_every_code_with_one_character_wrong(code: str, place: int, wrong: str) -> None:
    changed = code[:place] + wrong + code[place + 1 :]

    assert accepts(changed) == (changed == code)


@given(unified_codes(), st.integers(2, 9), st.integers(10, 17))
@settings(max_examples=50)
def test_the_right_code_is_found_though_two_characters_stand_second(code: str, one: int, two: int) -> None:
    # given: at two places another character is likelier than the right one
    wrong = {place: "8" if code[place] != "8" else "3" for place in (one, two)}
    misread = "".join(wrong.get(place, character) for place, character in enumerate(code))
    found = lattice(misread, {place: {code[place]: 0.1} for place in wrong})

    # when
    texts = [alternative.text for alternative in decode_nbest(found, UNIFIED_CODE)]

    # then
    assert code in texts
    assert all(tax_id.classify(text) in UNIFIED for text in texts)


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("total", "V113.O0", "113.00"),
        ("total", "9164￥113.00", "113.00"),
        ("total", "-¥113.00", "-113.00"),
        ("items.3.tax_rate", "13%", "0.13"),
        ("items.3.quantity", "1O.5", "10.5"),
        ("issue_date", "2025年03月05日", "2025-03-05"),
        ("total_in_words", "⊗壹佰圆整", "壹佰圆整"),
        ("seller.tax_id", CODE, CODE),
    ],
)
def test_a_field_is_parsed_by_the_last_part_of_its_path(path: str, text: str, value: str) -> None:
    spelled = spelling(path, None)

    assert spelled is not None
    assert str(spelled.parse(text)) == value


def test_names_are_not_spelled() -> None:
    assert spelling("buyer.name", None) is None
    assert spelling("remarks", None) is None


@pytest.mark.parametrize(
    ("value", "share"),
    [(CODE, 1 / 341), ("91110105MA01ABCD5G", 1.0), ("110105123456789", 1.0), ("110105123456788", 1 / 11), (3, 1.0)],
)
def test_what_check_digits_let_pass_depends_on_the_kind_of_id(value: object, share: float) -> None:
    assert passing_share(value) == share


def test_a_print_may_be_an_amount_if_a_likely_reading_is_one() -> None:
    assert has_plausible_value("total", lattice("V1O6.00"), None)
    assert has_plausible_value("items.0.tax_rate", lattice("136", {2: {"%": 0.1}}), None)
    assert not has_plausible_value("items.0.tax_rate", lattice("136", {2: {"%": 0.001}}), None)
    assert not has_plausible_value("total", lattice("合计"), None)


def test_nothing_may_be_a_field_that_is_not_spelled() -> None:
    assert not has_plausible_value("buyer.name", lattice("113.00"), None)


@pytest.mark.parametrize(
    ("path", "text", "variants"),
    [
        ("total", "1106.00", ["1106.00", "106.00"]),
        ("total", "¥1106.00", ["¥1106.00"]),
        ("total", "906.00", ["906.00"]),
        ("total", "106.00", ["106.00"]),
        ("total", "10.06", ["10.06", "0.06"]),
        ("items.0.amount", "1106.00", ["1106.00", "-1106.00"]),
        ("items.0.quantity", "-2", ["-2"]),
    ],
)
def test_the_first_digit_of_a_sum_may_be_its_sign_and_a_figure_of_a_row_may_have_lost_it(
    path: str, text: str, variants: list[str]
) -> None:
    spelled = spelling(path, None)

    assert spelled is not None
    assert [variant for variant, _ in spelled.variants(text)] == variants
    assert sum(share for _, share in spelled.variants(text)) == 1.0
