"""Draws the pictures of docs/concepts.md as SVG, in English and Chinese.

python -m tools.pictures
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
GREEN, YELLOW, ORANGE, GRAY, INK = "#2e7d32", "#b28900", "#c2410c", "#6b7280", "#1f2937"
FONT = "system-ui, 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
Words = dict[str, tuple[str, str]]
LANGUAGES = ("en", "zh")

WITNESSES: tuple[tuple[str, str, str], ...] = (
    ("the issuer's XML", "开票方 XML", "113.00"),
    ("PDF text layer", "PDF 文字层", "113.00"),
    ("recognized pixels", "图像识别", "113.00"),
    ("tax QR code", "发票二维码", "113.00"),
    ("amount in words", "大写金额", "壹佰壹拾叁圆整"),
    ("arithmetic", "勾稽关系", "100.00 + 13.00"),
)
STEPS: tuple[tuple[str, str, str, str], ...] = (
    ("nothing found", "没有找到", "missing 缺失", GRAY),
    ("a witness contradicts", "有证人反驳", "doubtful 存疑", ORANGE),
    ("an independent one confirms", "有独立证人证实", "verified 已核验", GREEN),
    ("read, and sure enough", "识别且置信度足够", "read 已识别", YELLOW),
    ("not sure", "置信度不足", "doubtful 存疑", ORANGE),
)
VERDICTS: tuple[tuple[str, str, str, str], ...] = (
    ("a rule finds an error in fields that are surely read", "规则在置信度足够的字段上发现错误", "reject 拒绝", ORANGE),
    ("another error, or a key field unsure", "其他错误，或关键字段置信度不足", "review 复核", YELLOW),
    ("all key fields sure, no error", "关键字段置信度都足够，没有错误", "accept 通过", GREEN),
)


def box(x: float, y: float, width: float, words: str, color: str, *, filled: bool = False) -> str:
    """A rounded box with *words* in its middle."""
    fill, ink = (color, "white") if filled else ("white", INK)
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="34" rx="8" fill="{fill}" stroke="{color}" stroke-width="1.5"/>'
        f'<text x="{x + width / 2}" y="{y + 22}" text-anchor="middle" fill="{ink}">{escape(words)}</text>'
    )


def arrow(x0: float, y0: float, x1: float, y1: float, color: str = GRAY) -> str:
    """A line with a head."""
    return f'<path d="M{x0} {y0} L{x1} {y1}" stroke="{color}" stroke-width="1.5" fill="none" marker-end="url(#head)"/>'


def svg(width: int, height: int, parts: Iterator[str]) -> str:
    """The file."""
    head = (
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{GRAY}"/></marker></defs>'
    )
    style = f'font-family="{FONT}" font-size="14"'
    back = f'<rect width="{width}" height="{height}" fill="white"/>'
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {style}>{head}{back}\n{body}\n</svg>\n'
    )


def witnesses(language: int) -> str:
    """Witnesses on the left, what is made of their words on the right."""
    return svg(760, 300, _witnesses(language))


def _witnesses(language: int) -> Iterator[str]:
    for index, witness in enumerate(WITNESSES):
        y = 20 + index * 44
        yield box(20, y, 170, witness[language], GRAY)
        yield f'<text x="206" y="{y + 22}" fill="{GRAY}" font-size="13">{escape(witness[2])}</text>'
        yield arrow(330, y + 17, 438, 147)
    fields = (("total 113.00", INK), ("verified 已核验", GREEN), ("99.97 %", GREEN))
    for index, (words, color) in enumerate(fields):
        yield box(450, 86 + index * 44, 170, words, color, filled=index == 1)
    yield arrow(620, 147, 650, 147)
    yield box(656, 130, 90, ("invoice", "发票")[language], INK)


def ladder(steps: tuple[tuple[str, str, str, str], ...], language: int) -> str:
    """Questions from top to bottom, the first that is true decides."""
    return svg(760, 30 + 56 * len(steps), _ladder(steps, language))


def _ladder(steps: tuple[tuple[str, str, str, str], ...], language: int) -> Iterator[str]:
    for index, step in enumerate(steps):
        y = 16 + index * 56
        yield box(20, y, 440, step[language], GRAY)
        yield arrow(460, y + 17, 550, y + 17)
        yield box(556, y, 180, step[2], step[3], filled=True)
        if index + 1 < len(steps):
            yield arrow(240, y + 34, 240, y + 54)
            yield f'<text x="252" y="{y + 50}" fill="{GRAY}" font-size="12">{("else", "否则")[language]}</text>'


def pictures() -> dict[str, str]:
    """The files by name."""
    made = {}
    for number, language in enumerate(LANGUAGES):
        made[f"witnesses-{language}.svg"] = witnesses(number)
        made[f"status-{language}.svg"] = ladder(STEPS, number)
        made[f"verdict-{language}.svg"] = ladder(VERDICTS, number)
    return made


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pictures().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
