"""`draw_slip`: the paper of a kind that belongs to a seed, drawn, with the fields that it truly says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from invoiceocr.specimens.content.words import TomlValue
from invoiceocr.specimens.drawing import Drawing, Layer, Primitive, Qr, Rule, Text
from invoiceocr.specimens.layout import seals
from invoiceocr.specimens.layout.forms import Spot
from invoiceocr.specimens.layout.placed import LEADING, TITLE_GROWTH, label
from invoiceocr.specimens.layout.setting import aligned, wrapped
from invoiceocr.specimens.layout.sheet import PALE, SPECIMEN
from invoiceocr.specimens.slips import general, roads, travel
from invoiceocr.specimens.slips.facts import Facts
from invoiceocr.specimens.slips.layout import Layout, layouts, varied

SEALED = 0.75  # share of papers that bear their issuer's seal
SCRAWLED = 0.4  # share of coupons with a figure written by hand
SEAL_INKS = ((214, 30, 36), (196, 44, 52), (228, 84, 84))
INVENTED = "示例汽车服务有限公司"
DRAWN: dict[str, Callable[[Random], Facts]] = {
    "vat_roll": general.vat_roll, "blockchain": general.blockchain, "digital_rail": travel.digital_rail,
    "digital_air": travel.digital_air, "motor_vehicle": general.motor_vehicle, "used_vehicle": general.used_vehicle,
    "train": travel.train, "taxi": roads.taxi, "bus": roads.bus, "ship": roads.ship,
    "air_itinerary": travel.air_itinerary, "toll_receipt": roads.toll_receipt, "quota": general.quota,
    "machine_printed": general.machine_printed, "fiscal": general.fiscal, "medical": general.medical,
    "ride_itinerary": roads.ride_itinerary, "other": general.other,
}  # fmt: skip
SLIPS = tuple(DRAWN)


@dataclass(frozen=True, slots=True)
class Slip:
    """A drawn paper, the fields of its label, and whether its values are struck by an impact printer."""

    drawing: Drawing
    fields: Mapping[str, TomlValue]
    impact: bool


def draw_slip(kind: str, seed: int) -> Slip:
    """The paper of *kind* that belongs to *seed*; ValueError for a kind that is not drawn here."""
    if kind not in DRAWN:
        raise ValueError(f"no papers of kind {kind!r}; there are {', '.join(SLIPS)}")
    rng = Random(f"invoiceocr slip {kind} {seed}")
    facts = DRAWN[kind](rng)
    layout = varied(rng.choice(layouts()[kind]), rng)
    printed, values = facts.shown(layout.places)
    mark = Text(SPECIMEN, layout.width * 0.46, layout.height - 1.2, 3.0, "hei", PALE, "form")
    items = (*_form(layout, facts, rng), mark, *_values(layout, printed), *_stamps(layout, facts, rng))
    return Slip(Drawing(layout.width, layout.height, items, layout.papers[0]), label(kind, values), layout.impact)


def _form(layout: Layout, facts: Facts, rng: Random) -> Iterator[Primitive]:
    """What the printing house put there."""
    ink, style = layout.forms[0], layout.form_styles[0]
    if layout.title is not None:
        x, y, text = layout.title
        large = layout.title_size or TITLE_GROWTH * layout.size
        yield Text(text.format(**facts.titles), x, y, large, style, ink, "form", path="kind")
    if layout.seal is not None:
        x, y, rx, ry = layout.seal
        yield from seals.supervision_seal(Spot(x=x, y=y, rx=rx, ry=ry), f"{facts.titles.get('region', '示例')}税务局")
    for x0, y0, x1, y1 in layout.lines:
        yield Rule(x0, y0, x1, y1, color=ink)
    for x, y, text, *size in layout.captions:
        if text:
            yield Text(text.format(**facts.titles), x, y, size[0] if size else layout.size, style, ink, "form")
    if layout.qr is not None:
        yield Qr(*layout.qr, "".join(rng.choices("0123456789", k=120)))


def _values(layout: Layout, printed: Mapping[str, str]) -> Iterator[Primitive]:
    for path, text in printed.items():
        x, y, room, size = layout.places[path]
        color = layout.colors.get(path, layout.prints[0])
        layer: Layer = "form" if path in layout.preprinted else "print"
        run = Text(text, x, y, size or layout.print_size, layout.print_styles[0], color, layer, path=path)
        if layout.ends(path):
            yield aligned(run, "right")
        else:
            yield from wrapped(run, room, LEADING * run.size) if room else [run]


def _stamps(layout: Layout, facts: Facts, rng: Random) -> Iterator[Primitive]:
    """The issuer's seal and a figure by hand, on some."""
    name = str(facts.values.get("seller.name") or facts.titles.get("seller") or INVENTED)
    for x, y, rx, ry in layout.stamps if rng.random() < SEALED else ():
        spot = Spot(x=x, y=y, rx=rx, ry=ry)
        yield from seals.issuer_seal(spot, name, str(facts.values.get("seller.tax_id") or ""), rng.choice(SEAL_INKS))
    if layout.scrawl and rng.random() < SCRAWLED:
        x, y = layout.scrawl
        yield Text(str(rng.randint(2, 90)), x, y, 11.0, "kai", (60, 60, 66), "seal", angle=rng.uniform(-20, 10))
