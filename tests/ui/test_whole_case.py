"""A whole case from "new signing" to the bank's receipt, by keyboard alone and by touch alone."""

from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.consents import asked
from app.domain.flow import Step, questions, signatures_left
from app.ui.window import MainWindow
from tests.ui.hands import Keyboard, Touch
from tests.ui.scenes import come_to
from tests.ui.steps import FORM, seal


@pytest.fixture
def window(qtbot, desks):
    desks.signing.seal = lambda case_id: (seal(desks, case_id), desks.signing.view(case_id))[1]
    desks.screen.set_pin("2468")
    desks.signing.pack = desks.policy = _with_two_forms(desks.policy)
    made = MainWindow(desks)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    come_to(lambda: QApplication.activeWindow() is made and made.home.model is not None)
    hints = QApplication.styleHints()
    interval = hints.mouseDoubleClickInterval()
    yield made
    hints.setMouseDoubleClickInterval(interval)
    made.close()


def _with_two_forms(pack):
    """Two documents of two signers each are enough to go round."""
    products = tuple(product.model_copy(update={"forms": ("cost_sheet", "loan_contract")}) for product in pack.products)
    return pack.model_copy(update={"products": products})


@pytest.mark.parametrize("hands", [Keyboard, Touch])
def test_a_whole_case(window, desks, hands):
    person = hands(window)
    person.begin()
    come_to(lambda: window.frame is not None)
    for act in (_terms, _place, _consents, _id_card, _liveness, _papers, _interview, _forms, _sign, _satisfaction, _submit):
        before = window.frame.page.step
        act(person, window, desks)
        assert window.frame is None or window.frame.page.step != before, act.__name__
    assert desks.signing.view("case-1").case.receipted


def _case(window):
    return window.frame.view.case


def _arrive(window, step: Step) -> None:
    come_to(lambda: window.frame.page.step == step)


def _terms(person, window, _desks) -> None:
    person.fill("terms.model", "秦PLUS 2026")
    person.fill("terms.price", "120000")
    person.fill("terms.down_payment", "34000")
    person.next_item("terms.term")
    person.press("terms.next")
    _arrive(window, Step.PLACE)


def _place(person, window, _desks) -> None:
    person.press("place.next")
    _arrive(window, Step.CONSENT)


def _consents(person, window, desks) -> None:
    for answered in range(len(asked(_case(window), desks.policy))):
        come_to(lambda n=answered: len(_case(window).consents) == n)
        person.read_to_end("consent.text")
        person.press("consent.agree")
    person.press("consent.next")
    _arrive(window, Step.ID_CARD)


def _id_card(person, window, _desks) -> None:
    for side in ("front", "back"):
        person.press("id_card.shoot")
        come_to(lambda s=side: s in _case(window).card_sides)
    person.press("id_card.next")
    _arrive(window, Step.LIVENESS)


def _liveness(person, window, desks) -> None:
    person.press("liveness.start")
    come_to(lambda: desks.booth.progress is not None)
    desks.booth.progress(SimpleNamespace(  # what the camera saw
        phase="passed", action=None, guidance="passed", seconds_left=0.0, actions=("blink", "nod"), done=(),
        finished=True, light=None))
    person.press("liveness.next")
    _arrive(window, Step.PAPERS)


def _papers(person, window, _desks) -> None:
    person.press("papers.drives_self")
    person.press("papers.confirm_circumstances")
    come_to(lambda: _case(window).circumstances is not None)
    person.press("papers.tile.photo_together")
    person.press("papers.shoot")
    come_to(lambda: _case(window).pages("photo_together"))
    person.press("papers.close")
    person.press("papers.later")
    _arrive(window, Step.INTERVIEW)


def _interview(person, window, _desks) -> None:
    person.press("interview.start")
    for question in questions(_case(window), window.frame.view.pack):
        person.press(f"interview.{question.code}.{'no' if question.alarm == 'yes' else 'yes'}")
        come_to(lambda q=question: q.code in _case(window).marks)
    person.press("interview.next")
    _arrive(window, Step.FORMS)


def _forms(person, window, _desks) -> None:
    for code, value in FORM.items():
        person.fill(f"forms.{code}", value)
    person.press("forms.next")
    _arrive(window, Step.SIGN)


def _sign(person, window, _desks) -> None:
    for form, signer in signatures_left(_case(window), window.frame.view.pack):
        if signer != "manager":
            person.read_to_end("sign.document")
        person.write("sign.pad")
        person.press("sign.confirm")
        come_to(lambda f=form, s=signer: s in _case(window).documents[f].signers)
    _arrive(window, Step.SATISFACTION)


def _satisfaction(person, window, desks) -> None:
    for rating in desks.policy.ratings:
        person.press(f"satisfaction.{rating.code}.{'no' if rating.yes_no else 5}")
    person.press("satisfaction.confirm")
    come_to(lambda: _case(window).satisfaction is not None)
    person.press("customer.take_back")
    person.fill("customer.gate.secret", "2468")
    person.press("customer.gate.open")
    _arrive(window, Step.SUBMIT)


def _submit(person, window, _desks) -> None:
    person.press("submit.finish")
    come_to(lambda: _case(window).recording is None)
    person.press("submit.seal")
    come_to(lambda: _case(window).receipted)
    person.press("submit.seal")
    come_to(lambda: window.frame is None)
