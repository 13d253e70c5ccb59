"""Repair of misread characters: readings that the recognizer itself scored, chosen by the rules that restrict them.

Rules that fail, texts that give no value and prints that disagree open the fields that they concern. Fields that share
an open rule are searched together. Every assignment of readings gets a weight: the product of the recognizer's
probabilities and, for each rule, of how much likelier its outcome is if the assignment is true. A value is replaced
only if all other explanations together weigh almost nothing, including the one that the truth is in no lattice.
Otherwise it stays as read.

A date that a rule contradicts, or one that the calendar doesn't have, is doubtful in any case. The remaining reading is
taken if it is likelier than everything else together.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.repair.constraints import Constraint, Trials, constraints, pins, weight
from invoiceocr.adjudication.repair.correction import MAX_ERROR, Correction, Reason
from invoiceocr.adjudication.repair.hypotheses import Hypotheses, Hypothesis, hypotheses
from invoiceocr.decoding.grammars import spelling
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import KindSpec
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.engine import Engine, RuleReport

# a date that can't be true, or whose text gives none: the remaining reading may be wrong this often, and is doubtful
MAX_ERROR_OF_DATE = 0.3
LEGIBLE = 0.4  # share of the probability of a text without a value: that of the day or moment as which it is read
# weight of all other explanations from which a value that is kept becomes doubtful
DOUBTFUL = 0.1
MOST_TRIALS = 300  # how many assignments of a group are tried
# the budget for an invoice, in evaluations of a simple rule: about 8 ms
MOST_SPENT = 200
# the chance that a value is printed with a wrong digit, for each other digit
MISPRINTED = 1e-5
# what is left of the chance that a wrong value satisfies an equation, if everything else in it is right
PINNED = 0.03
LEAST_WEIGHT = 1e-6  # least weight of an assignment, by its readings alone

Assignment = dict[str, Hypothesis]


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """An invoice as read: its fused fields, the candidates whose text gave no value, the results of the rules, and what
    is known of its kind."""

    fused: Mapping[str, Fused]
    unread: Sequence[Candidate]
    invoice: Invoice
    report: RuleReport
    engine: Engine
    context: RuleContext
    spec: KindSpec | None


@dataclass(frozen=True, slots=True)
class Repairs:
    """The corrections by path, and the paths that are kept as read although other readings explain the rules as
    well."""

    corrections: Mapping[str, Correction] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()


def repair(case: Case) -> Repairs:
    """The corrections of misread fields in *case*, and the fields that remain doubtful; empty if all rules pass."""
    # 1. open the fields concerned by failed rules, unparsed texts and disagreeing prints
    bound = constraints(case.report, case.engine)
    # 2. search each group of fields that share an open rule separately
    corrections: dict[str, Correction] = {}
    doubtful: set[str] = set()
    trials = Trials(case.invoice, case.context)
    for choices in _groups(_open(case, bound), case):
        found = _decide(_Group(choices, bound, trials))
        corrections |= found.corrections
        doubtful |= found.doubtful
    return Repairs(corrections, frozenset(doubtful))


def _open(case: Case, bound: Iterable[Constraint]) -> list[frozenset[str]]:
    """The sets of paths that may have to change together."""
    paths = case.fused.keys() | {candidate.path for candidate in case.unread}
    known = {path for path in paths if spelling(path, case.spec) is not None}
    broken = [constraint.paths & known for constraint in bound if constraint.failed]
    missing = known - case.fused.keys()
    suspect = missing.union(*broken)
    unread = [constraint.paths & suspect for constraint in bound if constraint.paths & missing]
    tied = [paths for paths in _sound_rows(bound, suspect) if _meets_several(paths, broken)]
    disputed = [frozenset({path}) for path in known & case.fused.keys() if _is_disputed(case.fused[path])]
    return [paths for paths in (*broken, *unread, *tied, *disputed) if paths]


def _sound_rows(bound: Iterable[Constraint], suspect: set[str]) -> list[frozenset[str]]:
    """The *suspect* fields of rows that are consistent in themselves. Such a row may be wrong as a whole: all of its
    figures have lost their minus."""
    return [c.paths & suspect for c in bound if c.result.row is not None and not c.failed]


def _is_disputed(found: Fused) -> bool:
    return found.sources == {"ocr"} and any(c.source == "ocr" and c.lattice is not None for c in found.contradicting)


def _meets_several(paths: frozenset[str], others: Iterable[frozenset[str]]) -> bool:
    return sum(not paths.isdisjoint(other) for other in others) > 1


def _groups(sets: Sequence[frozenset[str]], case: Case) -> Iterator[dict[str, Hypotheses]]:
    """The hypotheses of each group of fields that share an open rule, small groups first. A field with a single
    hypothesis does not connect groups."""
    unread: dict[str, list[Candidate]] = {}
    for candidate in case.unread:
        unread.setdefault(candidate.path, []).append(candidate)
    choices = {
        path: hypotheses(path, case.fused.get(path), unread.get(path, ()), case.spec)
        for path in sorted(set().union(*sets))
    }
    groups = _united(sets, {path for path, choice in choices.items() if len(choice.options) > 1})
    for group in sorted(groups, key=lambda group: (len(group), sorted(group))):
        yield {path: choices[path] for path in sorted(group)}


def _united(sets: Iterable[frozenset[str]], free: set[str]) -> list[set[str]]:
    """The *sets* that contain a *free* path; sets that share one are united."""
    groups: list[set[str]] = []
    for paths in sets:
        open_paths = paths & free
        if open_paths:
            touched = [group for group in groups if group & open_paths]
            groups = [group for group in groups if not group & open_paths] + [set(paths).union(*touched)]
    return groups


class _Group:
    """Fields that are searched together, with the rules that bind them."""

    def __init__(self, choices: dict[str, Hypotheses], bound: Iterable[Constraint], trials: Trials) -> None:
        self.choices = choices
        self.free = {path: found for path, found in choices.items() if len(found.options) > 1}
        concerned = [constraint for constraint in bound if constraint.paths & self.free.keys()]
        self.constraints = sorted(concerned, key=lambda constraint: constraint.result.outcome == "pass")
        self.trials = trials
        self.current: Assignment = {path: found.current for path, found in self.free.items()}
        values = _values(self.current)
        self.as_read = [weight(constraint, constraint.result, values, {}) for constraint in self.constraints]

    def scored(self) -> list[tuple[Assignment, float]]:
        """The likeliest assignments with their weights, including the one as read, and the rivals of the best one."""
        found = {_key(self.current): (self.current, self.score(self.current))}
        for assignment in _likeliest_first(list(self.free.values())):
            if len(found) > MOST_TRIALS or self.trials.spent > MOST_SPENT:
                break
            found.setdefault(_key(assignment), (assignment, self.score(assignment)))
        best, _ = max(found.values(), key=lambda pair: pair[1])
        for rival in self._rivals(best):
            found.setdefault(_key(rival), (rival, self.score(rival)))
        return list(found.values())

    def _rivals(self, best: Assignment) -> Iterator[Assignment]:
        """The assignments that differ from *best* in one of the fields that it changes."""
        for path in self.changed(best):
            for option in self.free[path].options:
                yield best | {path: option}

    def score(self, assignment: Assignment) -> float:
        """The weight of *assignment*. One that is less likely than what was read and repairs nothing isn't examined
        closely."""
        readings = math.prod(option.weight for option in assignment.values())
        values, changed = _values(assignment), self.changed(assignment)
        product, mends = readings, readings > 1.0
        for constraint, before in zip(self.constraints, self.as_read, strict=True):
            if constraint.result.outcome == "pass" and not mends:
                product *= before
                continue
            now = weight(constraint, self.trials.result(constraint, changed), values, changed)
            mends = mends or now > before
            product *= now
        return product

    def residual(self, best: Assignment) -> float:
        """The weight of the truth being in no lattice, one field after the other, although *best* is this good."""
        return math.fsum(found.residual * self._without(path, best) for path, found in self.choices.items())

    def _without(self, path: str, best: Assignment) -> float:
        """The weight of the rules as read that don't depend on *path*, and of *best* satisfying the others by
        chance."""
        changed = self.changed(best)
        product = 1.0
        for constraint, before in zip(self.constraints, self.as_read, strict=True):
            if path not in constraint.paths:
                product *= before
            elif path in changed and constraint.result.outcome != "pass":
                product *= PINNED if pins(self.trials.result(constraint, changed), path) else 1.0
        return product

    def changed(self, assignment: Assignment) -> dict[str, object]:
        """The values in which *assignment* differs from what was read."""
        return {path: option.value for path, option in assignment.items() if option is not self.current[path]}

    def allowed(self, path: str) -> float:
        """The probability of being wrong that a replaced value of *path* may have."""
        found = self.choices[path]
        if found.current.value is None:
            days = found.legible >= LEGIBLE and isinstance(found.options[0].value, date)
            return MAX_ERROR_OF_DATE if days else MAX_ERROR
        return MAX_ERROR_OF_DATE if self._is_refuted(path, found.current.value) else MAX_ERROR

    def _is_refuted(self, path: str, value: object) -> bool:
        """Whether *value* is a date that a rule contradicts: one after today, or before the year of the code."""
        return isinstance(value, date) and any(c.failed and path in c.paths for c in self.constraints)

    def reasons(self, path: str, assignment: Assignment) -> tuple[Reason, ...]:
        """The rules on *path* that hold with *assignment* and did not hold before."""
        changed = self.changed(assignment)
        rules = [
            constraint.rule
            for constraint in self.constraints
            if path in constraint.paths
            and constraint.result.outcome != "pass"
            and self.trials.result(constraint, changed).outcome == "pass"
        ]
        return tuple(dict.fromkeys(Reason(rule.id, rule.title["zh"], rule.title["en"]) for rule in rules))


def _key(assignment: Assignment) -> tuple[int, ...]:
    return tuple(id(option) for option in assignment.values())


def _values(assignment: Assignment) -> dict[str, object]:
    return {path: option.value for path, option in assignment.items()}


def _decide(group: _Group) -> Repairs:
    """The corrections of fields whose best reading outweighs all other explanations."""
    # 1. score joint assignments, and the case that the truth is in no lattice
    scored = group.scored()
    top, _ = max(scored, key=lambda pair: pair[1])
    total = math.fsum(score for _, score in scored) + group.residual(top)
    # 2. find the marginal best of each field and its probability of being wrong
    best = {path: _best(path, scored) for path in group.free}
    errors = {
        path: 1.0 - mass / total + _misprinted(group.current[path], option) for path, (option, mass) in best.items()
    }
    chosen = {
        path: option
        for path, (option, _) in best.items()
        if option is not group.current[path] and option.value is not None and errors[path] <= group.allowed(path)
    }
    # 3. keep changes that rules or second prints support when made alone
    chosen = _backed(group, chosen)
    final = group.current | chosen
    corrections = {path: _correction(path, group, final, errors[path]) for path in chosen}
    doubtful = {path for path in group.free.keys() - chosen.keys() if _doubted(path, group, scored, total)}
    return Repairs(corrections, frozenset(doubtful))


def _misprinted(current: Hypothesis, option: Hypothesis) -> float:
    """The chance that *current* is printed although *option* was meant: rules can't distinguish that from a
    misreading."""
    return 0.0 if current.value is None or option is current else MISPRINTED / option.weight


def _backed(group: _Group, chosen: Assignment) -> Assignment:
    """The part of *chosen* that rules or second prints support if only this part is changed."""
    while True:
        final = group.current | chosen
        backed = {
            path: option
            for path, option in chosen.items()
            if group.reasons(path, final) or (option.weight > 1.0 and group.current[path].value is not None)
        }
        if len(backed) == len(chosen):
            return backed
        chosen = backed


def _best(path: str, scored: Iterable[tuple[Assignment, float]]) -> tuple[Hypothesis, float]:
    """The option of *path* with the greatest total weight over all assignments, and that weight."""
    masses: dict[Hypothesis, float] = {}
    for assignment, score in scored:
        masses[assignment[path]] = masses.get(assignment[path], 0.0) + score
    return max(masses.items(), key=lambda pair: pair[1])


def _doubted(path: str, group: _Group, scored: Iterable[tuple[Assignment, float]], total: float) -> bool:
    current = group.current[path]
    mass = math.fsum(score for assignment, score in scored if assignment[path] is current)
    return current.value is not None and mass < (1.0 - DOUBTFUL) * total


def _correction(path: str, group: _Group, final: Assignment, error: float) -> Correction:
    current, option = group.current[path], final[path]
    return Correction(
        path,
        old=current.value,
        new=option.value,
        old_text=current.text,
        new_text=option.text,
        share=option.weight,
        error=max(error, 0.0),
        reasons=group.reasons(path, final),
    )


def _likeliest_first(choices: Sequence[Hypotheses]) -> Iterator[Assignment]:
    """The assignments of an option to each choice, by falling weight of their readings alone."""
    start = (0,) * len(choices)
    waiting = [(-math.prod(found.options[0].weight for found in choices), start, 0)]
    while waiting:
        negative, places, first = heapq.heappop(waiting)
        if -negative < LEAST_WEIGHT:
            return
        yield {found.path: found.options[place] for found, place in zip(choices, places, strict=True)}
        for index in range(first, len(choices)):
            options, place = choices[index].options, places[index]
            if place + 1 < len(options):
                following = (*places[:index], place + 1, *places[index + 1 :])
                less = negative * options[place + 1].weight / options[place].weight
                heapq.heappush(waiting, (less, following, index))
