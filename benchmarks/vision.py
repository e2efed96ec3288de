"""How fast the face engine is and how much memory the vision worker takes. Run: python -m benchmarks.vision [--pack DIR]

Pictures are the demo customer's, 640×480, one thread. Figures are p50 and p95 in milliseconds.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

import psutil

ROUNDS = 60


def timed(act: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """p50 and p95 of ``act`` in milliseconds."""
    act()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken), quantiles(taken, n=20)[-1]


def show(name: str, figures: tuple[float, float]) -> None:
    print(f"{name:<34}{figures[0]:9.1f}{figures[1]:9.1f}")


def main(argv: list[str] | None = None) -> None:
    import cv2

    from app.capture.engines import load_engine
    from app.capture.face_match import match
    from app.capture.frames import Frame
    from app.capture.measures import measure
    from app.capture.session import portrait_embedding
    from app.capture.vision import Vision
    from app.demo.portrait import camera_picture, card_portrait
    from app.domain.challenge import LivenessPlan, draw_actions
    from app.domain.face import FrameSource

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pack", type=Path, help="folder of a model pack; else the built-in one")
    pack = parser.parse_args(argv).pack
    cv2.setNumThreads(1)
    before = psutil.Process().memory_info().rss
    begun = time.perf_counter()
    engine = load_engine(pack)
    load_s = time.perf_counter() - begun
    picture, card = camera_picture(), card_portrait()
    face = engine.faces(picture)[0]
    points = engine.points(picture, face)
    embedding = engine.embedding(picture, face, points)

    print(engine.name)
    print(f"{'640x480, one thread':<34}{'p50 ms':>9}{'p95 ms':>9}")
    show("detect", timed(lambda: engine.faces(picture)))
    show("points", timed(lambda: engine.points(picture, face)))
    show("embedding", timed(lambda: engine.embedding(picture, face, points), 20))
    if engine.attack is not None:
        show("attack detection", timed(lambda: engine.live_probability(picture, face)))
    show("whole step (measures of a frame)", timed(lambda: measure(engine, picture)))
    show("portrait of a card", timed(lambda: portrait_embedding(engine, card), 20))
    show("match of two pictures", timed(lambda: match(engine, [portrait_embedding(engine, card)],
                                                      portrait_embedding(engine, picture)), 20))
    show("match of embeddings", timed(lambda: match(engine, [embedding] * 5, embedding)))
    grown = (psutil.Process().memory_info().rss - before) / 1e6
    print(f"models loaded in {load_s:.2f} s, {grown:.0f} MB more memory")

    vision = Vision(pack)
    begun = time.perf_counter()
    vision.start()
    vision.warm().join()
    print(f"worker started and warm in {time.perf_counter() - begun:.2f} s")
    source = FrameSource(kind="file", name="bench", width=640, height=480, fps=15)
    vision.begin_liveness(LivenessPlan(nonce="bench", actions=draw_actions("bench")), source)
    now = iter(range(1, 1000))
    show("frame through the worker",
         timed(lambda: vision.liveness_frame(Frame(image=picture, t_s=next(now) / 1000, source=source))))
    print(f"worker memory {psutil.Process(vision.pid).memory_info().rss / 1e6:.0f} MB")
    begun = time.perf_counter()
    vision.close()
    print(f"worker closed in {time.perf_counter() - begun:.2f} s")


if __name__ == "__main__":
    main()
