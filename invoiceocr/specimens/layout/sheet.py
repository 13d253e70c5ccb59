"""What stands on one sheet of a form: rules, captions, seals, strips, the values in their slots, the QR code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from random import Random

from invoiceocr.specimens.content.invoices import Content
from invoiceocr.specimens.drawing import Color, Oval, Primitive, Qr, Rule, Text
from invoiceocr.specimens.layout import seals
from invoiceocr.specimens.layout.forms import Form, KeyMatch, Slot, Spot, load_form
from invoiceocr.specimens.layout.setting import aligned, fitted, spread, upright, wrapped
from invoiceocr.specimens.layout.table import column_items

SPECIMEN = "样张"
PALE: Color = (206, 206, 206)
STRIP_COLOR: Color = (150, 160, 196)
HOLE_PITCH = 12.7  # mm between tractor holes (half an inch)
# share of paper and electronic invoices that bear the issuer's seal
SEALED = 0.8
COPY_COLORS: dict[str, Color] = {"抵扣联": (34, 96, 62), "记账联": (44, 44, 46)}


@dataclass(frozen=True, slots=True)
class Look:
    """What varies between issuers of one form: colors and the style of the values."""

    form: Form
    label_color: Color
    title_color: Color
    value_style: str
    value_color: Color
    sealed: bool


def look_of(content: Content) -> Look:
    """The look that belongs to the content's seed."""
    form, rng = load_form(content.form), Random(f"look {content.seed}")
    label, value = rng.choice(form.label_colors), rng.choice(form.value_colors)
    label = COPY_COLORS.get(content.captions["copy"], label)
    title = label if form.strip else form.spots["title"].color
    return Look(form, label, title, rng.choice(form.value_styles), value, rng.random() < SEALED)


def form_items(content: Content, look: Look) -> list[Primitive]:
    """What is the same on every invoice of the form: rules, captions, title, seals, strips, the 样张 marks."""
    form, spots, captions = look.form, look.form.spots, content.captions
    rules = [Rule(*rule, form.line_width, look.label_color) for rule in form.rules]
    title = Text(captions["title"], spots["title"].center, spots["title"].y, spots["title"].size, form.label_style)
    items: list[Primitive] = [
        *_strip_items(form),
        *rules,
        *column_items(form, look.label_color),
        aligned(replace(title, color=look.title_color, layer="form", path="kind"), "center"),
        *(seals.supervision_seal(spots["seal"], captions["bureau"]) if "seal" in spots else ()),
        *_specimen_marks(form),
    ]
    for name, label in form.labels.items():
        items += _label_items(label, look, captions) if _wanted(name, content) else []
    if look.sealed and "issuer_seal" in spots and content.invoice.seller:
        seller = content.invoice.seller
        items += seals.issuer_seal(spots["issuer_seal"], seller.name or "", seller.tax_id or "")
    return items


def _wanted(name: str, content: Content) -> bool:
    """Whether a caption is printed: all are, except those of values that an invoice on paper lacks."""
    if name not in ("check_code", "machine_number") or content.form != "paper":
        return True
    return getattr(content.invoice, name) is not None


def _specimen_marks(form: Form) -> list[Primitive]:
    middle = form.width / 2
    return [Text(SPECIMEN, middle + side, form.height - 3.0, 4.0, "hei", PALE, "form") for side in (-60.0, 52.0)]


def _label_items(label: KeyMatch, look: Look, captions: dict[str, str]) -> Iterable[Primitive]:
    color = label.color or (look.value_color if label.layer == "print" else look.label_color)
    text = Text(
        label.text.format(**captions), label.x, label.y, label.size or look.form.label_size,
        label.style or (look.value_style if label.layer == "print" else look.form.label_style), color, label.layer,
        angle=label.angle, tracking=label.tracking,
    )  # fmt: skip
    if label.step:
        return upright(text, label.step)
    if label.span:
        return [spread(text, label.span)]
    if label.center is not None:
        return [aligned(replace(text, x=label.center), "center")]
    return [text]


def value_items(look: Look, values: Mapping[str, str]) -> list[Primitive]:
    """The values in their slots, by slot name."""
    items: list[Primitive] = []
    for name, slot in look.form.slots.items():
        if name in values:
            items += _slot_items(slot, name, values[name], look)
    if "total_in_words" in values and "total_in_words" in look.form.slots:
        items += _crossed_circle(look)
    return items


def _slot_items(slot: Slot, name: str, value: str, look: Look) -> list[Primitive]:
    path = name if slot.path is None else slot.path or None
    style = slot.style or look.value_style
    text = Text(value, slot.x, slot.y, slot.size, style, slot.color or look.value_color, slot.layer, path)
    if slot.lines == 1:
        return [aligned(fitted(text, slot.room), slot.align)]
    lines = wrapped(text, slot.room, slot.leading)
    # more lines than the box has room for draw closer together
    squeeze = min(1.0, slot.lines / len(lines))
    if squeeze < 1.0:
        text = replace(text, size=text.size * squeeze)
        lines = wrapped(text, slot.room, slot.leading * squeeze)
    return list(lines)


def _crossed_circle(look: Look) -> list[Primitive]:
    """The ⊗ before the amount in words, drawn as most issuers' software draws it."""
    slot, radius = look.form.slots["total_in_words"], 1.75
    x, y, d = slot.x - 2.6, slot.y - 1.1, 1.75 * 0.7071
    return [
        Oval(x, y, radius, radius, 0.25, look.value_color, "print"),
        Rule(x - d, y - d, x + d, y + d, 0.25, look.value_color, "print"),
        Rule(x - d, y + d, x + d, y - d, 0.25, look.value_color, "print"),
    ]


def qr_items(content: Content, look: Look) -> list[Primitive]:
    """The tax QR code and the mark beside it, where the form has them."""
    spot = look.form.spots.get("qr")
    if spot is None:
        return []
    items: list[Primitive] = [Qr(spot.x, spot.y, spot.size, content.qr, look.value_color)]
    if content.captions["mark"]:
        items.append(_mark(look.form.spots["mark"], content.captions["mark"], look.value_color))
    return items


def _mark(spot: Spot, mark: str, color: Color) -> Text:
    return Text(mark, spot.x, spot.y, spot.size, spot.style, color)


def _strip_items(form: Form) -> list[Primitive]:
    """The perforated strips that pull a paper form through the printer."""
    if not form.strip:
        return []
    items: list[Primitive] = []
    for x, edge in ((form.strip / 2 + 0.6, form.strip), (form.width - form.strip / 2 - 0.6, form.width - form.strip)):
        items.append(Rule(edge, 0.0, edge, form.height, 0.2, STRIP_COLOR, dash=1.6))
        count = int(form.height / HOLE_PITCH)
        items += [Oval(x, (row + 0.5) * HOLE_PITCH, 2.0, 2.0, 0.25, STRIP_COLOR) for row in range(count)]
    return items
