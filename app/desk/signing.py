"""The signing desk: one method for each thing a person does with a case. Each returns the case as it then stands.

Every act asks the flow whether it is allowed, keeps its files encrypted, and appends its facts in one durable step;
only then does it return. A refused act raises a Condition and changes nothing.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from app.desk import company_seal, environment, form_fields, identity_acts, mending, papers, place_acts, practice
from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.desk.documents import DocumentRoom
from app.desk.duplicates import PictureSearch
from app.desk.identity import IdentityRoom
from app.desk.interview import InterviewRoom
from app.desk.post import Post
from app.desk.sealing import SealRoom
from app.desk.views import CaseView, PageField
from app.domain import clauses, consents, facts, flow, loan, script
from app.domain.case import FACE_CONSENT, FACE_SEARCH_CONSENT, FACE_TRANSFER_CONSENT, Case
from app.domain.challenge import Action, LivenessPlan
from app.domain.condition import Kind
from app.domain.cost import CostSheet
from app.domain.evidence import FileRef
from app.domain.flow import Step
from app.domain.ink import Ink
from app.domain.page_frame import Corners
from app.domain.place import Fix
from app.domain.policy import PolicyPack, Words
from app.domain.policy_text import consent_sha256
from app.domain.terms import Terms

CONSENT_NOT_READ = Kind(
    "consent.not_read", zh="这份同意书还没有看到末尾，不能记为同意。", zh_next="请客户看完全文，或朗读完后再答复。",
    en="The text has not been read to its end, so agreeing cannot be recorded.",
    en_next="Let the customer read it to the end, or read it aloud, then answer.")
HELPER_INCOMPLETE = Kind(
    "consent.helper_incomplete", zh="协助阅读人的信息不完整。", zh_next="请填写姓名、与客户的关系，并选择原因。",
    en="What is known of who reads to the customer is incomplete.",
    en_next="Fill in name and relation, and choose the reason.")
CONSENT_NOT_FOUND = Kind(
    "consent.unknown", zh="没有这一项同意。", zh_next="请刷新页面后重试。",
    en="There is no such consent.", en_next="Reload the page and try again.")


class SigningDesk:
    """All acts of a signing case. Blocking: call it from a worker thread, one act at a time."""

    def __init__(self, book: CaseBook, booth: Booth, documents: DocumentRoom, interviews: InterviewRoom,
                 seals: SealRoom, identity: IdentityRoom, post: Post) -> None:
        self._book = book
        self._booth = booth
        self._pictures = PictureSearch(book, booth, book.traces)
        self._documents = documents
        self._interviews = interviews
        self._seals = seals
        self._identity = identity
        self._post = post

    # -- the case ------------------------------------------------------------------------------------------------

    def open_case(self, for_practice: bool = False) -> CaseView:
        """A new, empty case under the current policy pack. Raises ``disk.full`` where a whole case would not fit. One
        ``for_practice`` goes through every step but the seal, and leaves no trace for other cases."""
        return self._book.open_case(for_practice)

    def discard_practice(self, case_id: str) -> None:
        """Erase a practice case at once and for good. Raises ``case.not_practice``, or that it is still recorded."""
        practice.discard(self._book, case_id)

    def view(self, case_id: str) -> CaseView:
        return self._book.view(case_id)

    def file_bytes(self, case_id: str, ref: FileRef) -> bytes:
        """A case file in clear, for the screen only. Raises ``vault.damaged``."""
        self._book.load(case_id)
        return self._book.vault.get(case_id, ref)

    # -- 1 terms -------------------------------------------------------------------------------------------------

    def check_terms(self, case_id: str, terms: Terms) -> tuple[facts.Finding, ...]:
        """What the rules of the case's pack say of these terms, without recording them."""
        pack = self._book.pack(case_id)
        return loan.check_terms(terms, pack.product(terms.product), pack.thresholds)

    def set_terms(self, case_id: str, terms: Terms) -> CaseView:
        """Record the terms; place and card, if they are there already, are judged anew by them."""
        case, pack = self._allowed(case_id, Step.TERMS, "修改融资方案", "changing the terms")
        dealer = self._book.shelf.admitted(terms.dealer_id)
        findings = loan.check_terms(terms, pack.product(terms.product), pack.thresholds)
        fact = facts.TermsSet(terms=terms, dealer_name=dealer.name, dealer_company_code=dealer.company_code,
                              dealer_account=dealer.account_name, findings=findings)
        return self._book.record(case_id, fact, *self._judged_anew(case.model_copy(update={"terms": fact})))

    def _judged_anew(self, case: Case) -> Iterator[facts.Fact]:
        if case.place:
            verdict = place_acts.verdict(self._book, case, case.place.fix)
            if verdict != case.place.verdict:
                yield case.place.model_copy(update={"verdict": verdict})
        if case.card:
            findings = (*identity_acts.check(self._book, case, case.card.card), *flow.same_face(case.card.findings))
            if findings != case.card.findings:
                yield case.card.model_copy(update={"findings": findings})

    # -- 2 place -------------------------------------------------------------------------------------------------

    def record_place(self, case_id: str, fix: Fix | None, reason: str = "") -> CaseView:
        """Stamp the place: a fix with its fence verdict, or a reason why there is none."""
        case, _ = self._allowed(case_id, Step.PLACE, "定位签到", "recording the place")
        return self._book.record(case_id, place_acts.stamp(self._book, case, fix, reason))

    def vouch_for_place(self, case_id: str, staff_id: str, password: str, reason: str) -> CaseView:
        """Another employee's word, on the spot, for a place that the bank does not let be sealed as it stands."""
        case, _ = self._allowed(case_id, Step.PLACE, "确认地点", "vouching for the place")
        return self._book.record(case_id, place_acts.vouch(
            self._book, self._identity.staff, case, staff_id, password, reason))

    # -- 3 consents ----------------------------------------------------------------------------------------------

    def answer_consent(self, case_id: str, purpose: str, given: bool, shown_s: float, read_to_end: bool) -> CaseView:
        """Record what the person said to this text. Raises ``consent.unknown`` and, for a yes, ``consent.not_read``."""
        case, pack = self._allowed(case_id, Step.CONSENT, "记录同意", "recording a consent")
        consent = next((c for c in consents.asked(case, pack) if c.purpose == purpose), None)
        if consent is None:
            raise CONSENT_NOT_FOUND()
        if given and not read_to_end:
            raise CONSENT_NOT_READ()
        return self._record_consent(case_id, facts.ConsentAnswered(
            purpose=purpose, given=given, text_version=consent.version, text_sha256=consent_sha256(consent),
            shown_s=round(shown_s, 1), read_to_end=read_to_end, helper=case.helper.name if case.helper else ""), given)

    def name_helper(self, case_id: str, helper: facts.ReadingHelped) -> CaseView:
        """Who reads everything to the customer and witnesses the signing; an empty name: nobody any more. Documents drawn
        before are to be drawn anew. Raises ``consent.helper_incomplete``."""
        self._allowed(case_id, Step.CONSENT, "登记协助阅读人", "naming who reads to the customer")
        given = helper.model_copy(update={"name": helper.name.strip(), "relation": helper.relation.strip()})
        if given.name and not (given.relation and given.reason):
            raise HELPER_INCOMPLETE()
        return self._book.record(case_id, given)

    def withdraw_consent(self, case_id: str, purpose: str) -> CaseView:
        """Withdraw a consent given before, at any time; what rests on it falls away. After sealing the bank is told."""
        case, pack = self._book.load(case_id), self._book.pack(case_id)
        if purpose not in case.consents:
            raise CONSENT_NOT_FOUND()
        fact = facts.ConsentWithdrawn(purpose=purpose)
        if case.seals:
            stops = pack.consent(purpose).required or purpose == FACE_TRANSFER_CONSENT
            view = self._record_consent(case_id, fact, False, self._seals.telling(case, purpose, stops))
            self._post.poke()
            return view
        flow.require(case, pack, Step.CONSENT, Words(zh="撤回同意", en="withdrawing a consent"))
        if self._interviews.running(case_id) and pack.consent(purpose).required:
            self._interviews.finish(case_id)
        return self._record_consent(case_id, fact, False)

    def _record_consent(self, case_id: str, fact: facts.ConsentAnswered | facts.ConsentWithdrawn, given: bool,
                        *also: Callable[[], None]) -> CaseView:
        """With a face consent the face template goes, in the same step."""
        search = self._identity.search
        if given or fact.purpose not in (FACE_CONSENT, FACE_SEARCH_CONSENT) or not search.keeps(case_id):
            return self._book.record(case_id, fact, also=lambda: [one() for one in also])
        view = self._book.record(case_id, fact, also=lambda: [one() for one in (*also, lambda: search.drop(case_id))])
        search.forget()
        return view

    # -- 4 identity card -----------------------------------------------------------------------------------------

    def capture_id_card(self, case_id: str, side: str, image: bytes, imported: bool = False) -> CaseView:
        """Keep and read one side: ``front``, ``back``, or ``either``, which never replaces a good one."""
        case, _ = self._allowed(case_id, Step.ID_CARD, "拍摄身份证", "capturing the ID card")
        fact = identity_acts.card_side(self._book, self._booth, case, side, image, imported)
        return self._book.record(case_id, fact)

    def draft_card(self, case_id: str) -> dict[str, str]:
        """The card's fields as read, to begin the confirmation with; dates YYYY-MM-DD, '' where unread."""
        return identity_acts.draft(self._book.load(case_id))

    def check_card(self, case_id: str, card: facts.IdCard) -> tuple[facts.Finding, ...]:
        """What the rules say of these fields, without recording them."""
        return identity_acts.check(self._book, self._book.load(case_id), card)

    def confirm_id_card(self, case_id: str, card: facts.IdCard) -> CaseView:
        """The person confirms or corrects; both values of a correction are kept."""
        case, pack = self._allowed(case_id, Step.ID_CARD, "确认身份证信息", "confirming the ID card")
        draft = identity_acts.draft(case)
        confirmed = identity_acts.as_text(card)
        corrected = {k: (draft.get(k, ""), v) for k, v in confirmed.items() if draft.get(k, "") != v}
        fact = facts.IdCardConfirmed(card=card, corrected=corrected, findings=identity_acts.check(self._book, case, card))
        search = self._identity.search.anew(case.model_copy(update={"card": fact}), pack)
        fact = fact.model_copy(update={"findings": (*fact.findings, *search.findings)})
        return self._book.record(case_id, fact, also=search.also)

    @property
    def id_reader(self) -> str:
        """Name of the certified reader that is installed; '' where there is none."""
        return self._identity.chip.reader_name

    def read_id_chip(self, case_id: str) -> CaseView:
        """Read the card's chip; fields confirmed before are judged anew by it. Raises ``id_reader.*``."""
        case, _ = self._allowed(case_id, Step.ID_CARD, "读取身份证芯片", "reading the card's chip")
        fact = self._identity.chip.read(case)
        return self._book.record(case_id, fact, *self._judged_anew(case.model_copy(update={"id_chip": fact})))

    # -- 5 liveness and face -------------------------------------------------------------------------------------

    def choose_identity_path(self, case_id: str, path: str) -> CaseView:
        self._allowed(case_id, Step.LIVENESS, "选择核验方式", "choosing the identity path")
        return self._book.record(case_id, facts.IdentityPathChosen(path=path))

    def begin_liveness(self, case_id: str, without: tuple[Action, ...] = (), reason: str = "",
                       skip_light: str = "") -> LivenessPlan:
        """Draw an attempt and record that it begins. ``without`` leaves actions out for a ``reason``; ``skip_light`` is why
        no coloured light may be shown ('' = it may). Raises ``identity.face_refused`` and ``liveness.*``."""
        case, pack = self._allowed(case_id, Step.LIVENESS, "做活体检测", "the liveness check")
        return self._identity.liveness.begin(case, pack, without, reason, skip_light)

    def abandon_liveness(self, case_id: str, reason: str) -> CaseView:
        """End the attempt without a verdict: ``stopped`` by a person, which counts as an attempt, or the code of what
        ailed camera or worker, which does not. Once an attempt; without an open one nothing happens."""
        return self._identity.liveness.abandon(self._book.load(case_id), reason)

    def finish_liveness(self, case_id: str) -> CaseView:
        """Judge the attempt begun for this case, compare with the card's portrait and keep the best frames."""
        case, pack = self._allowed(case_id, Step.LIVENESS, "完成活体检测", "finishing the liveness check")
        return self._identity.liveness.finish(case, pack)

    def review_identity(self, case_id: str, staff_id: str, password: str, decision: str, reason: str) -> CaseView:
        """A second employee decides on a result in the review zone: ``same`` or ``different``, which blocks the step."""
        case, _ = self._allowed(case_id, Step.LIVENESS, "复核人证结果", "reviewing the face result")
        return self._book.record(case_id, identity_acts.review(
            self._book, self._identity.staff, case, staff_id, password, decision, reason))

    def verify_by_second_person(self, case_id: str, staff_id: str, password: str, statement: str,
                                photo: bytes | None = None) -> CaseView:
        case, _ = self._allowed(case_id, Step.LIVENESS, "双人核验", "the two-person check")
        fact = identity_acts.second_person(
            self._book, self._identity.staff, case, staff_id, password, statement, photo)
        return self._book.record(case_id, facts.IdentityPathChosen(path="two_person"), fact)

    # -- the manager's own face ----------------------------------------------------------------------------------

    @property
    def my_face_known(self) -> bool:
        """Whether a picture of who works here is kept for the photo together."""
        return self._identity.my_face.known

    def remember_my_face(self, image: bytes) -> None:
        """Keep the one face in ``image``, encrypted on this device. Raises ``face.*`` and ``picture.*``."""
        self._identity.my_face.remember(image)

    def forget_my_face(self) -> None:
        self._identity.my_face.forget()

    # -- 6 papers ------------------------------------------------------------------------------------------------

    def set_circumstances(self, case_id: str, circumstances: facts.Circumstances) -> CaseView:
        case, pack = self._allowed(case_id, Step.PAPERS, "选择客户情况", "choosing the circumstances")
        if case.supplement:
            raise flow.supplement_only(case, pack)
        return self._book.record(case_id, facts.CircumstancesSet(circumstances=circumstances))

    def capture_paper(self, case_id: str, paper: str, image: bytes, imported: bool = False) -> CaseView:
        case, pack = self._allowed(case_id, Step.PAPERS, "采集资料", "capturing papers")
        fact = papers.capture(self._book, self._booth, self._identity.my_face, case, pack, paper, image, imported)
        return self._book.record(case_id, fact, also=self._pictures.run(case, pack, fact, image))

    def import_paper(self, case_id: str, paper: str, data: bytes) -> CaseView:
        """Take the pages of a file, all or none; they are marked as imported. Raises ``picture.*`` and ``import.*``."""
        case, pack = self._allowed(case_id, Step.PAPERS, "导入资料", "importing papers")
        brought = papers.bring(self._book, self._booth, case, pack, paper, data)
        searches = [self._pictures.run(case, pack, fact, image) for fact, image in brought]
        return self._book.record(case_id, *(fact for fact, _ in brought), also=lambda: [keep() for keep in searches])

    def retake_paper(self, case_id: str, paper: str, page_id: str, image: bytes) -> CaseView:
        """Take a page anew, in the place of the old one."""
        case, pack = self._changeable(case_id, page_id, "重拍资料", "taking a page anew")
        fact = papers.capture(self._book, self._booth, self._identity.my_face, case, pack, paper, image, False, page_id)
        return self._book.record(case_id, fact, also=self._pictures.run(case, pack, fact, image))

    def paper_frame(self, case_id: str, paper: str, page_id: str) -> Corners:
        """Where a page lies in its original, to begin mending with."""
        return mending.frame(self._book, self._booth, self._book.load(case_id), self._book.pack(case_id), paper, page_id)

    def reframe_paper(self, case_id: str, paper: str, page_id: str, corners: Corners, turns: int) -> CaseView:
        """Cut a page anew from its original at ``corners``, turned clockwise by quarters; it is read and judged anew."""
        case, pack = self._changeable(case_id, page_id, "校正资料", "mending a page")
        return self._book.record(case_id, mending.reframe(self._book, self._booth, case, pack, paper, page_id, corners, turns))

    def restore_paper(self, case_id: str, paper: str, page_id: str) -> CaseView:
        """Undo a removal."""
        case, _ = self._changeable(case_id, page_id, "恢复资料", "restoring a page")
        return self._book.record(case_id, mending.restore(case, paper, page_id))

    def remove_paper(self, case_id: str, paper: str, page_id: str) -> CaseView:
        """In a supplement only pages taken since the bank asked can be removed: what was sealed stays."""
        self._changeable(case_id, page_id, "删除资料", "removing a page")
        return self._book.record(case_id, facts.PaperRemoved(paper=paper, page_id=page_id))

    def paper_fields(self, case_id: str, paper: str, page_id: str) -> tuple[PageField, ...]:
        """The fields of a captured page, to be compared with the paper."""
        return papers.fields(self._book.load(case_id), self._book.pack(case_id), paper, page_id)

    def correct_paper(self, case_id: str, paper: str, page_id: str, values: dict[str, str]) -> CaseView:
        """The person compared a page's fields with the paper; both values of a correction are kept."""
        case, pack = self._changeable(case_id, page_id, "核对资料", "correcting a paper")
        return self._book.record(case_id, papers.correct(case, pack, paper, page_id, values))

    def _changeable(self, case_id: str, page_id: str, zh: str, en: str) -> tuple[Case, PolicyPack]:
        """Case and pack where this page may change: in a supplement, if it was taken since the bank asked."""
        case, pack = self._allowed(case_id, Step.PAPERS, zh, en)
        if case.supplement and page_id not in case.supplied:
            raise flow.supplement_only(case, pack)
        return case, pack

    # -- 7 interview ---------------------------------------------------------------------------------------------

    def start_interview(self, case_id: str) -> CaseView:
        self._allowed(case_id, Step.INTERVIEW, "开始双录", "starting the recording")
        self._note_environment(case_id)
        return self._interviews.start(case_id)

    def mark_question(self, case_id: str, question: str, answer: str) -> CaseView:
        self._allowed(case_id, Step.INTERVIEW, "标记问题", "marking a question")
        return self._interviews.mark(case_id, question, answer)

    def finish_interview(self, case_id: str) -> CaseView:
        """Always possible: whatever has come up meanwhile, a recording under way can be ended."""
        return self._interviews.finish(case_id)

    def pause_interview(self, case_id: str, reason: str, note: str = "") -> CaseView:
        """Interrupt the recording under way, for a reason of the pack."""
        return self._interviews.pause(case_id, reason, note)

    def resume_interview(self, case_id: str) -> CaseView:
        return self._interviews.resume(case_id)

    def script(self, case_id: str) -> dict[str, Words]:
        """The questions of this case by their codes, as they are asked, with the figures of its cost sheet."""
        case, sheet = self._book.load(case_id), self.cost_sheet(case_id)
        return {q.code: script.spoken(q, sheet) for q in flow.questions(case, self._book.pack(case_id))}

    # -- 8 forms and cost sheet ----------------------------------------------------------------------------------

    def form_fields(self, case_id: str) -> tuple[form_fields.FormField, ...]:
        case = self._book.load(case_id)
        return form_fields.fields(case, flow.forms_in_order(case, self._book.pack(case_id)))

    def check_form(self, case_id: str, values: dict[str, str]) -> tuple[facts.Finding, ...]:
        """What the rules say of these values, without recording them."""
        return form_fields.check(values, flow.forms_in_order(self._book.load(case_id), self._book.pack(case_id)))

    def cost_sheet(self, case_id: str) -> CostSheet:
        return self._documents.cost_sheet(self._book.load(case_id))

    def confirm_form(self, case_id: str, values: dict[str, str]) -> CaseView:
        """Confirm the fields; where nothing blocks, the cost sheet and the product's forms are drawn."""
        case, _ = self._allowed(case_id, Step.FORMS, "确认表单", "confirming the forms")
        findings = (*self.check_form(case_id, values), *self._documents.check_cost(case), *company_seal.findings(case))
        confirmed = facts.FormConfirmed(values={k: v.strip() for k, v in values.items() if v.strip()},
                                        findings=findings)
        return self._book.record(case_id, confirmed, *self._documents.draw(
            case, confirmed, company_seal.company_seal(self._book, self._booth, case)))

    # -- 9 signatures --------------------------------------------------------------------------------------------

    def document_pdf(self, case_id: str, form: str) -> bytes:
        """The very bytes that are shown and signed."""
        return self._documents.pdf(self._book.load(case_id), form)

    def read_clause(self, case_id: str, form: str, signer: str, text: str, shown_s: float, read_to_end: bool) -> CaseView:
        """``signer`` acknowledges the next highlighted clause after it was shown on its own. Raises ``clause.*``."""
        case, pack = self._allowed(case_id, Step.SIGN, "确认重要条款", "acknowledging a clause")
        return self._book.record(case_id, clauses.acknowledge(case, form, signer, text, shown_s, read_to_end,
                                                              pack.thresholds.clause_seconds_min))

    def sign(self, case_id: str, form: str, signer: str, ink: Ink, shown_sha256: str) -> CaseView:
        """``shown_sha256`` is of the bytes that were on the screen (``document_pdf``); others are not signed."""
        case, pack = self._allowed(case_id, Step.SIGN, "签字", "signing")
        self._interviews.require_rolling(case, pack)
        return self._book.record(case_id, self._documents.sign(case, pack, form, signer, ink, shown_sha256))

    # -- 10 satisfaction -----------------------------------------------------------------------------------------

    def give_satisfaction(self, case_id: str, ratings: dict[str, int], yes_no: dict[str, bool],
                          duration_s: float) -> CaseView:
        """The customer's own answers: each rating 1–5, each yes/no question answered."""
        _, pack = self._allowed(case_id, Step.SATISFACTION, "评价", "rating")
        papers.check_ratings(pack, ratings, yes_no)
        return self._book.record(case_id, facts.SatisfactionGiven(ratings=ratings, yes_no=yes_no,
                                                                  duration_s=round(duration_s, 1)))

    # -- 11 seal -------------------------------------------------------------------------------------------------

    def seal(self, case_id: str) -> CaseView:
        """Close the case: manifest, device signature and a place in the outbox, in one durable step. Before it the signed
        documents get the bank's timestamp, where the bank can be reached."""
        case = self._sealable(case_id)
        self._note_environment(case_id)
        self._seals.timestamp(case)
        with self._book.alone():
            view = self._seals.seal(self._sealable(case_id))
        self._post.poke()
        return view

    def _sealable(self, case_id: str) -> Case:
        practice.for_real(self._book.load(case_id))
        case, _ = self._allowed(case_id, Step.SUBMIT, "封存提交", "sealing")
        self._seals.require(case)
        return case

    def export_package(self, case_id: str, folder: Path) -> Path:
        """The sealed evidence package as a folder and as one ZIP beside it, still encrypted, with the receipt where there is
        one."""
        return self._seals.export(self._book.load(case_id), folder)

    def export_documents(self, case_id: str, folder: Path) -> tuple[Path, ...]:
        """The signed PDFs as files, for the customer's copy."""
        return self._documents.export(practice.for_real(self._book.load(case_id)), folder)

    def copy_for_customer(self, case_id: str, folder: Path, password: str, again: str) -> Path:
        """One PDF under the customer's password in ``folder``; the password is kept nowhere. Raises ``copy.*``."""
        case = practice.for_real(self._book.load(case_id))
        return self._documents.copy(case, self._book.pack(case_id), folder, password, again)

    def _note_environment(self, case_id: str) -> None:
        self._book.record(case_id, environment.look(self._book, self._booth, self._seals.clock_offset_s))

    def _allowed(self, case_id: str, step: Step, zh: str, en: str):
        case, pack = self._book.load(case_id), self._book.pack(case_id)
        flow.require(case, pack, step, Words(zh=zh, en=en))
        return case, pack
