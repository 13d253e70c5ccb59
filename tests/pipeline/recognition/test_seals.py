from collections.abc import Sequence
from dataclasses import replace

import cv2
import pytest
from fake_text_reader import FakeDetector, FakeTextReader, page, picture, plain

from invoiceocr.geometry import Box, Quad, box_quad, quad_box
from invoiceocr.page import PageImage, Pixels, TextLine
from invoiceocr.pipeline.recognition.page_recognizer import PageRecognizer
from invoiceocr.settings import Settings


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


@pytest.mark.parametrize(("y", "red"), [(440.0, 0.9), (40.0, 0.0)], ids=["a seal at the foot", "a head without a seal"])
def test_a_head_that_no_seal_covers_is_not_read_again(fake: type[FakeTextReader], y: float, red: float) -> None:
    lines = tuple(TextLine("发票", Box(120, at, 280, at + 20), "ocr", 0.9) for at in (40.0, 440.0))
    marked = tuple(replace(line, red=red) if line.box.y0 == y else line for line in lines)
    paper = replace(page(picture()), lines=marked)

    assert plain().uncover_head(paper) is paper


def test_what_stays_unclear_under_the_seal_over_a_head_is_not_added(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader]
) -> None:
    class Near(FakeDetector):
        def near(self, picture: Pixels, boxes: Sequence[Box]) -> tuple[Quad, ...]:
            return (box_quad(Box(100, 40, 300, 60)),)

    def read_lines(self: FakeTextReader, image: PageImage, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        return tuple(TextLine("发票号码", quad_box(quad), "ocr", 0.1) for quad in quads)

    monkeypatch.setattr(fake, "detect", Near())
    monkeypatch.setattr(fake, "read", read_lines)
    seal = TextLine("~~~", Box(120, 35, 280, 65), "ocr", 0.4, red=0.9)
    body = TextLine("合计", Box(60, 440, 200, 460), "ocr", 0.9)

    found = plain().uncover_head(replace(page(picture()), lines=(seal, body)))

    assert found.lines == (seal, body)


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
