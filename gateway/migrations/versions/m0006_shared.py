"""What several instances must know together: requests they have seen, and tries within the minute."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "seen_request",
        sa.Column("device_id", sa.String(80), primary_key=True),
        sa.Column("nonce", sa.String(64), primary_key=True),
        sa.Column("moment", BIG, nullable=False, index=True))
    op.create_table(
        "tries",
        sa.Column("peer", sa.String(64), primary_key=True),
        sa.Column("slot", BIG, primary_key=True, autoincrement=False),
        sa.Column("ends", BIG, nullable=False, index=True),
        sa.Column("count", sa.Integer, nullable=False))


def downgrade() -> None:
    op.drop_table("tries")
    op.drop_table("seen_request")
