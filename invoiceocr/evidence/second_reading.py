"""How a second recognizer reads prints that were already read: identifiers, dates and amounts that rules restrict, and
names of parties.

Fields whose lattices are searched for other readings get a full second reading. Others of `CONFIRMED` types are only
confirmed: the second recognizer knows few Chinese characters, so it counts if all figures and letters agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from invoiceocr.decoding.grammars import has_plausible_value, passing_share, spelling
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.kinds import KindSpec, field_of
from invoiceocr.kinds.types import MONEY
from invoiceocr.page import Lattice, TextLine
from invoiceocr.text.folding import fold
from invoiceocr.text.lines import cut, match_key

# probability from which its reading alone gives a value; of 1400 such readings on degraded specimens, 3 were wrong
SURE = 0.95
# probability that no character reaches that a network sees where nothing is printed; the highest of 9 was 0.47
IMAGINED = 0.5
# the type written in Chinese, of which it knows four characters
IN_WORDS = "words"
# types printed with two decimals
SUM = "sum"  # the type printed with the sign of the yuan, too
CONFIRMED = frozenset(
    (
        "date", "time", "datetime", "ticket_number", "ticket_serial", "train_number", "seat", "plate_number", "measure",
        "bill_code", "bill_number", "machine_number", "flight_number", "air_serial", "air_check_code", "count",
    )
)  # fmt: skip
# how many figures a complete one has
DIGITS = {"date": 8, "issue_date": 8, "datetime": 12, "time": 4}
# the family whose invoices have sums, words and check digits
SUMMED = "vat"
CHARACTER = re.compile("[0-9A-Za-z\u4e00-\u9fff]")
ROW = re.compile(r"\.\d+\.")
FIGURES = re.compile(r"[^0-9A-Z.]")
# types of the values in a party's block
NAME, TAX_ID = "name", "tax_id"
# confidence of a name below which a second reading can't confirm it
LEGIBLE = 0.5
# characters as which the colon of a caption or a ruled line beside a name is read
SIGNS = " :：.,·'`|-"
# probability below which a character before a name may be a ruled line
FAINT = 0.4
# assumed probability of a character that a lattice doesn't list; it lists those with ten times that
UNSEEN = 1e-5
BRACKETS, LIKELY = "()（）", 0.5
WHOLE_SUM = re.compile(r"-?¥-?\d[\d,]*\.\d{2}(?!\d)")
# it read half of all Q in tax ids as 0, and misread no other letter
ALIKE = str.maketrans("Q", "0")
POINTS = str.maketrans("", "", ".,-")

Scores = Mapping[str, float]
"""Characters with the probability of each."""


def is_checked(candidate: Candidate, spec: KindSpec | None) -> bool:
    """Whether a second reading can contribute anything: for recognized figures, but not for 免税 or `***`. *spec* is
    None for a document of no kind."""
    figure = any(character.isdigit() for character in candidate.text)
    name = _type(candidate.path, spec)
    checked = name in CONFIRMED or (name != IN_WORDS and spelling(candidate.path, spec) is not None)
    return candidate.source == "ocr" and figure and checked


def may_be_certain(first: Candidate, again: Candidate, spec: KindSpec | None) -> bool:
    """Whether a look beyond the ends of a print is useful: for header fields that two recognizers read alike, of kinds
    whose sums and check digits don't prove them anyway, if dates and times have all their digits."""
    proven = spec is None or SUMMED in spec.families or ROW.search(first.path) is not None
    missing = len(figures(first.text)) < DIGITS.get(_type(first.path, spec), 1)
    return not proven and not missing and first.value is not None and first.value == again.value


def is_whole(again: Candidate, beyond: TextLine) -> bool:
    """Whether *beyond*, a longer cut, shows no more of the print than *again* does."""
    return figures(again.text) == figures(beyond.text)


def without_imagined(beyond: TextLine, before: bool, behind: bool) -> TextLine:
    """*beyond*, a longer cut, without an unlikely character at an end where it adds nothing but blank paper, as
    *before* and *behind* tell: networks see a first digit in a blank."""
    unsure = [confidence < IMAGINED for confidence in beyond.character_confidences]
    if not any(unsure):
        return beyond
    return cut(beyond, int(before and unsure[0]), len(unsure) - int(behind and unsure[-1]))


def is_torn(candidate: Candidate, line: TextLine, spec: KindSpec | None) -> bool:
    """Whether *line*, the second reading of the print of *candidate*, may lack a part of a sum, since detectors lose
    ends."""
    whole = WHOLE_SUM.fullmatch(line.text) and line.confidence >= SURE
    return _type(candidate.path, spec) == SUM and not whole


def most_confident(line: TextLine, wider: Iterable[TextLine]) -> TextLine:
    """Of *line* and *wider* cuts around it, the most confident one that contains a complete sum, without what stands
    beside it; *line* if there is none."""
    found = ((other, WHOLE_SUM.search(other.text)) for other in (line, *wider))
    sums = [cut(other, match.start(), match.end()) for other, match in found if match]
    return max(sums, key=lambda part: part.confidence, default=line)


def second(first: Candidate, line: TextLine, spec: KindSpec | None) -> Candidate | None:
    """What *line*, the second reading of the print of *first*, says about the same field; None if it gives no value."""
    if spelling(first.path, spec) is None:
        return _confirming(first, line)
    value = _value(first, line, spec)
    if value is None:
        if same := _confirming(first, line):
            return same  # a fare without cents: ¥18.0
        if line.lattice is None or not has_plausible_value(first.path, line.lattice, spec):
            return None
    return replace(
        first,
        value=value,
        text=line.text,
        confidence=line.confidence,
        lattice=line.lattice,
        second=True,
    )


def figures(text: str) -> str:
    """The digits, letters and points of a print, in half width and upper case.

    >>> figures("2025年03月05日 14：30开"), figures("18.5 km")
    ('202503051430', '18.5KM')
    """
    return FIGURES.sub("", fold(text).upper()).strip(".")


def _confirming(first: Candidate, line: TextLine) -> Candidate | None:
    """The second reading, with the value that it confirms."""
    if first.value is None or figures(first.text) != figures(line.text):
        return None
    if isinstance(first.value, Decimal) and ("-" in line.text) != (first.value < 0):
        return None
    return replace(first, text=line.text, confidence=line.confidence, lattice=line.lattice, second=True)


def lacks_cents(path: str, value: object, spec: KindSpec | None) -> bool:
    """Whether a part of an amount must have been lost: *path* is printed with two decimals, and *value* has none."""
    return _type(path, spec) in MONEY and isinstance(value, Decimal) and value.as_tuple().exponent != -2


def names_to_read(candidates: Sequence[Candidate], spec: KindSpec | None) -> list[Candidate]:
    """The recognized names of parties whose tax id has correct check digits: only beside such an id can a second
    reading prove a name. *spec* is what is known of the kind, or None."""
    parties = {_party(c.path) for c in candidates if isinstance(c.value, str) and _is_checked_id(c, spec)}
    return [c for c in candidates if _is_legible_name(c, spec) and _party(c.path) in parties]


def _is_legible_name(found: Candidate, spec: KindSpec | None) -> bool:
    """Whether *found* is a name in its place, of which pixels were read well enough to be read again."""
    if found.source != "ocr" or found.second or found.value is None or not found.placed:
        return False
    return found.confidence >= LEGIBLE and _type(found.path, spec) == NAME


def clearness(line: TextLine, name: str) -> tuple[float, ...]:
    """The probability of each character of *name* if *line* says it, apart from signs around it and faint characters
    before it; empty if it says something else. Full-width and half-width brackets share their probability, so they are
    certain if one of them is likelier than not."""
    start, stop = len(line.text) - len(line.text.lstrip(SIGNS)), len(line.text.rstrip(SIGNS))
    while start < stop and line.character_confidences[start] < FAINT and not name.startswith(line.text[start]):
        start += 1
    if match_key(line.text[start:stop]) != match_key(name.strip(SIGNS)):
        return ()
    told = zip(line.text[start:stop], line.character_confidences[start:stop], strict=True)
    return tuple(1.0 if sign in BRACKETS and sure > LIKELY else sure for sign, sure in told if not sign.isspace())


def rivalry(first: TextLine, second: TextLine) -> float:
    """How much *first* and *second*, two readings of one print, doubt a character: the highest product of the
    probabilities that they give to another one in its place. Capital and small letters count as the same."""
    # from the end, because only before a name one may read more than the other: a ruled line
    pairs = zip(reversed(_scored(first)), reversed(_scored(second)), strict=False)
    return max((product for mine, theirs in pairs for product in _doubts(mine, theirs)), default=0.0)


def _scored(line: TextLine) -> list[Scores]:
    """What *line* considers possible in the place of each of its characters, without signs."""
    if line.lattice is None:
        return []
    shown = zip(line.text, line.character_steps, strict=False)
    return [_of_step(line.lattice, step) for character, step in shown if CHARACTER.match(character)]


def _of_step(lattice: Lattice, step: int) -> Scores:
    # in capitals; the likeliest comes first
    told = [*zip(lattice.characters[step], lattice.probabilities[step].tolist(), strict=True)]
    return {character.upper(): probability for character, probability in reversed(told) if CHARACTER.match(character)}


def _doubts(mine: Scores, theirs: Scores) -> Iterator[float]:
    """The products of the probabilities that two readings give to each character that is the best one for neither of
    them."""
    best = {max(scores, key=scores.__getitem__) for scores in (mine, theirs) if scores}
    others = (mine.keys() | theirs.keys()) - best
    return (mine.get(other, UNSEEN) * theirs.get(other, UNSEEN) for other in others)


def _party(path: str) -> str:
    return path.rpartition(".")[0]


def _is_checked_id(candidate: Candidate, spec: KindSpec | None) -> bool:
    return _type(candidate.path, spec) == TAX_ID and passing_share(candidate.value) < 1.0


def alike(value: object) -> object:
    """The form of *value* in which it is compared with a reading of the second recognizer: without what that one can't
    distinguish."""
    return value.translate(ALIKE) if isinstance(value, str) else value


def _value(first: Candidate, line: TextLine, spec: KindSpec | None) -> object | None:
    """The value of *line*; if the first reading gave none, only a sure one."""
    spelled = spelling(first.path, spec)
    # no type accepts the mark of a foreign character
    value = spelled.parse(line.text) if spelled else None
    if value is None or lacks_cents(first.path, value, spec) or _differs_by_points(first.value, value):
        return None
    if first.value is not None and alike(value) == alike(first.value):
        return first.value
    return value if first.value is not None or line.confidence >= SURE else None


def _type(path: str, spec: KindSpec | None) -> str:
    """The name of the value type of the field at *path*; empty if no kind has the field."""
    field = field_of(path, spec)
    return field.type.name if field else ""


def _differs_by_points(first: object, value: object) -> bool:
    """Whether two figures have the same digits: small networks lose points and read specks as signs."""
    if not isinstance(first, Decimal) or first == value:
        return False
    return str(first).translate(POINTS) == str(value).translate(POINTS)
