"""The legal order of a signing: eleven steps, what each still lacks, and which act is allowed when.

One table. Windows and command lines only draw it; tests walk it without either.
"""

from collections.abc import Callable
from enum import StrEnum

from app.domain import consents, rules
from app.domain.case import FACE_CONSENT, Case, agreed
from app.domain.case_papers import context, paper_list
from app.domain.checklist import required_forms
from app.domain.condition import Condition, Kind
from app.domain.cross import blocking as contradictions
from app.domain.cross import cross_check
from app.domain.doubts import doubted_place
from app.domain.facts import Finding
from app.domain.model import Model
from app.domain.policy import BORROWER, SIGNERS, Form, PolicyPack, Question, Words

STEP_NOT_YET = Kind(
    "flow.not_yet",
    zh="现在还不能{act}：{missing}。", zh_next="请先完成“{step}”。",
    en="Not possible yet: {missing_en}.", en_next="Finish “{step_en}” first.")
CASE_CLOSED = Kind(
    "flow.sealed",
    zh="这笔面签已经封存，不能再修改。", zh_next="银行要求补件时，会按补件清单重新打开。",
    en="This case is sealed and can no longer change.", en_next="It reopens when the bank asks for a supplement.")
SUPPLEMENT_ONLY = Kind(
    "flow.supplement_only",
    zh="补件期间只能补充银行点名的资料。", zh_next="请只补这些：{papers}。",
    en="While a supplement is open only the papers the bank named can change.", en_next="Add only these: {papers_en}.")

MANAGER = "manager"
SAME_FACE = "identity.same_face"  # found with the attempt, or when the card's number was corrected after it


class Step(StrEnum):
    TERMS = "terms"
    PLACE = "place"
    CONSENT = "consent"
    ID_CARD = "id_card"
    LIVENESS = "liveness"
    PAPERS = "papers"
    INTERVIEW = "interview"
    FORMS = "forms"
    SIGN = "sign"
    SATISFACTION = "satisfaction"
    SUBMIT = "submit"


STEPS = tuple(Step)
NAMES: dict[Step, Words] = {
    Step.TERMS: Words(zh="业务与车商", en="Product and dealer"),
    Step.PLACE: Words(zh="定位签到", en="Place"),
    Step.CONSENT: Words(zh="知情同意", en="Consents"),
    Step.ID_CARD: Words(zh="身份证", en="ID card"),
    Step.LIVENESS: Words(zh="活体与人脸", en="Liveness and face"),
    Step.PAPERS: Words(zh="资料采集", en="Papers"),
    Step.INTERVIEW: Words(zh="面谈双录", en="Recorded interview"),
    Step.FORMS: Words(zh="表单核对", en="Forms"),
    Step.SIGN: Words(zh="签字", en="Signatures"),
    Step.SATISFACTION: Words(zh="满意度", en="Satisfaction"),
    Step.SUBMIT: Words(zh="评分与提交", en="Score and submit"),
}


class Lack(Model):
    """One thing that a step still lacks. ``blocks`` is False where the person may go on and mend it later; ``mend`` is the
    step to mend it at, None for the step itself."""

    code: str
    words: Words
    blocks: bool = True
    mend: Step | None = None


class StepState(StrEnum):
    DONE = "done"
    CURRENT = "current"
    WAITING = "waiting"


def lacks(case: Case, pack: PolicyPack, step: Step) -> tuple[Lack, ...]:
    """What ``step`` still lacks; empty where it is done."""
    return tuple(_LACKS[step](case, pack))


def blocking(case: Case, pack: PolicyPack, step: Step) -> tuple[Lack, ...]:
    return tuple(lack for lack in lacks(case, pack, step) if lack.blocks)


def current(case: Case, pack: PolicyPack) -> Step:
    """The first step that still lacks something that blocks; SUBMIT where none does."""
    if case.supplement:
        return Step.PAPERS if lacks(case, pack, Step.PAPERS) else Step.SUBMIT
    return next((s for s in STEPS if blocking(case, pack, s)), Step.SUBMIT)


def require(case: Case, pack: PolicyPack, step: Step, act: Words) -> None:
    """Refuse an act of ``step`` while the case is sealed or an earlier step still blocks."""
    if case.sealed:
        raise CASE_CLOSED()
    if case.supplement and step not in (Step.PAPERS, Step.SUBMIT):
        raise supplement_only(case, pack)
    for earlier in STEPS[:STEPS.index(step)]:
        for lack in blocking(case, pack, earlier):
            step = NAMES[lack.mend or earlier]
            raise STEP_NOT_YET(act=act.zh, missing=lack.words.zh, missing_en=lack.words.en, step=step.zh, step_en=step.en)


def supplement_only(case: Case, pack: PolicyPack) -> Condition:
    names = [pack.paper(p).name for p in case.supplement.papers]
    return SUPPLEMENT_ONLY(papers="、".join(n.zh for n in names), papers_en=", ".join(n.en for n in names))


def _lack(code: str, zh: str, en: str, blocks: bool = True) -> Lack:
    return Lack(code=code, words=Words(zh=zh, en=en), blocks=blocks)


def _blocking_findings(findings: tuple[Finding, ...]):
    for finding in findings:
        if finding.level == "block":
            yield _lack(finding.code, finding.zh, finding.en)


def _terms(case: Case, _: PolicyPack):
    if case.terms is None:
        yield _lack("terms.missing", "还没有选择产品、车商和融资方案", "product, dealer and terms are not chosen")
    else:
        yield from _blocking_findings(case.terms.findings)


def _place(case: Case, _: PolicyPack):
    if case.place is None:
        yield _lack("place.missing", "还没有定位签到", "the place is not recorded")


def _consent(case: Case, pack: PolicyPack):
    yield from _consents_of(case, pack, others=False)
    yield from _consents_of(case, pack, others=True)


def _consents_of(case: Case, pack: PolicyPack, others: bool):
    """Of the customer, or of the others: who may come later, but before the documents are signed."""
    for consent in consents.unanswered(case, pack):
        if (consent.person != BORROWER) == others:
            yield _lack(f"consent.{consent.purpose}", f"“{consent.title.zh}”还没有答复",
                        f"“{consent.title.en}” is not answered", blocks=not others)
    for consent in consents.refused(case, pack):
        if (consent.person != BORROWER) == others:
            yield _lack(f"consent.{consent.purpose}.refused", f"“{consent.title.zh}”未同意，业务不能继续",
                        f"“{consent.title.en}” is not agreed to; the case cannot go on", blocks=not others)


def _id_card(case: Case, _: PolicyPack):
    for side, zh, en in (("front", "人像面", "portrait side"), ("back", "国徽面", "emblem side")):
        if side not in case.card_sides:
            yield _lack(f"id_card.{side}", f"身份证{zh}还没有拍摄", f"the ID card's {en} is not captured")
    if case.card is None:
        yield _lack("id_card.confirm", "身份证信息还没有核对确认", "the ID card's fields are not confirmed")
    else:
        yield from _blocking_findings(case.card.findings)
    if case.id_chip is not None:
        yield from _blocking_findings(case.id_chip.findings)


def _liveness(case: Case, pack: PolicyPack):
    if case.identity_path == "two_person":
        if case.second_person is None:
            yield _lack("identity.second_person", "双人人工核验还没有完成", "the second employee has not verified")
        return
    if not case.seals and not agreed(case, FACE_CONSENT):
        yield _lack("identity.consent", "客户没有同意人脸识别，请改用双人核验",
                    "the customer has not agreed to face recognition; use the two-person path")
    elif case.liveness is None:
        yield _lack("liveness.missing", "还没有做活体检测", "liveness has not been checked")
    else:
        yield from _liveness_verdict(case)


def _liveness_verdict(case: Case):
    liveness = case.liveness
    if liveness.result.verdict == "reject":
        yield _lack("liveness.reject", "活体检测未通过", "liveness was rejected")
    elif liveness.match is None or liveness.match.zone == "fail":
        yield _lack("match.fail", "人证比对未通过", "the face does not match the card")
    elif liveness.chip_match is not None and liveness.chip_match.zone == "fail":
        yield _lack("match.chip_fail", "本人与芯片照片比对未通过", "the face does not match the chip's photo")
    elif case.identity_review is not None and case.identity_review.decision == "different":
        yield _lack("identity.different", "复核认为不是同一人，请重新检测或改用双人核验",
                    "a second employee decided it is not the same person; check again or use the two-person path")
    elif identity_in_review(case):
        yield _lack("identity.review", "人证结果需要银行复核", "the bank must review the identity result", blocks=False)


def face_failed(case: Case) -> bool:
    """Whether there is a face result and it keeps the case from being sealed."""
    return case.liveness is not None and any(lack.blocks for lack in _liveness_verdict(case))


def identity_in_review(case: Case) -> bool:
    """Whether the face result, as it stands, is one that a person must look at: neither passed nor failed."""
    liveness = case.liveness
    if liveness is None or liveness.match is None:
        return False
    marks = {liveness.result.verdict, liveness.match.zone, liveness.chip_match.zone if liveness.chip_match else "pass"}
    return not marks & {"reject", "fail"} and (
        "review" in marks or any(finding.level == "warn" for finding in identity_findings(case)))


def identity_findings(case: Case) -> tuple[Finding, ...]:
    """What was found about the face that counts."""
    return (*(case.liveness.findings if case.liveness else ()), *same_face(case.card.findings if case.card else ()))


def same_face(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.code == SAME_FACE)


def _papers(case: Case, pack: PolicyPack):
    if case.supplement:
        for paper in case.supplement.papers:
            if not case.pages(paper):
                name = pack.paper(paper).name
                yield _lack(f"papers.{paper}.supplement", f"银行要求补“{name.zh}”", f"the bank asks for “{name.en}”")
    if case.circumstances is None:
        yield _lack("papers.circumstances", "还没有选择婚姻与就业情况", "marital state and employment are not chosen")


def _interview(case: Case, pack: PolicyPack):
    if not case.interviews:
        yield _lack("interview.missing", "还没有开始面谈双录", "the recorded interview has not begun")
        return
    left = [question for question in questions(case, pack) if question.code not in case.marks]
    if left:
        yield _lack(f"interview.{left[0].code}", f"双录话术还有 {len(left)} 个问题没有在录制中标记",
                    f"{len(left)} scripted question(s) are not marked in the recording")
    if case.recording is None and not any(interview.segments for interview in case.interviews):
        yield _lack("interview.empty", "双录没有留下任何画面", "the recording holds no picture")


def _forms(case: Case, pack: PolicyPack):
    for lack in _consents_of(case, pack, others=True):
        yield lack.model_copy(update={"blocks": True, "mend": Step.CONSENT})
    if case.form is None:
        yield _lack("forms.missing", "表单信息还没有核对确认", "the form's fields are not confirmed")
    else:
        yield from _blocking_findings(case.form.findings)
    if case.form is not None and any(code not in case.documents for code in documents_in_order(case, pack)):
        yield _lack("forms.documents", "待签文件还没有生成", "the documents are not drawn")


def _sign(case: Case, pack: PolicyPack):
    if not case.documents:
        yield _lack("sign.documents", "还没有可签的文件", "there is no document to sign yet")
        return
    open_forms = dict.fromkeys(form for form, _ in signatures_left(case, pack))
    for form in open_forms:
        name = pack.form(form).name
        yield _lack(f"sign.{form}", f"“{name.zh}”还没有签完", f"“{name.en}” is not fully signed")
    for form, signer in unrecorded_signatures(case, pack):
        name = pack.form(form).name
        yield _lack(f"sign.{form}.unrecorded",
                    f"“{name.zh}”的{SIGNERS[signer].zh}签字不在录像内，请在录制中重新确认表单并重签",
                    f"the {SIGNERS[signer].en}'s signature on “{name.en}” is not in the recording; while recording, "
                    "confirm the forms again and sign anew")


def _satisfaction(case: Case, _: PolicyPack):
    if case.satisfaction is None:
        yield _lack("satisfaction.missing", "客户还没有评价", "the customer has not rated")


def _submit(case: Case, pack: PolicyPack):
    if case.sealed or case.terms is None:
        return
    if case.opened.practice:
        yield _lack("submit.practice", "这是练习，不会封存和上传", "this is practice: it is neither sealed nor sent")
    if why := doubted_place(case, pack):
        yield _lack("submit.place", f"定位有疑点：{why.zh}", f"the place is doubtful: {why.en}")
    cross = cross_check(case, pack)
    papers = paper_list(case, pack, cross)
    for code, rule in {f.code: f.rule for f in contradictions(case, cross)}.items():
        yield _lack(code, f"资料有矛盾：{rule.zh}", f"papers contradict each other: {rule.en}")
    for item in papers.blocks_sealing:
        how = ("看不清或有冲突，请重拍", "is unusable; take it again") if item.state == "bad" else ("还没有采集", "is missing")
        yield _lack(f"submit.{item.paper}", f"“{item.name.zh}”{how[0]}", f"“{item.name.en}” {how[1]}")
    if case.recording is not None:
        yield _lack("submit.recording", "双录还没有结束", "the recording has not been ended")
    yield _lack("submit.seal", "还没有封存提交", "the case is not sealed")


_LACKS: dict[Step, Callable] = {
    Step.TERMS: _terms, Step.PLACE: _place, Step.CONSENT: _consent, Step.ID_CARD: _id_card,
    Step.LIVENESS: _liveness, Step.PAPERS: _papers, Step.INTERVIEW: _interview, Step.FORMS: _forms,
    Step.SIGN: _sign, Step.SATISFACTION: _satisfaction, Step.SUBMIT: _submit,
}


def signatures_left(case: Case, pack: PolicyPack) -> tuple[tuple[str, str], ...]:
    """(form, signer) still to sign, in order: each signer's documents together, the cost sheet first, the manager last."""
    wanted = signers(case, pack)
    everybody = dict.fromkeys(signer for of_form in wanted.values() for signer in of_form)
    return tuple((form, signer) for signer in sorted(everybody, key=lambda s: s == MANAGER) for form in wanted
                 if signer in wanted[form]
                 and (form not in case.documents or signer not in case.documents[form].signers))


def signers(case: Case, pack: PolicyPack) -> dict[str, tuple[str, ...]]:
    """Who signs each form of this case, in the order of forms and of their signers."""
    return {form.code: tuple(one.signer for one in form.signers) for form in forms_in_order(case, pack)}


def questions(case: Case, pack: PolicyPack) -> tuple[Question, ...]:
    """The questions that this case is asked; its terms must be set."""
    values = context(case)
    return tuple(question for question in pack.questions if rules.holds(question.when, values))


def signing_recorded(case: Case, pack: PolicyPack) -> bool:
    """Whether this case must be signed before the running recorder: whoever signs face to face is recorded
    (个人贷款管理办法, art. 26), unless the bank exempts small loans."""
    return case.loan_terms is not None and case.loan_terms.loan_fen > pack.thresholds.record_signing_above_fen


def unrecorded_signatures(case: Case, pack: PolicyPack) -> tuple[tuple[str, str], ...]:
    """(form, signer) of the signatures that no recording covers although one must."""
    if not signing_recorded(case, pack):
        return ()
    return tuple((form, signature.signer) for form, document in case.documents.items()
                 for signature in document.signatures if not case.recorded(case.signed_at[signature.file.id]))


def recording_complete(case: Case, pack: PolicyPack) -> bool:
    """Every question and signature recorded, and the face in the picture as long as the bank asks for."""
    shares = [i.ended.face_share for i in case.interviews if i.ended and i.ended.face_share is not None]
    return not (blocking(case, pack, Step.INTERVIEW) or unrecorded_signatures(case, pack)
                or any(share < pack.thresholds.face_in_picture_min for share in shares))


def forms_in_order(case: Case, pack: PolicyPack) -> tuple[Form, ...]:
    """The forms that this case signs, in order, each with those who sign it here; the cost sheet is first by law."""
    terms = case.loan_terms
    return required_forms(pack, terms.product, context(case)) if terms else ()


def documents_in_order(case: Case, pack: PolicyPack) -> tuple[str, ...]:
    """Their codes."""
    return tuple(form.code for form in forms_in_order(case, pack))
