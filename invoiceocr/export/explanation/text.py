"""An explanation in lines for a terminal, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from invoiceocr.decoding.characters import Character
from invoiceocr.export.explanation import words
from invoiceocr.export.explanation.model import Explanation, FieldExplanation, Reading, RuleNote
from invoiceocr.export.note import confidence
from invoiceocr.export.plain_text import screen_text
from invoiceocr.export.sheets.widths import display_width
from invoiceocr.export.titles import SEVERITIES, STATUSES, VERDICTS, WITNESSES, Title, in_language, title
from invoiceocr.proof import Witness

INDENT = 2  # blanks before a label
COLON = Title("：", ": ")
COMMA = Title("，", ", ")


def as_text(explanation: Explanation, language: str) -> str:
    """The explanation in *language* ("zh" or "en"): a heading, the findings about the invoice as a whole, and a
    paragraph for each field. Text from the document can't control the terminal."""
    speaker = _Speaker(language)
    paragraphs = [speaker.heading(explanation), *(speaker.field(field) for field in explanation.fields)]
    if not explanation.fields:
        paragraphs.append([speaker.say(words.NO_FIELDS)])
    return "\n\n".join("\n".join(map(screen_text, lines)) for lines in paragraphs) + "\n"


class _Speaker(NamedTuple):
    """Puts the parts of an explanation into words of one language."""

    language: str

    def say(self, what: Title) -> str:
        return in_language(what, self.language)

    def heading(self, told: Explanation) -> list[str]:
        page = [self.say(words.filled(words.PAGE, page=told.page))] if told.page else []
        verdict = f"{self.say(words.VERDICT)}{self.say(COLON)}{self.say(title(VERDICTS, told.verdict))}"
        kind = f"{self.say(told.kind_title)} {told.number or ''}".rstrip()
        findings = [self.rule(note) for note in told.findings]
        return [" · ".join([told.source, kind, *page, verdict]), *_labeled(self.say(words.FINDINGS), findings)]

    def field(self, field: FieldExplanation) -> list[str]:
        parts = (
            (words.TEXT, [field.text] if field.text is not None else []),
            (words.REPAIR, list(self.repair(field))),
            (words.WITNESSES, [*map(self.witness, field.witnesses), *map(self.second, field.second_readings)]),
            (words.CHARACTERS, list(self.characters(field))),
            (words.READINGS, [self.reading(reading) for reading in field.readings]),
            (words.RULES, [self.rule(note) for note in field.rules]),
        )
        lines = (line for label, entries in parts for line in _labeled(self.say(label), entries))
        return [self.value(field), *lines]

    def value(self, field: FieldExplanation) -> str:
        proof = field.proof
        value = self.say(words.NOT_FOUND) if proof.value is None else str(proof.value)
        sure = f" {confidence(proof.confidence)}" if proof.value is not None else ""
        status = self.say(title(STATUSES, proof.status))
        names = dict.fromkeys((self.say(field.title), field.path))  # in English, some are the same
        return f"{' '.join(names)}{self.say(COLON)}{value} · {status}{sure}"

    def witness(self, witness: Witness) -> str:
        return f"{words.AGREES[witness.agrees]} {self.say(title(WITNESSES, witness.source))} {witness.value}"

    def second(self, reading: Reading) -> str:
        return f"{words.AGREES[reading.agrees]} {self.say(words.SECOND)} {reading.value}"

    def reading(self, reading: Reading) -> str:
        value = self.say(words.NO_VALUE) if reading.value is None else str(reading.value)
        box = f" ({', '.join(f'{edge:.0f}' for edge in reading.box.as_tuple())})" if reading.box else ""
        page = [self.say(words.filled(words.PAGE, page=reading.page)) + box] if reading.page else []
        sure = [confidence(reading.confidence)] if reading.confidence < 1 else []
        source = self.say(words.source(reading))
        text = [f"“{reading.text}”"] if reading.text != value else []
        return " ".join([words.AGREES[reading.agrees], source, value, *text, *sure, *page])

    def characters(self, field: FieldExplanation) -> Iterator[str]:
        """The characters with alternatives, of the first reading that has any."""
        known = next((reading.characters for reading in field.readings if reading.characters), ())
        yield from (self.character(character) for character in known if character.alternatives)

    def character(self, found: Character) -> str:
        others = self.say(COMMA).join(self.share(name, share) for name, share in found.alternatives)
        where = self.say(words.place(found.place, found.text))
        return f"{where} {self.share(found.text, found.probability)}{self.say(COLON)}{others}"

    def share(self, name: str, probability: float) -> str:
        return f"{words.character(name) or self.say(words.NOTHING)} {words.percent(probability)}"

    def rule(self, note: RuleNote) -> str:
        severity = f"[{self.say(title(SEVERITIES, note.severity))}] " if note.severity else ""
        told = self.say(note.title) + (f"{self.say(COLON)}{self.say(note.message)}" if note.message else "")
        supports = f" · {self.say(words.SUPPORTS)}" if note.supports else ""
        unknown = f" · {self.say(words.OUTCOME_TITLES['unknown'])}" if note.outcome == "unknown" else ""
        return f"{words.OUTCOME_MARKS[note.outcome]} {severity}{note.rule} {told}{supports}{unknown}"

    def repair(self, field: FieldExplanation) -> Iterator[str]:
        if field.repair:
            yield self.say(words.repair(field.repair))
            share, error = words.percent(field.repair.share), words.percent(field.repair.error)
            yield self.say(words.filled(words.WEIGHT, share=share, error=error))


def _labeled(label: str, entries: Iterable[str]) -> Iterator[str]:
    """The entries one below another, the first one behind the label."""
    for index, entry in enumerate(entries):
        head = label if index == 0 else " " * display_width(label)
        yield f"{' ' * INDENT}{head}  {entry}"
