import hashlib
import math
import threading
from unittest.mock import patch

import cv2
import numpy as np
import pytest
from handmade import Sheet, shown, written
from numpy.typing import NDArray
from ofd_builder import NUMBER, digital_invoice, qr_png
from pdf_builder import Leaf, pdf, stroke, words

from invoiceocr.errors import CorruptFileError, EncryptedFileError, NoDocumentsError, TooLargeError
from invoiceocr.page import Page, TextLine
from invoiceocr.settings import Settings
from invoiceocr.sources import qr
from invoiceocr.sources.document import Document
from invoiceocr.sources.pdf.pages import draw, open_pdf

SETTINGS = Settings()
PAGE = words("INVOICE NUMBER 12345678", 40, 150)  # on a page of 300 × 200, baseline 50 below the top


def opened(data: bytes, settings: Settings = SETTINGS) -> Document:
    return open_pdf(data, "a.pdf", settings)


def first(data: bytes, settings: Settings = SETTINGS) -> Page:
    return next(opened(data, settings).pages)


def only_line(page: Page) -> TextLine:
    (found,) = page.lines
    return found


def test_a_text_layer_becomes_lines_with_a_box_for_each_character() -> None:
    found = only_line(first(pdf(Leaf(PAGE))))

    assert (found.text, found.source, found.confidence) == ("INVOICE NUMBER 12345678", "text_layer", 1.0)
    assert len(found.character_boxes) == len(found.text)


def test_boxes_are_points_from_the_top_left_of_the_page() -> None:
    page = first(pdf(Leaf(PAGE)))

    assert (page.number, page.width, page.height) == (1, 300, 200)
    assert only_line(page).box.x0 == pytest.approx(40, abs=1)
    assert only_line(page).box.contains(100, 46)


def test_a_document_is_named_and_has_the_digest_of_its_bytes() -> None:
    data = pdf(Leaf(PAGE))

    document = opened(data)

    assert (document.source, document.format, document.sha256) == ("a.pdf", "pdf", hashlib.sha256(data).hexdigest())


def test_pages_come_in_order_and_are_drawn_as_they_are_asked_for() -> None:
    pages = opened(pdf(*(Leaf(words(f"INVOICE PAGE NUMBER {i}", 40, 150)) for i in range(1, 4)))).pages

    assert [(page.number, only_line(page).text[-1]) for page in pages] == [(1, "1"), (2, "2"), (3, "3")]


# boxes and rotation


@pytest.mark.parametrize("media", ["0 0 300 200", "-50 100 250 300", "250 300 -50 100"])
def test_a_media_box_may_begin_anywhere(media: str) -> None:
    x, y = (40, 150) if media.startswith("0") else (-10, 250)

    page = first(pdf(Leaf(words("INVOICE NUMBER 12345678", x, y), media)))

    assert (page.width, page.height) == (300, 200)
    assert only_line(page).box.contains(100, 46)


def test_a_crop_box_cuts_the_page_and_what_stands_outside_is_left_out() -> None:
    content = words("INVOICE NUMBER 12345678", 40, 150) + words("SECOND SHEET 87604321", 40, 20)

    page = first(pdf(Leaf(content, crop="30 100 300 200")))

    assert (page.width, page.height) == (270, 100)
    assert only_line(page).text == "INVOICE NUMBER 12345678"
    assert only_line(page).box.contains(70, 46)


def test_a_crop_box_beyond_the_media_box_adds_no_paper() -> None:
    page = first(pdf(Leaf(PAGE, crop="-100 -100 900 900")))

    assert (page.width, page.height) == (300, 200)
    assert only_line(page).box.contains(100, 46)


ROTATED = [  # text that reads upright once the page is turned: (rotation, text matrix, x, y, on a page of 200 × 300)
    (90, "0 1 -1 0", 50, 40),
    (270, "0 -1 1 0", 150, 260),
    (180, "-1 0 0 -1", 160, 50),
]


@pytest.mark.parametrize(("rotate", "matrix", "x", "y"), ROTATED)
def test_a_turned_page_is_read_as_it_is_shown(rotate: int, matrix: str, x: float, y: float) -> None:
    media = "0 0 200 100" if rotate == 180 else "0 0 200 300"
    content = words("INVOICE NUMBER 12345678", x, y, matrix=matrix)

    page = first(pdf(Leaf(content, media, rotate=rotate)))

    width, height = (200, 100) if rotate == 180 else (300, 200)
    assert (page.width, page.height) == (width, height)
    assert only_line(page).text == "INVOICE NUMBER 12345678"
    assert only_line(page).box.contains(100, 46)


def test_text_that_stands_upright_at_the_margin_is_left_out() -> None:
    margin = words("DOWNLOADED 3 TIMES", 20, 20, matrix="0 1 -1 0")

    assert only_line(first(pdf(Leaf(PAGE + margin)))).text == "INVOICE NUMBER 12345678"


def test_text_off_the_page_is_left_out() -> None:
    assert only_line(first(pdf(Leaf(PAGE + words("SECOND DRAWER", 320, 20))))).text == "INVOICE NUMBER 12345678"


def test_text_printed_twice_for_boldness_is_one_line() -> None:
    shadow = words("INVOICE NUMBER 12345678", 40.4, 150.3)

    assert only_line(first(pdf(Leaf(PAGE + shadow)))).text == "INVOICE NUMBER 12345678"


# rulings and codes


def test_ruled_lines_are_found_and_short_strokes_and_slants_are_not() -> None:
    strokes = stroke(20, 100, 280, 100) + stroke(60, 20, 60, 120) + stroke(5, 5, 9, 5) + stroke(20, 20, 200, 60)

    rulings = first(pdf(Leaf(PAGE + strokes))).rulings

    assert {(r.x0, r.y0, r.x1, r.y1) for r in rulings} == {(20, 100, 280, 100), (60, 80, 60, 180)}
    assert sorted(r.horizontal for r in rulings) == [False, True]


def test_a_drawing_of_many_lines_has_those_of_its_parts() -> None:
    forms = "{x} 20 m {x} 60 l {x} 20 4 4 re {x} 70 m {x} 90 l 150 95 l 150 70 l h 20 {x} m 80 {x} l S\n"
    parts = [forms.format(x=x) for x in range(20, 120, 12)]
    matrix = "q 1.5 0 0 1 7 3 cm "

    apart = first(pdf(Leaf(PAGE + "".join(f"{matrix}{part}Q " for part in parts)))).rulings
    together = first(pdf(Leaf(PAGE + matrix + "".join(parts).replace("S\n", "") + "S Q"))).rulings

    assert len(apart) >= 2 * len(parts)
    assert together == apart


def test_a_rectangle_is_four_ruled_lines_wherever_the_matrix_puts_it() -> None:
    content = PAGE + "q 2 0 0 2 10 10 cm 10 10 50 30 re S Q\n"

    rulings = first(pdf(Leaf(content))).rulings

    assert {(round(r.x0), round(r.y0), round(r.x1), round(r.y1)) for r in rulings} == {
        (30, 110, 130, 110),
        (30, 170, 130, 170),
        (30, 110, 30, 170),
        (130, 110, 130, 170),
    }


def qr_object(payload: str) -> tuple[str, bytes]:
    gray = np.asarray(cv2.imdecode(np.frombuffer(qr_png(payload), np.uint8), cv2.IMREAD_GRAYSCALE))
    entries = "/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8"
    return f"{entries}/Width {gray.shape[1]}/Height {gray.shape[0]}", gray.tobytes()


PAYLOAD = "01,32,,25312000000012345678,113.00,20250601,,6F05"


def test_a_qr_code_is_read_from_the_picture_in_the_page() -> None:
    leaf = Leaf(PAGE + "q 60 0 0 60 10 130 cm /X0 Do Q\n", objects=(qr_object(PAYLOAD),))

    assert first(pdf(leaf)).qr_payloads == (PAYLOAD,)


def modules() -> NDArray[np.bool_]:
    """Where the modules of the code of PAYLOAD are dark, a pixel each."""
    gray = np.asarray(cv2.imdecode(np.frombuffer(qr_png(PAYLOAD), np.uint8), cv2.IMREAD_GRAYSCALE))
    rows, columns = np.nonzero(gray < 128)
    inner = gray[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    # the finder pattern at the top left is seven modules wide
    size = int(np.flatnonzero(inner[0] >= 128)[0]) // 7
    return inner[size // 2 :: size, size // 2 :: size] < 128


def test_a_code_drawn_by_outlines_far_from_the_top_left_is_read() -> None:
    dark = modules()
    squares = "".join(f"{230 + x} {70 - y} 1 1 re " for y, x in zip(*np.nonzero(dark), strict=True))

    assert first(pdf(Leaf(f"{PAGE}0 g {squares}f\n"))).qr_payloads == (PAYLOAD,)


def test_a_code_in_a_wide_picture_far_from_the_top_left_is_read() -> None:
    entries, data = qr_object(PAYLOAD)
    side = math.isqrt(len(data))
    wide = np.hstack([np.frombuffer(data, np.uint8).reshape(side, side), np.full((side, side), 255, np.uint8)])
    picture = entries.replace(f"/Width {side}", f"/Width {2 * side}"), wide.tobytes()

    page = first(pdf(Leaf(PAGE + "q 120 0 0 60 150 10 cm /X0 Do Q\n", objects=(picture,))))

    assert page.qr_payloads == (PAYLOAD,)


def test_a_square_picture_is_searched_closely_only_if_no_other_one_shows_a_code() -> None:
    white = ("/Type/XObject/Subtype/Image/Width 50/Height 50/BitsPerComponent 8/ColorSpace/DeviceGray", b"\xff" * 2500)
    drawn = "q 60 0 0 60 10 130 cm /X0 Do Q q 60 0 0 60 200 10 cm /X1 Do Q\n"

    with patch.object(qr, "look_closer", wraps=qr.look_closer) as closely:
        page = first(pdf(Leaf(PAGE + drawn, objects=(white, qr_object(PAYLOAD)))))

    assert page.qr_payloads == (PAYLOAD,)
    assert not closely.called


def test_a_qr_code_is_not_looked_for_where_that_is_turned_off() -> None:
    leaf = Leaf(PAGE + "q 60 0 0 60 10 130 cm /X0 Do Q\n", objects=(qr_object(PAYLOAD),))

    assert first(pdf(leaf), Settings(read_qr=False)).qr_payloads == ()


# pages of pixels


def test_a_page_without_text_is_drawn_at_the_configured_resolution() -> None:
    page = first(pdf(Leaf(stroke(20, 100, 280, 100))), Settings(render_dpi=144))

    assert page.lines == ()
    assert page.image is not None
    assert (page.image.width, page.image.height, page.image.dpi) == (600, 400, 144)
    assert page.image.pixels.min() < 128 < page.image.pixels.max()


def test_a_page_too_large_to_draw_is_drawn_smaller() -> None:
    page = first(pdf(Leaf(stroke(0, 0, 9, 9), "0 0 14400 14400")), Settings(max_pixels=1_000_000))

    assert page.image is not None
    assert page.image.width * page.image.height <= 1_010_000


def test_every_page_can_be_drawn_with_or_without_text() -> None:
    images = list(draw(pdf(Leaf(PAGE), Leaf()), "a.pdf", dpi=72))

    assert [(image.width, image.height) for image in images] == [(300, 200), (300, 200)]
    assert images[0].pixels.min() < 128
    assert images[1].pixels.min() == 255


def test_a_document_draws_its_pages_by_number_even_when_they_have_been_read() -> None:
    document = opened(pdf(Leaf(PAGE), Leaf()))
    list(document.pages)
    assert document.draw is not None

    images = [document.draw(number) for number in (2, 1)]

    assert [image.pixels.min() < 128 for image in images] == [False, True]
    assert images[0].width / images[0].height == pytest.approx(300 / 200, rel=0.01)


@pytest.mark.parametrize("dpi", [72.0, 300.0])
def test_a_page_is_drawn_at_the_resolution_asked_for(dpi: float) -> None:
    document = opened(pdf(Leaf(PAGE)))
    assert document.draw is not None

    assert document.draw(1, dpi).width == pytest.approx(300 * dpi / 72, abs=1)


# attachments


def test_an_attached_xml_states_facts() -> None:
    document = opened(pdf(Leaf(PAGE), attachments=(("inv.xml", digital_invoice().encode()),)))

    stated = {fact.path: fact.value for facts in document.facts for fact in facts.candidates}
    assert stated["number"] == NUMBER


@pytest.mark.parametrize("data", [b"", b"<broken", b"\x00" * 50, b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_an_attachment_that_says_nothing_is_passed_over(data: bytes) -> None:
    document = opened(pdf(Leaf(PAGE), attachments=(("inv.xml", data), ("b.xml", digital_invoice().encode()))))

    assert [facts for facts in document.facts if facts.candidates] != []
    assert len(list(document.pages)) == 1


# damaged files


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\n" + bytes(200), pdf(Leaf(PAGE))[:120]])
def test_a_damaged_file_is_told_as_such(data: bytes) -> None:
    with pytest.raises(CorruptFileError, match=r"a\.pdf") as caught:
        list(opened(data).pages)

    assert caught.value.code == "corrupt_pdf"


def test_a_file_that_lost_its_end_is_still_read_where_its_pages_are_whole() -> None:
    data = pdf(Leaf(PAGE))

    assert only_line(first(data[: data.rindex(b"xref")])).text == "INVOICE NUMBER 12345678"


def test_a_file_that_needs_a_password_is_told_as_such() -> None:
    with pytest.raises(EncryptedFileError, match="password") as caught:
        opened(pdf(Leaf(PAGE), password="secret"))

    assert caught.value.code == "encrypted_pdf"


def test_a_file_that_is_encrypted_without_a_password_is_read() -> None:
    assert only_line(first(pdf(Leaf(PAGE), password=""))).text == "INVOICE NUMBER 12345678"


def test_a_file_without_pages_is_told_as_such() -> None:
    with pytest.raises(NoDocumentsError) as caught:
        opened(pdf())

    assert caught.value.code == "no_pages"


def test_too_many_pages_are_refused_before_any_is_read() -> None:
    with pytest.raises(TooLargeError, match="max_pages=2") as caught:
        opened(pdf(Leaf(), Leaf(), Leaf()), Settings(max_pages=2))

    assert caught.value.code == "too_many_pages"


def test_threads_may_read_at_once() -> None:
    data = pdf(*(Leaf(words(f"INVOICE PAGE NUMBER {i}", 40, 150)) for i in range(4)))
    found: list[list[str]] = []

    def work() -> None:
        for _ in range(5):
            found.append([only_line(page).text for page in opened(data).pages])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [[f"INVOICE PAGE NUMBER {i}" for i in range(4)]] * 20


def test_a_page_of_more_characters_than_any_has_is_too_complex_and_not_corrupt() -> None:
    crowded = written(Sheet({}, form="", before="".join(shown("18" * 500, 20, 6 * y, 1) for y in range(60))))

    with pytest.raises(TooLargeError) as caught:
        list(open_pdf(crowded, "a.pdf", Settings()).pages)
    assert caught.value.code == "too_complex"
