"""Whether the first characters of a party's name were lost: the values of a form begin one below another, or as far
behind their captions as the others do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction import names
from invoiceocr.extraction.party_rows import NAME, TAX_ID, Slot
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import KeyMatch, TextLine
from invoiceocr.text.lines import same_row

Assigned = Mapping[Slot, Sequence[TextLine]]


@dataclass(frozen=True, slots=True)
class _Beginning:
    """Where a value begins across the page, and how far behind its caption that is."""

    x: float
    gap: float


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Where the values of each party begin: the first lines of its `texts`, which begin where its name does, and its
    values `beside` their captions by their types."""

    texts: Mapping[str, Sequence[TextLine]]
    beside: Mapping[str, Mapping[str, _Beginning]]

    def checked(self, found: Candidate, party: str, name: TextLine, captions: Sequence[KeyMatch]) -> Candidate:
        """The name of *party* that was *found*, whose first line is *name*. It is not placed unless it begins in place,
        and it is doubtful if it begins so late that its first characters seem to be lost."""
        placed = found.placed and self._is_in_place(party, name, captions)
        sure = names.DOUBT if names.is_late(name, self.texts[party]) else 1.0
        found = replace(found, placed=placed, confidence=sure * found.confidence)
        if not self._is_cut(party, names.advance(name)):
            return found
        return replace(found, placed=False, confidence=names.DOUBT * found.confidence)

    def _is_in_place(self, party: str, name: TextLine, captions: Sequence[KeyMatch]) -> bool:
        """Whether *name* begins where the texts of its *party* do; or, if there are none, where those of the other
        party do, whose block may stand below; or right behind its caption."""
        own = self.texts[party]
        if own:
            return names.is_under(name, own)
        others = [line for lines in self.texts.values() for line in lines]
        return names.is_under(name, others) or any(names.is_behind(name, caption.box) for caption in captions[:1])

    def _is_cut(self, party: str, advance: float) -> bool:
        """Whether a name whose characters are *advance* apart begins so much further behind its caption than its
        party's other values do behind theirs, or, without any, the other party's name does, that its first character is
        missing. Where forms leave room behind captions, they leave as much behind all (on the forms measured, half a
        character more before names at most), or their values begin one below another."""
        name = self.beside[party].get(NAME)
        others = self._compared(party)
        if name is None or not others:
            return False
        return name.gap - max(beginning.gap for beginning in others) > names.LATE * advance and not any(
            names.are_aligned(name.x, beginning.x, advance) for beginning in self._own(party)
        )

    def _own(self, party: str) -> list[_Beginning]:
        """The beginnings of a party's values other than its name."""
        return [beginning for kind, beginning in self.beside[party].items() if kind != NAME]

    def _compared(self, party: str) -> list[_Beginning]:
        """What the beginning of a party's name is compared with: its other values, or the names of other parties."""
        return self._own(party) or [
            beside[NAME] for other, beside in self.beside.items() if other != party and NAME in beside
        ]


def beginnings(form: FormLayout, regions: Mapping[str, str], assigned: Mapping[str, Assigned]) -> Beginnings:
    """The beginnings of the values that were *assigned* to the parties in *regions* of the form."""
    return Beginnings(
        texts={party: _texts(slots) for party, slots in assigned.items()},
        beside={party: _beside(form, regions[party], slots) for party, slots in assigned.items()},
    )


def _texts(slots: Assigned) -> list[TextLine]:
    """The first lines of the values of a party that begin where its name does; its tax id may stand behind them."""
    return [parts[0] for slot, parts in slots.items() if slot.type.name not in (NAME, TAX_ID)]


def _beside(form: FormLayout, region: str, slots: Assigned) -> dict[str, _Beginning]:
    """The beginning of each value of a party beside its caption, by its type."""
    starts = {slot: (parts[0], names.start(parts[0])[0]) for slot, parts in slots.items()}
    return {
        slot.type.name: _Beginning(x, x - caption.box.x1)
        for slot, (line, x) in starts.items()
        for caption in form.labels_in(region, *slot.labels)
        if same_row(caption.box, line.box)
    }
