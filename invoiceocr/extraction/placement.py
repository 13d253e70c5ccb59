"""Whether a party's value can only be that party's: a tax id that passes its check digits is a number of somebody.

It is sure where both blocks were found, each with captions of its own, and the value stands in one of them alone,
nearest to a caption of that block. On a slanted or cut sheet the border between buyer and seller may be lost; then
what is read may be right, but nothing on the page says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from invoiceocr.extraction.frame import FormLayout
from invoiceocr.extraction.schema import Region
from invoiceocr.geometry import Box
from invoiceocr.page import KeyMatch


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """The captions that were found in each party's block."""

    frame: FormLayout
    captions: Mapping[str, Sequence[KeyMatch]]

    @property
    def apart(self) -> bool:
        """Whether a caption parts the blocks and each has captions, none of them twice and none in common."""
        regions = (self._region(block.region) for block in self.frame.form.parties.values())
        found = list(self.captions.values())
        shared = {id(label) for label in found[0]}.intersection(*({id(label) for label in other} for other in found))
        bordered = all(self.frame.is_bordered(region) for region in regions)
        return bordered and not shared and all(_once_each(labels) for labels in found)

    def hold(self, party: str, box: Box) -> bool:
        """Whether a printed *box* can only belong to *party*."""
        parties = self.frame.form.parties
        holding = [each for each, block in parties.items() if self.frame.holds(self._region(block.region), box)]
        return self.apart and holding == [party] and self._nearest(box) in self.captions[party]

    def _region(self, name: str) -> Region:
        return self.frame.form.regions[name]

    def _nearest(self, box: Box) -> KeyMatch | None:
        """The caption that the box stands behind."""
        level = self.frame.level(box)
        before = [label for labels in self.captions.values() for label in labels if label.box.cx < box.cx]
        return min(before, default=None, key=lambda label: math.hypot(box.x0 - label.box.x1, level - label.box.cy))


def find_blocks(frame: FormLayout) -> Blocks:
    """The blocks of *frame* with their captions."""
    parties = frame.form.parties.items()
    return Blocks(
        frame,
        {
            party: [
                label
                for label in frame.labels(*(slot.label for slot in block.rows))
                if frame.contains(block.region, label)
            ]
            for party, block in parties
        },
    )


def _once_each(labels: Sequence[KeyMatch]) -> bool:
    return bool(labels) and len({label.id for label in labels}) == len(labels)
