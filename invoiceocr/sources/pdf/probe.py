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
# pages that are drawn, and pixels of a point and of their longer side: about as many as when they are read
PAGES, SCALE, SIDE = 200, 2.8, 2400
PATIENCE = 60.0  # seconds, on a busy machine
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
    allow({SECONDS} + len(document) // {PAGES_A_SECOND})
    for index in range(min(len(document), {PAGES})):
        page = document[index]
        page.get_textpage().count_chars()
        page.render(scale=min({SCALE}, {SIDE} / max(page.get_size())))
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
