"""The consents of a case as a list: whose they are, what was said; and the text of one to be read."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QTextBrowser

from app.domain.case import ConsentState
from app.domain.policy import BORROWER, Consent
from app.ui import text
from app.ui.text import tr
from app.ui.widgets.basics import Card, Pill, column, label, row
from app.ui.widgets.scroll import Scroll, follow_finger

LONGEST_LINE_PX = 800
PERSONS = {"spouse": ("配偶", "Spouse"), "guarantor": ("担保人", "Guarantor")}


class ConsentList(Card):
    """One line a consent; ``chosen`` names the purpose that was clicked."""

    chosen = Signal(str)

    def __init__(self) -> None:
        self._items: dict[str, ConsentItem] = {}
        self._column = column(None, gap=2)
        super().__init__(Scroll(self._column), padding=8)
        self._group = QButtonGroup(self)

    def show_consents(self, consents: tuple[Consent, ...], states: Mapping[str, ConsentState], current: str) -> None:
        if [consent.purpose for consent in consents] != list(self._items):
            self._offer(consents)
        for purpose, item in self._items.items():
            item.show_state(states.get(purpose))
            item.setChecked(purpose == current)

    def _offer(self, consents: tuple[Consent, ...]) -> None:
        for item in self._items.values():
            self._group.removeButton(item)
            self._column.removeWidget(item)
            item.deleteLater()
        self._items = {consent.purpose: ConsentItem(consent) for consent in consents}
        for at, (purpose, item) in enumerate(self._items.items()):
            item.clicked.connect(lambda _checked=False, p=purpose: self.chosen.emit(p))
            self._group.addButton(item)
            self._column.insertWidget(at, item)


def heading(consent: Consent) -> str:
    """The title, with whose consent it is where that is not the customer's."""
    whose = "" if consent.person == BORROWER else tr("：", ": ").join((tr(*PERSONS[consent.person]), ""))
    return whose + text.of(consent.title)


def what_follows(consent: Consent) -> str:
    """From withdrawing it, in the pack's words or in plain ones."""
    if text.of(consent.withdrawal):
        return text.of(consent.withdrawal)
    if consent.required:
        return tr("这是办理业务必需的同意，撤回后这笔业务不能继续。",
                  "The business needs this consent: without it the case cannot go on.")
    return tr("撤回后不再据此处理您的信息，业务照常办理。",
              "Your data is no longer used on its ground; the business goes on.")


class ReadingText(QTextBrowser):
    """A text whose lines never get longer than the eye follows."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(objectName=name)
        self.setAccessibleName(words)
        self.setTabChangesFocus(True)
        follow_finger(self)

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
        self._title = heading(consent)
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
