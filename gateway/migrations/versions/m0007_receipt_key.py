"""Which receipt key each device was enrolled under, so that it gets receipts it can check after the bank has another."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("device", sa.Column("receipt_key_id", sa.String(80)))


def downgrade() -> None:
    op.drop_column("device", "receipt_key_id")
