"""Step 7: the recorded interview: picture, live checks, and the script's questions marked on the recording's time line.

The recording begins here and runs on over forms and signatures.
"""

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.desk.views import CaseView
from app.domain.case import Interview
from app.domain.condition import Condition
from app.domain.flow import Step, questions
from app.domain.policy import Question, Words
from app.ui import text
from app.ui.pages.page import Page
from app.ui.speech import SystemVoice
from app.ui.text import tr
from app.ui.widgets.basics import Card, Figure, button, column, label, restyle, row
from app.ui.widgets.camera_view import CameraView, Overlay
from app.ui.widgets.scroll import Scroll

ANSWERS = (("yes", "是", "Yes"), ("no", "否", "No"), ("asked", "已问", "Asked"))


class InterviewPage(Page):
    step = Step.INTERVIEW

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view, subtitle=tr("录音录像从这里开始，直到最后一份文件签完",
                                                  "Recording begins here and runs until the last document is signed"))
        self.camera = CameraView("interview.camera", whole=True)
        self._figures = {code: Figure(tr(zh, en), name=f"interview.{code}") for code, zh, en in (
            ("length", "已录制", "Recorded"), ("segments", "已落盘", "On disk"), ("face", "人脸在画面", "Face in the picture"),
            ("marked", "已标记问题", "Questions marked"))}
        self._lines: dict[str, QuestionLine] = {}
        self._script = column(gap=4)
        self._voice = SystemVoice(self)
        self._timer = QTimer(self)
        self._timer.setInterval(500)
        self._timer.timeout.connect(self._look)
        self.strip.changed.connect(self._look)
        self._replay = button(tr("回看录像", "Look at the recording"), "interview.replay")
        self._replay.clicked.connect(self.replay)
        self._compose_body()
        self.finish_footer(self._replay)

    def _compose_body(self) -> None:
        area = Scroll(column(self._script, None, gap=0))
        script = Card(label(tr("双录话术", "Script"), "label"), padding=12)
        script.body.addWidget(area, 1)
        script.setMinimumWidth(360)
        script.setMaximumWidth(400)
        self.camera.setMinimumHeight(220)
        state = Card(*self._figures.values(), label(
            tr("边录边加密落盘；程序任何时候中断，最多丢失最后 2 秒。",
               "Encrypted to disk as it is recorded; a crash costs the last 2 seconds at most."), "label", wrap=True))
        left = column(self.camera, state, gap=12)
        left.setStretch(0, 1)
        content = row(gap=16)
        content.addLayout(left, 1)
        content.addWidget(script, 1)
        self.body.addLayout(content)

    def enter(self) -> None:
        self.camera.say(tr("正在打开摄像头…", "Opening the camera…"))
        self.camera.watch(self.desks.booth)
        self._timer.start()
        self._look()
        if self.view.case.loan_terms is not None:
            self.act(self.desks.signing.script, self.case_id, rank=1, then=self._show_words)

    def leave(self) -> None:
        self._timer.stop()
        self._voice.stop()
        self.camera.stop()

    def _show_words(self, words: dict[str, Words]) -> None:
        for code, line in self._lines.items():
            line.show_words(words.get(code))

    def _mark(self, question: str, answer: str) -> None:
        self.act(self.desks.signing.mark_question, self.case_id, question, answer)

    def _say(self, words: str) -> None:
        try:
            self._voice.say(words, text.language())
        except Condition as condition:
            self.trouble(condition)

    def replay(self) -> None:
        """Open the recordings that have ended, to look at them again."""
        from app.ui.pages.playback import PlaybackDialog  # loads the system's media libraries, wanted for nothing else

        PlaybackDialog(self.desks, self.view, self).open()

    def _look(self) -> None:
        state = self.desks.booth.recording
        pill = ((f"REC {text.minutes(state.elapsed_ms / 1000)}", "bad"),) if state.rolling else ()
        self.camera.show_overlay(Overlay(pills=pill))
        if state.active:
            self._figures["length"].show_value(text.minutes(state.elapsed_ms / 1000))
            self._figures["segments"].show_value(_segments(state.segments))
            self._show_face(state.face_share)
        for line in self._lines.values():
            line.enable(state.rolling)

    def paint(self, view: CaseView) -> None:
        self._show_questions(questions(view.case, view.pack) if view.case.loan_terms else ())
        marks, interviews = view.case.marks, view.case.interviews
        self._figures["marked"].show_value(f"{len(marks.keys() & self._lines.keys())} / {len(self._lines)}")
        if view.case.recording is None and interviews:
            self._show_recorded(interviews)
        for code, line in self._lines.items():
            mark = marks.get(code)
            line.show_mark((mark.answer, mark.at_ms) if mark else None)
        self._replay.setVisible(view.case.recording is None and any(i.segments for i in interviews))
        restyle(self.next, role="" if self.missing() else "primary")

    def _show_recorded(self, interviews: tuple[Interview, ...]) -> None:
        segments = [segment for interview in interviews for segment in interview.segments]
        self._figures["length"].show_value(text.minutes(sum(s.end_ms - s.start_ms for s in segments) / 1000))
        self._figures["segments"].show_value(_segments(len(segments)))
        shares = [i.ended.face_share for i in interviews if i.ended and i.ended.face_share is not None]
        self._show_face(min(shares) if shares else None)

    def _show_face(self, share: float | None) -> None:
        low = share is not None and share < self.view.pack.thresholds.face_in_picture_min
        self._figures["face"].show_value("—" if share is None else f"{share:.0%}", "warn" if low else "")

    def _show_questions(self, asked: tuple[Question, ...]) -> None:
        """One line a question; they change with product and circumstances."""
        if [question.code for question in asked] == list(self._lines):
            return
        for line in self._lines.values():
            line.deleteLater()
        self._lines = {q.code: QuestionLine(number, q, self._mark, self._say) for number, q in enumerate(asked, start=1)}
        for line in self._lines.values():
            self._script.addWidget(line)


class QuestionLine(QWidget):
    """One question with its three answers; the mark's time stands beside. An answer that a reviewer must see is red."""

    def __init__(self, number: int, question: Question, mark, say) -> None:
        super().__init__()
        self._number, self._question = number, question
        self._words = text.of(question.text)
        self._text = label(f"{number}. {self._words}", wrap=True, name=f"interview.{question.code}.text")
        self._time = label("", "label", name=f"interview.{question.code}.time")
        self._buttons = {}
        read = button(tr("朗读", "Read aloud"), f"interview.{question.code}.say", "quiet")
        read.clicked.connect(lambda: say(self._words))
        answers = row(self._time, None, read, gap=6)
        for code, zh, en in ANSWERS:
            one = button(tr(zh, en), f"interview.{question.code}.{code}")
            one.setCheckable(True)
            one.clicked.connect(lambda _checked=False, a=code: mark(question.code, a))
            self._buttons[code] = one
            answers.addWidget(one)
        self.show_words(None)
        self.setLayout(column(self._text, answers, gap=4, margins=(0, 4, 0, 8)))

    def show_words(self, words: Words | None) -> None:
        """The question as it is asked, with the figures of the case once they are worked out."""
        self._words = text.of(words or self._question.text)
        self._text.setText(f"{self._number}. {self._words}")
        for code, zh, en in ANSWERS:
            self._buttons[code].setAccessibleName(f"{self._words} {tr(zh, en)}")

    def enable(self, rolling: bool) -> None:
        for one in self._buttons.values():
            one.setEnabled(rolling)

    def show_mark(self, mark: tuple[str, int] | None) -> None:
        for code, one in self._buttons.items():
            one.setChecked(mark is not None and mark[0] == code)
        alarm = mark is not None and mark[0] == self._question.alarm
        self._time.setText(f"{'!' if alarm else '✓'} {text.minutes(mark[1] / 1000)}" if mark else "")
        restyle(self._time, tone="bad" if alarm else "ok")


def _segments(count: int) -> str:
    return tr(f"{count} 段", f"{count} segment(s)")
