"""A recording as a reviewer looks at it: what is kept, what is missing and why, and what happened when.

Used by the window and by the bank's review page, from the same journal.
"""

from typing import Literal

from app.domain.case import Case, Interview
from app.domain.evidence import FileRef
from app.domain.facts import RecordingGap
from app.domain.model import Model
from app.domain.policy import SIGNERS, PolicyPack, Words
from app.domain.script import unfilled

GAP_SHOWN_MS = 500  # a recorder takes a moment from its start to its first picture
GAPS = {"camera_lost": Words(zh="摄像头中断", en="The camera was lost"),
        "microphone.lost": Words(zh="麦克风断开", en="The microphone was lost"),
        "": Words(zh="没有录像", en="Not recorded")}
ANSWERS = {"yes": Words(zh="是", en="yes"), "no": Words(zh="否", en="no"), "asked": Words(zh="已问", en="asked")}


class Stretch(Model):
    """A segment that is kept. ``recovered``: the program ended before it could close it."""

    file: FileRef
    start_ms: int
    end_ms: int
    recovered: bool


class Hole(Model):
    """What is missing, with ``sound_only`` only its sound, and why."""

    start_ms: int
    end_ms: int
    words: Words
    sound_only: bool = False


class Note(Model):
    """A question answered or a document signed. ``alarm``: a reviewer should look at it first."""

    kind: Literal["question", "signature"]
    at_ms: int
    words: Words
    answer: Words | None = None
    alarm: bool = False
    kept: bool = True


class TimeLine(Model):
    """One recording from its first moment to its last, all times in ms on its clock."""

    interview_id: str
    duration_ms: int
    stretches: tuple[Stretch, ...]
    holes: tuple[Hole, ...]
    notes: tuple[Note, ...]
    face_share: float | None
    quiet_share: float | None
    dropped: int
    interrupted: bool

    def stretch_at(self, at_ms: int) -> Stretch | None:
        """What is kept of that moment, else the next that is."""
        return next((stretch for stretch in self.stretches if at_ms <= stretch.end_ms), None)


def time_lines(case: Case, pack: PolicyPack) -> tuple[TimeLine, ...]:
    """The recordings of a case that have ended, in order."""
    return tuple(_line(case, pack, interview) for interview in case.interviews if interview.ended is not None)


def _line(case: Case, pack: PolicyPack, interview: Interview) -> TimeLine:
    ended = interview.ended
    notes = (*_questions(pack, interview), *_signatures(case, pack, interview))
    segments = sorted(interview.segments, key=lambda segment: segment.start_ms)
    return TimeLine(
        interview_id=interview.interview_id, duration_ms=ended.duration_ms,
        stretches=tuple(Stretch(file=s.file, start_ms=s.start_ms, end_ms=s.end_ms, recovered=s.recovered) for s in segments),
        holes=tuple(_holes(pack, interview)), notes=tuple(sorted(notes, key=lambda note: note.at_ms)),
        face_share=ended.face_share, quiet_share=ended.quiet_share, dropped=ended.dropped, interrupted=ended.interrupted)


def _holes(pack: PolicyPack, interview: Interview):
    """Whatever lies between the segments, whether or not somebody gave a reason; and sound that was lost."""
    ended, at = interview.ended, 0
    for start, end in [*sorted((s.start_ms, s.end_ms) for s in interview.segments), (ended.duration_ms,) * 2]:
        if start - at >= GAP_SHOWN_MS:
            yield Hole(start_ms=at, end_ms=start, words=_why(pack, interview, at, start))
        at = max(at, end)
    for gap in ended.gaps:
        if gap.sound_only:
            yield Hole(start_ms=gap.start_ms, end_ms=gap.end_ms, words=_reason(pack, gap, ""), sound_only=True)


def _why(pack: PolicyPack, interview: Interview, start_ms: int, end_ms: int) -> Words:
    """The reason of the longest gap that was noted there."""
    noted = [gap for gap in interview.ended.gaps if not gap.sound_only and _shared(gap, start_ms, end_ms) > 0]
    if not noted:
        return GAPS[""]
    gap = max(noted, key=lambda gap: _shared(gap, start_ms, end_ms))
    note = next((p.note for p in interview.pauses if p.reason == gap.reason and gap.start_ms <= p.start_ms + GAP_SHOWN_MS
                 and p.start_ms <= gap.end_ms), "")
    return _reason(pack, gap, note)


def _shared(gap: RecordingGap, start_ms: int, end_ms: int) -> int:
    return min(gap.end_ms, end_ms) - max(gap.start_ms, start_ms)


def _reason(pack: PolicyPack, gap: RecordingGap, note: str) -> Words:
    known = {reason.code: reason.text for reason in pack.pause_reasons} | GAPS
    words = known.get(gap.reason, Words(zh=gap.reason, en=gap.reason))
    return Words(zh=f"{words.zh}：{note}", en=f"{words.en}: {note}") if note else words


def _questions(pack: PolicyPack, interview: Interview):
    known = {question.code: question for question in pack.questions}
    for mark in interview.marks:
        question = known.get(mark.question)
        yield Note(kind="question", at_ms=mark.at_ms, answer=ANSWERS[mark.answer],
                   words=unfilled(question) if question else Words(zh=mark.question, en=mark.question),
                   alarm=question is not None and mark.answer == question.alarm, kept=interview.covers(mark.at_ms))


def _signatures(case: Case, pack: PolicyPack, interview: Interview):
    for code, document in case.documents.items():
        for signature in document.signatures:
            at = interview.at_ms(case.signed_at[signature.file.id])
            if at is not None and 0 <= at <= interview.ended.duration_ms:
                name, who, kept = pack.form(code).name, SIGNERS[signature.signer], interview.covers(at)
                yield Note(kind="signature", at_ms=at, words=Words(zh=f"{who.zh}签《{name.zh}》", en=f"{name.en}, {who.en}"),
                           kept=kept, alarm=not kept)
