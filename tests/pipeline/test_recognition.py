import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Literal

import cv2
import numpy as np
import pytest
from ofd_builder import PAYLOAD, qr_png

from invoiceocr.geometry import Box, Quad, box_quad, quad_box
from invoiceocr.imaging import flatten
from invoiceocr.ocr import engine
from invoiceocr.ocr.detector import Glance
from invoiceocr.page import Page, PageImage, Pixels, TextLine
from invoiceocr.pipeline import recognition
from invoiceocr.pipeline.recognition import PageRecognizer
from invoiceocr.settings import Settings

PLACE = Box(100, 40, 300, 60)


class FakeDetector:
    """Finds one line, and tells nothing at a glance."""

    def __call__(self, picture: Pixels) -> tuple[Quad, ...]:
        return (box_quad(PLACE),)

    def glance(self, picture: Pixels) -> Glance:
        return Glance(None, None, None)

    def after(self, seen: Glance, picture: Pixels) -> tuple[Quad, ...]:
        return self(picture)


class FakeTextReader:
    """Finds one line wherever it is told to look."""

    detect = FakeDetector()
    built: list[int]
    confidence = 0.99
    text, cell = "发票号码", "1"
    characters = frozenset("发票号码(1)")

    def __init__(self, settings: Settings) -> None:
        self.built.append(threading.get_ident())

    def read(self, image: PageImage, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        return tuple(TextLine(self.text, quad_box(quad), "ocr", 0.99) for quad in quads)

    def recognize_cells(self, image: PageImage, cells: Sequence[Box]) -> tuple[TextLine, ...]:
        return tuple(TextLine(self.cell, cell, "ocr", self.confidence) for cell in cells)


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeTextReader]:
    """No models: what is tested is what happens around them."""
    monkeypatch.setattr(engine, "TextReader", FakeTextReader)
    FakeTextReader.built = []
    return FakeTextReader


def picture(width: int = 800, height: int = 500) -> Pixels:
    """White paper with a tax QR code at its top left."""
    paper = np.full((height, width, 3), 255, np.uint8)
    code = np.asarray(cv2.imdecode(np.frombuffer(qr_png(PAYLOAD), np.uint8), cv2.IMREAD_COLOR), np.uint8)
    paper[: code.shape[0], : code.shape[1]] = code
    return paper


def page(pixels: Pixels) -> Page:
    return Page(2, float(pixels.shape[1]), float(pixels.shape[0]), image=PageImage(pixels))


def plain(**options: Any) -> PageRecognizer:
    return PageRecognizer(Settings(preprocess="none", **options))


def test_a_page_of_pixels_becomes_a_page_of_lines_with_its_codes() -> None:
    found = plain()(page(picture()))

    assert [(line.text, line.box) for line in found.lines] == [("发票号码", PLACE)]
    assert found.qr_payloads == (PAYLOAD,)
    assert (found.number, found.width, found.height) == (2, 800, 500)


def test_without_preprocessing_the_picture_is_read_as_it_came() -> None:
    original = picture()

    found = plain()(page(original))

    assert found.image is not None
    assert found.image.pixels is original


def test_a_drawn_page_is_read_as_it_was_drawn() -> None:
    drawn = page(picture(400, 250))

    read = PageRecognizer(Settings(preprocess="classic")).drawn(drawn)

    assert (read.width, read.height, read.number) == (400, 250, 2)
    assert drawn.image is not None
    assert read.image is not None
    assert read.image.pixels is drawn.image.pixels


@pytest.mark.parametrize(("text", "known"), [("发票", True), ("（１）", True), ("发票 号码", True), ("发烎", False)])
def test_a_text_is_known_if_the_recognizer_has_all_its_characters(text: str, known: bool) -> None:
    assert plain().is_known(text) is known


def test_codes_are_not_looked_for_where_that_is_turned_off() -> None:
    assert plain(read_qr=False)(page(picture())).qr_payloads == ()


@pytest.mark.parametrize("preprocess", ["auto", "classic", "none"])
def test_the_size_of_the_page_is_that_of_the_picture_that_was_read(
    preprocess: Literal["auto", "classic", "none"],
) -> None:
    found = PageRecognizer(Settings(preprocess=preprocess))(page(picture(3600, 2400)))

    assert found.image is not None
    assert (found.width, found.height) == (found.image.width, found.image.height)
    assert found.lines


def test_a_code_in_the_original_is_read_though_the_prepared_picture_is_smaller() -> None:
    assert PageRecognizer(Settings(preprocess="auto"))(page(picture(3600, 2400))).qr_payloads == (PAYLOAD,)


def test_the_same_picture_is_prepared_in_the_same_way() -> None:
    reader = PageRecognizer(Settings(preprocess="auto"))

    first, second = (reader.prepare(PageImage(picture())).image.pixels for _ in range(2))

    assert np.array_equal(first, second)


def test_the_stages_of_the_preparation_are_named_and_begin_with_the_original() -> None:
    original = PageImage(picture())

    prepared = PageRecognizer(Settings(preprocess="classic")).prepare(original)

    names = [name for name, _ in prepared.pictures]
    assert (names[0], names[-1]) == ("original", "classic")
    assert prepared.pictures[0][1] is original
    assert prepared.image is prepared.pictures[-1][1]


def test_black_and_white_is_black_and_white() -> None:
    shaded = (picture() * np.linspace(0.5, 1, 800)[None, :, None]).astype(np.uint8)

    image = PageRecognizer(Settings(preprocess="classic")).prepare(PageImage(shaded)).image

    assert set(np.unique(image.pixels)) <= {0, 255}


def test_models_are_loaded_with_the_first_page_and_once_for_all_threads(fake: type[FakeTextReader]) -> None:
    reader = plain()
    assert fake.built == []

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(reader, [page(picture(200, 200)) for _ in range(16)]))

    assert len(fake.built) == 1


# second looks


def test_a_second_look_adds_what_is_surely_read() -> None:
    read = plain()(page(picture()))

    found = plain().recognize_cells(read, [Box(400, 40, 440, 60)])

    assert [line.text for line in found.lines] == ["发票号码", "1"]


def test_a_second_look_leaves_out_what_is_unsure(monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader]) -> None:
    monkeypatch.setattr(fake, "confidence", 0.3)
    read = plain()(page(picture()))
    monkeypatch.setattr(fake, "read", lambda self, image, quads: ())

    assert plain().recognize_cells(read, [Box(400, 40, 440, 60)]).lines == read.lines


@pytest.mark.parametrize(("text", "found"), [("2024-05-06 10:30:25", True), ("10:30:25", False), ("10:30", False)])
def test_a_second_look_keeps_a_long_print_whose_characters_are_sure_though_all_of_them_together_are_not(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader], text: str, found: bool
) -> None:
    monkeypatch.setattr(fake, "confidence", 0.3)
    monkeypatch.setattr(fake, "cell", text)
    read = plain()(page(picture()))
    monkeypatch.setattr(fake, "read", lambda self, image, quads: ())

    lines = plain().recognize_cells(read, [Box(400, 40, 640, 60)]).lines

    assert (text in [line.text for line in lines]) is found


def test_a_second_look_at_a_part_of_a_bad_print_leaves_the_rest_of_it(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader]
) -> None:
    monkeypatch.setattr(fake, "cell", "佰元分")
    read = plain()(page(picture()))
    worn = TextLine("查佰染拾肆元的路", Box(405, 38, 600, 62), "ocr", 0.01)

    found = plain().recognize_cells(replace(read, lines=(*read.lines, worn)), [Box(400, 38, 610, 62)])

    assert "查佰染拾肆元的路" in [line.text for line in found.lines]


def test_a_second_look_replaces_the_piece_that_was_read_of_a_print(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader]
) -> None:
    monkeypatch.setattr(fake, "cell", "012345678901")
    read = plain()(page(picture()))
    torn = replace(read, lines=(*read.lines, TextLine("2345678901", Box(450, 40, 560, 60), "ocr", 0.9)))

    found = plain().recognize_cells(torn, [Box(400, 38, 600, 62)])

    assert [line.text for line in found.lines] == ["发票号码", "012345678901"]


def test_a_second_look_that_reaches_into_the_next_row_leaves_its_print_alone(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader]
) -> None:
    monkeypatch.setattr(fake, "cell", "1312345678")
    read = plain()(page(picture()))
    row = replace(read, lines=(*read.lines, TextLine("12345678", Box(450, 72, 560, 92), "ocr", 0.99)))

    found = plain().recognize_cells(row, [Box(400, 38, 600, 100)])

    assert "12345678" in [line.text for line in found.lines]


@pytest.mark.parametrize(("confidence", "kept"), [(0.05, []), (0.8, ["米伯仇拾"])])
def test_a_second_look_replaces_what_was_badly_read_over_the_height_of_a_seal(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader], confidence: float, kept: list[str]
) -> None:
    monkeypatch.setattr(fake, "cell", "柒佰伍拾圆整")
    monkeypatch.setattr(fake, "confidence", 0.95)
    read = plain()(page(picture()))
    tangle = TextLine("米伯仇拾", Box(405, 30, 600, 120), "ocr", confidence)

    found = plain().recognize_cells(replace(read, lines=(*read.lines, tangle)), [Box(400, 38, 600, 62)])

    assert [line.text for line in found.lines] == ["发票号码", *kept, "柒佰伍拾圆整"]


def test_a_second_look_replaces_a_surer_tangle_that_has_most_characters_of_the_print(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader]
) -> None:
    monkeypatch.setattr(fake, "cell", "柒佰伍拾圆整")
    monkeypatch.setattr(fake, "confidence", 0.95)
    read = plain()(page(picture()))
    tangle = TextLine("柒佰伍拾圓整用章", Box(405, 30, 600, 120), "ocr", 0.8)

    found = plain().recognize_cells(replace(read, lines=(*read.lines, tangle)), [Box(400, 38, 600, 62)])

    assert [line.text for line in found.lines] == ["发票号码", "柒佰伍拾圆整"]


def test_what_a_seal_covers_is_read_without_it(monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader]) -> None:
    def read_lines(self: FakeTextReader, image: PageImage, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        is_gray = bool((image.pixels[:, :, 0] == image.pixels[:, :, 2]).all())
        return tuple(TextLine("壹佰圆整" if is_gray else "发票号码", quad_box(quad), "ocr", 0.9) for quad in quads)

    monkeypatch.setattr(fake, "read", read_lines)
    paper = picture()
    paper[45:55, 420:520] = (40, 30, 210)
    read = plain()(page(paper))

    found = plain().recognize_cells(read, [Box(400, 40, 600, 60)])

    assert [line.text for line in found.lines] == ["发票号码", "壹佰圆整"]


@pytest.mark.parametrize(
    ("first", "again", "found"),
    [
        (("示例市锡口腔医院", 0.05), ("示例市筹锡口腔医院", 0.99), ["示例市筹锡口腔医院"]),
        (("示例市锡口腔医院", 0.05), ("示例市筹锡口腔医院", 0.2), ["示例市锡口腔医院"]),
        (("示例市锡口腔医院", 0.97), ("示例市筹锡口腔医院", 0.99), ["示例市锡口腔医院"]),
    ],
    ids=["clear-without-the-seal", "unclear-without-it-too", "clear-at-once"],
)
def test_a_line_that_a_seal_makes_unclear_is_read_without_it(
    monkeypatch: pytest.MonkeyPatch,
    fake: type[FakeTextReader],
    first: tuple[str, float],
    again: tuple[str, float],
    found: list[str],
) -> None:
    def read_lines(self: FakeTextReader, image: PageImage, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        is_gray = bool((image.pixels[:, :, 0] == image.pixels[:, :, 2]).all())
        text, sure = again if is_gray else first
        return tuple(TextLine(text, quad_box(quad), "ocr", sure, quad=quad) for quad in quads)

    monkeypatch.setattr(fake, "read", read_lines)
    paper = picture()
    paper[45:55, 150:250] = (40, 30, 210)

    assert [line.text for line in plain()(page(paper)).lines] == found


@pytest.mark.parametrize(
    ("sure", "found"), [(0.97, ["发票号码", "A-T9352"]), (0.6, ["发票号码"])], ids=["clear", "unsure"]
)
def test_a_cell_in_which_no_ink_was_found_is_read_as_a_whole_where_that_is_clear(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader], sure: float, found: list[str]
) -> None:
    def read_lines(self: FakeTextReader, image: PageImage, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        (box,) = map(quad_box, quads)
        return (TextLine("A-T9352", box, "ocr", sure),) if box.x0 == 400 else (TextLine("发票号码", box, "ocr", 0.99),)

    monkeypatch.setattr(fake, "read", read_lines)
    monkeypatch.setattr(fake, "recognize_cells", lambda self, image, cells: ())
    read = plain()(page(picture()))

    again = plain().recognize_cells(read, [Box(400, 40, 600, 60)])

    assert [line.text for line in again.lines] == found


def test_where_the_ink_tells_nothing_new_the_whole_cell_gives_the_lost_end(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader]
) -> None:
    def read_lines(self: FakeTextReader, image: PageImage, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        return tuple(TextLine("示例大学附属医院", quad_box(quad), "ocr", 0.9) for quad in quads)

    monkeypatch.setattr(fake, "cell", "示例大学附属")
    read = plain()(page(picture()))
    torn = replace(read, lines=(*read.lines, TextLine("示例大学附属", Box(400, 40, 560, 60), "ocr", 0.99)))
    monkeypatch.setattr(fake, "read", read_lines)

    found = plain().recognize_cells(torn, [Box(398, 38, 590, 62)])

    assert [line.text for line in found.lines] == ["发票号码", "示例大学附属医院"]


@pytest.mark.parametrize(
    ("whole", "found"),
    [
        ("示例大学附属医院", "示例大学附属医院"),
        ("示例大学附属1", "示例大学附属"),
        ("示例市附属医院", "示例大学附属"),
        ("单位示例大学附属", "示例大学附属"),
    ],
    ids=["words", "a-ruled-line", "another-print", "a-caption-before-it"],
)
def test_a_cell_whose_ink_ends_at_a_seal_is_read_as_a_whole_where_that_gives_more_words(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader], whole: str, found: str
) -> None:
    def read_lines(self: FakeTextReader, image: PageImage, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        return tuple(TextLine(whole, quad_box(quad), "ocr", 0.96) for quad in quads)

    monkeypatch.setattr(fake, "cell", "示例大学附属")
    read = plain()(page(picture()))
    torn = replace(read, lines=(*read.lines, TextLine("示例大学附属B", Box(400, 40, 560, 60), "ocr", 0.7)))
    monkeypatch.setattr(fake, "read", read_lines)

    again = plain().recognize_cells(torn, [Box(398, 38, 590, 62)])

    assert [line.text for line in again.lines] == ["发票号码", found]


def test_a_line_that_reads_the_same_again_stays_as_it_was(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader]
) -> None:
    read = plain()(page(picture()))
    known = replace(read, lines=(*read.lines, TextLine("1", Box(410, 42, 430, 58), "ocr", 0.9)))
    monkeypatch.setattr(fake, "read", lambda self, image, quads: ())

    assert plain().recognize_cells(known, [Box(400, 40, 440, 60)]).lines == known.lines


def test_a_second_look_leaves_out_doubtful_ends(monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader]) -> None:
    def read_cells(self: FakeTextReader, image: PageImage, cells: Sequence[Box]) -> tuple[TextLine, ...]:
        sure = (0.4, 0.99, 0.99, 0.99)
        return tuple(TextLine("税123", cell, "ocr", 0.38, character_confidences=sure) for cell in cells)

    monkeypatch.setattr(fake, "recognize_cells", read_cells)
    read = plain()(page(picture()))

    found = plain().recognize_cells(read, [Box(400, 40, 440, 60)])

    assert [line.text for line in found.lines] == ["发票号码", "123"]


def test_a_page_without_a_picture_is_not_looked_at_again(fake: type[FakeTextReader]) -> None:
    empty = Page(1, 600, 390)

    assert plain().recognize_cells(empty, [PLACE]) is empty
    assert fake.built == []


def line_of(text: str, mean_confidence: float = 0.99) -> TextLine:
    return TextLine(text, PLACE, "ocr", mean_confidence ** len(text))


def test_print_and_form_that_say_different_things_replace_their_tangle() -> None:
    tangle, printed, formed = line_of("规格型号ABC", 0.5), [line_of("ABC-12")], [line_of("规格型号")]

    assert recognition._apart(tangle, printed, formed) == [*printed, *formed]


def test_a_clear_line_stays_though_each_ink_by_itself_says_something_else() -> None:
    clear, printed, formed = line_of("12345ABC67", 0.999), [line_of("12345A'C67", 0.98)], [line_of("J", 0.99)]

    assert recognition._apart(clear, printed, formed) == [clear]


def test_words_of_the_form_that_run_through_a_clear_line_are_parted_from_it() -> None:
    tangle, printed, formed = line_of("金12.额50", 0.97), [line_of("12.60", 0.94)], [line_of("金额")]

    assert recognition._apart(tangle, printed, formed) == [*printed, *formed]


def test_a_single_character_that_a_clear_line_does_not_have_is_a_scrap_of_its_print() -> None:
    clear, printed, formed = line_of("12345ABC67", 0.999), [line_of("12345A'C67", 0.98)], [line_of("B心", 0.99)]

    assert recognition._apart(clear, printed, formed) == [clear]


def test_a_clear_line_that_begins_with_the_words_of_the_form_stays() -> None:
    clear, printed, formed = line_of("识别号：123456", 0.999), [line_of("1234<6", 0.98)], [line_of("识别号：", 0.99)]

    assert recognition._apart(clear, printed, formed) == [clear]


def test_a_clear_line_keeps_the_value_whose_ink_by_itself_is_too_faint() -> None:
    clear, unclear, caption = line_of("开票人：张三", 0.996), line_of("开票人：张三", 0.8), line_of("开票人：")

    assert recognition._apart(clear, [], [caption]) == [clear]
    assert recognition._apart(unclear, [], [caption]) == [caption]


def test_inks_that_hold_little_of_a_line_do_not_replace_it() -> None:
    line = line_of("地址、电话：一个很长很长很长很长的地址", 0.7)

    assert recognition._apart(line, [line_of("号")], [line_of("地址")]) == [line]
    assert recognition._apart(line, [line_of("号")], []) == [line]


def test_the_classic_chain_brings_lines_to_the_height_that_is_asked_for() -> None:
    classic = PageRecognizer(Settings(preprocess="classic", line_height=10))

    prepared = classic.prepare(PageImage(picture(2000, 1250)))

    ((left_top, _, _, left_bottom),) = prepared.quads
    assert left_bottom[1] - left_top[1] == 10
    assert (prepared.image.width, prepared.image.height) == (1000, 625)
    assert prepared.image.transform[0][0] == 2.0


@pytest.mark.parametrize(("rise", "flattened"), [(0.0, False), (4.0, True)])
def test_a_drawn_page_whose_text_runs_level_is_flat_as_it_is(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader], rise: float, flattened: bool
) -> None:
    # given: a glance that is certain of a page with a line that rises so many pixels
    line = ((100.0, 40.0 + rise), (300.0, 40.0), (300.0, 60.0), (100.0, 60.0 + rise))
    asked: list[Sequence[Quad]] = []

    class Certain(FakeDetector):
        def glance(self, picture: Pixels) -> Glance:
            return Glance((line,), False, False)

        def after(self, seen: Glance, picture: Pixels) -> tuple[Quad, ...]:
            return seen.quads or ()

    def flatten_(image: PageImage, quads: Sequence[Quad]) -> tuple[PageImage, tuple[Quad, ...]]:
        asked.append(quads)
        return image, tuple(quads)

    monkeypatch.setattr(fake, "detect", Certain())
    monkeypatch.setattr(flatten, "flatten", flatten_)

    # when
    PageRecognizer(Settings(read_qr=False)).prepare(PageImage(picture(1000, 600)))

    # then
    assert bool(asked) is flattened


def test_the_head_under_a_seal_is_read_within_its_own_paper(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader]
) -> None:
    # given: two papers side by side, the left one with a seal over its head
    title, neighbor = Box(100, 40, 300, 60), Box(500, 40, 700, 60)

    class Near(FakeDetector):
        def near(self, picture: Pixels, boxes: Sequence[Box]) -> tuple[Quad, ...]:
            return box_quad(title), box_quad(neighbor)

    monkeypatch.setattr(fake, "detect", Near())
    seal = TextLine("~~~", Box(120, 35, 280, 65), "ocr", 0.4, red=0.9)
    body = TextLine("合计", Box(60, 440, 200, 460), "ocr", 0.9)
    paper = replace(page(picture()), lines=(seal, body), area=Box(0, 0, 400, 500))

    # when
    found = PageRecognizer(Settings(read_qr=False)).uncover_head(paper)

    # then
    assert [line.box for line in found.lines if line.text == FakeTextReader.text] == [title]


@pytest.mark.parametrize(
    ("joined", "confidence", "kept"),
    [("8阳9:56-币", 0.5, []), ("24681357", 0.9, ["24681357"]), ("~客户编号：5416", 0.9, [])],
    ids=["a tangle", "large red print", "the remark and a scrap of the seal"],
)
def test_a_remark_that_was_found_as_one_with_the_seal_over_it_is_read_without_the_seal(
    joined: str, confidence: float, kept: list[str], monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader]
) -> None:
    # given: a remark and a round seal in one box, and other lines, one of them at the edge of the box
    total, name, tangle = Box(500, 280, 600, 300), Box(40, 320, 200, 340), Box(300, 295, 700, 420)
    remark, scrap = Box(310, 325, 560, 345), Box(310, 370, 350, 390)
    read = {total: "¥90.00", name: "名称", tangle: joined}

    class Near(FakeDetector):
        def __call__(self, picture: Pixels) -> tuple[Quad, ...]:
            return tuple(map(box_quad, read))

        def near(self, picture: Pixels, boxes: Sequence[Box]) -> tuple[Quad, ...]:
            return box_quad(total), box_quad(remark), box_quad(scrap)

    def read_lines(self: FakeTextReader, image: PageImage, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        is_gray = bool((image.pixels[:, :, 0] == image.pixels[:, :, 2]).all())
        texts = {remark: "客户编号：5416", scrap: "小写", total: "￥90.00"} if is_gray else read
        boxes = map(quad_box, quads)
        return tuple(TextLine(texts[box], box, "ocr", confidence if box == tangle else 0.9) for box in boxes)

    monkeypatch.setattr(fake, "detect", Near())
    monkeypatch.setattr(fake, "read", read_lines)
    paper = picture()
    cv2.ellipse(paper, (580, 360), (110, 58), 0, 0, 360, (40, 30, 210), 4)

    # when
    found = plain(read_qr=False)(page(paper))

    # then
    assert [line.text for line in found.lines] == ["¥90.00", "名称", *kept, "客户编号：5416"]
