"""Alembic's migrations of the ledger: `env` runs them, `versions` holds one module per step."""
