"""`Budget`: what the containers of one file may unpack together: bytes, members, levels."""

from __future__ import annotations

from dataclasses import dataclass

from invoiceocr.errors import TooLargeError
from invoiceocr.settings import Settings


@dataclass(slots=True)
class Budget:
    """The bytes and members that are left of `max_unpacked_bytes` and `max_members`, for one file and everything in
    it."""

    settings: Settings
    bytes_left: int
    members_left: int

    @classmethod
    def of(cls, settings: Settings) -> Budget:
        """The whole budget that *settings* allow."""
        return cls(settings, settings.max_unpacked_bytes, settings.max_members)

    def spend_bytes(self, count: int, name: str) -> None:
        """Takes *count* bytes; TooLargeError naming *name* if not that many are left."""
        self.bytes_left -= count
        if self.bytes_left < 0:
            limit = self.settings.max_unpacked_bytes
            raise TooLargeError(f"{name}: more bytes unpacked than max_unpacked_bytes={limit}")

    def spend_members(self, count: int, name: str) -> None:
        """Takes *count* members; TooLargeError naming *name* if not that many are left."""
        self.members_left -= count
        if self.members_left < 0:
            raise TooLargeError(f"{name}: more members than max_members={self.settings.max_members}")
