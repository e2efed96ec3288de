"""Looks at the faces of received cases behind the receipts' back: one at a time, each once, whatever happens.

What is to be done is what the database says: receipted revisions without a row in ``identity_check``. So nothing is lost
with the process, and a receipt never waits. Of several instances one at a time looks.
"""

import logging
import threading

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from app.domain import wire
from app.domain.condition import Condition
from app.domain.evidence import FileRef, Manifest
from app.domain.policy_text import parse_policy
from app.domain.recheck import Answer, Pictures
from gateway import cameras, face_check, journal
from gateway.bank import Bank
from gateway.checker import Checker, CheckerTrouble
from gateway.database import audit, now
from gateway.face_check import Chosen
from gateway.journal import Journal, JournalBad
from gateway.metrics import FACES
from gateway.tables import Challenge, IdentityCheck, Policy, Revision, stamp

log = logging.getLogger(__name__)

IDLE_S = 300.0
DATABASE_PAUSE_S = 30.0
Key = tuple[str, int]


class FaceChecks:
    """``start`` it with the gateway, ``poke`` it after a receipt, ``close`` it before the database."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._checker = Checker(bank.face_checker, bank.face_check_s)
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="face-checks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def poke(self) -> None:
        self._wake.set()

    def close(self) -> None:
        """What is being looked at stays open and is done after the next start."""
        self._stopping.set()
        self._wake.set()
        self._checker.close()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        again = None
        while not self._stopping.is_set():
            try:
                self._wake.clear()
                again = self._missed() if again is None else again
                if self._next() or again:
                    with self._bank.files.turns.waiting("faces", self._stopping) as ours:
                        key = ours and (self._next() or (again.pop() if again else None))
                        if key:
                            self._check(*key)
                elif not self._wake.wait(IDLE_S):
                    self._checker.rest()
                    self._wake.wait()
            except SQLAlchemyError as error:
                log.error("face checks wait for the database: %s", type(error).__name__)
                self._stopping.wait(DATABASE_PAUSE_S)
        self._checker.close()

    def _next(self) -> Key | None:
        done = exists().where(IdentityCheck.case_id == Revision.case_id, IdentityCheck.revision == Revision.revision)
        with self._bank.database.read() as session:
            row = session.execute(
                select(Revision.case_id, Revision.revision).where(Revision.receipt_json.is_not(None), ~done)
                .order_by(Revision.opened_at).limit(1)).first()
        return (row.case_id, row.revision) if row else None

    def _missed(self) -> list[Key]:
        """Those that an earlier start could not have looked at for want of a checker: done again where there is one."""
        if not self._bank.face_checker:
            return []
        with self._bank.database.read() as session:
            rows = session.execute(
                select(IdentityCheck.case_id, IdentityCheck.revision).where(
                    IdentityCheck.verdict == "unavailable", IdentityCheck.reasons.contains("checker_"))
                .order_by(IdentityCheck.at.desc())).all()
        return [(row.case_id, row.revision) for row in rows]

    def _check(self, case_id: str, number: int) -> None:
        with self._bank.database.read() as session:
            manifest = Manifest.model_validate_json(session.get_one(Revision, (case_id, number)).manifest_json)
        try:
            report = self._look(manifest)
        except SQLAlchemyError:
            raise
        except Exception as fault:
            log.exception("face check failed: %s", type(fault).__name__)
            report = face_check.report(manifest, None, Chosen(None, ()), None, ["fault"], now())
        if report is not None:
            self._keep(report)

    def _look(self, manifest: Manifest) -> wire.FaceCheck | None:
        """None where the gateway ends over it."""
        book, noticed = self._journal(manifest)
        chosen = face_check.choose(manifest, book)
        if face_check.two_person(book):
            noticed.append("two_person")
            if book.case.second_person is None:
                noticed.append("second_person_missing")
            return face_check.report(manifest, book, chosen, None, noticed, now())
        if book is not None and book.case.liveness is None:
            noticed.append("no_attempt")
        elif book is not None:
            noticed += self._about_nonces(manifest, book)
            noticed += self._against_rules(manifest, book)
        answer = None
        if chosen.judgeable:
            answer, trouble = self._asked(manifest, chosen)
            if answer is None and self._stopping.is_set():
                return None
            noticed += trouble
        elif not chosen.present:
            noticed.append("no_pictures")
        return face_check.report(manifest, book, chosen, answer, noticed, now())

    def _journal(self, manifest: Manifest) -> tuple[Journal | None, list[str]]:
        try:
            return journal.of(manifest, lambda file: self._plain(manifest, file)), []
        except OSError as error:
            log.error("journal of a case cannot be read: %s", error)
            return None, ["journal_unread"]
        except JournalBad as error:
            return None, [f"journal_{error.code}"]

    def _about_nonces(self, manifest: Manifest, book: Journal) -> tuple[str, ...]:
        nonce = book.case.liveness.result.nonce
        with self._bank.database.read() as session:
            named = session.get(Challenge, nonce) if len(nonce) <= 64 else None
            issued = session.scalars(select(Challenge).where(Challenge.case_id == manifest.case_id)).all()
        return (*face_check.nonce_reasons(manifest, book, named), *face_check.unused(manifest, book, issued))

    def _against_rules(self, manifest: Manifest, book: Journal) -> tuple[str, ...]:
        with self._bank.database.read() as session:
            policy = session.scalars(select(Policy).where(Policy.sha256 == manifest.policy_sha256)).one()
            enrolled = tuple(camera.hardware_id for camera in cameras.of_device(session, manifest.device_id))
        try:
            thresholds = parse_policy(policy.text).thresholds
        except Condition as condition:  # one of long ago, that this version reads no more
            log.warning("a case's policy pack cannot be read: %s", condition.code)
            return ()
        return face_check.rule_reasons(book.case, thresholds, enrolled)

    def _asked(self, manifest: Manifest, chosen: Chosen) -> tuple[Answer | None, list[str]]:
        try:
            pictures = Pictures(portrait=self._plain(manifest, chosen.portrait),
                                live=tuple(self._plain(manifest, file) for file in chosen.live))
        except OSError as error:
            log.error("a picture of a case cannot be read: %s", error)
            return None, ["pictures_unread"]
        try:
            return self._checker.judge(pictures), []
        except CheckerTrouble as trouble:
            return None, [f"checker_{trouble.code}"]

    def _plain(self, manifest: Manifest, file: FileRef) -> bytes:
        return self._bank.whole(manifest.case_id, file)

    def _keep(self, report: wire.FaceCheck) -> None:
        """One row a revision; where another process was quicker its row stays, and so it does not matter who looked."""
        bank = report.bank
        row = IdentityCheck(
            case_id=report.case_id, revision=report.revision, at=stamp(report.at), verdict=report.verdict,
            engine=bank.engine if bank else None, pack_sha256=bank.pack_sha256 if bank else None,
            zone=bank.zone if bank else None, distance=bank.distance if bank else None,
            passive=bank.passive if bank else None, reasons=" ".join(reason.code for reason in report.reasons),
            report_json=report.model_dump_json())
        try:
            with self._bank.database.write() as session:
                session.merge(row)
                FACES.labels(report.verdict).inc()
                audit(session, "gateway", "", "face.checked", report.case_id, f"{report.revision} {report.verdict}")
        except IntegrityError:
            log.info("another gateway has kept the same check")
