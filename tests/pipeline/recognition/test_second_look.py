from collections.abc import Sequence
from dataclasses import replace

import pytest
from fake_text_reader import FakeTextReader, page, picture, plain

from invoiceocr.geometry import Box, Quad, quad_box
from invoiceocr.page import PageImage, TextLine


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
