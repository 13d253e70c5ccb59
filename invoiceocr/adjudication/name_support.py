"""Names of parties that their blocks prove: a name beside a tax id with correct check digits, either in exact
characters or read alike by two recognizers of different make, each by itself.

Characters of a text layer, an OFD or an XML record are exact, so such a name can be wrong in only two ways: it belongs
to another field, or a part of it is missing. Its tax id excludes the first: the check digits show that the block of
this party was found and its rows were told apart, and the name stands in the row above the id (in a record: in the same
element). Its own shape excludes the second: it is a company's name from its beginning to its legal form, its brackets
are closed, and it is as wide on the page as its characters are.

A recognized name can also contain a misread character. It counts only if both recognizers of the page read all of it
alike and clearly, one of them together with its surroundings so that no character was cut off, and nothing else was
read of the name or of the id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import regex

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.evidence.candidate import IN_CHARACTERS, Candidate
from invoiceocr.geometry import Box
from invoiceocr.proof import WitnessSource
from invoiceocr.rules.engine import RuleReport
from invoiceocr.values import tax_id

NAME = ".name"  # ends the path of a party's name
CHECKSUM: frozenset[WitnessSource] = frozenset({"checksum"})
# ids of organizations whose check digits cover the whole id
COVERED = frozenset({"uscc", "organization"})
COMPANY = regex.compile(
    r"[\p{Han}A-Za-z0-9()（）·&\-]{2,}"
    r"(公司|厂|店|行|社|院|校|学|所|部|局|处|站|中心|集团|企业|馆|会|场|园|城|吧|坊|室|队|合伙[)）]|分公司)"
)
# a name that was read together with a number before it, or with part of another print of itself
JOINED = regex.compile(r"^\d{2,}\p{Han}|(.{3,})(?:(?!公司).)*\1")
BRACKETS = str.maketrans("（）", "()")
# heights from the center of the name down to that of the id in the next row; forms have 1.5 to 3.5
ROW = 4.5
# heights from the left end of the name to that of the id, whose caption is longer; on forms up to 13.5
ASIDE = 15.0
# em: the advance of a digit, a letter or a narrow bracket; that of a Han character is 1
NARROW = 0.5
# confidence of a first reading that a second one can confirm
CLEAR = 0.9
# width of an em of a name in heights of its line: 0.94 to 1.005, less with narrow letters
LINE = (0.7, 1.02)
# code points from here on are as wide as they are high
HAN = 0x2E80


def supports(fused: Mapping[str, Fused], report: RuleReport) -> dict[str, frozenset[WitnessSource]]:
    """`checksum` for each party's name that its block proves."""
    failed = {path for result in report.results if result.outcome == "fail" for path in result.repair}
    pairs = ((f"{party}.name", f"{party}.tax_id") for party in _parties(fused))
    whole = ((name, number) for name, number in pairs if number in fused and not failed & {name, number})
    return {name: CHECKSUM for name, number in whole if _is_proven(fused[name], fused[number])}


def _parties(fused: Mapping[str, Fused]) -> Iterator[str]:
    """The fields that hold a party whose name was read; rows have names, too, but a number in their paths."""
    return (path.removesuffix(NAME) for path in fused if path.endswith(NAME) and path.count(".") == 1)


def _is_proven(name: Fused, number: Fused) -> bool:
    if not _is_checked(number) or not _is_company(str(name.chosen.value)):
        return False
    exact = any(_in_one_block(mine, theirs) for mine in _exact(name) for theirs in _exact(number))
    return exact or (_is_read_twice(name) and _is_undisputed(number) and _stand_together(name.chosen, number.chosen))


def _is_read_twice(name: Fused) -> bool:
    """Whether both recognizers read the *name* in pixels alike, each by itself (see pipeline/verification.py)."""
    first = [c for c in name.agreeing if c.source == "ocr" and not c.second and c.confidence >= CLEAR]
    return name.sources == {"ocr"} and bool(first) and any(c.second for c in name.agreeing) and _is_undisputed(name)


def _is_undisputed(field: Fused) -> bool:
    """Whether nothing else was read for the same field."""
    return not any(c.value is not None for c in field.contradicting)


def _exact(field: Fused) -> list[Candidate]:
    return [c for c in field.agreeing if c.source in IN_CHARACTERS and c.placed and not c.unseen]


def _is_checked(number: Fused) -> bool:
    value = number.chosen.value
    return isinstance(value, str) and tax_id.is_valid(value) and tax_id.classify(value) in COVERED


def _is_company(name: str) -> bool:
    folded = name.translate(BRACKETS)
    return bool(COMPANY.fullmatch(name)) and not JOINED.search(name) and folded.count("(") == folded.count(")")


def _in_one_block(name: Candidate, number: Candidate) -> bool:
    """Whether both stand in the same record, or in neighboring rows of one block."""
    if name.source != number.source or name.page != number.page:
        return False
    if name.box is None or number.box is None:
        return name.box is number.box
    return _stand_together(name, number) and _is_whole(name.text, name.box)


def _stand_together(name: Candidate, number: Candidate) -> bool:
    """Whether *number* stands in the row below *name*."""
    if name.box is None or number.box is None or name.page != number.page or not (name.placed and number.placed):
        return False
    height = name.box.height
    below = 0.0 < number.box.cy - name.box.cy <= ROW * height
    return below and -height <= number.box.x0 - name.box.x0 <= ASIDE * height


def _is_whole(name: str, box: Box) -> bool:
    """Whether a name on one line is as wide as its characters are: a glyph that could not be decoded leaves a gap."""
    ems = sum(1.0 if ord(character) >= HAN else NARROW for character in name)
    least, most = LINE
    return least <= box.width / (ems * box.height) <= most
