"""Acts of a whole case at the desk's door, for tests: without window, with real camera path, vision and gateway."""

import random
import time
from pathlib import Path

from app.demo.stage import BY_CAMERA, CIRCUMSTANCES, Stage, demo_terms, wanted_papers
from app.desk.views import CaseView
from app.domain import consents, flow
from app.domain.clauses import clauses_left
from app.domain.evidence import digest
from app.domain.ink import Ink, InkPoint
from tests.waiting import until

FORM = {"phone": "13900000001", "contact_name": "周宁宁", "contact_phone": "13900000002",
        "spouse_phone": "13900000003"}
SECOND_PERSON = "10077"


def ink(seed: int) -> Ink:
    """A plausible signature, another one for another seed."""
    chance, t, strokes = random.Random(seed), 0, []
    for _ in range(6):
        x, y, points = chance.uniform(0.1, 0.7), chance.uniform(0.2, 0.7), []
        for _ in range(14):
            x, y, t = min(1, x + chance.uniform(-0.01, 0.03)), min(1, max(0, y + chance.uniform(-0.03, 0.03))), t + 12
            points.append(InkPoint(x=x, y=y, t_ms=t, pressure=chance.uniform(0.3, 0.9)))
        strokes.append(tuple(points))
        t += 150
    return Ink(strokes=tuple(strokes), pad_width_mm=120, pad_height_mm=60, device="test")


def sign(stage: Stage, case_id: str, form: str, signer: str, name: Ink) -> CaseView:
    """Sign what the desk shows, after a minute for each highlighted clause."""
    signing = stage.desks.signing
    for text in clauses_left(signing.view(case_id).case, form, signer):
        signing.read_clause(case_id, form, signer, text, 60, True)
    return signing.sign(case_id, form, signer, name, digest(signing.document_pdf(case_id, form)))


def hold_up(stage: Stage, video: Path) -> bytes:
    """Put a video before the camera; a snapshot of it."""
    booth = stage.desks.booth
    booth.feed.switch(str(video), loop=True)
    until(lambda: (frame := booth.feed.latest()) is not None and frame.source.name == video.name and booth.camera_state.ok)
    return booth.snapshot()


def answer_consents(stage: Stage, case_id: str) -> None:
    """Whatever is asked now, by whomever: yes, but for the face."""
    view = stage.desks.signing.view(case_id)
    for consent in consents.unanswered(view.case, view.pack):
        stage.desks.signing.answer_consent(case_id, consent.purpose, not consent.purpose.startswith("face"), 10, True)


def until_card(stage: Stage) -> CaseView:
    """A new case up to the confirmed card; the face is refused, so that the second person verifies."""
    signing, props = stage.desks.signing, stage.props
    case_id = signing.open_case().case.case_id
    signing.set_terms(case_id, demo_terms(props.story))
    signing.record_place(case_id, stage.desks.booth.find_fix(20))
    answer_consents(stage, case_id)
    for side in ("front", "back"):
        signing.capture_id_card(case_id, side, hold_up(stage, props.card(side)))
    return signing.confirm_id_card(case_id, props.story.customer)


def until_papers(stage: Stage) -> str:
    """A case without papers so far: a second person has verified the customer, the circumstances are known."""
    signing, case_id = stage.desks.signing, until_card(stage).case.case_id
    signing.verify_by_second_person(case_id, SECOND_PERSON, stage.bank.password_of(SECOND_PERSON), "本人到场，证件一致")
    return signing.set_circumstances(case_id, CIRCUMSTANCES).case.case_id


def until_seal(stage: Stage) -> CaseView:
    """A whole case, ready to be sealed."""
    signing, props = stage.desks.signing, stage.props
    case_id = until_papers(stage)
    answer_consents(stage, case_id)
    for item in wanted_papers(stage.desks.policy, props.story):
        for page in range(1, item.pages_min + 1):
            by_camera = item.paper in BY_CAMERA
            image = hold_up(stage, props.paper(item.paper, page)) if by_camera else props.picture(item.paper, page).read_bytes()
            signing.capture_paper(case_id, item.paper, image, imported=not by_camera)
    return finish(stage, case_id)


def finish(stage: Stage, case_id: str) -> CaseView:
    """Interview, forms and signatures, recorded from end to end; satisfaction."""
    signing, pack = stage.desks.signing, stage.desks.policy
    record(stage, case_id)
    known = {field.code: field.value for field in signing.form_fields(case_id) if field.value}
    view = signing.confirm_form(case_id, known | FORM)
    for number, (form, signer) in enumerate(flow.signatures_left(view.case, pack)):
        sign(stage, case_id, form, signer, ink(number))
    ratings = {r.code: 5 for r in pack.ratings if not r.yes_no}
    signing.give_satisfaction(case_id, ratings, {r.code: False for r in pack.ratings if r.yes_no}, 20)
    return signing.finish_interview(case_id)


def record(stage: Stage, case_id: str) -> CaseView:
    """Begin to record and ask every question of the script."""
    signing = stage.desks.signing
    hold_up(stage, stage.props.paper("photo_together"))  # somebody sits before the camera
    view = signing.start_interview(case_id)
    until(lambda: stage.desks.booth.recording.rolling)
    for question in flow.questions(view.case, view.pack):
        view = signing.mark_question(case_id, question.code, "yes")
    return view


def wait_for(stage: Stage, case_id: str, what, seconds: float = 120) -> CaseView:
    """Poll the desk until ``what(view)``; the queue works meanwhile."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        view = stage.desks.signing.view(case_id)
        if what(view):
            return view
        stage.desks.work.sync_now()
        time.sleep(0.3)
    raise AssertionError("the case never got there")
