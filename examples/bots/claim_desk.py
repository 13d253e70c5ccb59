"""A claim desk in plain Python: what is accepted is booked, the rest goes to a person.

python claim_desk.py claim.pdf receipt.jpg
python claim_desk.py --fake claim.pdf review.pdf      # canned outcomes by file name, for trying it
"""

import sys

import invoiceocr
from invoiceocr.testing import FakeReader


def desk(reader: invoiceocr.Reader | FakeReader, paths: list[str]) -> int:
    """Print one line per invoice or unread file; the exit code is 0 if all can be booked, 1 if some need a person, 3 if
    some can't be read."""
    code = 0
    for result in reader.read_many(paths):
        if result.error is not None:
            code = 3
            print("unread", result.source, result.error.code)
        for invoice in result.invoices:
            code = max(code, int(invoice.verdict != "accept"))
            print(invoice.verdict, result.source, invoice.number, invoice.total)
            for finding in invoice.findings:
                print("  ", finding.severity, finding.message_en or finding.message)
    return code


if __name__ == "__main__":
    files = [word for word in sys.argv[1:] if word != "--fake"]
    sys.exit(desk(FakeReader() if "--fake" in sys.argv else invoiceocr.Reader(), files))
