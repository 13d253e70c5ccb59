"""One drawn paper of each kind, read from file to invoice: by its text, and some by their pixels."""

from __future__ import annotations

import pytest

from invoiceocr.pipeline.reader import Reader
from invoiceocr.scoring.accuracy import KEYS, compared
from invoiceocr.specimens import SLIPS, Format, make

TEXT_SEED, PIXEL_SEED = 61, 61
# seeds that draw the layouts of a kind one by one
FORMS = {
    "medical": (61, 62, 63, 64, 68, 70),
    "machine_printed": (61, 62, 63, 64),
    "taxi": (61, 62, 69, 71),
    "bus": (61, 62, 68),
    "ship": (61, 65),
    "toll_receipt": (61, 62, 63),
}
BY_PIXELS = ("train", "taxi", "quota", "ride_itinerary")


def faults(reader: Reader, kind: str, seed: int, medium: Format) -> list[str]:
    """The key fields that are not as the label says."""
    specimen = make(kind, seed, format=medium)
    (found,) = reader.read(specimen.data, name=specimen.name)
    (label,) = specimen.truth["invoices"]
    outcomes = compared(label["fields"], found.model_dump(mode="json"))
    return [f"{path} {outcome}" for path, outcome in outcomes if path in KEYS and outcome != "right"]


@pytest.mark.parametrize("kind", SLIPS)
def test_the_text_of_a_drawn_paper_is_read(reader: Reader, kind: str) -> None:
    assert faults(reader, kind, TEXT_SEED, "pdf") == []


@pytest.mark.parametrize("kind", BY_PIXELS)
def test_the_pixels_of_a_drawn_paper_are_read(reader: Reader, kind: str) -> None:
    assert faults(reader, kind, PIXEL_SEED, "png") == []


@pytest.mark.parametrize(("kind", "seed"), [(kind, seed) for kind, seeds in FORMS.items() for seed in seeds])
def test_every_form_of_a_paper_is_read(reader: Reader, kind: str, seed: int) -> None:
    assert faults(reader, kind, seed, "pdf") == []
