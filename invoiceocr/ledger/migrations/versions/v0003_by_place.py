"""An index of the places of files: after a crash, the service asks of its last uploads whether they were claimed."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From version 0002."""
    # its beginning: an index of PostgreSQL has no room for a long path
    op.create_index("files_location", "files", [text("substr(location, 1, 200)")])


def downgrade() -> None:
    """Back to version 0002."""
    op.drop_index("files_location", "files")
