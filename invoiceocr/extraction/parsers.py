"""What the value types of the schemas mean: each a parser from printed text to the field's type."""

from __future__ import annotations

from invoiceocr.kinds.types import NUMERIC as NUMERIC
from invoiceocr.kinds.types import PARSERS as PARSERS
