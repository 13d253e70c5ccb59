"""What makes one specimen differ from another: red letter, discount, exemption, many rows, ... with their odds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random

PAPER = frozenset({"vat_special", "vat_ordinary"})
ELECTRONIC = frozenset({"e_vat_ordinary", "e_vat_special"})
DIGITAL = frozenset({"digital_ordinary", "digital_special"})
GOODS = PAPER | ELECTRONIC | DIGITAL
SPECIAL = frozenset({"vat_special", "e_vat_special", "digital_special"})
KINDS = (
    "vat_special",
    "vat_ordinary",
    "e_vat_ordinary",
    "e_vat_special",
    "digital_ordinary",
    "digital_special",
    "toll",
)


@dataclass(frozen=True, slots=True)
class Trait:
    """How often a trait occurs, on which kinds it can, and which other traits it rules out."""

    odds: float
    kinds: frozenset[str]
    excludes: frozenset[str] = frozenset()


TRAITS: dict[str, Trait] = {
    "red": Trait(0.05, GOODS),
    "exempt": Trait(0.08, GOODS - SPECIAL, frozenset({"differential", "several_rates", "mixed_exempt"})),
    "differential": Trait(
        0.03, GOODS, frozenset({"exempt", "several_rates", "mixed_exempt", "discount", "many_items", "list"})
    ),
    "several_rates": Trait(0.15, GOODS, frozenset({"exempt", "differential", "list"})),
    "mixed_exempt": Trait(0.05, GOODS - SPECIAL, frozenset({"exempt", "differential", "list"})),
    "discount": Trait(0.15, GOODS, frozenset({"differential"})),
    "many_items": Trait(0.1, DIGITAL, frozenset({"differential"})),
    "list": Trait(0.08, PAPER | ELECTRONIC, frozenset({"differential", "several_rates"})),
    "long_names": Trait(0.2, GOODS),
    "private_buyer": Trait(0.08, frozenset({"vat_ordinary", "e_vat_ordinary", "digital_ordinary"})),
    "remarks": Trait(0.5, frozenset(KINDS)),
    "party_remarks": Trait(0.15, DIGITAL),
    "few_people": Trait(0.15, PAPER | ELECTRONIC | {"toll"}),
    "no_cipher": Trait(0.15, PAPER | ELECTRONIC),
    "digital_form": Trait(0.5, frozenset({"toll"})),
}


def draw_traits(rng: Random, kind: str) -> frozenset[str]:
    """Random traits that *kind* can have and that go together."""
    chosen: set[str] = set()
    for name, trait in TRAITS.items():
        if rng.random() < trait.odds and kind in trait.kinds and not chosen & trait.excludes:
            chosen.add(name)
    return frozenset(chosen)


def checked_traits(kind: str, names: Collection[str]) -> frozenset[str]:
    """*names* as a set; ValueError names the one that is unknown, impossible for *kind* or ruled out by another."""
    for name in sorted(names):
        trait = TRAITS.get(name)
        if trait is None:
            raise ValueError(f"no trait {name!r}; there are {', '.join(TRAITS)}")
        if kind not in trait.kinds:
            raise ValueError(f"{kind} has no trait {name!r}; its traits: {', '.join(_of(kind))}")
        if clash := trait.excludes & set(names):
            raise ValueError(f"trait {name!r} rules out {', '.join(sorted(clash))}")
    return frozenset(names)


def _of(kind: str) -> list[str]:
    return [name for name, trait in TRAITS.items() if kind in trait.kinds]
