"""Writes drawings as an OFD file (GB/T 33190): template with the form, pages with the values, tags, attachments.

The same drawings always make the same bytes.
"""

from __future__ import annotations

import io
import itertools
import math
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.specimens.drawing import QUARTER_CIRCLE, Drawing, Layer, Oval, Primitive, Qr, Rule, Text
from invoiceocr.specimens.files.numbers import plain as _n
from invoiceocr.specimens.files.overlay import overlays
from invoiceocr.specimens.files.stated import INVOICE_SPACE
from invoiceocr.specimens.fonts import ASCENT, offsets, width
from invoiceocr.specimens.raster import qr_modules

NAMESPACE = "http://www.ofdspec.org/2016"
# of all members, so that the same content gives the same bytes
EPOCH = (1980, 1, 1, 0, 0, 0)
PICTURES = 50000  # added to an image object's id for its resource
QR_SCALE = 8  # pixels a module
FONTS = {
    "kai": "楷体",
    "song": "宋体",
    "hei": "黑体",
    "mono": "Courier New",
    "arial": "Arial",
    "digits": "Times New Roman",
}
TAGS = {
    "code": "InvoiceCode", "number": "InvoiceNo", "issue_date": "IssueDate", "check_code": "InvoiceCheckCode",
    "machine_number": "MachineNo", "cipher_area": "TaxControlCode", "buyer.name": "BuyerName",
    "buyer.tax_id": "BuyerTaxID", "buyer.address_phone": "BuyerAddrTel", "buyer.bank_account": "BuyerFinancialAccount",
    "seller.name": "SellerName", "seller.tax_id": "SellerTaxID", "seller.address_phone": "SellerAddrTel",
    "seller.bank_account": "SellerFinancialAccount", "total": "TaxInclusiveTotalAmount",
    "total_excluding_tax": "TaxExclusiveTotalAmount", "total_tax": "TaxTotalAmount", "remarks": "Note",
    "drawer": "InvoiceClerk", "payee": "Payee", "reviewer": "Checker",
}  # fmt: skip
ITEM_TAGS = {
    "name": "Item", "specification": "Specification", "unit": "MeasurementDimension", "quantity": "Quantity",
    "unit_price": "Price", "amount": "Amount", "tax_rate": "TaxScheme", "tax_amount": "TaxAmount",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Extras:
    """What an OFD file carries beside its pages: CustomDatas of OFD.xml, attachments by name, and whether tags tie
    fields to text objects."""

    custom_data: Mapping[str, str] = field(default_factory=dict)
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    tagged: bool = True


@dataclass(slots=True)
class _Book:
    """The package under construction: members by path, the last object id, pictures by id, text objects by field."""

    members: dict[str, bytes] = field(default_factory=dict)
    last_id: int = 100
    pictures: dict[int, bytes] = field(default_factory=dict)
    # path: (page id, object id)
    objects: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def new_id(self) -> int:
        self.last_id += 1
        return self.last_id


def write_ofd(pages: Sequence[Drawing], extras: Extras = Extras()) -> bytes:
    """The OFD file of *pages*."""
    book = _Book()
    page_ids = [_add_page(book, number, page) for number, page in enumerate(pages)]
    _add_resources(book)
    if extras.tagged:
        _add_tags(book)
    _add_attachments(book, extras.attachments)
    _add_document(book, page_ids, extras)
    _add_root(book, extras.custom_data)
    return _zipped(book.members)


def _add_page(book: _Book, number: int, page: Drawing) -> tuple[int, int]:
    """Adds the form as a template and the values as a page; returns their ids."""
    template, content = book.new_id(), book.new_id()
    form, values = _page_root(page), _page_root(page)
    SubElement(values, "ofd:Template", {"TemplateID": str(template), "ZOrder": "Background"})
    _add_seals(book, _add_layer(book, form, page.of("form"), 0), page, "emblem")
    _add_seals(book, _add_layer(book, values, page.of("print"), content), page, "seal")
    book.members[f"Doc_0/Tpls/Tpl_{number}/Content.xml"] = _bytes(form)
    book.members[f"Doc_0/Pages/Page_{number}/Content.xml"] = _bytes(values)
    return template, content


def _page_root(page: Drawing) -> Element:
    root = _element("Page")
    area = SubElement(root, "ofd:Area")
    SubElement(area, "ofd:PhysicalBox").text = f"0 0 {_n(page.width)} {_n(page.height)}"
    return root


def _add_layer(book: _Book, root: Element, items: Iterable[Primitive], page_id: int) -> Element:
    layer = SubElement(SubElement(root, "ofd:Content"), "ofd:Layer", {"ID": str(book.new_id())})
    for item in items:
        if isinstance(item, Qr):
            _add_image(book, layer, (item.x, item.y, item.size, item.size), _qr_png(item.payload))
        elif isinstance(item, Text):
            number = book.new_id()
            _add_text(layer, item, number)
            if item.path and page_id:
                book.objects.setdefault(item.path, []).append((page_id, number))
        else:
            _add_path(layer, item, book.new_id())
    return layer


def _add_seals(book: _Book, layer: Element, page: Drawing, seals: Layer) -> None:
    for seal in overlays(page, seals):
        color = np.full((*seal.ink.shape, 3), seal.color[::-1], np.uint8)
        picture = np.dstack([color, seal.ink])
        _add_image(book, layer, (seal.x, seal.y, seal.width, seal.height), _png(picture))


def _add_image(book: _Book, layer: Element, place: tuple[float, float, float, float], png: bytes) -> None:
    x, y, w, h = place
    number = book.new_id()
    book.pictures[number + PICTURES] = png
    attributes = {"Boundary": _box(x, y, w, h), "CTM": f"{_n(w)} 0 0 {_n(h)} 0 0", "ResourceID": str(number + PICTURES)}
    SubElement(layer, "ofd:ImageObject", {"ID": str(number), **attributes})


def _add_text(layer: Element, text: Text, number: int) -> None:
    attributes = {"ID": str(number), "Font": str(_font_id(text.style)), "Size": _n(text.size)}
    rise = ASCENT * text.size
    if text.angle or text.stretch != 1.0:
        sin, cos = math.sin(math.radians(text.angle)), math.cos(math.radians(text.angle))
        matrix = (cos * text.stretch, sin * text.stretch, -sin, cos, 0.0, 0.0)
        attributes["CTM"] = " ".join(_n(value) for value in matrix)
    turned = bool(text.angle)
    top = text.y if turned else text.y - rise
    attributes["Boundary"] = _box(text.x, top, max(width(text), text.size) + 1.0, text.size * 1.3)
    node = SubElement(layer, "ofd:TextObject", attributes)
    color = SubElement(node, "ofd:FillColor")
    color.set("Value", " ".join(map(str, text.color)))
    places = offsets(text)
    steps = [(b - a) / text.stretch for a, b in itertools.pairwise(places[:-1])]
    code = SubElement(node, "ofd:TextCode", {"X": "0", "Y": "0" if turned else _n(rise)})
    if steps:
        code.set("DeltaX", " ".join(_n(step) for step in steps))
    code.text = text.text


def _add_path(layer: Element, item: Rule | Oval, number: int) -> None:
    if isinstance(item, Rule):
        x, y = min(item.x0, item.x1), min(item.y0, item.y1)
        box = _box(x, y, abs(item.x1 - item.x0) + item.width, abs(item.y1 - item.y0) + item.width)
        data = f"M {_n(item.x0 - x)} {_n(item.y0 - y)} L {_n(item.x1 - x)} {_n(item.y1 - y)}"
    else:
        box = _box(item.x - item.rx, item.y - item.ry, 2 * item.rx, 2 * item.ry)
        data = _ellipse(item.rx, item.ry)
    node = SubElement(layer, "ofd:PathObject", {"ID": str(number), "Boundary": box, "LineWidth": _n(item.width)})
    SubElement(node, "ofd:StrokeColor").set("Value", " ".join(map(str, item.color)))
    SubElement(node, "ofd:AbbreviatedData").text = data


def _ellipse(a: float, b: float) -> str:
    """The path of an ellipse whose box begins at the origin."""
    p, q = a * QUARTER_CIRCLE, b * QUARTER_CIRCLE
    curves = (
        (2 * a, b + q, a + p, 2 * b, a, 2 * b), (a - p, 2 * b, 0, b + q, 0, b),
        (0, b - q, a - p, 0, a, 0), (a + p, 0, 2 * a, b - q, 2 * a, b),
    )  # fmt: skip
    return f"M {_n(2 * a)} {_n(b)} " + " ".join("B " + " ".join(_n(v) for v in curve) for curve in curves) + " C"


def _add_resources(book: _Book) -> None:
    public = _element("Res")
    fonts = SubElement(public, "ofd:Fonts")
    for style, name in FONTS.items():
        SubElement(fonts, "ofd:Font", {"ID": str(_font_id(style)), "FontName": name, "FamilyName": name})
    book.members["Doc_0/PublicRes.xml"] = _bytes(public)
    pictures = _element("Res", {"BaseLoc": "Res"})
    media = SubElement(pictures, "ofd:MultiMedias")
    for number, png in book.pictures.items():
        node = SubElement(media, "ofd:MultiMedia", {"ID": str(number), "Type": "Image", "Format": "PNG"})
        SubElement(node, "ofd:MediaFile").text = f"image_{number}.png"
        book.members[f"Doc_0/Res/image_{number}.png"] = png
    book.members["Doc_0/DocumentRes.xml"] = _bytes(pictures)


def _qr_png(payload: str) -> bytes:
    modules = 255 - qr_modules(payload)
    side = len(modules) * QR_SCALE
    return _png(cv2.resize(modules, (side, side), interpolation=cv2.INTER_NEAREST))


def _png(picture: NDArray[Any]) -> bytes:
    done, data = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    if not done:
        raise RuntimeError(f"OpenCV could not encode {picture.shape} as PNG")
    return data.tobytes()


def _add_tags(book: _Book) -> None:
    """CustomTag.xml: which text objects print which field; item columns as repeated flat elements."""
    root = Element("fp:eInvoice", {"xmlns:fp": INVOICE_SPACE, "xmlns:ofd": NAMESPACE, "version": "1.0"})
    for path, tag in TAGS.items():
        if path in book.objects:
            _refer(SubElement(root, f"fp:{tag}"), book.objects[path])
    for column, tag in ITEM_TAGS.items():
        paths = [path for path in book.objects if path.startswith("items.") and path.endswith(f".{column}")]
        for path in sorted(paths, key=lambda path: int(path.split(".")[1])):
            _refer(SubElement(root, f"fp:{tag}"), book.objects[path])
    book.members["Doc_0/Tags/CustomTag.xml"] = _bytes(root)
    tags = _element("CustomTags")
    node = SubElement(tags, "ofd:CustomTag", {"TypeID": "eInvoice"})
    SubElement(node, "ofd:FileLoc").text = "CustomTag.xml"
    book.members["Doc_0/Tags/CustomTags.xml"] = _bytes(tags)


def _refer(node: Element, objects: list[tuple[int, int]]) -> None:
    for page, number in objects:
        SubElement(node, "ofd:ObjectRef", {"PageRef": str(page)}).text = str(number)


def _add_attachments(book: _Book, attachments: Mapping[str, bytes]) -> None:
    if not attachments:
        return
    root = _element("Attachments")
    for number, (name, data) in enumerate(attachments.items(), 1):
        node = SubElement(root, "ofd:Attachment", {"ID": str(number), "Name": name.rsplit(".", 1)[0], "Format": "xml"})
        SubElement(node, "ofd:FileLoc").text = name
        book.members[f"Doc_0/Attachs/{name}"] = data
    book.members["Doc_0/Attachs/Attachments.xml"] = _bytes(root)


def _add_document(book: _Book, page_ids: list[tuple[int, int]], extras: Extras) -> None:
    root = _element("Document")
    common = SubElement(root, "ofd:CommonData")
    SubElement(common, "ofd:MaxUnitID").text = str(book.last_id + PICTURES)
    SubElement(common, "ofd:PublicRes").text = "PublicRes.xml"
    SubElement(common, "ofd:DocumentRes").text = "DocumentRes.xml"
    pages = SubElement(root, "ofd:Pages")
    for number, (template, content) in enumerate(page_ids):
        location = {"ID": str(template), "BaseLoc": f"Tpls/Tpl_{number}/Content.xml"}
        SubElement(common, "ofd:TemplatePage", location)
        SubElement(pages, "ofd:Page", {"ID": str(content), "BaseLoc": f"Pages/Page_{number}/Content.xml"})
    if extras.attachments:
        SubElement(root, "ofd:Attachments").text = "Attachs/Attachments.xml"
    if extras.tagged:
        SubElement(root, "ofd:CustomTags").text = "Tags/CustomTags.xml"
    book.members["Doc_0/Document.xml"] = _bytes(root)


def _add_root(book: _Book, custom_data: Mapping[str, str]) -> None:
    root = _element("OFD", {"DocType": "OFD", "Version": "1.0"})
    body = SubElement(root, "ofd:DocBody")
    info = SubElement(body, "ofd:DocInfo")
    SubElement(info, "ofd:DocID").text = "0" * 32
    SubElement(info, "ofd:Creator").text = "invoiceocr specimens"
    data = SubElement(info, "ofd:CustomDatas")
    for name, value in custom_data.items():
        SubElement(data, "ofd:CustomData", {"Name": name}).text = value
    SubElement(body, "ofd:DocRoot").text = "Doc_0/Document.xml"
    book.members["OFD.xml"] = _bytes(root)


def _zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(members, key=lambda name: (name != "OFD.xml", name)):
            package.writestr(zipfile.ZipInfo(name, EPOCH), members[name], zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


def _font_id(style: str) -> int:
    return 11 + list(FONTS).index(style)


def _element(name: str, attributes: Mapping[str, str] | None = None) -> Element:
    return Element(f"ofd:{name}", {"xmlns:ofd": NAMESPACE, **(attributes or {})})


def _box(x: float, y: float, w: float, h: float) -> str:
    return " ".join(_n(value) for value in (x, y, w, h))


def _bytes(root: Element) -> bytes:
    body: bytes = ET.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body
