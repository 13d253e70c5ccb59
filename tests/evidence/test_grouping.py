from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from witnesses import said, sheet

from invoiceocr.evidence.candidate import Candidate, EmbeddedRecord
from invoiceocr.evidence.draft import Draft
from invoiceocr.evidence.grouping import drafts, with_unshown
from invoiceocr.evidence.reading import Reading
from invoiceocr.evidence.row_paths import item_count
from invoiceocr.geometry import Box
from invoiceocr.page import Page
from invoiceocr.proof import WitnessSource

KIND = "digital_ordinary"
COPIES: tuple[tuple[int, WitnessSource], ...] = ((1, "text_layer"), (11, "ocr"))


def page(number: int, *candidates: Candidate, kind: str = KIND, is_list: bool = False) -> Reading:
    return Reading(sheet(number), kind, candidates, ("number", "total"), is_list)


def invoice(number: int, name: str, *amounts: str) -> Reading:
    """Page *number* with the invoice called *name*."""
    return page(number, said("number", name, page=number), *rows(*amounts), said("total", "9.00", page=number))


def rows(*amounts: str) -> list[Candidate]:
    return [said(f"items.{index}.amount", amount) for index, amount in enumerate(amounts)]


def amounts(draft: Draft) -> list[object]:
    return [draft.values(f"items.{index}.amount")[0] for index in range(item_count(draft.candidates))]


def test_a_page_is_an_invoice_with_its_size_and_what_it_should_have() -> None:
    (draft,) = drafts([invoice(1, "11111111")], ())

    assert (draft.kind, draft.page, draft.expected) == (KIND, 1, ("number", "total"))
    assert draft.page_sizes == ((1, (600.0, 390.0)),)


def test_two_numbers_are_two_invoices() -> None:
    found = drafts([invoice(1, "11111111", "1.00"), invoice(2, "22222222", "2.00")], ())

    assert [(draft.page, draft.values("number"), amounts(draft)) for draft in found] == [
        (1, ["11111111"], [Decimal("1.00")]),
        (2, ["22222222"], [Decimal("2.00")]),
    ]


def test_a_page_with_the_same_number_goes_on_with_the_items() -> None:
    (draft,) = drafts([invoice(1, "11111111", "1.00", "2.00"), invoice(2, "11111111", "3.00")], ())

    assert amounts(draft) == [Decimal("1.00"), Decimal("2.00"), Decimal("3.00")]
    assert [number for number, _ in draft.page_sizes] == [1, 2]


def test_the_sums_are_those_of_the_last_page_that_has_them() -> None:
    first = page(1, said("number", "11111111"), said("total", "5.00"))
    second = page(2, said("number", "11111111"), said("total", "9.00"))
    third = page(3, said("number", "11111111"), *rows("1.00"))

    (draft,) = drafts([first, second, third], ())

    assert draft.values("total") == [Decimal("9.00")]


def test_a_page_of_another_kind_with_the_same_number_is_another_invoice() -> None:
    assert len(drafts([invoice(1, "11111111"), page(2, said("number", "11111111"), kind="toll")], ())) == 2


def test_pages_without_a_number_are_not_thrown_together() -> None:
    assert len(drafts([page(1, said("total", "1.00")), page(2, said("total", "1.00"))], ())) == 2


def trips(number: int, *cells: str, total: str | None = None) -> Reading:
    """Page *number* of a list of trips with their amounts, and the total where it stands there."""
    told = [said(f"trips.{index}.amount", amount) for index, amount in enumerate(cells)]
    sums = [said("total", total)] if total else []
    return Reading(sheet(number), "ride_itinerary", (*told, *sums), ("total", "trip_count"))


def trip_amounts(draft: Draft) -> list[object]:
    rows = {c.path: c.value for c in draft.candidates if c.path.endswith(".amount")}
    return [rows[f"trips.{row}.amount"] for row in range(len(rows))]


def test_a_page_goes_on_with_a_list_that_is_not_numbered() -> None:
    (draft,) = drafts([trips(1, "1.00", "2.00", total="6.00"), trips(2, "3.00")], ())

    assert trip_amounts(draft) == [Decimal("1.00"), Decimal("2.00"), Decimal("3.00")]
    assert draft.values("total") == [Decimal("6.00")]


def test_the_total_of_a_list_may_stand_on_its_last_page() -> None:
    (draft,) = drafts([trips(1, "1.00", "2.00"), trips(2, "3.00"), trips(3, "4.00", total="10.00")], ())

    assert trip_amounts(draft) == [Decimal("1.00"), Decimal("2.00"), Decimal("3.00"), Decimal("4.00")]


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(trips(2, "4.00", total="4.00"), id="another total"),
        pytest.param(trips(2, "4.00"), id="too much for the total"),
        pytest.param(trips(2, "1.00", "2.00", total="6.00"), id="the same page"),
    ],
)
def test_a_page_of_another_list_is_another_list(second: Reading) -> None:
    assert len(drafts([trips(1, "1.00", "2.00", total="6.00"), second], ())) == 2


def test_a_list_that_makes_its_sum_is_whole() -> None:
    assert len(drafts([trips(1, "1.00", "2.00", total="3.00"), trips(2, "3.00")], ())) == 2


def test_rows_other_than_items_go_on_and_are_told_once() -> None:
    told = [said("details.0.departure", "东山"), said("details.0.arrival", "西河")]
    other = [said("details.0.departure", "东山"), said("details.0.arrival", "南江")]
    pages = [page(number, said("number", "11111111"), *cells) for number, cells in enumerate((told, told, other), 1)]

    (draft,) = drafts(pages, ())

    assert [draft.values(f"details.{row}.arrival") for row in (0, 1, 2)] == [["西河"], ["南江"], []]


def test_a_list_replaces_the_row_that_refers_to_it() -> None:
    (draft,) = drafts([invoice(1, "11111111", "9.00"), page(2, *rows("4.00", "5.00"), kind="other", is_list=True)], ())

    assert amounts(draft) == [Decimal("4.00"), Decimal("5.00")]
    assert draft.values("total") == [Decimal("9.00")]


def test_a_list_over_two_pages_is_one_list() -> None:
    lists = [page(number, *rows("4.00"), kind="other", is_list=True) for number in (2, 3)]

    (draft,) = drafts([invoice(1, "11111111", "8.00"), *lists], ())

    assert len(amounts(draft)) == 2


def test_a_list_replaces_the_discount_beside_the_row_that_refers_to_it() -> None:
    own = (*rows("10.00", "-1.00"), said("items.0.name", "（详见销货清单）"), said("items.1.name", "折扣"))

    (draft,) = drafts([page(1, said("number", "11111111"), *own), page(2, *rows("4.00", "5.00"), is_list=True)], ())

    assert amounts(draft) == [Decimal("4.00"), Decimal("5.00")]


def test_a_list_adds_to_rows_of_which_none_refers_to_it() -> None:
    (draft,) = drafts([invoice(1, "11111111", "1.00", "2.00"), page(2, *rows("4.00"), is_list=True)], ())

    assert amounts(draft) == [Decimal("1.00"), Decimal("2.00"), Decimal("4.00")]


def test_a_list_without_legible_rows_leaves_the_row_of_the_invoice() -> None:
    (draft,) = drafts([invoice(1, "11111111", "9.00"), page(2, kind="other", is_list=True)], ())

    assert amounts(draft) == [Decimal("9.00")]


def test_a_list_before_any_invoice_stands_alone() -> None:
    found = drafts([page(1, *rows("4.00"), kind="other", is_list=True), invoice(2, "11111111", "9.00")], ())

    assert [draft.kind for draft in found] == ["other", KIND]


def test_text_of_all_pages_is_kept() -> None:
    found = drafts([page(1, kind="other"), page(2, kind="other")], ())

    assert len(found) == 2


# stated facts


def facts(*candidates: Candidate, page: int | None = None) -> EmbeddedRecord:
    return EmbeddedRecord(candidates, page)


def test_facts_join_the_invoice_with_their_number_and_speak_first() -> None:
    stated = facts(said("number", "22222222", "xml"), said("total", "2.00", "xml"))

    found = drafts([invoice(1, "11111111"), invoice(2, "22222222")], [stated])

    assert [draft.values("total") for draft in found] == [[Decimal("9.00")], [Decimal("2.00"), Decimal("9.00")]]


def test_facts_without_a_number_join_the_invoice_of_their_page() -> None:
    found = drafts([invoice(1, "11111111"), invoice(2, "22222222")], [facts(said("drawer", "王五", "ofd"), page=2)])

    assert [draft.values("drawer") for draft in found] == [[], ["王五"]]


def test_facts_join_the_only_page_where_its_number_is_illegible() -> None:
    (draft,) = drafts([page(1, said("total", "9.00"))], [facts(said("number", "22222222", "xml"))])

    assert draft.values("number") == ["22222222"]


def test_facts_of_no_page_are_an_invoice_of_their_own() -> None:
    stated = facts(said("kind", "digital_special", "xml"), said("number", "33333333", "xml"))

    found = drafts([invoice(1, "11111111")], [stated])

    assert [(draft.kind, draft.values("number")) for draft in found] == [
        (KIND, ["11111111"]),
        ("digital_special", ["33333333"]),
    ]


def twin(source: WitnessSource, number: str, total: str = "9.00") -> tuple[Candidate, ...]:
    """An invoice that is known by its sum, its day and its parties."""
    told = {"number": number, "total": total, "issue_date": "2025-06-01", "buyer.name": "甲", "seller.name": "乙"}
    return tuple(said(path, value, source) for path, value in told.items())


def test_the_only_statement_that_differs_in_nothing_but_its_number_is_about_the_only_page() -> None:
    (draft,) = drafts([page(1, *twin("text_layer", "11111111"))], [facts(*twin("xml", "11111112"))])

    assert draft.values("number") == ["11111112", "11111111"]


def test_a_statement_that_differs_in_more_is_another_invoice() -> None:
    found = drafts([page(1, *twin("text_layer", "11111111"))], [facts(*twin("xml", "11111112", "8.00"))])

    assert [draft.values("number") for draft in found] == [["11111111"], ["11111112"]]


def test_of_two_statements_the_one_without_a_page_is_another_invoice() -> None:
    stated = [facts(*twin("xml", "11111112")), facts(*twin("xml", "11111111"))]

    found = drafts([page(1, *twin("text_layer", "11111111"))], stated)

    assert [draft.values("number") for draft in found] == [["11111111", "11111111"], ["11111112"]]


def test_facts_without_any_page_are_an_invoice() -> None:
    (draft,) = drafts([], [facts(said("kind", "toll", "xml"), said("number", "11111111", "xml"), page=1)])

    assert (draft.kind, draft.page) == ("toll", 1)


def test_an_invoice_that_only_an_attachment_states_is_unshown_beside_those_that_pages_show() -> None:
    attached = EmbeddedRecord((said("number", "22222222", "xml"), said("total", "5.00", "xml")))

    beside = drafts([invoice(1, "11111111", "1.00")], (attached,))
    alone = drafts([], (attached,))
    behind_a_letter = drafts([page(1, kind="other")], (attached,))

    assert [draft.unshown for draft in beside] == [False, True]
    assert [draft.unshown for draft in (*alone, *behind_a_letter)].count(True) == 0


def test_an_invoice_that_an_attachment_of_blank_pages_states_is_an_error() -> None:
    blank = [Reading(Page(number, 600, 400), "other", ()) for number in (1, 2)]
    letter = [page(1, said("amounts.0", "9.00"), kind="other"), blank[1]]
    stated = drafts(blank, [facts(said("kind", "toll", "xml"), said("number", "11111111", "xml"))])

    assert {note.rule for draft in with_unshown(stated, blank) for note in draft.notes} == {"invoice-not-shown"}
    assert not any(draft.notes for draft in with_unshown(stated, letter))


def test_a_page_of_which_only_the_qr_code_can_be_read_is_not_blank() -> None:
    coded = [Reading(Page(1, 600, 400, qr_payloads=("01,04",)), "other", ())]
    (stated,) = drafts(coded, [facts(said("kind", "toll", "xml"), said("number", "11111111", "xml"))])[:1]

    assert not with_unshown([stated], coded)[0].notes


def test_the_stated_kind_counts_where_the_page_has_none() -> None:
    stated = facts(said("kind", "toll", "xml"), said("number", "11111111", "xml"))

    (known,) = drafts([invoice(1, "11111111")], [stated])
    (unknown,) = drafts([page(1, said("number", "11111111"), kind="other")], [stated])

    assert (known.kind, unknown.kind) == (KIND, "toll")


def test_nothing_is_no_invoice() -> None:
    assert drafts([], ()) == []


def test_items_are_counted_by_their_highest_row() -> None:
    assert item_count([said("items.3.amount", "1.00"), said("items.0.name", "a"), said("total", "1.00")]) == 4
    assert item_count([]) == 0


def whole(number: int, *amounts: str, excluding: str = "3.00") -> Reading:
    """Page *number* with rows and all sums of the invoice."""
    sums = (said("total_excluding_tax", excluding, page=number), said("total", "9.00", page=number))
    return page(number, said("number", "11111111", page=number), *rows(*amounts), *sums)


def test_the_same_page_again_is_a_copy_and_adds_no_rows() -> None:
    other = invoice(2, "22222222", "5.00")

    first, second = drafts([whole(1, "1.00", "2.00"), other, whole(3, "1.00", "2.00")], ())

    assert (amounts(first), amounts(second)) == ([Decimal("1.00"), Decimal("2.00")], [Decimal("5.00")])
    assert [number for number, _ in first.page_sizes] == [1, 3]


def dated(number: int, value: date, source: WitnessSource = "text_layer") -> Reading:
    """The page of an invoice, complete, with its date."""
    found = whole(number, "1.00", "2.00")
    return replace(found, candidates=(*found.candidates, said("issue_date", value, source, page=number)))


def test_a_copy_that_states_another_date_is_an_error() -> None:
    (draft,) = drafts([dated(1, date(2025, 6, 1)), dated(2, date(2025, 6, 11))], ())

    assert [(note.rule, note.severity, note.fields) for note in draft.notes] == [
        ("witness-conflict", "error", ("issue_date",))
    ]
    assert draft.values("issue_date") == [date(2025, 6, 1)]


def test_a_copy_whose_date_is_the_same_or_only_recognized_is_no_error() -> None:
    pairs = [[dated(1, date(2025, 6, 1)), dated(2, date(2025, 6, day), source)] for day, source in COPIES]

    assert [draft.notes for pair in pairs for draft in drafts(pair, ())] == [(), ()]


def test_a_copy_with_a_misread_row_is_known_by_the_same_rows() -> None:
    (draft,) = drafts([whole(1, "1.00", "7.00"), whole(2, "1.00", "7.00")], ())

    assert amounts(draft) == [Decimal("1.00"), Decimal("7.00")]


def test_a_second_page_with_the_same_rows_goes_on_where_only_both_make_the_sum() -> None:
    (draft,) = drafts([whole(1, "1.50"), whole(2, "1.50")], ())

    assert amounts(draft) == [Decimal("1.50"), Decimal("1.50")]


def tagged(path: str, text: str, box: Box, source: WitnessSource = "ofd") -> Candidate:
    return Candidate(path, text, text, source, page=1, box=box)


def test_a_tag_of_the_last_line_of_a_text_does_not_beat_the_whole_print() -> None:
    whole = tagged("remarks", "第一行;\n第二行;", Box(30, 300, 300, 320))
    cut = tagged("remarks", "第二行;", Box(30, 311, 300, 320))

    (draft,) = drafts([page(1, said("number", "1"), whole)], [facts(said("number", "1", "ofd"), cut)])

    assert draft.values("remarks") == ["第一行;\n第二行;"]


def test_a_tag_of_a_whole_line_stays_beside_a_print_that_took_in_its_caption() -> None:
    stuck = tagged("buyer.name", "名称某某公司", Box(30, 300, 300, 310))
    tag = tagged("buyer.name", "某某公司", Box(60, 300, 300, 310))

    (draft,) = drafts([page(1, said("number", "1"), stuck)], [facts(said("number", "1", "ofd"), tag)])

    assert draft.values("buyer.name") == ["某某公司", "名称某某公司"]


SELLER = tagged("seller.name", "某某公司", Box(100, 80, 200, 90))


@pytest.mark.parametrize("path", ["remarks", "payee"])
def test_a_tag_that_points_to_the_print_of_another_field_says_nothing(path: str) -> None:
    tag = tagged(path, "某某公司", Box(100, 80, 200, 90))

    (draft,) = drafts([page(1, said("number", "1"), SELLER)], [facts(said("number", "1", "ofd"), tag)])

    assert draft.values(path) == []


def test_a_tag_of_the_remarks_that_points_beside_them_does_not_beat_them() -> None:
    remarks = tagged("remarks", "合同号1", Box(30, 300, 300, 310))
    tag = tagged("remarks", "下载次数：1", Box(400, 10, 460, 20))

    (draft,) = drafts([page(1, said("number", "1"), remarks)], [facts(said("number", "1", "ofd"), tag)])

    assert draft.values("remarks") == ["合同号1"]


def test_a_tag_of_an_account_that_the_remarks_quote_is_kept() -> None:
    remarks = tagged("remarks", "银行账号:1", Box(30, 300, 300, 310))
    tag = tagged("seller.bank_account", "银行账号:1", Box(30, 300, 300, 310))

    (draft,) = drafts([page(1, said("number", "1"), remarks)], [facts(said("number", "1", "ofd"), tag)])

    assert draft.values("seller.bank_account") == ["银行账号:1"]


def part(number: str, total: str = "9.00", code: str = "144001900111", place: float = 0.0) -> Reading:
    """One of several papers on page 1."""
    told = [said("number", number), said("total", total), said("code", code), said("travel_date", "2025-01-02")]
    told.append(said("boarding_time", "10:25"))
    return replace(page(1, *told), box=Box(place, 0.0, place + 100.0, 300.0), rotation=90)


def test_a_draft_has_the_place_of_its_paper() -> None:
    (draft,) = drafts([part("11111111")], ())

    assert (draft.box, draft.rotation) == (Box(0.0, 0.0, 100.0, 300.0), 90)


def test_prints_of_one_paper_on_a_picture_are_one_invoice() -> None:
    found = drafts([part("11111111"), part("11111111", total="8.00", place=200.0)], ())

    assert [draft.values("number") for draft in found] == [["11111111"]]


def test_prints_of_one_ticket_are_known_by_its_own_number() -> None:
    def ticket(number: str, place: float) -> Reading:
        told = (said("ticket_number", number), said("total", "9.00"))
        return replace(page(1, *told, kind="train"), box=Box(place, 0.0, place + 100.0, 300.0))

    assert len(drafts([ticket("Z123456", 0.0), ticket("Z123456", 200.0)], ())) == 1
    assert len(drafts([ticket("Z123456", 0.0), ticket("Z654321", 200.0)], ())) == 2


def test_a_print_may_be_misread_in_one_digit_of_its_number() -> None:
    assert len(drafts([part("11111111"), part("11171111", place=200.0)], ())) == 1


def test_papers_with_neighboring_numbers_and_other_values_are_two_invoices() -> None:
    assert len(drafts([part("11111111"), part("11111112", total="8.00", place=200.0)], ())) == 2


def test_papers_with_the_same_number_and_other_codes_are_two_invoices() -> None:
    assert len(drafts([part("11111111"), part("11111111", code="144001800111", place=200.0)], ())) == 2


def test_papers_that_differ_in_their_number_alone_are_two_invoices_unless_something_is_told_of_one_only() -> None:
    consecutive = [
        replace(part(number, place=place), candidates=tuple(said(*told) for told in (("number", number), *told)))
        for number, place in (("11111111", 0.0), ("11111112", 200.0))
        for told in [(("total", "9.00"), ("code", "144001900111"), ("seller.name", "甲"), ("issue_date", "2025-01-02"))]
    ]

    assert len(drafts(consecutive, ())) == 2


def summed(number: int, total: str, amount: str, tax: str) -> Reading:
    sums = (said("total", total), said("total_excluding_tax", amount), said("total_tax", tax))
    return page(number, said("number", "11111111"), *sums)


def test_papers_of_one_number_with_different_totals_are_two_invoices_with_an_error() -> None:
    found = drafts([summed(1, "113.00", "100.00", "13.00"), summed(2, "226.00", "200.00", "26.00")], ())

    assert [draft.values("total") for draft in found] == [[Decimal("113.00")], [Decimal("226.00")]]
    assert [[(note.rule, note.severity) for note in draft.notes] for draft in found] == [
        [("witness-conflict", "error")],
        [("witness-conflict", "error")],
    ]


def test_a_page_whose_sums_are_not_its_own_goes_on_with_the_invoice() -> None:
    found = drafts([summed(1, "113.00", "50.00", "13.00"), summed(2, "226.00", "200.00", "26.00")], ())

    assert len(found) == 1
