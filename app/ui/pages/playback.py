"""Looking at a recording again: the picture, its time line, and the list of questions and signatures to jump to."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QScrollArea, QWidget

from app.desk.views import CaseView
from app.domain.evidence import FileRef
from app.domain.timeline import Note, TimeLine, time_lines
from app.ui import text
from app.ui.operation import Operation
from app.ui.text import tr
from app.ui.widgets.basics import button, column, holder, label, restyle, row
from app.ui.widgets.notice import Notice
from app.ui.widgets.recording_player import RecordingPlayer

LIST_WIDTH = 340


class PlaybackDialog(QDialog):
    """Open beside the window; whoever opened it goes on meanwhile. Its bytes leave the memory when it closes."""

    def __init__(self, desks: Any, view: CaseView, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("playback")
        self.setWindowTitle(tr("回看双录", "Recording"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1040, 620)
        self._desks, self._case_id = desks, view.case.case_id
        self.lines = time_lines(view.case, view.pack)
        self.notice = Notice("playback.notice")
        self.player = RecordingPlayer(self._fetch)
        self.player.trouble.connect(self.notice.show_condition)
        self._which = QComboBox()
        self._which.setObjectName("playback.which")
        self._which.addItems([tr(f"第 {n} 次录制 · {text.minutes(line.duration_ms / 1000)}",
                                 f"Recording {n}, {text.minutes(line.duration_ms / 1000)}")
                              for n, line in enumerate(self.lines, start=1)])
        self._which.currentIndexChanged.connect(self._show)
        self._facts = label("", "label", wrap=True, name="playback.facts")
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        aside = holder(column(self._which, self._facts, self._area, gap=8))
        aside.setFixedWidth(LIST_WIDTH)
        content = row(self.player, aside, gap=16)
        content.setStretch(0, 1)
        made = column(self.notice, gap=12, margins=(20, 16, 20, 16))
        made.addLayout(content, 1)
        self.setLayout(made)
        self.finished.connect(lambda _: self.player.stop())
        self._which.setCurrentIndex(len(self.lines) - 1)
        self._show(len(self.lines) - 1)

    def _show(self, index: int) -> None:
        line = self.lines[index]
        self.player.show_line(line)
        self._facts.setText(_facts(line))
        entries = [*((note.at_ms, _note(note), note.alarm, f"playback.note.{n}") for n, note in enumerate(line.notes)),
                   *((h.start_ms, f"✕ {text.of(h.words)}", True, f"playback.hole.{n}") for n, h in enumerate(line.holes))]
        made = column(gap=0)
        for at_ms, words, alarm, name in sorted(entries):
            made.addWidget(self._entry(at_ms, words, alarm, name))
        made.addStretch(1)
        self._area.setWidget(holder(made, "scroll"))

    def _entry(self, at_ms: int, words: str, alarm: bool, name: str) -> QWidget:
        """One line to press. A button's words do not wrap, so the words stand in a label upon it."""
        one = button("", name, "item")
        one.setAccessibleName(f"{text.minutes(at_ms / 1000)} {words}")
        time, said = label(text.minutes(at_ms / 1000), "label"), label(words, "finding", wrap=True)
        restyle(said, tone="bad" if alarm else "")
        time.setFixedWidth(44)
        for part in (time, said):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = row(time, said, gap=4, margins=(8, 6, 8, 6))
        inside.setStretch(1, 1)
        one.setLayout(inside)
        one.setMinimumHeight(said.heightForWidth(LIST_WIDTH - 90) + 18)
        one.clicked.connect(lambda: self.player.seek(at_ms))
        return one

    def _fetch(self, file: FileRef, then: Callable[[bytes], None]) -> None:
        self.notice.clear()
        Operation(self._desks.signing.file_bytes, self._case_id, file, lane="playback").owned_by(self).then(then).failed(
            self.notice.show_condition).start()


def _note(note: Note) -> str:
    mark = "✎" if note.kind == "signature" else "？"
    answer = f" · {text.of(note.answer)}" if note.answer else ""
    missing = "" if note.kept else tr(" · 不在录像内", " · not in the recording")
    return f"{mark} {text.of(note.words)}{answer}{missing}"


def _facts(line: TimeLine) -> str:
    """What was measured while it ran."""
    said = [tr(f"{len(line.stretches)} 段", f"{len(line.stretches)} segment(s)")]
    if line.face_share is not None:
        said.append(tr(f"人脸在画面 {line.face_share:.0%}", f"face in the picture {line.face_share:.0%}"))
    if line.quiet_share is not None:
        said.append(tr(f"无声 {line.quiet_share:.0%}", f"quiet {line.quiet_share:.0%}"))
    if line.dropped:
        said.append(tr(f"丢帧 {line.dropped}", f"{line.dropped} frame(s) dropped"))
    if line.interrupted:
        said.append(tr("程序中断，已自动恢复", "cut off and recovered"))
    return tr("，", ", ").join(said)
