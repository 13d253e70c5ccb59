"""Indexes that end with the id: the latest entries of a key are found without sorting all of them."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEYS = {
    "entries_tail": ["tail", "cents"],
    "entries_day": ["issue_date", "cents"],
    "entries_seller_day": ["seller_tax_id", "issue_date"],
}


def upgrade() -> None:
    """From version 0001."""
    for name, columns in KEYS.items():
        op.drop_index(name, "entries")
        op.create_index(name, "entries", [*columns, "id"])


def downgrade() -> None:
    """Back to version 0001."""
    for name, columns in KEYS.items():
        op.drop_index(name, "entries")
        op.create_index(name, "entries", columns)
