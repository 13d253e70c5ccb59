"""What remarks state of the parties, in the wordings of platforms (schemas/remarks.yaml): on pages and in XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import regex

from invoiceocr import resources, yaml_file
from invoiceocr.errors import SchemaError
from invoiceocr.text.lazy_pattern import lazily

FILE = "remarks.yaml"
PARTY = "PARTY"  # stands for the words by which a party is called
OTHER = "OTHER"  # stands for the words with which something else begins
MAX_LENGTH = 4_000  # characters that are looked at; no remark is longer


@lru_cache(maxsize=1)
def patterns() -> Mapping[str, regex.Pattern[str]]:
    """The pattern of each field of a party that remarks may state."""
    data = yaml_file.load(resources.folder("schemas") / FILE, SchemaError)
    other = f"(?:{'|'.join([*data['parties'].values(), data['others']])})"
    return {
        f"{party}.{detail}": lazily(str(pattern).replace(PARTY, str(words)).replace(OTHER, other))
        for party, words in data["parties"].items()
        for detail, pattern in data["details"].items()
    }


def stated(text: str) -> Iterator[tuple[str, str, str]]:
    """The path, the value and the print of each detail of a party that remarks with this *text* state."""
    for path, pattern in patterns().items():
        found = pattern.search(text[:MAX_LENGTH])
        if found is not None:
            yield path, value_of(found), found.group()


def value_of(found: regex.Match[str]) -> str:
    """The groups of a match that were found, joined by a blank."""
    return " ".join(group.strip() for group in found.groups() if group)
