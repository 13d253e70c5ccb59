"""An explanation as a page for a browser: one file that contains its pictures, in both languages, without a script.

A policy in its head forbids the page to load or run anything, whatever a document says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from invoiceocr.decoding.characters import Character
from invoiceocr.export.explanation import words
from invoiceocr.export.explanation.markup import Html, element, joined
from invoiceocr.export.explanation.model import Explanation, FieldExplanation, Reading, RuleNote
from invoiceocr.export.explanation.model import Repair as RepairNote
from invoiceocr.export.explanation.pictures import Sheet
from invoiceocr.export.explanation.style import STYLE
from invoiceocr.export.note import confidence
from invoiceocr.export.titles import (
    SEVERITIES,
    STATUSES,
    VERDICTS,
    WITNESSES,
    Title,
    in_both,
    in_language,
    title,
)
from invoiceocr.geometry import Box
from invoiceocr.proof import Evidence, Witness

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
# probability from which a character has that color
SHADES = ((0.99, "p3"), (0.9, "p2"), (0.5, "p1"), (0.0, "p0"))
NOTHING = "∅"
SHOWN = 2  # alternatives under a character; its tooltip has all


def as_page(source: str, explanations: Sequence[Explanation], language: str) -> str:
    """The page about the invoices of *source*; it shows *language* ("zh" or "en") and can be switched to the other."""
    invoices = [_invoice(index, told, source) for index, told in enumerate(explanations)]
    body = joined(
        *_switch(language),
        element("main", element("h1", _both(words.TITLE), " · ", source), *(invoices or [_both(words.NO_INVOICE)])),
    )
    head = joined(
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("title", f"{in_language(words.TITLE, language)} · {source}"),
        element("style", Html(STYLE)),
    )
    lang = "en" if language == "en" else "zh-CN"
    return f"<!DOCTYPE html>\n{element('html', element('head', head), element('body', body), lang=lang)}\n"


def _switch(language: str) -> Iterator[Html]:
    """A button for each language; the style alone shows the words of the chosen one."""
    for name in words.LANGUAGES:
        checked = {"checked": ""} if name == language else {}
        yield element("input", type="radio", name="language", id=name, **checked)
    yield from (element("label", name, for_=code) for code, name in words.LANGUAGES.items())


def _both(what: Title) -> Html:
    """*what* in both languages, of which one is shown."""
    if what.zh == what.en:
        return joined(what.zh)
    return joined(element("span", what.zh, class_="zh", lang="zh-CN"), element("span", what.en, class_="en", lang="en"))


def _invoice(index: int, told: Explanation, source: str) -> Html:
    sheets = {number: Sheet(picture) for number, picture in told.pictures.items()}
    verdict = element("span", _both(title(VERDICTS, told.verdict)), class_=f"badge {told.verdict}")
    page = [" · ", _both(words.filled(words.PAGE, page=told.page))] if told.page else []
    heading = element("h2", _both(told.kind_title), " ", told.number or "", *page, " ", verdict)
    notes = _listed(words.FINDINGS, map(_rule, told.findings))
    return element(
        "section",
        heading,
        # a file of an archive
        *([element("p", told.source)] if told.source != source else []),
        *([element("div", *notes, class_="notes")] if told.findings else []),
        *(_overlay(f"f{index}", sheet, told.fields) for sheet in sheets.values()),
        *(_field(f"f{index}", field, sheets) for field in told.fields),
        *([] if told.fields else [element("p", _both(words.NO_FIELDS))]),
    )


def _overlay(prefix: str, sheet: Sheet, fields: Iterable[FieldExplanation]) -> Html:
    """The page with a box for each field on it; a box links to the explanation of its field."""
    picture = sheet.picture
    width, height = f"{picture.width:g}", f"{picture.height:g}"
    marks = [
        element(
            "a",
            element("title", f"{in_both(field.title)} {field.path}"),
            element("rect", **_edges(Box(*field.proof.box))),
            href=f"#{prefix}-{field.path}",
            class_=field.proof.status,
        )
        for field in fields
        if field.proof.box and field.proof.page == picture.page
    ]
    image = element("image", href=sheet.page(), width=width, height=height)
    return element("div", element("svg", image, *marks, viewBox=f"0 0 {width} {height}", role="img"), class_="page")


def _edges(box: Box) -> dict[str, str]:
    sides = {"x": box.x0, "y": box.y0, "width": box.width, "height": box.height}
    return {name: f"{side:.1f}" for name, side in sides.items()}


def _field(prefix: str, field: FieldExplanation, sheets: dict[int, Sheet]) -> Html:
    proof = field.proof
    return element(
        "article",
        *_head(field),
        *_crop(proof, sheets),
        *_characters(field),
        *(_repair(field.repair) if field.repair else ()),
        *_listed(words.TEXT, [element("li", field.text)] if field.text is not None else []),
        *_listed(words.WITNESSES, [*map(_witness, field.witnesses), *map(_second, field.second_readings)]),
        *_listed(words.READINGS, map(_reading, field.readings)),
        *_rules(field.rules),
        id=f"{prefix}-{field.path}",
        class_=f"field {proof.status}",
    )


def _head(field: FieldExplanation) -> Iterator[Html]:
    proof = field.proof
    status = element("span", _both(title(STATUSES, proof.status)), class_=f"badge {proof.status}")
    sure = [element("span", confidence(proof.confidence))] if proof.value is not None else []
    yield element("h3", element("span", _both(field.title)), element("code", field.path), status, *sure)
    value = _both(words.NOT_FOUND) if proof.value is None else joined(str(proof.value))
    yield element("div", value, class_="value")


def _crop(proof: Evidence, sheets: dict[int, Sheet]) -> Iterator[Html]:
    if proof.box and proof.page in sheets and (uri := sheets[proof.page].crop(Box(*proof.box))):
        yield element("img", class_="crop", src=uri, alt=proof.text or "", loading="lazy")


def _characters(field: FieldExplanation) -> Iterator[Html]:
    """The characters of the first reading that has any, colored by probability, each above its alternatives."""
    known = next((reading.characters for reading in field.readings if reading.characters), ())
    if known:
        yield element("div", *map(_character, known), class_="characters")


def _character(found: Character) -> Html:
    shade = next(name for least, name in SHADES if found.probability >= least) if found.text else "gap"
    shown = words.character(found.text) or NOTHING
    others = [f"{words.character(name) or NOTHING} {words.percent(share)}" for name, share in found.alternatives]
    told = " · ".join([f"{shown} {words.percent(found.probability)}", *others])
    small = (element("small", other) for other in others[:SHOWN])
    return element("span", shown, *small, class_=f"character {shade}", title=told)


def _repair(found: RepairNote) -> Iterator[Html]:
    share, error = words.percent(found.share), words.percent(found.error)
    yield element(
        "div",
        element("b", _both(words.REPAIR)),
        " ",
        element("del", found.old_text),
        " → ",
        element("ins", found.new_text),
        element("div", _both(words.repair(found))),
        element("div", element("small", _both(words.filled(words.WEIGHT, share=share, error=error)))),
        *(element("div", element("code", constraint.rule)) for constraint in found.constraints),
        class_="repair",
    )


def _listed(label: Title, entries: Iterable[Html]) -> Iterator[Html]:
    """The entries under their label; nothing if there are none."""
    rows = list(entries)
    if rows:
        yield element("h4", _both(label))
        yield element("ul", *rows)


def _rules(notes: Sequence[RuleNote]) -> Iterator[Html]:
    """The failed rules; the others folded, with their numbers."""
    failed = [note for note in notes if note.outcome == "fail"]
    others = [note for note in notes if note.outcome != "fail"]
    yield from _listed(words.RULES, map(_rule, failed))
    if others:
        counts = Counter(note.outcome for note in others)
        told = (joined(_both(words.OUTCOME_TITLES[name]), f" {count} ") for name, count in counts.items())
        summary = element("summary", _both(words.RULES), ": ", *told)
        yield element("details", summary, element("ul", *map(_rule, others)))


def _witness(witness: Witness) -> Html:
    return _word(title(WITNESSES, witness.source), witness.value, agrees=witness.agrees)


def _second(reading: Reading) -> Html:
    return _word(words.SECOND, reading.value, agrees=reading.agrees)


def _word(source: Title, value: object, *, agrees: bool) -> Html:
    return element("li", element("b", words.AGREES[agrees]), _both(source), " ", str(value), **_agreement(agrees))


def _reading(reading: Reading) -> Html:
    value = _both(words.NO_VALUE) if reading.value is None else joined(str(reading.value))
    quoted = f" “{reading.text}”" if reading.text != str(reading.value) else ""
    place = [" ", _both(words.filled(words.PAGE, page=reading.page))] if reading.page else []
    sure = f" {confidence(reading.confidence)}" if reading.confidence < 1 else ""
    return element(
        "li",
        element("b", words.AGREES[reading.agrees]),
        _both(words.source(reading)),
        " ",
        value,
        f"{quoted}{sure}",
        *place,
        **_agreement(reading.agrees),
    )


def _agreement(agrees: bool) -> dict[str, str]:
    return {"class_": "pass" if agrees else "fail"}


def _rule(note: RuleNote) -> Html:
    severity = [_both(title(SEVERITIES, note.severity)), " "] if note.severity else []
    message = [" — ", _both(note.message)] if note.message else []
    supports = [" ", element("span", _both(words.SUPPORTS), class_="badge")] if note.supports else []
    return element(
        "li",
        element("b", words.OUTCOME_MARKS[note.outcome], title=in_language(words.OUTCOME_TITLES[note.outcome], "zh")),
        *severity,
        _both(note.title),
        *message,
        " ",
        element("code", note.rule),
        *supports,
        class_=note.outcome,
    )
