"""Runs the migrations on the connection that `database.migrate` hands over; Alembic executes this module."""

from __future__ import annotations

from alembic import context

from invoiceocr.ledger.tables import METADATA


def run() -> None:
    """Migrate within the caller's transaction."""
    context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
    context.run_migrations()


# not so where the module is imported instead of executed by Alembic
if hasattr(context, "config"):
    run()
