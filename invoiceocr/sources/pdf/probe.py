"""Opens and draws a PDF in a process of its own first, with limits on time and memory. This is for files whose bytes
don't tell how much work drawing takes.

It takes a third of a second, and is done only where the structure of the file gives reason to (`structure`).
"""

from __future__ import annotations

import subprocess
import sys

from invoiceocr.errors import TooLargeError

# limits on processor time and address space; an ordinary page takes a hundredth of each
SECONDS, BYTES = 3, 900_000_000
# pages for which one second more is allowed: a scan takes a tenth of a second
PAGES_A_SECOND = 10
# pixels of a point and of the longer side of a page: about as many as when it is read
SCALE, SIDE = 2.8, 2400
# seconds on a busy machine: at least, for each page, and at most
PATIENCE, PATIENCE_A_PAGE, MAX_PATIENCE = 60.0, 0.3, 3600.0
# the exit code if the other process lacks our packages: nothing is known about the file then
MISSING = 3
_PROGRAM = f"""
import sys
try:
    import resource
except ImportError:
    resource = None
def allow(seconds):
    if resource:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
if resource:
    resource.setrlimit(resource.RLIMIT_AS, ({BYTES}, {BYTES}))
allow({SECONDS})
try:
    import pypdfium2
except ImportError:
    sys.exit({MISSING})
try:
    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    document.init_forms()
    allow({SECONDS} + min(len(document), int(sys.argv[1])) // {PAGES_A_SECOND})
    for index in range(min(len(document), int(sys.argv[1]))):
        page = document[index]
        page.get_textpage().count_chars()
        page.render(scale=min({SCALE}, {SIDE} / max(page.get_size())))
except pypdfium2.PdfiumError:
    pass
"""


def check(data: bytes, name: str, pages: int) -> None:
    """Raise TooLargeError too_complex where the first *pages* of the PDF can't be opened within the limits."""
    command = [sys.executable, "-c", _PROGRAM, str(pages)]
    patience = min(max(PATIENCE, PATIENCE_A_PAGE * pages), MAX_PATIENCE)
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=patience)
    except subprocess.TimeoutExpired as error:
        raise _refusal(name) from error
    except OSError:  # no other process can be started here
        return
    if done.returncode not in (0, MISSING):
        raise _refusal(name)


def _refusal(name: str) -> TooLargeError:
    return TooLargeError(f"{name}: its pages take more than {SECONDS} s or {BYTES} bytes to open", code="too_complex")
