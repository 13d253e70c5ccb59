"""HTML that can't be broken by what it shows: every text is escaped on its way into an element."""

from __future__ import annotations

import html

from invoiceocr.export.plain_text import screen_text, xml_text

# elements without content
VOID = frozenset({"img", "input", "meta"})


class Html(str):
    """Markup; a plain `str` is text."""

    __slots__ = ()


def element(tag: str, /, *children: str, **attributes: str) -> Html:
    """The element *tag*; an attribute's trailing underscore is dropped, others become hyphens (class_, http_equiv)."""
    head = "".join(f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"' for key, value in attributes.items())
    return Html(f"<{tag}{head}>" if tag in VOID else f"<{tag}{head}>{joined(*children)}</{tag}>")


def joined(*children: str) -> Html:
    """The children behind one another."""
    return Html("".join(child if isinstance(child, Html) else escaped(child) for child in children))


def escaped(text: str) -> Html:
    """*text* as HTML shows it as it is, without characters that control how others are read."""
    return Html(html.escape(xml_text(screen_text(text)), quote=True))
