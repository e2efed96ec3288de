"""The bank's own verdict on the faces of each received revision."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_check",
        sa.Column("case_id", sa.String(80), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False, index=True),
        sa.Column("engine", sa.String(120)),
        sa.Column("pack_sha256", sa.String(64)),
        sa.Column("zone", sa.String(8)),
        sa.Column("distance", sa.Float),
        sa.Column("passive", sa.Float),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("report_json", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["case_id", "revision"], ["revision.case_id", "revision.revision"]))


def downgrade() -> None:
    op.drop_table("identity_check")
