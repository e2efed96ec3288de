"""Identity cannot be skipped: an attempt belongs to its case, its consent and its card; the second person is another one."""


from app.domain import facts
from app.domain.flow import Step
from tests import case_facts as f
from tests.refused import refused


def attempt(desk, case_id: str) -> None:
    plan = desk.signing.begin_liveness(case_id)
    desk.booth.start_liveness(plan, lambda progress: None, lambda trouble: None)


def test_an_attempt_counts_for_the_case_it_was_begun_for_and_once(desk):
    first, second = desk.begin(Step.LIVENESS), desk.begin(Step.LIVENESS)
    attempt(desk, first)
    refused("liveness.not_started", desk.signing.finish_liveness, second)
    assert desk.book.load(second).liveness is None
    attempt(desk, first)
    case = desk.signing.finish_liveness(first).case
    assert (case.liveness.result.verdict, list(case.liveness_ended.values())) == ("live", ["passed"])
    refused("liveness.not_started", desk.signing.finish_liveness, first)


def test_an_attempt_begun_for_another_case_meanwhile_takes_the_place_of_the_first(desk):
    first, second = desk.begin(Step.LIVENESS), desk.begin(Step.LIVENESS)
    attempt(desk, first)
    attempt(desk, second)
    refused("liveness.not_started", desk.signing.finish_liveness, first)
    assert desk.book.load(first).liveness is None


def test_an_attempt_is_not_judged_once_the_consent_is_withdrawn(desk):
    case_id = desk.begin(Step.LIVENESS)
    attempt(desk, case_id)
    desk.signing.withdraw_consent(case_id, "face_recognition")
    refused("identity.face_refused", desk.signing.finish_liveness, case_id)
    assert "live_face" not in {ref.kind for ref in desk.book.load(case_id).files()}


def test_whoever_works_at_the_desk_is_not_the_second_person(desk):
    case_id = desk.begin(Step.LIVENESS)
    verify = desk.signing.verify_by_second_person
    for staff_id in ("10482", " 10482 "):
        refused("staff.same_person", verify, case_id, staff_id, "secret", "本人到场")
    assert verify(case_id, "10077", "secret", "本人到场").case.second_person.staff_id == "10077"


def test_longer_terms_judge_the_age_anew(desk):
    """An age that was right for one year is not for three."""
    case_id = desk.begin(Step.ID_CARD)
    for side in ("front", "back"):
        desk.book.record(case_id, f.card_side(side))
    desk.signing.set_terms(case_id, f.terms(term_months=12).terms)
    thresholds = desk.shelf.current.thresholds
    old = f.card().card.model_copy(update={"birth": desk.clock.now().date().replace(
        year=desk.clock.now().year - thresholds.age_max_at_end + 2), "number": "320102198806051229"})
    confirmed = desk.signing.confirm_id_card(case_id, old).case.card
    before = {finding.code for finding in confirmed.findings}
    after = {finding.code for finding in desk.signing.set_terms(case_id, f.terms().terms).case.card.findings}
    assert "id_card.age_max" in after - before


def test_another_dealer_judges_the_place_anew(desk):
    case_id = desk.begin(Step.CONSENT)
    assert desk.book.load(case_id).place.verdict.fence == "inside"
    other = next(d for d in desk.shelf.dealers if d.id != "D-0317")
    case = desk.signing.set_terms(case_id, f.terms(dealer_id=other.id).terms).case
    assert case.place.fix == f.placed().fix
    assert case.place.verdict.fence == "outside"


def test_terms_are_judged_by_the_pack_that_the_case_began_with(desk):
    case_id, wanted = desk.begin(Step.PLACE), f.terms().terms
    before = desk.signing.check_terms(case_id, wanted)
    text = f.POLICY_FILE.read_text(encoding="utf-8")
    dealers = (f.POLICY_FILE.parent / "dealers.toml").read_text(encoding="utf-8")
    desk.shelf.put(text.replace('version = "', 'version = "next-').replace("ltv_max = 0.8", "ltv_max = 0.1"), dealers,
                   desk.clock.now())
    assert desk.shelf.current.version != desk.book.pack(case_id).version
    assert desk.signing.check_terms(case_id, wanted) == before
    assert desk.signing.set_terms(case_id, wanted).case.terms.findings == before
    later = desk.signing.open_case().case.case_id
    assert desk.signing.check_terms(later, wanted) != before


def test_a_dealer_gone_from_the_list_is_named_before_the_documents_are_drawn(desk):
    case_id = desk.begin(Step.FORMS)
    text = f.POLICY_FILE.read_text(encoding="utf-8")
    dealers = (f.POLICY_FILE.parent / "dealers.toml").read_text(encoding="utf-8").replace('"D-0317"', '"D-9999"')
    desk.shelf.put(text, dealers, desk.clock.now())
    values = {"phone": "13900000001", "address": "示例路 1 号", "employer": "示例公司", "monthly_income": "9000",
              "contact_name": "周宁宁", "contact_phone": "13900000002", "repayment_card": "6222021234567890128"}
    refused("terms.dealer_unknown", desk.signing.confirm_form, case_id, values)
    assert desk.book.load(case_id).form is None


def test_only_what_the_bank_named_changes_in_a_supplement(desk):
    case_id = desk.begin()
    desk.book.record(case_id, f.paper("bank_statement", "kept"), f.paper("income_proof", "old"))
    desk.signing.seal(case_id)
    desk.bank_asks(case_id, "income_proof")
    signing = desk.signing
    refused("flow.supplement_only", signing.remove_paper, case_id, "bank_statement", "kept")
    refused("flow.supplement_only", signing.remove_paper, case_id, "income_proof", "old")
    refused("flow.supplement_only", signing.set_circumstances, case_id, facts.Circumstances(has_guarantor=True))
    desk.book.record(case_id, f.paper("income_proof", "new"))
    assert signing.remove_paper(case_id, "income_proof", "new").step("papers").lacks
    assert {p.page_id for p in desk.book.load(case_id).papers["income_proof"]} == {"old"}


def test_a_seal_holds_also_after_the_bank_asked_twice(desk):
    case_id = desk.begin()
    desk.signing.seal(case_id)
    desk.bank_asks(case_id, "income_proof", request="r1")
    desk.book.record(case_id, f.paper("income_proof", "new"))
    desk.bank_asks(case_id, "bank_statement", request="r2")
    view = desk.signing.view(case_id)
    assert set(view.case.supplement.papers) == {"income_proof", "bank_statement"}
    assert [lack.code for lack in view.step("papers").lacks] == ["papers.bank_statement.supplement"]
    desk.book.record(case_id, f.paper("bank_statement", "new too"))
    assert desk.signing.seal(case_id).case.sealed
    refused("flow.sealed", desk.signing.remove_paper, case_id, "income_proof", "new")


def test_what_the_bank_says_while_a_case_is_being_sealed_comes_after_the_seal(desk, monkeypatch):
    """The journal that is sent is the journal that is signed."""
    import threading

    case_id = desk.begin()
    keep, told = desk.book.keep, []

    def slowly(case, kind, media_type, data):
        if kind == "journal" and not told:
            told.append(threading.Thread(target=lambda: desk.book.record(
                case_id, facts.BankStatusChanged(status="in_review", at=f.BEGUN), actor="bank")))
            told[0].start()
            told[0].join(0.3)
        return keep(case, kind, media_type, data)

    monkeypatch.setattr(desk.book, "keep", slowly)
    desk.signing.seal(case_id)
    told[0].join()
    seal = next(e for e in desk.book.events(case_id) if isinstance(e.fact, facts.CaseSealed))
    assert seal.previous == seal.fact.manifest.journal_head
    assert seal.seq == seal.fact.manifest.journal_length + 1
