"""Why an invoice needs review even if no rule says so: key fields below the required confidence, or an unknown kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from invoiceocr.adjudication.findings.conflicts import is_key
from invoiceocr.adjudication.judging.acceptance import AcceptancePolicy
from invoiceocr.evidence.finding import Words, finding
from invoiceocr.kinds import OTHER, KindSpec
from invoiceocr.kinds.field_titles import path_title
from invoiceocr.proof import Evidence, Finding

BELOW, UNKNOWN, EMPTY = "below-confidence", "unknown-kind", "no-key-fields"
NOT_JUDGED = "不是已知票种，无法自动判断", "no known kind of invoice, so nothing is judged"
NOTHING_FOUND = "没有识别出任何关键字段", "no key field was found"


def doubts(
    kind: str,
    evidence: Mapping[str, Evidence],
    policy: AcceptancePolicy,
    spec: KindSpec | None,
) -> tuple[Finding, ...]:
    """A finding for each reason not to accept the invoice: key fields that don't pass *policy*, no key field at all, or
    a document of no known kind. *spec* says which fields are key. It is empty only if nothing but an error finding
    prevents acceptance."""
    if kind == OTHER:
        return (finding(UNKNOWN, "warning", NOT_JUDGED),)
    keys = {path: item for path, item in evidence.items() if is_key(path, spec)}
    if not keys:
        return (finding(EMPTY, "warning", NOTHING_FOUND),)
    return tuple(_below(keys, policy, spec))


def _below(keys: Mapping[str, Evidence], policy: AcceptancePolicy, spec: KindSpec | None) -> Iterator[Finding]:
    for path, item in keys.items():
        if not policy.passes(path, item, spec):
            words = _reason(path, path_title(path, spec).zh, item, policy.threshold(path, item, spec))
            yield finding(BELOW, "warning", words, (path,))


def _reason(path: str, title: str, item: Evidence, threshold: float | None) -> Words:
    """Why the field does not pass, in Chinese (with its *title*) and in English."""
    if item.status == "missing":
        return f"{title}应有而未识别出（置信度 0，要求 {_shown(threshold)}）", (
            f"{path} was not found (confidence 0, required {_shown(threshold)})"
        )
    if item.status == "doubtful":
        return f"{title}存疑（置信度 {item.confidence:.4f}，要求 {_shown(threshold)}）", (
            f"{path} is doubtful (confidence {item.confidence:.4f}, required {_shown(threshold)})"
        )
    return f"{title}置信度 {item.confidence:.4f}，低于要求的 {_shown(threshold)}", (
        f"{path} has confidence {item.confidence:.4f}, below the required {_shown(threshold)}"
    )


def _shown(threshold: float | None) -> str:
    """The threshold; a dash if the promised error rate lets no such field pass."""
    return "—" if threshold is None else f"{threshold:.4f}"
