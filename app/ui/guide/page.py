"""What every page of the guide has: a title, plain words, its parts, and the way back and on."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from app.domain.condition import Condition
from app.ui.operation import Operation
from app.ui.text import tr
from app.ui.widgets.basics import button, column, holder, label, row
from app.ui.widgets.notice import BusyLine, Notice
from app.ui.widgets.scroll import Scroll
from app.ui.widgets.short_form import ShortForm

WIDTH = 640


class GuidePage(QWidget):
    """``done`` once the step is behind the person; ``back`` to the one before. ``aside`` stands beside the way on; ``wide`` takes
    all the room there is. A page with a ``form`` goes on once that is filled in."""

    done = Signal()
    back = Signal()

    def __init__(self, stage: str, title: str, words: str, *parts: object, forward: str = "", back: bool = True,
                 aside: QPushButton | None = None, form: ShortForm | None = None, wide: bool = False) -> None:
        super().__init__()
        self.setObjectName(f"guide.{stage}")
        self.setAccessibleName(title)
        self.notice, self.busy = Notice(f"guide.{stage}.notice"), BusyLine()
        self.forward = button(forward or tr("下一步", "Next"), f"guide.{stage}.forward", "primary")
        self.forward.clicked.connect(self.go)
        self._back = button(tr("上一步", "Back"), f"guide.{stage}.back")
        self._back.clicked.connect(self.back)
        self._back.setVisible(back)
        self._stop = button(tr("停止", "Stop"), f"guide.{stage}.stop")
        self._stop.hide()
        self._stop.clicked.connect(self.stop)
        self._aside = [aside] if aside else []
        self._form, self._lacks = form, label("", "label", wrap=True, name=f"guide.{stage}.lacks")
        self._lacks.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        foot = row(self._back, self._lacks, self._stop, *self._aside, self.forward, gap=12)
        foot.setStretch(1, 1)
        self.words = label(words, "caption", wrap=True)
        whole = column(label(title, "title"), self.words, self.busy, self.notice, gap=10)
        self._inside = Scroll(column(*parts, None, gap=14))
        whole.addWidget(self._inside, 1)
        whole.addLayout(foot)
        body = holder(whole)
        if wide:
            self.setLayout(row(body, margins=(40, 32, 40, 24)))
        else:
            body.setFixedWidth(WIDTH)
            self.setLayout(row(None, body, None, margins=(24, 32, 24, 24)))
        if form is not None:
            form.changed.connect(self.offer)
            form.entered.connect(self.go)
        self.offer()

    def enter(self) -> None:
        """It has come in sight."""
        (self._form.focus_open if self._form else self.setFocus)()

    def go(self) -> None:
        """The way on was pressed."""
        self.done.emit()

    def stop(self) -> None:
        """What takes long shall end."""

    def run(self, fn: Callable[[], Any], then: Callable[[Any], None], *, stoppable: bool = False) -> None:
        """Work off the window's thread; meanwhile nothing on the page can be changed, and trouble is told on it."""
        self.notice.clear()
        self._hold(True)
        operation = Operation(fn, lane="guide").owned_by(self)
        if stoppable:
            operation.long.connect(lambda: self._stop.show())
        operation.ended.connect(lambda: self._hold(False))
        operation.then(then).failed(self.refuse).start()

    def refuse(self, condition: Condition) -> None:
        self.notice.show_condition(condition)

    def offer(self) -> None:
        """Whether one can go on now, and if not, what is missing."""
        lacks = self._form.lacks if self._form else ()
        self.forward.setEnabled(not lacks)
        self._lacks.setText(tr(f"还缺：{'、'.join(lacks)}", f"Missing: {', '.join(lacks)}") if lacks else "")

    def _hold(self, on: bool) -> None:
        (self.busy.begin if on else self.busy.end)()
        self._stop.hide()
        for part in (self._inside, self._back, *self._aside):
            part.setEnabled(not on)
        if on:
            self.forward.setEnabled(False)
        else:
            self.offer()
