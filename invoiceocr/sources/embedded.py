"""EmbeddedRecord: the fields that an issuer's XML, an XBRL instance or the tags of an OFD state directly.

Where the fields are is data (schemas/facts/*.yaml); this module only walks through the elements.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from invoiceocr.errors import SourceError
from invoiceocr.evidence.candidate import Candidate, EmbeddedRecord
from invoiceocr.kinds import remarks
from invoiceocr.kinds.spec import IDENTITIES
from invoiceocr.proof import WitnessSource
from invoiceocr.sources import safe_xml
from invoiceocr.sources.embedded_rows import rows_of
from invoiceocr.sources.safe_xml import Node
from invoiceocr.sources.statements import Index, candidate, choices_of, chosen, contradicted, index_of
from invoiceocr.sources.xml_mapping import CODE_RULE, TextRule, XmlMapping, xml_mapping
from invoiceocr.text.folding import fold
from invoiceocr.values import invoice_code

ATTACHMENTS = (
    *("fiscal_invoice", "digital_invoice", "original_invoice", "xbrl_rail", "xbrl_air", "xbrl_invoice"),
    *("xbrl_fiscal", "xbrl_voucher"),
)
TAGS = ("original_invoice", "xbrl_rail", "xbrl_air")
CUSTOM_DATA = ("custom_data",)
ITEMS, REMARKS = "items.", "remarks"
# characters: shorter texts are codes and must match completely
TITLE = 4
MAX_NAMESPACE = 500  # characters
_TAXONOMY = re.compile(r"xbrl\.mof\.gov\.cn/taxonomy/[0-9-]{8,10}/([a-z]{2,8})")
MAX_WRAPPED = 3  # records in one another
_BRACKETS = str.maketrans("()", "（）")


def read_attachment(data: bytes, name: str, source: WitnessSource) -> tuple[EmbeddedRecord, ...]:
    """The invoices that an XML attachment states: 数电票 XML, original_invoice.xml, XBRL instances. Empty for anything
    unreadable, unsafe or of another kind: an attachment never makes a document fail."""
    try:
        return read_tree(safe_xml.parse(data, name), source)
    except SourceError:
        return ()


def read_tree(tree: Node, source: WitnessSource, maps: Iterable[str] = ATTACHMENTS) -> tuple[EmbeddedRecord, ...]:
    """The invoices stated below *tree*, read with the first of *maps* that knows its elements."""
    rules = _recognized(tree, maps)
    if rules is None:
        return ()
    found = (_facts(record, rules, source) for record in _records(tree, rules))
    return tuple(facts for facts in found if facts)


def _records(tree: Node, rules: XmlMapping) -> Iterator[Node]:
    """The elements that contain one invoice each. Wrappers may have the same name, so one may contain another; what is
    nested deeper is no invoice, and each record is walked as a whole."""
    stack = [(tree, 0)]
    while stack:
        node, around = stack.pop()
        if node.name in rules.records:
            around += 1
            yield node
        if around < MAX_WRAPPED:
            stack.extend((child, around) for child in reversed(node.children))


def is_invoice(tree: Node) -> bool:
    """Whether *tree* has the elements of a known family of invoices, with or without values."""
    return _recognized(tree, ATTACHMENTS) is not None


def codes(tree: Node) -> tuple[str, ...]:
    """The contents of the elements for a graphic code: the payload itself, or a picture in base64."""
    rules = _recognized(tree, ATTACHMENTS)
    wanted = rules.codes if rules else ()
    return tuple(node.text for node in tree.walk() if node.name in wanted and node.text)


def merge(found: Iterable[EmbeddedRecord]) -> tuple[EmbeddedRecord, ...]:
    """Merges records about the same invoice, the most trusted first; facts without a number join the first. If two
    sources have different numbers of items, only those of the first one stay."""
    merged: list[EmbeddedRecord] = []
    # by number; None stands alone, since all else joins it
    ranks: dict[object, int] = {}
    for facts in found:
        number = _number(facts)
        same = ranks.get(number) if number is not None and None not in ranks else 0 if merged else None
        if same is None:
            same = len(merged)
            merged.append(facts)
        else:
            merged[same] = _merged(merged[same], facts)
            ranks.pop(None, None)
        ranks.setdefault(_number(merged[same]), same)
    return tuple(merged)


def _recognized(tree: Node, maps: Iterable[str]) -> XmlMapping | None:
    """The first map with a record and a mark in *tree*."""
    names, taxonomies = {node.name for node in tree.walk()}, _taxonomies(tree)
    known = (
        rules
        for rules in map(xml_mapping, maps)
        if names & rules.records and (names & rules.marks or taxonomies & rules.taxonomies)
    )
    return next(known, None)


def _taxonomies(tree: Node) -> set[str]:
    """The families of e-vouchers that the namespaces of the root name: `efi`, `bker`, ..."""
    return {match[1] for text in tree.attributes.values() for match in _TAXONOMY.finditer(text[:MAX_NAMESPACE])}


def _facts(record: Node, rules: XmlMapping, source: WitnessSource) -> EmbeddedRecord | None:
    index = index_of(record, _left_out(rules))
    stated = _with_remarks(list(_fields(record, index, rules, source)))
    rows = list(rows_of(record, index, rules.rows, source)) if rules.rows else []
    if not stated and not rows:
        return None
    derived = [*_kind(record, index, rules, source), *_red(index, rules, stated, source)]
    pages = {found.page for found in (*stated, *rows) if found.box}
    return EmbeddedRecord((*derived, *stated, *rows), min(pages) if pages else None)


def _left_out(rules: XmlMapping) -> frozenset[str]:
    """The elements whose content belongs to no header field."""
    if not rules.rows:
        return rules.skip
    beside = {rules.rows.beside.element} if rules.rows.beside else set()
    return rules.skip | rules.rows.elements | beside


def _fields(record: Node, index: Index, rules: XmlMapping, source: WitnessSource) -> Iterator[Candidate]:
    disputed = contradicted(record)
    for path, choices in rules.fields.items():
        said = list(choices_of(index, choices))
        found = candidate(path, said[0], source) if said else None
        if found is None or _is_disputed(found, said, disputed):
            continue
        spellings = rules.spellings.get(path, {})
        yield replace(found, value=spellings.get(found.text, found.value)) if spellings else found


def _with_remarks(stated: list[Candidate]) -> list[Candidate]:
    """*stated*, and the details of the parties that only the remarks state. They confirm no print: the page's remarks
    are taken apart by the same patterns, so both make the same mistakes."""
    known = {found.path for found in stated}
    notes = (found for found in stated if found.path == REMARKS)
    told = ((note, detail) for note in notes for detail in remarks.stated(str(note.value)))
    return stated + [
        replace(note, path=path, value=value, text=text, vouches=False)
        for note, (path, value, text) in told
        if path not in known
    ]


def _is_disputed(found: Candidate, said: Sequence[Sequence[Node]], disputed: Collection[int]) -> bool:
    """Whether the record states the field twice with different values: then it states nothing. Remarks may have several
    elements; an identifier is the same in all elements that may contain it."""
    if found.path == REMARKS:
        return False
    if any(id(node) in disputed for node in said[0]):
        return True
    others = said[1:] if found.path in IDENTITIES else ()
    told = (candidate(found.path, nodes, found.source) for nodes in others)
    return any(other.value != found.value for other in told if other)


def _kind(record: Node, index: Index, rules: XmlMapping, source: WitnessSource) -> Iterator[Candidate]:
    """The kind, by the first rule that applies."""
    for rule in rules.kinds:
        nodes = _asked(rule, record, index, rules)
        kind = _kind_by(rule, nodes[0].text) if nodes else None
        if kind:
            yield Candidate("kind", kind, nodes[0].text, source, page=nodes[0].page or 1)
            return


def _asked(rule: TextRule, record: Node, index: Index, rules: XmlMapping) -> Sequence[Node]:
    if rule.element == CODE_RULE:
        return chosen(index, rules.fields.get(CODE_RULE, ()))
    return list(record.all(rule.element)) if rule.kind else chosen(index, ((rule.element,),))


def _kind_by(rule: TextRule, text: str) -> str | None:
    if rule.element == CODE_RULE:
        return invoice_code.kind(text)
    if rule.contains:
        return next((kind for part, kind in rule.contains.items() if part in text), None)
    meant = rule.kind or _meant(rule.texts, text)
    return meant if isinstance(meant, str) else None


def _meant(texts: Mapping[str, str | bool], text: str) -> str | bool | None:
    """What *text* stands for: the whole of it, or else the longest title in it (电子发票（普通发票）)."""
    printed = fold(text).translate(_BRACKETS)
    held = (known for known in texts if len(known) >= TITLE and known in printed)
    return texts.get(printed, texts.get(max(held, key=len, default="")))


def _red(index: Index, rules: XmlMapping, stated: list[Candidate], source: WitnessSource) -> Iterator[Candidate]:
    """Whether the invoice is a red-letter one: by the issuer's mark, or else by the sign of the total."""
    nodes = index.get(rules.red.element, ()) if rules.red else ()
    marked = _meant(rules.red.texts, nodes[0].text) if rules.red and nodes else None
    total = next((found for found in stated if found.path == "total"), None)
    if isinstance(marked, bool):
        yield Candidate("is_red_letter", marked, nodes[0].text, source)
    elif total and isinstance(total.value, Decimal):
        yield Candidate("is_red_letter", total.value < 0, total.text, source, page=total.page)


def _merged(known: EmbeddedRecord, facts: EmbeddedRecord) -> EmbeddedRecord:
    same_rows = _row_count(known) in (0, _row_count(facts))
    added = [found for found in facts.candidates if same_rows or not found.path.startswith(ITEMS)]
    return EmbeddedRecord((*known.candidates, *added), known.page or facts.page)


def _number(facts: EmbeddedRecord) -> object | None:
    return next((found.value for found in facts.candidates if found.path == "number"), None)


def _row_count(facts: EmbeddedRecord) -> int:
    return len({found.path.split(".")[1] for found in facts.candidates if found.path.startswith(ITEMS)})
