"""Hooks of MkDocs: what a document of the repository needs to be a page of the site."""

from __future__ import annotations

import re

OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./((?!\.\./)(?:schemas|examples|NOTICE|LICENSE|README|CONTRIBUTING)[^)]*)\)")


def on_page_markdown(markdown: str, **_: object) -> str:
    """Links to files of the repository that are no pages become their names."""
    return OUTSIDE.sub(r"\1 (`\2` in the repository)", markdown)
