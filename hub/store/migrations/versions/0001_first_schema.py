"""The first schema.

It stands as it was when it was made: later changes are revisions of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.store.values import Key, Time

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("old_code", Key(), nullable=False),
        sa.Column("new_code", Key(), nullable=False),
        sa.Column("at", Time(), nullable=False),
        sa.PrimaryKeyConstraint("old_code", name=op.f("pk_alias")),
    )
    op.create_index(op.f("ix_alias_new_code"), "alias", ["new_code"], unique=False)
    op.create_table(
        "audit",
        sa.Column("seq", ID, autoincrement=True, nullable=False),
        sa.Column("at", Time(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("source", Key(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_source"), "audit", ["source"], unique=False)
    op.create_table(
        "candidate",
        sa.Column("code_a", Key(), nullable=False),
        sa.Column("code_b", Key(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("found_at", Time(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", Time(), nullable=True),
        sa.PrimaryKeyConstraint("code_a", "code_b", name=op.f("pk_candidate")),
    )
    op.create_table(
        "challenge",
        sa.Column("source", Key(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", Time(), nullable=False),
        sa.Column("expires_at", Time(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_challenge")),
    )
    op.create_table(
        "change",
        sa.Column("seq", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", Key(), nullable=False),
        sa.Column("at", Time(), nullable=False),
        sa.Column("data_version", sa.BigInteger(), nullable=False),
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("changed_fields", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_code"), "change", ["code"], unique=False)
    op.create_table(
        "counter",
        sa.Column("name", Key(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("at", Time(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "fetch",
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("source", Key(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("fetched_at", Time(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("charset", sa.Text(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("not_modified", sa.Boolean(), nullable=False),
        sa.Column("via", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "seq", name=op.f("pk_fetch")),
    )
    op.create_index(op.f("ix_fetch_sha256"), "fetch", ["sha256"], unique=False)
    op.create_index(op.f("ix_fetch_source_run_id"), "fetch", ["source", "run_id"], unique=False)
    op.create_table(
        "group_key",
        sa.Column("key", Key(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_group_key")),
    )
    op.create_table(
        "grouping",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("code", Key(), nullable=False),
        sa.Column("basis", sa.String(length=8), nullable=False),
        sa.Column("own_rank", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grouping")),
        sa.UniqueConstraint("code", name=op.f("uq_grouping_code")),
    )
    op.create_index(op.f("ix_grouping_plan_id"), "grouping", ["plan_id"], unique=False)
    op.create_table(
        "lease",
        sa.Column("source", Key(), nullable=False),
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("heartbeat_at", Time(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_lease")),
    )
    op.create_table(
        "pending",
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("kind", Key(), nullable=False),
        sa.Column("native_key", Key(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=True),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "kind", "native_key", name=op.f("pk_pending")),
    )
    op.create_index(op.f("ix_pending_run_id_action_seq"), "pending", ["run_id", "action", "seq"], unique=False)
    op.create_index(op.f("ix_pending_run_id_group_id"), "pending", ["run_id", "group_id"], unique=False)
    op.create_table(
        "plan",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("code", Key(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=True),
        sa.Column("ordinal_published", sa.Boolean(), nullable=False),
        sa.Column("published", sa.Text(), nullable=True),
        sa.Column("implied_by", Key(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("code", name=op.f("uq_plan_code")),
    )
    op.create_table(
        "record",
        sa.Column("kind", Key(), nullable=False),
        sa.Column("source", Key(), nullable=False),
        sa.Column("native_key", Key(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=True),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("own_code", sa.Text(), nullable=True),
        sa.Column("plan_ref", Key(), nullable=True),
        sa.Column("plan_id", sa.BigInteger(), nullable=True),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("code", Key(), nullable=False),
        sa.Column("plan_code", Key(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Boolean(), nullable=False),
        sa.Column("valid_from", Time(), nullable=False),
        sa.Column("missing_since", Time(), nullable=True),
        sa.Column("gone_at", Time(), nullable=True),
        sa.Column("run_id", Key(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "source", "native_key", name=op.f("pk_record")),
    )
    op.create_index(op.f("ix_record_group_id_kind_source"), "record", ["group_id", "kind", "source"], unique=False)
    op.create_index(op.f("ix_record_kind_code"), "record", ["kind", "code"], unique=False)
    op.create_index(
        op.f("ix_record_missing_since"),
        "record",
        ["missing_since"],
        unique=False,
        sqlite_where=sa.text("missing_since IS NOT NULL"),
        postgresql_where=sa.text("missing_since IS NOT NULL"),
    )
    op.create_index(op.f("ix_record_plan_id_kind_source"), "record", ["plan_id", "kind", "source"], unique=False)
    op.create_index(op.f("ix_record_valid_from_kind"), "record", ["valid_from", "kind"], unique=False)
    op.create_table(
        "robots",
        sa.Column("host", Key(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("fetched_at", Time(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_robots")),
    )
    op.create_table(
        "run",
        sa.Column("id", Key(), nullable=False),
        sa.Column("source", Key(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("started_at", Time(), nullable=False),
        sa.Column("finished_at", Time(), nullable=True),
        sa.Column("published_version", sa.BigInteger(), nullable=True),
        sa.Column("measure", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("read", sa.BigInteger(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("modified", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(op.f("ix_run_source_id"), "run", ["source", "id"], unique=False)
    op.create_index(op.f("ix_run_verdict"), "run", ["verdict"], unique=False)
    op.create_table(
        "run_issue",
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "seq", name=op.f("pk_run_issue")),
    )
    op.create_table(
        "source",
        sa.Column("key", Key(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("max_drop", sa.Float(), nullable=False),
        sa.Column("license", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("fallback", sa.Text(), nullable=True),
        sa.Column("fallback_after", sa.Float(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("verify_tls", sa.Boolean(), nullable=False),
        sa.Column("precedence", sa.Integer(), nullable=True),
        sa.Column("configured", sa.Boolean(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("next_due_at", Time(), nullable=True),
        sa.Column("last_fetched_at", Time(), nullable=True),
        sa.Column("changed_at", Time(), nullable=True),
        sa.Column("verified_at", Time(), nullable=True),
        sa.Column("created_at", Time(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_source")),
    )
    op.create_table(
        "staged",
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("kind", Key(), nullable=False),
        sa.Column("native_key", Key(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=True),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("own_code", sa.Text(), nullable=True),
        sa.Column("plan_ref", Key(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "kind", "native_key", name=op.f("pk_staged")),
        sa.UniqueConstraint("run_id", "seq", name=op.f("uq_staged_run_id_seq")),
    )
    op.create_index(op.f("ix_staged_run_id_plan_ref_seq"), "staged", ["run_id", "plan_ref", "seq"], unique=False)
    op.create_table(
        "staged_plan",
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("plan_ref", Key(), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "plan_ref", name=op.f("pk_staged_plan")),
    )
    op.create_table(
        "token",
        sa.Column("id", Key(), nullable=False),
        sa.Column("hash", Key(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("source", Key(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("created_at", Time(), nullable=False),
        sa.Column("last_used_at", Time(), nullable=True),
        sa.Column("revoked_at", Time(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("hash", name=op.f("uq_token_hash")),
    )
    op.create_table(
        "unmatched",
        sa.Column("source", Key(), nullable=False),
        sa.Column("field", Key(), nullable=False),
        sa.Column("raw", Key(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=True),
        sa.Column("first_seen", Time(), nullable=False),
        sa.Column("last_seen", Time(), nullable=False),
        sa.Column("resolved_value", sa.Text(), nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.Column("resolved_at", Time(), nullable=True),
        sa.PrimaryKeyConstraint("source", "field", "raw", name=op.f("pk_unmatched")),
    )
    op.create_table(
        "validator",
        sa.Column("source", Key(), nullable=False),
        sa.Column("url", Key(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("fetched_at", Time(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("charset", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source", "url", name=op.f("pk_validator")),
    )
    op.create_table(
        "version",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", Key(), nullable=False),
        sa.Column("source", Key(), nullable=False),
        sa.Column("native_key", Key(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("code", Key(), nullable=False),
        sa.Column("plan_code", Key(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Boolean(), nullable=False),
        sa.Column("valid_from", Time(), nullable=False),
        sa.Column("valid_to", Time(), nullable=False),
        sa.Column("run_id", Key(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
    )
    op.create_index(op.f("ix_version_kind_group_id"), "version", ["kind", "group_id"], unique=False)
    op.create_index(op.f("ix_version_valid_to_kind_code"), "version", ["valid_to", "kind", "code"], unique=False)
    counter = sa.table("counter", sa.column("name"), sa.column("value"))
    op.bulk_insert(counter, [{"name": "data_version", "value": 0}, {"name": "live", "value": 0}])
