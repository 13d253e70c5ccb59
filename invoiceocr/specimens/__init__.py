"""Draws synthetic invoices and tickets of every kind with exact truth: for tests, training, demo, benchmarks.

    specimen = make("digital_ordinary", seed=7, format="pdf")
    specimen.data, specimen.truth["invoices"][0]["fields"]["total"]

    write_all(folder, (Order("vat_special", seed, "jpg", "hard_photo") for seed in range(2000)))

Needs the extra `specimens` (pillow, pylopdf-fonts-zh-cn). Companies, addresses and numbers are invented; every sheet
is marked 样张. The same arguments give the same bytes. `python -m invoiceocr.specimens --help` writes folders.
"""

from invoiceocr.specimens.content.traits import KINDS, TRAITS
from invoiceocr.specimens.issue import deliver, make, save, write, write_all
from invoiceocr.specimens.slips.slip import SLIPS
from invoiceocr.specimens.specimen import Format, Options, Order, Specimen

EVERY_KIND = (*KINDS, *SLIPS)
"""The VAT family (`KINDS`), drawn on forms, and all other kinds (`SLIPS`), drawn on layouts."""

__all__ = [
    "EVERY_KIND",
    "KINDS",
    "SLIPS",
    "TRAITS",
    "Format",
    "Options",
    "Order",
    "Specimen",
    "deliver",
    "make",
    "save",
    "write",
    "write_all",
]
