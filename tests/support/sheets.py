"""Small invoices set by hand, line by line, with invented values: what a test changes about one is what it is about.

Coordinates are points on a page of 600 × 390, y down, given for a text's top left corner; a Chinese character is as
wide as it is high, a Latin one half as wide.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from invoiceocr import resources
from invoiceocr.adjudication.fusion import fuse
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.reading import Reading
from invoiceocr.extraction import schema
from invoiceocr.extraction.extractor import Extractor
from invoiceocr.extraction.kind_reader import KindReader
from invoiceocr.extraction.match_spec import KindMatch, compile_match
from invoiceocr.geometry import Box, box_quad, quad_box, union
from invoiceocr.kinds import builtin
from invoiceocr.layout.form import FormLayout
from invoiceocr.layout.key_phrases import KeyPhraseFinder
from invoiceocr.page import Page, Ruling, TextLine, TextSource

WIDTH, HEIGHT = 600.0, 390.0
SIZE = 9.0
SURE = 0.995  # probability of a recognized character
BUYER_ID, SELLER_ID = "91110105MA01ABCD5F", "91350100M000100Y43"
CODE, NUMBER, CHECK_CODE, MACHINE = "031001900111", "12345678", "12345678901234567890", "499000001234"
DIGITAL_NUMBER = "25312000000012345678"


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its top left corner, the height of its characters and, if it is spaced out, the extra advance."""

    text: str
    x: float
    y: float
    size: float = SIZE
    tracking: float = 0.0

    def line(self, source: TextSource = "text_layer") -> TextLine:
        return line(self.text, self.x, self.y, size=self.size, tracking=self.tracking, source=source)


def line(
    text: str,
    x: float,
    y: float,
    *,
    size: float = SIZE,
    tracking: float = 0.0,
    source: TextSource = "text_layer",
) -> TextLine:
    """A line of text with a box for each character, as text layers and the recognizer give them."""
    boxes, pen = [], x
    for character in text:
        width = size if unicodedata.east_asian_width(character) in "WFA" else size / 2
        boxes.append(Box(pen, y, pen + width, y + size))
        pen += width + tracking
    sure = (SURE,) * len(text) if source == "ocr" else ()
    whole = SURE ** len(text) if source == "ocr" else 1.0
    return TextLine(text, union(boxes), source, whole, character_boxes=tuple(boxes), character_confidences=sure)


def upright(text: str, x: float, y: float, step: float = 14.0) -> dict[str, Text]:
    """The characters of a caption under one another."""
    return {f"{text}{i}": Text(character, x, y + i * step) for i, character in enumerate(text)}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printed form and what is printed on it, each text under a name; ruled lines and QR payloads."""

    form: Mapping[str, Text]
    print_: Mapping[str, Text]
    rulings: tuple[Ruling, ...] = ()
    qr: tuple[str, ...] = ()
    more: tuple[TextLine, ...] = field(default=())

    def say(self, texts: Mapping[str, str]) -> Sheet:
        """Other texts in the places of those named."""
        return replace(self, print_={**self.print_, **{k: replace(self.print_[k], text=v) for k, v in texts.items()}})

    def put(self, texts: Mapping[str, Text]) -> Sheet:
        """More print, or print elsewhere."""
        return replace(self, print_={**self.print_, **texts})

    def label(self, texts: Mapping[str, Text]) -> Sheet:
        """Other captions."""
        return replace(self, form={**self.form, **texts})

    def drop(self, *names: str) -> Sheet:
        """The sheet without some texts of form or print; a name that isn't there is a mistake of the test."""
        assert set(names) <= {*self.form, *self.print_}, names
        kept = [{k: v for k, v in texts.items() if k not in names} for texts in (self.form, self.print_)]
        return replace(self, form=kept[0], print_=kept[1])

    def shifted(self, dy: float, *, stretch: float = 0.0, dx: float = 0.0) -> Sheet:
        """The print moved against the form, the further down the more."""
        moved = {k: replace(v, x=v.x + dx, y=v.y + dy + stretch * v.y) for k, v in self.print_.items()}
        return replace(self, print_=moved)

    def page(self, source: TextSource = "text_layer", *, number: int = 1, tilt: float = 0.0) -> Page:
        """The page, its lines in no useful order; *tilt*: how much lower it stands for each point to the right."""
        texts = [text.line(source) for text in (*self.form.values(), *self.print_.values())]
        lines = tuple(sorted((*texts, *self.more), key=lambda item: hash(item.box.as_tuple())))
        return Page(number, WIDTH, HEIGHT, tuple(tilted(item, tilt) for item in lines), self.rulings, self.qr)


def tilted(line: TextLine, tilt: float) -> TextLine:
    """The line on a sheet that was photographed askew."""
    if not tilt:
        return line
    (x0, y0), (x1, _), (_, y1), _ = box_quad(line.box)
    quad = ((x0, y0 + tilt * x0), (x1, y0 + tilt * x1), (x1, y1 + tilt * x1), (x0, y1 + tilt * x0))
    boxes = tuple(box.shift(0, tilt * box.cx) for box in line.character_boxes)
    return replace(line, box=quad_box(quad), quad=quad, character_boxes=boxes)


def scaled(page: Page, factor: float) -> Page:
    """The page in other units, such as the pixels of a scan."""
    lines = tuple(
        replace(
            item,
            box=item.box.scale(factor),
            character_boxes=tuple(box.scale(factor) for box in item.character_boxes),
        )
        for item in page.lines
    )
    rulings = tuple(Ruling(r.x0 * factor, r.y0 * factor, r.x1 * factor, r.y1 * factor) for r in page.rulings)
    return replace(page, width=page.width * factor, height=page.height * factor, lines=lines, rulings=rulings)


@cache
def schemas() -> schema.Schemas:
    """The schemas of the package."""
    return schema.load(resources.folder("schemas"))


@cache
def _stages() -> tuple[KeyPhraseFinder, Extractor]:
    return KeyPhraseFinder(schemas().captions), Extractor(schemas())


@cache
def matches() -> tuple[KindMatch, ...]:
    """What the built-in kinds are known by."""
    return tuple(compile_match(KindReader(spec, schemas())) for spec in builtin() if spec.match)


def labeled(page: Page) -> Page:
    """The page with its labels and pieces."""
    return _stages()[0](page)


def reading(sheet: Sheet | Page, source: TextSource = "text_layer", *, number: int = 1) -> Reading:
    """What the extractor reads."""
    page = sheet.page(source, number=number) if isinstance(sheet, Sheet) else sheet
    return _stages()[1](labeled(page))


KINDS = {"vat": "e_vat_ordinary", "digital": "digital_ordinary", "roll": "vat_roll"}  # one kind of each form


@cache
def reader(form: str) -> KindReader:
    """The reader of a kind with that form, or of that kind."""
    return KindReader(builtin()[KINDS.get(form, form)], schemas())


def form_of(sheet: Sheet | Page, source: TextSource = "text_layer", *, form: str = "vat") -> FormLayout:
    """The form laid over the page."""
    page = sheet.page(source) if isinstance(sheet, Sheet) else sheet
    return reader(form).lay_out(labeled(page))


def said(layout: FormLayout, *types: str, form: str = "vat", place: int | None = None) -> list[Candidate]:
    """What the blocks of these *types* say, or the one at that *place* among them."""
    steps = [step for step in reader(form).steps if step.name in types]
    chosen = steps if place is None else [steps[place]]
    return [candidate for step in chosen for candidate in step.reading.candidates(layout)]


def values(candidates: Iterable[Candidate]) -> dict[str, object]:
    """The chosen value of each field."""
    return {path: item.chosen.value for path, item in fuse(candidates, None).items()}


def fields(sheet: Sheet | Page, source: TextSource = "text_layer") -> dict[str, object]:
    """The value of each field that the extractor found, and the kind."""
    found = reading(sheet, source)
    return {"kind": found.kind} | values(found.candidates)


def items(found: Mapping[str, object], column: str) -> list[object]:
    """One column of the item rows, None where a cell is empty."""
    count = max((int(path.split(".")[1]) + 1 for path in found if path.startswith("items.")), default=0)
    return [found.get(f"items.{row}.{column}") for row in range(count)]


def row(number: int, y: float, **cells: str) -> dict[str, Text]:
    """An item row of the VAT form; keys are columns."""
    return {f"items.{number}.{name}": Text(text, COLUMNS[name], y) for name, text in cells.items()}


COLUMNS = {
    "name": 32.0, "specification": 180.0, "unit": 235.0, "quantity": 268.0, "unit_price": 312.0, "amount": 380.0,
    "tax_rate": 452.0, "tax_amount": 515.0,
}  # fmt: skip
TABLE_BORDERS = (28.0, 174.0, 228.0, 262.0, 304.0, 366.0, 440.0, 486.0, 590.0)
TABLE_RULES = tuple(Ruling(x, 160.0, x, 280.0) for x in TABLE_BORDERS)


def vat() -> Sheet:
    """A 增值税电子普通发票 over 106.00 with one item, its table ruled."""
    form = {
        "title:": Text("上海增值税电子普通发票", 210, 22, 14),
        "code:": Text("发票代码:", 440, 22),
        "number:": Text("发票号码:", 440, 38),
        "issue_date:": Text("开票日期:", 440, 54),
        "check_code:": Text("校 验 码:", 440, 70),
        "machine_number:": Text("机器编号:", 20, 70),
        **upright("购买方", 16, 96),
        "buyer name:": Text("名称:", 34, 92),
        "buyer tax_id:": Text("纳税人识别号:", 34, 108),
        "buyer address:": Text("地址、电话:", 34, 124),
        "buyer bank:": Text("开户行及账号:", 34, 140),
        **upright("密码区", 352, 96),
        "column name:": Text("货物或应税劳务、服务名称", 45, 164),
        "column specification:": Text("规格型号", 182, 164),
        "column unit:": Text("单位", 236, 164),
        "column quantity:": Text("数量", 274, 164),
        "column price:": Text("单价", 326, 164),
        "column amount:": Text("金额", 394, 164),
        "column rate:": Text("税率", 454, 164),
        "column tax:": Text("税额", 528, 164),
        "sum:": Text("合计", 80, 266),
        "words:": Text("价税合计(大写)", 40, 286),
        "total:": Text("(小写)", 430, 286),
        **upright("销售方", 16, 308),
        "seller name:": Text("名称:", 34, 304),
        "seller tax_id:": Text("纳税人识别号:", 34, 320),
        "seller address:": Text("地址、电话:", 34, 336),
        "seller bank:": Text("开户行及账号:", 34, 352),
        **upright("备注", 352, 312, 20),
        "payee:": Text("收款人:", 34, 374),
        "reviewer:": Text("复核:", 170, 374),
        "drawer:": Text("开票人:", 290, 374),
        "seal:": Text("销售方:(章)", 450, 374),
    }
    print_ = {
        "code": Text(CODE, 490, 22),
        "number": Text(NUMBER, 490, 38),
        "issue_date": Text("2024年03月05日", 490, 54),
        "check_code": Text("12345 67890 12345 67890", 490, 70),
        "machine_number": Text(MACHINE, 66, 70),
        "buyer.name": Text("测试采购有限公司", 102, 92),
        "buyer.tax_id": Text(BUYER_ID, 102, 108),
        "buyer.address_phone": Text("样例市测试路1号 010-00000000", 102, 124),
        "buyer.bank_account": Text("样例银行测试支行 0000111122223333", 102, 140),
        "cipher0": Text("03*4<>8+5629/7-*1>20<45+38*9", 370, 92),
        "cipher1": Text("7-1>*<84/0265+93*<7>41-2860/", 370, 108),
        "cipher2": Text("+5*27<0/9>-4613*80<2>7-95/34", 370, 124),
        "cipher3": Text("6/83>1-<*7042+59>*3<6-108/72", 370, 140),
        **row(
            0, 180, name="*餐饮服务*餐费", specification="A套餐", unit="次", quantity="2", unit_price="50.00",
            amount="100.00", tax_rate="6%", tax_amount="6.00",
        ),
        "total_excluding_tax": Text("¥100.00", 376, 266),
        "total_tax": Text("¥6.00", 512, 266),
        "total_in_words": Text("壹佰零陆圆整", 150, 286),
        "total": Text("¥106.00", 480, 286),
        "seller.name": Text("样例餐饮管理有限公司", 102, 304),
        "seller.tax_id": Text(SELLER_ID, 102, 320),
        "seller.address_phone": Text("样例市模拟街2号 020-11111111", 102, 336),
        "seller.bank_account": Text("演示银行样例分行 4444555566667777", 102, 352),
        "payee": Text("张三", 72, 374),
        "reviewer": Text("李四", 200, 374),
        "drawer": Text("王五", 328, 374),
    }  # fmt: skip
    return Sheet(form, print_, TABLE_RULES)


def digital() -> Sheet:
    """A 数电票（普通发票） over 113.00 with one item, unruled as such text layers often are."""
    form = {
        "title:": Text("电子发票(普通发票)", 210, 22, 14),
        "number:": Text("发票号码:", 420, 38),
        "issue_date:": Text("开票日期:", 420, 54),
        **upright("购买方信息", 14, 84, 11),
        "buyer name:": Text("名称:", 30, 92),
        "buyer tax_id:": Text("统一社会信用代码/纳税人识别号:", 30, 120, 7),
        **upright("销售方信息", 302, 84, 11),
        "seller name:": Text("名称:", 320, 92),
        "seller tax_id:": Text("统一社会信用代码/纳税人识别号:", 320, 120, 7),
        "column name:": Text("项目名称", 45, 164),
        "column specification:": Text("规格型号", 182, 164),
        "column unit:": Text("单位", 236, 164),
        "column quantity:": Text("数量", 274, 164),
        "column price:": Text("单价", 326, 164),
        "column amount:": Text("金额", 394, 164),
        "column rate:": Text("税率/征收率", 436, 164),
        "column tax:": Text("税额", 528, 164),
        "sum:": Text("合计", 80, 266),
        "words:": Text("价税合计(大写)", 40, 286),
        "total:": Text("(小写)", 430, 286),
        **upright("备注", 14, 312, 20),
        "drawer:": Text("开票人:", 60, 374),
    }
    print_ = {
        "number": Text(DIGITAL_NUMBER, 470, 38),
        "issue_date": Text("2025年06月01日", 470, 54),
        "buyer.name": Text("测试采购有限公司", 58, 92),
        "buyer.tax_id": Text(BUYER_ID, 142, 120),
        "seller.name": Text("样例软件(上海)有限公司", 348, 92),
        "seller.tax_id": Text(SELLER_ID, 432, 120),
        **row(
            0, 180, name="*信息技术服务*软件开发", specification="V2", unit="项", quantity="4", unit_price="25",
            amount="100.00", tax_rate="13%", tax_amount="13.00",
        ),
        "total_excluding_tax": Text("¥100.00", 376, 266),
        "total_tax": Text("¥13.00", 512, 266),
        "total_in_words": Text("壹佰壹拾叁圆整", 150, 286),
        "total": Text("¥113.00", 480, 286),
        "drawer": Text("王五", 98, 374),
    }  # fmt: skip
    return Sheet(form, print_)
