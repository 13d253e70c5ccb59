from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from witnesses import said

from invoiceocr.adjudication.fusion import Fused, comparable, fuse, rank, ranks
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.qr_witness import PLAIN, PROVEN
from invoiceocr.kinds import builtin
from invoiceocr.proof import WitnessSource


def value(*candidates: Candidate) -> object:
    (field,) = fuse(candidates, None).values()
    return field.chosen.value


# who is believed


ORDER: list[tuple[WitnessSource, float]] = [
    ("xml", 1.0), ("ofd", 1.0), ("qr", PROVEN), ("text_layer", 1.0), ("qr", PLAIN), ("ocr", 0.99),
]  # fmt: skip


@pytest.mark.parametrize(("better", "worse"), list(pairwise(ORDER)))
def test_sources_are_believed_in_this_order(
    better: tuple[WitnessSource, float], worse: tuple[WitnessSource, float]
) -> None:
    assert value(said("number", "11111111", *worse), said("number", "22222222", *better)) == "22222222"
    assert rank(said("number", "1", *better)) > rank(said("number", "1", *worse))


def test_another_order_lets_another_source_be_believed_and_leaves_the_rest() -> None:
    said_thrice = [said("number", "1", "xml"), said("number", "2", "text_layer"), said("number", "3", "ofd")]

    assert fuse(said_thrice, None, ranks(["text_layer"]))["number"].chosen.value == "2"
    assert fuse(said_thrice[::2], None, ranks(["text_layer"]))["number"].chosen.value == "1"
    assert fuse(said_thrice, None, ranks())["number"].chosen.value == "1"


def test_the_item_rows_are_those_of_the_source_that_is_believed_first() -> None:
    rows = [said(f"items.{row}.amount", "1.00", "xml") for row in range(2)] + [said("items.0.amount", "2.00")]

    assert fuse(rows, None, ranks(["text_layer"])).keys() == {"items.0.amount"}


def test_many_weak_witnesses_do_not_outvote_a_strong_one() -> None:
    weak = [said("number", "11111111", "ocr", 0.99) for _ in range(5)]

    assert value(*weak, said("number", "22222222", "text_layer")) == "22222222"


def test_of_two_readings_of_the_same_rank_the_surer_one_is_chosen() -> None:
    assert value(said("total", "186.00", "ocr", 0.6), said("total", "106.00", "ocr", 0.9)) == Decimal("106.00")


def test_a_value_read_twice_beats_one_read_once_a_little_surer() -> None:
    twice = [said("total", "106.00", "ocr", 0.85), said("total", "106.00", "ocr", 0.8)]

    assert value(*twice, said("total", "186.00", "ocr", 0.9)) == Decimal("106.00")


def test_the_value_is_one_that_a_witness_gave() -> None:
    candidates = [said("total", "100.00", "ocr", 0.9), said("total", "102.00", "ocr", 0.9)]

    assert value(*candidates) in {candidate.value for candidate in candidates}


# agreement


def test_agreeing_witnesses_stand_together_whatever_their_source() -> None:
    (field,) = fuse([said("number", "12345678", source) for source in ("ocr", "qr", "xml")], None).values()

    assert field.sources == {"ocr", "qr", "xml"}
    assert field.contradicting == ()


def test_those_that_say_otherwise_are_kept() -> None:
    fused = fuse([said("number", "12345678", "xml"), said("number", "12345679", "text_layer")], None)

    assert fused["number"].chosen.source == "xml"
    assert [candidate.value for candidate in fused["number"].contradicting] == ["12345679"]


@pytest.mark.parametrize(
    ("path", "a", "b"),
    [
        ("total", Decimal("100.00"), Decimal("100")),
        ("total", Decimal("0.00"), Decimal("0")),
        ("quantity", Decimal("1E+2"), Decimal("100")),
        ("buyer.name", "样例（上海）有限公司", "样例(上海) 有限公司"),
        ("seller.tax_id", "91110105ma01abcd5f", "91110105MA01ABCD5F"),
        ("total_in_words", "壹佰圆整", "壹佰元正"),
        ("total_in_words", "（负数）壹佰圆整", "负壹佰元整"),
        ("issue_date", date(2024, 3, 5), date(2024, 3, 5)),
    ],
)
def test_the_same_value_in_two_spellings_agrees(path: str, a: object, b: object) -> None:
    assert comparable(path, a, None) == comparable(path, b, None)


@pytest.mark.parametrize(
    ("path", "a", "b"),
    [
        ("total", Decimal("100.00"), Decimal("-100.00")),
        ("total_in_words", "壹佰圆整", "贰佰圆整"),
        ("total_in_words", "壹佰圆整", "（负数）壹佰圆整"),
        ("buyer.name", "样例一有限公司", "样例二有限公司"),
        ("code", "031001900111", "31001900111"),
    ],
)
def test_different_values_do_not_agree(path: str, a: object, b: object) -> None:
    assert comparable(path, a, None) != comparable(path, b, None)


@pytest.mark.parametrize(("kind", "agree"), [("taxi", True), ("toll", False)])
def test_values_are_compared_by_the_type_that_the_kind_gives_the_field(kind: str, agree: bool) -> None:
    plates = said("plate_number", "京A·12345", "text_layer"), said("plate_number", "A-12345", "ocr")
    assert (len(fuse(plates, builtin()[kind])["plate_number"].agreeing) == len(plates)) is agree


def test_the_chosen_spelling_is_that_of_the_most_trusted_witness() -> None:
    assert (
        value(said("buyer.name", "样例(上海)有限公司", "ocr"), said("buyer.name", "样例（上海）有限公司", "xml"))
        == "样例（上海）有限公司"
    )


# item rows


def rows(source: WitnessSource, *amounts: str) -> list[Candidate]:
    return [said(f"items.{index}.amount", amount, source) for index, amount in enumerate(amounts)]


def test_rows_are_those_of_the_most_trusted_source() -> None:
    fused = fuse([*rows("text_layer", "1.00", "2.00", "3.00"), *rows("xml", "6.00")], None)

    assert {path: field.chosen.value for path, field in fused.items()} == {"items.0.amount": Decimal("6.00")}


def test_rows_of_two_sources_that_count_alike_are_witnesses_of_each_other() -> None:
    fused = fuse([*rows("text_layer", "1.00", "2.00"), *rows("xml", "1.00", "2.00")], None)

    assert all(field.sources == {"text_layer", "xml"} for field in fused.values())


def test_a_source_without_rows_takes_none_away() -> None:
    fused = fuse([*rows("ocr", "1.00", "2.00"), said("number", "12345678", "xml")], None)

    assert set(fused) == {"items.0.amount", "items.1.amount", "number"}


# what is no field


def test_the_kind_is_no_field() -> None:
    assert fuse([said("kind", "toll", "xml")], None) == {}


def test_nothing_said_is_nothing_fused() -> None:
    assert fuse([], None) == {}


# properties


sources = st.sampled_from(["xml", "ofd", "qr", "text_layer", "ocr"])
candidates = st.lists(
    st.builds(
        said,
        st.sampled_from(["total", "number", "items.0.amount", "items.1.amount", "buyer.name"]),
        st.sampled_from(["1", "2", "3"]),
        sources,
        st.sampled_from([0.5, 0.9, 0.98, 0.9999, 1.0]),
    ),
    max_size=12,
)


def summary(fused: dict[str, Fused]) -> dict[str, tuple[object, int, int]]:
    return {
        path: (comparable(path, field.chosen.value, None), len(field.agreeing), len(field.contradicting))
        for path, field in fused.items()
    }


@given(candidates, st.randoms())
def test_the_order_of_witnesses_matters_only_where_two_values_are_equally_well_supported(
    some: list[Candidate], chance: object
) -> None:
    mixed = list(some)
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    one, other = fuse(some, None), fuse(mixed, None)

    assert set(one) == set(other)
    for path, field in one.items():
        if summary(one)[path] != summary(other)[path]:
            assert support(field) == support(other[path])


def support(field: Fused) -> tuple[int, float]:
    """Rank, most confident reading and count of the chosen value."""
    best = max(map(rank, field.agreeing))
    return best, max(c.confidence for c in field.agreeing if rank(c) == best) + 0.3 * (len(field.agreeing) - 1)


@given(candidates)
def test_every_witness_of_a_fused_field_agrees_or_contradicts(some: list[Candidate]) -> None:
    for path, field in fuse(some, None).items():
        heard = [*field.agreeing, *field.contradicting]
        assert field.chosen in field.agreeing
        assert {id(c) for c in heard} <= {id(c) for c in some if c.path == path}
        assert len({comparable(path, c.value, None) for c in field.agreeing}) == 1
        assert comparable(path, field.chosen.value, None) not in {
            comparable(path, c.value, None) for c in field.contradicting
        }


@given(candidates)
def test_no_witness_of_a_higher_rank_is_ever_contradicted(some: list[Candidate]) -> None:
    for field in fuse(some, None).values():
        assert all(rank(candidate) <= rank(field.chosen) for candidate in field.contradicting)


def test_the_surer_of_two_readings_of_a_print_is_the_value() -> None:
    first = said("number", "25322000000011529689", "ocr", 0.8)
    again = replace(said("number", "25322000000011529888", "ocr", 0.99), second=True)

    assert fuse([first, again], None)["number"].chosen is again
    assert fuse([replace(first, confidence=0.995), again], None)["number"].chosen.value == first.value


def test_an_unsure_second_reading_never_is_while_there_is_another() -> None:
    first = said("total", "106.00", "ocr", 0.3)
    again = replace(said("total", "186.00", "ocr", 0.9), second=True)

    field = fuse([first, again], None)["total"]

    assert (field.chosen, field.contradicting) == (first, (again,))


def test_of_two_readings_that_agree_the_first_is_the_one_taken() -> None:
    first = said("total", "106.00", "ocr", 0.9)
    again = replace(said("total", "106.00", "ocr", 0.99), second=True)

    field = fuse([again, first], None)["total"]

    assert (field.chosen, len(field.agreeing), field.sources) == (first, 2, frozenset({"ocr"}))
