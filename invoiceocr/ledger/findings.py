"""What the ledger finds about an invoice: claimed before, similar to another one, in a run of numbers, reversed, paid
to a new account."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from invoiceocr.evidence.finding import finding
from invoiceocr.invoice import Invoice
from invoiceocr.ledger import sellers
from invoiceocr.ledger.entry import Entry, FileRecord, Match
from invoiceocr.ledger.rows import values_of
from invoiceocr.ledger.search import invoice_of, matches, neighbors, reversed_by, reversing
from invoiceocr.ledger.traits import Traits, number_of, traits_of
from invoiceocr.proof import Finding, Language, Severity, WitnessSource

PACK = "ledger"
RUN_LENGTH = 3  # so many consecutive numbers are suspect
ONE = ("same", "likely")
# numbers nearer than this may have been given out one after another
FAR = 100
# of an invoice's values, those that are not printed
UNSTATED = ("verdict", "box", "rotation")
BACKING: tuple[WitnessSource, ...] = ("qr", "register")
PATHS = {"seller": "seller.tax_id", "buyer": "buyer.tax_id"}


@dataclass(frozen=True, slots=True)
class Check:
    """The entries that are or may be the same invoice, nearest first, and the resulting findings. `claimed` are those
    with which it was claimed before."""

    matches: tuple[Match, ...]
    findings: tuple[Finding, ...]

    @property
    def claimed(self) -> tuple[Match, ...]:
        """The matches that are the same legal invoice as the one checked, misreadings aside."""
        return tuple(match for match in self.matches if match.nearness in ONE)


@dataclass(frozen=True, slots=True)
class Own:
    """The entry and the file as which an invoice was just recorded: it is no duplicate of itself."""

    entry_id: int
    file_id: int


def check(
    connection: Connection, invoice: Invoice, language: Language, *, key: str | None = None, own: Own | None = None
) -> Check:
    """Compares *invoice* with the ledger. Files that came after its *own* record are no earlier claims; *key* is that
    of its bytes."""
    traits = traits_of(invoice)
    found = tuple(_earlier(matches(connection, traits, key), own))
    told = [
        *_duplicates(connection, found, invoice),
        *_run(_before(neighbors(connection, traits), own), traits),
        *_reversals(connection, traits, own),
        *_account(connection, invoice, own),
    ]
    return Check(found, tuple(each.in_language(language) for each in told))


_finding = partial(finding, pack=PACK)


def _earlier(found: Iterable[Match], own: Own | None) -> Iterator[Match]:
    """The matches that were claimed before its *own* file came."""
    for match in found:
        if own is None:
            yield match
        elif match.entry.id == own.entry_id:
            if match.entry.files and match.entry.files[0].id != own.file_id:
                yield match
        elif match.entry.files and match.entry.files[0].id < own.file_id:
            yield match


def _duplicates(connection: Connection, found: Iterable[Match], invoice: Invoice) -> Iterator[Finding]:
    """The earlier claims of *invoice*, and of others that are nearly the same."""
    for match in found:
        file = match.entry.files[0] if match.entry.files else None
        zh, en = _claim(match.entry, file)
        differing = "、".join(match.differing), ", ".join(match.differing)
        if match.nearness == "same":
            yield _finding("duplicate-claimed", "error", (f"重复：{zh}", f"duplicate: {en}"))
            yield from _altered(connection, match, invoice)
        elif match.nearness == "likely":
            rest = (
                (f"，识别差异：{differing[0]}", f", read differently: {differing[1]}") if match.differing else ("", "")
            )
            words = f"重复（近似）：{zh}{rest[0]}", f"near duplicate: {en}{rest[1]}"
            yield _finding("duplicate-likely", "error", words)
        else:
            words = (
                f"同销方、同日、同金额的另一张发票：{zh}",
                f"another invoice of the same seller, day and total: {en}",
            )
            yield _finding("duplicate-suspect", "warning", words, ("issue_date", "total"))
            yield from _renumbered(connection, match, invoice)


def _claim(entry: Entry, file: FileRecord | None) -> tuple[str, str]:
    """When, by whom and as which file an entry was claimed."""
    when = (file.added_at if file else entry.added_at).astimezone().strftime("%Y-%m-%d %H:%M")
    name, who = file.name if file else "-", file.added_by if file else entry.added_by
    number = entry.number or "-"
    return (
        f"发票 {number} 已于 {when} 由 {who} 以文件 {name} 登记（台账 {entry.id}）",
        f"invoice {number} was recorded on {when} by {who} as {name} (ledger entry {entry.id})",
    )


def _renumbered(connection: Connection, match: Match, invoice: Invoice) -> Iterator[Finding]:
    """Nothing but one digit of the number differs, surely read on both papers, and not one that tells apart invoices
    issued one after another. Genuine invoices, such as those of equal hotel rooms, can be so alike; so it is a warning
    where on both something confirms the number that who alters the print does not alter with it."""
    path, number = number_of(invoice)
    recorded = match.entry.number
    if match.differing != ("number",) or not (recorded and number and _one_digit_far(recorded, number)):
        return
    papers = invoice, invoice_of(connection, match.entry.id)
    if _is_copy(*papers, path):
        severity: Severity = "warning" if all(_is_backed(paper, path) for paper in papers) else "error"
        zh = f"与已登记发票 {recorded} 只差发票号码中的一位数字，其中一份的号码可能被改动"
        en = f"differs from the recorded invoice {recorded} in one digit of its number: one of them may be altered"
        yield _finding("altered-copy", severity, (zh, en), ("number",))


def _is_copy(paper: Invoice, recorded: Invoice, path: str) -> bool:
    """Whether two papers with a buyer state the same but for the number at *path*, which is verified on both."""
    sure = all(one.buyer is not None and _is_verified(one, path) for one in (paper, recorded))
    return sure and _stated(paper, path) == _stated(recorded, path)


def _stated(invoice: Invoice, number: str) -> dict[str, str]:
    """What *invoice* states beside its *number*."""
    return {path: value for path, value in values_of(invoice).items() if path.split(".")[0] not in (number, *UNSTATED)}


def _is_backed(invoice: Invoice, path: str) -> bool:
    """Whether the value at *path* is in the QR code or the register, too."""
    return any(witness.agrees and witness.source in BACKING for witness in invoice.evidence[path].witnesses)


def _one_digit_far(a: str, b: str) -> bool:
    """Whether two numbers differ in one digit only, and by FAR or more."""
    digits = len(a) == len(b) and a.isdecimal() and b.isdecimal()
    return digits and sum(x != y for x, y in zip(a, b, strict=True)) == 1 and abs(int(a) - int(b)) >= FAR


def _altered(connection: Connection, match: Match, invoice: Invoice) -> Iterator[Finding]:
    """The same number with other content, surely read on both papers: one of them was altered."""
    if not match.differing:
        return
    recorded = invoice_of(connection, match.entry.id)
    paths = [PATHS.get(path, path) for path in match.differing]
    sure = [path for path in paths if all(_is_verified(paper, path) for paper in (invoice, recorded))]
    if sure:
        zh = f"与已登记的同号发票内容不同：{'、'.join(sure)}，其中一份可能被改动"
        en = f"differs from the recorded invoice of this number in {', '.join(sure)}: one may be altered"
        yield _finding("altered-copy", "error", (zh, en))


def _is_verified(invoice: Invoice, path: str) -> bool:
    proof = invoice.evidence.get(path)
    return proof is not None and proof.status == "verified"


def _run(near: Iterable[Entry], traits: Traits) -> Iterator[Finding]:
    """A run of numbers without a gap, of which the invoice's is one."""
    # papers of a user's kind may be numbered with letters, too
    if not traits.number or not traits.number.isdecimal():
        return
    numbers = {int(entry.number) for entry in near if entry.number and entry.number.isdecimal()}
    run = _consecutive(numbers, int(traits.number))
    if len(run) >= RUN_LENGTH:
        zh, en = f"连号发票：{run[0]} 至 {run[-1]}", f"a run of consecutive numbers: {run[0]} to {run[-1]}"
        yield _finding("consecutive-numbers", "warning", (zh, en), ("number",))


def _consecutive(known: Container[int], own: int) -> list[int]:
    """The numbers without a gap around *own*, which need not be *known*."""
    low = high = own
    while low - 1 in known:
        low -= 1
    while high + 1 in known:
        high += 1
    return list(range(low, high + 1))


def _before(entries: Iterable[Entry], own: Own | None) -> list[Entry]:
    """The entries that existed before its *own* one."""
    return [entry for entry in entries if own is None or entry.id < own.entry_id]


def _reversals(connection: Connection, traits: Traits, own: Own | None) -> Iterator[Finding]:
    """What the invoice reverses, and what reverses it."""
    for entry in _before(reversed_by(connection, traits), own):
        zh, en = _claim(entry, entry.files[0] if entry.files else None)
        words = f"被红冲的原发票已登记：{zh}", f"the reversed original: {en}"
        yield _finding("red-letter-of-claimed", "error", words)
    for entry in _before(reversing(connection, traits), own):
        zh, en = _claim(entry, entry.files[0] if entry.files else None)
        words = f"已有红字发票冲销本发票：{zh}", f"a red invoice reverses this: {en}"
        yield _finding("reversed-by-red-letter", "error", words)


def _account(connection: Connection, invoice: Invoice, own: Own | None) -> Iterator[Finding]:
    """An account of the seller's that earlier invoices do not name."""
    if known := sellers.new_account(connection, invoice, own.entry_id if own else None):
        zh = f"销方的银行账号与以往不同（以往：{'；'.join(known)}），付款前请核实"
        en = f"a new bank account of a known seller (known: {'; '.join(known)}): verify before paying"
        yield _finding("new-bank-account", "warning", (zh, en), ("seller.bank_account",))


def marked(invoice: Invoice, findings: tuple[Finding, ...]) -> Invoice:
    """*invoice* with *findings*, or itself if there are none. If one of them is an error, an accepted invoice goes to
    review."""
    if not findings:
        return invoice
    grave = any(finding.severity == "error" for finding in findings)
    verdict = "review" if grave and invoice.verdict == "accept" else invoice.verdict
    return invoice.model_copy(update={"findings": (*invoice.findings, *findings), "verdict": verdict})
