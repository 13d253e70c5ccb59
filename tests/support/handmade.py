"""A digital invoice as a PDF written by hand: its text in a font that is not embedded, each piece where a test wants.

All names and numbers are invented. `Sheet` holds the pieces by field; tests replace one, or add operators and objects.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

WIDTH, HEIGHT = 600, 400

CAPTIONS = (
    ("电子发票（普通发票）", 205, 360, 18), ("发票号码：", 430, 355, 9), ("开票日期：", 430, 338, 9),
    ("购", 18, 300, 8), ("买", 18, 288, 8), ("方", 18, 276, 8), ("信", 18, 264, 8), ("息", 18, 252, 8),
    ("销", 302, 300, 8), ("售", 302, 288, 8), ("方", 302, 276, 8), ("信", 302, 264, 8), ("息", 302, 252, 8),
    ("名称：", 34, 290, 8), ("统一社会信用代码/纳税人识别号：", 34, 262, 8),
    ("名称：", 322, 290, 8), ("统一社会信用代码/纳税人识别号：", 322, 262, 8),
    ("项目名称", 46, 238, 8), ("规格型号", 140, 238, 8), ("单 位", 218, 238, 8), ("数 量", 268, 238, 8),
    ("单 价", 335, 238, 8), ("金 额", 410, 238, 8), ("税率/征收率", 452, 238, 8), ("税 额", 556, 238, 8),
    ("合", 60, 126, 8), ("计", 92, 126, 8), ("价税合计（大写）", 50, 106, 8), ("（小写）", 410, 106, 8),
    ("备", 18, 80, 8), ("注", 18, 60, 8), ("开票人：", 58, 24, 8),
)  # fmt: skip

FIELDS: Mapping[str, tuple[str, float, float]] = {
    "number": ("26332000000123456789", 480, 355),
    "issue_date": ("2026年03月05日", 480, 338),
    "buyer.name": ("云栖示例科技有限公司", 70, 290),
    "buyer.tax_id": ("91330199MA0A1B2C2Q", 172, 262),
    "seller.name": ("海棠样品餐饮管理有限公司", 358, 290),
    "seller.tax_id": ("91310199MA9A8Y7X3Q", 460, 262),
    "items.0.name": ("*餐饮服务*餐饮服务", 16, 222),
    "items.0.quantity": ("1", 280, 222),
    "items.0.unit_price": ("265.35", 330, 222),
    "items.0.amount": ("265.35", 406, 222),
    "items.0.tax_rate": ("1%", 466, 222),
    "items.0.tax_amount": ("2.65", 560, 222),
    "total_excluding_tax": ("¥265.35", 402, 126),
    "total_tax": ("¥2.65", 556, 126),
    "total_in_words": ("贰佰陆拾捌圆整", 170, 106),
    "total": ("¥268.00", 456, 106),
    "drawer": ("林小满", 100, 24),
}
SIZE = 9.0


@dataclass(frozen=True)
class Sheet:
    """The operators of each piece by its field, of the form around them, those before and after all, and what else the
    file holds."""

    segments: Mapping[str, str] = field(default_factory=lambda: {path: piece(path) for path in FIELDS})
    form: str | None = None
    before: str = ""
    after: str = ""
    page: str = ""  # entries of the page
    catalog: str = ""  # entries of the catalog
    resources: str = ""
    objects: tuple[bytes, ...] = ()  # numbered from FIRST

    def content(self) -> str:
        """The page's content stream."""
        captions = "".join(shown(text, x, y, size) for text, x, y, size in CAPTIONS)
        frame = "0.5 w 14 14 572 296 re S 14 246 m 586 246 l S 14 118 m 586 118 l S 14 98 m 586 98 l S\n"
        form = captions + frame if self.form is None else self.form
        return self.before + form + "".join(self.segments.values()) + self.after


FIRST = 8  # the number of the first object of `Sheet.objects`


def shown(text: str, x: float, y: float, size: float = SIZE, more: str = "") -> str:
    """Operators that show *text* with its baseline's start at (x, y), y up, after the operators *more*."""
    font = "L" if text.isascii() else "C"
    coded = text.encode("latin-1").hex() if font == "L" else text.encode("utf-16-be").hex()
    return f"q BT /{font} {size} Tf {more} 1 0 0 1 {x} {y} Tm <{coded}> Tj ET Q\n"


def piece(path: str, text: str = "", more: str = "") -> str:
    """The operators of the field at *path*, with another *text* if one is given."""
    value, x, y = FIELDS[path]
    return shown(text or value, x, y, SIZE, more)


def place(path: str) -> tuple[float, float, float, float]:
    """The box of the field's print: left, bottom, right, top, y up."""
    value, x, y = FIELDS[path]
    width = len(value) * SIZE * (0.556 if value.isascii() else 1.0)
    return x - 1, y - 0.25 * SIZE, x + width + 1, y + 0.95 * SIZE


def covering(path: str) -> str:
    """Operators that paint paper over the field."""
    x0, y0, x1, y1 = place(path)
    return f"q 1 1 1 rg {x0} {y0} {x1 - x0} {y1 - y0} re f Q\n"


def written(sheet: Sheet) -> bytes:
    """The file of *sheet*."""
    system = "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    stream = zlib.compress(sheet.content().encode("latin-1"))
    fonts = "/Font<</C 4 0 R/L 6 0 R>>"
    bodies: list[bytes] = [
        f"<</Type/Catalog/Pages 2 0 R{sheet.catalog}>>".encode(),
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Resources<<{fonts}{sheet.resources}>>"
        f"/Contents 7 0 R{sheet.page}>>".encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[5 0 R]>>",
        f"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light{system}/DW 1000>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        f"<</Length {len(stream)}/Filter/FlateDecode>>stream\n".encode() + stream + b"\nendstream",
        *sheet.objects,
    ]
    parts, offsets = [b"%PDF-1.7\n"], []
    for number, body in enumerate(bodies, 1):
        offsets.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start, size = sum(map(len, parts)), len(bodies) + 1
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    table = (
        f"xref\n0 {size}\n0000000000 65535 f \n{rows}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    )
    return b"".join(parts) + table.encode()


def stream(data: bytes, entries: str) -> bytes:
    """A stream object for `Sheet.objects`."""
    return f"<</Length {len(data)}{entries}>>stream\n".encode() + data + b"\nendstream"
