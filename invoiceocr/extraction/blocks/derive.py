"""`derive`: a field that follows from another one which is printed.

    - derive: {field: total, from: total_in_words, by: amount_of_words}
    - derive: {field: region, from: code, by: region_of_code}
    - derive: {field: arrival_station, from: arrival_latin, by: station_of_letters}    # where it is illegible

It is a reading of the same print, so it keeps that print's text, box and confidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.candidates import INFERRED
from invoiceocr.kinds import vocabulary
from invoiceocr.layout.form import FormLayout
from invoiceocr.values import chinese_amount, invoice_code, plate_number


def _station(text: str) -> str | None:
    return vocabulary.spelled("stations", text)


# of these the value itself stands elsewhere, and what they follow from is no second witness for them
FROM_OTHER_PRINT: Mapping[str, Callable[[str], object | None]] = {"station_of_letters": _station}
CONVERSIONS: Mapping[str, Callable[[str], object | None]] = {
    "amount_of_words": chinese_amount.parse,
    "region_of_code": invoice_code.region,
    "same": lambda text: text,
    "plate_key": plate_number.key,
    **FROM_OTHER_PRINT,
}


@dataclass(frozen=True, slots=True, eq=False)
class Derive:
    """The compiled block."""

    path: str
    source: str
    convert: Callable[[str], object | None]
    inferred: bool = False


def compile_block(node: Node) -> Derive:
    """The block of *node*."""
    node.check(("field", "from", "by"))
    node.field("field", node.get("field"))
    source = node.field("from", node.get("from")).path
    name = node.known("by", node.get("by"), CONVERSIONS)
    return Derive(node.text("field"), source, CONVERSIONS[name], name in FROM_OTHER_PRINT)


def read(form: FormLayout, block: Derive) -> Iterator[Candidate]:
    """The value that follows from the first candidate of the other field."""
    said = next((candidate for candidate in form.said if candidate.path == block.source), None)
    value = block.convert(str(said.value)) if said is not None and said.value is not None else None
    if said is not None and value is not None:
        found = replace(said, path=block.path, value=value, lattice=None)
        yield replace(found, source="arithmetic", confidence=INFERRED * said.confidence) if block.inferred else found
