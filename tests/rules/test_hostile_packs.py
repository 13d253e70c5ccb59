"""A rule pack that would take for ever is refused within a tenth of a second, before it is parsed or compiled."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from invoiceocr.errors import PackError
from invoiceocr.rules.packs.pack import load_pack

LIMIT = 0.1  # seconds of processor time
HEAD = "pack: big\napplies_to: [digital_special]\n"
RULE = "title: {zh: a, en: a}, severity: warning, assert: 'has(total)', message: {zh: m, en: m}"


def _rules(count: int) -> str:
    return HEAD + "rules:\n" + "".join(f"  - {{id: r{number}, {RULE}}}\n" for number in range(count))


def _lets(of: Callable[[int], str], count: int) -> str:
    rows = "".join(f"  x{number}: '{of(number) if number else 'total'}'\n" for number in range(count))
    return f"{HEAD}let:\n{rows}rules:\n  - {{id: r, {RULE}}}\n"


TEXTS = {
    "many rules": _rules(15_000),
    "more rules than a pack has": _rules(600),
    "a long chain of lets": _lets(lambda number: f"x{number - 1} + 1", 3000),
    "a chain of lets": _lets(lambda number: f"x{number - 1} + 1", 100),
    "lets that double one another": _lets(lambda number: f"x{number - 1} + x{number - 1}", 60),
    "deep brackets": "[" * 20_000,
    "deep brackets on many lines": "[\n" * 20_000,
    "deep indentation": "".join(" " * depth + "- \n" for depth in range(500)),
    "aliases that multiply": HEAD + "params:\n  a: &a [x, x, x]\n  b: &b [*a, *a, *a]\n",
    "a huge number": HEAD + f"params:\n  a: {'9' * 100_000}\n",
    "a pack that is extended twice": HEAD + "extends: [vat-core, vat-core]\n",
}


def _seconds(file: Path) -> float:
    """Processor time of the quickest of three tries to load *file*, which must be refused."""
    spent = []
    for _ in range(3):
        start = time.thread_time()
        with pytest.raises(PackError, match=file.name):
            load_pack(file)
        spent.append(time.thread_time() - start)
    return min(spent)


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_a_monstrous_pack_is_refused_quickly(tmp_path: Path, text: str) -> None:
    file = tmp_path / "big.yaml"
    file.write_text(text, encoding="utf-8")

    assert _seconds(file) < LIMIT


def test_packs_that_fan_out_are_refused_quickly(tmp_path: Path) -> None:
    for level in range(7):
        below = [f"fan{level + 1}-{number}" for number in range(70)] if level == 0 else [f"fan{level + 1}-0"]
        (tmp_path / f"fan{level}-0.yaml").write_text(f"{_rules(1)}extends: {below}\n".replace("big", f"fan{level}"))
    file = (tmp_path / "fan0-0.yaml").rename(tmp_path / "fan.yaml")

    assert _seconds(file) < LIMIT


def test_a_pack_that_is_reached_by_many_ways_is_read_once(tmp_path: Path) -> None:
    for level in range(8):
        for side in "ab":
            extends = f"extends: [a{level + 1}, b{level + 1}]\n" if level < 7 else ""
            (tmp_path / f"{side}{level}.yaml").write_text(
                f"pack: {side}{level}\napplies_to: [digital_special]\n{extends}"
            )
    start = time.thread_time()

    pack = load_pack(tmp_path / "a0.yaml")

    assert len(pack.extends) == 14
    assert time.thread_time() - start < 5 * LIMIT


def test_a_key_without_a_value_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    file.write_text(_rules(1).replace("message: {zh: m, en: m}", "message: "), encoding="utf-8")

    with pytest.raises(PackError, match="lacks message"):
        load_pack(file)


def test_a_tag_of_no_plain_value_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    file.write_text(HEAD + "extends: !!x vat-core\n", encoding="utf-8")

    with pytest.raises(PackError, match="is not read"):
        load_pack(file)
