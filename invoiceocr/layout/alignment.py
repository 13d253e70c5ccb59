"""The ordered minimum-cost alignment of what is printed with what should be there.

Rows of a party block, cells of a table row and the values of a ticket are all found this way: each item goes to a slot
or to none, and no item stands before the slot of its predecessor.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

# cost of not looking like a value of the slot at all; standing a row off its caption costs about 1
LOOK = 1.6
# text heights from row to row, if the captions don't show it
PITCH = 1.6
# the choices before, and the last one
Chain = tuple["Chain", int | None] | None
# cost of the item in the slot; infinite if it can't stand there
Cost = Callable[[int, int], float]


# the cost of a state that nothing has led to
NOWHERE: tuple[float, Chain] = (math.inf, None)


class Costs(NamedTuple):
    """What an alignment is computed from: `place` is the cost of an item in a slot, `again` the cost of a further item
    in the slot of its predecessor, and `skip` the cost of leaving an item out."""

    place: Cost
    again: Cost
    skip: Callable[[int], float]


def align(items: int, slots: int, costs: Costs) -> list[int | None]:
    """The slot of each item, or None, in the cheapest alignment in which slots never go back."""
    # last slot used → cost, choices so far
    best: dict[int, tuple[float, Chain]] = {-1: (0.0, None)}
    for item in range(items):
        following: dict[int, tuple[float, Chain]] = {}
        skip = costs.skip(item)
        places = [(slot, cost) for slot in range(slots) if (cost := costs.place(item, slot)) != math.inf]
        for last, (cost, chain) in best.items():
            if cost + skip < following.get(last, NOWHERE)[0]:
                following[last] = (cost + skip, (chain, None))
            if last >= 0 and (again := cost + costs.again(item, last)) < following.get(last, NOWHERE)[0]:
                following[last] = (again, (chain, last))
            for slot, place in places:
                if slot > last and cost + place < following.get(slot, NOWHERE)[0]:
                    following[slot] = (cost + place, (chain, slot))
        best = following
    return _unrolled(min(best.values(), key=lambda pair: pair[0])[1])


def _unrolled(chain: Chain) -> list[int | None]:
    """The choices of *chain*, first to last."""
    choices: list[int | None] = []
    while chain is not None:
        chain, chosen = chain
        choices.append(chosen)
    return choices[::-1]
