"""Step 2: the position stamp. A fix is looked for at most 30 s; without one the case goes on with a reason."""

from threading import Event
from time import monotonic
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLineEdit

from app.desk.views import CaseView
from app.domain import place
from app.domain.condition import Condition
from app.domain.doubts import doubted_place
from app.domain.flow import Step
from app.domain.place import Fence, Fix
from app.ui import text
from app.ui.pages.page import Page
from app.ui.pages.place_vouch import VouchForm
from app.ui.text import tr
from app.ui.widgets.basics import Bar, Card, Figure, Pill, button, label, row
from app.ui.widgets.evidence_rail import FENCES, SOURCES, dealer_position, metres
from app.ui.widgets.fence_map import FenceMap
from app.ui.widgets.inputs import Field

WAIT_S = 30.0


class PlacePage(Page):
    step = Step.PLACE

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view, subtitle=tr("记录面签地点，与车商登记位置核对", "Where the signing happens"))
        self._fix: Fix | None = None
        self._cancel: Event | None = None
        self._began = 0.0
        self._map = FenceMap(scale_bar=True)
        self._map.setObjectName("place.map")
        self._verdict = Pill("—", "plain", name="place.verdict")
        self._figures = {code: Figure(tr(zh, en), name=f"place.{code}") for code, zh, en in (
            ("source", "来源", "Source"), ("accuracy", "精度", "Accuracy"), ("age", "定位时刻", "Taken at"),
            ("coordinates", "坐标", "Coordinates"), ("distance", "距登记车商", "From dealer"))}
        self._wait = Bar(height=6)
        self._wait_words = label("", "label", wrap=True, name="place.wait")
        self._again = button(tr("重新定位", "Locate again"), "place.again")
        self._again.clicked.connect(self.locate)
        self._stop = button(tr("停止", "Stop"), "place.stop")
        self._stop.clicked.connect(self._give_up)
        self._reason = QLineEdit(objectName="place.reason", maxLength=120)
        self._reason.setPlaceholderText(tr("例如：地下展厅无信号", "e.g. basement showroom, no signal"))
        self._reason.textChanged.connect(lambda _text: self.refresh_footer())
        self._reason_field = Field(tr("没有定位结果时写明原因", "Reason when there is no fix"), self._reason)
        self._timer = QTimer(self)
        self._timer.setInterval(200)
        self._timer.timeout.connect(self._tick)
        figures = Card(row(label(tr("定位结果", "Position"), "label"), None, self._verdict), *self._figures.values(),
                       self._wait, self._wait_words, row(self._again, self._stop, None), self._reason_field)
        figures.setFixedWidth(300)
        content = row(self._map, figures, gap=16)
        content.setAlignment(figures, Qt.AlignmentFlag.AlignTop)
        content.setStretch(0, 1)
        self.body.addLayout(content)
        self._vouch = VouchForm()
        self._vouch.vouched.connect(lambda *given: self.act(self.desks.signing.vouch_for_place, self.case_id, *given,
                                                            during=self._vouch.confirm))
        self.body.addWidget(self._vouch)
        self.finish_footer()

    def enter(self) -> None:
        if self.view.case.place is None and not self.locked:
            self.locate()

    def leave(self) -> None:
        self._give_up()

    def locate(self) -> None:
        """Look for a fix; the bar shows how much of the 30 s is gone, and it can be stopped."""
        if self._cancel is not None:
            return
        self._cancel, self._began = Event(), monotonic()
        self._timer.start()
        self._tick()
        cancel = self._cancel
        self.act(self.desks.booth.find_fix, WAIT_S, cancel, lane="place",
                 then=lambda fix: self._found(cancel, fix), failed=lambda c: self._not_found(cancel, c))
        self.paint(self.view)

    def _give_up(self) -> None:
        if self._cancel is not None:
            self._cancel.set()
            self._cancel = None
        self._timer.stop()
        self.paint(self.view)

    def _tick(self) -> None:
        gone = monotonic() - self._began
        self._wait.show_share(gone / WAIT_S)
        left = max(0, round(WAIT_S - gone))
        self._wait_words.setText(tr(f"正在定位，还剩 {left} 秒；没有结果也可以写明原因继续",
                                    f"Locating, {left} s left; without a result a reason will do"))

    def _found(self, cancel: Event, fix: Fix) -> None:
        if cancel is self._cancel:
            self._fix = fix
            self._give_up()
            self.refresh_footer()

    def _not_found(self, cancel: Event, condition: Condition) -> None:
        if cancel is self._cancel:
            self._give_up()
            self.trouble(condition)
            self._reason.setFocus()

    def paint(self, view: CaseView) -> None:
        recorded = view.case.place
        fix = self._fix or (recorded.fix if recorded else None)
        radius = view.pack.thresholds.fence_radius_m
        verdict = place.judge(fix, dealer_position(view), radius)
        self._map.show_place(dealer_position(view), radius, fix)
        zh, en, tone = FENCES[verdict.fence]
        self._verdict.show_state(tr(zh, en) if fix else tr("无定位", "No fix"), tone)
        self._show_fix(fix, verdict)
        waiting = self._cancel is not None
        for widget in (self._wait, self._wait_words, self._stop):
            widget.setVisible(waiting)
        self._vouch.show_doubt(None if self.locked or self._new() else doubted_place(view.case, view.pack))
        self._again.setEnabled(not waiting and not self.locked)
        self._reason_field.setVisible(fix is None and not self.locked)
        if recorded and recorded.reason and not self._reason.text():
            self._reason.setText(recorded.reason)

    def _show_fix(self, fix: Fix | None, verdict: place.PlaceVerdict) -> None:
        shown = dict.fromkeys(self._figures, "—")
        if fix:
            position = fix.position
            shown = {
                "source": tr(*SOURCES[fix.source]),
                "accuracy": f"±{fix.accuracy_m:.0f} m" if fix.accuracy_m is not None else tr("未知", "unknown"),
                "age": text.clock(fix.taken_at), "coordinates": f"{position.latitude:.5f}, {position.longitude:.5f}",
                "distance": metres(verdict.distance_m) if verdict.distance_m is not None else "—"}
        for code, figure in self._figures.items():
            figure.show_value(shown[code])
        if verdict.fence != Fence.UNKNOWN:
            self._figures["distance"].show_value(shown["distance"], FENCES[verdict.fence][2])

    def _new(self) -> bool:
        """Something is there to record."""
        recorded = self.view.case.place
        if self._fix is not None:
            return recorded is None or recorded.fix != self._fix
        reason = self._reason.text().strip()
        return bool(reason) and (recorded is None or (recorded.fix is None and recorded.reason != reason))

    def next_words(self) -> str:
        if not self._new():
            return super().next_words()
        if self._fix is not None:
            return tr("确认签到", "Record this place")
        return tr("按原因继续", "Go on with the reason")

    def missing(self) -> list[str]:
        if self._new():
            return []
        if self.view.case.place is None:
            return [tr("定位结果，或无法定位的原因", "a position, or why there is none")]
        return super().missing()

    def forward(self) -> None:
        if not self._new():
            self.go.emit("next")
            return
        reason = "" if self._fix else self._reason.text().strip()
        self.act(self.desks.signing.record_place, self.case_id, self._fix, reason, then=self.advance, during=self.next)
