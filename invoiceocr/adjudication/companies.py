"""The user's own companies as witnesses: a listed name and its tax id, read side by side, confirm each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.repair.correction import Correction, Reason
from invoiceocr.decoding.nbest import decode_nbest
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.settings import Company
from invoiceocr.text.folding import name_key
from invoiceocr.values import tax_id

OTHER = {"buyer": "seller", "seller": "buyer"}
# share of the best reading's probability: a name that was hardly seen is not what is printed
FAINTEST = 1e-3
# the chance that another company's id, with correct check digits, is misread as one's own
CHANCE = 1e-5
OWN = Reason("own-company", "本单位抬头与税号", "title and tax id of one's own company")


@dataclass(frozen=True, slots=True)
class _Own:
    """A party whose tax id is one's own: its name and id as read."""

    party: str
    company: Company
    name: Fused
    number: Fused

    @property
    def same_name(self) -> bool:
        return name_key(str(self.name.chosen.value)) == name_key(self.company.name)


def witnesses(fused: Mapping[str, Fused], companies: Sequence[Company]) -> tuple[Candidate, ...]:
    """Confirms parties whose name and tax id, as read, are both those of one company on the list."""
    return tuple(
        Candidate(f"{own.party}.{leaf}", field.chosen.value, field.chosen.text, "caller")
        for own in _own_parties(fused, companies)
        if own.same_name
        for leaf, field in (("name", own.name), ("tax_id", own.number))
    )


def corrections(fused: Mapping[str, Fused], companies: Sequence[Company]) -> dict[str, Correction]:
    """Misread names, by path: a name beside one's own tax id for which one's own name is a likely reading."""
    return {
        found.path: found
        for own in _own_parties(fused, companies)
        if not own.same_name and (found := _correction(own)) is not None
    }


def _own_parties(fused: Mapping[str, Fused], companies: Sequence[Company]) -> Iterator[_Own]:
    """The parties with one's own valid tax id. It must be clear to which party the id belongs: if the blocks of buyer
    and seller run together, both get the same id."""
    for company, party in product(companies, OTHER):
        name, number = fused.get(f"{party}.name"), fused.get(f"{party}.tax_id")
        if name is None or number is None or number.chosen.value != company.tax_id:
            continue
        if tax_id.is_valid(company.tax_id or "") and (number.placed or _is_buyer_apart(party, number, fused)):
            yield _Own(party, company, name, number)


def _is_buyer_apart(party: str, number: Fused, fused: Mapping[str, Fused]) -> bool:
    """Whether *number* is the buyer's and the seller has another one."""
    rival = fused.get(f"{OTHER[party]}.tax_id")
    return party == "buyer" and rival is not None and rival.chosen.value != number.chosen.value


def _correction(own: _Own) -> Correction | None:
    read, title = own.name.chosen, own.company.name
    likely = decode_nbest(read.lattice) if read.lattice is not None else ()
    share = max((found.ratio for found in likely if name_key(found.text) == name_key(title)), default=0.0)
    if share < FAINTEST:
        return None
    return Correction(f"{own.party}.name", read.value, title, read.text, title, share, CHANCE, (OWN,))
