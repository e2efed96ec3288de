"""A camera that looks for the page itself: paints what it finds over the picture and says when a page was shot."""

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.ui.text import tr
from app.ui.widgets.camera_view import CameraView, Overlay

WORDS = {
    "searching": ("把资料平放进画面，四个角都露出来", "Lay the paper in view with all four corners"),
    "holding": ("很好，请保持不动…", "Good, hold still…"),
    "shoot": ("已自动拍摄", "Shot"),
    "off": ("请手动拍摄", "Please shoot by hand"),
    "taken": ("这一页已拍，请换下一页", "This page is taken; lay down the next"),
}
TONES = {"holding": "ok", "shoot": "ok", "taken": "ok", "poor": "warn"}


class AutoCamera(QObject):
    """Watches pages through a booth. What comes on the watch's thread crosses over here; ``shot`` carries the JPEG."""

    shot = Signal(bytes)
    _saw = Signal(int, object)
    _took = Signal(int, bytes)

    def __init__(self, view: CameraView) -> None:
        super().__init__(view)
        self._view, self._watch, self._turn, self._wanted = view, None, 0, ""
        self._saw.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._took.connect(self._hand_on, Qt.ConnectionType.QueuedConnection)

    @property
    def watching(self) -> bool:
        return self._watch is not None

    def start(self, booth: Any, reads: str) -> None:
        """Begin with a fresh memory of what was shot."""
        self.stop()
        self._turn += 1
        turn = self._turn
        self._watch = booth.watch_pages(reads, lambda seen: self._saw.emit(turn, seen),
                                        lambda image: self._took.emit(turn, image))

    def stop(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.stop()
        self._view.show_overlay(Overlay())

    def ask(self, wanted: str) -> None:
        """What is to be laid in view next, in words; '' = whatever the paper is."""
        self._wanted = wanted

    def taken(self) -> None:
        """The page in view was shot by hand."""
        if self._watch is not None:
            self._watch.taken()

    def _show(self, turn: int, seen: Any) -> None:
        if self._watch is None or turn != self._turn:
            return
        words = tr(seen.trouble.zh, seen.trouble.en) if seen.state == "poor" else self._words(seen.state)
        self._view.show_overlay(Overlay(guidance=words, tone=TONES.get(seen.state, "warn"), quad=seen.corners or ()))

    def _words(self, state: str) -> str:
        if not self._wanted or state not in ("searching", "taken"):
            return tr(*WORDS[state])
        return self._wanted if state == "searching" else tr("这一面已拍。", "This side is taken. ") + self._wanted

    def _hand_on(self, turn: int, image: bytes) -> None:
        if self._watch is not None and turn == self._turn:
            self.shot.emit(image)


def space_shoots(before: QWidget, trigger: QAbstractButton) -> QShortcut:
    """The space bar presses the trigger while ``before`` itself has the focus; a button that has it is pressed instead."""
    space = QShortcut(QKeySequence("Space"), before)
    space.setContext(Qt.ShortcutContext.WidgetShortcut)
    space.activated.connect(trigger.click)
    return space
