"""What devices fetch: the policy pack, the dealers, and what happened to their cases."""

from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import func, select

from app.domain import wire
from app.domain.document_kind import read_kinds
from app.domain.facts import BankStatusChanged, SupplementRequested
from app.domain.policy_text import parse_dealers, parse_policy
from gateway.conditions import FILE_UNREADABLE, POLICY_NONE
from gateway.database import Database, audit, now
from gateway.tables import Change, Counter, Policy, stamp

KINDS = Path(__file__).resolve().parents[1] / "resources" / "kinds"
PAGE = 200
_FACT = TypeAdapter(BankStatusChanged | SupplementRequested)


def publish_policy(database: Database, path: Path) -> str:
    """Put the pack in ``path`` in force; earlier ones stay known, for cases that began with them. Returns its hash.

    Raises policy.invalid for a pack that devices would refuse, kinds.invalid where a kind of document is badly described.
    """
    text = _read(path)
    pack = parse_policy(text, read_kinds({file.stem: _read(file) for file in KINDS.glob("*.toml")}))
    digest, version = pack.sha256, pack.version
    with database.write() as session:
        session.get_one(Counter, "change", with_for_update=True)  # one at a time, also on PostgreSQL
        newest = session.scalars(select(Policy).order_by(Policy.seq.desc())).first()
        if newest is None or newest.sha256 != digest:
            seq = newest.seq + 1 if newest else 1
            known = session.scalars(select(Policy).where(Policy.sha256 == digest)).first()
            if known:
                known.seq = seq
            else:
                session.add(Policy(seq=seq, sha256=digest, version=version, text=text, published_at=stamp(now())))
            audit(session, "office", "", "policy.published", detail=digest)
    return digest


def current_policy(database: Database) -> wire.PolicyAnswer:
    with database.read() as session:
        row = session.scalars(select(Policy).order_by(Policy.seq.desc()).limit(1)).first()
    if row is None:
        raise POLICY_NONE()
    return wire.PolicyAnswer(version=row.version, sha256=row.sha256, text=row.text)


def load_dealers(path: Path) -> str:
    """The admitted dealers as TOML text with ``[[dealers]]``; raises dealers.invalid where devices would refuse it."""
    text = _read(path)
    parse_dealers(text)
    return text


def changes(database: Database, staff_id: str, device_id: str, cursor: int, limit: int) -> wire.ChangesAnswer:
    """Status changes and supplement requests of this manager's own cases after ``cursor``, oldest first."""
    with database.write() as session:
        rows = session.scalars(
            select(Change).where(Change.staff_id == staff_id, Change.seq > cursor).order_by(Change.seq)
            .limit(limit + 1)).all()
        page = tuple(wire.CaseChange(seq=row.seq, case_id=row.case_id, fact=_FACT.validate_json(row.fact_json))
                     for row in rows[:limit])
        for case_id in sorted({change.case_id for change in page}):
            audit(session, staff_id, device_id, "case.status_read", case_id)
        newest = page[-1].seq if page else min(cursor, session.scalar(select(func.max(Change.seq))) or 0)
    return wire.ChangesAnswer(changes=page, cursor=newest, more=len(rows) > limit)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")  # some editors put a mark at the beginning
    except OSError as error:
        raise FILE_UNREADABLE(name=path.name, why=error.strerror) from error
    except UnicodeDecodeError as error:
        raise FILE_UNREADABLE(name=path.name, why="not UTF-8") from error
