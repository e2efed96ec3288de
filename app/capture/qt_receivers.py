"""Serial receivers and the system's own location service, through Qt, in a process of their own.

Both need Qt's event loop, and waiting on a serial port through PySide holds the interpreter's lock; a child process
gives them a loop without a ``QApplication`` in the program and leaves the window's threads alone.
"""

import multiprocessing
import sys
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from app.capture.nmea import LINE_LIMIT, NmeaReader
from app.capture.receiver import RECEIVER_BUSY, SOURCE_MISSING, Emit, Reading, Stopped, Watch
from app.domain.place import FixSource, Position

if TYPE_CHECKING:
    from PySide6.QtPositioning import QGeoPositionInfo
    from PySide6.QtSerialPort import QSerialPort

BAUD_RATES = (4800, 9600, 38400, 115200)
LISTEN_S = 2.5  # a receiver speaks every second; so long without one whole sentence means the wrong speed
_QUIT_S = 3.0


def serial_watch(port: str | None = None, baud: int | None = None) -> Watch:
    """A source on a serial port: the named one, else every port with a USB identity until one speaks NMEA."""
    return _child_watch(_serve_serial, (port, baud), port or "serial")


def system_watch() -> Watch:
    """A source on the system's service: ``winrt`` on Windows, ``geoclue2`` on Linux."""
    return _child_watch(_serve_system, (), "winrt" if sys.platform == "win32" else "geoclue2")


def _child_watch(serve, arguments: tuple, name: str) -> Watch:
    def watch(emit: Emit, stopped: Stopped) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        child = context.Process(target=serve, args=(theirs, *arguments), name=f"place-{name}", daemon=True)
        child.start()
        theirs.close()
        try:
            _relay(ours, name, emit, stopped)
        finally:
            ours.close()
            child.join(_QUIT_S)
            if child.is_alive():
                child.kill()
                child.join()
            child.close()

    return watch


def _relay(line: Connection, name: str, emit: Emit, stopped: Stopped) -> None:
    while not stopped():
        if not line.poll(0.3):
            continue
        try:
            word = line.recv()
        except EOFError as error:
            raise SOURCE_MISSING(source=name) from error
        if isinstance(word, Reading):
            emit(word)
        elif word == "busy":
            raise RECEIVER_BUSY(source=name)
        else:
            raise SOURCE_MISSING(source=name)


def _say(line: Connection, word: object) -> bool:
    try:
        line.send(word)
    except OSError:  # the program has closed its end
        return False
    return True


def _closed(line: Connection) -> bool:
    """Has the program gone? It never speaks: readable means closed."""
    try:
        return line.poll()
    except OSError:
        return True


def _serve_serial(line: Connection, port: str | None, baud: int | None) -> None:
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtSerialPort import QSerialPortInfo

    application = QCoreApplication([])  # a port's notifiers want its dispatcher, though no loop is run
    plugged = [info for info in QSerialPortInfo.availablePorts() if info.hasVendorIdentifier()]
    names = [port] if port else [info.systemLocation() for info in plugged]
    outcome = "missing"
    for name in names:
        outcome = _speak(line, name, (baud,) if baud else BAUD_RATES)
        if outcome == "gone":
            break
    _say(line, outcome)
    line.close()
    application.quit()


def _speak(line: Connection, name: str, speeds: tuple[int, ...]) -> str:
    """Relay one port's readings until it fails: ``missing``, ``busy``, or ``gone`` after it had spoken."""
    from PySide6.QtSerialPort import QSerialPort

    port = QSerialPort(name)
    for speed in speeds:
        port.setBaudRate(speed)
        if not port.open(QSerialPort.OpenModeFlag.ReadOnly):
            return "busy" if port.error() == QSerialPort.SerialPortError.PermissionError else "missing"
        spoke = _listen(port, line)
        port.close()
        if spoke:
            return "gone"
    return "missing"


def _listen(port: "QSerialPort", line: Connection) -> bool:
    """Reads until the port fails, the parent leaves, or ``LISTEN_S`` pass without one whole sentence. Did it speak?"""
    reader, rest, since = NmeaReader(FixSource.SERIAL), b"", time.monotonic()
    no_error = {port.SerialPortError.NoError, port.SerialPortError.TimeoutError}
    while reader.sentences or time.monotonic() - since < LISTEN_S:
        port.waitForReadyRead(100)
        *whole, rest = (rest + bytes(port.readAll().data())).split(b"\n")
        rest = rest[-LINE_LIMIT:]
        for reading in filter(None, map(reader.feed, whole)):
            if not _say(line, reading):
                return True
        if port.error() not in no_error or _closed(line):
            break
    return reader.sentences > 0


def _serve_system(line: Connection) -> None:
    from PySide6.QtCore import QCoreApplication, QTimer
    from PySide6.QtPositioning import QGeoPositionInfo, QGeoPositionInfoSource

    application = QCoreApplication([])
    watchdog = QTimer()
    watchdog.timeout.connect(lambda: _closed(line) and application.quit())
    watchdog.start(200)
    there = sys.platform == "win32" or _geoclue_is_there()
    plugin = "winrt" if sys.platform == "win32" else "geoclue2"
    source = QGeoPositionInfoSource.createSource(plugin, application) if there else None
    if source is None:
        _say(line, "missing")
        return

    def found(info: QGeoPositionInfo) -> None:
        reading = _system_reading(info)
        if reading is not None and not _say(line, reading):
            application.quit()

    def failed(error: object) -> None:
        _say(line, "busy" if error == QGeoPositionInfoSource.Error.AccessError else "missing")
        application.quit()

    source.positionUpdated.connect(found)
    source.errorOccurred.connect(failed)
    source.setUpdateInterval(1000)
    source.startUpdates()
    application.exec()
    source.stopUpdates()


def _geoclue_is_there() -> bool:
    """Does the system bus know the service? Without it Qt's plugin stays silent for ever."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    bus, name = QDBusConnection.systemBus(), "org.freedesktop.DBus"
    for method in ("ListNames", "ListActivatableNames"):
        answer = bus.call(QDBusMessage.createMethodCall(name, "/org/freedesktop/DBus", name, method))
        if any("org.freedesktop.GeoClue2" in names for names in answer.arguments()):
            return True
    return False


def _system_reading(info: "QGeoPositionInfo") -> Reading | None:
    from PySide6.QtPositioning import QGeoPositionInfo

    place = info.coordinate()
    if not place.isValid():
        return None
    attribute = QGeoPositionInfo.Attribute.HorizontalAccuracy
    accuracy = info.attribute(attribute) if info.hasAttribute(attribute) else None
    stamp = info.timestamp()
    moment = datetime.fromtimestamp(stamp.toMSecsSinceEpoch() / 1000, UTC) if stamp.isValid() else None
    return Reading(Position(latitude=place.latitude(), longitude=place.longitude()), accuracy, FixSource.SYSTEM, moment)
