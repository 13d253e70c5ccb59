from invoiceocr.export.printing.places import A4, places


def test_two_invoices_share_a_sheet() -> None:
    first, second, third = places(["half", "half", "half"])
    assert (first.sheet, second.sheet, third.sheet) == (0, 0, 1)
    assert first.area.y1 == second.area.y0 == A4[1] / 2


def test_four_tickets_share_a_sheet() -> None:
    found = list(places(["quarter"] * 5))
    assert [place.sheet for place in found] == [0, 0, 0, 0, 1]
    assert len({place.area for place in found[:4]}) == 4


def test_an_invoice_after_a_ticket_begins_in_the_middle_and_a_list_on_a_new_sheet() -> None:
    ticket, invoice, listing = places(["quarter", "half", "sheet"])
    assert (ticket.sheet, invoice.sheet, listing.sheet) == (0, 0, 1)
    assert invoice.area.y0 == A4[1] / 2


def test_what_is_printed_keeps_away_from_the_edge() -> None:
    (place,) = places(["sheet"])
    assert place.box.x0 > 0
    assert place.box.y1 < A4[1]
