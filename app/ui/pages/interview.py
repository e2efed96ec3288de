"""Step 7: the recorded interview: picture, time, sound level, and the script's questions marked on its time line."""

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QScrollArea, QWidget

from app.desk.views import CaseView
from app.domain.case import Interview
from app.domain.flow import Step
from app.domain.policy import Question
from app.ui import text
from app.ui.pages.page import Page
from app.ui.text import tr
from app.ui.widgets.basics import Bar, Card, Figure, Pill, button, column, holder, label, restyle, row
from app.ui.widgets.camera_view import CameraView, Overlay

ANSWERS = (("yes", "是", "Yes"), ("no", "否", "No"), ("asked", "已问", "Asked"))


class InterviewPage(Page):
    step = Step.INTERVIEW

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view, subtitle=tr("全程录音录像；按话术逐题询问并标记",
                                                  "Recorded; ask and mark each question"))
        self.camera = CameraView("interview.camera", whole=True)
        self._state = Pill(tr("未录制", "Not recording"), "plain", name="interview.state")
        self._level = Bar(height=8)
        self._level.setObjectName("interview.level")
        self._sound = label("", "label", name="interview.sound")
        self._figures = {code: Figure(tr(zh, en), name=f"interview.{code}") for code, zh, en in (
            ("length", "时长", "Length"), ("segments", "已落盘", "On disk"),
            ("marked", "已标记问题", "Questions marked"))}
        self._lines: dict[str, QuestionLine] = {}
        self._start = button(tr("开始双录", "Start recording"), "interview.start", "primary")
        self._finish = button(tr("结束双录", "Finish recording"), "interview.finish", "primary")
        self._start.clicked.connect(self.begin)
        self._finish.clicked.connect(self.end)
        self._timer = QTimer(self)
        self._timer.setInterval(200)
        self._timer.timeout.connect(self._look)
        self._recording = False
        self._compose_body()
        self.finish_footer(self._start, self._finish)

    def _compose_body(self) -> None:
        lines = column(gap=4)
        for number, question in enumerate(self.view.pack.questions, start=1):
            line = QuestionLine(number, question, self._mark)
            self._lines[question.code] = line
            lines.addWidget(line)
        lines.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(holder(lines, "scroll"))
        script = Card(label(tr("双录话术", "Script"), "label"), padding=12)
        script.body.addWidget(area, 1)
        script.setFixedWidth(400)
        self.camera.setMinimumHeight(260)
        meter = row(label(tr("音量", "Sound"), "caption"), self._level, gap=10)
        meter.setStretch(1, 1)
        state = Card(row(label(tr("录制情况", "Recording"), "label"), None, self._state), meter, self._sound,
                     *self._figures.values(), label(
                         tr("录像分段加密落盘；中途断电，已落盘的各段不会丢失。",
                            "Segments are encrypted to disk as they close; a power cut loses none of them."),
                         "label", wrap=True))
        left = column(self.camera, state, gap=12)
        left.setStretch(0, 1)
        content = row(gap=16)
        content.addLayout(left, 1)
        content.addWidget(script)
        self.body.addLayout(content)

    def enter(self) -> None:
        self.camera.say(tr("正在打开摄像头…", "Opening the camera…"))
        self.camera.watch(self.desks.booth)
        self._timer.start()
        self._look()

    def leave(self) -> None:
        self._timer.stop()
        self.camera.stop()

    def begin(self) -> None:
        self.act(self.desks.signing.start_interview, self.case_id, then=lambda _view: self._look(), during=self._start)

    def end(self) -> None:
        self.act(self.desks.signing.finish_interview, self.case_id, then=lambda _view: self._look(),
                 during=self._finish)

    def _mark(self, question: str, answer: str) -> None:
        self.act(self.desks.signing.mark_question, self.case_id, question, answer)

    def _look(self) -> None:
        """Paint the recorder's state; a trouble while recording is told at once, not at the end."""
        state = self.desks.booth.recording
        changed, self._recording = state.active != self._recording, state.active
        if state.active:
            self._state.show_state(f"REC {text.minutes(state.elapsed_ms / 1000)}", "bad")
            self.camera.show_overlay(Overlay(pills=((f"REC {text.minutes(state.elapsed_ms / 1000)}", "bad"),)))
            self._level.show_share(state.level, "ok" if state.level < 0.9 else "warn")
            self._figures["length"].show_value(text.minutes(state.elapsed_ms / 1000))
            self._figures["segments"].show_value(tr(f"{state.segments} 段", f"{state.segments} segment(s)"))
            self._sound.setText(tr("没有麦克风，只录画面", "No microphone: picture only"))
            self._sound.setVisible(not state.audio)
            if state.trouble is not None and not self.notice.code():
                self.notice.show_condition(state.trouble)
        else:
            self.camera.show_overlay(Overlay())
            self._level.show_share(0)
            self._show_length()
        if changed:
            self.refresh_footer()

    def _show_length(self) -> None:
        interview = self.view.case.interview
        self._sound.hide()
        if interview is not None and interview.finished:
            self._figures["length"].show_value(text.minutes(interview.duration_ms / 1000))
            self._figures["segments"].show_value(tr(f"{len(interview.segments)} 段",
                                                    f"{len(interview.segments)} segment(s)"))
            length = text.minutes(interview.duration_ms / 1000)
            self._state.show_state(tr(f"已录制 {length} · {len(interview.segments)} 段",
                                      f"Recorded {length}, {len(interview.segments)} segment(s)"), "ok")
        else:
            self._state.show_state(tr("未录制", "Not recording"), "plain")

    def _show_buttons(self) -> None:
        done = self.view.case.interview is not None and self.view.case.interview.finished
        complete = self.next.isEnabled() and not self._recording
        self._start.setVisible(not self._recording and not self.locked)
        self._start.setText(tr("重新双录", "Record again") if done else tr("开始双录", "Start recording"))
        restyle(self._start, role="" if complete else "primary")
        self._finish.setVisible(self._recording)
        restyle(self.next, role="primary" if complete else "")
        for line in self._lines.values():
            line.setEnabled(self._recording)

    def paint(self, view: CaseView) -> None:
        interview = self._running(view) or view.case.interview
        marked = len({m.question for m in interview.marks}) if interview else 0
        self._figures["marked"].show_value(f"{marked} / {len(self._lines)}")
        for code, line in self._lines.items():
            marks = [m for m in interview.marks if m.question == code] if interview else []
            line.show_mark((marks[-1].answer, marks[-1].at_ms) if marks else None)

    @staticmethod
    def _running(view: CaseView) -> Interview | None:
        return next((i for i in reversed(view.case.interviews) if not i.finished), None)

    def missing(self) -> list[str]:
        if self._recording:
            interview = self._running(self.view)
            marked = {m.question for m in interview.marks} if interview else set()
            left = sum(1 for q in self.view.pack.questions if q.code not in marked)
            todo = tr(f"{left} 个问题未标记", f"{left} question(s) unmarked") if left else tr("结束双录",
                                                                                              "finish recording")
            return [todo]
        return super().missing()

    def refresh_footer(self) -> None:
        super().refresh_footer()
        self._show_buttons()


class QuestionLine(QWidget):
    """One question with its three answers; the mark's time stands beside."""

    def __init__(self, number: int, question: Question, mark) -> None:
        super().__init__()
        self._time = label("", "label", name=f"interview.{question.code}.time")
        self._buttons = {}
        answers = row(self._time, None, gap=6)
        for code, zh, en in ANSWERS:
            one = button(tr(zh, en), f"interview.{question.code}.{code}")
            one.setCheckable(True)
            one.setAccessibleName(f"{text.of(question.text)} {tr(zh, en)}")
            one.clicked.connect(lambda _checked=False, a=code: mark(question.code, a))
            self._buttons[code] = one
            answers.addWidget(one)
        self.setLayout(column(label(f"{number}. {text.of(question.text)}", wrap=True), answers, gap=4,
                              margins=(0, 4, 0, 8)))

    def show_mark(self, mark: tuple[str, int] | None) -> None:
        for code, one in self._buttons.items():
            one.setChecked(mark is not None and mark[0] == code)
        self._time.setText(f"✓ {text.minutes(mark[1] / 1000)}" if mark else "")
        restyle(self._time, tone="ok")
