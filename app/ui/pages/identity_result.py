"""What an attempt came to: verdict and reasons, the faces side by side, and the review where a person must decide."""

from typing import Any

from PySide6.QtCore import QSize, Qt

from app.desk.views import CaseView
from app.domain.case import Case
from app.domain.evidence import FileRef
from app.domain.facts import LivenessFinished
from app.domain.flow import identity_findings
from app.ui import face_words
from app.ui.face_words import outcome
from app.ui.pages.identity_review import ReviewForm, decision_words
from app.ui.text import tr
from app.ui.widgets.basics import Card, column, label, restyle
from app.ui.widgets.face_pair import FacePair
from app.ui.widgets.findings import FindingList
from app.ui.widgets.scroll import Scroll

LARGEST = QSize(1600, 1600)
PORTRAIT, LIVE, CHIP = "liveness.face.portrait", "liveness.face.live", "liveness.face.chip"


class ResultPane(Scroll):
    """``page`` is the liveness page, which talks to the desk."""

    def __init__(self, page: Any) -> None:
        card = Card(gap=8, padding=14)
        super().__init__(column(card))
        self._page = page
        self._shown: dict[str, str] = {}
        self._headline = label("", "heading", wrap=True, name="liveness.verdict")
        self._why = label("", wrap=True, name="liveness.reasons")
        self._findings = FindingList("liveness.findings")
        self._decided = label("", wrap=True, name="liveness.decided")
        self.faces = FacePair((PORTRAIT, tr("身份证人像", "Portrait on the card")), (LIVE, tr("现场人脸", "Face at the camera")),
                              (CHIP, tr("芯片照片", "The chip's photo")))
        self.review = ReviewForm()
        for part in (self._headline, self._why, self._findings, self._decided, self.faces, self.review):
            card.body.addWidget(part)
        card.body.setStretch(4, 1)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_result(self, view: CaseView, left: int, used_up: bool) -> None:
        """``left`` attempts may follow; ``used_up`` where none may and none has passed."""
        case, done = view.case, view.case.liveness
        words, tone = _headline(case, done)
        self._headline.setText(words)
        restyle(self._headline, tone=tone)
        self._why.setText(_why(case, done, left, used_up))
        self._why.setVisible(bool(self._why.text()))
        findings = identity_findings(case)
        self._findings.show_findings(findings)
        self._findings.setVisible(bool(findings))
        review = case.identity_review
        self._decided.setText(decision_words(review) if review else "")
        self._decided.setVisible(review is not None)
        self.review.setVisible(outcome(case) == "review" and not self._page.locked)
        self._show_faces(case, done)

    def _show_faces(self, case: Case, done: LivenessFinished) -> None:
        front = case.card_sides.get("front")
        refs: dict[str, FileRef | None] = {
            PORTRAIT: (front.portrait or front.crop) if front else None,
            LIVE: done.best_frames[0] if done.best_frames else None,
            CHIP: case.id_chip.photo if case.id_chip else None}
        self.faces.show_picture(CHIP, refs[CHIP] is not None)
        for name, ref in refs.items():
            wanted = "purged" if case.purged else ref.id if ref else ""
            if self._shown.get(name) == wanted:
                continue
            self._shown[name] = wanted
            picture = self.faces.pictures[name]
            if case.purged:
                picture.say(tr("银行确认后已从本机清除", "Removed from this device after the bank's receipt"))
            elif ref is None:
                picture.say(tr("没有留下画面", "No picture was kept"))
            else:
                picture.say(tr("正在打开…", "Opening…"))
                self._page.load(ref, picture, LARGEST)


def _headline(case: Case, done: LivenessFinished) -> tuple[str, str]:
    came, review = outcome(case), case.identity_review
    if came == "review":
        return tr("！需要人工复核", "! A person must review this"), "warn"
    if came == "pass":
        return (tr("✓ 已复核：是同一人", "✓ Reviewed: the same person") if review else
                tr("✓ 已通过：动作已完成，与身份证像同一人", "✓ Passed: the actions are done, the face is like the card's")), "ok"
    if review is not None:
        return tr("✕ 已复核：不是同一人", "✕ Reviewed: not the same person"), "bad"
    if done.result.verdict == "reject":
        return tr("✕ 这次没有通过", "✕ Not passed this time"), "bad"
    if done.match is None:
        return tr("✕ 没有可比对的正面人脸", "✕ There was no frontal face to compare"), "bad"
    if done.match.zone == "fail":
        return tr("✕ 现场人脸与身份证人像不像同一人", "✕ The face is not like the card's portrait"), "bad"
    return tr("✕ 现场人脸与芯片照片不像同一人", "✕ The face is not like the chip's photo"), "bad"


def _why(case: Case, done: LivenessFinished, left: int, used_up: bool) -> str:
    parts, came = [], outcome(case)
    reasons = face_words.reasons(done.result)
    if reasons:
        noted = came == "pass" and case.identity_review is None
        parts.append((tr("注意：", "Note: ") if noted else tr("原因：", "Why: "))
                     + tr("；", "; ").join(reasons) + tr("。", "."))
    if came == "pass" and done.result.passive is None:
        parts.append(tr("没有做翻拍检测。", "Nothing looked for a picture in place of a face."))
    if came == "review":
        parts.append(tr("请另一位员工看过照片再定；不方便时，银行也会复核。",
                        "Let another employee look and decide; else the bank reviews it."))
    if came == "fail" and used_up:
        parts.append(tr("机会已经用完，请改为双人人工核验：效力相同，不影响办理。",
                        "All attempts are used. Let two persons check instead: it counts the same."))
    elif came == "fail" and left:
        parts.append(tr(f"还可以再做 {left} 次。", f"{left} more attempt(s) possible."))
    return tr("", " ").join(parts)
