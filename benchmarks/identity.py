"""How well the face check tells people apart and living faces from attacks, and how fast. Run: python -m benchmarks.identity

    --quick          a few people and clips, some four minutes: for every day
    --json FILE      all figures besides
    --docs FOLDER    write the plots there (docs/images)
    --only PART ...  of speed, match, living, attacks, tuning
    --pack DIR       another model pack beside the built-in one; else the test pack of the shared data

Needs the test faces in ../shared/data beside the checkout. Reported are people and seeds that no limit was set by
(``benchmarks.synth.people``); ``tuning`` plays the others. Everything but the milliseconds is the same in every run.
"""

import argparse
import json
import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from benchmarks.faces import attacks as trials
from benchmarks.faces import plots, report
from benchmarks.faces.data import People, chinese, published, shared_data, western
from benchmarks.faces.rates import Comparison, Rates, rates, within
from benchmarks.synth.presentation import SPECIES

QUICK_PEOPLE, QUICK_GENUINE = 3, ("15 fps",)
QUICK_SPECIES = ("bent_print", "replay_bezel", "frozen", "splice", "puppet")
PARTS = ("speed", "match", "living", "attacks", "tuning")
BUILT_IN, PACK = "built-in", "pack"


class Run:
    """One run: its engines, what it printed, its figures."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        import cv2

        cv2.setNumThreads(1)
        from app.capture.engines import load_engine

        self.arguments, self.data = arguments, shared_data()
        self.pack = arguments.pack or self.data / "models"
        self.engines = {BUILT_IN: load_engine(None), PACK: load_engine(self.pack)}
        self.figures: dict = {"date": date.today().isoformat(), "machine": platform.platform(), "quick": arguments.quick,
                              "engines": {name: engine.name for name, engine in self.engines.items()}}

    def say(self, title: str, text: str) -> None:
        print(f"\n### {title}\n\n{text}", flush=True)

    def save(self) -> None:
        """The figures so far."""
        if self.arguments.json is not None:
            text = json.dumps(self.figures, ensure_ascii=False, indent=1)
            self.arguments.json.write_text(text, encoding="utf-8", newline="\n")

    def speed(self) -> None:
        from benchmarks.faces.speed import ROUNDS, speed

        rounds = 12 if self.arguments.quick else ROUNDS
        measured = {BUILT_IN: speed(None, rounds), PACK: speed(self.pack, rounds)}
        self.figures["speed"] = measured
        self.say("Speed", report.speed(measured))

    def match(self) -> None:
        rows, limits = [], []
        for who, people in (("Chinese", chinese(self.data)), ("Western", western(self.data))):
            if self.arguments.quick:
                people = dict(list(people.items())[:QUICK_PEOPLE])
            self._compare(who, people, rows, limits)
        self.figures["match"] = [{"who": who, "portrait": kind, "engine": engine, **asdict(r)}
                                 for who, kind, engine, r in rows]
        self.say("Telling people apart", report.matching(rows))
        self.say("At the limits in use", report.zones(limits))
        if not self.arguments.quick:
            self._beside_deepface()

    def _compare(self, who: str, people: People, rows: list, limits: list) -> None:
        from benchmarks.faces.matching import KINDS, PLAIN_TOLERANCE, Embedded, Plain, pictures

        made = pictures(people)
        sides = {name: Embedded(engine, made) for name, engine in self.engines.items()}
        plain = Plain(made)
        for kind in KINDS:
            found = {name: side.comparisons(kind) for name, side in sides.items()}
            found["face_recognition, one photo"] = plain.comparisons(kind)
            all_rates = {name: rates(comparisons) for name, comparisons in found.items()}
            rows += [(who, kind, name, one) for name, one in all_rates.items()]
            for name, engine in self.engines.items():
                for zone, limit in (("pass", engine.calibration.pass_at), ("pass or review", engine.calibration.review_at)):
                    limits.append((who, kind, name, f"{zone} ≤ {limit:.2f}", *within(found[name], limit)))
            plain_name = "face_recognition, one photo"
            limits.append((who, kind, plain_name, f"≤ {PLAIN_TOLERANCE:.2f}", *within(found[plain_name], PLAIN_TOLERANCE)))
            self._plot(who, kind, all_rates, found)

    def _plot(self, who: str, kind: str, all_rates: dict[str, Rates], found: dict[str, list[Comparison]]) -> None:
        folder = self.arguments.docs
        if folder is None or kind != "card-like":
            return
        place = folder / f"identity-roc-{who.lower()}.svg"
        place.write_text(plots.roc_plot(f"{who} faces against card-like portraits",
                                        {name: one.roc for name, one in all_rates.items()}), encoding="utf-8", newline="\n")
        for name, engine in self.engines.items():
            pairs = [c for c in found[name] if c.distance is not None]
            limits = {"pass": engine.calibration.pass_at, "review": engine.calibration.review_at}
            svg = plots.distance_plot(f"{who}, {name}: distances to card-like portraits",
                                      [c.distance for c in pairs if c.genuine], [c.distance for c in pairs if not c.genuine],
                                      limits)
            (folder / f"identity-distance-{who.lower()}-{name}.svg").write_text(svg, encoding="utf-8", newline="\n")

    def _beside_deepface(self) -> None:
        """deepface fetches its weights when first used, which a computer without the internet cannot; its project
        publishes the distances of its models for labelled pairs of these photographs, and ours stand beside them."""
        from benchmarks.faces.matching import Embedded, photographs

        models, pairs = published(self.data)
        made = photographs(sorted({path for pair in pairs for path in pair[:2]}))
        rows = [("deepface, published", name, rates(_paired([(same, values[name]) for *_, same, values in pairs])))
                for name in models]
        wanted = [(a, b, same) for a, b, same, _ in pairs]
        rows += [("here", name, rates(_paired(Embedded(engine, made).pairs(wanted))))
                 for name, engine in self.engines.items()]
        self.figures["deepface_pairs"] = [{"whose": whose, "engine": name, **asdict(one)} for whose, name, one in rows]
        installed = "installed" if find_spec("deepface") else "not installed here"
        self.say(f"deepface's own labelled pairs, single photographs (the package is {installed})",
                 report.matching([("Western", "photo", f"{whose}: {name}", one) for whose, name, one in rows]))

    def living(self) -> None:
        self._living(self._cast(), "living")

    def attacks(self) -> None:
        self._attacks(self._cast(), "attacks")
        if not self.arguments.quick:
            seen = list(trials.watched(self.data, self.engines[PACK]))
            self.figures["recordings"] = [asdict(one) for one in seen]
            self.say("Real recordings, attack detection of the pack", report.recordings(seen))

    def tuning(self) -> None:
        """The people that limits were tried on, for comparison."""
        if not self.arguments.quick:
            cast = trials.tuning(self.data)
            self._living(cast, "tuning_living")
            self._attacks(cast, "tuning_attacks")

    def _cast(self) -> trials.Cast:
        return trials.tuning(self.data) if self.arguments.quick else trials.reporting(self.data)

    def _living(self, cast: trials.Cast, key: str) -> None:
        groups = QUICK_GENUINE if self.arguments.quick else tuple(trials.GENUINE)
        self.say(f"Living faces ({key})", report.genuine(self._played(trials.living(cast, self.engines, groups), key)))

    def _attacks(self, cast: trials.Cast, key: str) -> None:
        species = QUICK_SPECIES if self.arguments.quick else SPECIES
        self.say(f"Attacks ({key})", report.attacks(self._played(trials.spoofed(cast, self.engines, species), key)))

    def _played(self, played: Iterator[trials.Trial], key: str) -> list[trials.Trial]:
        """All of them; told and kept one by one, as it takes long."""
        every, kept = [], self.figures.setdefault(key, [])
        for trial in played:
            every.append(trial)
            kept.append(_trial(trial))
            self.save()
            print(f"{trial.person} {trial.group} {trial.engine} {trial.source}: {trial.verdict} "
                  f"{','.join(trial.result.reasons)}", file=sys.stderr, flush=True)
        return every


def _paired(distances: list[tuple[bool, float | None]]) -> list[Comparison]:
    """Labelled pairs without names: each is a person of its own."""
    return [Comparison(f"a{n}", f"a{n}" if same else f"b{n}", distance) for n, (same, distance) in enumerate(distances)]


def _trial(trial: trials.Trial) -> dict:
    result = trial.result
    return {"engine": trial.engine, "group": trial.group, "person": trial.person, "seed": trial.seed,
            "source": trial.source, "verdict": trial.verdict, "clean": trial.clean,
            "answered": trial.answered, "zone": trial.zone, "reasons": list(result.reasons), "passive": result.passive,
            "identity": result.identity_distance_max, "fps": result.fps,
            "light": result.light.model_dump() if result.light else None}


def main() -> None:
    arguments = _arguments()
    if arguments.docs is not None:
        arguments.docs.mkdir(parents=True, exist_ok=True)
    run = Run(arguments)
    for part in arguments.only or PARTS:
        begun = time.perf_counter()
        getattr(run, part)()
        run.save()
        print(f"\n({part}: {time.perf_counter() - begun:.0f} s)", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few people and clips")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--docs", type=Path, metavar="FOLDER", help="write the plots there")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--pack", type=Path, metavar="DIR", help="another model pack beside the built-in one")
    return parser.parse_args()


if __name__ == "__main__":
    main()
