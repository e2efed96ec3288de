"""Place: what a receiver says becomes a fix with its source, accuracy, age and doubts, or a Condition in time."""

import os
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.capture import gpsd, location
from app.capture.gpsd import reading as gpsd_reading
from app.capture.location import Locator
from app.capture.nmea import NmeaReader, epochs, parse
from app.capture.receiver import Reading
from app.demo.track import YARD, epoch, sentence, write_track
from app.domain.condition import Condition
from app.domain.place import FixSource, Position, distance_m


def lines(text: str) -> list[bytes]:
    return text.encode("ascii").splitlines(keepends=True)


def play(file: Path, text: str, **options) -> Locator:
    file.write_bytes(text.encode("ascii"))
    return Locator(f"nmea:{file}", **options)


LONG_S = 3600.0  # whoever waited so long would be ended by the test's own limit: an answer came before


def code_of(spec: str, timeout_s: float = LONG_S, **options) -> str:
    with Locator(spec, **options) as locator, pytest.raises(Condition) as trouble:
        locator.fix(timeout_s)
    return trouble.value.code


# --- NMEA ---------------------------------------------------------------------------------------------------------


def test_a_published_sentence_is_read():
    reader = NmeaReader(FixSource.SERIAL)
    found = reader.feed(b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n")
    assert found is not None
    assert found.position.latitude == pytest.approx(48.1173, abs=1e-4)
    assert found.position.longitude == pytest.approx(11.516667, abs=1e-6)
    assert found.accuracy_m == pytest.approx(0.9 * 5.1)
    assert found.time is None  # no date has been heard


def test_south_and_west_are_negative():
    found = NmeaReader(FixSource.SERIAL).feed(
        sentence("GPGGA,000000,3330.000,S,07030.000,W,1,08,1.0,0,M,,M,,").encode()
    )
    assert (found.position.latitude, found.position.longitude) == (-33.5, -70.5)


@pytest.mark.parametrize(
    "line",
    [
        b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*48\r\n",  # checksum of another sentence
        b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,\r\n",
        b"\xff\xfe\x00$GPGGA*\x00\n",
        b"",
        b"$GPGGA,123519,4807",
    ],
)
def test_spoiled_lines_are_no_sentence(line):
    assert parse(line) is None


@pytest.mark.parametrize(
    "body",
    [
        "GPGGA,123519,9907.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,",  # latitude 99
        "GPGGA,123519,4877.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,",  # 77 minutes
        "GPGGA,123519,,N,,E,1,08,0.9,,M,,M,,",
        "GPGGA,123519,4807.038,X,01131.000,E,1,08,0.9,545.4,M,46.9,M,,",
        "GPGGA,123519,4807.038,N,01131.000,E,0,00,,,M,,M,,",  # no fix yet
        "GPGGA,1",
    ],
)
def test_nonsense_under_a_right_checksum_gives_no_reading(body):
    assert NmeaReader(FixSource.SERIAL).feed(sentence(body).encode()) is None


def test_date_comes_from_rmc_and_turns_at_midnight():
    reader = NmeaReader(FixSource.SERIAL)
    moment = datetime(2026, 12, 31, 23, 59, 58, tzinfo=UTC)
    times = []
    for second in range(4):
        for line in lines(epoch(YARD, moment + timedelta(seconds=second))):
            found = reader.feed(line)
            times += [found.time] if found else []
    assert times == [None] + [moment + timedelta(seconds=second) for second in (1, 2, 3)]


def test_gst_is_preferred_to_hdop():
    reader = NmeaReader(FixSource.SERIAL)
    reader.feed(sentence("GPGST,120000.00,1.0,2.0,1.0,0,3.0,4.0,5.0").encode())
    found = reader.feed(sentence("GPGGA,120000.00,3203.618,N,11847.814,E,1,08,0.9,18,M,5,M,,").encode())
    assert found.accuracy_m == pytest.approx(5.0)


def test_one_epoch_is_one_group():
    text = epoch(YARD, datetime(2026, 11, 1, tzinfo=UTC)) + epoch(YARD, datetime(2026, 11, 1, 0, 0, 1, tzinfo=UTC))
    assert [len(group) for group in epochs(lines(text))] == [3, 3]


# --- the demo's track -----------------------------------------------------------------------------------------------


def test_demo_track_stays_in_the_yard_and_every_checksum_holds(tmp_path):
    start = datetime(2026, 11, 1, 8, tzinfo=UTC)
    file = write_track(tmp_path / "轨 迹.nmea", start=start, seconds=400)
    reader, count = NmeaReader(FixSource.NMEA_FILE), 0
    for line in file.read_bytes().splitlines(keepends=True):
        assert line.startswith(b"$GNGSA") or parse(line) is not None
        if (found := reader.feed(line)) is not None:
            count += 1
            assert distance_m(found.position, YARD) <= 38
    assert count == 400
    assert file.read_bytes() == write_track(tmp_path / "b", start=start, seconds=400).read_bytes()


# --- the locator ----------------------------------------------------------------------------------------------------


def test_a_played_track_gives_a_fix_that_ages(tmp_path):
    clock, begun = [100.0], datetime.now(UTC)
    with Locator(f"nmea:{write_track(tmp_path / '轨 迹.nmea', seconds=1)}", monotonic=lambda: clock[0]) as locator:
        assert locator.latest() is None or locator.latest().age_s == 0
        fix = locator.fix(60)
        assert fix.source is FixSource.NMEA_FILE
        assert fix.accuracy_m == pytest.approx(4.6)
        assert fix.age_s == 0
        assert fix.flags == ()
        assert begun - timedelta(seconds=1) < fix.taken_at <= datetime.now(UTC)
        clock[0] += 42
        assert locator.latest().age_s == 42
        assert locator.latest().flags == ()
        clock[0] += 20
        assert locator.latest().flags == ("stale",)


def test_garbage_around_a_track_is_passed_over(tmp_path):
    now = datetime.now(UTC)
    file = tmp_path / "t.nmea"
    file.write_bytes(os.urandom(50_000) + b"\n" + epoch(YARD, now).encode() + b"\x00\xff\n$GPGGA,,,*00\n")
    with Locator(f"nmea:{file}") as locator:
        assert distance_m(locator.fix(60).position, YARD) < 1


def test_a_file_without_a_position_says_so_at_once(tmp_path):
    (tmp_path / "a").write_bytes(os.urandom(10_000))
    assert code_of(f"nmea:{tmp_path / 'a'}", pace_s=0.01) == "place.no_fix"


def test_no_position_before_the_time_is_up(tmp_path):
    text = "".join(sentence(f"GPGGA,1200{s:02d},,,,,0,00,,,M,,M,,") for s in range(60))
    begun = time.monotonic()
    with play(tmp_path / "a", text) as locator, pytest.raises(Condition) as trouble:
        locator.fix(0.5)
    assert trouble.value.code == "place.no_fix"
    assert time.monotonic() - begun > 0.4


def test_waiting_can_be_cancelled(tmp_path):
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    text = "".join(sentence(f"GPGGA,1200{s:02d},,,,,0,00,,,M,,M,,") for s in range(60))
    with play(tmp_path / "a", text, pace_s=LONG_S) as locator, pytest.raises(Condition) as trouble:
        locator.fix(LONG_S, cancel)
    assert trouble.value.code == "place.cancelled"


def test_zero_accuracy_simulator_and_foreign_clock_are_flagged(tmp_path):
    text = epoch(YARD, datetime(2020, 1, 1, tzinfo=UTC)) + sentence(
        "GPGGA,000001.00,3203.618,N,11847.814,E,8,08,0.0,18,M,5,M,,"
    )
    with play(tmp_path / "a", text, pace_s=0.01) as locator:
        deadline = time.monotonic() + 60
        while "simulated" not in (fix := locator.fix(60)).flags and time.monotonic() < deadline:
            time.sleep(0.02)
    assert fix.flags == ("zero_accuracy", "clock_differs", "simulated")


def test_a_jump_is_flagged_for_a_minute(tmp_path):
    now = datetime.now(UTC).replace(microsecond=0)
    far = Position(latitude=YARD.latitude + 0.02, longitude=YARD.longitude)  # 2.2 km in one second
    text = epoch(YARD, now) + epoch(far, now + timedelta(seconds=1)) + epoch(far, now + timedelta(seconds=2))
    with play(tmp_path / "a", text, pace_s=0.05) as locator:
        deadline = time.monotonic() + 60
        while (fix := locator.fix(60)).taken_at < now + timedelta(seconds=2) and time.monotonic() < deadline:
            time.sleep(0.01)
    assert fix.position.latitude == pytest.approx(far.latitude, abs=1e-5)
    assert "jump" in fix.flags


@dataclass
class Hours:
    """Wall and monotonic clock of a locator, moved by hand."""

    wall: datetime = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    running: float = 1000.0

    def pass_by(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.running += seconds


@pytest.fixture
def hours():
    return Hours()


@pytest.fixture
def hearing(hours):
    """A locator that is told readings by the test, at the hours' time."""
    return Locator("gpsd", wall=lambda: hours.wall, monotonic=lambda: hours.running)


def hear(locator, hours, latitude: float = 32.0603) -> None:
    locator._hear(Reading(Position(latitude=latitude, longitude=118.7969), 5.0, FixSource.GPSD, hours.wall))


def test_coordinates_that_never_stir_are_flagged_until_they_do(hearing, hours):
    for seconds, frozen in ((0, False), (119, False), (2, True)):
        hours.pass_by(seconds)
        hear(hearing, hours)
        assert ("frozen" in hearing.latest().flags) == frozen
    hear(hearing, hours, 32.0603001)
    assert "frozen" not in hearing.latest().flags


def test_satellite_time_is_told_while_it_is_fresh_and_the_wall_clock_stands(hearing, hours):
    assert hearing.time() is None
    hear(hearing, hours)
    told = hours.wall
    hours.pass_by(30)
    assert (hearing.time().at, hearing.time().age_ms) == (told, 30_000)
    hours.pass_by(31)
    assert hearing.time() is None
    hear(hearing, hours)
    hours.wall += timedelta(hours=2)  # it slept, or its clock was set: nobody knows how old the satellites' time is
    assert hearing.time() is None


def test_driving_is_no_jump(tmp_path):
    now = datetime.now(UTC).replace(microsecond=0)
    road = [Position(latitude=32.06 + second * 33 / 111_195, longitude=118.8) for second in range(9)]  # 33 m/s
    text = "".join(epoch(place, now + timedelta(seconds=second)) for second, place in enumerate(road))
    with play(tmp_path / "a", text, pace_s=0.02) as locator:
        deadline = time.monotonic() + 60
        while (fix := locator.fix(60)).taken_at < now + timedelta(seconds=8) and time.monotonic() < deadline:
            time.sleep(0.01)
    assert fix.flags == ()


def test_missing_sources_are_named():
    assert code_of("nmea:/nowhere/轨迹") == "place.source_missing"
    assert code_of("gpsd:127.0.0.1:1") == "place.source_missing"


@pytest.mark.parametrize("spec", ["", "nmea:", "serial:COM3@fast", "bluetooth", "systems"])
def test_a_source_that_is_not_understood(spec):
    with pytest.raises(Condition) as trouble:
        Locator(spec)
    assert trouble.value.code == "place.bad_source"


def test_auto_tells_at_once_when_there_is_nothing(monkeypatch):
    missing = location.gpsd_watch("127.0.0.1", 1)
    monkeypatch.setattr(location, "sources", lambda spec, pace_s: [missing, missing])
    assert code_of("auto") == "place.source_missing"


def test_auto_goes_on_to_the_source_that_is_there(tmp_path, monkeypatch):
    track = location.sources(f"nmea:{write_track(tmp_path / 't', seconds=2)}")
    monkeypatch.setattr(location, "sources", lambda spec, pace_s: [location.gpsd_watch("127.0.0.1", 1), *track])
    with Locator("auto") as locator:
        assert locator.fix(60).source is FixSource.NMEA_FILE


# --- gpsd's protocol (a real gpsd is asked in tests/e2e) ------------------------------------------------------------


def serve(*chunks: bytes, linger_s: float = 0.0) -> int:
    """A TCP server that sends ``chunks`` to its first client, then closes."""
    server = socket.create_server(("127.0.0.1", 0))
    address = server.getsockname()

    def run() -> None:
        with server, server.accept()[0] as client:
            for chunk in chunks:
                client.sendall(chunk)
            client.settimeout(linger_s)
            while linger_s and client.recv(4096):
                pass

    threading.Thread(target=run, daemon=True).start()
    return address[1]


def test_a_server_that_is_no_gpsd_is_refused():
    assert code_of(f"gpsd:127.0.0.1:{serve(b'SSH-2.0-x', bytes([13, 10]))}") == "place.source_missing"


def test_gpsd_without_receiver_is_missing(monkeypatch):
    monkeypatch.setattr(gpsd, "BARE_S", 0.3)
    port = serve(b'{"class":"VERSION"}\n', b'{"class":"DEVICES","devices":[]}\n', linger_s=60)
    assert code_of(f"gpsd:127.0.0.1:{port}") == "place.source_missing"


def test_reports_in_pieces_and_broken_reports():
    report = b'{"class":"TPV","mode":3,"lat":32.06,"lon":118.79,"epx":3,"epy":4,"time":"2026-11-01T08:00:00.000Z"}\n'
    port = serve(b'{"class":"VERSION"}\n{"class":"TPV",\n[1]\n', report[:30], report[30:], linger_s=60)
    with Locator(f"gpsd:127.0.0.1:{port}") as locator:
        fix = locator.fix(60)
    assert fix.accuracy_m == 5
    assert fix.taken_at == datetime(2026, 11, 1, 8, tzinfo=UTC)


def test_tpv_without_a_position_is_no_reading():
    assert gpsd_reading({"class": "TPV", "mode": 1}) is None
    assert gpsd_reading({"class": "SKY"}) is None
    assert gpsd_reading({"class": "TPV", "mode": 2, "lat": 1.0, "lon": 2.0, "status": 8}).simulated


# --- serial and system, in their process ----------------------------------------------------------------------------


def test_missing_port_and_missing_service_are_told():
    assert code_of("serial:/dev/ttyNOWHERE") == "place.source_missing"


@pytest.mark.skipif(sys.platform != "linux", reason="the bus is a Linux matter")
def test_a_system_without_location_service_is_told(monkeypatch):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/bus")
    assert code_of("system") == "place.source_missing"


@pytest.fixture
def line():
    """A pseudo terminal that stands for a receiver's port: (master fd, device name)."""
    pty = pytest.importorskip("pty", reason="pseudo terminals are a POSIX matter")
    import tty

    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


@pytest.fixture
def speaking(line):
    """The name of a port at which a receiver speaks."""
    master, name = line
    os.set_blocking(master, False)
    stop = threading.Event()

    def speak() -> None:
        while not stop.wait(0.1):
            with suppress(BlockingIOError):  # nobody reads: a real receiver's words are lost then, too
                os.write(master, epoch(YARD, datetime.now(UTC)).encode())

    speaker = threading.Thread(target=speak)
    speaker.start()
    yield name
    stop.set()
    speaker.join()


def test_a_serial_receiver_gives_a_fix_and_belongs_to_one_program(speaking):
    with Locator(f"serial:{speaking}@9600") as locator:
        fix = locator.fix(60)
        assert code_of(f"serial:{speaking}") == "place.receiver_busy"
    assert fix.source is FixSource.SERIAL
    assert distance_m(fix.position, YARD) < 1


def test_a_port_where_nobody_speaks_nmea_is_missing(line):
    assert code_of(f"serial:{line[1]}@4800") == "place.source_missing"
