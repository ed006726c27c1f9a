"""Decisions on likely duplicates are on groups, and are put into effect."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("grouping", sa.Column("leader_id", sa.BigInteger(), nullable=True))
    op.add_column("candidate", sa.Column("group_a", sa.BigInteger(), nullable=True))
    op.add_column("candidate", sa.Column("group_b", sa.BigInteger(), nullable=True))
    op.add_column("record", sa.Column("natural_id", sa.BigInteger(), nullable=True))
    joined = sa.text("natural_id IS NOT NULL")
    op.create_index(
        op.f("ix_record_natural_id"), "record", ["natural_id"], sqlite_where=joined, postgresql_where=joined
    )
    for side in ("a", "b"):
        op.execute(
            f"UPDATE candidate SET group_{side} = "
            f"(SELECT grouping.id FROM grouping WHERE grouping.code = candidate.code_{side})"
        )
