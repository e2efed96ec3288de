"""Step 10: the customer's own answers, by large targets, with the manager out of the picture."""

from time import monotonic
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QWidget

from app.desk.views import CaseView
from app.domain.flow import Step
from app.domain.policy import Rating
from app.ui import text
from app.ui.pages.customer_page import CustomerPage
from app.ui.text import tr
from app.ui.widgets.basics import Card, button, column, holder, label, row
from app.ui.widgets.scroll import Scroll

STARS = range(1, 6)
WIDEST = 1302  # question and answers within one glance on a wide screen


class SatisfactionPage(CustomerPage):
    step = Step.SATISFACTION

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view)
        self._began = monotonic()
        self._lines = {rating.code: RatingLine(rating) for rating in view.pack.ratings}
        for line in self._lines.values():
            line.group.idClicked.connect(lambda _id: self.refresh_footer())
        self._ask = label(tr("请您为这次服务打分", "Please rate this service"), "title")
        self._why = label(tr("请由您本人选择，客户经理请回避。1 分最低，5 分最高。",
                               "Your own choice; the manager looks away. 1 is lowest, 5 is highest."),
                          "caption", wrap=True)
        self._thanks = label(tr("✓ 谢谢您的评价，请把电脑交还客户经理。",
                                  "✓ Thank you. Please hand the laptop back to the manager."),
                             "title", wrap=True, name="satisfaction.thanks")
        area = Scroll(column(*self._lines.values(), None, gap=12))
        self.next.setObjectName("satisfaction.confirm")
        foot = row(self.hint, self.next, gap=12)
        foot.setStretch(0, 1)
        self._form = holder(column(self._ask, self._why, area, foot, gap=12))
        self._form.layout().setStretch(2, 1)
        self._form.setMaximumWidth(WIDEST)
        centred = row(self._form)
        whole = column(centred, gap=0)
        whole.addWidget(self._thanks, 1, Qt.AlignmentFlag.AlignCenter)
        self.part(whole)
        self._to_submit = button(tr("去提交", "Go to submit"), "satisfaction.onward", "primary")
        self._to_submit.clicked.connect(lambda: self.go.emit("next"))
        self.footer.addWidget(self._to_submit)

    def back_with_manager(self) -> None:
        if self.view.case.satisfaction:
            self.go.emit("next")

    def enter(self) -> None:
        self._began = monotonic()

    def paint(self, view: CaseView) -> None:
        given = view.case.satisfaction is not None
        self._form.setVisible(not given)
        self._thanks.setVisible(given)
        self._to_submit.setVisible(given)

    def missing(self) -> list[str]:
        left = sum(1 for line in self._lines.values() if line.answer is None)
        return [tr(f"{left} 个问题", f"{left} question(s)")] if left else []

    def next_words(self) -> str:
        return tr("提交评价", "Send my answers")

    def forward(self) -> None:
        answers = {code: line.answer for code, line in self._lines.items()}
        kinds = {rating.code: rating.yes_no for rating in self.view.pack.ratings}
        ratings = {code: value for code, value in answers.items() if not kinds[code]}
        yes_no = {code: bool(value) for code, value in answers.items() if kinds[code]}
        self.act(self.desks.signing.give_satisfaction, self.case_id, ratings, yes_no, monotonic() - self._began,
                 during=self.next)


class RatingLine(Card):
    """One question with five figures, or yes and no."""

    def __init__(self, rating: Rating) -> None:
        self.group = QButtonGroup()
        choices = ((1, tr("是", "Yes")), (0, tr("否", "No"))) if rating.yes_no else tuple((n, str(n)) for n in STARS)
        buttons: list[QWidget] = []
        for value, words in choices:
            tail = {1: "yes", 0: "no"}[value] if rating.yes_no else value
            one = button(words, f"satisfaction.{rating.code}.{tail}", "rating")
            one.setCheckable(True)
            one.setAccessibleName(f"{text.of(rating.text)} {words}")
            one.setProperty("wide", rating.yes_no)
            self.group.addButton(one, value)
            buttons.append(one)
        question = label(text.of(rating.text), wrap=True)
        content = row(question, *buttons, gap=18 if not rating.yes_no else 16)
        content.setStretch(0, 1)
        super().__init__(content, padding=16)
        self.group.setParent(self)

    @property
    def answer(self) -> int | None:
        return None if self.group.checkedId() < 0 else self.group.checkedId()
