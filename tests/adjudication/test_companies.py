from dataclasses import replace

import lattices
from witnesses import said

from invoiceocr.adjudication.companies import corrections, witnesses
from invoiceocr.adjudication.fusion import fuse
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.settings import Company

TITLE, TAX_ID, OTHER_ID = "测试（青岛）采购有限公司", "91110105MA01ABCD5F", "91350100M000100Y43"
OWN = (Company(name="样例有限公司"), Company(name=TITLE, tax_id=TAX_ID))


def told(*candidates: Candidate) -> set[str]:
    """The paths for which the list of companies is a witness."""
    return {claim.path for claim in witnesses(fuse(candidates, None), OWN)}


def misread(text: str, seen: dict[int, dict[str, float]]) -> Candidate:
    """A buyer's name read as *text*, with what else the recognizer saw by place."""
    return Candidate("buyer.name", text, text, "ocr", 0.6, lattice=lattices.lattice(text, seen))


def test_title_and_id_that_stand_together_confirm_each_other() -> None:
    assert told(said("buyer.name", TITLE), said("buyer.tax_id", TAX_ID)) == {"buyer.name", "buyer.tax_id"}


def test_brackets_and_blanks_make_no_other_title() -> None:
    assert told(said("seller.name", "测试(青岛)采购 有限公司"), said("seller.tax_id", TAX_ID))


def test_another_title_or_another_id_is_confirmed_by_nothing() -> None:
    assert told(said("buyer.name", "另外有限公司"), said("buyer.tax_id", TAX_ID)) == set()
    assert told(said("buyer.name", TITLE), said("buyer.tax_id", OTHER_ID)) == set()
    assert told(said("buyer.name", TITLE)) == set()


def test_a_title_whose_id_is_unknown_confirms_nothing() -> None:
    assert told(said("buyer.name", "样例有限公司"), said("buyer.tax_id", TAX_ID)) == set()


def test_an_id_that_both_parties_got_from_blocks_that_run_together_is_not_confirmed() -> None:
    unplaced = [replace(said(f"{party}.tax_id", TAX_ID, "ocr"), placed=False) for party in ("buyer", "seller")]

    assert told(said("buyer.name", TITLE), said("seller.name", TITLE), *unplaced) == set()


def test_an_unplaced_id_of_the_buyer_is_confirmed_where_the_seller_has_another() -> None:
    unplaced = replace(said("buyer.tax_id", TAX_ID, "ocr"), placed=False)

    assert told(said("buyer.name", TITLE), unplaced, said("seller.tax_id", OTHER_ID))


def test_a_misread_title_beside_one_s_own_id_is_corrected_to_what_was_seen_second() -> None:
    read = misread("测试（青岛）采购有恨公司", {9: {"限": 0.3}})

    found = corrections(fuse([read, said("buyer.tax_id", TAX_ID)], None), OWN)

    assert (found["buyer.name"].new, found["buyer.name"].old) == (TITLE, read.value)
    assert found["buyer.name"].reasons[0].rule == "own-company"


def test_a_title_that_nobody_saw_is_not_put_in_place_of_another() -> None:
    read = misread("测试（青岛）采购有恨公司", {9: {"很": 0.3}})

    assert corrections(fuse([read, said("buyer.tax_id", TAX_ID)], None), OWN) == {}


def test_characters_of_a_text_layer_are_never_corrected() -> None:
    assert corrections(fuse([said("buyer.name", "测试采购"), said("buyer.tax_id", TAX_ID)], None), OWN) == {}
