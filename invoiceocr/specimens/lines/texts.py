"""What lines say: figures and words as invoices print them, drawn from the content that specimens are made of."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random

from invoiceocr.specimens.content.goods import Basket, draw_items
from invoiceocr.specimens.content.parties import company, institution
from invoiceocr.specimens.content.printed import printed_item
from invoiceocr.specimens.content.words import digits, filled, person, words
from invoiceocr.specimens.lines.alphabets import FULL_WIDTH, alphabet
from invoiceocr.specimens.lines.dictionary import dictionary, people, places
from invoiceocr.specimens.lines.figures import (
    DAYS,
    FIRST_DAY,
    account,
    alike,
    amount,
    anything,
    check_code,
    cipher,
    clock,
    count,
    day,
    invoice_number,
    negative,
    percentage,
    person_id,
    plain_number,
    rarely,
    serial,
    tax_number,
    words_amount,
    written_day,
)

Draw = Callable[[Random], str]
BANKS = (
    "中国工商银行", "中国农业银行", "中国银行", "中国建设银行", "交通银行", "招商银行", "农村商业银行", "农村信用社",
    "邮政储蓄银行", "工行", "农行", "建行", "兴业银行", "中信银行", "浦发银行",
)  # fmt: skip
ENDINGS = (
    "有限公司", "有限责任公司", "股份有限公司", "商贸有限公司", "医药有限公司", "医院", "诊所", "经营部", "中心",
    "商行", "学校", "宾馆", "餐饮店", "加油站", "信息技术有限公司", "建筑工程有限公司",
)  # fmt: skip
# of the texts have half-width signs, whatever their language
HALF_WIDTH = 0.25
HELD_OUT = 16  # one text in so many is for validation only
TITLES = (
    "增值税专用发票", "增值税普通发票", "增值税电子普通发票", "增值税电子专用发票", "电子发票（普通发票）",
    "电子发票（增值税专用发票）", "通用机打发票", "出租汽车统一车票", "道路汽车客票", "通用定额发票",
    "机动车销售统一发票", "二手车销售统一发票",
)  # fmt: skip
LABELS = (
    "发票代码", "发票号码", "开票日期", "校验码", "机器编号", "纳税人识别号", "统一社会信用代码/纳税人识别号",
    "价税合计", "价税合计（大写）", "（小写）", "合计", "合 计", "金额", "税额", "税率", "税率/征收率", "单价",
    "数量", "单位", "规格型号", "项目名称", "货物或应税劳务、服务名称", "名称", "地址、电话", "开户行及账号",
    "备注", "收款人", "复核", "开票人", "销售方", "购买方", "密码区", "票价", "里程", "日期", "上车", "下车",
    "单号", "电话", "№", "第", "订单号", "小计", "总额", "车牌号",
)  # fmt: skip
SIGNERS = ("收款人", "复核", "开票人", "经手人", "付款单位", "付款人", "填票人", "经办人", "姓名")
UNITS = (
    *"个台套盒瓶件支只张本批次项吨米升度天人月年片包袋箱桶卷根块条双对份把辆座平组副枚粒板",
    "千克", "公斤", "立方米", "平方米", "人次", "千瓦时", "kg", "m", "L",
)  # fmt: skip
ONSETS = ("", *"b br c ch cl d dr f fl g gr h j k l m n p pl qu r s sc sh sp st t th tr v w x y z".split(" "))  # noqa: SIM905
RIMES = "a e i o u y an ar at ay ead ed en er et ick ig in ing ion ip ix oc on oo or ot ow uct um un us ym".split(" ")  # noqa: SIM905


def labeled(rng: Random) -> str:
    """A label, mostly with a value after it."""
    value = rng.choice((amount, day, invoice_number, tax_number, check_code, account, serial))(rng)
    if rng.random() < 0.12:
        return rng.choice(("№", "№ ", "No", "No:", "NO.")) + digits(rng, 8)
    return rng.choice(LABELS) + rng.choice(("：", ":", "", " ")) + rng.choice((value, value, value, ""))


def party_name(rng: Random) -> str:
    """A company, an institution or a person."""
    region = rng.choice(words()["regions"])
    return rng.choice((company(rng, region).name or "", institution(rng, region).name or "", person(rng)))


def party_line(rng: Random) -> str:
    """A party's address and phone, or bank and account."""
    party = company(rng, rng.choice(words()["regions"]))
    return rng.choice((party.address_phone, party.bank_account)) or ""


def item_cell(rng: Random) -> str:
    """A cell of an item row: mostly the name, else specification, unit or numbers."""
    goods = tuple(rng.choice(words()["trades"])["goods"])
    traits = frozenset({"long_names"} if rng.random() < 0.2 else ())
    cells = printed_item(draw_items(rng, Basket(goods, FIRST_DAY + timedelta(days=DAYS - 900), traits), 1)[0])
    return cells["name"] if rng.random() < 0.6 else rng.choice(list(cells.values()))


def heading(rng: Random) -> str:
    """A title of a form, mostly with the province or city before it."""
    return rng.choice(("", *(rng.choice(places()).removesuffix("省") for _ in "123"))) + rng.choice(TITLES)


def cells(rng: Random) -> str:
    """Cells side by side that were cut out as one line, with the gap between their columns."""
    first = rng.choice((item_cell, item_cell, latin, *NARROW))(rng)
    rest = [rng.choice(NARROW)(rng) for _ in range(rng.choice((1, 1, 2)))]
    return (" " * rng.choice((3, 4, 5, 6, 8, 12))).join((first, *rest))


def spread(rng: Random) -> str:
    """A short caption or word whose characters stand apart, as the heads of columns do."""
    word = rng.choice((rng.choice(LABELS), rng.choice(UNITS), common_words(rng), person(rng)))
    return (" " * rng.choice((1, 2, 3, 4, 6, 8))).join(word[: rng.choice((2, 2, 2, 3, 4))])


def remark(rng: Random) -> str:
    """A remark."""
    return filled(rng, rng.choice(words()["remarks"]))


def latin(rng: Random) -> str:
    """Product names, models, units and addresses in Latin letters: words of any case, with numbers between."""
    parts = [latin_word(rng) for _ in range(rng.choice((1, 1, 2, 3)))]
    if rng.random() < 0.5:
        unit = rng.choice(("", "", "g", "kg", "ml", "mm", "cm", "m", "W", "V", "GB", "x", "Pro", "Max"))
        parts.insert(rng.randint(0, len(parts)), digits(rng, rng.randint(1, 4)) + unit)
    return rng.choice((" ", " ", "-", "", "/", ".", "+", "_")).join(parts)


def latin_word(rng: Random) -> str:
    """An invented word: syllables in lower case, in capitals, or with a capital somewhere."""
    text = "".join(rng.choice(ONSETS) + rng.choice(RIMES) for _ in range(rng.choice((1, 1, 2, 2, 3))))
    cased = (text, text, text.capitalize(), text.capitalize(), text.upper(), "i" + text.capitalize())
    return rng.choice(cased)


def title(rng: Random) -> str:
    """Chinese and Latin words with the signs of titles and remarks among them."""
    first, second = (rng.choice((common_words, latin))(rng) for _ in range(2))
    form = rng.choice(
        ("{0}{1}", "{0}（{1}）", "{0}({1})", "{0}：{1}", "{0}:{1}", "*{0}*{1}", "*{0}*{1}", "{0}——{1}", "{0}-{1}",
         "《{0}》{1}", "{0}、{1}", "{0}，{1}。", "{0} 第{2}版", "{0}/{1}", "{0}【{1}】", "{0}“{1}”", "No.{2} {0}")
    )  # fmt: skip
    return form.format(first, second, rng.randint(1, 99))


def cell(rng: Random) -> str:
    """What stands alone in a small cell: a count, a unit, a rate, a minus with its number."""
    return rng.choice((count, count, unit, percentage, negative))(rng)


def unit(rng: Random) -> str:
    """A unit of measure."""
    return str(rng.choice(UNITS))


def common_words(rng: Random) -> str:
    """Words of the Chinese dictionary of the package jieba, one after another, sometimes with a number."""
    known, odds = dictionary()
    text = "".join(rng.choices(known, cum_weights=odds, k=rng.randint(1, 4)))
    return text + rarely(rng, digits(rng, rng.randint(1, 5)), 0.1)


def address(rng: Random) -> str:
    """An address from places of the Chinese dictionary, mostly with a phone behind it."""
    area = "".join(rng.choice(places()) for _ in range(rng.choice((1, 2, 2))))
    road = (
        common_words(rng)[:4]
        + rng.choice("路路路街道巷村镇乡")
        + rng.choice(("", "", "街道办事处", "工业园", "开发区", "大道"))
    )
    parts = (rng.choice("号号号弄座") + rng.choice(("", "-")), rng.choice("幢栋座楼"), "单元", rng.choice("层室楼"))
    house = "".join(f"{rng.randint(1, 999)}{part}" for part in parts[: rng.choice((1, 1, 2, 3, 4))])
    return area + road + house + rng.choice(("", " ", "  ", "、")) + rng.choice((account(rng), ""))


def branch(rng: Random) -> str:
    """A branch of a bank at a place, mostly with an account behind it."""
    bank = rng.choice(BANKS) + rng.choice(("", "", "股份有限公司"))
    office = rng.choice(places()) + rng.choice(("支行", "分行", "营业部", "分理处"))
    return bank + office + rng.choice((account(rng), ""))


def local_name(rng: Random) -> str:
    """A company, clinic or shop with the name of a place and two or three characters of its own."""
    own = common_words(rng)[: rng.choice((2, 2, 3))]
    return rng.choice(places()) + own + rng.choice(ENDINGS)


def anyone(rng: Random) -> str:
    """A person's name: an invented one, or one of the Chinese dictionary's."""
    return rng.choice((person(rng), rng.choice(people())))


def signed(rng: Random) -> str:
    """A label and the name that is written behind it."""
    return rng.choice(SIGNERS) + "：" + anyone(rng)


def rare(rng: Random) -> str:
    """Characters of the Chinese alphabet, each as often as the others."""
    return "".join(rng.choices(alphabet("zh").dictionary, k=rng.randint(2, 12)))


NARROW: tuple[Draw, ...] = (unit, count, plain_number, percentage, amount, item_cell)
MIXES: dict[str, Mapping[Draw, float]] = {
    "id": {
        amount: 5, plain_number: 2, day: 4, invoice_number: 4, tax_number: 4, check_code: 3, account: 3,
        percentage: 0.7, serial: 3, person_id: 0.5, clock: 0.3, cipher: 0.8, anything: 1.5, alike: 2.5, labeled: 2,
        item_cell: 0.4, party_name: 0.2, party_line: 0.3, words_amount: 0.2,
    },
    "zh": {
        amount: 2, plain_number: 1, day: 1.5, invoice_number: 1.5, tax_number: 1.5, check_code: 0.3, account: 1,
        percentage: 0.3, serial: 1, labeled: 4, words_amount: 2, party_name: 4, party_line: 4, item_cell: 5, remark: 1,
        common_words: 4, rare: 3, address: 4, branch: 2, local_name: 3, latin: 3, title: 6, cell: 3, cipher: 0.3,
        cells: 3, spread: 2, alike: 0.3, heading: 1,
    },
}  # fmt: skip
# What stands on an invoice, about as often as it does.
LINES: Mapping[Draw, float] = {
    party_name: 2, party_line: 2, item_cell: 3, labeled: 2, remark: 1, words_amount: 1, amount: 2, plain_number: 1,
    tax_number: 1, invoice_number: 1, day: 1, cell: 1, title: 1, latin: 0.5,
}  # fmt: skip
# What is written by hand: names of who drew and checked an invoice, stubs of quota invoices, sums on paper.
WRITTEN: Mapping[Draw, float] = {
    signed: 4, anyone: 3, written_day: 3, words_amount: 2.5, amount: 2, local_name: 2.5, common_words: 2,
    party_name: 1, count: 1, plain_number: 0.5,
}  # fmt: skip
IDENTIFIERS: tuple[Draw, ...] = (amount, plain_number, day, invoice_number, tax_number, check_code, account, serial)


def held_out(text: str) -> bool:
    """Whether *text* is for validation only."""
    return zlib.crc32("".join(text.split()).encode()) % HELD_OUT == 0


def draw(rng: Random, kinds: Mapping[Draw, float], *, validation: bool = False) -> tuple[str, str]:
    """(kind, text) of a line of training or of *validation*; no text belongs to both."""
    kind = rng.choices(list(kinds), list(kinds.values()))[0]
    for _ in range(400):
        text = kind(rng)
        text = text.translate(FULL_WIDTH) if rng.random() < HALF_WIDTH else text
        if text and held_out(text) == validation:
            return kind.__name__, text
    # a kind of few texts may have none for validation
    return draw(rng, kinds, validation=validation)
