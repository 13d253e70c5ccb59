"""`Constraint`: a rule applied to one invoice (or to one of its rows) as a witness among rival readings. `Trials` puts
other values into the invoice and applies the rules again."""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from dataclasses import dataclass, replace

from invoiceocr.decoding.grammars import passing_share
from invoiceocr.evidence.row_paths import ROW
from invoiceocr.invoice import Invoice, Party, PrintedRecord
from invoiceocr.kinds.models import row_model
from invoiceocr.proof import FieldValue, Language, WitnessSource
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.engine import EXACT, Engine, RuleReport, RuleResult, evaluate_rule
from invoiceocr.rules.equation import Equation, linear_equation
from invoiceocr.rules.packs.rule import Rule

# the share of genuine invoices that violate a rule, by its severity
BROKEN = {"error": 0.003, "warning": 0.01, "info": 0.05}
# the share of wrong values that satisfy a witness rule
PASSED = {"qr": 1e-6, "words": 0.01, "arithmetic": 0.01}
# the same for rules that prove little in general, or little about the field in question
LOOSE = 0.5
# the number of paths that cost as much as one more evaluation
READS_A_UNIT = 4
Values = Mapping[str, object]
Rows = tuple[PrintedRecord, ...]


def witness_of(result: RuleResult) -> WitnessSource:
    """What kind of witness a passed rule is, by what it compared the field with."""
    if any(path.startswith("qr.") for path in result.reads):
        return "qr"
    if "total_in_words" in result.reads:
        return "words"
    return "checksum" if len(result.reads) == 1 else "arithmetic"


@dataclass(frozen=True, slots=True, eq=False)
class Constraint:
    """A rule, its result for the invoice as read, and the paths on which it may depend."""

    rule: Rule
    result: RuleResult
    paths: frozenset[str]

    @property
    def failed(self) -> bool:
        """Whether the invoice as read violates it."""
        return self.result.outcome == "fail"

    @property
    def cost(self) -> int:
        """The cost of an evaluation, in evaluations of a simple rule."""
        return 1 + len(self.paths) // READS_A_UNIT


def constraints(report: RuleReport, engine: Engine) -> list[Constraint]:
    """The rules of *report* that relate fields to one another or to their check digits: witnesses, and rules that name
    fields to repair."""
    found = []
    for result in report.results:
        rule = engine.rule(result.rule)
        if (rule.repair or rule.witness) and (rule.each is None) == (result.row is None):
            found.append(Constraint(rule, result, frozenset(result.reads) | frozenset(result.conditions)))
    return found


class Trials:
    """Applies rules to one invoice with other values in some of its fields; remembers the results and what they
    cost."""

    def __init__(self, invoice: Invoice, context: RuleContext) -> None:
        self.spent = 0
        self._invoice = invoice
        self._context = context
        self._known: dict[tuple[int, tuple[tuple[str, object], ...]], RuleResult] = {}
        self._equations: dict[int, Equation | None] = {}

    def result(self, constraint: Constraint, values: Values) -> RuleResult:
        """The result of the rule with *values* in place of those read."""
        concerned = tuple((path, value) for path, value in values.items() if path in constraint.paths)
        if not concerned:
            return constraint.result
        key = (id(constraint), concerned)
        if key not in self._known:
            self._known[key] = self._judged(constraint, dict(concerned))
        return self._known[key]

    def _judged(self, constraint: Constraint, values: Values) -> RuleResult:
        if self._breaks_equation(constraint, values):
            return RuleResult(constraint.rule.id, "fail", row=constraint.result.row)
        self.spent += constraint.cost
        invoice, row = _narrowed(constraint, with_values(self._invoice, values))
        certain = tuple(path for path in self._context.certain if path not in values)
        context = replace(self._context, certain=certain) if certain else self._context
        # if the severity of a failure depends on the invoice, the finding has it
        language: Language | None = "zh" if len(constraint.rule.severities) > 1 else None
        with decimal.localcontext(EXACT):
            results = list(evaluate_rule(constraint.rule, invoice, context, language))
        return _renumbered(results[row], constraint)

    def _breaks_equation(self, constraint: Constraint, values: Values) -> bool:
        """Whether a sum is certainly wrong: most trials end here."""
        if not constraint.failed or constraint.result.row is not None:
            return False
        equation = self._equation(constraint)
        if equation is None or not values.keys() <= equation.terms.keys():
            return False
        rest = equation.constant
        for path, coefficient in equation.terms.items():
            value: FieldValue = values[path] if path in values else value_at(self._invoice, path)
            if value is None:
                return False
            rest += coefficient * value
        return bool(abs(rest) > equation.tolerance)

    def _equation(self, constraint: Constraint) -> Equation | None:
        key = id(constraint)
        if key not in self._equations:
            self._equations[key] = linear_equation(constraint.rule, self._invoice, self._context)
        return self._equations[key]


def weight(constraint: Constraint, result: RuleResult, values: Values, changed: Values) -> float:
    """How much likelier *result* is if *values* are true than if they are not; *changed* are the values that differ
    from those read."""
    if result.outcome == "pass":
        return 1.0 / _passed(constraint, result, values, changed)
    if result.outcome == "fail" or constraint.failed:
        return BROKEN[result.finding.severity if result.finding else constraint.rule.severities[-1][0]]
    return 1.0


def pins(result: RuleResult, path: str) -> bool:
    """Whether *result* allows only one value for the field at *path*, if the other fields that it read are right."""
    return path in result.supports and witness_of(result) != "checksum"


def _passed(constraint: Constraint, result: RuleResult, values: Values, changed: Values) -> float:
    """The share of wrong values that would pass: rules that are no witnesses of a changed field prove little."""
    concerned = constraint.paths & changed.keys()
    if not result.supports or (concerned and concerned.isdisjoint(result.supports)):
        return LOOSE
    source = witness_of(result)
    if source == "checksum":
        return min((passing_share(values[path]) for path in result.reads if path in values), default=LOOSE)
    return PASSED[source]


def with_values(invoice: Invoice, values: Values) -> Invoice:
    """*invoice* with other values in some of its fields."""
    update: dict[str, FieldValue] = {}
    for path, value in values.items():
        head, _, tail = path.partition(".")
        if cell := ROW.fullmatch(path):
            rows = update.get(head, rows_of(invoice, head))
            update[head] = _with_cell(rows, int(cell[2]), {cell[3]: value}, row_model(type(invoice), head))
        elif tail:
            party = update.get(head, getattr(invoice, head, None)) or Party()
            update[head] = party.model_copy(update={tail: value})
        else:
            update[path] = value
    return invoice.model_copy(update=update)


def rows_of(invoice: Invoice, name: str) -> Rows:
    """The rows of the list field *name* of an invoice; none if its kind has no such list."""
    rows: Rows = getattr(invoice, name, ())
    return rows


def _with_cell(rows: Rows, index: int, update: dict[str, object], model: type[PrintedRecord]) -> Rows:
    known = rows + tuple(model() for _ in range(len(rows), index + 1))
    return (*known[:index], known[index].model_copy(update=update), *known[index + 1 :])


def value_at(invoice: Invoice, path: str) -> FieldValue:
    """The value at *path* of the invoice, or None."""
    found: FieldValue = invoice
    for part in path.split("."):
        found = found[int(part)] if part.isdigit() else getattr(found, part, None)
        if found is None:
            return None
    return found


def _narrowed(constraint: Constraint, invoice: Invoice) -> tuple[Invoice, int]:
    """The invoice with only the row that the constraint is about, if it reads no other row; and the index of that
    row."""
    row, each = constraint.result.row, constraint.rule.each
    if row is None or each is None or not _reads_only(constraint, each.path, row):
        return invoice, row or 0
    return invoice.model_copy(update={each.path: rows_of(invoice, each.path)[row : row + 1]}), 0


def _reads_only(constraint: Constraint, name: str, row: int) -> bool:
    cells = (ROW.fullmatch(path) for path in constraint.paths)
    return all(cell is None or (cell[1] == name and int(cell[2]) == row) for cell in cells)


def _renumbered(result: RuleResult, constraint: Constraint) -> RuleResult:
    """*result* for the first row, if it passed, as the result for the constraint's row."""
    row, each = constraint.result.row, constraint.rule.each
    if row is None or each is None or result.row == row or result.outcome != "pass":
        return result
    old, new = f"{each.path}.{result.row}.", f"{each.path}.{row}."
    supports = tuple(path.replace(old, new, 1) for path in result.supports)
    reads = tuple(path.replace(old, new, 1) for path in result.reads)
    return replace(result, reads=reads, supports=supports, row=row)
