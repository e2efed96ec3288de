"""Bringing a case of the in-memory desk to a step, and finding widgets by their documented names."""

from datetime import timedelta

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.domain import facts, flow
from app.domain.evidence import GENESIS, Manifest, Receipt, digest
from app.domain.facts import Circumstances, IdCard
from app.domain.flow import STEPS, Step
from app.domain.ink import Ink, InkPoint
from app.ui.widgets.basics import Elided
from tests import case_facts
from tests.ui.fake_desk import NOW, READ_CARD, jpeg

FORM = {"phone": "13900000001", "address": "江苏省示例市样本路 1 号", "employer": "示例科技公司",
        "monthly_income": "12000",
        "contact_name": "周样例", "contact_phone": "13900000002", "repayment_card": "6222020000000000005"}


def find(root: QWidget, name: str, kind=QWidget):
    """The one widget of this name; fails when there is none."""
    found = root.findChild(kind, name)
    assert found is not None, f"no widget is called {name}"
    return found


def click(root: QWidget, name: str) -> None:
    QTest.mouseClick(find(root, name), Qt.MouseButton.LeftButton)


def acts(desks) -> list[str]:
    """The names of the acts so far, in order."""
    return [act for act, *_ in desks.signing.acts]


def last(desks):
    """The fact that the last act recorded."""
    return desks.signing.acts[-1][1]


def cut_off(root: QWidget) -> list[str]:
    """Words on ``root`` that do not fit into their label or button, as ``name: words``."""
    cut = []
    for label in root.findChildren(QLabel):
        if label.isVisible() and label.text() and not isinstance(label, Elided):
            room = label.contentsRect()
            wrap, width = (Qt.TextFlag.TextWordWrap, room.width()) if label.wordWrap() else (0, 10_000)
            need = label.fontMetrics().boundingRect(QRect(0, 0, width, 10_000), int(wrap), label.text())
            if need.width() > room.width() + 1 or need.height() > room.height() + 2:
                cut.append(f"{label.objectName()}: {label.text()}")
    for button in root.findChildren(QPushButton):
        padding = 16 if button.property("role") == "quiet" else 32
        if button.isVisible() and button.fontMetrics().horizontalAdvance(button.text()) + padding > button.width() + 1:
            cut.append(f"{button.objectName()}: {button.text()}")
    return cut


def ink(shift: float = 0.0) -> Ink:
    points = tuple(InkPoint(x=0.1 * i, y=0.05 * i + shift, t_ms=10 * i, pressure=0.5) for i in range(9))
    return Ink(strokes=(points,), pad_width_mm=120, pad_height_mm=80, device="pen")


def write(pad: QWidget) -> None:
    """Three strokes by mouse."""
    for at in range(3):
        QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(60 + 50 * at, 60))
        for step in range(1, 12):
            QTest.mouseMove(pad, QPoint(60 + 50 * at + 3 * step, 60 + 6 * step))
        QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(93 + 50 * at, 126))


def read_document(qtbot, page) -> None:
    """Scroll the document that is signed to its end, also where it is drawn anew meanwhile."""
    def at_end() -> bool:
        bar = page.pane.verticalScrollBar()
        bar.setValue(bar.maximum())
        return page.pane.page_count > 0 and page.pane.isEnabled() and page.pane.at_end

    qtbot.waitUntil(at_end, timeout=20_000)


def bring_to(desks, step: Step) -> str:
    """A new case that stands at ``step``; returns its id."""
    case_id = desks.signing.open_case().case.case_id
    for earlier in STEPS[:STEPS.index(step)]:
        _DO[earlier](desks.signing, case_id)
    return case_id


def seal(desks, case_id: str, confirmed: bool = True) -> None:
    """Sealed by the desk and, if ``confirmed``, by the bank."""
    view = desks.signing.view(case_id)
    manifest = Manifest(
        case_id=case_id, case_number=view.case.number, revision=1, policy_version="1", policy_sha256=GENESIS,
        device_id="device-1", staff_id="10482", product="new_car_instalment", dealer_id="D-0317", sealed_at=NOW,
        monotonic_ms=1, journal_head=GENESIS, journal_length=1, completeness=1, operation_score=90, app_version="0",
        device_certificate_sha256=GENESIS, bank_certificate_sha256=GENESIS, files=())
    receipt = Receipt(receipt_id="R-0001", case_id=case_id, revision=1, manifest_sha256=manifest.sha256(),
                      received_at=NOW + timedelta(minutes=1), key_id="k1", signature="00")
    desks.signing.journal.append(
        case_id, facts.CaseSealed(manifest=manifest, manifest_sha256=manifest.sha256(), device_signature="00"),
        *((facts.ReceiptAccepted(receipt=receipt),) if confirmed else ()))


def _consents(signing, case_id: str) -> None:
    for consent in signing.pack.consents:
        signing.answer_consent(case_id, consent.purpose, True, 9, True)


def _id_card(signing, case_id: str) -> None:
    signing.capture_id_card(case_id, "front", jpeg("正面"))
    signing.capture_id_card(case_id, "back", jpeg("背面"))
    signing.confirm_id_card(case_id, IdCard(**READ_CARD))


def _interview(signing, case_id: str) -> None:
    """Every question is marked; the recording runs on over the signatures."""
    signing.start_interview(case_id)
    for question in flow.questions(signing.case(case_id), signing.pack):
        signing.mark_question(case_id, question.code, "yes")


def _sign(signing, case_id: str) -> None:
    for number, (form, signer) in enumerate(flow.signatures_left(signing.case(case_id), signing.pack)):
        signing.sign(case_id, form, signer, ink(0.01 * number), digest(signing.document_pdf(case_id, form)))


def _satisfaction(signing, case_id: str) -> None:
    signing.give_satisfaction(case_id, {r.code: 5 for r in signing.pack.ratings if not r.yes_no},
                              {r.code: False for r in signing.pack.ratings if r.yes_no}, 15)
    signing.finish_interview(case_id)


_DO = {
    Step.TERMS: lambda s, c: s.set_terms(c, case_facts.terms().terms),
    Step.PLACE: lambda s, c: s.record_place(c, s.booth.fix),
    Step.CONSENT: _consents, Step.ID_CARD: _id_card,
    Step.LIVENESS: lambda s, c: s.finish_liveness(c),
    Step.PAPERS: lambda s, c: s.set_circumstances(c, Circumstances()),
    Step.INTERVIEW: _interview,
    Step.FORMS: lambda s, c: s.confirm_form(c, FORM),
    Step.SIGN: _sign, Step.SATISFACTION: _satisfaction,
}
