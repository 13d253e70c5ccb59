"""`KindReader`: the blocks of a kind's YAML file, compiled, and the reading of a page with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks import BLOCKS, Reading
from invoiceocr.extraction.blocks.node import Node, Scope
from invoiceocr.extraction.form_plan import compile_plan
from invoiceocr.extraction.schema import Schemas
from invoiceocr.geometry import Box
from invoiceocr.kinds.spec import KindSpec
from invoiceocr.layout.form import FormLayout, lay_out
from invoiceocr.layout.key_phrases import KeyPhraseFinder
from invoiceocr.page import KeyPhrase, Page
from invoiceocr.text.lines import match_key

PHRASE_KEYS = ("forms", "vertical")
# which of the shared key phrases a kind looks for
NAMED, EVERY = PHRASE_SETS = ("named", "all")
# the candidates of a block count even for fields that an earlier block has found
ALSO = "also"
LABEL = "label"
# the print of a block stays free for later blocks
KEEP = "keep"


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A block and its reading; `also`: even for fields that were found before; `keep`: its print is not taken."""

    name: str
    reading: Reading
    also: bool
    keep: bool


class Read(NamedTuple):
    """A page with the key phrases of a kind, the candidates of its fields, and cells of recognized rows where a value
    should stand but nothing was read."""

    page: Page
    candidates: tuple[Candidate, ...]
    empty_cells: tuple[Box, ...]


class KindReader:
    """Reads pages of one kind. It is built once and shared by threads."""

    def __init__(self, spec: KindSpec, schemas: Schemas) -> None:
        """SchemaError with the file, the line and the nearest valid name if the layout of *spec* can't work. If a block
        can't work, `check` or the first page raises it."""
        shared, bare = schemas.captions, Scope(spec, frozenset(), schemas)
        own = tuple(_phrases(Node(spec.phrases, bare)))
        names = {phrase.id for phrase in own}
        self.spec = spec
        scope = replace(bare, phrases=frozenset({*names, *(phrase.id for phrase in shared)}))
        layout = Node(spec.layout, scope)
        self.scope = replace(scope, plan=compile_plan(layout))
        every = layout.choice("phrases", PHRASE_SETS, NAMED) == EVERY
        named = {*_names(spec.blocks), *_names(spec.match)}
        used = [phrase for phrase in shared if (every or phrase.id in named) and phrase.id not in names]
        self._phrases = (*own, *used)
        self.find_phrases = KeyPhraseFinder(self._phrases)
        # the phrases that are found on every page are all that there are
        self._shared = every and not own

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The blocks, compiled with the first page of the kind, because a document needs those of one or two kinds."""
        return tuple(_step(block, self.scope) for block in self.spec.blocks)

    def check(self) -> None:
        """Raises SchemaError with the file, the line and the nearest valid name if a block can't work."""
        _ = self.steps

    def labels(self, *types: str) -> frozenset[str]:
        """The captions that the blocks of these *types* name."""
        blocks = (block for block in self.spec.blocks if isinstance(block, Mapping))
        return frozenset(name for block in blocks for kind in types for name in _labels(block.get(kind)))

    def phrase_forms(self, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The printed forms of the key phrases *ids*, each with its id."""
        return ((phrase.id, phrase.form) for phrase in self._phrases if phrase.id in ids)

    def __call__(self, page: Page) -> tuple[Page, tuple[Candidate, ...]]:
        """*page* with the key phrases of the kind, and the candidates of its fields."""
        found = self.whole(page)
        return found.page, found.candidates

    def whole(self, page: Page) -> Read:
        """Everything that the blocks see of *page*."""
        found = page if self._shared and page.labels else self.find_phrases(page)
        form = self.lay_out(found)
        candidates = tuple(candidate for _, said in self.read(form) for candidate in said)
        form = replace(form, said=candidates)
        return Read(found, candidates, tuple(box for step in self.steps for box in step.reading.empty_cells(form)))

    def lay_out(self, page: Page) -> FormLayout:
        """The kind's form laid over *page*, whose key phrases have been found."""
        return lay_out(page, self.scope.plan)

    def read(self, form: FormLayout) -> Iterator[tuple[str, list[Candidate]]]:
        """Block by block, its type and what it says about *form*."""
        for step in self.steps:
            said = _kept(form, step)
            form = replace(form if step.keep else _taken(form, said), said=(*form.said, *said))
            yield step.name, said


def _taken(form: FormLayout, said: Sequence[Candidate]) -> FormLayout:
    """*form* without the print from which a block has read something."""
    return form.without([candidate.box for candidate in said if candidate.box is not None])


def _kept(form: FormLayout, step: Step) -> list[Candidate]:
    """What the block says about fields that no earlier block has found, or about all fields if it has `also`."""
    found = {_top(path) for path in form.found}
    return [each for each in step.reading.candidates(form) if step.also or _top(each.path) not in found]


def _top(path: str) -> str:
    """Rows count as a whole: a table reads all of `items` or nothing."""
    parts = path.split(".")
    return parts[0] if len(parts) > 2 else path


def _step(data: object, scope: Scope) -> Step:
    block = Node(scope.kind.fields, scope).sub(data, "blocks", data)
    names = [key for key in block.data if key not in (ALSO, KEEP)]
    if len(names) != 1:
        raise block.error(None, f"a block is one of {', '.join(BLOCKS)} with its entries")
    name = block.known(names[0], names[0], BLOCKS)
    return Step(name, BLOCKS[name](block.sub(block.data[name], name)), block.flag(ALSO), block.flag(KEEP))


def _phrases(node: Node) -> Iterator[KeyPhrase]:
    """The kind's own key phrases: `id: [forms]`, or `id: {forms: [...], vertical: true}`."""
    for name, data in node.data.items():
        if isinstance(data, list):
            yield from (key_phrase(name, str(form)) for form in data)
            continue
        entry = node.sub(data, name)
        entry.check(PHRASE_KEYS)
        entry.get("forms")
        yield from (key_phrase(name, str(form), vertical=entry.flag("vertical")) for form in entry.list("forms"))


def key_phrase(name: str, form: str, *, vertical: bool = False) -> KeyPhrase:
    """The key phrase of a printed *form*: `^` means only at the start of a line, or inside it behind a figure and
    before a colon; `$` means that only a colon may follow."""
    folded = match_key(form.removeprefix("^").removesuffix("$"))
    starts, ends = form.startswith("^"), form.endswith("$")
    return KeyPhrase(name, folded, starts=starts, ends=ends, vertical=vertical, inline=starts and not ends)


def _labels(data: object) -> Iterator[str]:
    """The words under the keys `label` of *data*."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _names(value) if key == LABEL else _labels(value)


def _names(data: object) -> Iterator[str]:
    """All words of *data*, in any order, to see which of the shared key phrases they name."""
    waiting = [data]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            waiting += node.values()
        elif isinstance(node, (list, tuple)):
            waiting += node
