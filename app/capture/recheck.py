"""The bank's face checker: a process of its own that judges the pictures of one sealed case after another.

``python -m app.capture.recheck [--models DIR]`` is started by the gateway, which speaks with it over standard input and
output as ``app.domain.recheck`` tells. It knows no case and keeps nothing. What goes wrong beyond a ``Condition`` ends it;
the gateway starts another.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from traceback import extract_tb
from typing import BinaryIO

from app.capture import session
from app.capture.face import AttackLimits, Embedding, FaceEngine
from app.capture.face_match import match
from app.capture.measures import measure
from app.capture.picture import decode
from app.capture.quality_face import FACE_NONE, one_face
from app.domain.condition import Condition
from app.domain.recheck import REQUEST_MAX, Answer, Judgement, Pictures, Ready, Unusable, Zone

log = logging.getLogger(__name__)

MEMORY_MB = 2048  # address space; a case needs about a quarter of it
NICENESS = 10


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until standard input ends: 0. A fault ends it with 1, a condition of its models with 3."""
    parser = argparse.ArgumentParser(prog="python -m app.capture.recheck", description=__doc__)
    parser.add_argument("--models", type=Path, help="model pack (default: the built-in)")
    options = parser.parse_args(argv)
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # whatever a library prints is no answer
        memory_mb = restrain()
        try:
            return serve(sys.stdin.buffer, answers, options.models, memory_mb)
        except Condition as trouble:
            print(f"face checker: {trouble.message('en')} [{trouble.code}]", file=sys.stderr)
            return 3
        except Exception as fault:  # noqa: BLE001 - its text may hold what was in a picture
            place = extract_tb(fault.__traceback__)[-1]
            print(f"face checker: {type(fault).__name__} at {Path(place.filename).name}:{place.lineno}", file=sys.stderr)
            return 1


def restrain() -> int | None:
    """Take a back seat and a memory limit; returns it in MB, None where the system has none for a single process."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    if os.name != "posix":  # the gateway starts it at low priority there
        return None
    import resource

    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MB << 20, MEMORY_MB << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold faces
    return MEMORY_MB


def serve(requests: BinaryIO, answers: BinaryIO, pack: Path | None, memory_mb: int | None) -> int:
    import cv2

    cv2.setNumThreads(1)
    session.use_pack(pack)
    engine = session.engine()
    session.warm()
    _say(answers, Ready(engine=engine.name, pack_sha256=engine.pack_sha256, lacks=engine.lacks, memory_mb=memory_mb))
    while line := requests.readline(REQUEST_MAX):
        _say(answers, judge(engine, Pictures.model_validate_json(line)))
    return 0


def judge(engine: FaceEngine, pictures: Pictures) -> Answer:
    """The bank's own view of these faces. Live frames without exactly one usable face do not count; a picture that does
    not open, or a portrait without a face, makes the whole unusable."""
    try:
        portrait = session.portrait_embedding(engine, decode(pictures.portrait))
        live = _live(engine, pictures.live)
    except Condition as trouble:
        return Answer(unusable=Unusable(code=trouble.code, zh=trouble.message("zh"), en=trouble.message("en")))
    compared = match(engine, [embedding for embedding, _ in live], portrait)
    real = [probability for _, probability in live if probability is not None]
    passive = median(real) if real else None
    return Answer(judgement=Judgement(
        zone=compared.zone, similarity=compared.similarity, distance=compared.distance, threshold=compared.threshold,
        review_threshold=compared.review_threshold, frames_used=compared.frames_used, engine=engine.name,
        pack_sha256=engine.pack_sha256, passive=None if passive is None else round(passive, 4), passive_frames=len(real),
        passive_zone=_passive_zone(engine.attack, passive), lacks=engine.lacks))


def _live(engine: FaceEngine, encoded: Sequence[bytes]) -> list[tuple[Embedding, float | None]]:
    """Embedding and live probability of each usable frame. Raises what ails the last one where none is usable.

    There is time here to look for faces at every size, so that somebody in the background is not overlooked.
    """
    found: list[tuple[Embedding, float | None]] = []
    trouble: Condition = FACE_NONE()
    for picture in map(decode, encoded):
        seen, located = measure(engine, picture, thorough=True)
        if located is None:
            seen, located = measure(engine, picture)
        ails = one_face(seen)
        if ails is None:
            found.append((engine.embedding(picture, located.face, located.points),
                          engine.live_probability(picture, located.face)))
        else:
            trouble = ails
    if not found:
        raise trouble
    return found


def _passive_zone(limits: AttackLimits | None, passive: float | None) -> Zone | None:
    if limits is None or passive is None:
        return None
    return "fail" if passive < limits.reject_below else "review" if passive < limits.review_below else "pass"


def _say(answers: BinaryIO, said: Ready | Answer) -> None:
    answers.write(said.model_dump_json().encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
