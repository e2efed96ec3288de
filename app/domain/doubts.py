"""What makes time and place of a case doubtful: clocks that were set back or go wrong, places that cannot be.

Computed from the journal alone, so desk, window and bank see the same. Reviewers see each; which ones of the place keep a case
from being sealed as it stands is the bank's word (``place_blocks`` of the policy).
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from app.domain import facts
from app.domain.case import Case
from app.domain.clock import Heard
from app.domain.facts import Event
from app.domain.model import Model
from app.domain.place import JUMP_MPS, Fix, FixSource, distance_m
from app.domain.policy import PolicyPack, Words

SET_BACK_S = 10.0  # a clock that the network keeps right is slewed, not stepped, by less
DIFFERS_S = 300.0
FLAGS = {
    "zero_accuracy": Words(zh="定位精度为零，接收器不会这样报", en="accuracy of zero, which no receiver has"),
    "stale": Words(zh="用的是旧定位", en="an old position"),
    "jump": Words(zh="定位前后位移快过任何车辆", en="the position moved faster than any car"),
    "clock_differs": Words(zh="卫星时间与本机时钟不符", en="satellite time and this computer's clock differ"),
    "simulated": Words(zh="接收器说定位是模拟的", en="the receiver says that the position is simulated"),
    "frozen": Words(zh="坐标长时间一位不变", en="the coordinates did not change in the last digit for long"),
    "from_file": Words(zh="定位来自文件，不是接收器", en="the position is from a file, not from a receiver"),
}


class Doubt(Model):
    """``code`` is stable: ``clock.set_back``, ``clock.bank_differs``, ``clock.gnss_differs`` or ``place.*``."""

    code: str
    words: Words


def doubts(events: Iterable[Event]) -> tuple[Doubt, ...]:
    """Each kind once, as it was worst, clocks first."""
    listed = tuple(events)
    found = (*_set_back(listed), *_differing(listed), *_places(listed))
    return tuple({doubt.code: doubt for doubt in reversed(found)}.values())[::-1]


def clock_words(events: Iterable[Event]) -> Words:
    """What the time of the last event rests on."""
    last = max(events, key=lambda event: event.seq, default=None)
    if last is None or (last.bank_time is None and last.gnss_time is None):
        return Words(zh="本机时钟", en="Device clock")
    heard, zh, en = (last.bank_time, "银行", "Bank") if last.bank_time else (last.gnss_time, "卫星", "GNSS")
    return Words(zh=f"{zh} · 相差 {abs(offset_s(last, heard)):.0f} 秒", en=f"{en} · {abs(offset_s(last, heard)):.0f} s apart")


def offset_s(event: Event, heard: Heard) -> float:
    """The other clock minus this computer's, seconds, when the event was written."""
    return (heard.at - event.at).total_seconds() + heard.age_ms / 1000


def _set_back(events: tuple[Event, ...]) -> Iterator[Doubt]:
    """Within one boot against the monotonic clock; across boots where time runs backwards. A clock set forward looks like
    a computer that slept: it shows against the bank or the satellites only."""
    steps = [(b.at - a.at).total_seconds() - ((b.mono_ms - a.mono_ms) / 1000 if a.boot == b.boot else 0.0)
             for a, b in pairwise(events)]
    worst = min(steps, default=0.0)
    if worst < -SET_BACK_S:
        yield Doubt(code="clock.set_back", words=Words(zh=f"办理中本机时钟被拨回 {-worst:.0f} 秒",
                                                       en=f"this computer's clock was set back by {-worst:.0f} s"))


def _differing(events: tuple[Event, ...]) -> Iterator[Doubt]:
    for name, zh, en in (("bank", "银行", "the bank's"), ("gnss", "卫星", "satellite")):
        heard = [(event, getattr(event, f"{name}_time")) for event in events]
        apart = max((offset_s(event, other) for event, other in heard if other), key=abs, default=0.0)
        if abs(apart) > DIFFERS_S:
            minutes = f"{abs(apart) / 60:.0f}"
            yield Doubt(code=f"clock.{name}_differs", words=Words(
                zh=f"本机时钟与{zh}时间相差 {minutes} 分钟", en=f"clock and {en} time are {minutes} min apart"))


def _places(events: tuple[Event, ...]) -> Iterator[Doubt]:
    stamps = [(event, event.fact.fix) for event in events if isinstance(event.fact, facts.PlaceRecorded) and event.fact.fix]
    for _, fix in stamps[-1:]:
        yield from (Doubt(code=f"place.{code}", words=FLAGS[code]) for code in _of_fix(fix))
    if any(_too_fast(*one, *other) for one, other in pairwise(stamps)):
        yield Doubt(code="place.jump", words=FLAGS["jump"])
    for vouched in [event.fact for event in events if isinstance(event.fact, facts.PlaceVouched)][-1:]:
        yield Doubt(code="place.vouched", words=Words(
            zh=f"另一名员工（工号 {vouched.staff_id}）确认了地点",
            en=f"another employee ({vouched.staff_id}) vouched for the place"))


def standing(before: Event | None, stamp: Event) -> tuple[str, ...]:
    """What is doubtful of a stamp that has a fix, by itself and after the one ``before`` it: codes without ``place.``."""
    fix = stamp.fact.fix
    jumped = before is not None and _too_fast(before, before.fact.fix, stamp, fix)
    return tuple(dict.fromkeys((*_of_fix(fix), *(("jump",) if jumped else ()))))


def doubted_place(case: Case, pack: PolicyPack) -> Words | None:
    """What keeps the case from its first seal in the place that stands, until that is found anew or another employee vouches
    for it; None for nothing. A record without a position takes nothing back."""
    if case.seals or case.place_vouched:
        return None
    why = [FLAGS[code] for code in case.place_doubts if code in pack.thresholds.place_blocks]
    return Words(zh="；".join(w.zh for w in why), en="; ".join(w.en for w in why)) if why else None


def _of_fix(fix: Fix) -> Iterator[str]:
    yield from (flag for flag in fix.flags if flag in FLAGS)
    if fix.source == FixSource.NMEA_FILE:
        yield "from_file"


def _too_fast(a: Event, earlier: Fix, b: Event, later: Fix) -> bool:
    seconds = (b.mono_ms - a.mono_ms) / 1000 if a.boot == b.boot else abs((b.at - a.at).total_seconds())
    slack = (earlier.accuracy_m or 0.0) + (later.accuracy_m or 0.0)
    return distance_m(earlier.position, later.position) - slack > JUMP_MPS * max(1.0, seconds)
