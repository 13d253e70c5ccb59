"""`FormPlan`: the printed lines and regions of a form, as defined under `layout` in a kind's file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

# mean probability of a character; less is a seal or a pattern and not print
MIN_CHARACTER = 0.4


@dataclass(frozen=True, slots=True)
class LinePlan:
    """A printed line of the form: the key phrases that stand on it. If they follow the key phrase `outside`, or words
    of the same text, they are quoted there and are not that line."""

    phrases: tuple[str, ...]
    outside: str | None = None


@dataclass(frozen=True, slots=True)
class RegionPlan:
    """A part of the form between two of its lines and two key phrases; None is the edge of the page. If the phrase of a
    side is missing, the second one of a row of `split` phrases marks the border, or else the middle of the header."""

    top: str | None = None
    bottom: str | None = None
    left: str | None = None
    right: str | None = None
    split: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SlipPlan:
    """The key phrases beside which values stand that can't be mistaken and therefore show how far the print lies off
    the form: tax ids left of the key phrases `behind`, amounts in words, totals at their level, sums of two columns
    and, if there are neither ids nor words, dates."""

    ids: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    total: tuple[str, ...] = ()
    sum: tuple[str, ...] = ()
    date: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperPlan:
    """The key phrases that distinguish papers on one page: the `columns` of a table's header and the `first` of them,
    the `sums` that stand once below each table, and what stands at the `head` and the `foot` of a paper."""

    columns: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()
    sums: frozenset[str] = frozenset()
    head: frozenset[str] = frozenset()
    foot: frozenset[str] = frozenset()

    def __or__(self, other: PaperPlan) -> PaperPlan:
        """The key phrases of both."""
        return PaperPlan(
            columns=self.columns | other.columns,
            first=self.first | other.first,
            sums=self.sums | other.sums,
            head=self.head | other.head,
            foot=self.foot | other.foot,
        )


@dataclass(frozen=True, slots=True, eq=False)
class FormPlan:
    """What a form looks like.

    `borders` are phrases on the same vertical line as another one, in case that one is illegible, and `edge` identifies
    print that stands behind it. `header` are the key phrases of the table's header, right of which the form ends at a
    ruled line. `least` is the mean probability of characters that are print. `slips` says which values show how far the
    print lies off the form; None if none can. `papers` says what distinguishes several papers. `once` are groups of key
    phrases that a paper has only once: if one of each appears twice, there is another paper.
    """

    lines: Mapping[str, LinePlan] = field(default_factory=dict)
    regions: Mapping[str, RegionPlan] = field(default_factory=dict)
    borders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    edge: Callable[[str], bool] | None = None
    header: frozenset[str] = frozenset()
    least: float = MIN_CHARACTER
    slips: SlipPlan | None = None
    papers: PaperPlan = PaperPlan()
    once: tuple[tuple[str, ...], ...] = ()


FREE_FORM = FormPlan()
"""A form of which nothing is known."""
