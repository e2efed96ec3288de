"""The gateway's tables. Times are UTC ISO-8601 text with milliseconds, so that they sort and read alike everywhere."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Float, ForeignKeyConstraint, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Number = BigInteger().with_variant(Integer, "sqlite")


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


class Base(DeclarativeBase):
    pass


class EnrolmentCode(Base):
    """A one-time code, kept as its SHA-256. ``device_id`` says who used it."""

    __tablename__ = "enrolment_code"
    code_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    device_name: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[str] = mapped_column(String(24))
    expires_at: Mapped[str] = mapped_column(String(24))
    device_id: Mapped[str | None] = mapped_column(String(80))


class Device(Base):
    """``receipt_key_id``: the receipt key it knows from its enrolment; None where the bank has had one only."""

    __tablename__ = "device"
    device_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    signing_public_key: Mapped[str] = mapped_column(String(64), unique=True)
    certificate_pem: Mapped[str] = mapped_column(Text)
    enrolled_at: Mapped[str] = mapped_column(String(24))
    revoked_at: Mapped[str | None] = mapped_column(String(24))
    receipt_key_id: Mapped[str | None] = mapped_column(String(80))


class DeviceCamera(Base):
    """A camera that a device may use for face checks."""

    __tablename__ = "device_camera"
    device_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    hardware_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    added_at: Mapped[str] = mapped_column(String(24))
    __table_args__ = (ForeignKeyConstraint(["device_id"], ["device.device_id"]),)


class Staff(Base):
    __tablename__ = "staff"
    staff_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[str] = mapped_column(String(24))


class SignInFailures(Base):
    """Failures by the number typed in, whether it exists or not, so that a lock tells nothing."""

    __tablename__ = "sign_in_failures"
    staff_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[str] = mapped_column(String(24))


class Token(Base):
    """A sign-in, kept as the SHA-256 of its token. ``device_id`` is empty for a reviewer at the bank's own desk."""

    __tablename__ = "token"
    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(80))
    device_id: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[str] = mapped_column(String(24))
    renew_until: Mapped[str] = mapped_column(String(24))


class SeenRequest(Base):
    """A signed request that was taken; the same one again is refused for as long as its clock would let it in."""

    __tablename__ = "seen_request"
    device_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    moment: Mapped[int] = mapped_column(Number, index=True)


class Tries(Base):
    """How often one peer tried one thing in a stretch of time that ``ends`` then (Unix seconds); ``peer`` is a hash."""

    __tablename__ = "tries"
    peer: Mapped[str] = mapped_column(String(64), primary_key=True)
    slot: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    ends: Mapped[int] = mapped_column(Number, index=True)
    count: Mapped[int] = mapped_column(Integer)


class Policy(Base):
    """Every policy pack ever published; the one with the highest ``seq`` is in force."""

    __tablename__ = "policy"
    seq: Mapped[int] = mapped_column(Number, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    published_at: Mapped[str] = mapped_column(String(24))


class Challenge(Base):
    """A nonce the bank gave out for one attempt of a face check, perhaps before it knows the case."""

    __tablename__ = "challenge"
    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(80), index=True)
    staff_id: Mapped[str] = mapped_column(String(80))
    device_id: Mapped[str] = mapped_column(String(80))
    issued_at: Mapped[str] = mapped_column(String(24))
    expires_at: Mapped[str] = mapped_column(String(24))


class CaseRow(Base):
    __tablename__ = "intake_case"
    case_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(80), index=True)
    status: Mapped[str | None] = mapped_column(String(16))


class Revision(Base):
    """One sealed manifest as it arrived; ``receipt_json`` is set once, in the committing transaction."""

    __tablename__ = "revision"
    case_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    device_id: Mapped[str] = mapped_column(String(80))
    manifest_json: Mapped[str] = mapped_column(Text)
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    device_signature: Mapped[str] = mapped_column(String(128))
    opened_at: Mapped[str] = mapped_column(String(24))
    receipt_json: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (ForeignKeyConstraint(["case_id"], ["intake_case.case_id"]),)


class IdentityCheck(Base):
    """The bank's own look at the faces of one receipted revision; a revision without such a row is still to be done.

    ``report_json`` is the whole as ``wire.FaceCheck``; the other columns are there to be searched.
    """

    __tablename__ = "identity_check"
    case_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[str] = mapped_column(String(24))
    verdict: Mapped[str] = mapped_column(String(16), index=True)
    engine: Mapped[str | None] = mapped_column(String(120))
    pack_sha256: Mapped[str | None] = mapped_column(String(64))
    zone: Mapped[str | None] = mapped_column(String(8))
    distance: Mapped[float | None] = mapped_column(Float)
    passive: Mapped[float | None] = mapped_column(Float)
    reasons: Mapped[str] = mapped_column(Text)
    report_json: Mapped[str] = mapped_column(Text)
    __table_args__ = (ForeignKeyConstraint(["case_id", "revision"], ["revision.case_id", "revision.revision"]),)


class Withdrawal(Base):
    """A consent that the customer of a received case took back; the first time counts."""

    __tablename__ = "withdrawal"
    case_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(48), primary_key=True)
    withdrawn_at: Mapped[str] = mapped_column(String(24))
    heard_at: Mapped[str] = mapped_column(String(24))
    __table_args__ = (ForeignKeyConstraint(["case_id"], ["intake_case.case_id"]),)


class Blob(Base):
    """One encrypted file of a case, on its way or stored; ``offset`` counts bytes that are on the disk for certain."""

    __tablename__ = "blob"
    upload_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(80))
    cipher_sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Number)
    offset: Mapped[int] = mapped_column(Number)
    stored_at: Mapped[str | None] = mapped_column(String(24))
    __table_args__ = (
        UniqueConstraint("case_id", "cipher_sha256"),
        ForeignKeyConstraint(["case_id"], ["intake_case.case_id"]),
    )


class Change(Base):
    """What happened to a case at the bank, in one order for all: the feed that devices read by cursor."""

    __tablename__ = "change"
    seq: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    case_id: Mapped[str] = mapped_column(String(80))
    staff_id: Mapped[str] = mapped_column(String(80), index=True)
    fact_json: Mapped[str] = mapped_column(Text)


class Counter(Base):
    """Sequences whose row lock makes numbers visible in order, which a database's own sequences do not promise."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(Number)


class Audit(Base):
    """Who read or did what. ``who`` is a staff number, ``office`` or, of itself, ``gateway``."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    at: Mapped[str] = mapped_column(String(24))
    who: Mapped[str] = mapped_column(String(80))
    device_id: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[str] = mapped_column(String(80), index=True)
    detail: Mapped[str] = mapped_column(String(200))
