"""The consents' page: read or heard to the end before agreeing, weighed alike, withdrawn knowingly, by whom it is read."""

from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from app.domain import facts
from app.domain.flow import Step
from app.ui.speech import NO_VOICE
from tests.ui.silent_voice import SilentVoice
from tests.ui.steps import acts, click, find, last


def test_each_consent_is_answered_with_its_time_and_the_next_one_comes(qtbot, opened, desks):
    page = opened(Step.CONSENT)
    first, second = desks.policy.consents[:2]
    scroll_to_end(qtbot, page)
    click(page, "consent.agree")
    qtbot.waitUntil(lambda: second.title.zh in find(page, "consent.heading", QLabel).text(), timeout=20_000)
    answer = last(desks)
    assert (answer.purpose, answer.given, answer.read_to_end) == (first.purpose, True, True)
    assert answer.shown_s >= 0
    assert "还差" in find(page, "consent.missing", QLabel).text()


def scroll_to_end(qtbot, page) -> None:
    bar = find(page, "consent.text").verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(find(page, "consent.agree").isEnabled, timeout=20_000)


def test_a_long_text_cannot_be_agreed_to_unread_but_can_be_refused(qtbot, opened, desks):
    page = opened(Step.CONSENT)
    page.resize(700, 460)
    qtbot.wait(20)
    page.show_consent("face_recognition")
    assert not find(page, "consent.agree").isEnabled()
    assert find(page, "consent.refuse").isEnabled()
    assert "末尾" in find(page, "consent.block", QLabel).text()
    click(page, "consent.refuse")
    qtbot.waitUntil(lambda: "answer_consent" in acts(desks), timeout=20_000)
    assert last(desks).given is False


def test_agreeing_and_refusing_weigh_the_same(opened):
    page = opened(Step.CONSENT)
    page.show_consent("face_recognition")
    agree, refuse = find(page, "consent.agree"), find(page, "consent.refuse")
    assert agree.size() == refuse.size()
    assert agree.property("role") == refuse.property("role")


def test_a_consent_can_be_withdrawn(qtbot, opened, desks):
    page = opened(Step.CONSENT)
    scroll_to_end(qtbot, page)
    click(page, "consent.agree")
    qtbot.waitUntil(lambda: "answer_consent" in acts(desks), timeout=20_000)
    page.show_consent(desks.policy.consents[0].purpose)
    click(page, "consent.withdraw")
    assert "不能继续" in find(page, "consent.follows", QLabel).text()
    click(page, "consent.keep")
    assert find(page, "consent.follows", QLabel).isHidden()
    for _press in range(2):
        click(page, "consent.withdraw")
    qtbot.waitUntil(lambda: "withdraw_consent" in acts(desks), timeout=20_000)
    qtbot.waitUntil(lambda: find(page, "consent.state").text() == "已撤回", timeout=20_000)


class NoVoice(SilentVoice):
    def say(self, text: str, language: str) -> None:
        raise NO_VOICE()


def test_a_text_that_was_heard_to_its_end_can_be_agreed_to(qtbot, opened, desks):
    page = opened(Step.CONSENT)
    page.resize(700, 460)
    voice = SilentVoice()
    page.read_with(voice)
    page.show_consent("face_recognition")
    click(page, "consent.read_aloud")
    assert desks.policy.consent("face_recognition").text.zh.strip()[:20] in voice.said[0]
    click(page, "consent.read_aloud")
    assert voice.said[-1] == ""
    assert not find(page, "consent.agree").isEnabled()
    click(page, "consent.read_aloud")
    voice.ended.emit(True)
    assert find(page, "consent.agree").isEnabled()


def test_a_computer_without_a_voice_says_so(opened):
    page = opened(Step.CONSENT)
    page.read_with(NoVoice())
    click(page, "consent.read_aloud")
    assert page.notice.code() == "speech.no_voice"


def test_who_reads_to_the_customer_is_named_and_shown(qtbot, opened, desks):
    page = opened(Step.CONSENT)
    click(page, "consent.helper.open")
    confirm = find(page, "consent.helper.confirm")
    find(page, "consent.helper.name", QLineEdit).setText("王样例")
    assert not confirm.isEnabled()
    find(page, "consent.helper.relation", QLineEdit).setText("女儿")
    click(page, "consent.helper.confirm")
    qtbot.waitUntil(lambda: "王样例" in find(page, "consent.helper", QLabel).text(), timeout=20_000)
    assert last(desks).reason == "cannot_read"
    assert find(page, "consent.text").isVisible()


def test_the_spouses_texts_join_the_list_with_the_circumstances(opened, desks):
    page = opened(Step.CONSENT)
    assert page.findChild(QPushButton, "consent.item.spouse_bureau_query") is None
    desks.signing.journal.append(page.case_id, facts.CircumstancesSet(circumstances=facts.Circumstances(marital="married")))
    page.show_case(desks.signing.view(page.case_id))
    assert "配偶" in find(page, "consent.item.spouse_bureau_query").accessibleName()
