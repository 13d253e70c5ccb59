"""Which kind of document a page is: by its title, else by its layout with the code's structure and the QR code.

A title stands at the head, above parties and table; its words in a name, an item or the remarks say nothing. Only a
page without the layout of an invoice may have its title anywhere.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import regex

from invoiceocr.extraction.schema import KindRule, Schemas
from invoiceocr.page import Page, TextLine
from invoiceocr.text.lines import match_key, rows
from invoiceocr.values import invoice_code, qr_payload

BODY = ("party_", "column_", "buyer_side")  # captions that stand below the title
MIN_LABELS = 6  # different labels of a form that a page without a legible title must show
MIN_SUPPORT = 2  # captions without which an invoice's title is a text about invoices
PROSE = regex.compile(r"\p{Han} ?[,，;；。!！] ?\p{Han}")  # in a sentence; no title is one
MIN_LIKENESS = 0.5  # of a misread title to the true one


@dataclass(frozen=True, slots=True)
class FormCaptions:
    """The captions that a form prints for its fields, and those that name its parties."""

    fields: frozenset[str]
    parties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Classified:
    """A kind, the kind by whose blocks the page is read (None for kinds that are weighed otherwise), whether the page
    only continues an invoice, and whether no title says that it is one: its layout, code or QR code does."""

    kind: str
    read_by: str | None = None
    is_list: bool = False
    untitled: bool = False


def classify(page: Page, schemas: Schemas, forms: Mapping[str, FormCaptions]) -> Classified:
    """The kind of *page*; `other` unless title or layout say otherwise."""
    recognized = any(line.source == "ocr" for line in page.lines)
    head = _head(page)
    texts = _texts(head, joined=recognized)
    laid_out = bool(_forms(page, schemas, forms, None))
    if _is_list(texts if laid_out else _texts(page.lines, joined=False), schemas):
        return Classified("other", is_list=True)
    rule = _by_title(texts, schemas.kinds) or _by_title(_joined_rows(head), schemas.kinds)
    rule = rule or _titled_anywhere(page, schemas, laid_out)
    untitled = rule is None
    if rule is None or (rule.form and recognized):
        rule = _by_layout(page, _texts(page.lines, joined=recognized), schemas, forms, rule)
    if rule is None or (rule.form and not _is_supported(page, forms[rule.form])):
        return Classified("other")
    if rule.form is None:
        return Classified(_marked(rule.kind, page, texts, schemas))
    kind = _marked(rule.kind, page, texts, schemas)
    own = any(other.form == rule.form for other in schemas.kinds if other.kind == kind)
    return Classified(kind, kind if own else rule.kind, untitled=untitled)


def _is_supported(page: Page, form: FormCaptions) -> bool:
    """Whether more than a title speaks for *form*: some of its captions, or a tax QR code."""
    seen = (form.fields | form.parties) & {label.id for label in page.labels}
    return len(seen) >= MIN_SUPPORT or any(qr_payload.parse(text) for text in page.qr_payloads)


def _head(page: Page) -> list[TextLine]:
    """The lines above the captions of parties and table; all lines of a page without such captions. Not its prose."""
    below = [label.box.y0 for label in page.labels if label.id.startswith(BODY)]
    end = min(below, default=math.inf)
    return [line for line in _unprosaic(page.lines) if line.box.cy < end]


def _unprosaic(lines: Iterable[TextLine]) -> list[TextLine]:
    """Those of *lines* that are no part of a sentence, which may name an invoice without being its title."""
    return [line for line in lines if not PROSE.search(line.text)]


def _texts(lines: Sequence[TextLine], *, joined: bool) -> list[str]:
    return [*(match_key(line.text) for line in lines), *(_joined_rows(lines) if joined else ())]


def _is_list(texts: Iterable[str], schemas: Schemas) -> bool:
    return any(pattern.search(text) for text in texts for pattern in schemas.lists)


def _titled_anywhere(page: Page, schemas: Schemas, laid_out: bool) -> KindRule | None:
    """The kind whose title stands below a caption; on a page that is *laid_out* as an invoice only an invoice's."""
    kinds = [rule for rule in schemas.kinds if rule.form or not laid_out]
    return _by_title(_texts(_unprosaic(page.lines), joined=True), kinds)


def _joined_rows(lines: Sequence[TextLine]) -> list[str]:
    """The rows of several segments as one text each: a title may be broken by a seal."""
    return [match_key("".join(line.text for line in row)) for row in rows(lines) if len(row) > 1]


def _by_title(texts: Iterable[str], kinds: Iterable[KindRule]) -> KindRule | None:
    texts = list(texts)
    return next((rule for rule in kinds if any(rule.title.search(text) for text in texts)), None)


def _by_layout(
    page: Page, texts: list[str], schemas: Schemas, forms: Mapping[str, FormCaptions], titled: KindRule | None
) -> KindRule | None:
    """The kind of a recognized page: its title may be hidden by the seal, but code and QR code name it too."""
    rules = [rule for rule in schemas.kinds if rule.form in _forms(page, schemas, forms, titled)]
    payloads = [payload for text in page.qr_payloads if (payload := qr_payload.parse(text))]
    codes = {invoice_code.kind(segment.text) for segment in page.segments if invoice_code.is_valid(segment.text)}
    if titled is not None and titled.code in codes:
        return titled
    by_code = next((rule for rule in rules if rule.code in codes and rule.code), None)
    by_qr = next((rule for rule in rules if any(payload.type in rule.qr for payload in payloads)), None)
    return by_code or by_qr or titled or _most_alike(texts, rules)


def _forms(page: Page, schemas: Schemas, forms: Mapping[str, FormCaptions], titled: KindRule | None) -> set[str]:
    """The forms that the title names, even if its beginning was lost; else those whose labels the page shows."""
    if titled is not None and titled.form is not None:
        name = titled.name or ""
        longer = {rule.form for rule in schemas.kinds if name and rule.form and (rule.name or "").endswith(name)}
        return {titled.form, *longer}
    seen = {label.id for label in page.labels}
    return {name for name, form in forms.items() if len(seen & form.fields) >= MIN_LABELS}


def _most_alike(texts: Iterable[str], rules: Iterable[KindRule]) -> KindRule | None:
    """The kind whose title a line resembles most, if it does enough."""
    named = [rule for rule in rules if rule.name]
    titles = [text for text in texts if "发票" in text or "增值税" in text]
    scores = [(_likeness(text, rule.name or ""), i) for text in titles for i, rule in enumerate(named)]
    best, index = max(scores, default=(0.0, 0))
    return named[index] if best >= MIN_LIKENESS else None


def _likeness(text: str, title: str) -> float:
    return difflib.SequenceMatcher(None, text[-len(title) :], title, autojunk=False).ratio()


def _marked(kind: str, page: Page, texts: Iterable[str], schemas: Schemas) -> str:
    """*kind*, or the one that a mark on the page makes of it."""
    ids = {label.id for label in page.labels}
    texts = list(texts)
    for rule in schemas.marks:
        if kind in rule.of and (rule.column in ids or any(rule.mark.search(text) for text in texts)):
            return rule.kind
    return kind
