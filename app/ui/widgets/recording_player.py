"""Plays a recording from bytes in memory, segment after segment; nothing of it is written to the disk in clear."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QUrl, Signal
from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer, QVideoFrame, QVideoSink
from PySide6.QtWidgets import QWidget

from app.domain.condition import Kind
from app.domain.evidence import FileRef
from app.domain.timeline import Stretch, TimeLine
from app.ui import text
from app.ui.text import tr
from app.ui.widgets.basics import button, column, label, row
from app.ui.widgets.picture import Picture
from app.ui.widgets.time_line import TimeLineBar

UNPLAYABLE = Kind(
    "player.unplayable", zh="这一段录像在本机播放不了。",
    zh_next="录像本身没有改变；请导出证据包，在其他电脑或银行审核页上播放。",
    en="This segment cannot be played on this computer.",
    en_next="The recording itself is unharmed: play it on another computer or on the bank's review page.")
_LOADED = (QMediaPlayer.MediaStatus.LoadedMedia, QMediaPlayer.MediaStatus.BufferedMedia)


class RecordingPlayer(QWidget):
    """``fetch(file, then)`` gives a segment's bytes, off the window's thread. ``trouble`` emits a Condition."""

    trouble = Signal(object)

    def __init__(self, fetch: Callable[[FileRef, Callable[[bytes], None]], None]) -> None:
        super().__init__()
        self._fetch = fetch
        self._line: TimeLine | None = None
        self._stretch: Stretch | None = None
        self._seek_ms: int | None = None
        self._wants_to_play = False
        self._buffer: QBuffer | None = None
        self._picture = Picture("playback.picture", tr("点时间轴或右侧的问题开始播放",
                                                       "Choose a question or a place on the line"))
        self.bar = TimeLineBar("playback.line")
        self.bar.sought.connect(self.seek)
        self._clock = label("0:00", "label", name="playback.clock")
        self._toggle = button(tr("播放", "Play"), "playback.toggle", "primary")
        self._toggle.clicked.connect(self._play_or_pause)
        self._sink = QVideoSink(self)
        self._sink.videoFrameChanged.connect(self._show_frame)
        self._player = QMediaPlayer(self)
        self._player.setVideoSink(self._sink)
        self._player.setAudioOutput(QAudioOutput(self))
        self._player.mediaStatusChanged.connect(self._status_changed)
        self._player.positionChanged.connect(self._moved)
        self._player.errorOccurred.connect(lambda *_: self.trouble.emit(UNPLAYABLE()))
        self._player.playbackStateChanged.connect(lambda _: self._show_toggle())
        made = column(self._picture, self.bar, row(self._toggle, self._clock, None), gap=8)
        made.setStretch(0, 1)
        self.setLayout(made)

    @property
    def at_ms(self) -> int:
        """Where the picture stands on the recording's clock."""
        within = self._player.position() if self._seek_ms is None else self._seek_ms
        return (self._stretch.start_ms if self._stretch else 0) + within

    def show_line(self, line: TimeLine) -> None:
        self.stop()
        self._line = line
        self.bar.show_line(line)
        self._clock.setText(f"0:00 / {text.minutes(line.duration_ms / 1000)}")

    def seek(self, at_ms: int) -> None:
        """Show the picture of that moment and play on; where nothing is kept of it, the next that is."""
        stretch = self._line.stretch_at(at_ms)
        if stretch is None:
            return
        self._seek_ms, self._wants_to_play = max(0, at_ms - stretch.start_ms), True
        if stretch == self._stretch and self._player.mediaStatus() in _LOADED:
            self._begin()
        elif stretch != self._stretch:
            self._load(stretch)

    def stop(self) -> None:
        """Let the segment in memory go."""
        self._wants_to_play = False
        self._player.stop()
        self._player.setSource(QUrl())
        self._stretch = self._buffer = None

    def _load(self, stretch: Stretch) -> None:
        self._stretch, self._buffer = stretch, None  # what the player still says is of the segment before
        self._player.stop()
        self._fetch(stretch.file, lambda data: self._loaded(stretch, data))

    def _loaded(self, stretch: Stretch, data: bytes) -> None:
        if stretch != self._stretch:
            return
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(data))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._player.setSourceDevice(self._buffer, QUrl("segment.webm"))

    def _status_changed(self, status: QMediaPlayer.MediaStatus) -> None:
        if self._buffer is None:
            return
        if status in _LOADED and self._seek_ms is not None:
            self._begin()
        elif status == QMediaPlayer.MediaStatus.EndOfMedia and self._wants_to_play and self._seek_ms is None:
            self._go_on()

    def _begin(self) -> None:
        self._player.setPosition(self._seek_ms)
        self._seek_ms = None
        if self._wants_to_play:
            self._player.play()

    def _go_on(self) -> None:
        """The next segment, if there is one."""
        following = [s for s in self._line.stretches if s.start_ms >= self._stretch.end_ms]
        if following:
            self._seek_ms = 0
            self._load(following[0])

    def _play_or_pause(self) -> None:
        if self._player.playbackState() == QMediaPlayer.PlaybackState.PlayingState:
            self._wants_to_play = False
            self._player.pause()
        elif self._stretch is None:
            self.seek(0)
        else:
            self._wants_to_play = True
            self._player.play()

    def _show_toggle(self) -> None:
        playing = self._player.playbackState() == QMediaPlayer.PlaybackState.PlayingState
        self._toggle.setText(tr("暂停", "Pause") if playing else tr("播放", "Play"))

    def _moved(self, _position: int) -> None:
        if self._line is not None:
            self.bar.show_at(self.at_ms)
            self._clock.setText(f"{text.minutes(self.at_ms / 1000)} / {text.minutes(self._line.duration_ms / 1000)}")

    def _show_frame(self, frame: QVideoFrame) -> None:
        if frame.isValid():
            self._picture.show_image(frame.toImage())
