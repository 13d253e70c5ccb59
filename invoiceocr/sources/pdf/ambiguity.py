"""Whether a PDF has something that makes programs show it differently, or the screen and paper."""

from __future__ import annotations

import re

from invoiceocr.sources.pdf.file import PdfFile

# What programs show differently, none of it in invoices as they are issued (ISO 32000-1): all blend modes but those
# that they paint alike: ColorBurn and ColorDodge, of which PDFium paints black on white and white on black otherwise
# than 11.3.5.2 says, names that nobody knows, and lists to choose from; ...
_ODD_BLEND = (
    rb"/BM(?![A-Za-z0-9])\s*+(?!/(?:Normal|Compatible|Multiply|Screen|Overlay|Darken|Lighten|HardLight|SoftLight|Difference"
    rb"|Exclusion|Hue|Saturation|Color|Luminosity)(?![A-Za-z]))"
)
# ... layers that are switched when the file is opened (12.6.4.12), off on paper or on the screen only, or hang on the
# zoom, the language or the reader (8.11.4.4), or on a purpose (8.11.2.3); ...
_ODD_LAYER = (
    rb"/SetOCGState\b|/(?:Print|View|Export)State\s*+/OFF\b|/(?:Zoom|Language|User)\s*+(?:<<|\])"
    rb"|/Category\s*+\[[^\]]*/(?:Zoom|Language|User)\b|/Intent\s*+\[?\s*+/(?:Design|All)\b"
)
# ... forms that Adobe's programs draw from a template of their own (12.7.8), and folders of files, of which they show
# another one than the page (7.11.6, 12.6.4.4)
_ODD_VIEW = rb"/NeedsRendering\s*+true\b|/XFA\b|/Collection\b|/S\s*+/GoToE\b"
_ODD = re.compile(b"|".join((_ODD_BLEND, _ODD_LAYER, _ODD_VIEW)))
# scripts, and the layers that they may switch
_SCRIPT, _LAYERS = re.compile(rb"/JavaScript\b"), re.compile(rb"/OCProperties\b")
# of an annotation: it is for paper and not for the screen (12.5.3)
_FLAGS = re.compile(rb"/F\s{0,8}(\d{1,6})(?!\d|\s{1,8}\d{1,5}\s{1,8}R)")
_PRINTED, _UNSEEN = 0x04, 0x20


def is_ambiguous(file: PdfFile) -> bool:
    """Whether something in the file makes programs show it differently, or the screen and paper."""
    items = file.every()
    text = b"\n".join([item.text for item in items])
    if _ODD.search(text) or (_SCRIPT.search(text) and _LAYERS.search(text)):
        return True
    drawn = [item.text for item in items if b"/Rect" in item.text and b"/AP" in item.text]
    flags = [int(stated[1]) for annotation in drawn if (stated := _FLAGS.search(annotation))]
    return any(flag & _PRINTED and flag & _UNSEEN for flag in flags)
