"""Papers of the kinds that are no VAT invoices, drawn from layouts."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from invoiceocr.kinds import builtin
from invoiceocr.specimens import EVERY_KIND, SLIPS, Options, Order, Specimen, make
from invoiceocr.specimens.composition import Arrangement, compose
from invoiceocr.specimens.drawing import Drawing, Text
from invoiceocr.specimens.pictures import wear
from invoiceocr.specimens.pictures.press import Plate
from invoiceocr.specimens.slips.layout import layouts
from invoiceocr.specimens.slips.slip import draw_slip

VALUES = ("total", "code", "number", "train_number", "provider")


def test_specimens_are_drawn_of_every_kind() -> None:
    assert set(EVERY_KIND) == {*builtin().kinds}


@pytest.mark.parametrize("kind", SLIPS)
def test_the_same_seed_gives_the_same_bytes(kind: str) -> None:
    assert make(kind, 7, format="pdf").data == make(kind, 7, format="pdf").data


@pytest.mark.parametrize("kind", SLIPS)
def test_a_label_has_only_fields_of_its_kind(kind: str) -> None:
    spec = builtin()[kind]

    for seed in range(12):
        fields = draw_slip(kind, seed).fields

        assert fields["kind"] == kind
        assert set(fields) - {"kind"} <= set(spec.fields)


@pytest.mark.parametrize("kind", [kind for kind in SLIPS if kind != "other"])
def test_every_layout_prints_what_its_label_says(kind: str) -> None:
    seeds = range(8 * len(layouts()[kind]))
    for slip in (draw_slip(kind, seed) for seed in seeds):
        text = "".join("".join(item.text.split()) for item in slip.drawing.texts() if item.path != "kind")

        for path in VALUES:
            value = str(slip.fields.get(path) or "").removesuffix(".00").removesuffix("0")
            assert (path == "total" and "total_in_words" in slip.fields) or value in text


@pytest.mark.parametrize("kind", ["taxi", "toll_receipt"])
def test_code_and_number_of_a_struck_slip_are_printed_with_its_form(kind: str) -> None:
    drawn = [item for seed in range(9) for item in draw_slip(kind, seed).drawing.texts()]

    assert {item.layer for item in drawn if item.path in ("code", "number")} == {"form"}
    assert {item.layer for item in drawn if item.path == "total"} == {"print"}


@pytest.mark.parametrize("kind", ["taxi", "toll_receipt"])
def test_the_seal_of_the_form_ends_above_the_code_as_on_real_slips(kind: str) -> None:
    for layout in layouts()[kind]:
        _, y, _, size = layout.places["code"]
        assert layout.seal is not None
        assert layout.seal[1] + layout.seal[3] < y - 0.9 * (size or layout.print_size)


@pytest.mark.parametrize("kind", ["train", "taxi", "medical"])
def test_a_degraded_slip_is_a_picture_with_places(kind: str) -> None:
    specimen = make(kind, 3, format="jpg", degradation="slip_photo")

    assert cv2.imdecode(np.frombuffer(specimen.data, np.uint8), cv2.IMREAD_COLOR).size
    assert specimen.truth["pages"][0]["lines"]


def test_a_cover_takes_the_fields_under_it_from_the_score() -> None:
    covered = [make("bus", seed, format="png", degradation="cover").truth["unsure"] for seed in range(6)]

    assert any(covered)
    assert all(path in draw_slip("bus", seed).fields or path for seed, paths in enumerate(covered) for path in paths)


def test_a_field_of_which_a_character_lies_under_black_strokes_is_not_scored() -> None:
    drawing = Drawing(60, 40, (Text("平湖", 10, 20, 4, path="exit"), Text("东山", 10, 30, 4, path="entrance")))
    black, red = (Text("■", 8, 22, 9, "hei", color, "seal") for color in ((40, 40, 44), (204, 44, 48)))

    assert wear.under(Plate(drawing), black) == {"exit"}
    assert wear.under(Plate(drawing), red) == set()


def test_papers_of_many_kinds_lie_on_one_picture() -> None:
    orders = [Order(kind, 1, "png", options=Options(dpi=60.0)) for kind in SLIPS[:12]]

    sheet = compose(orders, 5, Arrangement(columns=4, ground="desk", quarters=(0, 90, 180, 270), skew=6.0))

    assert [invoice["fields"]["kind"] for invoice in sheet.truth["invoices"]] == list(SLIPS[:12])


@pytest.mark.parametrize(
    ("order", "named"),
    [
        (Order("taxi", 1, "xml"), "no XML"),
        (Order("taxi", 1, "pdf", "slip_scan"), "can't be degraded"),
        (Order("taxi", 1, "png", options=Options(variant="tall")), "neither traits nor variants"),
    ],
)
def test_what_no_slip_can_be_is_refused(order: Order, named: str) -> None:
    from invoiceocr.specimens import deliver

    with pytest.raises(ValueError, match=named):
        deliver(order)


def test_specimens_say_that_they_are_none() -> None:
    specimen: Specimen = make("train", 1, format="png")

    assert any("样张" in line["text"] for line in specimen.truth["pages"][0]["lines"])
