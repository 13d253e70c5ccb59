"""What would blow up inside PDFium is refused by a look at the bytes; honest files pass."""

from __future__ import annotations

import sys
import time
import zlib
from itertools import accumulate

import pytest
from pdf_builder import Leaf, pdf, words

from invoiceocr.errors import SourceError, TooLargeError
from invoiceocr.settings import Settings
from invoiceocr.sources.pdf import structure as pdf_structure
from invoiceocr.sources.pdf.pages import open_pdf
from invoiceocr.sources.pdf.structure import is_layered
from invoiceocr.specimens import make

FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]"
LINE = b"0 0 m 9 9 l S "


def stream(data: bytes, entries: bytes = b"", *, packed: bool = True) -> bytes:
    """A stream object."""
    body = zlib.compress(data, 9) if packed else data
    head = b"<<%s/Length %d%s>>stream\n" % (entries, len(body), b"/Filter/FlateDecode" if packed else b"")
    return head + body + b"\nendstream"


def file(content: bytes, *objects: bytes, page: bytes = b"", box: bytes = b"0 0 600 800") -> bytes:
    """A PDF of one page, whose stream is object 4; the *objects* begin with number 5, by the names X0, X1, ..."""
    names = b"".join(b"/X%d %d 0 R" % (index, index + 5) for index in range(len(objects)))
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]%s/Resources<</XObject<<%s>>>>/Contents 4 0 R>>" % (box, page, names),
        stream(content),
        *objects,
    ]
    parts = [b"%PDF-1.7\n", *(b"%d 0 obj%s\nendobj\n" % pair for pair in enumerate(bodies, 1))]
    starts = list(accumulate(map(len, parts)))
    rows = b"".join(b"%010d 00000 n \n" % start for start in starts[:-1])
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(bodies) + 1, rows)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, starts[-1])
    return b"".join([*parts, table, trailer])


def fan(levels: int, times: int, first: int = 5) -> list[bytes]:
    """Forms that each draw the next one *times* over."""
    forms = [
        stream(b"/X Do " * times, FORM + b"/Resources<</XObject<</X %d 0 R>>>>" % (first + level + 1))
        for level in range(levels)
    ]
    return [*forms, stream(LINE, FORM)]


def code(data: bytes, settings: Settings | None = None) -> str:
    start = time.thread_time()
    with pytest.raises(SourceError) as caught:
        list(open_pdf(data, "a.pdf", settings or Settings()).pages)
    assert time.thread_time() - start < 3
    return caught.value.code


@pytest.mark.parametrize(("levels", "times"), [(3, 200), (11, 4), (20, 2)])
def test_forms_that_multiply_one_another_are_refused(levels: int, times: int) -> None:
    assert code(file(b"/X0 Do", *fan(levels, times))) == "too_complex"


def test_forms_that_are_called_like_a_thumbnail_are_counted() -> None:
    names = b"/Resources<</XObject<</Thumb %d 0 R>>>>"
    forms = [stream(b"/Thumb Do " * 200, FORM + names % number) for number in (6, 7, 8)]

    assert code(file(b"/X0 Do", *forms, stream(LINE, FORM))) == "too_complex"


def test_forms_that_take_their_names_from_the_page_are_counted() -> None:
    forms = [stream(b"/X%d Do " % level * 300, FORM) for level in (1, 2, 3)]

    assert code(file(b"/X0 Do", *forms, stream(LINE, FORM))) == "too_complex"


def test_appearances_of_annotations_are_counted() -> None:
    note = b"<</Type/Annot/Subtype/Stamp/Rect[0 0 600 800]/AP<</N 6 0 R>>>>"

    assert code(file(LINE, note, *fan(4, 60, first=6), page=b"/Annots[5 0 R]")) == "too_complex"


def behind(data: bytes, *objects: tuple[int, bytes]) -> bytes:
    """The PDF *data* with further numbered *objects* before its end, which its table doesn't name."""
    more = b"".join(b"%d 0 obj %s\nendobj\n" % item for item in objects)
    return data.replace(b"%%EOF", more + b"%%EOF")


RESOURCES = [b" <</XObject 6 0 R>>", b" <</A 7 0 R>>", *fan(2, 2, first=7)]
REPLACED = {
    "a form": behind(file(b"/X0 Do", *fan(2, 2)), (5, stream(LINE, FORM))),
    "a drawing of the page": behind(file(b"/X0 Do", *fan(2, 2)), (4, stream(LINE))),
    "a picture": behind(file(LINE, stream(b"0", b"/Subtype/Image/Width 9/Height 9")), (5, stream(b"0"))),
    "resources": behind(file(b"/A Do", *RESOURCES), (5, b"<</XObject 60 0 R>>")),
    "names of drawings": behind(file(b"/A Do", *RESOURCES), (6, b"<</A 9 0 R>>")),
    "resources of all pages": behind(
        file(LINE, b" <</Type/Pages/Resources<</XObject 6 0 R>>>>"), (5, b"<</Type/Pages/Other<</XObject 6 0 R>>>>")
    ),
    "an array of drawings": behind(file(LINE, b" [4 0 R 4 0 R]"), (5, b"[4 0 R]")),
    "appearances": behind(file(LINE, b" <</AP<</N 6 0 R>>>>"), (5, b"<</Other<</N 6 0 R>>/AP<<>>>>")),
}


@pytest.mark.parametrize("data", REPLACED.values(), ids=list(REPLACED))
def test_a_file_whose_replaced_objects_may_draw_more_is_drawn_elsewhere_first(data: bytes, asked: list[str]) -> None:
    signed = behind(file(LINE), (1, b"<</Type/Catalog/Pages 2 0 R/AcroForm 9 0 R>>"))

    pdf_structure.check(data, "replaced.pdf", Settings())
    pdf_structure.check(signed, "signed.pdf", Settings())

    assert asked == ["replaced.pdf"]


def test_forms_that_multiply_are_refused_before_drawing_although_harmless_ones_replace_them(
    asked: list[str],
) -> None:
    decoys = [(number, stream(LINE, FORM)) for number in range(5, 24)]

    assert code(behind(file(b"/X0 Do", *fan(18, 2)), *decoys)) == "too_complex"
    assert asked == []


def test_a_replaced_page_counts() -> None:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</XObject<</X0 5 0 R>>>>/Contents 9 0 R>>"

    assert code(behind(file(b"/X0 Do " * 9, *fan(3, 120)), (3, page))) == "too_complex"


def test_a_form_that_has_two_names_is_counted_under_both() -> None:
    forms = [
        stream(b"/B Do " * 4, FORM + b"/Resources<</XObject<</A %d 0 R/B %d 0 R>>>>" % (number, number))
        for number in range(6, 17)
    ]

    assert code(file(b"/X0 Do", *forms, stream(LINE, FORM))) == "too_complex"


def test_a_form_that_draws_itself_is_none_of_many() -> None:
    own = stream(b"/X Do " + LINE, FORM + b"/Resources<</XObject<</X 5 0 R>>>>")

    assert list(open_pdf(file(b"/X0 Do", own), "a.pdf", Settings()).pages)


@pytest.mark.parametrize("entries", [b"/Width 30000/Height 30000", b"/Width 10/Height 999999999"])
def test_a_picture_of_more_pixels_than_allowed_is_refused(entries: bytes) -> None:
    picture = stream(b"\0", b"/Type/XObject/Subtype/Image/BitsPerComponent 8/ColorSpace/DeviceGray" + entries)

    assert code(file(b"/X0 Do", picture)) == "too_large"


def test_a_picture_counts_under_a_number_that_another_object_has_too() -> None:
    picture = (
        b"<</Type/XObject/Subtype/Image/Width 90000/Height 90000/BitsPerComponent 1/Length 1>>stream\n0\nendstream"
    )
    number = FIRST_OBJECT
    data = file(b"/X0 Do", picture)

    assert (
        code(data.replace(b"%%EOF", b"%d 0 obj\n<</Length 0>>stream\n\nendstream\nendobj\n%%%%EOF" % number))
        == "too_large"
    )


def test_the_size_in_a_jpeg_2000_counts_whatever_the_dictionary_says() -> None:
    box = b"\0\0\0\x16ihdr" + (60000).to_bytes(4, "big") * 2
    entries = b"/Type/XObject/Subtype/Image/Width 9/Height 9/Filter/JPXDecode"

    assert code(file(b"/X0 Do", stream(b"\0" * 40 + box, entries, packed=False))) == "too_large"


def test_an_inline_picture_counts() -> None:
    assert code(file(b"BI /W 60000 /H 60000 /BPC 8 /CS /G ID \0\0 EI")) == "too_large"


def test_a_picture_that_is_drawn_very_often_counts_each_time() -> None:
    entries = b"/Type/XObject/Subtype/Image/Width 3000/Height 3000/BitsPerComponent 1/ColorSpace/DeviceGray"

    assert code(file(b"/X0 Do " * 3000, stream(b"\0", entries))) == "too_complex"


def test_a_stream_that_unpacks_to_more_than_allowed_is_refused() -> None:
    assert code(file(LINE, stream(b" " * 40_000_000)), Settings(max_unpacked_bytes=30_000_000)) == "too_large"


def test_a_pattern_of_tiny_tiles_is_refused() -> None:
    pattern = stream(
        LINE, b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.001/YStep 0.001"
    )

    assert code(file(LINE, pattern)) == "too_complex"


def test_a_font_whose_characters_are_large_drawings_is_refused() -> None:
    font = b"<</Type/Font/Subtype/Type3/CharProcs<</a 6 0 R>>/FirstChar 97/LastChar 97/Widths[1000]>>"

    assert code(file(LINE, font, stream(LINE * 5000))) == "too_complex"


def test_a_drawing_of_megabytes_is_refused() -> None:
    assert code(file(LINE * 400_000)) == "too_complex"


def test_more_attachments_than_allowed_are_refused() -> None:
    data = pdf(Leaf(), attachments=tuple((f"{number}.xml", b"<a/>") for number in range(5)))

    assert code(data, Settings(max_attachments=4)) == "too_large"


@pytest.mark.parametrize("box", [b"0 0 566929 566929", b"0 0 1 100000000", b"0 0 2147483647 1"])
def test_a_page_that_no_paper_has_is_corrupt(box: bytes) -> None:
    assert code(file(LINE, box=box)) == "corrupt_pdf"


@pytest.mark.parametrize("crop", ["5000 5000 6000 6000", "0 0 0.001 0.001"])
def test_a_crop_box_without_paper_is_corrupt(crop: str) -> None:
    assert code(pdf(Leaf(words("INVOICE", 40, 150), crop=crop))) == "corrupt_pdf"


def test_a_page_of_more_characters_than_any_has_is_too_complex() -> None:
    rows = "".join(words("1" * 1000, 5, row * 3, size=0.5) for row in range(60))

    assert code(pdf(Leaf(rows))) == "too_complex"


def test_texts_in_very_many_marks_at_once_are_too_complex() -> None:
    assert code(pdf(Leaf("/a BMC " * 3_000 + words("1", 5, 5) * 3_000 + "EMC " * 3_000))) == "too_complex"


@pytest.mark.parametrize("kind", ["digital_ordinary", "vat_special", "toll"])
def test_an_honest_file_passes_within_milliseconds(kind: str) -> None:
    data = make(kind, 3, format="pdf").data
    start = time.thread_time()

    pdf_structure.check(data, "a.pdf", Settings())

    assert time.thread_time() - start < 0.2


def test_many_names_of_many_objects_with_one_number_take_no_time() -> None:
    replaced = b"".join(b"5 0 obj<</A %d>>endobj\n" % index for index in range(8_000))
    names = b"".join(b"/N%d 5 0 R" % index for index in range(8_000))
    page = b"3 0 obj<</Type/Page/Resources<</XObject<<%s>>>>>>endobj\n" % names
    start = time.thread_time()

    pdf_structure.check(b"%PDF-1.7\n" + replaced + page, "a.pdf", Settings())

    assert time.thread_time() - start < 1


def test_one_name_of_many_forms_that_is_drawn_very_often_is_counted_at_once() -> None:
    forms = [stream(b"", FORM) for _ in range(1_000)]
    names = b"".join(b"/X %d 0 R" % (index + 5) for index in range(len(forms)))
    data = file(b"/X Do " * 100_000, *forms)

    assert code(data.replace(b"/X0 5 0 R", b"/X0 5 0 R" + names, 1)) == "too_complex"


SHARED = b"<<%s>>" % b"".join(b"/N%d 4 0 R" % index for index in range(4_000))


def test_forms_that_add_to_the_resources_which_very_many_of_them_share_are_refused() -> None:
    forms = [stream(b"", FORM + b"/Resources<</XObject 5 0 R/Pattern<</P 6 0 R>>>>") for _ in range(400)]
    shared = SHARED.replace(b"4 0 R", b"6 0 R")

    assert code(file(b"".join(b"/X%d Do " % index for index in range(401)), shared, *forms)) == "too_complex"


@pytest.mark.parametrize("held", [b"/Resources 5 0 R", b"/Resources<</XObject 6 0 R>>"])
def test_resources_that_all_pages_share_are_looked_through_once(held: bytes) -> None:
    names = SHARED.replace(b"4 0 R", b"7 0 R")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]%s/Contents 4 0 R>>" % held
    data = file(LINE, b"<</XObject 6 0 R>>", names, stream(LINE, FORM), *[page] * 300)
    start = time.thread_time()

    pdf_structure.check(data, "a.pdf", Settings())

    assert time.thread_time() - start < 0.5


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"1 0 obj", b"1 0 obj<<>>stream", b"1 0 obj<</Type/Page/Contents"])
def test_what_is_hardly_a_pdf_is_left_to_the_parser(data: bytes) -> None:
    pdf_structure.check(data, "a.pdf", Settings())


def test_too_many_objects_are_refused() -> None:
    with pytest.raises(TooLargeError):
        pdf_structure.check(b"1 0 obj<<>>endobj\n" * 400_000, "a.pdf", Settings())


def encrypted(levels: int, times: int) -> bytes:
    """A PDF that opens without a password, whose streams are encrypted; object 4 is its first form."""
    entries = "/Type/XObject/Subtype/Form/BBox[0 0 300 200]"
    forms = [(f"{entries}/Resources<</XObject<</X {level + 5} 0 R>>>>", b"/X Do " * times) for level in range(levels)]
    return pdf(Leaf("/X0 Do", objects=(*forms, (entries, LINE))), password="")


def test_an_encrypted_file_whose_forms_draw_forms_is_opened_elsewhere_first(asked: list[str]) -> None:
    assert len(list(open_pdf(encrypted(2, 1), "nested.pdf", Settings()).pages)) == 1
    assert len(list(open_pdf(encrypted(0, 1), "flat.pdf", Settings()).pages)) == 1

    assert asked == ["nested.pdf"]


TILES = b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1"


@pytest.mark.parametrize(
    ("entries", "is_tried"),
    [
        (b"/BBox[0 0 600 800]/XStep 0.6/YStep -0.6", True),
        (b"/BBox[0 0 2 2]/XStep 4 0 R/YStep 4 0 R", True),
        (b"/BBox 4 0 R/XStep 9/YStep 9", True),
        (b"/BBox[0 0 600 800]/XStep 0.6/YStep 0.6/Resources<</A<</XStep 600/YStep 800>>>>", True),
        (b"/A<</BBox[0 0 1 1]>>/BBox[0 0 600 800]/XStep 0.6/YStep 0.6", True),
        (b"/BBox[0 0 600 800]/XStep 600/YStep 800/XStep +0.6/YStep +0.6", True),
        (b"/BBox[0 0 600.. 800..]/XStep 600/YStep 800", True),
        (b"/BBox[0 0 10 10]/XStep 10/YStep 10", False),
        (b"/BBox [ -1 -1 11 11 ]/XStep 10/YStep 10", False),
    ],
)
def test_tiles_that_may_lie_over_each_other_very_often_are_drawn_elsewhere_first(
    asked: list[str], entries: bytes, is_tried: bool
) -> None:
    pdf_structure.check(file(LINE, stream(LINE, TILES + entries)), "a.pdf", Settings())

    assert asked == ["a.pdf"] * is_tried


GROUP = b" <</S/Luminosity/G 6 0 R>>"
INNER = b"/Resources<</XObject<</X 7 0 R>>>>"
LARGE = LINE * 300
PICTURE = stream(b"0", b"/Subtype/Image/Width 3000/Height 3000/BitsPerComponent 1")
TILED = b"/BBox[0 0 10 10]/XStep 10/YStep 10" + TILES


@pytest.mark.parametrize(
    ("objects", "is_tried"),
    [
        ((GROUP, stream(LARGE, FORM)), True),
        ((b" <</G 6 0 R>>", stream(LARGE)), True),
        ((GROUP, stream(b"/X Do " * 9, FORM + INNER), stream(LARGE, FORM)), True),
        ((GROUP, stream(b"/X Do", FORM + INNER), PICTURE), True),
        ((GROUP, stream(b"/X0 Do", FORM)), True),
        ((stream(LARGE, TILED),), True),
        ((GROUP, stream(LINE, FORM)), False),
        ((stream(LINE, TILED),), False),
        ((stream(LARGE, FORM),), False),
    ],
)
def test_tiles_and_masks_that_take_long_to_draw_are_drawn_elsewhere_first(
    asked: list[str], objects: tuple[bytes, ...], is_tried: bool
) -> None:
    pdf_structure.check(file(LINE, *objects), "a.pdf", Settings())

    assert asked == ["a.pdf"] * is_tried


def test_an_encrypted_file_with_tiles_is_opened_elsewhere_first(asked: list[str]) -> None:
    pdf_structure.check(file(LINE, stream(LINE, TILED)) + b"/Encrypt 9 0 R", "a.pdf", Settings())

    assert asked == ["a.pdf"]


def test_an_honest_encrypted_file_passes() -> None:
    assert len(list(open_pdf(encrypted(2, 2), "a.pdf", Settings()).pages)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on processes there")
@pytest.mark.long
def test_encrypted_forms_that_multiply_one_another_are_refused() -> None:
    assert code(encrypted(11, 6)) == "too_complex"


def test_names_in_hexadecimal_digits_hide_no_size() -> None:
    picture = stream(bytes(9), b"/Type/XObject/Subtype/Im#61ge/Wi#64th 30000/H#65ight 30000")

    assert code(file(b"/X0 Do", picture)) == "too_large"


def test_a_size_by_reference_counts() -> None:
    picture = stream(bytes(9), b"/Type/XObject/Subtype/Image/Width 6 0 R/Height 6 0 R")

    assert code(file(b"/X0 Do", picture, b" 30000")) == "too_large"


def test_the_size_in_a_bare_jpeg_2000_code_counts() -> None:
    sizes = b"".join(number.to_bytes(4, "big") for number in (40_000, 40_000, 0, 0))
    picture = stream(b"\xff\x4f\xff\x51" + bytes(4) + sizes, b"/Subtype/Image/Filter/JPXDecode/Width 9", packed=False)

    assert code(file(b"/X0 Do", picture)) == "too_large"


TREES = {
    "form fields": [b"<</T(a)/Kids[%d 0 R %d 0 R]>>" % (n + 1, n + 1) for n in range(5, 35)],
    "conditions of a layer": [b"[/And %d 0 R %d 0 R]" % (n + 1, n + 1) for n in range(5, 35)],
    "a field below itself": [b"<</T(a)/Kids[5 0 R 5 0 R]>>"],
    "a deep tree": [b"<</Kids[%d 0 R]>>" % (n + 1) for n in range(5, 105)],
}


@pytest.mark.parametrize("objects", TREES.values(), ids=list(TREES))
def test_trees_that_multiply_or_have_no_end_are_refused(objects: list[bytes]) -> None:
    assert code(file(LINE, *(b" " + body for body in objects))) == "too_complex"


@pytest.mark.parametrize(
    "objects",
    [
        [stream(b"{" + b"dup mul " * 900 + b"}", b"/FunctionType 4", packed=False)],
        [stream(bytes(4000), b"/ShadingType 6", packed=False)],
        [stream(bytes(9), b"/Subtype/Image/Width 9/Height 9/Filter/JBIG2Decode", packed=False)],
        [b"<</SMask<</S/Luminosity/G %d 0 R>>>>" % number for number in range(20, 24)],
        [stream(b"/P scn", b"/PatternType 1/XStep 9/YStep 9/Resources<</Pattern<</P 6 0 R>>>>", packed=False)],
        [b"<</Type/Font/Subtype/Type3/CharProcs<<>>/Resources<</Font<</A 6 0 R>>>>>>"],
    ],
    ids=["function", "mesh", "JBIG2", "masks", "pattern of patterns", "characters of characters"],
)
def test_what_only_drawing_tells_is_drawn_elsewhere_first(objects: list[bytes], asked: list[str]) -> None:
    pdf_structure.check(file(LINE, *objects), "odd.pdf", Settings())
    pdf_structure.check(file(LINE * 30_000), "large.pdf", Settings())
    pdf_structure.check(file(LINE), "plain.pdf", Settings())

    assert asked == ["odd.pdf", "large.pdf"]


def masked(*groups: int) -> bytes:
    """The resources with a mask drawn by each of the *groups*."""
    return b"/Resources<</ExtGState<<%s>>>>" % b"".join(
        b"/G%d<</SMask<</S/Luminosity/G %d 0 R>>>>" % (number, number) for number in groups
    )


def form(more: bytes = b"") -> bytes:
    return stream(b"0 0 9 9 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]" + more, packed=False)


FIRST_OBJECT = 5
MASKS = {
    "itself": [form(masked(FIRST_OBJECT))],
    "one another": [form(masked(FIRST_OBJECT + 1)), form(masked(FIRST_OBJECT))],
    "itself by reference": [
        form(b"/Resources 6 0 R"),
        b"<</ExtGState<</A 7 0 R>>>>",
        b"<</SMask<</S/Alpha/G 5 0 R>>>>",
    ],
    "a deep row": [form(masked(FIRST_OBJECT + i + 1)) for i in range(8)] + [form()],
    "a row of thousands": [form(masked(FIRST_OBJECT + i + 1)) for i in range(3000)] + [form()],
}


@pytest.mark.parametrize("objects", MASKS.values(), ids=list(MASKS))
def test_masks_that_are_drawn_with_masks_without_end_are_refused(objects: list[bytes]) -> None:
    assert code(file(LINE, *objects)) == "too_complex"


def test_a_mask_drawn_with_another_one_is_read() -> None:
    document = open_pdf(file(LINE, form(masked(FIRST_OBJECT + 1)), form()), "a.pdf", Settings())

    assert len(list(document.pages)) == 1


@pytest.mark.parametrize("key", [b"/OC 5 0 R", b"/O#43 5 0 R", b"/#4fC 5 0 R", b"/#4F#43 5 0 R"])
def test_a_layer_is_told_however_its_name_is_written(key: bytes) -> None:
    assert is_layered(b"%PDF-1.7 << /Type/XObject " + key + b">>")
    assert not is_layered(b"%PDF-1.7 << /Type/XObject /ColorSpace 5 0 R>>")
