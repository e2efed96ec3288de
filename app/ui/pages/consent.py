"""Step 3: notice and consents one by one. Agreeing and refusing weigh the same; how long each was shown is kept."""

from time import monotonic
from typing import Any

from PySide6.QtCore import QTimer

from app.desk.views import CaseView
from app.domain import consents
from app.domain.case import FACE_CONSENT
from app.domain.facts import ReadingHelped
from app.domain.flow import Step
from app.ui import speech, text, theme
from app.ui.pages import consent_helper
from app.ui.pages.consent_list import ConsentList, ReadingText, answer_words, heading, what_follows
from app.ui.pages.page import Page
from app.ui.text import tr
from app.ui.widgets.basics import Card, Pill, Stack, button, column, holder, label, restyle, row
from app.ui.widgets.read_aloud import ReadAloud
from app.ui.widgets.seat import Seat

END_WITHIN_PX = 12


class ConsentPage(Page):
    step = Step.CONSENT
    for_customer = "asked"

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view, subtitle=tr("逐项出示，由客户本人决定；同意后可以随时撤回",
                                                  "One by one; the customer decides and may withdraw"))
        self._purpose = ""
        self._shown_since = 0.0
        self._read_to_end = False
        self._laid_out = False
        self._sure = False
        self._compose_body()
        self.finish_footer()

    def read_with(self, voice: speech.Voice) -> None:
        """Read aloud through this voice from now on."""
        self._read_aloud.read_with(voice)

    def _compose_body(self) -> None:
        self._list = ConsentList()
        self._list.chosen.connect(self.show_consent)
        self._helper_words = label("", "label", wrap=True, name="consent.helper")
        self._name_helper = button(tr("协助阅读…", "Reading help…"), "consent.helper.open")
        self._name_helper.clicked.connect(self._open_helper)
        self.footer.insertWidget(0, self._name_helper)
        side = column(self._list, self._helper_words, gap=8)
        side.setStretch(0, 1)
        listing = holder(side)
        listing.setFixedWidth(264)
        self._helper_form = consent_helper.HelperForm()
        self._helper_form.named.connect(self._helper_named)
        content = row(listing, self._compose_reading(), gap=16)
        content.setStretch(1, 1)
        self._reading = Seat(holder(content))
        self._helper_form.left.connect(lambda: self._pane.setCurrentWidget(self._reading))
        self.seats = (self._reading,)
        self._pane = Stack()
        self._pane.addWidget(self._reading)
        self._pane.addWidget(self._helper_form)
        self.body.addWidget(self._pane)

    def _compose_reading(self) -> Card:
        self._title = label("", "heading", wrap=True, name="consent.heading")
        self._read_aloud = ReadAloud("consent.read_aloud", lambda: self._text.toPlainText())
        self._read_aloud.heard.connect(self._heard)
        self._read_aloud.trouble.connect(self.trouble)
        self._facts = label("", "label", wrap=True, name="consent.facts")
        self._text = ReadingText("consent.text", tr("同意书正文", "Text of the consent"))
        self.customer_type(1.0)
        self._text.verticalScrollBar().valueChanged.connect(lambda _value: self._look_for_end())
        self._text.verticalScrollBar().rangeChanged.connect(lambda _a, _b: self._look_for_end())
        self._equal = label(tr("人脸核验与双人人工核验效力相同，由客户自由选择，不影响办理和评分。",
                               "Face check and two-person check have equal standing; the choice changes nothing else."),
                            "caption", wrap=True)
        self._state = Pill("", "plain", name="consent.state")
        self._agree, self._refuse = button("", "consent.agree"), button("", "consent.refuse")
        self._agree.clicked.connect(lambda: self._answer(True))
        self._refuse.clicked.connect(lambda: self._answer(False))
        self._follows = label("", wrap=True, name="consent.follows")
        self._keep = button(tr("保留同意", "Keep it"), "consent.keep")
        self._keep.clicked.connect(lambda: self._ask_sure(False))
        self._withdraw = button(tr("撤回同意", "Withdraw"), "consent.withdraw", "danger")
        self._withdraw.clicked.connect(self._take_back)
        self._block = label("", "label", wrap=True, name="consent.block")
        answers = row(self._agree, self._refuse, gap=12)
        answers.setStretch(0, 1)
        answers.setStretch(1, 1)
        head = row(self._title, self._state, self._read_aloud, gap=12)
        head.setStretch(0, 1)
        reading = Card(head, self._facts)
        reading.body.addWidget(self._text, 1)
        for part in (self._equal, self._block, self._follows):
            reading.body.addWidget(part)
        reading.body.addLayout(answers)
        reading.body.addLayout(row(self._keep, self._withdraw, None, gap=12))  # so a double click keeps it
        return reading

    def enter(self) -> None:
        self.show_consent(self._first_open() or self._purpose or self.view.pack.consents[0].purpose)

    def leave(self) -> None:
        self._read_aloud.hush()

    def _first_open(self) -> str:
        return next((c.purpose for c in consents.unanswered(self.view.case, self.view.pack)), "")

    def show_consent(self, purpose: str) -> None:
        """Put one text before the customer; from now its time runs."""
        self._read_aloud.hush()
        self._pane.setCurrentWidget(self._reading)
        self._purpose, self._shown_since, self._laid_out, self._sure = purpose, monotonic(), False, False
        consent = self.view.pack.consent(purpose)
        self._title.setText(heading(consent))
        receiver = tr(f" · 接收方：{consent.receiver}", f" · receiver: {consent.receiver}") if consent.receiver else ""
        needed = tr("办理业务必需", "needed for this business") if consent.required else tr("可以不同意",
                                                                                            "may be refused")
        self._facts.setText(f"{tr('版本', 'Version')} {consent.version} · {needed}{receiver}")
        self._text.setPlainText(text.of(consent.text))
        self._text.verticalScrollBar().setValue(0)
        self._read_to_end = False
        self.paint(self.view)
        QTimer.singleShot(0, self, self._text_is_laid_out)

    def _text_is_laid_out(self) -> None:
        self._laid_out = True
        self._look_for_end()

    def customer_type(self, zoom: float) -> None:
        self._text.setStyleSheet(f"font-size: {round(theme.CUSTOMER_SIZES[0] * zoom)}px;")

    def done_words(self) -> str:
        return "" if self._first_open() else tr("全部答复完毕，请把电脑交还客户经理。",
                                               "All answered. Please hand the laptop back to the manager.")

    # -- read aloud, and by whom -----------------------------------------------------------------------------------

    def _heard(self) -> None:
        """Who heard the whole text knows it as one who read it."""
        self._read_to_end = True
        self._paint_answers()

    def _open_helper(self) -> None:
        self._read_aloud.hush()
        self._helper_form.show_helper(self.view.case.helper)
        self._pane.setCurrentWidget(self._helper_form)

    def _helper_named(self, helper: ReadingHelped) -> None:
        self.act(self.desks.signing.name_helper, self.case_id, helper, during=self._helper_form.confirm,
                 then=lambda _view: self._pane.setCurrentWidget(self._reading))

    # -- the answer ------------------------------------------------------------------------------------------------

    def _look_for_end(self) -> None:
        seen = self._text.verticalScrollBar().value() + self._text.viewport().height()
        if self._laid_out and self._text.isVisible() and seen >= self._text.document().size().height() - END_WITHIN_PX \
                and not self._read_to_end:
            self._read_to_end = True
            self._paint_answers()

    def paint(self, view: CaseView) -> None:
        self._list.show_consents(consents.asked(view.case, view.pack), view.case.consents, self._purpose)
        self._helper_words.setText(consent_helper.words(view.case.helper))
        self._name_helper.setEnabled(not self.locked)
        if self._purpose:
            self._paint_answers()

    def _paint_answers(self) -> None:
        state = self.view.case.consents.get(self._purpose)
        face = self._purpose == FACE_CONSENT
        words, tone = answer_words(state)
        self._state.show_state(words, tone)
        in_force = state is not None and state.in_force
        self._equal.setVisible(face)
        self._agree.setText(tr("同意人脸核验", "Agree to the face check") if face else tr("同意", "Agree"))
        self._refuse.setText(tr("不用人脸，改双人核验", "No face check: two persons") if face else tr("不同意",
                                                                                                      "Refuse"))
        self._agree.setVisible(not in_force)
        self._refuse.setVisible(not in_force)
        self._withdraw.setVisible(in_force)
        self._withdraw.setText(tr("确认撤回", "Withdraw it") if self._sure else tr("撤回同意", "Withdraw"))
        self._keep.setVisible(in_force and self._sure)
        self._follows.setVisible(in_force and self._sure)
        self._agree.setEnabled(self._read_to_end and not self.locked)
        self._refuse.setEnabled(not self.locked)
        self._withdraw.setToolTip(tr("封存后也可以撤回，会告知银行", "The bank is told") if self.locked else "")
        show_block = not in_force and not self._read_to_end
        self._block.setText(tr("请翻到正文末尾后再选择“同意”",
                               "Scroll to the end of the text to agree") if show_block else "")
        self._block.setVisible(show_block)
        restyle(self._block, tone="warn" if show_block else "")

    def _answer(self, given: bool) -> None:
        pressed = self._agree if given else self._refuse
        self.act(self.desks.signing.answer_consent, self.case_id, self._purpose, given, monotonic() - self._shown_since,
                 self._read_to_end, then=self._answered, during=pressed)

    def _answered(self, _view: CaseView) -> None:
        following = self._first_open()
        if following:
            self.show_consent(following)
        else:
            self._paint_answers()
            self.tell_customer()
            (self.host or self.next).setFocus()

    def _ask_sure(self, sure: bool) -> None:
        """Say what follows from taking it back, before it is done."""
        self._sure = sure
        self._follows.setText(what_follows(self.view.pack.consent(self._purpose)))
        restyle(self._follows, tone="warn")
        self._paint_answers()

    def _take_back(self) -> None:
        if not self._sure:
            self._ask_sure(True)
            return
        self.act(self.desks.signing.withdraw_consent, self.case_id, self._purpose, during=self._withdraw,
                 then=lambda _view: self.show_consent(self._purpose))
