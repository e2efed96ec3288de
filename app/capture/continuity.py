"""One face, followed through frames whose pictures and times go on: what breaks that is named here."""

from __future__ import annotations

from math import dist

from app.capture.measures import FaceMeasures

FACE_LOST_S, TWO_FACES_S, FROZEN_S, BLACK_S, MISSING_S = 1.5, 1.0, 1.0, 1.0, 2.5
APART_S = 0.9  # small faces are looked for every 0.4 s: one look may miss them
JUMP_WITHIN_S, JUMP_SHARE = 0.3, 0.6
UNSEEN_S, UNFED_S = 0.25, 0.5
BLACK_MEAN = 8.0
FROZEN_FRAMES, REPEATS = 3, 3


class Track:
    """``see`` every frame. ``remarks`` are reasons that keep the verdict from being better than review.

    ``broken`` says that somebody else could have come since it was last set to False: the face was away, jumped, or
    frames are missing.
    """

    def __init__(self) -> None:
        self.frames = 0
        self.remarks: set[str] = set()
        self.broken = False
        self.last: FaceMeasures | None = None
        self.start_s = 0.0
        self._seen_s = self._changed_s = self._bright_s = 0.0
        self._second: tuple[float, float] | None = None  # a second face, seen from then to then
        self._face: FaceMeasures | None = None
        self._same = 0
        self._stamps: set[int] = set()
        self._repeats = 0

    @property
    def fps(self) -> float:
        """Analysed frames a second."""
        span = self.last.t_s - self.start_s if self.last else 0.0
        return (self.frames - 1) / span if span > 0 else 0.0

    def see(self, seen: FaceMeasures, *, strict: bool) -> str | None:
        """The reason why the attempt cannot go on, or None. A face may come, go and be two until it is ``strict``."""
        last, self.last = self.last, seen
        self.frames += 1
        if last is None:
            self.start_s = self._seen_s = self._changed_s = self._bright_s = seen.t_s
        elif seen.t_s <= last.t_s:
            return "time_backwards"
        reason = self._picture(seen, last) or self._gap(seen, last, strict)
        return reason or self._person(seen, strict)

    def _picture(self, seen: FaceMeasures, last: FaceMeasures | None) -> str | None:
        if seen.scene >= BLACK_MEAN:
            self._bright_s = seen.t_s
        self._same += 1
        if last is not None and seen.stamp != last.stamp:
            self._changed_s, self._same = seen.t_s, 1
            self._repeated(seen)
        if seen.t_s - self._bright_s >= BLACK_S:
            return "black_picture"
        return "frozen" if seen.t_s - self._changed_s >= FROZEN_S and self._same >= FROZEN_FRAMES else None

    def _repeated(self, seen: FaceMeasures) -> None:
        """No camera gives the very same picture of a face again later: its noise is never the same twice."""
        if seen.faces:
            self._repeats += seen.stamp in self._stamps
            self._stamps.add(seen.stamp)
            if self._repeats >= REPEATS:
                self.remarks.add("repeated_frames")

    def _gap(self, seen: FaceMeasures, last: FaceMeasures | None, strict: bool) -> str | None:
        if last is not None and seen.t_s - last.t_s > UNFED_S:
            self.broken = True
            if strict and seen.t_s - last.t_s > MISSING_S:
                return "frames_missing"
        return None

    def _person(self, seen: FaceMeasures, strict: bool) -> str | None:
        stayed_s = self._company(seen)
        if seen.faces >= 1:
            self.broken |= seen.t_s - self._seen_s > UNSEEN_S
            self._follow(seen, strict)
            self._seen_s = seen.t_s
        if strict and seen.t_s - self._seen_s > FACE_LOST_S:
            return "face_lost"
        return "two_faces" if strict and stayed_s > TWO_FACES_S else None

    @property
    def accompanied(self) -> bool:
        """Whether a second face was seen just now; not every frame is searched for small ones."""
        return self._second is not None and self.last.t_s - self._second[1] <= APART_S / 2

    def _company(self, seen: FaceMeasures) -> float:
        """For how long a second face has been there, as far as it is seen now. Sightings ``APART_S`` apart are of one."""
        if seen.faces <= 1:
            return 0.0
        again = self._second is not None and seen.t_s - self._second[1] <= APART_S
        self._second = (self._second[0] if again else seen.t_s, seen.t_s)
        return seen.t_s - self._second[0]

    def _follow(self, seen: FaceMeasures, strict: bool) -> None:
        before, self._face = self._face, seen
        if before is None or not strict or seen.t_s - before.t_s > JUMP_WITHIN_S:
            return
        (ax, ay, aw, ah), (bx, by, bw, bh) = before.box, seen.box
        if dist((ax + aw / 2, ay + ah / 2), (bx + bw / 2, by + bh / 2)) > JUMP_SHARE * max(aw, bw):
            self.remarks.add("track_jump")
            self.broken = True
