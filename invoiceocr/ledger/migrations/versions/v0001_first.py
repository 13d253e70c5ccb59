"""The first tables, and triggers that keep the events append-only; ledger/tables.py says what the columns hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """From nothing to version 0001."""
    _entries()
    _beside_entries()
    _knowledge()
    _events()


def downgrade() -> None:
    """Back to nothing."""
    for name in ("events", "register", "sellers", "files", "contents", "entries"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("id", ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("number", sa.Text),
        sa.Column("tail", sa.String(8)),
        sa.Column("proven", sa.Boolean, nullable=False),
        sa.Column("issue_date", sa.String(10)),
        sa.Column("cents", sa.BigInteger),
        sa.Column("seller_tax_id", sa.Text),
        sa.Column("seller_name", sa.Text),
        sa.Column("buyer_tax_id", sa.Text),
        sa.Column("buyer_name", sa.Text),
        sa.Column("is_red", sa.Boolean, nullable=False),
        sa.Column("reverses", sa.Text),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("decision", sa.String(10)),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("added_at", sa.String(32), nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
    )
    op.create_index("entries_number", "entries", ["number"])
    op.create_index("entries_tail", "entries", ["tail", "cents"])
    op.create_index("entries_day", "entries", ["issue_date", "cents"])
    op.create_index("entries_seller_day", "entries", ["seller_tax_id", "issue_date"])
    op.create_index("entries_seller_total", "entries", ["seller_tax_id", "cents", "id"])
    op.create_index("entries_reverses", "entries", ["reverses"])


def _beside_entries() -> None:
    op.create_table(
        "contents",
        sa.Column("entry_id", ROW_ID, sa.ForeignKey("entries.id"), primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "files",
        sa.Column("id", ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("entry_id", ROW_ID, sa.ForeignKey("entries.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("page", sa.Integer),
        sa.Column("added_at", sa.String(32), nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
    )
    op.create_index("files_entry", "files", ["entry_id"])


def _knowledge() -> None:
    op.create_table(
        "sellers",
        sa.Column("tax_id", sa.Text, primary_key=True),
        sa.Column("name_key", sa.Text, primary_key=True),
        sa.Column("account_key", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("first_entry", ROW_ID, nullable=False),
        sa.Column("last_entry", ROW_ID, nullable=False),
    )
    op.create_table(
        "register",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("alias", sa.Text),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
    )
    op.create_index("register_alias", "register", ["alias"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("seq", ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("entry_id", ROW_ID),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("old", sa.Text, nullable=False),
        sa.Column("new", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("events_entry", "events", ["entry_id"])
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


TOLD = "events of the ledger are append-only"
APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER events_no_{verb.lower()} BEFORE {verb} ON events BEGIN SELECT RAISE(ABORT, '{TOLD}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{TOLD}'; END $$",
        "CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ),
}
