from dataclasses import replace

import pytest

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.name_support import supports
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import Box
from invoiceocr.rules.engine import RuleReport, RuleResult

NAME = Candidate("seller.name", "样品餐饮管理有限公司", "样品餐饮管理有限公司", "text_layer", box=Box(50, 20, 140, 29))
TAX_ID = Candidate("seller.tax_id", "91110105MA01ABCD5F", "91110105MA01ABCD5F", "text_layer", box=Box(140, 45, 240, 54))


def proven(name: Candidate = NAME, number: Candidate = TAX_ID, *failed: str) -> bool:
    fused = {candidate.path: Fused(candidate, (candidate,)) for candidate in (name, number)}
    results = (RuleResult("a", "fail", failed, repair=failed),) if failed else ()
    return supports(fused, RuleReport(results)) == {"seller.name": {"checksum"}}


def test_a_company_beside_its_checked_tax_id_is_proven_by_its_block() -> None:
    assert proven()


def test_a_record_s_name_and_tax_id_stand_in_one_element() -> None:
    name, number = (replace(each, source="xml", box=None) for each in (NAME, TAX_ID))

    assert proven(name, number)


@pytest.mark.parametrize(
    "name",
    [
        replace(NAME, source="ocr"),
        replace(NAME, placed=False),
        replace(NAME, unseen=True),
        replace(NAME, page=2),
        replace(NAME, value="样品餐饮管理有限公可", text="样品餐饮管理有限公可"),
        replace(NAME, value="样品（餐饮管理有限公司", text="样品（餐饮管理有限公司"),
        replace(NAME, value="张三", text="张三", box=Box(50, 20, 68, 29)),
    ],
    ids=["recognized", "not placed", "not shown", "other page", "no legal form", "open bracket", "person"],
)
def test_another_name_is_not(name: Candidate) -> None:
    assert not proven(name)


@pytest.mark.parametrize(
    ("name", "is_one_name"),
    [
        ("93样品餐饮管理有限公司", False),
        ("样品市样品市餐饮管理有限公司", False),
        ("样品餐饮样品餐饮管理有限公司", False),
        ("样品市餐饮有限公司样品市分公司", True),
    ],
)
def test_a_number_or_a_part_of_the_name_before_it_is_another_print(name: str, is_one_name: bool) -> None:
    record = replace(NAME, value=name, text=name, source="xml", box=None)

    assert proven(record, replace(TAX_ID, source="xml", box=None)) is is_one_name


@pytest.mark.parametrize("number", [replace(TAX_ID, value="91110105MA01ABCD5G"), replace(TAX_ID, placed=False)])
def test_a_tax_id_that_is_not_proven_itself_proves_no_name(number: Candidate) -> None:
    assert not proven(NAME, number)


@pytest.mark.parametrize("box", [Box(140, 5, 240, 14), Box(140, 90, 240, 99), Box(400, 45, 500, 54)])
def test_a_tax_id_elsewhere_proves_no_name(box: Box) -> None:
    assert not proven(NAME, replace(TAX_ID, box=box))


def test_a_gap_between_the_characters_may_be_a_character_that_was_lost() -> None:
    assert not proven(replace(NAME, box=Box(50, 20, 149, 29)))


def test_a_failed_rule_about_either_keeps_the_name_unproven() -> None:
    assert not proven(NAME, TAX_ID, "seller.name")
    assert not proven(NAME, TAX_ID, "buyer.tax_id", "seller.tax_id")


# names in pixels

READ = replace(NAME, source="ocr", confidence=0.97)
AGAIN = replace(READ, second=True, confidence=0.99)
READ_ID = replace(TAX_ID, source="ocr")


def proven_in_pixels(*names: Candidate, against: tuple[Candidate, ...] = (), number: Candidate = READ_ID) -> bool:
    fused = {"seller.name": Fused(names[0], names, against), "seller.tax_id": Fused(number, (number,))}
    return supports(fused, RuleReport(())) == {"seller.name": {"checksum"}}


def test_a_recognized_name_is_proven_where_both_recognizers_read_it_alike() -> None:
    assert proven_in_pixels(READ, AGAIN)


def test_a_recognized_name_is_not_proven_by_one_reading() -> None:
    assert not proven_in_pixels(READ)


def test_an_unclear_first_reading_keeps_a_name_unproven() -> None:
    assert not proven_in_pixels(replace(READ, confidence=0.8), AGAIN)


def test_another_reading_of_the_name_keeps_it_unproven() -> None:
    other = replace(READ, value="样晶餐饮管理有限公司", text="样晶餐饮管理有限公司")

    assert not proven_in_pixels(READ, AGAIN, against=(other,))


def test_a_recognized_name_far_from_the_tax_id_is_not_proven() -> None:
    assert not proven_in_pixels(READ, AGAIN, number=replace(READ_ID, box=Box(140, 90, 240, 99)))
