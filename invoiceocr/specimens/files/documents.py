"""Documents with text, PDF, OFD and XML, and their variants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from invoiceocr.geometry import POINTS_PER_MM
from invoiceocr.specimens import truth
from invoiceocr.specimens.content.invoices import Content
from invoiceocr.specimens.content.printed import printed_values
from invoiceocr.specimens.content.traits import PAPER
from invoiceocr.specimens.drawing import Drawing, Primitive, Text
from invoiceocr.specimens.files import stated
from invoiceocr.specimens.files.ofd import Extras, write_ofd
from invoiceocr.specimens.files.pdf import Attachment, Mapping, write_pdf
from invoiceocr.specimens.layout.pages import lay_out, lay_out_list
from invoiceocr.specimens.pictures.shots import scanned_page
from invoiceocr.specimens.specimen import Order, Specimen

VARIANTS = {
    "pdf": ("broken_text", "no_unicode", "scanned", "attached_xml", "attached_xbrl", "two_invoices", "tall"),
    "ofd": ("bare", "tags", "attached_xbrl", "tall"),
    "xml": (),
}
_MAPPINGS: dict[str | None, Mapping] = {"broken_text": "private", "no_unicode": "none"}
CUSTOM_DATA = {
    "发票代码": "code", "发票号码": "number", "开票日期": "issue_date", "校验码": "check_code",
    "购买方纳税人识别号": "buyer.tax_id", "销售方纳税人识别号": "seller.tax_id",
}  # fmt: skip


def pdf(order: Order) -> Specimen:
    """The PDF, with a text layer except in the variants "broken_text" (private-use characters), "no_unicode" (no
    mapping) and "scanned" (a picture). Attachments and a second invoice are further variants."""
    _check(order)
    contents = [order.content(number) for number in range(2 if order.options.variant == "two_invoices" else 1)]
    booklets = [_pages(content, order) for content in contents]
    pages = [page for booklet in booklets for page in booklet]
    label = _label(order, contents, booklets)
    if order.options.variant == "scanned":
        scans = [scanned_page(order, page, number) for number, page in enumerate(pages, 1)]
        label["pages"] = [scan.truth for scan in scans]
        return Specimen(write_pdf([scan.picture for scan in scans]), label, order.name)
    label["pages"] = _page_truths(pages, POINTS_PER_MM)
    mapping = _MAPPINGS.get(order.options.variant, "unicode")
    return Specimen(write_pdf(pages, mapping=mapping, attachments=_attachments(order, contents[0])), label, order.name)


def ofd(order: Order) -> Specimen:
    """The OFD: text, tags and, for kinds with 发票代码, original_invoice.xml; line places are in mm."""
    _check(order)
    content, variant = order.content(), order.options.variant
    pages = _pages(content, order)
    label = _label(order, [content], [pages])
    label["pages"] = _page_truths(pages, 1.0)
    extras = Extras(_custom_data(content), {}, True)
    if variant == "attached_xbrl":
        extras = Extras(
            _custom_data(content), {f"inv_{content.invoice.number}.xml": stated.xbrl_invoice(content)}, False
        )
    elif variant == "bare":
        extras = Extras({}, {}, False)
    elif variant != "tags" and content.invoice.code:
        extras = Extras(_custom_data(content), {"original_invoice.xml": stated.original_invoice(content)}, True)
    return Specimen(write_ofd(pages, extras), label, order.name)


def xml(order: Order) -> Specimen:
    """The issuer's XML: EInvoice for 数电票, eInvoice (2019) for kinds with 发票代码; ValueError for paper."""
    _check(order)
    content = order.content()
    label = _label(order, [content], [()])
    # the 2019 schema has no elements for passages
    if content.form == "toll":
        for item in label["invoices"][0]["fields"]["items"]:
            item |= dict.fromkeys(("plate_number", "vehicle_type", "start_date", "end_date"))
    return Specimen(_statement(content)(content), label, order.name)


def _check(order: Order) -> None:
    variant, known = order.options.variant, VARIANTS[order.format]
    if variant is not None and variant not in known:
        raise ValueError(f"{order.format} has no variant {variant!r}; there are {', '.join(known) or 'none'}")
    if order.kind in PAPER and (order.format == "xml" or variant in ("attached_xml", "attached_xbrl")):
        raise ValueError(f"{order.kind} is paper and has no XML")
    if order.degradation and variant != "scanned":
        raise ValueError(f"{order.format} can't be degraded; choose png, jpg or the PDF variant 'scanned'")


def _pages(content: Content, order: Order) -> tuple[Drawing, ...]:
    pages = lay_out(content, "tall" if order.options.variant == "tall" else "pages")
    if not content.listed:
        return pages
    return tuple(page.mapped(_itemless) for page in pages) + lay_out_list(content)


def _itemless(item: Primitive) -> Primitive:
    """The text of the 详见销货清单 row without its field: in this file the items are the rows of the list."""
    return replace(item, path=None) if isinstance(item, Text) and (item.path or "").startswith("items.") else item


def _label(order: Order, contents: Sequence[Content], booklets: Sequence[Sequence[Drawing]]) -> truth.Truth:
    first, invoices = 1, []
    for content, booklet in zip(contents, booklets, strict=True):
        invoices.append((first, truth.fields(content, with_list=True)))
        first += len(booklet)
    return truth.label(order.name, invoices)


def _page_truths(pages: Sequence[Drawing], unit: float) -> list[truth.TruthPage]:
    return [
        truth.page(page, number, truth.uniform(unit), (page.width * unit, page.height * unit))
        for number, page in enumerate(pages, 1)
    ]


def _attachments(order: Order, content: Content) -> list[Attachment]:
    makers: dict[str | None, Callable[[Content], bytes]] = {
        "attached_xml": _statement(content),
        "attached_xbrl": stated.xbrl_invoice,
    }
    maker = makers.get(order.options.variant)
    return [Attachment(f"inv_{content.invoice.number}.xml", maker(content))] if maker else []


def _statement(content: Content) -> Callable[[Content], bytes]:
    return stated.original_invoice if content.invoice.code else stated.digital_invoice


def _custom_data(content: Content) -> dict[str, str]:
    values = printed_values(content)
    data = {name: values[path].replace(" ", "") for name, path in CUSTOM_DATA.items() if path in values}
    data |= {"合计金额": str(content.invoice.total_excluding_tax)}
    if content.invoice.total_tax is not None:
        data["合计税额"] = str(content.invoice.total_tax)
    return data
