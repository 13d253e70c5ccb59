"""Values that are left over where most boxes of a form hold nothing of their type."""

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.judging.adrift import suspected
from invoiceocr.adjudication.judging.judgment import Judgment
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.kinds import builtin
from invoiceocr.proof import WitnessSource

VEHICLE = builtin().kinds["motor_vehicle"]
NAMES, SUMS = ("buyer.name", "seller.name"), ("total", "total_tax", "total_excluding_tax")


def suspects(*paths: str, source: WitnessSource = "text_layer") -> frozenset[str]:
    said = {path: Candidate(path, "1", "1", source) for path in paths}
    fused = {path: Fused(candidate, (candidate,)) for path, candidate in said.items()}
    return suspected(Judgment({}), fused, VEHICLE).suspects


def test_the_few_values_that_are_left_are_doubtful() -> None:
    assert suspects(*NAMES, "origin") == {*NAMES, "origin"}


def test_values_of_which_most_are_there_are_not() -> None:
    assert suspects(*NAMES, *SUMS) == frozenset()


def test_what_a_file_states_does_not_slip() -> None:
    assert suspects(*NAMES, source="xml") == frozenset()
