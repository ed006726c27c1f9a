"""Sessions of people at the operator's page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.store.values import Key, Time

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("hash", Key(), nullable=False),
        sa.Column("token", Key(), nullable=False),
        sa.Column("created_at", Time(), nullable=False),
        sa.Column("expires_at", Time(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_session")),
    )
