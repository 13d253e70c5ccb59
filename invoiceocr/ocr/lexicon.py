"""Words decide doubtful characters: of two that the recognizer considers possible, the one that makes a word with its
clear neighbors is preferred.

Worn print of 识别号 is read as 识剧号, and the lattice often contains the right character as the second choice. The
words are a public list (models/words.txt). They prove nothing: the probabilities of the print stay as they were,
and a clear character is kept whatever word it makes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from invoiceocr import resources
from invoiceocr.page import Lattice, TextLine

FILE = "words.txt"
LONGEST = 4  # the most characters of a word
# probability from which a character is kept
CLEAR = 0.9
# probability that a neighbor needs to be part of a word
LEGIBLE = 0.5
# how many times as likely as the other one a character must be, print and word together
MARGIN = 2.0
# how many times as likely a character is in a word of this many characters as outside a word
WEIGHTS: Mapping[int, float] = {0: 1.0, 2: 12.0, 3: 60.0, 4: 200.0}


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Words of two to `LONGEST` characters as sorted numbers with 16 bits for each character."""

    codes: NDArray[np.uint64]

    def __contains__(self, word: str) -> bool:
        code = np.uint64(int.from_bytes(word.encode("utf-16-be")))
        place = int(np.searchsorted(self.codes, code))
        return place < len(self.codes) and bool(self.codes[place] == code)

    def longest(self, text: Sequence[str], place: int, usable: Sequence[bool]) -> int:
        """The length of the longest word of *text* through *place* whose other characters are *usable*; 0 if there is
        none."""
        found = (word for word in _through(place, len(text)) if _is_usable(word, place, usable))
        return next((len(word) for word in found if "".join(text[word.start : word.stop]) in self), 0)


def _through(place: int, size: int) -> Iterator[range]:
    """The places of all words through *place* in a text of *size* characters, long ones first."""
    for length in range(LONGEST, 1, -1):
        starts = range(max(0, place - length + 1), min(place, size - length) + 1)
        yield from (range(start, start + length) for start in starts)


def _is_usable(word: range, place: int, usable: Sequence[bool]) -> bool:
    return all(usable[at] for at in word if at != place)


def of_words(words: Sequence[str]) -> Lexicon:
    """The lexicon of *words*, each of two to `LONGEST` characters of the basic plane."""
    parts = [_codes("".join(word for word in words if len(word) == length), length) for length in range(2, LONGEST + 1)]
    return Lexicon(np.sort(np.concatenate(parts)))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of the package, loaded once."""
    text = (resources.folder("models") / FILE).read_text(encoding="utf-8")
    return of_words([line for line in text.splitlines() if not line.startswith("#")])


def is_chinese(character: str) -> bool:
    """Whether *character* is a common Chinese one."""
    return "\u4e00" <= character <= "\u9fff"


def guided(line: TextLine) -> TextLine:
    """*line* with each doubtful character exchanged for the one that is likelier given the words around it, in text and
    lattice; the probabilities stay."""
    first = _each_chosen(line)
    # again if a character changed, because those before it have another neighbor now
    return first if first is line else _each_chosen(first)


def _each_chosen(line: TextLine) -> TextLine:
    for place in range(len(line.character_confidences)):
        if _is_doubtful(line, place):
            line = _chosen(line, place)
    return line


def _is_doubtful(line: TextLine, place: int) -> bool:
    return line.character_confidences[place] < CLEAR and is_chinese(line.text[place])


def _chosen(line: TextLine, place: int) -> TextLine:
    """*line* with the likeliest character at *place*."""
    options = _options(line, place)
    own = line.text[place]
    if own not in options or len(options) == 1:
        return line
    weighed = _weighed(line, place, options)
    best = max(weighed, key=lambda character: (weighed[character], character == own))
    is_likelier = best != own and weighed[best] >= MARGIN * weighed[own]
    return _exchanged(line, place, best) if is_likelier else line


def _options(line: TextLine, place: int) -> dict[str, float]:
    """The Chinese characters that the lattice contains at *place*, with their probabilities."""
    assert line.lattice is not None
    step = line.character_steps[place]
    row = zip(line.lattice.characters[step], line.lattice.probabilities[step].tolist(), strict=True)
    return {character: probability for character, probability in row if is_chinese(character)}


def _weighed(line: TextLine, place: int, options: Mapping[str, float]) -> dict[str, float]:
    """The likelihood of each of *options* at *place*, by print and words."""
    words = lexicon()
    sure = zip(line.text, line.character_confidences, strict=True)
    usable = [is_chinese(character) and probability >= LEGIBLE for character, probability in sure]
    found: dict[str, float] = {}
    for character, probability in options.items():
        text = (*line.text[:place], character, *line.text[place + 1 :])
        found[character] = probability * WEIGHTS[words.longest(text, place, usable)]
    return found


def _exchanged(line: TextLine, place: int, new: str) -> TextLine:
    """*line* with *new* at *place*; in the lattice, the two characters exchange their places."""
    old = line.text[place]
    assert line.lattice is not None
    swap = {old: new, new: old}
    rows = list(line.lattice.characters)
    for step in _run(rows, line.character_steps[place]):
        rows[step] = tuple(swap.get(character, character) for character in rows[step])
    text = line.text[:place] + new + line.text[place + 1 :]
    return replace(line, text=text, lattice=Lattice(tuple(rows), line.lattice.probabilities))


def _run(rows: Sequence[tuple[str, ...]], step: int) -> range:
    """The steps around *step* that emit the same character."""
    start = stop = step
    while start > 0 and rows[start - 1][0] == rows[step][0]:
        start -= 1
    while stop + 1 < len(rows) and rows[stop + 1][0] == rows[step][0]:
        stop += 1
    return range(start, stop + 1)


def _codes(text: str, length: int) -> NDArray[np.uint64]:
    """The numbers of the words of *length* characters that *text* contains one after another."""
    characters = np.frombuffer(text.encode("utf-16-le"), "<u2").reshape(-1, length).astype(np.uint64)
    codes = np.zeros(len(characters), np.uint64)
    for column in characters.T:
        codes = (codes << np.uint64(16)) | column
    return codes
