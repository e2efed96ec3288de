"""The cards beside the camera: before an attempt what is to come, in it what is asked, after it what came of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.desk.views import CaseView
from app.domain.challenge import LivenessPlan
from app.ui import face_words
from app.ui.face_words import outcome
from app.ui.text import tr
from app.ui.widgets.basics import Card, column, holder, label
from app.ui.widgets.liveness_cards import ActionsCard, ChecksCard, LightCard, LikenessCard, OtherActions
from app.ui.widgets.picture import Picture
from app.ui.widgets.scroll import Scroll

WIDTH = 236
AFTERWARDS = ("完成动作后比对", "Compared after the actions")


class LivenessAside(Scroll):
    """Keeps what the customer asked for: actions to leave out, and no coloured light. ``changed`` tells of either panel's
    end, so that whoever holds it paints anew."""

    changed = Signal()

    def __init__(self, view: CaseView) -> None:
        super().__init__(words=tr("检测情况", "About the check"))
        self.picture = Picture("liveness.portrait", tr("证件人像", "Portrait"))
        self.picture.setMinimumHeight(112)
        self._portrait = Card(label(tr("身份证人像", "Portrait on the card"), "label"), self.picture, padding=12)
        self.actions, self._light, self._likeness = ActionsCard(), LightCard(), LikenessCard()
        self._checks, self._other = ChecksCard(), OtherActions()
        begun = view.case.liveness_begun[-1] if view.case.liveness_begun else None
        self.without: tuple = begun.without if begun else ()
        self.why_without = begun.without_reason if begun else ""
        self._light.remember(begun.light_skipped if begun else "")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(holder(column(self._portrait, self.actions, self._light, self._likeness, self._checks, self._other,
                                     None, gap=10), "scroll"))
        self.setFixedWidth(WIDTH)
        self.actions.other.clicked.connect(self._open_other)
        self._other.chosen.connect(self._leave_out)
        self._other.closed.connect(self._close_other)
        self._show(self._portrait)

    @property
    def skip_light(self) -> str:
        """Why no coloured light shall be shown, '' where it shall."""
        return self._light.reason()

    @property
    def fields(self) -> tuple[QWidget, ...]:
        """What can be pressed before an attempt, in the order of the keyboard."""
        return self.actions.other, *self._light.fields

    def show_rest(self, view: CaseView, may_start: bool) -> None:
        """No attempt runs. ``may_start``: one may follow."""
        case, limits = view.case, view.pack.thresholds
        done, again = case.liveness, may_start and outcome(case) in ("", "fail")
        light = (self._light,) if again and limits.light != "off" else ()
        self.actions.other.setVisible(again)
        self.actions.show_without(self._words_without() if again else "")
        self._light.show_notice(done is None)
        if done is None:
            self.actions.show_plan((), (), None)
            self.actions.show_attempt(case.liveness_attempts + 1 if may_start else 0, limits.liveness_attempts)
            self._likeness.show_match(None, tr(*AFTERWARDS))
            self._show(self._portrait, *((self.actions,) if may_start else ()), *light,
                       *((self._likeness,) if may_start and not light else ()))
            return
        self.actions.show_result(done.result)
        self.actions.show_attempt(done.result.attempt, limits.liveness_attempts)
        self._likeness.show_match(done.match, tr("没有可比对的人脸", "There was no face to compare"))
        self._checks.show_result(case, done)
        self._show(self.actions, *light, self._likeness, self._checks)

    def show_running(self, plan: LivenessPlan) -> None:
        self.actions.show_plan(plan.actions, (), None)
        self.actions.show_attempt(plan.attempt, plan.attempts_max)
        self.actions.show_without(self._words_without())
        self.actions.other.hide()
        self._likeness.show_match(None, tr(*AFTERWARDS))
        self._show(self._portrait, self.actions, self._likeness)

    def _show(self, *cards: QWidget) -> None:
        for card in (self._portrait, self.actions, self._light, self._likeness, self._checks, self._other):
            card.setVisible(card in cards)

    def _words_without(self) -> str:
        why = tr(f"（{self.why_without}）", f" ({self.why_without})") if self.why_without else ""
        return face_words.actions(self.without) + why if self.without else ""

    def _open_other(self) -> None:
        self._show(self._other)
        self._other.open(self.without, self.why_without)

    def _leave_out(self, without: tuple, reason: str) -> None:
        self.without, self.why_without = without, reason
        self._close_other()

    def _close_other(self) -> None:
        self.changed.emit()
        self.actions.other.setFocus()
