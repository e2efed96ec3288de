"""A desk at the window's port, in memory: real pack, facts, fold and painting; only devices and disk are left out."""

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from argon2 import PasswordHasher
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from app.capture.frames import Frame
from app.capture.media import media_type
from app.capture.paper_file import open_file
from app.desk import card_sides, form_fields, mending, papers
from app.desk.device import DeviceDesk
from app.desk.documents import ORDER, SHOWN_OTHER
from app.desk.identity_acts import REASON_NEEDED
from app.desk.liveness_room import ATTEMPTS_USED, WITHOUT_REASON
from app.desk.screen_keeper import ScreenKeeper
from app.desk.staff import SAME_PERSON, WRONG_PASSWORD
from app.desk.view import paint, summary
from app.desk.views import (
    CameraState,
    CaseView,
    HomeView,
    QueueView,
    RecordingState,
    Session,
    SyncView,
    ToDo,
)
from app.domain import chain, clauses, facts, flow, loan, place
from app.domain.case import Case
from app.domain.challenge import LivenessPlan, draw_actions
from app.domain.cost import CostSheet, cost_sheet
from app.domain.dates import add_months
from app.domain.evidence import GENESIS, FileRef, digest
from app.domain.face import ActionResult, FrameSource
from app.domain.fold import fold
from app.domain.identity.id_card import check_id_card
from app.domain.identity.id_chip import differences
from app.domain.ink import Ink, check_ink
from app.domain.page_frame import check_corners
from app.domain.place import Fix, FixSource, Position
from app.domain.policy import SIGNERS, Dealer, Form, PolicyPack
from app.domain.policy_text import consent_sha256, parse_dealers
from app.domain.preferences import Preferences
from app.domain.script import spoken
from app.domain.summary import GROUPS, STAGES, Group
from app.store.put_back import PutBack
from tests import case_facts
from tests.memory_settings import MemorySettings

CAMERA = "usb:046d:082d:serial:2F3A91BF"
DEALERS_FILE = case_facts.ROOT / "resources" / "policy" / "dealers.toml"
NOW = datetime(2026, 11, 23, 10, 12, 7, tzinfo=UTC)
ROLLING = RecordingState(active=True, rolling=True, elapsed_ms=372_000, level=0.4, audio=True)
READ_CARD = {"name": "林晓星", "sex": "female", "nation": "汉", "birth": "1988-06-05",
             "address": "江苏省示例市样本路 1 号", "number": "320102198806051229", "authority": "示例市公安局",
             "valid_from": "2019-06-11", "valid_to": "2039-06-11"}


def packs() -> tuple[PolicyPack, tuple[Dealer, ...]]:
    return case_facts.policy(), parse_dealers(DEALERS_FILE.read_text(encoding="utf-8"))


def jpeg(words: str, width: int = 640, height: int = 404, colour: str = "#C8D6E8") -> bytes:
    """A flat picture with words on it."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    painter = QPainter(image)
    painter.setPen(QColor("#33445A"))
    painter.setFont(QFont("Noto Sans CJK SC", 24))
    painter.drawText(image.rect(), Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", 85)
    return bytes(data.data())


def pdf(title: str, pages: int = 2) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(20, 20, 20, 20), QPageLayout.Unit.Millimeter)
    painter = QPainter(writer)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.setFont(QFont("Noto Sans CJK SC", 16))
        painter.drawText(0, 400, f"{title} {page + 1}")
        painter.setFont(QFont("Noto Sans CJK SC", 11))
        for line in range(24):
            painter.drawText(0, 1000 + line * 420, "本人因申请汽车消费分期业务，授权贵行在审批期间查询信用报告。")
    painter.end()
    buffer.close()
    return bytes(data.data())


class Journal:
    """Chained events in memory, one case each."""

    def __init__(self) -> None:
        self.events: dict[str, list[facts.Event]] = {}
        self.files: dict[str, bytes] = {}

    def append(self, case_id: str, *new: facts.Fact) -> None:
        events = self.events.setdefault(case_id, [])
        for fact in new:
            seq = len(events) + 1
            at = NOW - timedelta(minutes=20) + timedelta(seconds=14 * seq)
            events.append(chain.link(case_id, seq, at, 14_000 * seq, "boot-1", "10482", fact,
                                     events[-1].hash if events else GENESIS))

    def file(self, kind: str, data: bytes, media_type: str = "image/jpeg") -> FileRef:
        known = {"size": len(data), "media_type": media_type, "sha256": digest(data)}
        ref = case_facts.file(kind, f"{len(self.files)}").model_copy(update=known)
        self.files[ref.id] = data
        return ref


@dataclass
class FakeSigning:
    """The acts of the desk on the in-memory journal. ``before`` is called first in every act: wait, or raise."""

    pack: PolicyPack
    dealers: tuple[Dealer, ...]
    booth: "FakeBooth"
    journal: Journal = field(default_factory=Journal)
    sync: SyncView = field(default_factory=SyncView)
    before: object = lambda act: None
    acts: list[tuple] = field(default_factory=list)
    clauses: tuple[str, ...] = ()
    reader: str = ""
    my_face_known: bool = False
    outcome: tuple[str, str] = ("live", "pass")
    done: facts.LivenessFinished | None = None
    chip: dict[str, str] = field(default_factory=lambda: dict(READ_CARD))
    shown_side: str = ""
    open_attempt: tuple[str, str] = ("", "")
    found_corners: tuple = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))

    def _record(self, case_id: str, act: str, *new: facts.Fact) -> CaseView:
        self.before(act)
        self.acts.append((act, *new))
        self.journal.append(case_id, *new)
        return self.view(case_id)

    def case(self, case_id: str) -> Case:
        return fold(self.journal.events[case_id])

    def view(self, case_id: str) -> CaseView:
        self.before("view")
        case = self.case(case_id)
        dealer = next((d for d in self.dealers if case.terms and d.id == case.terms.terms.dealer_id), None)
        return paint(case, tuple(self.journal.events[case_id]), self.pack, dealer, self.sync)

    def open_case(self, for_practice: bool = False) -> CaseView:
        case_id = f"case-{len(self.journal.events) + 1}"
        number = f"MQ-20261123-{len(self.journal.events) + 1:04d}"
        opened = case_facts.opened().model_copy(update={
            "case_number": number, "policy_sha256": self.pack.sha256, "practice": for_practice})
        return self._record(case_id, "open_case", opened)

    def discard_practice(self, case_id: str) -> None:
        self.journal.events.pop(case_id)

    def file_bytes(self, case_id: str, ref: FileRef) -> bytes:
        return self.journal.files.get(ref.id) or jpeg(ref.kind)

    def check_terms(self, case_id: str, terms) -> tuple[facts.Finding, ...]:
        self.before("check_terms")
        return loan.check_terms(terms, self.pack.product(terms.product), self.pack.thresholds)

    def set_terms(self, case_id: str, terms) -> CaseView:
        dealer = next(d for d in self.dealers if d.id == terms.dealer_id)
        return self._record(case_id, "set_terms", facts.TermsSet(
            terms=terms, dealer_name=dealer.name, findings=self.check_terms(case_id, terms)))

    def record_place(self, case_id: str, fix: Fix | None, reason: str = "") -> CaseView:
        terms = self.case(case_id).loan_terms
        dealer = next(d for d in self.dealers if d.id == terms.dealer_id)
        verdict = place.judge(fix, Position(latitude=dealer.latitude, longitude=dealer.longitude),
                              self.pack.thresholds.fence_radius_m)
        return self._record(case_id, "record_place", facts.PlaceRecorded(fix=fix, verdict=verdict, reason=reason))

    def vouch_for_place(self, case_id: str, staff_id: str, password: str, reason: str) -> CaseView:
        return self._record(case_id, "vouch_for_place", facts.PlaceVouched(staff_id=staff_id, staff_name="周宁", reason=reason))

    def answer_consent(self, case_id: str, purpose: str, given: bool, shown_s: float, read_to_end: bool) -> CaseView:
        consent = self.pack.consent(purpose)
        return self._record(case_id, "answer_consent", facts.ConsentAnswered(
            purpose=purpose, given=given, text_version=consent.version, text_sha256=consent_sha256(consent),
            shown_s=shown_s, read_to_end=read_to_end))

    def name_helper(self, case_id: str, helper: facts.ReadingHelped) -> CaseView:
        return self._record(case_id, "name_helper", helper)

    def withdraw_consent(self, case_id: str, purpose: str) -> CaseView:
        return self._record(case_id, "withdraw_consent", facts.ConsentWithdrawn(purpose=purpose))

    def capture_id_card(self, case_id: str, side: str, image: bytes, imported: bool = False) -> CaseView:
        if side == "either":
            side = card_sides.next_side(card_sides.taken(self.case(case_id).card_sides.values()), self.shown_side)
        names = ("authority", "valid_from", "valid_to") if side == "back" else (
            "name", "sex", "nation", "birth", "address", "number")
        readings = {n: facts.Reading(value=READ_CARD[n], confidence=0.82 if n == "address" else 0.98) for n in names}
        portrait = self.journal.file("portrait", jpeg("人像", 300, 360)) if side == "front" else None
        return self._record(case_id, "capture_id_card", facts.IdCardCaptured(
            side=side, original=self.journal.file("original", image), crop=self.journal.file("crop", image),
            portrait=portrait, readings=readings, quality=case_facts.GOOD, imported=imported))

    def draft_card(self, case_id: str) -> dict[str, str]:
        sides = self.case(case_id).card_sides.values()
        values = {k: r.value for side in sides for k, r in side.readings.items()}
        return {name: values.get(name, "") for name in facts.IdCard.model_fields}

    def check_card(self, case_id: str, card: facts.IdCard) -> tuple[facts.Finding, ...]:
        chip = self.case(case_id).id_chip
        return (*check_id_card(card, today=NOW.date(), thresholds=self.pack.thresholds, term_months=36),
                *(differences(chip.card, card) if chip else ()))

    def confirm_id_card(self, case_id: str, card: facts.IdCard) -> CaseView:
        return self._record(case_id, "confirm_id_card", facts.IdCardConfirmed(
            card=card, corrected={}, findings=self.check_card(case_id, card)))

    def choose_identity_path(self, case_id: str, path: str) -> CaseView:
        return self._record(case_id, "choose_identity_path", facts.IdentityPathChosen(path=path))

    @property
    def id_reader(self) -> str:
        return self.reader

    def read_id_chip(self, case_id: str) -> CaseView:
        card = facts.IdCard.model_validate(self.chip)
        photo = self.journal.file("id_chip_photo", jpeg("芯片照片", 102, 126))
        match = case_facts.liveness().match.model_copy(update={"frames_used": 1})
        return self._record(case_id, "read_id_chip", facts.IdChipRead(
            card=card, photo=photo, reader=self.reader, match=match, findings=self.check_card(case_id, card)))

    def begin_liveness(self, case_id: str, without: tuple[str, ...] = (), reason: str = "",
                       skip_light: str = "") -> LivenessPlan:
        case, most = self.case(case_id), self.pack.thresholds.liveness_attempts
        if case.liveness_attempts >= most:
            raise ATTEMPTS_USED(most=most)
        if without and not reason.strip():
            raise WITHOUT_REASON()
        nonce = f"n{len(case.liveness_begun)}"
        asked = ("blink", "turn_left", "open_mouth") if not without else draw_actions(nonce, tuple(without))
        self._record(case_id, "begin_liveness", facts.LivenessBegun(
            nonce=nonce, nonce_from="device", actions=asked, without=without, without_reason=reason,
            light_skipped=skip_light))
        self.open_attempt = (case_id, nonce)
        return LivenessPlan(nonce=nonce, actions=asked, without=without, light_skipped=skip_light,
                            attempt=case.liveness_attempts + 1, attempts_max=most)

    def abandon_liveness(self, case_id: str, reason: str) -> CaseView:
        begun_for, nonce = self.open_attempt
        if begun_for != case_id:
            return self.view(case_id)
        self.open_attempt = ("", "")
        return self._record(case_id, "abandon_liveness", facts.LivenessAbandoned(nonce=nonce, reason=reason))

    def finish_liveness(self, case_id: str) -> CaseView:
        """Passes; ``outcome`` is the verdict and the match's zone to give instead, ``done`` the whole result."""
        done, (_, nonce) = self.done or case_facts.liveness(*self.outcome), self.open_attempt
        begun = next((b for b in self.case(case_id).liveness_begun if b.nonce == nonce), None)
        actions = tuple(ActionResult(action=a, passed=True, at_s=1.1 + n, measure=0.5)
                        for n, a in enumerate(begun.actions if begun else ("blink", "turn_left", "open_mouth")))
        number = max(1, self.case(case_id).liveness_attempts)
        result = done.result.model_copy(update={
            "actions": done.result.actions or actions, "nonce": nonce or done.result.nonce, "attempt": number,
            "without": begun.without if begun else ()})
        view = self._record(case_id, "finish_liveness", done.model_copy(update={"result": result}))
        self.open_attempt = ("", "")
        return view

    def review_identity(self, case_id: str, staff_id: str, password: str, decision: str, reason: str) -> CaseView:
        if staff_id in ("10482", ""):
            raise SAME_PERSON()
        if not reason.strip():
            raise REASON_NEEDED()
        return self._record(case_id, "review_identity", facts.IdentityReviewed(
            nonce=self.case(case_id).liveness.result.nonce, staff_id=staff_id, staff_name="周宁", decision=decision,
            reason=reason))

    def remember_my_face(self, image: bytes) -> None:
        self.before("remember_my_face")
        self.my_face_known = True

    def forget_my_face(self) -> None:
        self.before("forget_my_face")
        self.my_face_known = False

    def verify_by_second_person(self, case_id: str, staff_id: str, password: str, statement: str,
                                photo: bytes | None = None) -> CaseView:
        return self._record(case_id, "verify_by_second_person", facts.SecondPersonVerified(
            staff_id=staff_id, staff_name="周宁", statement=statement))

    def set_circumstances(self, case_id: str, circumstances: facts.Circumstances) -> CaseView:
        return self._record(case_id, "set_circumstances", facts.CircumstancesSet(circumstances=circumstances))

    def capture_paper(self, case_id: str, paper: str, image: bytes, imported: bool = False) -> CaseView:
        page = f"{paper}-{len(self.journal.files)}"
        side, replaces = card_sides.settle(self.pack.paper(paper), self.case(case_id).pages(paper), self.shown_side)
        return self._record(case_id, "capture_paper", facts.PaperCaptured(
            paper=paper, page_id=page, original=self.journal.file(paper, image), crop=None, readings={},
            quality=case_facts.GOOD, imported=imported, side=side, replaces=replaces))

    def import_paper(self, case_id: str, paper: str, data: bytes) -> CaseView:
        pages = open_file(data)
        source = self.journal.file(f"{paper}_file", data, media_type(data)) if pages[0].drawn else None
        return self._record(case_id, "import_paper", *(facts.PaperCaptured(
            paper=paper, page_id=f"{paper}-{len(self.journal.files)}-{page.number}",
            original=self.journal.file(paper, page.image), crop=None, readings={}, quality=case_facts.GOOD,
            findings=page.findings, imported=True, source=source) for page in pages))

    def retake_paper(self, case_id: str, paper: str, page_id: str, image: bytes) -> CaseView:
        return self._record(case_id, "retake_paper", facts.PaperCaptured(
            paper=paper, page_id=f"{paper}-{len(self.journal.files)}", original=self.journal.file(paper, image), crop=None,
            readings={}, quality=case_facts.GOOD, imported=False, replaces=page_id))

    def paper_frame(self, case_id: str, paper: str, page_id: str):
        return papers.page_of(self.case(case_id), paper, page_id).corners or self.found_corners

    def reframe_paper(self, case_id: str, paper: str, page_id: str, corners, turns: int) -> CaseView:
        check_corners(corners)
        return self._record(case_id, "reframe_paper", facts.PaperReframed(
            paper=paper, page_id=page_id, corners=corners, turns=turns, crop=self.journal.file("crop", jpeg("裁切")),
            readings={}, quality=case_facts.GOOD))

    def restore_paper(self, case_id: str, paper: str, page_id: str) -> CaseView:
        return self._record(case_id, "restore_paper", mending.restore(self.case(case_id), paper, page_id))

    def remove_paper(self, case_id: str, paper: str, page_id: str) -> CaseView:
        return self._record(case_id, "remove_paper", facts.PaperRemoved(paper=paper, page_id=page_id))

    def paper_fields(self, case_id: str, paper: str, page_id: str):
        return papers.fields(self.case(case_id), self.pack, paper, page_id)

    def correct_paper(self, case_id: str, paper: str, page_id: str, values: dict[str, str]) -> CaseView:
        return self._record(case_id, "correct_paper",
                            papers.correct(self.case(case_id), self.pack, paper, page_id, values))

    def start_interview(self, case_id: str) -> CaseView:
        self.booth.recording = ROLLING
        return self._record(case_id, "start_interview", facts.InterviewStarted(
            interview_id=f"i{len(self.journal.events[case_id])}", video=True, audio=True, source=case_facts.SOURCE))

    def script(self, case_id: str):
        return {q.code: spoken(q, self.cost_sheet(case_id)) for q in flow.questions(self.case(case_id), self.pack)}

    def pause_interview(self, case_id: str, reason: str, note: str = "") -> CaseView:
        self.booth.recording = replace(ROLLING, rolling=False, paused=reason)
        return self._record(case_id, "pause_interview", facts.RecordingPaused(
            interview_id=self._interview(case_id), at_ms=70_000, reason=reason, note=note))

    def resume_interview(self, case_id: str) -> CaseView:
        self.booth.recording = ROLLING
        return self._record(case_id, "resume_interview", facts.RecordingResumed(
            interview_id=self._interview(case_id), at_ms=80_000))

    def _interview(self, case_id: str) -> str:
        return self.case(case_id).interviews[-1].interview_id

    def mark_question(self, case_id: str, question: str, answer: str) -> CaseView:
        return self._record(case_id, "mark_question", facts.QuestionMarked(
            interview_id=self._interview(case_id), question=question, at_ms=64_000, answer=answer))

    def finish_interview(self, case_id: str) -> CaseView:
        self.booth.recording = RecordingState(active=False)
        interview = self._interview(case_id)
        return self._record(
            case_id, "finish_interview",
            facts.SegmentRecorded(interview_id=interview, file=self.journal.file("segment", b"s" * 90_000),
                                  start_ms=0, end_ms=case_facts.HOUR_MS, frames=90_000),
            facts.InterviewFinished(interview_id=interview, duration_ms=case_facts.HOUR_MS, face_share=0.97))

    def form_fields(self, case_id: str):
        return form_fields.fields(self.case(case_id), self.forms(case_id))

    def forms(self, case_id: str) -> tuple[Form, ...]:
        return flow.forms_in_order(self.case(case_id), self.pack)

    def check_form(self, case_id: str, values: dict[str, str]) -> tuple[facts.Finding, ...]:
        return form_fields.check(values, self.forms(case_id))

    def cost_sheet(self, case_id: str) -> CostSheet:
        terms = self.case(case_id).loan_terms
        return cost_sheet(terms, self.pack.product(terms.product), add_months(NOW.date(), 1), lender="江南示例银行")

    def confirm_form(self, case_id: str, values: dict[str, str]) -> CaseView:
        prepared = [facts.DocumentPrepared(
            form=form.code, file=self.journal.file(f"form_{form.code}", pdf(form.name.zh), "application/pdf"),
            cost_sheet_sha256=self.cost_sheet(case_id).sha256(), clauses=self.clauses) for form in self.forms(case_id)]
        return self._record(case_id, "confirm_form", facts.FormConfirmed(
            values={k: v for k, v in values.items() if v}, findings=self.check_form(case_id, values)), *prepared)

    def copy_for_customer(self, case_id: str, folder: Path, password: str, again: str) -> Path:
        self.before("copy_for_customer")
        self.acts.append(("copy_for_customer", password == again))
        return folder / "copy.pdf"

    def read_clause(self, case_id: str, form: str, signer: str, text: str, shown_s: float, read_to_end: bool) -> CaseView:
        return self._record(case_id, "read_clause", clauses.acknowledge(
            self.case(case_id), form, signer, text, shown_s, read_to_end, self.pack.thresholds.clause_seconds_min))

    def document_pdf(self, case_id: str, form: str) -> bytes:
        return self.journal.files[self.case(case_id).documents[form].latest.id]

    def sign(self, case_id: str, form: str, signer: str, ink: Ink, shown_sha256: str) -> CaseView:
        check_ink(ink)
        case = self.case(case_id)
        wanted, who = flow.signatures_left(case, self.pack)[0]
        if (wanted, who) != (form, signer):
            raise ORDER(form=wanted, form_en=wanted, signer=SIGNERS[who].zh, signer_en=SIGNERS[who].en)
        shown = case.documents[form].latest
        if shown_sha256 != shown.sha256:
            raise SHOWN_OTHER()
        return self._record(case_id, "sign", facts.DocumentSigned(
            form=form, signer=signer, strokes=self.journal.file("ink", ink.model_dump_json().encode()),
            file=self.journal.file(f"form_{form}", self.journal.files[shown.id], "application/pdf"),
            prepared_sha256=shown.sha256))

    def give_satisfaction(self, case_id: str, ratings, yes_no, duration_s: float) -> CaseView:
        return self._record(case_id, "give_satisfaction", facts.SatisfactionGiven(
            ratings=ratings, yes_no=yes_no, duration_s=duration_s))


@dataclass
class FakeWatch:
    """A watch for pages that tests let see and shoot."""

    reads: str
    on_seen: object
    on_shot: object
    stopped: bool = False
    by_hand: int = 0

    def stop(self) -> None:
        self.stopped = True

    def taken(self) -> None:
        self.by_hand += 1


class FakeSound:
    """A microphone that hears something, until it is stopped."""

    def __init__(self) -> None:
        self.level = 0.6

    def stop(self) -> None:
        self.level = 0.0


class FakeLine:
    """The way to the bank: only which proxy it goes through."""

    def __init__(self) -> None:
        self.proxy = ""

    def use_proxy(self, address: str) -> None:
        self.proxy = address


class FakeBooth:
    """A moving picture at 25 frames a second, a fix on demand, and a recorder's state that tests set."""

    def __init__(self) -> None:
        self.camera_state = CameraState(ok=True, fps=30.0, name="test", trouble=None)
        self.recording = RecordingState(active=False)
        self.image = np.full((480, 640, 3), 120, np.uint8)
        self.fix: Fix | Exception = Fix(position=Position(latitude=32.0605, longitude=118.7971), accuracy_m=6,
                                        source=FixSource.GPSD, taken_at=NOW)
        self.watchers: list = []
        self.pages: list = []
        self.progress = None
        self.trouble = None
        self.cancelled = 0
        self.before = lambda act: None
        self.camera, self.microphone, self.sound = "0", "auto", FakeSound()

    def warm(self) -> None:
        """Nothing to load."""

    start = stop = warm

    def cancel_liveness(self) -> None:
        self.cancelled += 1

    def subscribe(self, callback, wants=""):
        self.watchers.append(callback)
        self.push()
        return lambda: self.watchers.remove(callback)

    def frame_source(self) -> FrameSource:
        return FrameSource(kind="device", name="test", width=640, height=480, fps=30.0)

    def push(self) -> None:
        """One frame, on a thread of its own as a camera would."""
        watchers = tuple(self.watchers)
        thread = threading.Thread(target=lambda: [w(Frame(image=self.image, t_s=0.0)) for w in watchers])
        thread.start()
        thread.join()

    def snapshot(self) -> bytes:
        return jpeg("现场拍摄")

    def watch_pages(self, reads: str, on_seen, on_shot):
        self.pages.append(FakeWatch(reads, on_seen, on_shot))
        return self.pages[-1]

    def find_fix(self, timeout_s: float = 30.0, cancel=None) -> Fix:
        if isinstance(self.fix, Exception):
            raise self.fix
        return self.fix

    def cameras(self):
        return ((CAMERA, "HD Webcam"),)

    def microphones(self):
        return (("plughw:1,0", "USB Headset"),)

    def use_camera(self, spec: str) -> None:
        self.before("use_camera")
        self.camera = spec

    def use_microphone(self, spec: str) -> None:
        self.microphone = spec

    def try_microphone(self):
        self.before("try_microphone")
        return None if self.microphone == "none" else self.sound

    def start_liveness(self, plan, on_progress, on_trouble) -> None:
        self.progress, self.trouble = on_progress, on_trouble


class FakeWork:
    def __init__(self, signing: FakeSigning) -> None:
        self.signing = signing
        self.queue = QueueView(cases=3, bytes=86_400_000, share=0.38, online=False, last_contact=NOW, trouble=None,
                               next_attempt=NOW + timedelta(minutes=2))
        self.extra: list = []
        self.archived: set[str] = set()
        self.synced = 0
        self.todos: tuple[ToDo, ...] = ()
        self.put_back: PutBack | None = None

    def home(self, search: str = "", limit: int = 500, group: Group = "all") -> HomeView:
        self.signing.before("home")
        groups = self._groups(search)
        month = {"material": 0.96, "timeliness": 0.9, "diligence": 0.95, "satisfaction": 0.85, "dealer": 0.92}
        return HomeView(today=NOW.date(), rows=tuple(groups[group][:limit]), total=len(groups[group]), queue=self.queue,
                        groups={name: len(rows) for name, rows in groups.items()}, month_score=91.2,
                        month_criteria=month, todos=self.todos, put_back=self.put_back)

    def rows(self, search: str = "", limit: int = 500, group: Group = "all", offset: int = 0):
        return tuple(self._groups(search)[group][offset:offset + limit])

    def _groups(self, search: str) -> dict:
        rows = [summary(self.signing.view(c)) for c in self.signing.journal.events] + self.extra
        known = [r.model_copy(update={"archived": r.case_id in self.archived}) for r in rows if search in r.search]
        return {name: [r for r in known if r.archived == (name == "archived") and r.stage in STAGES.get(name, r.stage)]
                for name in GROUPS}

    def archive(self, case_id: str) -> None:
        self.archived.add(case_id)

    def restore(self, case_id: str) -> None:
        self.archived.remove(case_id)

    def put_back_read(self) -> None:
        self.put_back = None

    def sync_now(self) -> None:
        self.synced += 1

    def limit_upload(self, kbit: int | None) -> None:
        self.queue = replace(self.queue, limit_kbit=kbit)

    def upload_limit(self) -> int | None:
        return self.queue.limit_kbit

    def let_recordings_wait(self, wait: bool) -> None:
        self.queue = replace(self.queue, recordings_wait=wait)

    def line_changed(self, metered: bool | None) -> None:
        self.metered = metered

    def choose_sending(self, case_id: str, what: str):
        self.signing.sync = self.signing.sync.model_copy(update={"chosen": what})
        return self.signing.view(case_id)

    def rescue_copy(self, case_id: str, folder: Path) -> Path:
        self.rescued = folder / "rescue"
        return self.rescued


class FakeDoor:
    """Knows the manager's password."""

    def check(self, _staff_id: str, password: str) -> str:
        if password != "manager-password":
            raise WRONG_PASSWORD()
        return "陈立"


@dataclass
class FakeDesks:
    signing: FakeSigning
    work: FakeWork
    booth: FakeBooth
    session: Session
    policy: PolicyPack
    dealers: tuple[Dealer, ...]
    screen: ScreenKeeper
    lock: Any = None
    handed_over: bool = False
    line: FakeLine = field(default_factory=FakeLine)
    settings: MemorySettings = field(default_factory=MemorySettings)

    def __post_init__(self) -> None:
        self.device = DeviceDesk(self.settings, Preferences(), lambda: self, lambda file: save(file, b"zip"))

    def open(self) -> None:
        """Nothing is behind the first page here."""


class FakeLock:
    """A lock whose password is 'right'."""

    idle_s, bank_minutes = 300.0, 5.0

    def shorten(self, minutes: float) -> None:
        self.idle_s = 60 * minutes

    def unlock(self, password: str) -> None:
        if password != "right":
            raise WRONG_PASSWORD()


def make_desks() -> FakeDesks:
    pack, dealers = packs()
    booth = FakeBooth()
    signing = FakeSigning(pack, dealers, booth)
    session = Session(staff_id="10482", staff_name="陈立", device_id="device-1", bank=pack.bank,
                      gateway="https://bank.example")
    screen = ScreenKeeper(MemorySettings(), FakeDoor(), "10482", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    return FakeDesks(signing, FakeWork(signing), booth, session, pack, dealers, screen)


def save(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
