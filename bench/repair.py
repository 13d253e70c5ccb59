"""Measures the repair of misread characters on synthetic invoices with synthetic lattices.

    python bench/repair.py --invoices 2000 [--doubtful 0.01] [--residual 0.15] [--defects 0.02] [--second 0.01] ...

Every field that rules bind is "recognized" by a made-up recognizer: most characters are sure; of the others the true
one mostly stands first, sometimes second or lower, sometimes nowhere in the lattice; a character may be lost. There
is no QR code and no second print; with --second another made-up recognizer reads figures too, with errors of its own.
Some invoices are printed with a wrong digit: there the rules accuse what was read rightly. Counted are values: misread
(wrong or no value) before, right after, right ones made wrong.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

import numpy as np

from invoiceocr.adjudication.build import build
from invoiceocr.adjudication.fusion import Fused, comparable, fuse
from invoiceocr.adjudication.repair.correction import corrected
from invoiceocr.adjudication.repair.search import Case, Repairs, repair
from invoiceocr.decoding.grammars import spelling
from invoiceocr.decoding.nbest import decode_nbest
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.second_reading import is_checked, second
from invoiceocr.geometry import Box
from invoiceocr.kinds import builtin
from invoiceocr.page import Lattice, TextLine
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.engine import Engine
from invoiceocr.specimens.content.invoices import draw_content
from invoiceocr.values import confusion, issue_date, money, rate

KINDS = ("vat_special", "vat_ordinary", "e_vat_ordinary", "digital_ordinary", "digital_special")
WORDS = "零壹贰叁肆伍陆柒捌玖拾佰仟万圆元角分整"
LOOK_ALIKE = {
    "0": "O8DQ", "1": "7lI|", "2": "Z7", "3": "8", "4": "9A", "5": "6S", "6": "8G5b", "7": "1", "8": "3B6",
    "9": "4gq", "¥": "VY￥", "%": "906", ".": ",", "捌": "别删", "柒": "染", "肆": "律健", "拾": "抬", "佰": "伯值",
    "壹": "查壶",
}  # fmt: skip
MONEY = frozenset({"total", "total_tax", "total_excluding_tax", "amount", "tax_amount", "unit_price", "quantity"})
SURE = 0.9995
KEPT = 5  # characters of a step
DEFECTIVE = ("total", "total_tax", "buyer.tax_id", "seller.tax_id")
Printed = tuple[str, object, str]  # path, value, text


@dataclass(frozen=True)
class Recognizer:
    """How the made-up recognizer errs: how many characters are not sure, by how much it believes too much in those
    (exponent of its probability), how often the truth of a wrong one is not listed, how often it is read as nothing."""

    doubtful: float
    residual: float
    overconfidence: float = 1.3
    lost: float = 0.03

    def lattice(self, text: str, rng: Random) -> Lattice:
        """What it makes of *text*, a blank behind each character."""
        steps = [step for character in text for step in (self._step(character, rng), [("", SURE)])]
        padded = [(step + [("", 0.0)] * KEPT)[:KEPT] for step in steps]
        table = np.array([[share for _, share in step] for step in padded], np.float32)
        return Lattice(tuple(tuple(name for name, _ in step) for step in padded), table)

    def _step(self, true: str, rng: Random) -> list[tuple[str, float]]:
        if rng.random() > self.doubtful:
            return [(true, SURE)]
        sure = rng.uniform(0.35, 0.999)
        others = _others(true, rng)
        if rng.random() < self.lost:
            others[0] = ""
        names = [true, *others]
        if rng.random() > sure**self.overconfidence:
            names = [others[0], *([] if rng.random() < self.residual else [true]), *others[1:]]
        return _shared_out(names[: KEPT - 1], sure, rng)


def _shared_out(names: Sequence[str], sure: float, rng: Random) -> list[tuple[str, float]]:
    shares, rest = [sure], 1.0 - sure
    for _ in names[1:]:
        shares.append(min(rest * rng.uniform(0.3, 0.95), shares[-1]))
        rest -= shares[-1]
    return [(name, share) for name, share in zip(names, shares, strict=True) if share > 1e-4]


def _others(true: str, rng: Random) -> list[str]:
    """Characters that *true* may be taken for, likeliest first."""
    alike = LOOK_ALIKE.get(true, "")
    if true.isascii() and true.isalnum():
        alike += confusion.alternatives("tax_id", true)
    found = rng.sample(alike, min(3, len(alike))) + rng.sample(WORDS if true in WORDS else "0123456789", 4)
    return [name for name in dict.fromkeys(found) if name != true]


def printed(kind: str, seed: int) -> Iterator[Printed]:
    """The fields that rules bind, as printed."""
    invoice = draw_content(kind, seed).invoice
    assert invoice.issue_date is not None
    yield "issue_date", invoice.issue_date, issue_date.to_text(invoice.issue_date)
    yield "total_in_words", invoice.total_in_words, invoice.total_in_words or ""
    for name in ("total", "total_excluding_tax", "total_tax"):
        if (value := getattr(invoice, name)) is not None:
            yield name, value, money.to_text(value, symbol="¥")
    for name in ("buyer", "seller"):
        party = getattr(invoice, name)
        if party and party.tax_id:
            yield f"{name}.tax_id", party.tax_id, party.tax_id
    for index, item in enumerate(invoice.items):
        for name in ("quantity", "unit_price", "amount", "tax_rate", "tax_amount"):
            if (value := getattr(item, name)) is not None:
                yield f"items.{index}.{name}", value, rate.to_text(value) if name == "tax_rate" else f"{value}"


def defective(truth: list[Printed], rng: Random) -> list[Printed]:
    """*truth* with a wrong digit in one field: as printed, nobody misread it."""
    path = rng.choice([path for path, _, _ in truth if path in DEFECTIVE])
    return [_misprinted(item, rng) if item[0] == path else item for item in truth]


def _misprinted(item: Printed, rng: Random) -> Printed:
    path, _, text = item
    place = rng.choice([index for index, character in enumerate(text) if character.isdigit()])
    text = text[:place] + rng.choice([d for d in "123456789" if d != text[place]]) + text[place + 1 :]
    return path, parsed(path, text), text


def parsed(path: str, text: str) -> object:
    """The value of *text* without any mending, as extraction parses it."""
    spelled = spelling(path, None)
    if path.rpartition(".")[2] in MONEY:
        return money.parse(text)
    return spelled.parse(text) if spelled else None


def recognized(item: Printed, place: int, recognizer: Recognizer, rng: Random) -> Candidate:
    """The candidate that the recognizer's reading makes."""
    path, _, text = item
    lattice = recognizer.lattice(text, rng)
    best = decode_nbest(lattice)[0]
    box = Box(0, place, 1, place + 1)
    return Candidate(path, parsed(path, best.text), best.text, "ocr", best.probability, 1, box, lattice)


def read_again(first: Candidate, item: Printed, recognizer: Recognizer, rng: Random) -> Candidate | None:
    """What a second recognizer, which errs by itself, makes of the print of *first*."""
    assert first.box is not None
    lattice = recognizer.lattice(item[2], rng)
    best = decode_nbest(lattice)[0]
    line = TextLine(best.text, first.box, "ocr", best.probability, lattice=lattice)
    return second(first, line, None) if is_checked(first, None) else None


@dataclass
class Tally:
    """What was counted, the seconds each repair took, and what went wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    mishaps: list[str] = field(default_factory=list)

    def add(
        self, truth: Sequence[Printed], before: dict[str, Fused], repairs: Repairs, after: dict[str, Fused]
    ) -> None:
        """Counts one invoice."""
        for path, value, _ in truth:
            was, now = _is(path, value, before), _is(path, value, after)
            group = path.rpartition(".")[2]
            self.counts["values"] += 1
            if not was:
                self.counts["misread"] += 1
                self.counts[f"misread: {group}"] += 1
                self.counts["misread, not repaired, doubtful"] += not now and path in repairs.doubtful
            if (correction := repairs.corrections.get(path)) is not None:
                outcome = "repaired" if now else "right made wrong" if was else "wrong to wrong"
                self.counts[outcome] += 1
                self.counts[f"{outcome}: {group}"] += 1
                self.counts["proven"] += correction.proven
                self.counts["proven and wrong"] += correction.proven and not now
                self.counts["expected wrong, millionths"] += round(correction.error * 1e6)
                if not now:
                    self.mishaps.append(f"{outcome}: {value} {correction}")


def _is(path: str, value: object, fields: dict[str, Fused]) -> bool:
    return path in fields and comparable(path, fields[path].chosen.value, None) == comparable(path, value, None)


def measure(options: argparse.Namespace) -> Tally:
    """The tally of as many invoices as the options say."""
    engine, context, tally = Engine.load(), RuleContext(today=date(2027, 1, 1)), Tally()
    recognizer = Recognizer(options.doubtful, options.residual)
    for number in range(options.seed, options.seed + options.invoices):
        rng, kind = Random(number), KINDS[number % len(KINDS)]
        truth = list(printed(kind, number))
        if rng.random() < options.defects:
            truth = defective(truth, rng)
        found = [recognized(item, place, recognizer, rng) for place, item in enumerate(truth)]
        if options.second is not None:
            other = Recognizer(options.second, options.residual)
            again = (read_again(first, item, other, rng) for first, item in zip(found, truth, strict=True))
            found += [candidate for candidate in again if candidate is not None]
        fused = fuse(found, builtin()[kind])
        unread = [candidate for candidate in found if candidate.value is None]
        invoice = build(kind, {path: field.chosen.value for path, field in fused.items()}, "")
        report = engine.check(invoice, context)
        start = time.process_time()
        repairs = repair(Case(fused, unread, invoice, report, engine, context, builtin()[kind]))
        tally.seconds.append(time.process_time() - start)
        tally.add(truth, fused, repairs, corrected(fused, unread, repairs.corrections, builtin()[kind]))
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--invoices", type=int, default=2000)
    parser.add_argument("--doubtful", type=float, default=0.01, help="share of characters that are not sure")
    parser.add_argument("--residual", type=float, default=0.15, help="share of misread ones without the truth listed")
    parser.add_argument("--defects", type=float, default=0.0, help="share of invoices printed with a wrong digit")
    parser.add_argument("--second", type=float, help="the same of a second recognizer; without it there is none")
    parser.add_argument("--seed", type=int, default=1)
    report(measure(parser.parse_args()))


def report(tally: Tally) -> None:
    """Prints the figures."""
    for name, count in sorted(tally.counts.items()):
        print(f"{name:36} {count}")
    right, wrong = tally.counts["repaired"], tally.counts["right made wrong"] + tally.counts["wrong to wrong"]
    done = max(right + wrong, 1)
    print(f"repaired of misread: {right / max(tally.counts['misread'], 1):.1%}")
    print(f"wrong repairs: {wrong / done:.3%}, right made wrong: {tally.counts['right made wrong'] / done:.3%}")
    seconds = sorted(tally.seconds)
    median, slow = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
    print(f"ms an invoice: median {median * 1e3:.2f}, 99 % {slow * 1e3:.1f}, max {seconds[-1] * 1e3:.1f}")
    print("\n".join(tally.mishaps[:30]))


if __name__ == "__main__":
    main()
