"""A case at the desk's door: order, two-person path, seal, receipt, supplement, erasure; and every kind of bad input."""

from datetime import date

import pytest
import requests

from app.capture.picture import encode_jpeg
from app.demo.portrait import camera_picture, card_portrait
from app.demo.stage import demo_terms, stage
from app.domain import facts
from app.domain.ink import Ink
from tests.e2e import signing as acts
from tests.refused import refused
from tests.waiting import until

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def set_up(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("柜台 desk"), purge_at_once=True) as made:
        made.desks.booth.warm()
        yield made


@pytest.fixture(scope="module")
def sealed(set_up):
    """One whole case without the face, sealed, receipted and erased here."""
    case_id = acts.until_seal(set_up).case.case_id
    set_up.desks.signing.seal(case_id)
    return acts.wait_for(set_up, case_id, lambda view: view.case.receipted)


@pytest.fixture(scope="module")
def carded(set_up):
    """A case up to the confirmed card."""
    return acts.until_card(set_up)


def test_the_two_person_path_leads_to_the_receipt_and_costs_no_point(sealed):
    assert sealed.case.second_person.staff_id == acts.SECOND_PERSON
    assert sealed.case.liveness is None
    assert sealed.score.criterion("diligence").points == sealed.score.criterion("diligence").maximum
    assert sealed.score.vetoes == ()
    assert sealed.case.receipts[-1].manifest_sha256 == sealed.case.seals[-1].manifest_sha256


def test_after_receipt_and_grace_the_files_are_gone_from_here(set_up, sealed):
    case_id = sealed.case.case_id
    view = acts.wait_for(set_up, case_id, lambda view: view.case.purged)
    assert view.sync.state == "purged"
    assert not set_up.here.vault.path(case_id, view.case.card_sides["front"].original).exists()
    refused("vault.destroyed", set_up.desks.signing.file_bytes, case_id, view.case.card_sides["front"].original)
    refused("vault.destroyed", set_up.desks.signing.export_package, case_id, set_up.folder / "late")
    line = set_up.desks.work.home(view.case.number).rows[0]
    assert (line.stage, line.completeness) == ("purged", view.completeness)


def test_the_bank_asks_for_a_paper_and_gets_a_second_revision(set_up, sealed):
    signing, case_id = set_up.desks.signing, sealed.case.case_id
    acts.wait_for(set_up, case_id, lambda view: view.case.purged)
    bank_asks(set_up, case_id, "supplement", {"papers": ["income_proof"], "note": "收入证明缺公章"})
    view = acts.wait_for(set_up, case_id, lambda view: view.case.supplement is not None)
    assert view.case.bank_status.status == "returned"
    assert [todo.case_id for todo in set_up.desks.work.home().todos] == [case_id]
    refused("flow.supplement_only", signing.set_terms, case_id, demo_terms(set_up.props.story))
    picture = set_up.props.picture("income_proof").read_bytes()
    refused("flow.supplement_only", signing.capture_paper, case_id, "bank_statement", picture)
    refused("flow.not_yet", signing.seal, case_id)
    signing.capture_paper(case_id, "income_proof", picture, imported=True)
    assert signing.seal(case_id).case.seals[-1].manifest.revision == 2
    view = acts.wait_for(set_up, case_id, lambda view: view.case.receipted)
    assert len(view.case.receipts) == 2
    bank_asks(set_up, case_id, "status", {"status": "approved", "note": ""})
    view = acts.wait_for(set_up, case_id, lambda view: view.case.bank_status.status == "approved")
    assert set_up.desks.work.home(view.case.number).rows[0].bank_status == "approved"


def bank_asks(set_up, case_id: str, what: str, body: dict) -> None:
    """What a reviewer does at the bank, over its own interface."""
    reviewer = "20015"
    address = set_up.desks.session.gateway
    signed_in = requests.post(f"{address}/v1/staff/sign-in", timeout=60, json={
        "staff_id": reviewer, "password": set_up.bank.password_of(reviewer)})
    assert signed_in.status_code == 200, signed_in.text
    answer = requests.post(f"{address}/v1/review/cases/{case_id}/{what}", json=body, timeout=60,
                           headers={"Authorization": f"Bearer {signed_in.json()['token']}"})
    assert answer.status_code < 300, answer.text


def test_a_sealed_case_changes_no_more(set_up, sealed):
    if not sealed.case.supplement:
        refused("flow.sealed", set_up.desks.signing.answer_consent, sealed.case.case_id, "privacy_notice", False, 1, True)


def test_every_act_waits_its_turn(set_up):
    signing = set_up.desks.signing
    case_id = signing.open_case().case.case_id
    for act, args in ((signing.record_place, (None, "无信号")), (signing.answer_consent, ("privacy_notice", True, 1, True)),
                      (signing.capture_id_card, ("front", b"")), (signing.begin_liveness, ()),
                      (signing.start_interview, ()), (signing.confirm_form, ({},)),
                      (signing.sign, ("cost_sheet", "borrower", acts.ink(1), "")), (signing.seal, ())):
        assert "业务与车商" in refused("flow.not_yet", act, case_id, *args).next()
    assert signing.view(case_id).case.events == 1


@pytest.mark.parametrize(("change", "code"), [
    ({"price_fen": 0}, "loan.price"), ({"price_fen": -5}, "loan.price"), ({"down_payment_fen": 0}, "loan.ltv"),
    ({"term_months": 61}, "loan.term_max")])
def test_terms_against_the_rules_are_said_and_hold_the_case(set_up, change, code):
    signing = set_up.desks.signing
    terms = demo_terms(set_up.props.story).model_copy(update=change)
    case_id = signing.open_case().case.case_id
    found = {f.code for f in signing.check_terms(case_id, terms) if f.level == "block"}
    assert code in found
    signing.set_terms(case_id, terms)
    refused("flow.not_yet", signing.record_place, case_id, None, "无信号")


def test_no_position_goes_on_with_a_reason_and_never_without(set_up):
    signing = set_up.desks.signing
    case_id = signing.open_case().case.case_id
    signing.set_terms(case_id, demo_terms(set_up.props.story))
    refused("place.reason_needed", signing.record_place, case_id, None, "  ")
    assert signing.record_place(case_id, None, "地下展厅无信号").case.place.reason == "地下展厅无信号"


def test_unusable_pictures_are_refused_and_what_was_saved_stays(set_up, carded, tmp_path):
    signing, case_id = set_up.desks.signing, carded.case.case_id
    before = signing.view(case_id).case
    jpeg = set_up.props.picture("income_proof").read_bytes()
    for image, code in ((b"", "picture.empty"), (b"%PDF-1.7 not a picture", "picture.not_an_image"),
                        (jpeg[: len(jpeg) // 3], "picture.truncated"), (b"\xff" * (61 << 20), "picture.too_large")):
        refused(code, signing.capture_id_card, case_id, "front", image)
    assert signing.view(case_id).case == before


def test_a_wrong_paper_for_the_card_is_named(set_up):
    signing = set_up.desks.signing
    case_id = acts.until_card(set_up).case.case_id
    view = signing.capture_id_card(case_id, "front", acts.hold_up(set_up, set_up.props.paper("driving_licence")))
    assert "document.wrong_kind" in {f.code for f in view.case.card_sides["front"].findings}
    assert view.case.card is None


@pytest.mark.parametrize(("change", "code"), [
    ({"number": "320101198803060028"}, "id_number"), ({"valid_to": date(2020, 5, 20)}, "id_card"),
    ({"birth": date(2015, 3, 6)}, "id_card")])
def test_card_fields_against_the_rules_hold_the_case(set_up, carded, change, code):
    signing, case_id = set_up.desks.signing, carded.case.case_id
    wrong = set_up.props.story.customer.model_copy(update=change)
    view = signing.confirm_id_card(case_id, wrong)
    assert any(f.level == "block" and f.code.startswith(code) for f in view.case.card.findings), view.case.card.findings
    assert set(change) <= set(view.case.card.corrected)
    refused("flow.not_yet", signing.set_circumstances, case_id, facts.Circumstances())
    signing.confirm_id_card(case_id, set_up.props.story.customer)


def test_the_second_person_is_another_one_with_the_right_password_and_words(set_up, carded):
    verify, case_id = set_up.desks.signing.verify_by_second_person, carded.case.case_id
    password = set_up.bank.password_of(acts.SECOND_PERSON)
    refused("staff.same_person", verify, case_id, set_up.bank.staff_id, "x", "本人到场")
    refused("identity.statement_needed", verify, case_id, acts.SECOND_PERSON, password, " ")
    refused("bank.wrong_password", verify, case_id, acts.SECOND_PERSON, "wrong-password", "本人到场")


def test_without_the_face_consent_there_is_no_liveness_check(set_up, carded):
    refused("identity.face_refused", set_up.desks.signing.begin_liveness, carded.case.case_id)


def test_an_attempt_that_was_never_begun_cannot_be_finished(set_up, carded):
    refused("liveness.not_started", set_up.desks.signing.finish_liveness, carded.case.case_id)


def test_faces_in_pictures_are_compared_by_the_real_worker(set_up):
    booth = set_up.desks.booth
    customer = encode_jpeg(camera_picture())
    template = booth.face_template((customer,))
    assert booth.alike(template, (template.embedding,)) == (0,)
    assert booth.compare_with_chip(encode_jpeg(card_portrait()), customer).zone == "pass"
    assert booth.read_together(customer, (customer,), None).customer.zone == "pass"
    assert booth.face_crop(customer).startswith(b"\xff\xd8")
    refused("face.none", booth.face_crop, set_up.props.picture("income_proof").read_bytes())


def test_ones_own_face_is_taken_from_the_camera_and_forgotten(set_up):
    signing = set_up.desks.signing
    signing.remember_my_face(acts.hold_up(set_up, set_up.props.clips["still"]))
    assert signing.my_face_known
    signing.forget_my_face()
    assert not signing.my_face_known


def test_signatures_are_by_hand_in_order_and_never_copied(set_up):
    signing = set_up.desks.signing
    case_id = acts.until_card(set_up).case.case_id
    signing.verify_by_second_person(case_id, acts.SECOND_PERSON, set_up.bank.password_of(acts.SECOND_PERSON), "一致")
    signing.set_circumstances(case_id, facts.Circumstances())
    acts.record(set_up, case_id)
    refused("interview.already_recording", signing.start_interview, case_id)
    refused("interview.unknown_question", signing.mark_question, case_id, "nonsense", "yes")
    view = signing.confirm_form(case_id, {"phone": "123"})
    assert {"forms.address.missing", "forms.contact_name.missing"} <= {f.code for f in view.case.form.findings}
    assert not view.case.documents
    known = {code: acts.FORM[code] for code in acts.FORM if code != "spouse_phone"} | {
        "address": "示例路 1 号", "employer": "示例公司", "monthly_income": "9000", "repayment_card": "6222021234567890128"}
    view = signing.confirm_form(case_id, known)
    first, second = view.documents[:2]
    assert first == "cost_sheet"
    blank = Ink(strokes=(), pad_width_mm=100, pad_height_mm=50, device="test")
    refused("ink.blank", acts.sign, set_up, case_id, first, "borrower", blank)
    refused("sign.order", acts.sign, set_up, case_id, second, "borrower", acts.ink(1))
    refused("sign.order", acts.sign, set_up, case_id, first, "manager", acts.ink(1))
    signing.finish_interview(case_id)
    refused("interview.not_recording", signing.finish_interview, case_id)
    refused("interview.sign_unrecorded", acts.sign, set_up, case_id, first, "borrower", acts.ink(1))
    acts.record(set_up, case_id)
    shown = signing.document_pdf(case_id, first)
    acts.sign(set_up, case_id, first, "borrower", acts.ink(1))
    assert signing.document_pdf(case_id, first).startswith(shown)  # what was shown is what was signed
    refused("ink.copied", acts.sign, set_up, case_id, second, "borrower", acts.ink(1))
    refused("flow.not_yet", signing.give_satisfaction, case_id, {}, {}, 1)
    view = signing.set_terms(case_id, demo_terms(set_up.props.story).model_copy(update={"term_months": 24}))
    assert view.case.documents == {}


def test_vital_papers_hold_the_seal_and_are_named(set_up):
    signing = set_up.desks.signing
    case_id = acts.until_card(set_up).case.case_id
    signing.verify_by_second_person(case_id, acts.SECOND_PERSON, set_up.bank.password_of(acts.SECOND_PERSON), "一致")
    signing.set_circumstances(case_id, facts.Circumstances())
    view = signing.view(case_id)
    lacking = {lack.code for lack in view.steps[-1].lacks}
    assert "submit.photo_together" in lacking


def test_a_camera_that_is_not_there_says_so_and_comes_back(set_up):
    booth = set_up.desks.booth
    booth.feed.switch(99)
    until(lambda: booth.camera_state.trouble)
    refused("camera.missing", booth.snapshot)
    assert acts.hold_up(set_up, set_up.props.card("front"))


def test_the_list_finds_a_case_by_what_one_would_type(set_up, carded):
    work = set_up.desks.work
    number = set_up.desks.signing.view(carded.case.case_id).case.number
    for typed in (number, "林晓", "0027", "dm7a3c", "东方"):
        assert number in {row.case_number for row in work.home(typed).rows}, typed
    assert work.home("没有这个人").rows == ()
    line = work.home(number).rows[0]
    assert "林晓星" not in line.customer
    assert line.id_number_masked.count("*") >= 8
