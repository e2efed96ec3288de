"""The played case: manager and customer go through the eleven pages, from an empty case to the bank's receipt."""

from collections.abc import Callable
from pathlib import Path

from app.demo.living import Customer
from app.demo.player import Player, live
from app.demo.stage import BY_CAMERA, CIRCUMSTANCES, Stage, demo_terms, wanted_papers
from app.desk.views import CaseView
from app.domain import consents, flow
from app.domain.checklist import ChecklistItem
from app.domain.clauses import clauses_left
from app.domain.flow import Step, StepState
from app.domain.loan import ltv
from app.domain.policy import Question
from app.domain.signatories import signatory
from app.ui.screenshot import grab
from app.ui.window import MainWindow

FORM_VALUES = {"phone": "13900000001", "contact_name": "周宁宁", "contact_phone": "13900000002",
               "spouse_phone": "13900000003"}
INTERVIEW_S = 6.0
SETTLE_MS = 350  # layouts and late answers arrive before the picture is taken


class Play:
    """``tell(what, result)`` is called after each step. Screenshots go to ``screens``, one a page."""

    def __init__(self, stage: Stage, window: MainWindow, player: Player, screens: Path,
                 tell: Callable[[str, str], None]) -> None:
        self._stage, self._window, self._player = stage, window, player
        self._screens, self._tell = screens, tell
        self._customer = Customer(stage.desks.booth.feed, stage.props.clips)

    @property
    def view(self) -> CaseView:
        return self._window.frame.view

    def run(self) -> CaseView:
        """All steps in order; the view with the receipt."""
        self._home()
        for act in (self._terms, self._place, self._consents, self._id_card, self._liveness, self._papers,
                    self._interview, self._forms, self._sign, self._satisfaction, self._end_recording, self._submit):
            act()
        view = self.view
        self._back_home()
        return view

    # -- steps -----------------------------------------------------------------------------------------------------

    def _home(self) -> None:
        player = self._player
        player.wait("the work list", lambda: player.find("home.new"))
        self._shoot("00-home-empty")
        player.click("home.new")
        player.wait("a new case", lambda: self._window.frame is not None)
        self._tell("new case", self.view.case.number)

    def _terms(self) -> None:
        player, story = self._player, self._stage.props.story
        terms = demo_terms(story)
        player.click(f"terms.product.{terms.product}")
        player.choose("terms.dealer", terms.dealer_id)
        player.type("terms.model", story.model)
        player.type("terms.price", str(story.price_fen // 100))
        player.type("terms.down_payment", str(story.down_payment_fen // 100))
        player.type("terms.guide_price", str(story.price_fen // 100))
        player.type("terms.vin", story.vin)
        player.choose("terms.term", str(terms.term_months))
        player.ready("terms.next")
        self._shoot("01-terms")
        self._go_on(Step.TERMS, "terms.next")
        terms = self.view.case.loan_terms
        self._tell("product, dealer, terms", f"{terms.product}, loan {terms.loan_fen / 100:,.0f} yuan, LTV {ltv(terms):.1%}")

    def _place(self) -> None:
        self._player.ready("place.next")
        self._shoot("02-place")
        self._go_on(Step.PLACE, "place.next")
        place = self.view.case.place
        self._tell("place", f"{place.fix.source}, ±{place.fix.accuracy_m:.0f} m, {place.verdict.distance_m:.0f} m from the "
                            f"dealer, {place.verdict.fence}")

    def _consents(self) -> None:
        self._agree()
        self._go_on(Step.CONSENT, "consent.next")
        self._tell("notice and consents", f"{len(self.view.case.consents)} answered")

    def _agree(self) -> None:
        """Every text that is still open is read to its end and agreed to."""
        player = self._player
        for number, consent in enumerate(consents.unanswered(self.view.case, self.view.pack), start=1):
            player.click(f"consent.item.{consent.purpose}")
            player.read_to_end("consent.text")
            if number == 3:
                self._shoot("03-consents")
            player.click("consent.agree")
            player.wait(consent.purpose, lambda p=consent.purpose: p in self.view.case.consents)

    def _spouse_consents(self) -> None:
        """The spouse has come up with the circumstances: back to the consents, and on with the papers."""
        self._player.click(f"rail.step.{Step.CONSENT}")
        self._agree()
        self._player.click(f"rail.step.{Step.PAPERS}")

    def _id_card(self) -> None:
        self._by_hand("id_card.auto")
        for side in ("front", "back"):
            self._hold_up(self._stage.props.card(side))
            self._player.click("id_card.shoot")
            self._player.wait(f"the {side}", lambda s=side: s in self.view.case.card_sides)
        self._player.ready("id_card.next")
        self._shoot("04-id-card")
        self._go_on(Step.ID_CARD, "id_card.next")
        read = sum(len(s.readings) for s in self.view.case.card_sides.values())
        self._tell("ID card", f"{read} of 9 fields read, {len(self.view.case.card.corrected)} corrected")

    def _liveness(self) -> None:
        player, booth = self._player, self._stage.desks.booth
        self._customer.rest()
        player.wait("the face", lambda: booth.camera_state.ok)
        page = self._window.frame.page
        page.progressed.connect(lambda _plan, progress: self._customer.react(progress))
        page.progressed.connect(lambda _plan, progress: self._half_way(progress))
        self._taken = False
        for attempt in range(1, self.view.pack.thresholds.liveness_attempts + 1):  # a busy machine may miss an action
            player.click("liveness.start")
            player.wait("the verdict", lambda ended=attempt: len(self.view.case.liveness_ended) == ended)
            if self.view.step(Step.LIVENESS).state is StepState.DONE:
                break
        player.ready("liveness.next")
        self._shoot("05-liveness-passed")
        self._go_on(Step.LIVENESS, "liveness.next")
        live = self.view.case.liveness
        light = live.result.light.correlation if live.result.light else None
        self._tell("liveness and face match", f"{live.result.verdict}, distance {live.match.distance:.2f} (pass ≤ "
                   f"{live.match.threshold:.2f}), light {'not judged' if light is None else f'{light:.2f}'}, "
                   f"{live.result.fps:.0f} fps")

    def _half_way(self, progress) -> None:
        if not self._taken and len(progress.done) == 1 and progress.phase == "action":
            self._taken = True
            self._shoot("05-liveness")

    def _papers(self) -> None:
        player = self._player
        player.choose("papers.marital", CIRCUMSTANCES.marital)
        player.choose("papers.employment", CIRCUMSTANCES.employment)
        player.click("papers.confirm_circumstances")
        player.wait("the checklist", lambda: self.view.case.circumstances is not None)
        self._spouse_consents()
        wanted = wanted_papers(self.view.pack, self._stage.props.story)
        for number, item in enumerate(wanted):
            for page in range(1, item.pages_min + 1):
                self._paper(item, page)
            if number == len(wanted) // 2:
                self._shoot("06-papers-half")
        player.ready("papers.next")
        self._shoot("06-papers")
        self._go_on(Step.PAPERS, "papers.next")
        pages = sum(len(p) for p in self.view.case.papers.values())
        self._tell("papers", f"{len(self.view.case.papers)} papers, {pages} pages, complete {self.view.completeness:.0%}")

    def _paper(self, item: ChecklistItem, page: int) -> None:
        props, player = self._stage.props, self._player
        if item.paper in BY_CAMERA:
            player.click(f"papers.tile.{item.paper}")
            self._by_hand("papers.auto")
            self._hold_up(props.paper(item.paper, page))
            player.click("papers.shoot")
        else:
            player.drop(f"papers.tile.{item.paper}", props.picture(item.paper, page))
        player.wait(item.paper, lambda: len(self.view.case.papers.get(item.paper, ())) >= page)
        if item.paper in BY_CAMERA:
            player.click("papers.close")

    def _by_hand(self, name: str) -> None:
        """The play presses the button itself: nothing is to be shot before."""
        switch = self._player.find(name)
        if switch is not None and switch.isChecked():
            self._player.click(name)

    def _interview(self) -> None:
        player = self._player
        self._customer.rest()
        player.click("interview.start")
        player.wait("the recording", lambda: self._stage.desks.booth.recording.rolling)
        asked = flow.questions(self.view.case, self.view.pack)
        for question in asked:
            player.click(f"interview.{question.code}.{_answer(question)}")
            player.wait(question.code, lambda q=question.code: q in self._marked())
        player.wait("the recording", lambda: self._stage.desks.booth.recording.elapsed_ms >= INTERVIEW_S * 1000)
        self._shoot("07-interview")
        player.ready("interview.next")
        self._go_on(Step.INTERVIEW, "interview.next")
        sound = "yes" if self.view.case.recording.started.audio else "no"
        self._tell("interview, recording", f"{len(asked)} questions marked, sound {sound}; the recording runs on")

    def _marked(self) -> set[str]:
        return set(self.view.case.marks)

    def _forms(self) -> None:
        for code, value in FORM_VALUES.items():
            self._player.type(f"forms.{code}", value)
        self._player.ready("forms.next")
        self._shoot("08-forms")
        self._go_on(Step.FORMS, "forms.next")
        sheet = self._stage.desks.signing.cost_sheet(self.view.case.case_id)
        self._tell("forms and total cost", f"{len(self.view.documents)} documents drawn, {sheet.annual_rate:.3%} a year, "
                                           f"{sheet.total_fen / 100:,.2f} yuan in all")

    def _sign(self) -> None:
        player = self._player
        signatures = 0
        for form, signer in flow.signatures_left(self.view.case, self.view.pack):
            page = self._window.frame.page
            self._read_clauses(form, signer)
            player.wait(form, lambda page=page: page.pane.page_count > 0 and page.pane.isEnabled())
            if signatures == 0:
                player.write("sign.pad", self.view.case.card.card.name, seed=0)
                self._shoot("09-sign")
                player.click("sign.clear")
            player.read_to_end("sign.document")
            signatures += 1
            player.write("sign.pad", signatory(self.view.case, signer).name, seed=signatures)
            player.click("sign.confirm")
            player.wait(f"{form} by {signer}", lambda f=form, s=signer: s in self.view.case.documents[f].signers)
        people = {signer for document in self.view.case.documents.values() for signer in document.signers}
        self._tell("signatures", f"{signatures} by hand of {len(people)} people on {len(self.view.documents)} sealed PDFs, the "
                                 f"cost sheet first")
        if self._window.frame.page.step == Step.SIGN:
            player.click("sign.confirm")

    def _read_clauses(self, form: str, signer: str) -> None:
        """Every highlighted clause of the form is shown to its signer, and acknowledged."""
        for text in clauses_left(self.view.case, form, signer):
            self._player.ready("sign.clause.confirm")
            self._player.read_to_end("sign.clause.area")
            self._player.click("sign.clause.confirm")
            self._player.wait("the clause read", lambda t=text: t not in clauses_left(self.view.case, form, signer))

    def _satisfaction(self) -> None:
        player = self._player
        for rating in self.view.pack.ratings:
            player.click(f"satisfaction.{rating.code}.{'no' if rating.yes_no else 5}")
        self._shoot("10-satisfaction")
        player.click("satisfaction.confirm")
        player.wait("the answers", lambda: self.view.case.satisfaction is not None)
        player.ready("customer.hold").held.emit()
        player.wait("the last page", lambda: self._window.frame.page.step == Step.SUBMIT)
        self._tell("satisfaction", f"{len(self.view.case.satisfaction.ratings)} ratings by the customer")

    def _end_recording(self) -> None:
        """From the first question to the last signature; no case is sealed while it runs."""
        self._player.click("submit.finish")
        self._player.wait("the end of the recording", lambda: self.view.case.recording is None)
        recording = self.view.case.interviews[-1]
        covered = sum(map(self.view.case.recorded, self.view.case.signed_at.values()))
        face = f", face in {recording.ended.face_share:.0%}" if recording.ended.face_share is not None else ""
        self._tell("recording", f"{recording.duration_ms / 1000:.0f} s in {len(recording.segments)} segment(s){face}, "
                                f"{covered} of {len(self.view.case.signed_at)} signatures in it")

    def _submit(self) -> None:
        player = self._player
        player.ready("submit.seal")
        self._shoot("11-submit")
        player.click("submit.seal")
        player.wait("the seal", lambda: self.view.case.sealed)
        manifest = self.view.case.seals[-1].manifest
        stamped = sum(document.timestamped is not None for document in self.view.case.documents.values())
        self._tell("bank's time", f"on {stamped} of {len(self.view.documents)} documents (PAdES B-LT)")
        self._tell("score and seal", f"{self.view.score.total:.1f} points, {len(manifest.files)} files, "
                                     f"{sum(f.cipher_size for f in manifest.files) / 1e6:.1f} MB encrypted")
        player.wait("the receipt", lambda: self.view.case.receipted, 120)
        self._shoot("11-submit-receipt")
        self._tell("bank's receipt", self.view.case.receipts[-1].receipt_id)

    def _back_home(self) -> None:
        self._player.click("submit.seal")
        self._player.wait("the work list", lambda: self._player.find("home.table"))
        self._player.wait("the sync", lambda: self._player.find("home.queue.cases"))
        self._shoot("12-home")

    # -- helpers ---------------------------------------------------------------------------------------------------

    def _go_on(self, step: Step, button: str) -> None:
        """Press a page's primary button and wait for the next page."""
        self._player.click(button)
        self._player.wait(f"the page after {step}", lambda: self._window.frame.page.step != step)

    def _hold_up(self, video: Path) -> None:
        """Put a paper before the camera and wait until the window sees it."""
        feed = self._stage.desks.booth.feed
        before = feed.latest()
        feed.switch(str(video), loop=True)
        self._player.wait("the paper in the picture", lambda: feed.source is not None and feed.source.name == video.name
                          and feed.latest() is not before and feed.error is None)
        seen = feed.latest().t_s
        self._player.wait("a steady picture", lambda: feed.latest().t_s > seen + 0.2)

    def _shoot(self, name: str) -> None:
        live(SETTLE_MS)
        grab(self._window, self._screens / f"{name}.png")


def _answer(question: Question) -> str:
    """What an honest customer with nothing to hide says."""
    return "no" if question.alarm == "yes" else "yes"
