"""Step 3: notice and consents one by one. Agreeing and refusing weigh the same; how long each was shown is kept."""

from time import monotonic
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QButtonGroup, QPushButton, QScrollArea, QTextBrowser

from app.desk.views import CaseView
from app.domain.case import FACE_CONSENT, ConsentState
from app.domain.flow import Step
from app.domain.policy import Consent
from app.ui import text, theme
from app.ui.pages.page import Page
from app.ui.text import tr
from app.ui.widgets.basics import Card, Pill, button, column, holder, label, restyle, row

END_WITHIN_PX = 12
LONGEST_LINE_PX = 800


class ConsentPage(Page):
    step = Step.CONSENT

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view, subtitle=tr("逐项出示，由客户本人决定；同意后可以随时撤回",
                                                  "Shown one by one; the customer decides and may withdraw"))
        self._purpose = ""
        self._shown_since = 0.0
        self._read_to_end = False
        self._laid_out = False
        self._size = theme.CUSTOMER_SIZES[0]
        self._items: dict[str, ConsentItem] = {}
        self._compose_body()
        self.finish_footer()

    def _compose_body(self) -> None:
        group = QButtonGroup(self)
        items = column(gap=2)
        for consent in self.view.pack.consents:
            item = ConsentItem(consent)
            item.clicked.connect(lambda _checked=False, p=consent.purpose: self.show_consent(p))
            group.addButton(item)
            items.addWidget(item)
            self._items[consent.purpose] = item
        items.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(holder(items, "scroll"))
        listing = Card(area, padding=8)
        listing.setFixedWidth(264)
        self._title = label("", "heading", wrap=True, name="consent.heading")
        self._larger = button(tr("放大字号", "Larger type"), "consent.larger")
        self._larger.clicked.connect(self._enlarge)
        self._facts = label("", "label", wrap=True, name="consent.facts")
        self._text = ReadingText(objectName="consent.text")
        self._text.setAccessibleName(tr("同意书正文", "Text of the consent"))
        self._text.verticalScrollBar().valueChanged.connect(lambda _value: self._look_for_end())
        self._text.verticalScrollBar().rangeChanged.connect(lambda _a, _b: self._look_for_end())
        self._equal = label(tr("人脸核验与双人人工核验效力相同，由客户自由选择，不影响办理和评分。",
                               "Face check and two-person check have equal standing; the choice changes nothing else."),
                            "caption", wrap=True)
        self._state = Pill("", "plain", name="consent.state")
        self._agree, self._refuse = button("", "consent.agree"), button("", "consent.refuse")
        self._agree.clicked.connect(lambda: self._answer(True))
        self._refuse.clicked.connect(lambda: self._answer(False))
        self._withdraw = button(tr("撤回同意", "Withdraw"), "consent.withdraw", "danger")
        self._withdraw.clicked.connect(self._take_back)
        self._block = label("", "label", wrap=True, name="consent.block")
        answers = row(self._agree, self._refuse, gap=12)
        answers.setStretch(0, 1)
        answers.setStretch(1, 1)
        head = row(self._title, self._state, self._larger, gap=12)
        head.setStretch(0, 1)
        reading = Card(head, self._facts)
        reading.body.addWidget(self._text, 1)
        for part in (self._equal, self._block):
            reading.body.addWidget(part)
        reading.body.addLayout(answers)
        reading.body.addWidget(self._withdraw, 0, Qt.AlignmentFlag.AlignLeft)
        content = row(listing, reading, gap=16)
        content.setStretch(1, 1)
        self.body.addLayout(content)

    def enter(self) -> None:
        self.show_consent(self._first_open() or self._purpose or self.view.pack.consents[0].purpose)

    def _first_open(self) -> str:
        return next((c.purpose for c in self.view.pack.consents if c.purpose not in self.view.case.consents), "")

    def show_consent(self, purpose: str) -> None:
        """Put one text before the customer; from now its time runs."""
        self._purpose, self._shown_since, self._laid_out = purpose, monotonic(), False
        consent = self.view.pack.consent(purpose)
        self._items[purpose].setChecked(True)
        self._title.setText(text.of(consent.title))
        receiver = tr(f" · 接收方：{consent.receiver}", f" · receiver: {consent.receiver}") if consent.receiver else ""
        needed = tr("办理业务必需", "needed for this business") if consent.required else tr("可以不同意",
                                                                                            "may be refused")
        self._facts.setText(f"{tr('版本', 'Version')} {consent.version} · {needed}{receiver}")
        self._text.setPlainText(text.of(consent.text))
        self._text.setStyleSheet(f"font-size: {self._size}px;")
        self._text.verticalScrollBar().setValue(0)
        self._read_to_end = False
        self.paint(self.view)
        QTimer.singleShot(0, self, self._text_is_laid_out)

    def _text_is_laid_out(self) -> None:
        self._laid_out = True
        self._look_for_end()

    def _enlarge(self) -> None:
        sizes = theme.CUSTOMER_SIZES
        self._size = sizes[(sizes.index(self._size) + 1) % len(sizes)]
        self._text.setStyleSheet(f"font-size: {self._size}px;")

    def _look_for_end(self) -> None:
        seen = self._text.verticalScrollBar().value() + self._text.viewport().height()
        if self._laid_out and self._text.isVisible() and seen >= self._text.document().size().height() - END_WITHIN_PX \
                and not self._read_to_end:
            self._read_to_end = True
            self._paint_answers()

    def paint(self, view: CaseView) -> None:
        for purpose, item in self._items.items():
            item.show_state(view.case.consents.get(purpose))
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
        self._agree.setEnabled(self._read_to_end and not self.locked)
        self._refuse.setEnabled(not self.locked)
        self._withdraw.setEnabled(not self.locked)
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
            self.next.setFocus()

    def _take_back(self) -> None:
        self.act(self.desks.signing.withdraw_consent, self.case_id, self._purpose, during=self._withdraw,
                 then=lambda _view: self.show_consent(self._purpose))


class ReadingText(QTextBrowser):
    """A text whose lines never get longer than the eye follows."""

    def resizeEvent(self, event) -> None:
        self.setLineWrapMode(QTextBrowser.LineWrapMode.FixedPixelWidth)
        self.setLineWrapColumnOrWidth(min(LONGEST_LINE_PX, self.viewport().width()))
        super().resizeEvent(event)


def answer_words(state: ConsentState | None) -> tuple[str, str]:
    if state is None:
        return tr("待答复", "Open"), "plain"
    if state.withdrawn_at is not None:
        return tr("已撤回", "Withdrawn"), "warn"
    return (tr("已同意", "Agreed"), "ok") if state.answer.given else (tr("不同意", "Refused"), "warn")


class ConsentItem(QPushButton):
    """A line of the list: title and state."""

    def __init__(self, consent: Consent) -> None:
        super().__init__()
        self.setObjectName(f"consent.item.{consent.purpose}")
        self.setProperty("role", "item")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setMinimumHeight(56)
        self._title = text.of(consent.title)
        title = label(self._title, wrap=True)
        self._pill = Pill("", "plain")
        for part in (title, self._pill):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = row(title, self._pill, gap=8, margins=(10, 6, 8, 6))
        inside.setStretch(0, 1)
        self.setLayout(inside)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.layout().invalidate()
        self.setMinimumHeight(max(56, self.layout().heightForWidth(self.width())))

    def show_state(self, state: ConsentState | None) -> None:
        words, tone = answer_words(state)
        self._pill.show_state(words, tone)
        self.setAccessibleName(f"{self._title} {words}")
        self._fit()
