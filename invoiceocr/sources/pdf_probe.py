"""A PDF whose streams are encrypted, opened in a process of its own first, with limits on time and memory.

What it draws can't be told from its bytes, so this is the only look there is. It takes a third of a second, and is
taken only where forms draw forms.
"""

from __future__ import annotations

import subprocess
import sys

from invoiceocr.errors import TooLargeError

# of processor time and of address space; a page takes a hundredth of each
SECONDS, BYTES = 3, 900_000_000
PATIENCE = 60.0  # seconds, on a busy machine
# the exit code where the other process has not our packages: nothing is known then
MISSING = 3
_PROGRAM = f"""
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({BYTES}, {BYTES}))
    resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
except ImportError:
    pass
try:
    import pypdfium2
except ImportError:
    sys.exit({MISSING})
try:
    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    for index in range(min(len(document), 200)):
        document[index].get_textpage().count_chars()
except pypdfium2.PdfiumError:
    pass
"""


def check(data: bytes, name: str) -> None:
    """Raise TooLargeError too_complex where the pages of the PDF can't be opened within the limits."""
    try:
        done = subprocess.run([sys.executable, "-c", _PROGRAM], input=data, capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise _refusal(name) from error
    except OSError:  # no other process can be started here
        return
    if done.returncode not in (0, MISSING):
        raise _refusal(name)


def _refusal(name: str) -> TooLargeError:
    return TooLargeError(f"{name}: its pages take more than {SECONDS} s or {BYTES} bytes to open", code="too_complex")
