"""Templates to pages, in the language of their reader; every text from a file is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from invoiceocr import __version__
from invoiceocr.service.event_loop import in_thread
from invoiceocr.service.http.routes import address, prefix, route_path
from invoiceocr.service.service import service_of
from invoiceocr.service.web.words import language_of, titles, words

TEMPLATES = Path(__file__).parent / "templates"
CENT = Decimal("0.01")
LANGUAGE_COOKIE = "invoiceocr_language"


class _Environment(Environment):
    """Templates for which `w.clear` is the word of that name, not the method of the dictionary that holds it."""

    def getattr(self, obj: object, attribute: str) -> object:
        """The entry of a mapping, else what Jinja finds."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def environment() -> Environment:
    """The templates; everything that is filled in is escaped."""
    loader = FileSystemLoader(TEMPLATES)
    return _Environment(loader=loader, autoescape=select_autoescape(default=True), undefined=StrictUndefined)


def language_for(request: Request) -> str:
    """The language of a page: as chosen, else that of the browser."""
    return language_of(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language", ""))


async def page(request: Request, name: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """The page of a template, with the words of its reader's language."""
    language = language_for(request)
    service = service_of(request)
    counts = await in_thread(service.records.counts)
    known = {
        "w": words(language),
        "titles": titles(language, service.kinds),
        "language": language,
        "version": __version__,
        "counts": counts,
        "open_count": counts.get("review", 0),
        "root": prefix(request.scope),
        "path": route_path(request.scope),
        "back": address(request),
    }
    html = environment().get_template(name).render(known | values)
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def money(amount: str | Decimal | None) -> str:
    """An amount with its thousands parted and two decimals at least; what is none as it stands."""
    if amount is None:
        return ""
    try:
        number = Decimal(amount)
        cents = number.quantize(CENT)
    except InvalidOperation:
        return str(amount)
    return f"{cents if cents == number else number:,}"
