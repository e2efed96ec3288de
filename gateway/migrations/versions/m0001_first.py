"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TABLES = ("audit", "counter", "change", "blob", "revision", "intake_case", "policy", "token", "sign_in_failures",
          "staff", "device", "enrolment_code")


def upgrade() -> None:
    _people()
    _cases()
    _feeds()


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)


def _people() -> None:
    op.create_table(
        "enrolment_code",
        sa.Column("code_sha256", sa.String(64), primary_key=True),
        sa.Column("device_name", sa.String(80), nullable=False),
        sa.Column("made_at", sa.String(24), nullable=False),
        sa.Column("expires_at", sa.String(24), nullable=False),
        sa.Column("device_id", sa.String(80)))
    op.create_table(
        "device",
        sa.Column("device_id", sa.String(80), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("signing_public_key", sa.String(64), nullable=False, unique=True),
        sa.Column("certificate_pem", sa.Text, nullable=False),
        sa.Column("enrolled_at", sa.String(24), nullable=False),
        sa.Column("revoked_at", sa.String(24)))
    op.create_table(
        "staff",
        sa.Column("staff_id", sa.String(80), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("added_at", sa.String(24), nullable=False))
    op.create_table(
        "sign_in_failures",
        sa.Column("staff_id", sa.String(80), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", sa.String(24), nullable=False))
    op.create_table(
        "token",
        sa.Column("token_sha256", sa.String(64), primary_key=True),
        sa.Column("staff_id", sa.String(80), nullable=False),
        sa.Column("device_id", sa.String(80), nullable=False),
        sa.Column("expires_at", sa.String(24), nullable=False),
        sa.Column("renew_until", sa.String(24), nullable=False))


def _cases() -> None:
    op.create_table(
        "intake_case",
        sa.Column("case_id", sa.String(80), primary_key=True),
        sa.Column("staff_id", sa.String(80), nullable=False, index=True),
        sa.Column("status", sa.String(16)))
    op.create_table(
        "revision",
        sa.Column("case_id", sa.String(80), sa.ForeignKey("intake_case.case_id"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("device_id", sa.String(80), nullable=False),
        sa.Column("manifest_json", sa.Text, nullable=False),
        sa.Column("manifest_sha256", sa.String(64), nullable=False),
        sa.Column("device_signature", sa.String(128), nullable=False),
        sa.Column("opened_at", sa.String(24), nullable=False),
        sa.Column("receipt_json", sa.Text))
    op.create_table(
        "blob",
        sa.Column("upload_id", sa.String(32), primary_key=True),
        sa.Column("case_id", sa.String(80), sa.ForeignKey("intake_case.case_id"), nullable=False),
        sa.Column("cipher_sha256", sa.String(64), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("offset", BIG, nullable=False),
        sa.Column("stored_at", sa.String(24)),
        sa.UniqueConstraint("case_id", "cipher_sha256"))


def _feeds() -> None:
    op.create_table(
        "policy",
        sa.Column("seq", BIG, primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("version", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("published_at", sa.String(24), nullable=False))
    op.create_table(
        "change",
        sa.Column("seq", BIG, primary_key=True, autoincrement=False),
        sa.Column("case_id", sa.String(80), nullable=False),
        sa.Column("staff_id", sa.String(80), nullable=False, index=True),
        sa.Column("fact_json", sa.Text, nullable=False))
    counter = op.create_table(
        "counter",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", BIG, nullable=False))
    op.bulk_insert(counter, [{"name": "change", "value": 0}])
    op.create_table(
        "audit",
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("device_id", sa.String(80), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(80), nullable=False, index=True),
        sa.Column("detail", sa.String(200), nullable=False))
