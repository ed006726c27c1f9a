"""The tables, one definition for SQLite and PostgreSQL.

Every time is ISO 8601 text in UTC of fixed width, so that text order is time order on both. Text keys sort by code
point on both (PostgreSQL: collation C). Bodies are the JSON of `hub.model` records.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hub.store.values import Key, Time, row_number

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

counter = Table(
    "counter",
    metadata,
    Column("name", Key, primary_key=True),
    Column("value", BigInteger, nullable=False),
    Column("at", Time),
)

source = Table(
    "source",
    metadata,
    Column("key", Key, primary_key=True),
    Column("title", Text, nullable=False),
    Column("connector", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("jurisdiction", Text),
    Column("origin", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("schedule", Text, nullable=False),
    Column("floor", Integer, nullable=False),
    Column("max_drop", Float, nullable=False),
    Column("license", Text),
    Column("contact", Text),
    Column("options", JSON, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("fallback", Text),
    Column("fallback_after", Float),
    Column("enabled", Boolean, nullable=False),
    Column("verify_tls", Boolean, nullable=False),
    Column("precedence", Integer),
    Column("configured", Boolean, nullable=False),
    Column("fingerprint", Text),
    Column("next_due_at", Time),
    Column("last_fetched_at", Time),
    Column("changed_at", Time),
    Column("verified_at", Time),
    Column("created_at", Time),
)

run = Table(
    "run",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source", Key, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reason", Text),
    Column("started_at", Time, nullable=False),
    Column("finished_at", Time),
    Column("published_version", BigInteger),
    Column("measure", JSON(none_as_null=True)),
    *(
        Column(name, BigInteger, nullable=False, default=0)
        for name in ("read", "added", "modified", "removed", "rejected", "requests", "bytes")
    ),
    Index(None, "source", "id"),
    Index(None, "verdict"),
)

run_issue = Table(
    "run_issue",
    metadata,
    Column("run_id", Key, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("run_id", "seq"),
)

lease = Table(
    "lease",
    metadata,
    Column("source", Key, primary_key=True),
    Column("run_id", Key, nullable=False),
    Column("owner", Text, nullable=False),
    Column("heartbeat_at", Time, nullable=False),
)

fetch = Table(
    "fetch",
    metadata,
    Column("run_id", Key, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("source", Key, nullable=False),
    Column("url", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("fetched_at", Time, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("status", Integer, nullable=False),
    Column("media_type", Text),
    Column("charset", Text),
    Column("headers", JSON, nullable=False),
    Column("not_modified", Boolean, nullable=False),
    Column("via", Text),
    PrimaryKeyConstraint("run_id", "seq"),
    Index(None, "source", "run_id"),
    Index(None, "sha256"),
)

validator = Table(
    "validator",
    metadata,
    Column("source", Key, nullable=False),
    Column("url", Key, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("fetched_at", Time, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("media_type", Text),
    Column("charset", Text),
    PrimaryKeyConstraint("source", "url"),
)

robots = Table(
    "robots",
    metadata,
    Column("host", Key, primary_key=True),
    Column("status", Integer, nullable=False),
    Column("fetched_at", Time, nullable=False),
    Column("body", Text),
)


def _keys() -> list[Column[Any]]:
    """What resolution looks at, copied out of the body."""
    return [
        Column("hash", String(32), nullable=False),
        Column("jurisdiction", Text),
        Column("series", Text),
        Column("number", BigInteger),
        Column("own_code", Text),
        Column("plan_ref", Key),
    ]


staged = Table(
    "staged",
    metadata,
    Column("run_id", Key, nullable=False),
    Column("kind", Key, nullable=False),
    Column("native_key", Key, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    *_keys(),
    PrimaryKeyConstraint("run_id", "kind", "native_key"),
    UniqueConstraint("run_id", "seq"),
    Index(None, "run_id", "plan_ref", "seq"),
)

pending = Table(
    "pending",
    metadata,
    Column("run_id", Key, nullable=False),
    Column("kind", Key, nullable=False),
    Column("native_key", Key, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("action", String(8), nullable=False),
    Column("plan_id", BigInteger),
    Column("group_id", BigInteger),
    Column("rank", Integer, nullable=False),
    Column("duplicate", Boolean, nullable=False),
    PrimaryKeyConstraint("run_id", "kind", "native_key"),
    Index(None, "run_id", "action", "seq"),
    Index(None, "run_id", "group_id"),
)
"""The staged records that a publication under way would write; empty between publications."""

_MISSING = "missing_since IS NOT NULL"
"""Few records are missing: the index holds those alone, and no planner takes it for the others."""

_JOINED = "natural_id IS NOT NULL"

record = Table(
    "record",
    metadata,
    Column("kind", Key, nullable=False),
    Column("source", Key, nullable=False),
    Column("native_key", Key, nullable=False),
    Column("body", Text, nullable=False),
    *_keys(),
    Column("plan_id", BigInteger),
    Column("group_id", BigInteger),
    Column("natural_id", BigInteger),
    Column("code", Key, nullable=False),
    Column("plan_code", Key, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("duplicate", Boolean, nullable=False),
    Column("valid_from", Time, nullable=False),
    Column("missing_since", Time),
    Column("gone_at", Time),
    Column("run_id", Key, nullable=False),
    PrimaryKeyConstraint("kind", "source", "native_key"),
    Index(None, "kind", "code"),
    Index(None, "group_id", "kind", "source"),
    Index(None, "plan_id", "kind", "source"),
    Index(None, "valid_from", "kind"),
    # On PostgreSQL too, by the migrations; to say so here would load its dialect where only SQLite is used.
    Index(None, "missing_since", sqlite_where=text(_MISSING)),
    Index(None, "natural_id", sqlite_where=text(_JOINED)),
)
"""What each source publishes. `group_id`: the commitment that a record is of; `natural_id`: the group that its natural keys
say, where people joined that with another."""

version = Table(
    "version",
    metadata,
    Column("id", row_number(), primary_key=True, autoincrement=True),
    Column("kind", Key, nullable=False),
    Column("source", Key, nullable=False),
    Column("native_key", Key, nullable=False),
    Column("body", Text, nullable=False),
    Column("group_id", BigInteger),
    Column("code", Key, nullable=False),
    Column("plan_code", Key, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("duplicate", Boolean, nullable=False),
    Column("valid_from", Time, nullable=False),
    Column("valid_to", Time, nullable=False),
    Column("run_id", Key, nullable=False),
    Index(None, "kind", "group_id"),
    Index(None, "valid_to", "kind", "code"),
)
"""Only what is over: the version in force stands in `record`."""

plan = Table(
    "plan",
    metadata,
    Column("id", row_number(), primary_key=True, autoincrement=False),
    Column("code", Key, nullable=False, unique=True),
    Column("own", Boolean, nullable=False),
    Column("jurisdiction", Text, nullable=False),
    Column("program", Text, nullable=False),
    Column("ordinal", Integer),
    Column("ordinal_published", Boolean, nullable=False),
    Column("published", Text),
    Column("implied_by", Key),
)

staged_plan = Table(
    "staged_plan",
    metadata,
    Column("run_id", Key, nullable=False),
    Column("plan_ref", Key, nullable=False),
    Column("plan_id", BigInteger, nullable=False),
    PrimaryKeyConstraint("run_id", "plan_ref"),
)

grouping = Table(
    "grouping",
    metadata,
    Column("id", row_number(), primary_key=True, autoincrement=False),
    Column("code", Key, nullable=False, unique=True),
    Column("basis", String(8), nullable=False),
    Column("own_rank", Integer),
    Column("plan_id", BigInteger, nullable=False),
    Column("leader_id", BigInteger),
    Index(None, "plan_id"),
)
"""A commitment by its natural keys, whoever publishes it: what holds a public code. `leader_id`: the group that it was
decided to be one with, whose code its records bear."""

group_key = Table(
    "group_key",
    metadata,
    Column("key", Key, primary_key=True),
    Column("group_id", BigInteger, nullable=False),
)
"""Every natural key by which a commitment has been known."""

alias = Table(
    "alias",
    metadata,
    Column("old_code", Key, primary_key=True),
    Column("new_code", Key, nullable=False),
    Column("at", Time, nullable=False),
    Index(None, "new_code"),
)

change = Table(
    "change",
    metadata,
    Column("seq", row_number(), primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("code", Key, nullable=False),
    Column("at", Time, nullable=False),
    Column("data_version", BigInteger, nullable=False),
    Column("run_id", Key, nullable=False),
    Column("changed_fields", Text, nullable=False),
    Index(None, "code"),
)

unmatched = Table(
    "unmatched",
    metadata,
    Column("source", Key, nullable=False),
    Column("field", Key, nullable=False),
    Column("raw", Key, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("suggestion", Text),
    Column("first_seen", Time, nullable=False),
    Column("last_seen", Time, nullable=False),
    Column("resolved_value", Text),
    Column("resolved_by", Text),
    Column("resolved_at", Time),
    PrimaryKeyConstraint("source", "field", "raw"),
)

candidate = Table(
    "candidate",
    metadata,
    Column("code_a", Key, nullable=False),
    Column("code_b", Key, nullable=False),
    Column("score", Float, nullable=False),
    Column("reason", Text),
    Column("found_at", Time, nullable=False),
    Column("decision", Text),
    Column("decided_by", Text),
    Column("decided_at", Time),
    Column("group_a", BigInteger),
    Column("group_b", BigInteger),
    PrimaryKeyConstraint("code_a", "code_b"),
)

"""Two codes that may be of one commitment, and what was decided of the groups that bore them."""

token = Table(
    "token",
    metadata,
    Column("id", Key, primary_key=True),
    Column("hash", Key, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("source", Key),
    Column("name", Text),
    Column("created_at", Time, nullable=False),
    Column("last_used_at", Time),
    Column("revoked_at", Time),
)

challenge = Table(
    "challenge",
    metadata,
    Column("source", Key, primary_key=True),
    Column("url", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", row_number(), primary_key=True, autoincrement=True),
    Column("at", Time, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("source", Key),
    Column("detail", JSON, nullable=False),
    Index(None, "source"),
)
