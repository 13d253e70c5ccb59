"""The dozen specimens in examples/: one of each sort of file that a user meets."""

from __future__ import annotations

from pathlib import Path

from invoiceocr.specimens.issue import write_all
from invoiceocr.specimens.specimen import Options, Order


def _options(*traits: str, dpi: float = 118.0, variant: str | None = None) -> Options:
    """Options that keep a picture below 150 KB."""
    return Options(frozenset(traits), variant, dpi=dpi, jpeg_quality=62)


EXAMPLES: tuple[Order, ...] = (
    Order("digital_ordinary", 101, "pdf", None, _options("remarks", "discount")),
    Order("digital_special", 102, "pdf", None, _options("many_items")),
    Order("e_vat_ordinary", 103, "pdf", None, _options("exempt", "long_names")),
    Order("toll", 104, "pdf", None, _options()),
    Order("vat_special", 105, "pdf", "scan", _options(dpi=100.0, variant="scanned")),
    Order("e_vat_special", 106, "ofd", None, _options("remarks")),
    Order("digital_ordinary", 107, "ofd", None, _options("private_buyer")),
    Order("digital_special", 108, "xml", None, _options("red")),
    Order("digital_special", 116, "png", None, _options("several_rates")),
    Order("vat_special", 110, "jpg", "photo", _options("remarks")),
    Order("vat_ordinary", 111, "jpg", "misprint_scan", _options()),
    Order("vat_ordinary", 112, "jpg", "photo+quarter", _options()),
    Order("e_vat_ordinary", 113, "jpg", "photo", _options("red")),
)


def write_examples(folder: Path, *, labels: bool = True) -> list[Path]:
    """Writes the examples into *folder*, as `save` does; returns the files' paths."""
    return write_all(folder, EXAMPLES, labels=labels)
