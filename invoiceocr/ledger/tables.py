"""The tables of the ledger. Migrations make them (migrations/versions); a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

METADATA = MetaData()
# only INTEGER PRIMARY KEY is SQLite's own row id
ROW_ID = BigInteger().with_variant(Integer(), "sqlite")

ENTRIES = Table(
    "entries",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=False),
    # what no other legal invoice has (Traits.key), or a digest of the file where too little was read
    Column("key", Text, nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("code", Text),
    Column("number", Text),
    # of the number: what a misread head leaves
    Column("tail", String(8)),
    # whether something independent confirms the number
    Column("proven", Boolean, nullable=False),
    Column("issue_date", String(10)),
    # the total
    Column("cents", BigInteger),
    Column("seller_tax_id", Text),
    Column("seller_name", Text),
    Column("buyer_tax_id", Text),
    Column("buyer_name", Text),
    Column("is_red", Boolean, nullable=False),
    # the number of the invoice that a red one takes back
    Column("reverses", Text),
    Column("verdict", String(10), nullable=False),
    Column("decision", String(10)),
    Column("revision", Integer, nullable=False),
    Column("added_at", String(32), nullable=False),
    Column("added_by", Text, nullable=False),
    Index("entries_number", "number"),
    Index("entries_tail", "tail", "cents", "id"),
    Index("entries_day", "issue_date", "cents", "id"),
    Index("entries_seller_day", "seller_tax_id", "issue_date", "id"),
    Index("entries_seller_total", "seller_tax_id", "cents", "id"),
    Index("entries_reverses", "reverses"),
)
CONTENTS = Table(
    "contents",
    METADATA,
    Column("entry_id", ROW_ID, ForeignKey("entries.id"), primary_key=True, autoincrement=False),
    # the invoice as compressed JSON
    Column("data", LargeBinary, nullable=False),
)
# what is indexed of a place: an index of PostgreSQL has no room for a long path
START = 200
LOCATION_START = f"substr(location, 1, {START})"
FILES = Table(
    "files",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("entry_id", ROW_ID, ForeignKey("entries.id"), nullable=False),
    Column("name", Text, nullable=False),
    # the absolute path, or what stands for one
    Column("location", Text, nullable=False),
    Column("sha256", String(64)),
    Column("page", Integer),
    Column("added_at", String(32), nullable=False),
    Column("added_by", Text, nullable=False),
    Index("files_entry", "entry_id"),
    Index("files_location", text(LOCATION_START)),
)
SELLERS = Table(
    "sellers",
    METADATA,
    Column("tax_id", Text, primary_key=True),
    Column("name_key", Text, primary_key=True),
    # empty where no account is printed
    Column("account_key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("first_entry", ROW_ID, nullable=False),
    Column("last_entry", ROW_ID, nullable=False),
)
REGISTER = Table(
    "register",
    METADATA,
    Column("key", Text, primary_key=True),
    # code and number of a paper that has a number of 20 digits too
    Column("alias", Text),
    Column("data", Text, nullable=False),
    Column("updated_at", String(32), nullable=False),
    Index("register_alias", "alias"),
)
EVENTS = Table(
    "events",
    METADATA,
    Column("seq", ROW_ID, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("by", Text, nullable=False),
    Column("action", String(20), nullable=False),
    Column("entry_id", ROW_ID),
    Column("reason", Text, nullable=False),
    Column("old", Text, nullable=False),
    Column("new", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("events_entry", "entry_id"),
)
