import re
from collections.abc import Iterator

import pytest

from invoiceocr import errors
from invoiceocr.errors import CorruptFileError, InvoiceOCRError, SourceError


def subclasses(of: type[InvoiceOCRError] = InvoiceOCRError) -> Iterator[type[InvoiceOCRError]]:
    """The errors of the module; what other modules raise inside themselves has the code of its parent."""
    for child in of.__subclasses__():
        if child.__module__ == errors.__name__:
            yield child
            yield from subclasses(child)


def test_the_module_draws_every_error() -> None:
    assert errors.__doc__
    drawn = set(re.findall(r"\b(\w+Error)\b", errors.__doc__))

    assert drawn == {error.__name__ for error in subclasses()} | {"InvoiceOCRError"}


def test_no_two_errors_share_a_code() -> None:
    codes = [error.code for error in subclasses()]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("error", list(subclasses(SourceError)))
def test_every_unreadable_source_ends_the_command_line_with_three(error: type[InvoiceOCRError]) -> None:
    assert error.exit_code == 3


def test_a_code_can_name_the_format_and_stays_with_its_error() -> None:
    error = CorruptFileError("a.pdf: cut off", code="corrupt_pdf")

    assert (error.code, str(error)) == ("corrupt_pdf", "a.pdf: cut off")
    assert CorruptFileError("a").code == "corrupt_file"
