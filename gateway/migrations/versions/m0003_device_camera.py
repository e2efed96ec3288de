"""The cameras each device may use for face checks."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_camera",
        sa.Column("device_id", sa.String(80), sa.ForeignKey("device.device_id"), primary_key=True),
        sa.Column("hardware_id", sa.String(128), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("added_at", sa.String(24), nullable=False))


def downgrade() -> None:
    op.drop_table("device_camera")
