"""For tests of programs that use this library: a reader with canned outcomes, and the invoices it gives."""

from invoiceocr.testing.fake_reader import FakeReader
from invoiceocr.testing.outcomes import OUTCOMES, Outcome

__all__ = ["OUTCOMES", "FakeReader", "Outcome"]
