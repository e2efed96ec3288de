"""How long each step took, from the journal's clocks. Breaks longer than half an hour do not count as work."""

from collections.abc import Iterable

from app.domain import facts
from app.domain.facts import Event
from app.domain.flow import Step

BREAK_S = 1800.0

_STEP_OF: dict[type, Step] = {
    facts.TermsSet: Step.TERMS,
    facts.PlaceRecorded: Step.PLACE,
    facts.PlaceVouched: Step.PLACE,
    facts.ConsentAnswered: Step.CONSENT,
    facts.ConsentWithdrawn: Step.CONSENT,
    facts.ReadingHelped: Step.CONSENT,
    facts.IdCardCaptured: Step.ID_CARD,
    facts.IdCardConfirmed: Step.ID_CARD,
    facts.IdentityPathChosen: Step.LIVENESS,
    facts.LivenessFinished: Step.LIVENESS,
    facts.SecondPersonVerified: Step.LIVENESS,
    facts.CircumstancesSet: Step.PAPERS,
    facts.PaperCaptured: Step.PAPERS,
    facts.PaperCorrected: Step.PAPERS,
    facts.PaperReframed: Step.PAPERS,
    facts.PaperRemoved: Step.PAPERS,
    facts.PaperRestored: Step.PAPERS,
    facts.InterviewStarted: Step.INTERVIEW,
    facts.QuestionMarked: Step.INTERVIEW,
    facts.RecordingPaused: Step.INTERVIEW,
    facts.RecordingResumed: Step.INTERVIEW,
    facts.FormConfirmed: Step.FORMS,
    facts.DocumentPrepared: Step.FORMS,
    facts.DocumentSigned: Step.SIGN,
    facts.SatisfactionGiven: Step.SATISFACTION,
    facts.CaseSealed: Step.SUBMIT,
}


_OF_THE_RECORDER = (facts.SegmentRecorded, facts.InterviewFinished)  # come while a person works on whatever step


def seconds_by_step(events: Iterable[Event]) -> dict[Step, float]:
    """Seconds of work per step: the time before an event belongs to that event's step.

    Within one boot the monotonic clock counts, across boots the wall clock; a gap over ``BREAK_S`` is a break.
    """
    spent: dict[Step, float] = {}
    before: Event | None = None
    for event in events:
        if isinstance(event.fact, _OF_THE_RECORDER):
            continue
        step = _STEP_OF.get(type(event.fact))
        if before is not None and step is not None:
            gap = _gap_s(before, event)
            spent[step] = spent.get(step, 0.0) + (gap if 0 <= gap <= BREAK_S else 0.0)
        before = event
    return spent


def _gap_s(a: Event, b: Event) -> float:
    if a.boot == b.boot:
        return (b.mono_ms - a.mono_ms) / 1000
    return (b.at - a.at).total_seconds()
