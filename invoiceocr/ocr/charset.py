"""The characters of a recognizer: its classes in the order of its output."""

from __future__ import annotations

from invoiceocr.errors import ModelError
from invoiceocr.ocr.session import Network

BLANK = ""  # class 0 of every CTC network here


def charset(network: Network) -> tuple[str, ...]:
    """The text of each output class: the CTC blank (""), the dictionary of the metadata, a space. The dictionary
    contains U+3000 and other white space, so it is split at line feeds only and never stripped."""
    dictionary = network.metadata.get("character")
    if dictionary is None:
        raise ModelError(f"{network.entry.file}: no 'character' dictionary in the ONNX metadata")
    lines = dictionary.split("\n")
    return (BLANK, *(lines[:-1] if lines[-1] == "" else lines), " ")
