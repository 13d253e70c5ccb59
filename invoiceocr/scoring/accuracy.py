"""Field accuracy: the fields of extracted invoices compared with labeled ones.

Values are equal when they mean the same: money as numbers, identifiers without blanks, text without blanks and with
one width of brackets. A labeled value is right, wrong or missing; a value where the label says that nothing is
printed is invented.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from invoiceocr.proof import FieldValue
from invoiceocr.scoring.documents import Fields, Labeled, leaves

KEYS = frozenset(
    (
        "kind", "code", "number", "issue_date", "check_code", "total", "total_excluding_tax", "total_tax",
        "total_in_words", "buyer.name", "buyer.tax_id", "seller.name", "seller.tax_id", "train_number",
        "departure_station", "arrival_station", "departure_time", "ticket_number", "seat_class", "travel_date",
        "plate_number", "boarding_time", "alighting_time", "e_ticket_number", "carriage", "seat", "fare",
        "fuel_surcharge", "development_fund", "vin", "engine_number", "brand_model", "entrance", "exit",
        "travel_time", "provider", "start_date", "end_date", "trip_count",
    )
)  # fmt: skip
CELLS = (
    "name", "specification", "unit", "quantity", "unit_price", "amount", "tax_rate", "tax_amount",
    "plate_number", "vehicle_type", "start_date", "end_date",
)  # fmt: skip
NOT_SCORED = frozenset(
    ("cipher_area", "copy", "is_red_letter", "page", "passenger_id", "passenger_name", "region", "source", "verdict")
)
PUNCTUATION = str.maketrans("（）：，。；【】〔〕“”‘’、－—", "():,.;[][]\"\"'',--")


# Values -------------------------------------------------------------------------------------------------------


def as_number(text: str) -> object:
    """The number in *text*, a percentage as its fraction; text that is no number stays what it is."""
    plain = re.sub(r"[,¥￥\s]", "", text)
    try:
        return Decimal(plain[:-1]) / 100 if plain.endswith("%") else Decimal(plain)
    except InvalidOperation:
        return plain


def as_identifier(text: str) -> str:
    """*text* without blanks and hyphens, in upper case."""
    return re.sub(r"[\s\-]", "", text).upper()


def as_plate(text: str) -> str:
    """The letters and digits of a number plate."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def as_words(text: str) -> str:
    """An amount in words: 圆 and 元 are the same, as are 整, 正 and neither."""
    words = re.sub(r"^\(?[大小]写\)?", "", as_text(text)).strip("⊗ⓧ×:")
    return words.replace("圓", "元").replace("圆", "元").rstrip("整正")


def as_text(text: str) -> str:
    """*text* without blanks, punctuation in one width."""
    return re.sub(r"\s+", "", text).translate(PUNCTUATION)


def as_station(text: str) -> str:
    """A station without 站."""
    return as_text(text).removesuffix("站")


_NUMBERS = (
    "total", "total_excluding_tax", "total_tax", "amount", "tax_amount", "unit_price", "quantity", "tax_rate", "fare",
    "fuel_surcharge", "development_fund", "other_taxes", "insurance", "distance", "standard",
    "insurance_fund_payment", "account_payment", "cash_payment", "self_paid",
)  # fmt: skip
_IDENTIFIERS = (
    "code", "number", "check_code", "machine_number", "tax_id", "ticket_number", "serial_number", "e_ticket_number",
    "train_number", "vin", "engine_number", "certificate_number", "flight_number", "seat", "carriage", "agent_code",
)  # fmt: skip
FORMS: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(_NUMBERS, as_number),
    **dict.fromkeys(_IDENTIFIERS, as_identifier),
    "plate_number": as_plate,
    "total_in_words": as_words,
    "departure_station": as_station,
    "arrival_station": as_station,
    "waiting_time": lambda text: re.sub(r"\D", "", text).lstrip("0"),
    "boarding_time": lambda text: text[:5],
    "alighting_time": lambda text: text[:5],
    "departure_time": lambda text: text[:16],
    "pickup_time": lambda text: text[:16],
    "travel_time": lambda text: text[:16],
}


def comparable(path: str, value: FieldValue) -> FieldValue:
    """The form of *value* in which equal means the same; None where there is no value."""
    if value in (None, ""):
        return None
    return FORMS.get(path.rpartition(".")[2], as_text)(unicodedata.normalize("NFKC", str(value)))


# Invoices -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """What was counted over documents: `fields` by (path, outcome), `cells` and `rows` of item tables, `proofs`: key
    fields that are called verified, right or wrong, and `invoices`, right in all key fields or not."""

    fields: Counter[tuple[str, str]] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    proofs: Counter[str] = field(default_factory=Counter)
    invoices: Counter[str] = field(default_factory=Counter)

    def add(self, document: Labeled, found: Sequence[Fields]) -> None:
        """Counts the invoices *found* in *document*."""
        for label, output in paired(document.invoices, found):
            outcomes = {path: outcome for path, outcome in compared(label, output) if path not in document.unsure}
            self.fields.update(outcomes.items())
            self.proofs.update(_proved(outcomes, output.get("evidence") or {}))
            spoiled = any(outcome != "right" for path, outcome in outcomes.items() if path in KEYS)
            self.invoices["wrong" if spoiled else "right"] += 1
            if "items" in label and "items" not in document.unsure:
                self._add_rows(label["items"] or [], output.get("items") or [], document.unsure)

    def _add_rows(self, labels: Sequence[Fields], found: Sequence[Fields], unsure: frozenset[str]) -> None:
        self.rows["surplus"] += max(0, len(found) - len(labels))
        for index, label in enumerate(labels):
            row = found[index] if index < len(found) else {}
            skipped = {path.rpartition(".")[2] for path in unsure if path.startswith(f"items.{index}.")}
            outcomes = [_outcome(name, label.get(name), row.get(name)) for name in CELLS if name not in skipped]
            self.cells.update(outcome for outcome in outcomes if outcome)
            self.rows["right" if {*outcomes} <= {"right", None} else "wrong"] += 1

    def counts(self, paths: Callable[[str], bool] = lambda path: True) -> tuple[int, int]:
        """(right, labeled) of the fields whose path passes."""
        chosen = Counter[str]()
        for (path, outcome), count in self.fields.items():
            if paths(path):
                chosen[outcome] += count
        return chosen["right"], chosen["right"] + chosen["wrong"] + chosen["missing"]

    def key_counts(self) -> tuple[int, int]:
        """(right, labeled) of the key fields."""
        return self.counts(KEYS.__contains__)

    def cell_counts(self) -> tuple[int, int]:
        """(right, all) of the item cells, those that only one side has among all."""
        return self.cells["right"], self.cells.total()


def paired(labels: Sequence[Fields], found: Sequence[Fields]) -> list[tuple[Fields, Fields]]:
    """Each label with the invoice of the same number, else with the next one left over, else with nothing."""
    left = list(found)
    matches: list[Fields | None] = []
    for label in labels:
        number = comparable("number", label.get("number"))
        match = next((each for each in left if number and comparable("number", each.get("number")) == number), None)
        matches.append(match)
        left = [each for each in left if each is not match]
    spare = iter(left)
    return [
        (label, match if match is not None else next(spare, {})) for label, match in zip(labels, matches, strict=True)
    ]


def compared(label: Fields, output: Fields) -> Iterable[tuple[str, str]]:
    """(path, outcome) of the labeled fields: right, wrong, missing or invented."""
    got = dict(leaves(output))
    for path, want in leaves(label):
        outcome = _outcome(path, want, got.get(path))
        if outcome and path.rpartition(".")[2] not in NOT_SCORED:
            yield path, outcome


def _outcome(path: str, want: object, got: object) -> str | None:
    """None where nothing is printed and nothing was read."""
    expected, found = comparable(path, want), comparable(path, got)
    if expected is None:
        return None if found is None else "invented"
    if found is None:
        return "missing"
    return "right" if expected == found else "wrong"


def _proved(outcomes: dict[str, str], evidence: Fields) -> Iterable[str]:
    for path, outcome in outcomes.items():
        if path in KEYS and path != "kind":
            yield "all"
            if (evidence.get(path) or {}).get("status") == "verified" and outcome != "missing":
                yield "right" if outcome == "right" else "wrong"
