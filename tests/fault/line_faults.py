"""What networks and their boxes do to a case on its way, at random bytes of it (rows N1 to N28,
T2, T3 and T9)."""

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from functools import partial

from app.domain.condition import Condition
from app.domain.evidence import Manifest, Receipt
from app.sync.client import BankClient
from gateway.tables import stamp
from tests.buffering_proxy import buffering
from tests.fault import verdict
from tests.fault.journey import SIZES, Journey
from tests.fault.site import Site
from tests.fault.verdict import Trial, Verdict
from tests.fault_proxy import Fault
from tests.waiting import until

SIZE, ANSWERS = sum(SIZES.values()), 10_000  # about what goes up and comes down
SILENCE_S = 1.0
CROWD = 8
RUNS = 8
_REQUESTS = (b"POST /v1/cases/", b"POST /v1/uploads ", b"PATCH /v1/uploads/", b"/commit HTTP")
_PORTAL = (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 24\r\nConnection: close\r\n\r\n"
           b"<html>Please pay</html>\r\n")
_ELSEWHERE = (b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:9/v1/uploads\r\nContent-Length: 0\r\n"
              b"Connection: close\r\n\r\n")

Draw = Callable[[random.Random], Fault]


def _refusing(chance: random.Random) -> Fault:
    status = chance.choice((b"500 Internal Server Error", b"502 Bad Gateway", b"503 Service Unavailable",
                            b"504 Gateway Timeout", b"429 Too Many Requests", b"408 Request Timeout"))
    return _instead(chance, b"HTTP/1.1 " + status + b"\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def _instead(chance: random.Random, answer: bytes) -> Fault:
    return Fault(answer_to=chance.choice(_REQUESTS), answer=answer)


# Row: what befalls one, two or three of the connections.
FAULTS: dict[str, Draw] = {
    "N2": lambda chance: Fault(cut_up=chance.randrange(SIZE), reset=chance.random() < 0.5),
    "N2-down": lambda chance: Fault(cut_down=chance.randrange(ANSWERS), reset=chance.random() < 0.5),
    "N3": lambda chance: Fault(stall_up=chance.randrange(SIZE)),
    "N3-down": lambda chance: Fault(stall_down=chance.randrange(ANSWERS)),
    "N4": _refusing,
    "N5": lambda chance: Fault(lose_answer_to=b"/commit HTTP", reset=chance.random() < 0.5),
    "N7": lambda chance: Fault(repeat_answers=True),
    "N8": lambda chance: Fault(late_to=b"PATCH /v1/uploads/", late_up=chance.randrange(SIZE // 2),
                                 later=chance.randrange(SIZE // 2)),
    "N9": lambda chance: Fault(flip_down=chance.randrange(ANSWERS)),
    "N9-portal": partial(_instead, answer=_PORTAL),
    "N10": partial(_instead, answer=_ELSEWHERE),
    "N12-lost": lambda chance: Fault(lose_answer_to=chance.choice(_REQUESTS)),
    "N18": lambda chance: Fault(flip_up=chance.randrange(SIZE)),
    "N27": lambda chance: Fault(delay_s=chance.uniform(0.001, 0.02), rate=chance.uniform(2e6, 8e6)),
}


def _receipt(client: BankClient, manifest: Manifest) -> Receipt | None:
    try:
        return client.commit(manifest)
    except Condition as early:
        if early.code not in ("bank.files_wanted", "bank.rejected", "bank.busy"):
            raise
        return None


class Scene:
    """One case on its way over a bad line; what is found on the way is in ``result``."""

    def __init__(self, site: Site, way: Journey, case_id: str, chance: random.Random, result: Verdict,
                 said: list[tuple]) -> None:
        self.site, self.way, self.case_id, self.chance = site, way, case_id, chance
        self.result, self._said = result, said

    def turned(self, trouble: Condition | None) -> None:
        """After each turn the client must tell the truth; what a person would do by now is done."""
        self.result.add("wrong", verdict.untrue(self.way.here, self.site.bank, self._said))
        if trouble is None:
            return
        if trouble.code == "bank.sign_in_needed":
            self.way.sign_in(self.site.session)
        if trouble.code == "bank.device_revoked":
            self.site.bank.revoke(self.site.enrolment.device_id, None)

    @contextmanager
    def in_the_middle(self, happens: "Event") -> Iterator[None]:
        """Cut the line at a random byte of the large file, and before it is back let something happen."""
        meter, torn = self.site.meter, self.site.meter.torn
        meter.coming = [Fault(cut_up=self.chance.randrange(SIZE // 4, SIZE))]
        self.way.uploader.client.close()  # the faults are for coming connections

        def happen() -> None:
            until(lambda: meter.torn > torn)
            meter.offline()
            try:
                happens(self)
            finally:
                meter.online()

        with ThreadPoolExecutor(1) as pool:
            happened = pool.submit(happen)
            yield
            happened.result()

    @contextmanager
    def crowd(self) -> Iterator[None]:
        """Others with the device's key ask for the same commit all the time; all get the one receipt."""
        entry = self.way.outbox.latest(self.case_id)

        def ask() -> Receipt:
            with closing(self.site.client()) as client:
                return until(lambda: _receipt(client, entry.manifest))

        with ThreadPoolExecutor(CROWD) as pool:
            asked = [pool.submit(ask) for _ in range(self.chance.randint(2, CROWD))]
            yield
            receipts = {each.result() for each in asked}
        self.result.add("duplicated", (f"{len(receipts)} receipts" for _ in range(len(receipts) != 1)))

    def clock_set(self) -> None:
        """While the case waits for its next try, the clock is set."""
        self.away()
        self.way.clock.set = timedelta(days=self.chance.choice((-1, 1)) * self.chance.choice((1 / 24, 3650)))

    def away(self) -> None:
        threading.Event().wait(self.chance.uniform(0.05, 1.5))

    def revoked(self) -> None:
        self.site.bank.revoke(self.site.enrolment.device_id, stamp(self.way.clock.now()))

    def bank_asleep(self) -> None:
        """The gateway stands still, and goes on some time after the line is back."""
        process = self.site.keeper.process_id
        os.kill(process, signal.SIGSTOP)
        threading.Timer(self.chance.uniform(0.1, 2 * SILENCE_S), os.kill, (process, signal.SIGCONT)).start()

    def keys_changed(self) -> None:
        """The bank seals and signs with new keys from now on."""
        self.site.bank.change_keys()
        self.site.keeper.kill()

    def lower(self) -> None:
        """The bank lost the end of what it had."""
        def cut(_session, blob, part) -> None:
            blob.offset = self.chance.randrange(blob.offset)
            with part.open("r+b") as file:
                file.truncate(blob.offset)

        until(lambda: self.site.bank.damage(self.case_id, cut))

    def higher(self) -> None:
        """The bank claims bytes that it was never sent."""
        def grow(_session, blob, part) -> None:
            blob.offset = self.chance.randint(blob.offset + 1, blob.size)
            with part.open("r+b") as file:
                file.truncate(blob.offset)

        until(lambda: self.site.bank.damage(self.case_id, grow))

    def gone(self) -> None:
        """The bank lost the upload: its bytes, or all knowledge of it."""
        def lose(session, blob, part) -> None:
            if self.chance.random() < 0.5:
                session.delete(blob)
            part.unlink()

        until(lambda: self.site.bank.damage(self.case_id, lose))


Event = Callable[[Scene], None]
# Row: what happens while the line is cut in the middle of the large file, and whether that may have to be sent anew.
EVENTS: dict[str, tuple[Event, bool]] = {
    "N1": (Scene.away, False),
    "N12": (lambda scene: scene.site.sign_out(), False),
    "N14": (Scene.revoked, False),
    "N15": (Scene.lower, True),
    "N16": (Scene.higher, True),
    "N17": (Scene.gone, True),
    "T2": (Scene.clock_set, False),
    "T3-bank": (Scene.bank_asleep, False),
    "T9": (Scene.keys_changed, False),
}
ROWS = (*FAULTS, *EVENTS, "N21", "N28")


def trials(site: Site) -> dict[str, Trial]:
    return {row: partial(judged, site, row) for row in ROWS}


def judged(site: Site, row: str, seed: int) -> Verdict:
    """Send a case over a line that does what the row says, at the seed's bytes, and judge."""
    chance, result, said = random.Random(f"{row} {seed}"), Verdict(), []
    uploaded, cuts, anew = site.meter.uploaded, 1, False

    def confirmed(stage, case) -> None:
        said.append((stage, case.case_id, case.events, case.head))

    with ExitStack() as stack:
        address = stack.enter_context(buffering(site.meter.address, chance.random() < 0.5)) if row == "N28" else ""
        way, case_id = stack.enter_context(site.sealed(seed, confirmed, address, SILENCE_S))
        scene = Scene(site, way, case_id, chance, result, said)
        if row in FAULTS:
            site.meter.coming = [FAULTS[row](chance) for _ in range(chance.randint(1, 3))]
            cuts = len(site.meter.coming)
            way.sent(case_id, scene.turned)
        elif row in EVENTS:
            happens, anew = EVENTS[row]
            with scene.in_the_middle(happens):
                way.sent(case_id, scene.turned)
        elif row == "N21":
            with scene.crowd():
                way.sent(case_id, scene.turned)
        else:
            way.sent(case_id, scene.turned)
        site.meter.coming, way.clock.set = [], timedelta(0)
        way.erased(case_id)
        size = verdict.judge_the_end(result, way.here, site.bank, seed)
    # Bytes that the bank invented are found out by six tries of a chunk, each half of the one before: two chunks together.
    result.sent_again(site.meter.uploaded - uploaded - size, (cuts + 2 * anew) * site.meter.largest + anew * SIZE)
    return result
