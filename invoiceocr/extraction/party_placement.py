"""Whether a value can only belong to one party: a tax id with correct check digits is the number of somebody.

This is sure if both blocks were found, each with captions of its own, and the value stands in only one of them, nearest
to a caption of that block. On a slanted or cut sheet the border between buyer and seller may be lost; what is read may
then be right, but nothing on the page confirms it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from invoiceocr.geometry import Box
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import KeyMatch


@dataclass(frozen=True, slots=True, eq=False)
class PartyRegions:
    """The regions of the parties on a form, and the captions that were found in each."""

    form: FormLayout
    regions: Mapping[str, str]
    captions: Mapping[str, Sequence[KeyMatch]]

    @property
    def apart(self) -> bool:
        """Whether a caption separates the regions and each has captions, none of them twice and none in common."""
        found = list(self.captions.values())
        shared = {id(label) for label in found[0]}.intersection(*({id(label) for label in other} for other in found))
        bordered = all(self.form.is_bordered(region) for region in self.regions.values())
        return bordered and not shared and all(_once_each(labels) for labels in found)

    def hold(self, party: str, box: Box) -> bool:
        """Whether a printed *box* can only belong to *party*."""
        holding = [each for each, region in self.regions.items() if self.form.holds(region, box)]
        return self.apart and holding == [party] and self._nearest(box) in self.captions[party]

    def _nearest(self, box: Box) -> KeyMatch | None:
        """The caption behind which the box stands."""
        level = self.form.level(box)
        before = [label for labels in self.captions.values() for label in labels if label.box.cx < box.cx]
        return min(before, default=None, key=lambda label: math.hypot(box.x0 - label.box.x1, level - label.box.cy))


def find_regions(form: FormLayout, regions: Mapping[str, str], phrases: Sequence[str]) -> PartyRegions:
    """The *regions* of the parties on *form*, each with those of the captions *phrases* that stand in it."""
    found = {party: form.labels_in(region, *phrases) for party, region in regions.items()}
    return PartyRegions(form, regions, found)


def _once_each(labels: Sequence[KeyMatch]) -> bool:
    return bool(labels) and len({label.id for label in labels}) == len(labels)
