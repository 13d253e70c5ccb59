"""`legs`: places one below another and a ride from each to the next, such as the itinerary of a ticket with several
flights.

- legs:
    rows: segments
    from: departure                # the fields of the rows that the places are
    to: arrival
    stops: {label: [from, to], like: ['^([\\p{Han}()]{2,12})']}       # a place stands right of each caption
    patterns: ['(?P<flight_number>[A-Z]{2}\\d{3,4})(?P<cabin>[A-Z])']     # what one row says about a ride

Rides and places are counted from the top, because the print may be higher or lower than the captions. If there are not
as many rides as ways between the places, each ride belongs to the place nearest to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.printed import printed
from invoiceocr.extraction.blocks.value import KEYS, Match, ValueSpec, candidates, compile_value, match
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine

# text heights: what is farther from the preceding text belongs to another column
APART = 0.9
# text heights above the first and below the last place where rides may stand
BEYOND = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """The compiled block: the field of the rows, a place as the start and as the end of a ride, its captions, and a
    ride."""

    rows: str
    start: ValueSpec
    end: ValueSpec
    labels: tuple[str, ...]
    ride: ValueSpec


@dataclass(frozen=True, slots=True, eq=False)
class _Stop:
    """A place on the page: how it fits as a start and as an end, its segments, and its level in text heights."""

    start: Match
    end: Match
    segments: tuple[TextLine, ...]
    level: float


def compile_block(node: Node) -> Legs:
    """The block of *node*."""
    node.check(("rows", "from", "to", "stops", "patterns"))
    rows = node.known("rows", node.text("rows"), node.scope.kind.rows)
    stops = node.node("stops")
    stops.check((*KEYS, "label"))
    node.get("patterns")
    return Legs(
        rows=rows,
        start=compile_value(stops, node.text("from"), f"{rows}."),
        end=compile_value(stops, node.text("to"), f"{rows}."),
        labels=stops.phrases("label"),
        ride=compile_value(node, None, f"{rows}.", key="patterns"),
    )


def read(form: FormLayout, block: Legs) -> Iterator[Candidate]:
    """The candidates `rows.N.field` of the rides, in order."""
    stops = list(_stops(form, block))
    for index, (stop, following) in enumerate(pairwise(stops)):
        yield from candidates(block.start, stop.start, form, f"{block.rows}.{index}.")
        yield from candidates(block.end, following.end, form, f"{block.rows}.{index}.")
    for index, ride in _rides(form, block, stops):
        yield from candidates(block.ride, ride, form, f"{block.rows}.{index}.")


def _stops(form: FormLayout, block: Legs) -> Iterator[_Stop]:
    """The places from top to bottom, up to the first caption without one."""
    for label in form.labels(*block.labels):
        run = _run(form, [segment for segment in form.segments if form.right_of(label.box, segment.box)])
        start, end = match(block.start, printed(run)), match(block.end, printed(run))
        if start is None or end is None:
            return
        yield _Stop(start, end, tuple(run), form.project(label.box).cy)


def _run(form: FormLayout, segments: Sequence[TextLine]) -> list[TextLine]:
    """The first of *segments* from the left, with those that stand close behind it."""
    run: list[TextLine] = []
    for segment in sorted(segments, key=lambda segment: segment.box.x0):
        if run and segment.box.x0 - run[-1].box.x1 > APART * form.size:
            break
        run.append(segment)
    return run


def _rides(form: FormLayout, block: Legs, stops: Sequence[_Stop]) -> Iterator[tuple[int, Match]]:
    """The rides and the places from which they start, by number."""
    if len(stops) < 2:
        return
    places = {id(segment) for stop in stops for segment in stop.segments}
    top, bottom = stops[0].level - BEYOND, stops[-1].level + BEYOND
    free = [s for s in form.segments if id(s) not in places and top < form.project(s.box).cy < bottom]
    fits = [(match(block.ride, printed(row)), form.project(row[0].box).cy) for row in form.rows(free)]
    found = [(fit, level) for fit, level in fits if fit is not None]
    counted = len(found) == len(stops) - 1
    for index, (fit, level) in enumerate(found):
        yield (index if counted else _nearest(level, stops[:-1])), fit


def _nearest(level: float, stops: Sequence[_Stop]) -> int:
    return min(range(len(stops)), key=lambda index: abs(stops[index].level - level))
