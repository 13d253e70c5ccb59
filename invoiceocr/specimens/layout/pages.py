"""Lays a `Content` out on its form: one or more `Drawing`s with every text, line, seal and QR code in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from invoiceocr.specimens.content.invoices import Content
from invoiceocr.specimens.content.printed import NO_TAX, printed_total, printed_values
from invoiceocr.specimens.drawing import Drawing, Primitive, Rule, Text
from invoiceocr.specimens.layout.forms import Form, load_form
from invoiceocr.specimens.layout.setting import aligned, spread
from invoiceocr.specimens.layout.sheet import Look, form_items, look_of, qr_items, value_items
from invoiceocr.specimens.layout.table import Row, rows_height, rows_of, set_rows

Paging = Literal["tall", "pages"]
LIST_TITLE = "销售货物或者提供应税劳务清单"
LAST_PAGE_ONLY = ("total_excluding_tax", "total_tax", "total", "total_in_words", "remarks")


def lay_out(content: Content, paging: Paging = "tall") -> tuple[Drawing, ...]:
    """The pages of the invoice. More rows than the form holds make a 数电票 taller ("tall") or go to further pages
    with a 小计 each ("pages"); on the other forms the rows draw closer together."""
    look = look_of(content)
    rows = rows_of(content.rows, content.form, look.form.table, look.value_style)
    values = printed_values(content)
    several = (
        paging == "pages"
        and content.form.startswith("digital")
        and _room(look.form) < rows_height(rows, look.form.table)
    )
    if not several:
        return (_page(content, look, values, rows),)
    parts = _parts(rows, look.form)
    return tuple(_part_page(content, look, values, (parts, index)) for index in range(len(parts)))


def lay_out_list(content: Content) -> tuple[Drawing, ...]:
    """The pages of the 销货清单 of an invoice that refers to one."""
    form = load_form("list")
    look = replace(look_of(content), form=form, label_color=(0, 0, 0), title_color=(0, 0, 0), value_style="song")
    look = replace(look, value_color=(0, 0, 0), sealed=False)
    titled = replace(content, captions=content.captions | {"title": LIST_TITLE})
    parts = _parts(rows_of(content.invoice.items, "list", form.table, look.value_style), form)
    pages = []
    for number, part in enumerate(parts, 1):
        sums = {"subtotal_amount": _sum(part, "amount"), "subtotal_tax": _sum(part, "tax_amount")}
        values = printed_values(content) | sums | {"page_label": f"共{len(parts)}页 第{number}页"}
        pages.append(_page(titled, look, values, part))
    return tuple(pages)


def _room(form: Form) -> float:
    return form.table.bottom - form.table.top


def _parts(rows: list[Row], form: Form) -> list[list[Row]]:
    """The rows page by page, each page leaving a row free for its 小计."""
    parts: list[list[Row]] = [[]]
    for row in rows:
        if parts[-1] and rows_height([*parts[-1], row], form.table) > _room(form) - form.table.pitch:
            parts.append([])
        parts[-1].append(row)
    return parts


def _part_page(content: Content, look: Look, values: Mapping[str, str], part: tuple[list[list[Row]], int]) -> Drawing:
    """One of several pages: all bear parties and 小计, only the last the totals."""
    parts, index = part
    last = index == len(parts) - 1
    shown = {name: text for name, text in values.items() if last or name not in LAST_PAGE_ONLY}
    shown["page_label"] = f"共{len(parts)}页 第{index + 1}页"
    page = _page(content, look, shown, parts[index])
    return page.plus(_subtotal_items(look, parts[index]))


def _subtotal_items(look: Look, rows: list[Row]) -> Iterable[Primitive]:
    """小计 with the page's own sums, a row above 合计."""
    y, slots = look.form.table.bottom, look.form.slots
    caption = Text("小计", 0, y, look.form.label_size, look.form.label_style, look.label_color, "form")
    yield spread(caption, look.form.labels["total"].span or (0.0, 0.0))
    for name, field in (("total_excluding_tax", "amount"), ("total_tax", "tax_amount")):
        slot = slots[name]
        text = Text(_sum(rows, field), slot.x, y, slot.size, look.value_style, look.value_color)
        yield aligned(text, slot.align)


def _sum(rows: list[Row], field: str) -> str:
    values = [value for row in rows if (value := getattr(row.item, field)) is not None]
    return printed_total(sum(values, Decimal(0))) if values else NO_TAX


def _page(content: Content, look: Look, values: Mapping[str, str], rows: list[Row]) -> Drawing:
    table = look.form.table
    fixed = [*form_items(content, look), *value_items(look, values), *qr_items(content, look)]
    excess = rows_height(rows, table) - _room(look.form)
    grow = max(0.0, excess) if content.form.startswith("digital") else 0.0
    items = [_lowered(item, table.bottom + 0.5, grow) for item in fixed]
    ink = (look.value_style, look.value_color)
    return Drawing(
        look.form.width, look.form.height + grow, (*items, *set_rows(rows, look.form, ink, squeeze=not grow))
    )


def _lowered(item: Primitive, limit: float, grow: float) -> Primitive:
    """The primitive of a form that grows by *grow* mm below *limit*: what lies there moves down, rules stretch."""
    if isinstance(item, Rule):
        return replace(item, y0=item.y0 + grow * (item.y0 > limit), y1=item.y1 + grow * (item.y1 > limit))
    return replace(item, y=item.y + grow * (item.y > limit))
