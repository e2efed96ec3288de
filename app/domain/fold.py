"""The fold: what each fact changes in a case as it stands."""

from collections.abc import Callable, Iterable
from functools import reduce

from app.domain import facts
from app.domain.case import (
    FACE_CONSENT,
    NO_FACE,
    AskedPaper,
    Case,
    ConsentState,
    Interview,
    Moment,
    Pause,
    RemovedPage,
    SignedForm,
)
from app.domain.doubts import standing
from app.domain.evidence import GENESIS
from app.domain.facts import Event


def fold(events: Iterable[Event]) -> Case | None:
    """The case that these events make, or None for no events."""
    return reduce(apply, events, None)


def apply(case: Case | None, event: Event) -> Case:
    """One step of the fold. The first event must open the case."""
    fact = event.fact
    if case is None:
        if not isinstance(fact, facts.CaseOpened):
            raise ValueError("a journal begins with case_opened")
        return Case(case_id=event.case_id, opened=fact, events=1, head=event.hash or GENESIS, last_at=event.at)
    change = _CHANGES[type(fact)](case, fact, event)
    return case.model_copy(update={**change, "events": event.seq, "head": event.hash, "last_at": event.at})


def _consent(case: Case, fact: facts.ConsentAnswered, event: Event) -> dict:
    change: dict = {"consents": {**case.consents, fact.purpose: ConsentState(answer=fact, at=event.at)}}
    if fact.purpose == FACE_CONSENT and not fact.given:
        change |= NO_FACE
    return change


def _withdrawn(case: Case, fact: facts.ConsentWithdrawn, event: Event) -> dict:
    state = case.consents.get(fact.purpose)
    if state is None:
        return {}
    change: dict = {"consents": {**case.consents, fact.purpose: state.model_copy(update={"withdrawn_at": event.at})}}
    if fact.purpose == FACE_CONSENT and not case.seals:  # what was done and sealed before it stays as it was
        change |= NO_FACE
    return change


def _helped(case: Case, fact: facts.ReadingHelped, _: Event) -> dict:
    # Who signs what depends on it.
    return {"helper": fact if fact.name else None, "documents": {}}


def _placed(case: Case, fact: facts.PlaceRecorded, event: Event) -> dict:
    # Without a position, or with the same one judged anew, what was doubtful of the last one stays so.
    if fact.fix is None or (case.located and case.located.fact.fix == fact.fix):
        return {"place": fact}
    return {"place": fact, "located": event, "place_doubts": standing(case.located, event), "place_vouched": None}


def _card_side(case: Case, fact: facts.IdCardCaptured, _: Event) -> dict:
    # A new picture asks for a new confirmation, and the person was compared with the old portrait.
    stale = dict.fromkeys(("liveness", "identity_review", "second_person", "id_chip")) if fact.side == "front" else {}
    return {"card_sides": {**case.card_sides, fact.side: fact}, "card": None, **stale}


def _liveness(case: Case, fact: facts.LivenessFinished, _: Event) -> dict:
    zones = {match.zone if match else "fail" for match in (fact.match, fact.chip_match or fact.match)}
    bad = fact.result.verdict == "reject" or "fail" in zones
    end = "failed" if bad else "review" if "review" in {fact.result.verdict, *zones} else "passed"
    return {"liveness": fact, "liveness_ended": {**case.liveness_ended, fact.result.nonce: end}, "identity_review": None}


def _reviewed(case: Case, fact: facts.IdentityReviewed, _: Event) -> dict:
    """A decision about an attempt that no longer counts changes nothing; "different" makes it a failed one."""
    if case.liveness is None or case.liveness.result.nonce != fact.nonce:
        return {}
    different = {fact.nonce: "failed"} if fact.decision == "different" else {}
    return {"identity_review": fact, "liveness_ended": {**case.liveness_ended, **different}}


def _chip(case: Case, fact: facts.IdChipRead, _: Event) -> dict:
    # The live face is to be compared with the chip's photo too.
    return {"id_chip": fact, "liveness": None, "identity_review": None}


def _paper(case: Case, fact: facts.PaperCaptured, _: Event) -> dict:
    """A page taken anew stands where the one before it stood."""
    known = case.papers.get(fact.paper, ())
    if any(p.page_id == fact.replaces for p in known):
        pages = tuple(fact if p.page_id == fact.replaces else p for p in known)
    else:
        pages = (*(p for p in known if p.page_id != fact.page_id), fact)
    supplied = case.supplied | {fact.page_id} if case.supplement else case.supplied
    return {"papers": {**case.papers, fact.paper: pages}, "supplied": supplied}


def _paper_reframed(case: Case, fact: facts.PaperReframed, _: Event) -> dict:
    """What was read of the old crop, and what a person said of it, is no more."""
    now = {name: getattr(fact, name) for name in ("corners", "turns", "side", "crop", "readings", "quality",
                                                   "findings")}
    pages = tuple(p.model_copy(update=now) if p.page_id == fact.page_id else p for p in case.papers.get(fact.paper, ()))
    return {"papers": {**case.papers, fact.paper: pages}, "confirmed_pages": case.confirmed_pages - {fact.page_id}}


def _paper_corrected(case: Case, fact: facts.PaperCorrected, _: Event) -> dict:
    pages = tuple(_confirmed(p, fact) if p.page_id == fact.page_id else p for p in case.papers.get(fact.paper, ()))
    return {"papers": {**case.papers, fact.paper: pages}, "confirmed_pages": case.confirmed_pages | {fact.page_id}}


def _confirmed(page: facts.PaperCaptured, fact: facts.PaperCorrected) -> facts.PaperCaptured:
    boxes = {name: reading.box for name, reading in page.readings.items()}
    readings = {name: facts.Reading(value=value, confidence=1.0, box=boxes.get(name))
                for name, value in fact.values.items()}
    return page.model_copy(update={"readings": readings, "findings": fact.findings})


def _paper_removed(case: Case, fact: facts.PaperRemoved, _: Event) -> dict:
    known = case.papers.get(fact.paper, ())
    pages = tuple(p for p in known if p.page_id != fact.page_id)
    papers = {k: v for k, v in case.papers.items() if k != fact.paper}
    gone = {p.page_id: RemovedPage(page=p, at=at) for at, p in enumerate(known) if p.page_id == fact.page_id}
    return {"papers": papers | ({fact.paper: pages} if pages else {}), "removed": case.removed | gone}


def _paper_restored(case: Case, fact: facts.PaperRestored, _: Event) -> dict:
    gone = case.removed.get(fact.page_id)
    if gone is None:
        return {}
    pages = list(case.papers.get(fact.paper, ()))
    pages.insert(gone.at, gone.page)
    return {"papers": {**case.papers, fact.paper: tuple(pages)},
            "removed": {k: v for k, v in case.removed.items() if k != fact.page_id}}


def _interview(case: Case, interview_id: str, **update) -> dict:
    return {"interviews": tuple(i.model_copy(update=update) if i.interview_id == interview_id else i
                                for i in case.interviews)}


def _interview_of(case: Case, interview_id: str) -> Interview:
    return next(i for i in case.interviews if i.interview_id == interview_id)


def _segment(case: Case, fact: facts.SegmentRecorded, _: Event) -> dict:
    segments = (*_interview_of(case, fact.interview_id).segments, fact)
    return _interview(case, fact.interview_id, segments=segments)


def _mark(case: Case, fact: facts.QuestionMarked, _: Event) -> dict:
    marks = (*_interview_of(case, fact.interview_id).marks, fact)
    return _interview(case, fact.interview_id, marks=marks)


def _started(case: Case, fact: facts.InterviewStarted, event: Event) -> dict:
    zero = Moment(boot=event.boot, ms=event.mono_ms if fact.zero_ms is None else fact.zero_ms)
    return {"interviews": (*case.interviews, Interview(interview_id=fact.interview_id, started=fact, zero=zero))}


def _paused(case: Case, fact: facts.RecordingPaused, _: Event) -> dict:
    pause = Pause(start_ms=fact.at_ms, end_ms=None, reason=fact.reason, note=fact.note)
    return _interview(case, fact.interview_id, pauses=(*_interview_of(case, fact.interview_id).pauses, pause))


def _resumed(case: Case, fact: facts.RecordingResumed, _: Event) -> dict:
    *before, last = _interview_of(case, fact.interview_id).pauses
    return _interview(case, fact.interview_id, pauses=(*before, last.model_copy(update={"end_ms": fact.at_ms})))


def _prepared(case: Case, fact: facts.DocumentPrepared, _: Event) -> dict:
    return {"documents": {**case.documents, fact.form: SignedForm(prepared=fact)}}


def _clause_read(case: Case, fact: facts.ClauseRead, _: Event) -> dict:
    document = case.documents[fact.form]
    return {"documents": {**case.documents, fact.form: document.model_copy(
        update={"clauses_read": (*document.clauses_read, fact)})}}


def _signed(case: Case, fact: facts.DocumentSigned, event: Event) -> dict:
    document = case.documents[fact.form]
    signed = document.model_copy(update={"signatures": (*document.signatures, fact)})
    moment = Moment(boot=event.boot, ms=event.mono_ms)
    return {"documents": {**case.documents, fact.form: signed}, "signed_at": {**case.signed_at, fact.file.id: moment}}


def _timestamped(case: Case, fact: facts.DocumentTimestamped, _: Event) -> dict:
    stamped = case.documents[fact.form].model_copy(update={"timestamped": fact})
    return {"documents": {**case.documents, fact.form: stamped}}


def _terms(case: Case, fact: facts.TermsSet, _: Event) -> dict:
    # Figures printed in a prepared document are those of its day: new terms ask for new documents.
    return {"terms": fact, "documents": {}}


def _card(case: Case, fact: facts.IdCardConfirmed, _: Event) -> dict:
    return {"card": fact, "documents": {}}


def _circumstances(case: Case, fact: facts.CircumstancesSet, _: Event) -> dict:
    # Who signs what depends on them.
    return {"circumstances": fact} if fact == case.circumstances else {"circumstances": fact, "documents": {}}


def _form(case: Case, fact: facts.FormConfirmed, _: Event) -> dict:
    return {"form": fact, "documents": {}}


def _asked(case: Case, fact: facts.SupplementRequested, event: Event) -> dict:
    """A request before the last one is answered joins it; what was given since stays, unless it is asked for again."""
    open_papers = case.supplement.papers if case.supplement else ()
    again = {page.page_id for paper in fact.papers for page in case.papers.get(paper, ())}
    both = fact.model_copy(update={"papers": tuple(dict.fromkeys((*open_papers, *fact.papers)))})
    asked = case.asked if case.supplement else {}
    asked = asked | {paper: AskedPaper(at=event.at, due=fact.due) for paper in fact.papers}
    return {"supplements": (*case.supplements, fact), "supplement": both, "asked": asked,
            "supplied": case.supplied - again if case.supplement else frozenset()}


_CHANGES: dict[type, Callable[[Case, object, Event], dict]] = {
    facts.TermsSet: _terms,
    facts.PlaceRecorded: _placed,
    facts.PlaceVouched: lambda c, f, e: {"place_vouched": f},
    facts.ConsentAnswered: _consent,
    facts.ConsentWithdrawn: _withdrawn,
    facts.ReadingHelped: _helped,
    facts.IdentityPathChosen: lambda c, f, e: {"identity_path": f.path},
    facts.IdCardCaptured: _card_side,
    facts.IdCardConfirmed: _card,
    facts.IdChipRead: _chip,
    facts.LivenessBegun: lambda c, f, e: {"liveness_begun": (*c.liveness_begun, f)},
    facts.LivenessAbandoned: lambda c, f, e: {"liveness_ended": {**c.liveness_ended, f.nonce: f.reason}},
    facts.LivenessFinished: _liveness,
    facts.IdentityReviewed: _reviewed,
    facts.SecondPersonVerified: lambda c, f, e: {"second_person": f},
    facts.CircumstancesSet: _circumstances,
    facts.PaperCaptured: _paper,
    facts.PaperCorrected: _paper_corrected,
    facts.PaperReframed: _paper_reframed,
    facts.PaperRemoved: _paper_removed,
    facts.PaperRestored: _paper_restored,
    facts.InterviewStarted: _started,
    facts.SegmentRecorded: _segment,
    facts.QuestionMarked: _mark,
    facts.RecordingPaused: _paused,
    facts.RecordingResumed: _resumed,
    facts.InterviewFinished: lambda c, f, e: _interview(c, f.interview_id, ended=f),
    facts.FormConfirmed: _form,
    facts.DocumentPrepared: _prepared,
    facts.ClauseRead: _clause_read,
    facts.DocumentSigned: _signed,
    facts.DocumentTimestamped: _timestamped,
    facts.EnvironmentChecked: lambda c, f, e: {},
    facts.SatisfactionGiven: lambda c, f, e: {"satisfaction": f},
    facts.CaseSealed: lambda c, f, e: {"seals": (*c.seals, f), "supplement": None},
    facts.ReceiptAccepted: lambda c, f, e: {"receipts": (*c.receipts, f.receipt)},
    facts.BankStatusChanged: lambda c, f, e: {"bank_status": f},
    facts.SupplementRequested: _asked,
    facts.CasePurged: lambda c, f, e: {"purged": True},
}
