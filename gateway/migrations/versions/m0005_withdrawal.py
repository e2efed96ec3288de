"""Consents that customers took back after the bank had received their case."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("case_id", sa.String(80), primary_key=True),
        sa.Column("purpose", sa.String(48), primary_key=True),
        sa.Column("withdrawn_at", sa.String(24), nullable=False),
        sa.Column("heard_at", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["intake_case.case_id"]))


def downgrade() -> None:
    op.drop_table("withdrawal")
