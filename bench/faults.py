"""`python -m bench.faults DRAFTS`: puts faults of reading into kept drafts and counts what is verified all the same.

    python -m bench.trust out.jsonl --count 200 --drafts drafts     # reads specimens, a second or two each
    python -m bench.faults drafts --count 20                        # some milliseconds a fault

What was read of a print, by both recognizers or in characters, is changed alike, with its confidence kept and without
its lattice: the worst that they can do. A print that is taken for that of another field keeps its place on the page.
A second print of the same value stays as it is, and so does in half of the trials what a QR code states; in the others
it is hidden. Counted are values that are not printed and become verified, and accepted invoices with such a key field.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from invoiceocr.evidence import draft_file
from invoiceocr.evidence.candidate import PRINTED, Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.evidence.row_paths import ITEM, ROW
from invoiceocr.geometry import Box
from invoiceocr.invoice import Invoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.scoring.accuracy import KEYS, comparable, paired
from invoiceocr.scoring.documents import Fields, leaves
from invoiceocr.settings import Settings

TODAY = date(2026, 11, 22)
SHOWN = PRINTED | {"ocr"}
TOTALS = ("total", "total_excluding_tax", "total_tax")
# what is mistaken for what
DIGITS = str.maketrans("0123456789", "8721916530")
NUMERALS = str.maketrans("壹贰叁伍陆柒捌玖", "贰叁伍陆伍捌柒陆")
Values = Mapping[str, object]
"""Path to the value that was read on the page."""
Fault = Callable[[Values, Random], Mapping[str, object]]
"""The values that a fault changes, None for those that it loses; nothing where it does not apply."""


def lost(values: Values, random: Random) -> Mapping[str, object]:
    """Up to three fields are not found."""
    return dict.fromkeys(random.sample(sorted(values), min(len(values), random.randint(1, 3))))


def totals_lost(values: Values, random: Random) -> Mapping[str, object]:
    """The sums, or two of them, are not found."""
    return dict.fromkeys(random.sample(TOTALS, random.randint(2, 3)))


def digit(values: Values, random: Random) -> Mapping[str, object]:
    """One digit of one value is another."""
    path = _any(values, random, lambda value: any(c.isdigit() for c in str(value)))
    return {path: _with_digit(values[path], random)} if path else {}


def same_digit(values: Values, random: Random) -> Mapping[str, object]:
    """A digit is another one wherever it stands."""
    old = random.choice("0123456789")
    table = str.maketrans(old, old.translate(DIGITS))
    return {path: made for path, value in values.items() if (made := _spelled(value, table)) not in (None, value)}


def digit_and_sum(values: Values, random: Random) -> Mapping[str, object]:
    """One digit is another, and a sum that would tell is not found."""
    return {**digit(values, random), random.choice(TOTALS): None}


def head_lost(values: Values, random: Random) -> Mapping[str, object]:
    """A figure lost its first digits."""
    path = _any(values, random, lambda value: isinstance(value, Decimal) and abs(value) >= 10)
    return {path: _beheaded(values[path])} if path else {}


def head_added(values: Values, random: Random) -> Mapping[str, object]:
    """The sign before a figure, or every sign, looks like a digit."""
    figures = sorted(path for path, value in values.items() if isinstance(value, Decimal) and value > 0)
    chosen = figures if random.random() < 0.3 else random.sample(figures, min(1, len(figures)))
    sign = random.choice("1478")
    return {path: Decimal(f"{sign}{values[path]}") for path in chosen}


def tail_lost(values: Values, random: Random) -> Mapping[str, object]:
    """A value lost its last character."""
    path = _any(values, random, lambda value: len(_text(value)) > 2)
    made = _typed(_text(values[path])[:-1], values[path]) if path else None
    return {path: made} if path and made is not None else {}


def stuck(values: Values, random: Random) -> Mapping[str, object]:
    """A caption, a seal or a neighbor is read as part of a name."""
    path = _any(values, random, lambda value: isinstance(value, str), ("name",))
    if not path:
        return {}
    other = random.choice([str(value) for value in values.values()])[:6]
    before, after = random.choice((("名称", ""), ("", "发票专用章"), ("方", ""), ("", "地"), ("", other), (other, "")))
    return {path: f"{before}{values[path]}{after}"}


def column_cut(values: Values, random: Random) -> Mapping[str, object]:
    """The figures of a column lost their first digits, with the sum below it."""
    name, total = random.choice((("amount", "total_excluding_tax"), ("tax_amount", "total_tax")))
    concerned = [path for path in values if path == total or _cell(path) == name]
    return {path: _beheaded(values[path]) for path in concerned}


def point_lost(values: Values, random: Random) -> Mapping[str, object]:
    """A figure, or every one, lost its decimal point."""
    figures = [path for path, value in values.items() if isinstance(value, Decimal) and value % 1]
    chosen = figures if random.random() < 0.3 else random.sample(figures, min(1, len(figures)))
    return {path: Decimal(str(values[path]).replace(".", "")) for path in chosen}


def minus_lost(values: Values, random: Random) -> Mapping[str, object]:
    """The minus of a row's figures, or of all figures, is not seen."""
    below = [path for path, value in values.items() if isinstance(value, Decimal) and value < 0]
    row = random.choice([path.rpartition(".")[0] for path in below] or [""])
    chosen = [path for path in below if random.random() < 0.3 or path.rpartition(".")[0] == row]
    return {path: -values[path] for path in chosen}  # type: ignore[operator]


def sign_added(values: Values, random: Random) -> Mapping[str, object]:
    """A stroke before the figures of a row, or before a sum, looks like a minus."""
    heads = sorted({path.rpartition(".")[0] for path in values if _cell(path)} | set(TOTALS))
    head = random.choice(heads)
    chosen = (path for path in values if path == head or path.startswith(head + "."))
    return {path: -value for path in chosen if isinstance(value := values[path], Decimal) and _cell(path) != "tax_rate"}


def row_lost(values: Values, random: Random) -> Mapping[str, object]:
    """A row is not found; those below it move up."""
    rows = _rows(values)
    gone = random.randrange(len(rows)) if rows else 0
    return _laid(rows, [*rows[:gone], *rows[gone + 1 :]])


def row_and_sums_lost(values: Values, random: Random) -> Mapping[str, object]:
    """A row and the sums are not found."""
    return {**row_lost(values, random), **totals_lost(values, random)}


def row_twice(values: Values, random: Random) -> Mapping[str, object]:
    """A row is found twice."""
    rows = _rows(values)
    again = random.randrange(len(rows)) if rows else 0
    return _laid(rows, [*rows[: again + 1], *rows[again:]])


def cells_exchanged(values: Values, random: Random) -> Mapping[str, object]:
    """Cells of a column stand in each other's rows."""
    rows = _rows(values)
    if len(rows) < 2:
        return {}
    known = sorted({name for row in rows for name in row})
    names = [random.choice(known)] if random.random() < 0.6 else ["amount", "tax_amount"]
    one, other = random.sample(range(len(rows)), 2)
    made = [dict(row) for row in rows]
    for name in names:
        made[one][name], made[other][name] = rows[other].get(name), rows[one].get(name)
    return _laid(rows, made)


def column_shifted(values: Values, random: Random) -> Mapping[str, object]:
    """Columns stand a row lower than they are printed; the last cell is lost."""
    rows = _rows(values)
    names = {name for row in rows for name in row if random.random() < 0.5}
    made = [{**row, **{name: rows[i - 1].get(name) if i else None for name in names}} for i, row in enumerate(rows)]
    return _laid(rows, made)


def columns_exchanged(values: Values, random: Random) -> Mapping[str, object]:
    """Two columns of figures, with the sums below them, are taken for each other."""
    pair = random.choice((("amount", "tax_amount"), ("unit_price", "amount"), ("quantity", "unit_price")))
    made = [{**row, pair[0]: row.get(pair[1]), pair[1]: row.get(pair[0])} for row in _rows(values)]
    sums = _exchanged(values, ("total_excluding_tax", "total_tax")) if pair[0] == "amount" else {}
    return {**_laid(_rows(values), made), **sums}


def sums_exchanged(values: Values, random: Random) -> Mapping[str, object]:
    """Two sums are taken for each other."""
    return _exchanged(values, random.sample(TOTALS, 2))


def parties_exchanged(values: Values, random: Random) -> Mapping[str, object]:
    """The names, or the tax ids, of buyer and seller are taken for each other."""
    name = random.choice(("name", "tax_id"))
    return _exchanged(values, (f"buyer.{name}", f"seller.{name}"))


def one_party(values: Values, random: Random) -> Mapping[str, object]:
    """What one party says is taken for the other's, too."""
    name, ends = random.choice(("name", "tax_id")), random.sample(("buyer", "seller"), 2)
    taken = values.get(f"{ends[0]}.{name}")
    return {f"{ends[1]}.{name}": taken} if taken else {}


def numeral(values: Values, random: Random) -> Mapping[str, object]:
    """A numeral of the sum in words is another; the sum in digits is not found in half of the trials."""
    words = values.get("total_in_words")
    at = [i for i, c in enumerate(str(words or "")) if c in "壹贰叁伍陆柒捌玖"]
    if not at:
        return {}
    i = random.choice(at)
    made = f"{str(words)[:i]}{str(words)[i].translate(NUMERALS)}{str(words)[i + 1 :]}"
    return {"total_in_words": made, **({"total": None} if random.random() < 0.5 else {})}


def day(values: Values, random: Random) -> Mapping[str, object]:
    """A date is some days, months or years off."""
    path = _any(values, random, lambda value: isinstance(value, date))
    return {path: values[path] - timedelta(random.choice((1, 3, 10, 20, 365, 1826)))} if path else {}  # type: ignore[operator]


def neighbor(values: Values, random: Random) -> Mapping[str, object]:
    """A field has the value of another one of its type."""
    path = random.choice(sorted(values) or [""])
    own = values.get(path)
    others = [other for other in values.values() if type(other) is type(own) and other != own]
    return {path: random.choice(others)} if others else {}


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a fault in a draft: wrong values that were verified, and wrong key fields if it was accepted."""

    fault: str
    file: str
    verified: tuple[str, ...]
    accepted: tuple[str, ...]


FAULTS: tuple[Fault, ...] = (
    lost, totals_lost, digit, same_digit, digit_and_sum, head_lost, head_added, tail_lost, stuck, column_cut,
    point_lost, minus_lost, sign_added, row_lost, row_and_sums_lost, row_twice, cells_exchanged, column_shifted,
    columns_exchanged, sums_exchanged, parties_exchanged, one_party, numeral, day, neighbor,
)  # fmt: skip


def trials(draft: Draft, random: Random, count: int) -> Iterator[tuple[str, Draft]]:
    """*count* faults put into *draft*, one at a time: what was done, and the draft with it."""
    printed = (c for c in draft.candidates if c.source in SHOWN and c.path != "kind")
    values = {c.path: c.value for c in printed if c.value is not None}
    for _ in range(count):
        fault = random.choice(FAULTS)
        changed = fault(values, random)
        if any(values.get(path) != value for path, value in changed.items()):
            hidden = random.random() < 0.5
            yield fault.__name__, faulty(draft, changed, hidden=hidden)


def faulty(draft: Draft, changed: Mapping[str, object], *, hidden: bool) -> Draft:
    """*draft* with the prints of the *changed* fields changed, without its QR codes if they are *hidden*."""
    printed = [c for c in draft.candidates if c.source in SHOWN]
    gone = [c for path in changed for c in _first_print(printed, path)]
    made = [c for path, value in changed.items() if value is not None for c in _made(printed, path, value)]
    kept = [c for c in draft.candidates if c not in gone]
    return replace(draft, candidates=(*kept, *made), qr_codes=() if hidden else draft.qr_codes)


def _made(printed: Sequence[Candidate], path: str, value: object) -> list[Candidate]:
    """The readings of *value* at *path*: those of another field that has it, where they stand, or those of the path."""
    same = (c.path for c in printed if c.path != path and c.value == value and type(c.value) is type(value))
    taken = next(same, None)
    if taken is not None:
        return [replace(c, path=path) for c in _first_print(printed, taken)]
    return [_misread(c, value) for c in _first_print(printed, path)]


def _misread(candidate: Candidate, value: object) -> Candidate:
    """*candidate* with another *value*; the box of a text that lost its first characters begins after them."""
    before, text, box = candidate.text, str(value), candidate.box
    if box is not None and text and before != text and before.endswith(text):
        box = Box(box.x1 - box.width * len(text) / len(before), box.y0, box.x1, box.y1)
    return replace(candidate, value=value, text=text, lattice=None, box=box)


def _first_print(printed: Sequence[Candidate], path: str) -> list[Candidate]:
    """What was read of the field at *path*, of its first print where it has several."""
    own = [c for c in printed if c.path == path]
    return [c for c in own if c.box == own[0].box]


def wrong(invoice: Invoice, label: Fields, plain: Invoice) -> Iterator[tuple[str, object, str]]:
    """(path, printed, status) of each value of *invoice* that is not what *label* says, nor what was read there without
    any fault: of *plain*."""
    printed = dict(leaves(label))
    for path, proof in invoice.evidence.items():
        name, before = path.rpartition(".")[2], plain.evidence.get(path)
        want, got = comparable(name, _labeled(label, printed, path)), comparable(name, proof.value)
        same = before is not None and comparable(name, before.value) == got
        if proof.value is not None and want != got and not same:
            yield path, want, proof.status


def _labeled(label: Fields, printed: Fields, path: str) -> object:
    cell = ROW.fullmatch(path)
    if cell is None:
        return printed.get(path)
    rows = label.get(cell[1]) or []
    return rows[int(cell[2])].get(cell[3]) if int(cell[2]) < len(rows) else None


def run(folder: Path, reader: Reader, count: int, seed: int) -> Iterator[Trial]:
    """*count* faults in each draft of *folder*, judged."""
    for file in sorted(folder.glob("*.json")):
        random = Random(f"{seed} {file.name}")
        for label, draft in _pairs(json.loads(file.read_text(encoding="utf-8")), reader):
            plain = reader.adjudicate(draft).invoice
            for fault, changed in trials(draft, random, count):
                invoice = reader.adjudicate(changed).invoice
                found = list(wrong(invoice, label, plain))
                verified = [_told(path, want, invoice) for path, want, status in found if status == "verified"]
                keys = [_told(path, want, invoice) for path, want, _ in found if path in KEYS]
                accepted = keys if invoice.verdict == "accept" else []
                yield Trial(fault, file.name, tuple(verified), tuple(accepted))


def _pairs(kept: Fields, reader: Reader) -> Iterable[tuple[Fields, Draft]]:
    drafts = [draft_file.loads(text) for text in kept["drafts"]]
    read = [{"fields": reader.adjudicate(draft).invoice.model_dump(mode="json"), "draft": draft} for draft in drafts]
    labels = [each["fields"] for each in kept["truth"]["invoices"]]
    if len(labels) == len(read) == 1:
        return [(labels[0], drafts[0])]
    return [(label, each["draft"]) for label, each in paired(labels, read) if "draft" in each]


def _told(path: str, printed: object, invoice: Invoice) -> str:
    return f"{path}: {printed!r} read as {invoice.evidence[path].value!r}"


def report(tried: Sequence[Trial]) -> str:
    """A table: each fault, how often it was tried, wrong values verified, invoices accepted with a wrong key field."""
    rows = []
    for fault in (*sorted({trial.fault for trial in tried}), ""):
        concerned = [trial for trial in tried if fault in ("", trial.fault)]
        verified, accepted = sum(len(t.verified) for t in concerned), sum(bool(t.accepted) for t in concerned)
        rows.append(f"| {fault or 'all'} | {len(concerned)} | {verified} | {accepted} |")
    return "\n".join(["| fault | trials | verified wrong | accepted, key wrong |", "|---|--:|--:|--:|", *rows])


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("drafts", type=Path, help="folder of drafts that bench.trust kept")
    parser.add_argument("--count", type=int, default=20, help="faults a draft")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", type=int, default=0, help="print so many of each fault")
    given = parser.parse_args()
    tried = list(run(given.drafts, Reader(Settings(threads=1, today=TODAY)), given.count, given.seed))
    told = {
        "verified": [(trial, line) for trial in tried for line in trial.verified],
        "accepted": [(trial, line) for trial in tried for line in trial.accepted],
    }
    for name, lines in told.items():
        shown: Counter[str] = Counter()
        for trial, line in lines:
            shown[trial.fault] += 1
            if shown[trial.fault] <= given.errors:
                print(f"{name}, {trial.fault}: {trial.file} {line}")
    print(report(tried))


def _any(values: Values, random: Random, fits: Callable[[object], bool], ends: Sequence[str] = ("",)) -> str | None:
    """One of the paths with one of these *ends* whose value *fits*."""
    paths = [path for path, value in values.items() if fits(value) and path.endswith(tuple(ends))]
    return random.choice(sorted(paths)) if paths else None


def _cell(path: str) -> str:
    """The column of an item's cell; nothing for other fields."""
    found = ITEM.fullmatch(path)
    return found[2] if found else ""


def _rows(values: Values) -> list[dict[str, object]]:
    rows: dict[int, dict[str, object]] = defaultdict(dict)
    for path, value in values.items():
        if _cell(path):
            rows[int(path.split(".")[1])][_cell(path)] = value
    return [rows[index] for index in sorted(rows)]


def _laid(rows: Sequence[Mapping[str, object]], made: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """What has to change so that the item rows are those *made*."""
    before = {f"items.{i}.{name}": value for i, row in enumerate(rows) for name, value in row.items()}
    after = {f"items.{i}.{name}": value for i, row in enumerate(made) for name, value in row.items()}
    return {path: after.get(path) for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def _exchanged(values: Values, pair: Sequence[str]) -> dict[str, object]:
    return {pair[0]: values[pair[1]], pair[1]: values[pair[0]]} if all(path in values for path in pair) else {}


def _beheaded(value: object) -> object:
    """A figure without its first digit."""
    text = str(abs(value)) if isinstance(value, Decimal) else ""
    return Decimal(text[1:]) if len(text) > 1 and text[1].isdigit() else value


def _with_digit(value: object, random: Random) -> object:
    text = _text(value)
    at = random.choice([i for i, c in enumerate(text) if c.isdigit()])
    other = random.choice([c for c in "0123456789" if c != text[at]])
    return _typed(text[:at] + other + text[at + 1 :], value) or value


def _spelled(value: object, table: dict[int, int]) -> object | None:
    return _typed(_text(value).translate(table), value)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def _typed(text: str, like: object) -> object | None:
    """*text* as a value of the type of *like*; None where it makes none."""
    try:
        if isinstance(like, Decimal):
            return Decimal(text)
        return type(like).fromisoformat(text) if isinstance(like, (date, time)) else text
    except ValueError:
        return None


if __name__ == "__main__":
    main()
