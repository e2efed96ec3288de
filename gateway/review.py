"""The bank's reviewers: list cases, read files, set the status, ask for supplements. Every read is audited."""

import re
import secrets
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response, StreamingResponse

from app.domain import wire
from app.domain.doubts import Doubt, doubts
from app.domain.evidence import FileRef, Identifier, Manifest, Receipt
from app.domain.facts import BankStatusChanged, SupplementRequested
from app.domain.policy_text import parse_policy
from app.domain.timeline import TimeLine, time_lines
from gateway import journal, withdrawals
from gateway.bank import Bank, bank_of
from gateway.caller import Reviewer
from gateway.conditions import NOT_FOUND, RECORDING_UNREADABLE
from gateway.database import audit, now, publish
from gateway.examples import CASE_ID, STATUS, SUPPLEMENT, TROUBLES
from gateway.intake import file_of
from gateway.journal import JournalBad
from gateway.staff import SignedIn
from gateway.tables import CaseRow, IdentityCheck, Policy, Revision

ENDINGS = {  # of what a case may hold; anything else goes out as bytes of no type
    "application/pdf": ".pdf", "application/ofd": ".ofd", "application/json": ".json", "image/jpeg": ".jpg",
    "image/png": ".png", "image/webp": ".webp", "image/tiff": ".tif", "image/bmp": ".bmp", "image/heic": ".heic",
    "video/webm": ".webm", "video/x-matroska": ".mkv", "audio/webm": ".weba", "text/plain": ".txt"}
SEEKABLE, SEEKABLE_MAX = {"video/webm", "video/x-matroska"}, 64 << 20
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")
router = APIRouter(prefix="/v1/review", tags=["review"], responses=TROUBLES)
CaseId = Annotated[Identifier, Path(description="the case's own identifier", examples=[CASE_ID])]
FileId = Annotated[Identifier, Path(description="file id of the manifest", examples=["f-01"])]


@router.get("/cases", summary="All received cases, newest first")
def cases(request: Request, reviewer: Reviewer) -> wire.ReviewCases:
    return wire.ReviewCases(cases=list_cases(bank_of(request), reviewer))


@router.get("/cases/{case_id}", summary="The manifest of a case's newest received revision")
def case(request: Request, reviewer: Reviewer, case_id: CaseId) -> Manifest:
    return read_manifest(bank_of(request), reviewer, case_id)


@router.get("/cases/{case_id}/face-checks", summary="The bank's own look at the faces of a case")
def face_checks(request: Request, reviewer: Reviewer, case_id: CaseId) -> wire.FaceChecks:
    """What the device said, what the bank saw, whether the bank drew the order, and what differs. Never sent to devices."""
    return read_face_checks(bank_of(request), reviewer, case_id)


@router.get("/cases/{case_id}/withdrawals", summary="The consents that the customer took back after sealing")
def withdrawn(request: Request, reviewer: Reviewer, case_id: CaseId) -> wire.ReviewWithdrawals:
    return withdrawals.of_case(bank_of(request), reviewer, case_id)


@router.get("/cases/{case_id}/files/{file_id}", summary="One file, decrypted on the way out",
            response_class=StreamingResponse)
def file(request: Request, reviewer: Reviewer, case_id: CaseId, file_id: FileId) -> StreamingResponse:
    return send_file(bank_of(request), reviewer, case_id, file_id)


@router.post("/cases/{case_id}/status", status_code=204, summary="Set the status that the manager sees")
def status(request: Request, reviewer: Reviewer, case_id: CaseId, body: Annotated[wire.StatusRequest, STATUS]) -> None:
    set_status(bank_of(request), reviewer, case_id, body)


@router.post("/cases/{case_id}/supplement", status_code=201, summary="Ask for papers; the case goes back as returned")
def supplement(request: Request, reviewer: Reviewer, case_id: CaseId,
               body: Annotated[wire.SupplementAsked, SUPPLEMENT]) -> SupplementRequested:
    return ask_supplement(bank_of(request), reviewer, case_id, body)


def list_cases(bank: Bank, reviewer: SignedIn) -> tuple[wire.ReviewCase, ...]:
    with bank.database.write() as session:
        audit(session, reviewer.staff_id, "", "review.listed")
        newest: dict[str, Revision] = {}
        for row in session.scalars(select(Revision).where(Revision.receipt_json.is_not(None))
                                   .order_by(Revision.revision)):
            newest[row.case_id] = row
        states = {case.case_id: case.status for case in session.scalars(select(CaseRow))}
        checked = {(row.case_id, row.revision): row.verdict for row in session.execute(
            select(IdentityCheck.case_id, IdentityCheck.revision, IdentityCheck.verdict))}
    listed = [_line(row, states[row.case_id] or "", checked.get((row.case_id, row.revision)))
              for row in newest.values()]
    return tuple(sorted(listed, key=lambda case: case.received_at, reverse=True))


def read_manifest(bank: Bank, reviewer: SignedIn, case_id: str) -> Manifest:
    with bank.database.write() as session:
        row = _newest(session, case_id)
        audit(session, reviewer.staff_id, "", "review.case", case_id, str(row.revision))
        return Manifest.model_validate_json(row.manifest_json)


def read_face_checks(bank: Bank, reviewer: SignedIn, case_id: str) -> wire.FaceChecks:
    with bank.database.write() as session:
        _newest(session, case_id)
        received = session.scalars(select(Revision.revision).where(
            Revision.case_id == case_id, Revision.receipt_json.is_not(None))).all()
        rows = session.scalars(select(IdentityCheck).where(IdentityCheck.case_id == case_id)
                               .order_by(IdentityCheck.revision.desc())).all()
        audit(session, reviewer.staff_id, "", "review.face_checks", case_id)
    return wire.FaceChecks(
        checks=tuple(wire.FaceCheck.model_validate_json(row.report_json) for row in rows),
        open=tuple(sorted(set(received) - {row.revision for row in rows}, reverse=True)))


def send_file(bank: Bank, reviewer: SignedIn, case_id: str, file_id: str) -> StreamingResponse:
    """The plain bytes, streamed, to be saved under a name that opens with the right program and never shown by the browser
    itself. The audit row is there before the first byte leaves."""
    return _streamed(bank, case_id, _audited(bank, reviewer, case_id, file_id))


def _audited(bank: Bank, reviewer: SignedIn, case_id: str, file_id: str) -> FileRef:
    with bank.database.write() as session:
        row = _newest(session, case_id)
        audit(session, reviewer.staff_id, "", "review.file", case_id, file_id)
        return file_of(Manifest.model_validate_json(row.manifest_json), file_id)


def _streamed(bank: Bank, case_id: str, ref: FileRef) -> StreamingResponse:
    name = ref.id + ENDINGS.get(ref.media_type, "")
    return StreamingResponse(bank.plain(case_id, ref), headers={
        "Content-Type": ref.media_type if ref.media_type in ENDINGS else "application/octet-stream",
        "Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(ref.size),
        "Cache-Control": "no-store", "Accept-Ranges": "bytes" if ref.media_type in SEEKABLE else "none"})


def send_part(bank: Bank, reviewer: SignedIn, case_id: str, file_id: str, asked: str) -> Response:
    """A stretch of a recording, as players ask for it to seek; the file is whole and right before a byte of it leaves.

    ``asked`` is the header ``Range``; what is no single range of bytes, or of another kind of file, is sent as a whole.
    """
    ref, found = _audited(bank, reviewer, case_id, file_id), _RANGE.fullmatch(asked)
    if found is None or ref.media_type not in SEEKABLE or ref.size > SEEKABLE_MAX:
        return _streamed(bank, case_id, ref)
    first, last = int(found[1]), min(int(found[2] or ref.size - 1), ref.size - 1)
    headers = {"Content-Type": ref.media_type, "Cache-Control": "no-store", "Accept-Ranges": "bytes"}
    if first > last:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{ref.size}"})
    data = bank.whole(case_id, ref)
    return Response(data[first:last + 1], 206, headers | {"Content-Range": f"bytes {first}-{last}/{ref.size}"})


def read_recordings(bank: Bank, reviewer: SignedIn, case_id: str) -> tuple[tuple[TimeLine, ...], tuple[Doubt, ...]]:
    """The recordings, and what is doubtful about time and place, as the case's own journal tells. Raises
    RECORDING_UNREADABLE."""
    with bank.database.write() as session:
        row = _newest(session, case_id)
        manifest = Manifest.model_validate_json(row.manifest_json)
        policy = session.scalars(select(Policy).where(Policy.sha256 == manifest.policy_sha256)).one()
        audit(session, reviewer.staff_id, "", "review.recording", case_id, str(row.revision))
    try:
        book = journal.of(manifest, lambda ref: bank.whole(case_id, ref))
        return time_lines(book.case, parse_policy(policy.text)), doubts(book.events)
    except (OSError, JournalBad, LookupError, StopIteration) as error:
        raise RECORDING_UNREADABLE() from error


def set_status(bank: Bank, reviewer: SignedIn, case_id: str, asked: wire.StatusRequest) -> None:
    with bank.database.write() as session:
        _newest(session, case_id)
        _publish_status(session, reviewer, case_id, asked.status, asked.note, now())


def ask_supplement(bank: Bank, reviewer: SignedIn, case_id: str, asked: wire.SupplementAsked) -> SupplementRequested:
    fact = SupplementRequested(
        request_id="sup-" + secrets.token_hex(8), papers=asked.papers, note=asked.note, due=asked.due)
    with bank.database.write() as session:
        _newest(session, case_id)
        _publish_status(session, reviewer, case_id, "returned", asked.note, now())
        publish(session, case_id, session.get_one(CaseRow, case_id).staff_id, fact.model_dump_json())
        audit(session, reviewer.staff_id, "", "review.supplement", case_id, fact.request_id)
    return fact


def _publish_status(session: Session, reviewer: SignedIn, case_id: str, status: str, note: str, at: datetime) -> None:
    case = session.get_one(CaseRow, case_id)
    case.status = status
    fact = BankStatusChanged(status=status, note=note, at=at)
    publish(session, case_id, case.staff_id, fact.model_dump_json())
    audit(session, reviewer.staff_id, "", "review.status", case_id, status)


def _newest(session: Session, case_id: str) -> Revision:
    row = session.scalars(
        select(Revision).where(Revision.case_id == case_id, Revision.receipt_json.is_not(None))
        .order_by(Revision.revision.desc()).limit(1)).first()
    if row is None:
        raise NOT_FOUND()
    return row


def _line(row: Revision, status: str, face_check: wire.CheckVerdict | None) -> wire.ReviewCase:
    manifest = Manifest.model_validate_json(row.manifest_json)
    return wire.ReviewCase(
        case_id=row.case_id, case_number=manifest.case_number, staff_id=manifest.staff_id,
        dealer_id=manifest.dealer_id, product=manifest.product, revision=row.revision, status=status,
        received_at=Receipt.model_validate_json(row.receipt_json).received_at, face_check=face_check)
