"""The liveness attempts of a case: drawn and recorded before they begin, ended once, judged against the card's portrait.

An attempt is in the journal before the customer sees it, so that giving up or killing the program does not undo it.
"""

import logging
from collections.abc import Callable
from typing import Protocol
from uuid import uuid4

from app.capture.session import LivenessOutcome
from app.desk.booth import NO_ATTEMPT, Booth
from app.desk.case_book import CaseBook
from app.desk.face_search import FaceSearch
from app.desk.views import CaseView
from app.domain import facts
from app.domain.case import ATTEMPTS_IN_ALL, FACE_CONSENT, Case, agreed
from app.domain.challenge import ACTIONS, Action, LivenessPlan, LivenessRules, NonceFrom, draw_actions
from app.domain.condition import Condition, Kind
from app.domain.evidence import FileRef
from app.domain.face import FaceMatch
from app.domain.finding import info
from app.domain.policy import PolicyPack, Thresholds
from app.domain.wire import ChallengeAnswer

log = logging.getLogger(__name__)

FACE_REFUSED = Kind(
    "identity.face_refused",
    zh="客户没有同意人脸识别，不能做活体检测。", zh_next="请改用双人人工核验，两种方式效力相同。",
    en="The customer has not agreed to face recognition.", en_next="Use the two-person path; it has equal standing.")
ATTEMPTS_USED = Kind(
    "liveness.attempts_used", zh="活体检测的 {most} 次机会已经用完。", zh_next="请改用双人人工核验，两种方式效力相同。",
    en="All {most} attempts at the liveness check are used.", en_next="Use the two-person path; it has equal standing.")
BROKEN_OFF = Kind(
    "liveness.broken_off", zh="这笔面签的活体检测已经开始 {most} 次，多次中断，不能再做。",
    zh_next="请改用双人人工核验，两种方式效力相同；并请检查摄像头。",
    en="The liveness check of this case was begun {most} times and broke off too often.",
    en_next="Use the two-person path, which has equal standing, and have the camera looked at.")
WITHOUT_REASON = Kind(
    "liveness.reason_needed", zh="更换动作需要写明原因。", zh_next="请填写原因，例如“戴眼镜，眨眼不易识别”。",
    en="Leaving an action out needs a reason.", en_next="Write the reason, e.g. “wears glasses, blinks are hard to see”.")
NOTHING_LEFT = Kind(
    "liveness.no_action_left", zh="没有剩下可做的动作。", zh_next="请至少保留一个动作，或改用双人人工核验。",
    en="No action is left to ask for.", en_next="Keep at least one action, or use the two-person path.")
PORTRAIT_UNUSABLE = Kind(
    "identity.portrait_unusable", zh="身份证上的人像取不到或看不清，无法比对。",
    zh_next="请重拍身份证人像面：放平、避开反光、充满画面；也可改用双人人工核验。",
    en="The card's portrait is missing or not clear enough to compare.",
    en_next="Capture the portrait side again, flat and without glare, or use the two-person path.")

STOPPED = "stopped"
UNUSABLE = ("face.", "picture.")  # conditions of a picture that cannot be compared
Cameras = Callable[[], tuple[str, ...]]


class Challenger(Protocol):
    """The bank, as far as an attempt needs it."""

    def challenge(self, case_id: str) -> ChallengeAnswer:
        """A fresh nonce, within a few seconds. Raises ``bank.*``."""


class LivenessRoom:
    """Holds the attempt under way. ``bank`` draws nonces while there is a line (None: never); ``cameras`` names the
    hardware ids that are enrolled with it."""

    def __init__(self, book: CaseBook, booth: Booth, bank: Challenger | None, cameras: Cameras,
                 search: FaceSearch) -> None:
        self._book, self._booth, self._bank, self._cameras, self._search = book, booth, bank, cameras, search
        self._attempt: tuple[str, str] | None = None

    def begin(self, case: Case, pack: PolicyPack, without: tuple[Action, ...], reason: str,
              skip_light: str) -> LivenessPlan:
        """Draw an attempt and record it. Raises ``identity.face_refused``, ``identity.portrait_unusable``,
        ``liveness.attempts_used``, ``liveness.broken_off``, ``liveness.reason_needed`` and ``liveness.no_action_left``."""
        require_face_consent(case)
        reason = reason.strip()
        left = self._left(case, pack.thresholds.liveness_attempts)
        if without and not reason:
            raise WITHOUT_REASON()
        self._check_portrait(case)
        measurable = self._booth.measurable_actions()
        left_out = tuple(a for a in ACTIONS if a in without or a not in measurable)
        if len(left_out) == len(ACTIONS):
            raise NOTHING_LEFT()
        nonce, nonce_from = self._nonce(case)
        plan = LivenessPlan(
            nonce=nonce, nonce_from=nonce_from, actions=draw_actions(nonce, left_out), without=left_out,
            light_skipped=skip_light.strip(), attempt=case.liveness_attempts + 1,
            attempts_max=case.liveness_attempts + left, rules=self._rules(pack.thresholds))
        self._attempt = None
        self._book.record(case.case_id, facts.LivenessBegun(
            nonce=nonce, nonce_from=nonce_from, actions=plan.actions, without=left_out,
            without_reason=reason if without else "", light_skipped=plan.light_skipped))
        self._attempt = (case.case_id, nonce)
        return plan

    def abandon(self, case: Case, reason: str) -> CaseView:
        """End the attempt without a verdict; nothing happens where none is open."""
        begun_for, nonce = self._attempt or ("", "")
        if begun_for != case.case_id:
            return self._book.view(case.case_id)
        view = self._book.record(case.case_id, facts.LivenessAbandoned(nonce=nonce, reason=reason.strip() or STOPPED))
        self._over()
        return view

    def finish(self, case: Case, pack: PolicyPack) -> CaseView:
        """Judge the attempt, compare with the card's portrait and the chip's photo, keep the best frames. What keeps an
        attempt from being judged at all (worker lost, portrait unusable) ends it and does not count."""
        begun_for, nonce = self._attempt or ("", "")
        if begun_for != case.case_id:
            raise NO_ATTEMPT()
        require_face_consent(case)
        try:
            outcome, chip_match = self._judged(case, nonce)
            held = outcome.result.verdict != "reject" and outcome.match is not None and outcome.match.zone != "fail"
            search = self._search.run(case, pack, outcome.best_frames_jpeg) if held else self._search.none(case)
        except Condition as trouble:
            if trouble.kind != NO_ATTEMPT:
                self.abandon(case, trouble.code)
            raise
        frames = tuple(self._book.keep(case.case_id, "live_face", "image/jpeg", jpeg) for jpeg in outcome.best_frames_jpeg)
        view = self._book.record(case.case_id, facts.LivenessFinished(
            result=outcome.result, match=outcome.match, best_frames=frames, chip_match=chip_match,
            findings=(*_chip_unusable(case, chip_match), *search.findings)), also=search.also)
        self._over()
        return view

    def _over(self) -> None:
        """The attempt ended, and the journal has it: nothing of the face stays in memory."""
        self._attempt = None
        self._booth.forget_attempt()

    def _judged(self, case: Case, nonce: str) -> tuple[LivenessOutcome, FaceMatch | None]:
        outcome = self._booth.finish_liveness(self._picture(case, case.card_sides["front"].portrait))
        if outcome.result.nonce != nonce:
            raise NO_ATTEMPT()
        return outcome, self._match_chip(case)

    def _match_chip(self, case: Case) -> FaceMatch | None:
        """The attempt against the chip's photo; None without one, or where it cannot be compared."""
        if case.id_chip is None:
            return None
        try:
            return self._booth.match_attempt(self._picture(case, case.id_chip.photo))
        except Condition as trouble:
            if not trouble.code.startswith(UNUSABLE):
                raise
            return None

    def _picture(self, case: Case, ref: FileRef | None) -> bytes | None:
        return self._book.vault.get(case.case_id, ref) if ref else None

    def _left(self, case: Case, granted: int) -> int:
        if case.liveness_attempts >= granted:
            raise ATTEMPTS_USED(most=granted)
        left = case.liveness_left(granted)
        if not left:
            raise BROKEN_OFF(most=ATTEMPTS_IN_ALL)
        return left

    def _check_portrait(self, case: Case) -> None:
        """Before the customer tries in vain: what the face is to be compared with can be compared."""
        portrait = self._picture(case, case.card_sides["front"].portrait)
        if portrait is None:
            raise PORTRAIT_UNUSABLE()
        try:
            self._booth.check_portrait(portrait)
        except Condition as trouble:
            if trouble.code.startswith(UNUSABLE):
                raise PORTRAIT_UNUSABLE() from trouble
            raise

    def _nonce(self, case: Case) -> tuple[str, NonceFrom]:
        """The bank's, else this device's own. One that this case has seen before is not used again. Of a practice case the bank
        learns nothing."""
        if self._bank is not None and not case.opened.practice:
            try:
                nonce = self._bank.challenge(case.case_id).nonce
            except Condition as condition:
                log.info("no challenge from the bank: %s", condition.code)
            else:
                if all(nonce != begun.nonce for begun in case.liveness_begun):
                    return nonce, "bank"
                log.warning("the bank gave a nonce twice")
        return uuid4().hex, "device"

    def _rules(self, limits: Thresholds) -> LivenessRules:
        return LivenessRules(
            file_camera="allow" if limits.allow_file_camera else "reject", light=limits.light, model_packs=limits.model_packs,
            allow_without_attack_detection=limits.allow_without_attack_detection,
            cameras=self._cameras() if limits.cameras == "enrolled" else None)


def _chip_unusable(case: Case, compared: FaceMatch | None) -> tuple[facts.Finding, ...]:
    if case.id_chip is None or compared is not None:
        return ()
    return (info("id_chip.not_compared", "芯片照片无法与本人比对", "The chip's photo could not be compared with the person"),)


def require_face_consent(case: Case) -> None:
    if not agreed(case, FACE_CONSENT):
        raise FACE_REFUSED()
