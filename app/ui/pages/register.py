"""Which page belongs to which step."""

from app.domain.flow import Step
from app.ui.pages.consent import ConsentPage
from app.ui.pages.forms import FormsPage
from app.ui.pages.id_card import IdCardPage
from app.ui.pages.interview import InterviewPage
from app.ui.pages.liveness import LivenessPage
from app.ui.pages.page import Page
from app.ui.pages.papers import PapersPage
from app.ui.pages.place import PlacePage
from app.ui.pages.satisfaction import SatisfactionPage
from app.ui.pages.sign import SignPage
from app.ui.pages.submit import SubmitPage
from app.ui.pages.terms import TermsPage

PAGES: dict[Step, type[Page]] = {
    Step.TERMS: TermsPage, Step.PLACE: PlacePage, Step.CONSENT: ConsentPage, Step.ID_CARD: IdCardPage,
    Step.LIVENESS: LivenessPage, Step.PAPERS: PapersPage, Step.INTERVIEW: InterviewPage, Step.FORMS: FormsPage,
    Step.SIGN: SignPage, Step.SATISFACTION: SatisfactionPage, Step.SUBMIT: SubmitPage,
}
