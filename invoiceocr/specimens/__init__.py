"""Draws synthetic invoices of the VAT family with exact truth: for tests, training, the demo, users' benchmarks.

    specimen = make("digital_ordinary", seed=7, format="pdf")
    specimen.data, specimen.truth["invoices"][0]["fields"]["total"]

Needs the extra `specimens` (pillow, pylopdf-fonts-zh-cn). Companies, addresses and numbers are invented; every sheet
is marked 样张. The same arguments give the same bytes.
"""

from invoiceocr.specimens.issue import make, save, write
from invoiceocr.specimens.specimen import Format, Options, Specimen
from invoiceocr.specimens.traits import KINDS, TRAITS

__all__ = ["KINDS", "TRAITS", "Format", "Options", "Specimen", "make", "save", "write"]
