"""The weight of evidence that two readings are one legal invoice, in nats: the logarithm of the probability of what was
read if they are one, divided by that if they are two. Misreadings are weighted by what recognizers confuse."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from invoiceocr.ledger.entry import Nearness
from invoiceocr.ledger.traits import Traits
from invoiceocr.text.folding import edits, name_key
from invoiceocr.values import confusion
from invoiceocr.values.confusion import Alphabet

# Costs of a misread character, -ln of its share of characters.
CONFUSED = 5.0  # look-alikes: about 1 in 150 on poor photos
# any other character, lost or added ones: about 1 in 3000
MISREAD = 8.0
# characters that a reading lacks or has too many; beyond that it is another value
MOST_LOST = 2
DIGIT = 2.3  # ln 10: what a digit that agrees by chance is worth
# of a number: the others are region, year and channel, which one seller's numbers share
MOST_DIGITS = 8
# of a seller's invoices of one day over one sum: they were issued one after another
RUN_SHARE = 0.5
MOST_AGAINST = 30.0
SAME_DAY, OTHER_DAY = 5.9, 7.0  # ln of the days of a year
SAME_TOTAL, OTHER_TOTAL = 6.0, 7.0
SAME_SELLER, NEARLY_SELLER, OTHER_SELLER = 8.0, 4.0, 8.0
# one company's ledger has one buyer
SAME_BUYER, OTHER_BUYER = 1.0, 4.0
SAME_CODE = 3.0
# odds of e^20: seller, day and total agree and the number does not speak against it
LIKELY = 20.0
NAME_SHARE = 0.2  # of a name's characters that may be misread


@dataclass(frozen=True, slots=True)
class Comparison:
    """The weight for one legal invoice, the fields that differ, and what follows."""

    weight: float
    differing: tuple[str, ...]
    nearness: Nearness | None


def compare(a: Traits, b: Traits) -> Comparison:
    """What speaks for *a* and *b* being one invoice; `nearness` None where they are two."""
    weight = sum(value for _, value in _weights(a, b))
    return Comparison(weight, tuple(_differing(a, b)), _nearness(a, b, weight))


def _differing(a: Traits, b: Traits) -> Iterator[str]:
    """The fields that both have and that are not the same."""
    for path, name in (("number", "number"), ("code", "code"), ("issue_date", "issue_date"), ("total", "cents")):
        ours, theirs = getattr(a, name), getattr(b, name)
        if ours is not None and theirs is not None and ours != theirs:
            yield path
    yield from _differing_parties(a, b)


def _differing_parties(a: Traits, b: Traits) -> Iterator[str]:
    """The parties with other tax ids or, where not both are known, other names."""
    for party in ("seller", "buyer"):
        ids = getattr(a, f"{party}_tax_id"), getattr(b, f"{party}_tax_id")
        names = getattr(a, f"{party}_name"), getattr(b, f"{party}_name")
        pair = ids if all(ids) else names
        if all(pair) and pair[0] != pair[1] and not (pair is names and _same_name(*names)):
            yield party


def _nearness(a: Traits, b: Traits, weight: float) -> Nearness | None:
    same_key = a.key is not None and a.key == b.key
    if same_key and ((a.proven and b.proven) or weight >= LIKELY):
        return "same"
    if weight >= LIKELY:
        return "likely"
    return "suspect" if _is_like(a, b) else None


def _is_like(a: Traits, b: Traits) -> bool:
    """Whether seller, day and total are known and the same."""
    known = a.seller is not None and a.cents is not None
    return known and (a.seller, a.issue_date, a.cents) == (b.seller, b.issue_date, b.cents)


def _weights(a: Traits, b: Traits) -> Iterator[tuple[str, float]]:
    yield "number", _number(a, b)
    yield "code", _code(a, b)
    yield "issue_date", _exact(a.issue_date, b.issue_date, (SAME_DAY, OTHER_DAY))
    yield "total", _exact(_digits(a.cents), _digits(b.cents), (SAME_TOTAL, OTHER_TOTAL))
    yield "seller", sellers(a, b)
    yield "buyer", _buyer(a, b)


def _number(a: Traits, b: Traits) -> float:
    if not a.number or not b.number:
        return 0.0
    if a.number == b.number:
        return DIGIT * min(len(a.number), MOST_DIGITS)
    if a.proven and b.proven:
        return -MOST_AGAINST
    cost = distance("digits", a.number, b.number)
    return max(_agreement(a.number, b.number) - cost, -MOST_AGAINST)


def _agreement(a: str, b: str) -> float:
    """The weight of the digits that agree: less if the numbers are close together, since a seller's invoices of one day
    are often consecutive."""
    if len(a) != len(b):
        return DIGIT * (MOST_DIGITS - MOST_LOST)
    agreeing = DIGIT * sum(x == y for x, y in zip(a[-MOST_DIGITS:], b[-MOST_DIGITS:], strict=True))
    if not (a.isdecimal() and b.isdecimal()):
        return agreeing
    return min(agreeing, math.log(abs(int(a) - int(b)) / RUN_SHARE))


def _code(a: Traits, b: Traits) -> float:
    if not a.code or not b.code:
        return 0.0
    if a.code == b.code:
        return SAME_CODE
    return -MOST_AGAINST if a.proven and b.proven else -min(distance("digits", a.code, b.code), MOST_AGAINST)


def _exact(a: str | None, b: str | None, weights: tuple[float, float]) -> float:
    """*weights* are those of agreement and of disagreement; a look-alike character weighs less against."""
    if a is None or b is None:
        return 0.0
    same, other = weights
    return same if a == b else -min(distance("digits", a, b), other)


def sellers(a: Traits, b: Traits) -> float:
    """What their sellers say for *a* and *b* being of one: negative if they are two, 0 if one is not known."""
    return _party((a.seller_tax_id, a.seller_name), (b.seller_tax_id, b.seller_name))


def _party(a: tuple[str | None, str | None], b: tuple[str | None, str | None]) -> float:
    """By tax id if both have one, otherwise by name; a misread id is compensated by the name."""
    (id_a, name_a), (id_b, name_b) = a, b
    if id_a and id_b:
        if id_a == id_b:
            return SAME_SELLER
        near = distance("tax_id", id_a, id_b) <= 2 * CONFUSED or _same_name(name_a, name_b)
        return NEARLY_SELLER if near else -OTHER_SELLER
    if not name_a or not name_b:
        return 0.0
    return SAME_SELLER if name_key(name_a) == name_key(name_b) else _nearly(name_a, name_b)


def _nearly(a: str, b: str) -> float:
    x, y = name_key(a), name_key(b)
    return NEARLY_SELLER if edits(x, y) <= NAME_SHARE * max(len(x), len(y)) else -OTHER_SELLER


def _same_name(a: str | None, b: str | None) -> bool:
    return bool(a and b) and name_key(str(a)) == name_key(str(b))


def _buyer(a: Traits, b: Traits) -> float:
    found = _party((a.buyer_tax_id, a.buyer_name), (b.buyer_tax_id, b.buyer_name))
    return SAME_BUYER if found > 0 else -OTHER_BUYER if found < 0 else 0.0


def _digits(cents: int | None) -> str | None:
    return None if cents is None else str(cents)


def distance(alphabet: Alphabet, a: str, b: str) -> float:
    """The cost of misreading *a* as *b*, in nats: character by character where they are of one length, else the
    cheapest way to lose and add some.

    >>> distance("digits", "12345678", "12345618"), distance("digits", "12345678", "1234567")
    (5.0, 8.0)
    """
    if len(a) == len(b):
        return sum(_cost(alphabet, x, y) for x, y in zip(a, b, strict=True) if x != y)
    if abs(len(a) - len(b)) > MOST_LOST:
        return MISREAD * max(len(a), len(b))
    return _edit_distance(alphabet, a, b)


def _edit_distance(alphabet: Alphabet, a: str, b: str) -> float:
    row = [MISREAD * index for index in range(len(b) + 1)]
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], MISREAD * i
        for j, y in enumerate(b, 1):
            replaced = before + _cost(alphabet, x, y)
            before, row[j] = row[j], min(row[j] + MISREAD, row[j - 1] + MISREAD, replaced)
    return row[-1]


@lru_cache(maxsize=4096)
def _cost(alphabet: Alphabet, read: str, true: str) -> float:
    if read == true:
        return 0.0
    repaired = confusion.repair_to(alphabet, read), confusion.repair_to(alphabet, true)
    alike = true in confusion.alternatives(alphabet, read) or repaired[0] == repaired[1]
    return CONFUSED if alike else MISREAD
