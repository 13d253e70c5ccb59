"""What a reviewer is shown of an invoice: the fields that want a look, the one first whose answer settles most, each
with its reasons in words and the values that it may be."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from invoiceocr.adjudication.findings.conflicts import is_key
from invoiceocr.adjudication.judging.doubts import BELOW
from invoiceocr.export.explanation.paths import in_order
from invoiceocr.export.explanation.words import percent
from invoiceocr.export.reasons import told
from invoiceocr.export.sheets.columns import invoice_columns, value_at
from invoiceocr.export.titles import WITNESSES, Title, title
from invoiceocr.invoice import AnyInvoice
from invoiceocr.kinds import Registry, field_of
from invoiceocr.kinds.field_titles import path_title
from invoiceocr.pipeline.reader import Reader
from invoiceocr.proof import Evidence, Finding, Witness
from invoiceocr.service.review.choices import choices, reading_of
from invoiceocr.service.review.rejudge import BadCorrectionError, Standing, rejudge
from invoiceocr.service.review.rows import Choice, Mark, Row

# judgings of what an answer would settle; each takes a few milliseconds
MOST_TRIALS = 30
# probability below which every character is pointed out
UNSURE = 0.9
# probability below which at least the least sure one is
WEAKEST = 0.995
# share of what an answer settles that counts where only one is offered: it most likely confirms what stands there
CONFIRMING = 0.25
# of marks, as they stand in the data of Chinese invoices
YES, NO = "是", "否"
MISSING = Title("这类票据应有此项，票面上没有找到", "this kind of invoice should have it; it was not found")
UNSURE_OF = Title("置信度 {share}，低于要求的 {least}", "confidence {share}, {least} required")
SAYS = Title("{source}为 {value}", "{source} says {value}")
REPAIRED = Title("已按校验关系纠正，原读作 {text}", "repaired to meet the rules; it was read as {text}")


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The fields in the order of the contract, the paths that want a look in the order in which they are asked, and
    the fields that the invoice could have and has not."""

    rows: tuple[Row, ...]
    queue: tuple[str, ...]
    rest: tuple[tuple[str, Title], ...] = field(default_factory=tuple)


def worksheet(standing: Standing, explanation: str | None, reader: Reader) -> Worksheet:
    """The worksheet of an invoice; the *explanation* of its reading, as JSON, tells what else the print may say."""
    invoice, told = standing.invoice, _told(explanation)
    doubted = doubts(invoice, reader)
    rows = [_row(path, invoice, told.get(path, {}), reader) for path in _paths(invoice, doubted, reader.kinds)]
    rows = [replace(row, doubted=row.path in doubted) for row in rows]
    rows, gains = _weighed(rows, standing, reader)
    needed = needs(invoice, reader)
    queue = sorted(doubted, key=lambda path: (path not in needed, -gains.get(path, 0.0), doubted.index(path)))
    shown = {row.path for row in rows}
    spec = reader.kinds.kinds.get(invoice.kind)
    rest = [column.path for column in invoice_columns(reader.kinds) if column.path not in shown | {"kind"}]
    absent = tuple((path, path_title(path, spec)) for path in rest if _has(invoice, path))
    return Worksheet(tuple(rows), tuple(queue), absent)


def doubts(invoice: AnyInvoice, reader: Reader) -> list[str]:
    """The fields that want a look, in the order of the contract: those that keep *invoice* from being accepted, and
    doubtful ones beside."""
    needed, found = needs(invoice, reader), []
    for path, proof in invoice.evidence.items():
        if any(witness.source == "reviewer" for witness in proof.witnesses):
            continue
        if isinstance(_raw(invoice, path), bool):
            # a mark on the paper, such as 红字, is for the findings to tell of
            continue
        if proof.status == "doubtful" or path in needed:
            found.append(path)
    return in_order(found)


def needs(invoice: AnyInvoice, reader: Reader) -> frozenset[str]:
    """The fields that keep *invoice* from being accepted: key fields that are not sure enough, and what failed rules
    name, as far as nothing independent confirms it."""
    grave = (f for f in invoice.findings if f.severity == "error" and f.verdict != "accept")
    accused = {path for finding in grave for path in finding.fields}
    spec = reader.kinds.kinds.get(invoice.kind)
    keys = ((path, proof) for path, proof in invoice.evidence.items() if is_key(path, spec))
    unsure = {path for path, proof in keys if not reader.policy.passes(path, proof, spec)}
    return frozenset(
        unsure | {path for path in accused if path in invoice.evidence and not _is_verified(path, invoice)}
    )


def _is_verified(path: str, invoice: AnyInvoice) -> bool:
    return invoice.evidence[path].status == "verified"


def _told(explanation: str | None) -> Mapping[str, Mapping[str, object]]:
    if explanation is None:
        return {}
    return {field["path"]: field for field in json.loads(explanation)["fields"]}


def _paths(invoice: AnyInvoice, doubted: Sequence[str], kinds: Registry) -> list[str]:
    """The fields with evidence, and the scalar ones that have a value without any."""
    plain = [column.path for column in invoice_columns(kinds) if column.path != "kind"]
    valued = [path for path in plain if value_at(invoice, path) not in (None, False)]
    return in_order([*invoice.evidence, *valued, *doubted])


def _has(invoice: AnyInvoice, path: str) -> bool:
    """Whether the model of *invoice* has that field."""
    names = {info.serialization_alias or name for name, info in type(invoice).model_fields.items()}
    return path.partition(".")[0] in names and path != "text"


def plain_value(value: object) -> str | None:
    """A value as a person types it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return YES if value else NO
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _raw(invoice: AnyInvoice, path: str) -> object:
    try:
        value: object = value_at(invoice, path)
    except (IndexError, ValueError):
        return None
    return value


def _value(invoice: AnyInvoice, path: str) -> str | None:
    return plain_value(_raw(invoice, path))


def _row(path: str, invoice: AnyInvoice, told: Mapping[str, object], reader: Reader) -> Row:
    proof = invoice.evidence.get(path, Evidence(status="read", confidence=1.0))
    spec = reader.kinds.kinds.get(invoice.kind)
    row = Row(path, path_title(path, spec), _value(invoice, path), proof, field_of(path, spec))
    reading = reading_of(told)
    marks = tuple(_marks(reading))
    return replace(
        row,
        reasons=tuple(dict.fromkeys(_reasons(row, invoice, reader))),
        choices=tuple(choices(row, invoice, told, reader)),
        marks=marks,
        text=str(reading.get("text") or "") or proof.text,
    )


def _marks(reading: Mapping[str, object]) -> Iterator[Mark]:
    characters = reading.get("characters")
    known = [one for one in characters if one["text"]] if isinstance(characters, list) else []
    least = min((one["probability"] for one in known), default=1.0)
    for one in known:
        if one["probability"] < UNSURE or one["probability"] == least < WEAKEST:
            yield Mark(one["place"] - 1, one["text"], one["probability"])


def _accusing(row: Row, invoice: AnyInvoice) -> Iterator[Finding]:
    """The findings on a field; that its confidence is too low is told with the figure."""
    for finding in invoice.findings:
        if row.path in finding.fields and finding.severity != "info" and finding.rule != BELOW:
            yield finding


def _reasons(row: Row, invoice: AnyInvoice, reader: Reader) -> Iterator[Title]:
    """Why somebody should look at a field, in words."""
    proof = row.proof
    spec = reader.kinds.kinds.get(invoice.kind)
    yield from (Title(told(found, "zh", spec), told(found, "en", spec)) for found in _accusing(row, invoice))
    if proof.status == "missing":
        yield MISSING
    yield from (_says(witness) for witness in proof.witnesses if not witness.agrees)
    if proof.repaired and proof.text:
        yield Title(REPAIRED.zh.format(text=proof.text), REPAIRED.en.format(text=proof.text))
    if proof.status != "missing" and proof.confidence < reader.policy.accept:
        share, least = percent(proof.confidence), f"{reader.policy.accept:.0%}"
        yield Title(UNSURE_OF.zh.format(share=share, least=least), UNSURE_OF.en.format(share=share, least=least))


def _says(witness: Witness) -> Title:
    source, value = title(WITNESSES, witness.source), plain_value(witness.value) or "—"
    return Title(SAYS.zh.format(source=source.zh, value=value), SAYS.en.format(source=source.en, value=value))


def _weighed(rows: Iterable[Row], standing: Standing, reader: Reader) -> tuple[list[Row], dict[str, float]]:
    """*rows* with what each choice would settle, choices that settle more first and without those that are no value of
    the field; and for each field what its answer is expected to settle: the information that the rules get from it."""
    weighed, gains, trials = [], dict[str, float](), MOST_TRIALS
    before = _unsettled(rejudge(standing, {}, reader), reader)
    for row in rows:
        if row.doubted and trials > 0:
            trials -= len(row.choices)
            tried = [(choice, _settles(standing, row.path, choice, reader, before)) for choice in row.choices]
            possible = [
                replace(choice, settles=n or 0) for choice, n in tried if n is not None or choice.value == row.value
            ]
            weight = sum(choice.weight for choice in possible) or 1.0
            gain = sum(choice.weight * choice.settles for choice in possible) / weight
            gains[row.path] = gain if len(possible) > 1 else CONFIRMING * gain
            row = replace(row, choices=tuple(sorted(possible, key=_rank)))
        weighed.append(row)
    return weighed, gains


def _settles(standing: Standing, path: str, choice: Choice, reader: Reader, before: int) -> int | None:
    """How many other doubts an answer would settle; None for what is no value of the field."""
    try:
        judged = rejudge(standing, {path: choice.value}, reader)
    except BadCorrectionError:
        return None
    return max(before - _unsettled(judged, reader) - 1, 0)


def _rank(choice: Choice) -> float:
    """Likely values first, among them those that settle more: what merely evades a rule is no answer."""
    return -choice.weight * (1 + choice.settles)


def _unsettled(invoice: AnyInvoice, reader: Reader) -> int:
    """The doubts and the failed rules of *invoice*."""
    return len(doubts(invoice, reader)) + sum(finding.severity == "error" for finding in invoice.findings)
