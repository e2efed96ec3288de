"""Milliseconds of every stage, load time and memory of one engine, in a process of its own."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median, quantiles

ROUNDS = 60
Stage = tuple[str, float, float, float]


def speed(pack: Path | None, rounds: int = ROUNDS) -> dict:
    """``stages``: name, p50 and p95 in milliseconds by the clock, p50 of processor time; ``load_s``, ``memory_mb``."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_measured, pack, rounds).result()


def _measured(pack: Path | None, rounds: int) -> dict:
    import cv2
    import psutil

    cv2.setNumThreads(1)
    from app.capture.engines import load_engine
    from app.capture.face_match import match
    from app.capture.light import LightSample, judge, sample
    from app.capture.measures import measure
    from app.capture.session import portrait_embedding
    from app.demo.portrait import camera_picture, card_portrait
    from app.domain.challenge import draw_light

    picture, card = camera_picture(), card_portrait()
    before = psutil.Process().memory_info().rss
    begun = time.perf_counter()
    engine = load_engine(pack)
    face = engine.faces(picture)[0]
    points = engine.points(picture, face)
    embedding = engine.embedding(picture, face, points)
    engine.live_probability(picture, face)
    load_s = time.perf_counter() - begun
    grown = psutil.Process().memory_info().rss - before
    samples = [LightSample(n / 15, (150.0 + n % 7, 120.0, 100.0), (90.0, 90.0, 90.0)) for n in range(68)]
    few = max(10, rounds // 4)
    stages = [("detect", lambda: engine.faces(picture), rounds), ("points", lambda: engine.points(picture, face), rounds),
              ("frame, all measures", lambda: measure(engine, picture), rounds),
              ("light, one frame", lambda: sample(picture, points, face.box, 0.0), rounds),
              ("light, judged at the end", lambda: judge(draw_light("n"), samples), few),
              ("embedding", lambda: engine.embedding(picture, face, points), few),
              ("portrait of a card", lambda: portrait_embedding(engine, card), few),
              ("match: portrait, and five live embeddings",
               lambda: match(engine, [embedding] * 5, portrait_embedding(engine, card)), few)]
    if engine.attack is not None:
        stages.insert(5, ("attack detection", lambda: engine.live_probability(picture, face), rounds))
    return {"load_s": round(load_s, 2), "memory_mb": round(grown / 1e6),
            "stages": [(name, *_timed(act, times)) for name, act, times in stages]}


def _timed(act: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    act()
    wall, processor = [], []
    for _ in range(rounds):
        begun, used = time.perf_counter(), time.thread_time()
        act()
        wall.append((time.perf_counter() - begun) * 1000)
        processor.append((time.thread_time() - used) * 1000)
    return round(median(wall), 1), round(quantiles(wall, n=20)[-1], 1), round(median(processor), 1)
