"""`RowFile`: the rows of a table in a temporary file, so that memory stays flat however many there are."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator

from invoiceocr.export.sheets.cell import Cell, Row

# rows that stay in memory before the file is needed at all
BUFFER_BYTES = 1 << 20


class RowFile:
    """Rows in the order in which they were appended, iterated as often as needed, one iteration at a time.

    `filled` has the columns that any row fills, `notes` how many cells of each status have a note. The file has no
    name and goes with the object.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(BUFFER_BYTES)  # noqa: SIM115  it lives as long as the object
        weakref.finalize(self, self._file.close)
        self._length = 0
        self.filled: set[str] = set()
        self.notes: Counter[str | None] = Counter()

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Row]:
        self._file.seek(0)
        for _ in range(self._length):
            # written by this object alone, into a file that has no name
            packed = pickle.load(self._file)
            yield {path: Cell(*parts) for path, parts in packed.items()}

    def append(self, row: Row) -> None:
        """Add a row behind all others."""
        self.filled.update(path for path, cell in row.items() if cell.value is not None or cell.note)
        self.notes.update(cell.status for cell in row.values() if cell.note)
        packed = {path: cell.parts for path, cell in row.items()}
        self._file.seek(0, 2)
        self._file.write(pickle.dumps(packed, pickle.HIGHEST_PROTOCOL))
        self._length += 1

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows behind all others."""
        for row in rows:
            self.append(row)
